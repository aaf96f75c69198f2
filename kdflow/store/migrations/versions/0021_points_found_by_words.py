"""Points of agendas and minutes that are about no sag, and tasks, are found by their words.

The table is filled by `schema.upgrade`, when the whole schema is there.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0021"
down_revision = "0020"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEMS = sa.Text().with_variant(TSVECTOR(), "postgresql")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "point_text",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("task", BIGINT, nullable=False),
        sa.Column("sag", BIGINT, nullable=True),
        sa.Column("person", sqlmodel.AutoString(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("words", STEMS, nullable=False),
        sa.CheckConstraint("kind in ('built', 'sent', 'task')", name=op.f("ck_point_text_kind")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_point_text_meeting_meeting")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_point_text_sag_sag")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_point_text_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_text")),
        sa.UniqueConstraint("meeting", "kind", "key", "task", name=op.f("uq_point_text_meeting")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("create index search_point on point_text using gin (words)")
    else:
        op.execute(
            "create virtual table search_point using fts5 (words, content = 'point_text', content_rowid = 'id', "
            "detail = 'none', tokenize = 'unicode61 remove_diacritics 0')"
        )


def downgrade() -> None:
    """Take the schema back; what was searched in is made again by the next upgrade."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("drop table search_point")
    op.drop_table("point_text")
    op.execute("delete from setting where key = 'search_points'")
