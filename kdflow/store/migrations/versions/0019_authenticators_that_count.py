"""An authenticator counts from when it was released, or added after more than a mail; those there are go on."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("authenticator") as batch:
        batch.add_column(sa.Column("counts_at", sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("released_by", sqlmodel.AutoString(), nullable=True))
    op.execute("update authenticator set counts_at = confirmed_at")
    with op.batch_alter_table("link") as batch:
        batch.add_column(sa.Column("by_operator", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take the schema back; what nobody has released is forgotten, for it would count."""
    op.execute("delete from authenticator where confirmed_at is not null and counts_at is null")
    with op.batch_alter_table("link") as batch:
        batch.drop_column("by_operator")
    with op.batch_alter_table("authenticator") as batch:
        batch.drop_column("released_by")
        batch.drop_column("counts_at")
