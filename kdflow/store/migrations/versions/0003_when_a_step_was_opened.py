"""When each step was opened: until now only the history said so."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0003"
down_revision = "0002"

FROM_HISTORY = """
update step set opened_at = (
    select max(event.at) from event
    where event.sag = step.sag and event.step = step.seq and event.machine = 'step'
    and (event.move = 'open' or (event.old = 'decided' and event.new = 'preparing'))
)
"""
"""The last time that a step was opened or taken up again."""


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=True))
    op.execute(FROM_HISTORY)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("step") as batch:
        batch.drop_column("opened_at")
