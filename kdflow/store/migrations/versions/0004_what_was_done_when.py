"""What was done in a period is found without reading the whole history."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_index("ix_event_move_at", "event", ["move", "at"], unique=False)


def downgrade() -> None:
    """Take the schema back."""
    op.drop_index("ix_event_move_at", "event")
