"""Codes to sign in with, what a link in a mail showed, and why a notice was not sent."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0007"
down_revision = "0006"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "code",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("account", sqlmodel.AutoString(), nullable=False),
        sa.Column("network", sqlmodel.AutoString(), nullable=False),
        sa.Column("browser", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=True),
        sa.Column("salt", sqlmodel.AutoString(), nullable=True),
        sa.Column("digest", sqlmodel.AutoString(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_code_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("code") as batch:
        for column in ("account", "network", "browser", "person", "asked_at"):
            batch.create_index(batch.f(f"ix_code_{column}"), [column], unique=False)
    with op.batch_alter_table("pointer") as batch:
        batch.add_column(sa.Column("content", sqlmodel.AutoString(), server_default=sa.text("''"), nullable=False))
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("why_dropped", sqlmodel.AutoString(), nullable=True))
        batch.create_index(
            "ix_notice_dropped",
            ["id"],
            unique=False,
            sqlite_where=sa.text("why_dropped is not null"),
            postgresql_where=sa.text("why_dropped is not null"),
        )


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("notice") as batch:
        batch.drop_index("ix_notice_dropped")
        batch.drop_column("why_dropped")
    with op.batch_alter_table("pointer") as batch:
        batch.drop_column("content")
    op.drop_table("code")
