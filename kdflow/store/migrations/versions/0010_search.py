"""Texts to search in."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
