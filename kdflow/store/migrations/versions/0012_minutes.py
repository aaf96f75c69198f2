"""Meetings as they were held: who was there, what was said, who does what."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0012"
down_revision = "0011"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "minutes",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("approved_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("approved_by", sqlmodel.AutoString(), nullable=True),
        sa.Column("approved_for", sqlmodel.AutoString(), nullable=True),
        sa.Column("digest", sqlmodel.AutoString(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_minutes_approved_by_person")),
        sa.ForeignKeyConstraint(["approved_for"], ["person.id"], name=op.f("fk_minutes_approved_for_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_minutes_meeting_meeting")),
        sa.PrimaryKeyConstraint("meeting", name=op.f("pk_minutes")),
    )
    op.create_table(
        "minutes_point",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("saved_by", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_minutes_point_meeting_meeting")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_minutes_point_saved_by_person")),
        sa.PrimaryKeyConstraint("meeting", "key", name=op.f("pk_minutes_point")),
    )
    _tasks()
    _remarks()


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("point", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("given_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("given_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("done_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_task_given_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_task_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_task_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_meeting"), "task", ["meeting"])
    op.create_index(op.f("ix_task_person"), "task", ["person"])


def _remarks() -> None:
    op.create_table(
        "remark",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("point", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name=op.f("fk_remark_body_body")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_remark_made_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_remark_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_meeting"), "remark", ["meeting"])


def downgrade() -> None:
    """Take the schema back."""
    for table in ("remark", "task", "minutes_point", "minutes"):
        op.drop_table(table)
