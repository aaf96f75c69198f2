"""Bodies, people and their offices, and what the installation remembers of itself."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of


class BodyRow(Row, table=True):
    """A body in its valid time; `reckoning` holds how its deadlines are reckoned, as JSON. `base` holds the same
    columns as the file has them (or as the body was made by hand), before what was changed by hand since."""

    __table_args__: Any = (one_of("chairing", "chair", "co-chairs", "none"),)

    key: str = Field(primary_key=True)
    name: str
    short: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    secretariat: str | None = None
    chairing: str
    plays: str
    aliases: str
    reckoning: str = Field(default="{}", sa_type=sa.Text, sa_column_kwargs={"server_default": "{}"})
    base: str | None = Field(default=None, sa_type=sa.Text)
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})


class PersonRow(Row, table=True):
    """Somebody who can act, until the day `valid_to`."""

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    valid_to: date | None = None
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})


class AppointmentRow(Row, table=True):
    """A person in an office of a body for a time; body "*" is the whole installation."""

    __table_args__: Any = (
        one_of("office", "chair", "co-chair", "vice-chair", "member", "secretary", "administrator"),
        sa.UniqueConstraint("person", "office", "body", "valid_from"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id", index=True)
    office: str
    body: str = Field(index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})


class AbsenceRow(Row, table=True):
    """Days on which a person is out of office."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    stand_in: str | None = Field(default=None, foreign_key="person.id")
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})


class BodyChangeRow(Row, table=True):
    """What somebody changed of a body by hand, from a day on: fields with their new values as JSON. It lies on top
    of what the file says when it is `in_force`."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    body: str = Field(foreign_key="body.key", index=True)
    valid_from: date
    content: str = Field(sa_type=sa.Text)
    in_force: bool
    made_by: str
    made_at: datetime
    reason: str | None = Field(default=None, sa_type=sa.Text)


class ClosingDayRow(Row, table=True):
    """A day that was closed (or, `is_worked`, opened) by hand for a body or for all ("*"): a date, or month and
    day for every year within its validity."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    body: str = Field(index=True)
    day: str
    name: str
    is_worked: bool
    valid_from: date | None = None
    valid_to: date | None = None
    made_by: str
    made_at: datetime


class SettingRow(Row, table=True):
    """A value of this installation that changes while it runs (the demo's clock)."""

    key: str = Field(primary_key=True)
    value: str
