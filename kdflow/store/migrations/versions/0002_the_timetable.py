"""The timetable: meetings with versions, bodies that reckon deadlines, plans, places and calendar feeds."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0002"
down_revision = "0001"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "status in ('planned', 'agenda-sent', 'held', 'cancelled')"
AFTER = "status in ('planned', 'moved', 'agenda-sent', 'held', 'minutes-sent', 'cancelled')"


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("body") as batch:
        batch.add_column(sa.Column("reckoning", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("meeting") as batch:
        batch.add_column(sa.Column("was", sqlmodel.AutoString(), nullable=True))
        batch.add_column(sa.Column("moved_at", sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("moved_by", sqlmodel.AutoString(), nullable=True))
        batch.add_column(sa.Column("most_items", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("most_minutes", sa.Integer(), nullable=True))
        batch.drop_constraint(op.f("ck_meeting_status"), type_="check")
        batch.create_check_constraint(op.f("ck_meeting_status"), AFTER)
    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("plan_until", BIGINT, nullable=False, server_default="0"))
        batch.create_index(batch.f("ix_step_plan_until"), ["plan_until"], unique=False)
    op.create_table(
        "meeting_version",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ended_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_meeting_version_meeting_meeting")),
        sa.PrimaryKeyConstraint("meeting", "version", name=op.f("pk_meeting_version")),
    )
    op.create_table(
        "leg",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("station", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_leg_sag_sag")),
        sa.PrimaryKeyConstraint("sag", "station", name=op.f("pk_leg")),
    )
    op.create_index("ix_leg_body_meeting", "leg", ["body", "meeting"], unique=False)
    op.create_table(
        "place",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("word", sqlmodel.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("word in ('in', 'out')", name=op.f("ck_place_word")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_place_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_place_meeting_meeting")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_place_sag_sag")),
        sa.PrimaryKeyConstraint("meeting", "sag", name=op.f("pk_place")),
    )
    op.create_table(
        "feed",
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("about", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("about in ('person', 'body', 'sag')", name=op.f("ck_feed_about")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_feed_person_person")),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_feed")),
    )
    with op.batch_alter_table("feed") as batch:
        batch.create_index(batch.f("ix_feed_person"), ["person"], unique=False)


def downgrade() -> None:
    """Take the schema back; meetings in a state that did not exist are planned, or held, again."""
    for table in ("feed", "place", "leg", "meeting_version"):
        op.drop_table(table)
    with op.batch_alter_table("step") as batch:
        batch.drop_index(batch.f("ix_step_plan_until"))
        batch.drop_column("plan_until")
    op.execute("update meeting set status = 'planned' where status = 'moved'")
    op.execute("update meeting set status = 'held' where status = 'minutes-sent'")
    with op.batch_alter_table("meeting") as batch:
        batch.drop_constraint(op.f("ck_meeting_status"), type_="check")
        batch.create_check_constraint(op.f("ck_meeting_status"), BEFORE)
        for column in ("most_minutes", "most_items", "moved_by", "moved_at", "was"):
            batch.drop_column(column)
    with op.batch_alter_table("body") as batch:
        batch.drop_column("reckoning")
