"""What people write about a sag while they work on it: drafts, comments, followers, related sager."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0009"
down_revision = "0008"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("sag") as batch:
        batch.add_column(sa.Column("area", sqlmodel.AutoString(), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column("wished", sa.Date(), nullable=True))
    op.create_table(
        "draft",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("form", sqlmodel.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_draft_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_draft_sag_sag")),
        sa.PrimaryKeyConstraint("person", "sag", "form", "field", name=op.f("pk_draft")),
    )
    op.create_table(
        "comment",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("edited_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("deleted_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_comment_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_comment_sag_sag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_sag", "comment", ["sag"])
    op.create_table(
        "relation",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("other", BIGINT, nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["other"], ["sag.id"], name=op.f("fk_relation_other_sag")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_relation_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_relation_sag_sag")),
        sa.PrimaryKeyConstraint("sag", "other", name=op.f("pk_relation")),
    )
    op.create_index("ix_relation_other", "relation", ["other"])
    op.create_table(
        "follower",
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_follower_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_follower_sag_sag")),
        sa.PrimaryKeyConstraint("sag", "person", name=op.f("pk_follower")),
    )
    op.create_index("ix_follower_person", "follower", ["person"])


def downgrade() -> None:
    """Take the schema back."""
    for table in ("follower", "relation", "comment", "draft"):
        op.drop_table(table)
    with op.batch_alter_table("sag") as batch:
        batch.drop_column("wished")
        batch.drop_column("area")
