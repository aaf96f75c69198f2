"""What all tables share: how they are called, keys, and the short forms of constraints."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Key type that SQLite still counts up by itself."""


def one_of(name: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{name} in ({listed})", name=name)


def partial(name: str, columns: str, where: str) -> sa.Index:
    """An index of the rows that are looked for, and of no others."""
    return sa.Index(name, *columns.split(", "), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Row(SQLModel):
    """Base of every table; it is called as its class, without "Row"."""

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub("(?<=.)([A-Z])", r"_\1", cls.__name__.removesuffix("Row")).lower()
