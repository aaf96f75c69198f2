"""Meetings as they were held: who was there, what was said, who does what."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
