"""Sessions that idle out and can be listed, identities at other providers, authenticators."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0008"
down_revision = "0007"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = ("way", "browser", "network")
MOMENTS = ("seen_at", "proved_at")


def upgrade() -> None:
    """Bring the schema forward."""
    with op.batch_alter_table("session") as batch:
        for name in MOMENTS:
            batch.add_column(sa.Column(name, sqltypes.UTCDateTime(), nullable=True))
        for name in WORDS:
            batch.add_column(sa.Column(name, sqlmodel.AutoString(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "identity",
        sa.Column("issuer", sqlmodel.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("provider", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_identity_person_person")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "person", name=op.f("uq_identity_issuer_person")),
    )
    op.create_table(
        "handshake",
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_handshake")),
    )
    op.create_table(
        "authenticator",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("last_step", BIGINT, nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_authenticator_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("account", sqlmodel.AutoString(), nullable=False),
        sa.Column("network", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_table(
        "parked",
        sa.Column("handle", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("path", sqlmodel.AutoString(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_parked_person_person")),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_parked")),
    )
    for table, *columns in INDEXES:
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.create_index(batch.f(f"ix_{table}_{column}"), [column], unique=False)


INDEXES = (
    ("identity", "person"),
    ("handshake", "at"),
    ("attempt", "account", "network", "at"),
    ("parked", "person"),
)


def downgrade() -> None:
    """Take the schema back."""
    for table in ("parked", "attempt", "authenticator", "handshake", "identity"):
        op.drop_table(table)
    with op.batch_alter_table("session") as batch:
        for name in (*MOMENTS, *WORDS):
            batch.drop_column(name)
