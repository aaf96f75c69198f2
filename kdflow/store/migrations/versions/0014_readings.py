"""Who read a closed sag."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
