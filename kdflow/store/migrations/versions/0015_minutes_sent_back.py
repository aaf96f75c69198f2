"""Who last sent minutes back instead of approving them, and why."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("minutes") as batch:
        batch.add_column(sa.Column("back_at", sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("back_by", sqlmodel.AutoString(), nullable=True))
        batch.add_column(sa.Column("back_reason", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_minutes_back_by_person"), "person", ["back_by"], ["id"])


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("minutes") as batch:
        batch.drop_constraint(op.f("fk_minutes_back_by_person"), type_="foreignkey")
        batch.drop_column("back_reason")
        batch.drop_column("back_by")
        batch.drop_column("back_at")
