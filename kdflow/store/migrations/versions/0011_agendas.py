"""Agendas as they are built, and as they were published."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
