"""What administrators change while the house runs."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
