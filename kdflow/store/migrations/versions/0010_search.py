"""What is searched in, which bodies each sag passes, and where its steps stand.

The tables are filled by `schema.upgrade`, when the whole schema is there.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0010"
down_revision = "0009"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEMS = sa.Text().with_variant(TSVECTOR(), "postgresql")
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "sag_body",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("is_now", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_sag_body_sag_sag")),
        sa.PrimaryKeyConstraint("sag", "body", name=op.f("pk_sag_body")),
    )
    op.create_index("ix_sag_body_body", "sag_body", ["body", "is_now", "sag"])
    op.create_table(
        "sag_text",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("title_key", SORTED, nullable=False),
        sa.Column("title_words", STEMS, nullable=False),
        sa.Column("words", STEMS, nullable=False),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_sag_text_sag_sag")),
        sa.PrimaryKeyConstraint("sag", name=op.f("pk_sag_text")),
    )
    op.create_index("ix_sag_text_title_key", "sag_text", ["title_key", "sag"])
    op.create_table(
        "word",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("word", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word")),
        sa.UniqueConstraint("word", name=op.f("uq_word_word")),
    )
    op.drop_index("ix_step_body_state", "step")
    op.create_index("ix_step_standing", "step", ["body", "state", "meeting", "sag", "seq"])
    if op.get_bind().dialect.name == "postgresql":
        _index_postgres()
    else:
        _index_sqlite()


def _index_postgres() -> None:
    for column in ("title_words", "words"):
        op.execute(f"create index search_{column} on sag_text using gin ({column})")
    there = op.get_bind().scalar(sa.text("select 1 from pg_available_extensions where name = 'pg_trgm'"))
    if there:  # without it the words are looked through one by one: slower, and the same
        op.execute("create extension if not exists pg_trgm")
        op.execute("create index search_part on word using gin (word gin_trgm_ops)")


def _index_sqlite() -> None:
    op.execute(
        "create virtual table search_sag using fts5 (title_words, words, content = 'sag_text', "
        "content_rowid = 'sag', detail = 'column', tokenize = 'unicode61 remove_diacritics 0')"
    )
    op.execute(
        "create virtual table search_part using fts5 (word, content = 'word', content_rowid = 'id', "
        "tokenize = 'trigram')"
    )


def downgrade() -> None:
    """Take the schema back."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("drop table search_sag")
        op.execute("drop table search_part")
    for table in ("word", "sag_text", "sag_body"):
        op.drop_table(table)
    op.drop_index("ix_step_standing", "step")
    op.create_index("ix_step_body_state", "step", ["body", "state"])
