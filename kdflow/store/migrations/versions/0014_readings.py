"""Who read a closed sag, what a chair has opened, and the meeting that a decided sag waits for."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0014"
down_revision = "0013"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("waits_for", sqlmodel.AutoString(), nullable=True))
    op.create_table(
        "reading",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("what", sqlmodel.AutoString(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "what in ('page', 'paper', 'agenda', 'minutes', 'export', 'api')", name=op.f("ck_reading_what")
        ),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_reading_sag_sag")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_reading_person_person")),
        sa.PrimaryKeyConstraint("sag", "person", "what", "hour", name=op.f("pk_reading")),
    )
    op.create_table(
        "opened",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("content", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_opened_person_person")),
        sa.ForeignKeyConstraint(["sag", "step"], ["step.sag", "step.seq"], name=op.f("fk_opened_sag_step")),
        sa.PrimaryKeyConstraint("person", "sag", "step", "content", name=op.f("pk_opened")),
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("opened")
    op.drop_table("reading")
    with op.batch_alter_table("step") as batch:
        batch.drop_column("waits_for")
