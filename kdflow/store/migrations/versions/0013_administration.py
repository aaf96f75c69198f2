"""What administrators change while the house runs: bodies on top of what the file says, people, closing days."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0013"
down_revision = "0012"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = ("person", "appointment", "absence")
"""Tables whose rows come from a file, or are kept by hand."""


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("body") as batch:
        batch.add_column(sa.Column("base", sa.Text(), nullable=True))
        batch.add_column(_kept_by())
        batch.add_column(_version())
    for table in KEPT:
        with op.batch_alter_table(table) as batch:
            batch.add_column(_kept_by())
            if table == "person":
                batch.add_column(_version())
    op.create_table(
        "body_change",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("made_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name=op.f("fk_body_change_body_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_change")),
    )
    op.create_table(
        "closing_day",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("day", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("made_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_day")),
    )
    for table in ("body_change", "closing_day"):
        with op.batch_alter_table(table) as batch:
            batch.create_index(batch.f(f"ix_{table}_body"), ["body"], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("closing_day")
    op.drop_table("body_change")
    for table in KEPT:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("kept_by")
            if table == "person":
                batch.drop_column("version")
    with op.batch_alter_table("body") as batch:
        for column in ("base", "kept_by", "version"):
            batch.drop_column(column)


def _kept_by() -> sa.Column[str]:
    return sa.Column("kept_by", sqlmodel.AutoString(), server_default=sa.text("'file'"), nullable=False)


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
