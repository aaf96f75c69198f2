"""The clock: duties and their reminders, letters and where they go, and when to look again."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0006"
down_revision = "0005"

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "beat",
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_beat")),
    )
    op.create_table(
        "duty",
        sa.Column("subject", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("about", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=True),
        sa.Column("since", BIGINT, nullable=False),
        sa.Column("due", BIGINT, nullable=False),
        sa.Column("told", BIGINT, nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "about", name=op.f("pk_duty")),
    )
    op.create_table(
        "endpoint",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("url", sqlmodel.AutoString(), nullable=False),
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("url", name=op.f("uq_endpoint_url")),
    )
    op.create_table(
        "mail",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("address", sqlmodel.AutoString(), nullable=False),
        sa.Column("message_id", sqlmodel.AutoString(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail") as batch:
        batch.create_index(batch.f("ix_mail_address"), ["address"], unique=False)
        batch.create_index(batch.f("ix_mail_message_id"), ["message_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", BIGINT, nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=True),
        sa.Column("endpoint", BIGINT, nullable=True),
        sa.Column("copy_of", BIGINT, nullable=True),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("message_id", sqlmodel.AutoString(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("lease_until", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("sent_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('ready', 'claimed', 'sending', 'sent', 'failed', 'uncertain', 'dropped')",
            name=op.f("ck_letter_state"),
        ),
        sa.CheckConstraint("(person is null) <> (endpoint is null)", name=op.f("ck_letter_addressee")),
        sa.ForeignKeyConstraint(["copy_of"], ["letter.id"], name=op.f("fk_letter_copy_of_letter")),
        sa.ForeignKeyConstraint(["endpoint"], ["endpoint.id"], name=op.f("fk_letter_endpoint_endpoint")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_letter_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter") as batch:
        batch.create_index(batch.f("ix_letter_endpoint"), ["endpoint"], unique=False)
        batch.create_index(
            "ix_letter_given_up",
            ["state"],
            unique=False,
            sqlite_where=sa.text("state in ('failed', 'uncertain')"),
            postgresql_where=sa.text("state in ('failed', 'uncertain')"),
        )
        batch.create_index(
            "ix_letter_lease_until",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state in ('claimed', 'sending')"),
            postgresql_where=sa.text("state in ('claimed', 'sending')"),
        )
        batch.create_index(
            "ix_letter_next_at",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state = 'ready'"),
            postgresql_where=sa.text("state = 'ready'"),
        )
        batch.create_index(batch.f("ix_letter_person"), ["person"], unique=False)

    op.create_table(
        "preference",
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("pace", sqlmodel.AutoString(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("day_begins", sa.Integer(), nullable=False),
        sa.Column("day_ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("pace in ('at-once', 'daily', 'weekly', 'off')", name=op.f("ck_preference_pace")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_preference_person_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_preference")),
    )
    op.create_table(
        "pointer",
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("sag", BIGINT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_pointer_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_pointer_sag_sag")),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_pointer")),
    )
    with op.batch_alter_table("pointer") as batch:
        batch.create_index(batch.f("ix_pointer_person"), ["person"], unique=False)
        batch.create_index(batch.f("ix_pointer_sag"), ["sag"], unique=False)

    with op.batch_alter_table("meeting") as batch:
        batch.add_column(sa.Column("wake_at", BIGINT, server_default="0", nullable=False))
        batch.create_index(batch.f("ix_meeting_wake_at"), ["wake_at"], unique=False)

    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("key", sqlmodel.AutoString(), nullable=True))
        batch.add_column(sa.Column("due_at", sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("letter", BIGINT, nullable=True))
        batch.add_column(sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.alter_column("sag", existing_type=BIGINT, nullable=True)
        batch.create_index(
            "ix_notice_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at is not null"),
            postgresql_where=sa.text("due_at is not null"),
        )
        batch.create_index(
            "ix_notice_person_due_at",
            ["person", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at is not null"),
            postgresql_where=sa.text("due_at is not null"),
        )
        batch.create_index(batch.f("ix_notice_letter"), ["letter"], unique=False)
        batch.create_unique_constraint(batch.f("uq_notice_key"), ["key"])
        batch.create_foreign_key(batch.f("fk_notice_letter_letter"), "letter", ["letter"], ["id"])

    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("wake_at", BIGINT, server_default="0", nullable=False))
        batch.create_index(batch.f("ix_step_wake_at"), ["wake_at"], unique=False)


def downgrade() -> None:
    """Take the schema back; notices about no sag were about what does not exist then."""
    with op.batch_alter_table("step") as batch:
        batch.drop_index(batch.f("ix_step_wake_at"))
        batch.drop_column("wake_at")
    op.execute("delete from notice where sag is null")
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(batch.f("fk_notice_letter_letter"), type_="foreignkey")
        batch.drop_constraint(batch.f("uq_notice_key"), type_="unique")
        batch.drop_index(batch.f("ix_notice_letter"))
        batch.drop_index("ix_notice_person_due_at")
        batch.drop_index("ix_notice_due_at")
        batch.alter_column("sag", existing_type=BIGINT, nullable=False)
        for column in ("dropped", "letter", "due_at", "key"):
            batch.drop_column(column)
    with op.batch_alter_table("meeting") as batch:
        batch.drop_index(batch.f("ix_meeting_wake_at"))
        batch.drop_column("wake_at")
    for table in ("pointer", "preference", "letter", "mail", "endpoint", "duty", "beat"):
        op.drop_table(table)
