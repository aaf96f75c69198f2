"""What people type in the form for a new sag is kept before there is a sag."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "begun",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_begun_person_person")),
        sa.PrimaryKeyConstraint("person", "field", name=op.f("pk_begun")),
    )


def downgrade() -> None:
    """Take the schema back; what was begun is forgotten."""
    op.drop_table("begun")
