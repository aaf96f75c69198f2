"""Agendas as they are built, and as they were published."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "agenda_item",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("presenter", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("under", sqlmodel.AutoString(), nullable=True),
        sa.Column("why_late", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("number", sqlmodel.AutoString(), nullable=False),
        sa.Column("supplement", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_meeting")),
        sa.PrimaryKeyConstraint("meeting", "key", name=op.f("pk_agenda_item")),
    )
    op.create_table(
        "publication",
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("made_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind in ('agenda', 'minutes')", name=op.f("ck_publication_kind")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_publication_made_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_publication_meeting_meeting")),
        sa.PrimaryKeyConstraint("meeting", "kind", "version", name=op.f("pk_publication")),
    )
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def _append_only(dialect: str) -> list[str]:
    """What was published is never changed or removed."""
    if dialect == "sqlite":
        return [
            f"create trigger publication_no_{verb} before {verb} on publication "
            "begin select raise(abort, 'publication is append-only'); end"
            for verb in ("update", "delete")
        ]
    return [
        "create trigger publication_append_only before update or delete or truncate on publication "
        "for each statement execute function kdflow_append_only()"
    ]


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("publication")
    op.drop_table("agenda_item")
