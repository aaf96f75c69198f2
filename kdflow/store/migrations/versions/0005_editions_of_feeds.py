"""Which edition the entries of calendar feeds are: their SEQUENCE rises with a changed rule too."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "feed_edition",
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("entry", sqlmodel.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name=op.f("fk_feed_edition_body_body")),
        sa.PrimaryKeyConstraint("body", "entry", name=op.f("pk_feed_edition")),
    )


def downgrade() -> None:
    """Take the schema back."""
    op.drop_table("feed_edition")
