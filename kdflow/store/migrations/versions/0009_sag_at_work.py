"""What people write about a sag while they work on it: drafts, comments, followers, related sager."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
