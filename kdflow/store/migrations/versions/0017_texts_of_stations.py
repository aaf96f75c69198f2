"""A station of a sag's route can have a case text of its own, beside the one that all its stations share."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

sag = sa.table("sag", sa.column("id"), sa.column("case_text"), sa.column("texts"))


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("sag") as batch:
        batch.add_column(sa.Column("texts", sa.Text(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    """Take the schema back; what stations have for themselves then stands after the text that all share."""
    bind = op.get_bind()
    having = sa.select(sag.c.id, sag.c.case_text, sag.c.texts).where(sag.c.texts != "{}")
    for key, shared, kept in bind.execute(having).fetchall():
        own = [text for text, _ in json.loads(kept).values() if text]
        if own:
            bind.execute(sag.update().where(sag.c.id == key).values(case_text="\n\n".join([shared, *own]).strip()))
    with op.batch_alter_table("sag") as batch:
        batch.drop_column("texts")
