"""A person is here until a day: from the next one on nobody signs in as them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("valid_to", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the schema back; who has left can sign in again."""
    with op.batch_alter_table("person") as batch:
        batch.drop_column("valid_to")
