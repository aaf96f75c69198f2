"""First tables."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "body",
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("short", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sqlmodel.AutoString(), nullable=True),
        sa.Column("secretariat", sqlmodel.AutoString(), nullable=True),
        sa.Column("chairing", sqlmodel.AutoString(), nullable=False),
        sa.Column("plays", sqlmodel.AutoString(), nullable=False),
        sa.Column("aliases", sqlmodel.AutoString(), nullable=False),
        sa.CheckConstraint("chairing in ('chair', 'co-chairs', 'none')", name=op.f("ck_body_chairing")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_body")),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
    )
    op.create_table(
        "command",
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.AutoString(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("actor", sqlmodel.AutoString(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_command")),
    )
    op.create_table(
        "content",
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_content")),
    )
    op.create_table(
        "definition",
        sa.Column("ref", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("added_at", sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind in ('workflow', 'procedure')", name=op.f("ck_definition_kind")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_definition")),
    )
    op.create_table(
        "person",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("stand_in", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_absence_person_person")),
        sa.ForeignKeyConstraint(["stand_in"], ["person.id"], name=op.f("fk_absence_stand_in_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_person"), ["person"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("office", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "office in ('chair', 'co-chair', 'vice-chair', 'member', 'secretary', 'administrator')",
            name=op.f("ck_appointment_office"),
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_appointment_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "person", "office", "body", "valid_from", name=op.f("uq_appointment_person_office_body_valid_from")
        ),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_body"), ["body"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_person"), ["person"], unique=False)

    op.create_table(
        "link",
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_link_person_person")),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_person"), ["person"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("precision", sqlmodel.AutoString(), nullable=False),
        sa.Column("written", sqlmodel.AutoString(), nullable=False),
        sa.Column("starts_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("format", sqlmodel.AutoString(), nullable=False),
        sa.Column("place", sqlmodel.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.AutoString(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('planned', 'agenda-sent', 'held', 'cancelled')", name=op.f("ck_meeting_status")
        ),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name=op.f("fk_meeting_body_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_body"), ["body"], unique=False)

    op.create_table(
        "sag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sqlmodel.AutoString(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sqlmodel.AutoString(), nullable=False),
        sa.Column("route", sqlmodel.AutoString(), nullable=False),
        sa.Column("life", sqlmodel.AutoString(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("fills", sa.Text(), nullable=False),
        sa.Column("case_text", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name=op.f("fk_sag_owner_person")),
        sa.ForeignKeyConstraint(["route"], ["definition.ref"], name=op.f("fk_sag_route_definition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sag")),
        sa.UniqueConstraint("number", name=op.f("uq_sag_number")),
    )
    with op.batch_alter_table("sag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sag_life"), ["life"], unique=False)
        batch_op.create_index(batch_op.f("ix_sag_owner"), ["owner"], unique=False)

    op.create_table(
        "session",
        sa.Column("secret", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("form_token", sqlmodel.AutoString(), nullable=False),
        sa.Column("started_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_session_person_person")),
        sa.PrimaryKeyConstraint("secret", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_person"), ["person"], unique=False)

    op.create_table(
        "event",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("sag", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("station", sqlmodel.AutoString(), nullable=True),
        sa.Column("machine", sqlmodel.AutoString(), nullable=False),
        sa.Column("move", sqlmodel.AutoString(), nullable=False),
        sa.Column("old", sqlmodel.AutoString(), nullable=False),
        sa.Column("new", sqlmodel.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("actor", sqlmodel.AutoString(), nullable=False),
        sa.Column("on_behalf_of", sqlmodel.AutoString(), nullable=True),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("route", sqlmodel.AutoString(), nullable=False),
        sa.Column("prior", sqlmodel.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_event_sag_sag")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_sag"), ["sag"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.AutoString(), nullable=False),
        sa.Column("sag", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_person_person")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_notice_sag_sag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_person_id", ["person", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_sag"), ["sag"], unique=False)

    op.create_table(
        "step",
        sa.Column("sag", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("station", sqlmodel.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.AutoString(), nullable=False),
        sa.Column("asks", sqlmodel.AutoString(), nullable=False),
        sa.Column("proposes", sqlmodel.AutoString(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("forwards", sa.Text(), nullable=False),
        sa.Column("outcome", sqlmodel.AutoString(), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("decided_on", sqlmodel.AutoString(), nullable=True),
        sa.Column("planned", sqlmodel.AutoString(), nullable=True),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=True),
        sa.Column("conditional_on", sqlmodel.AutoString(), nullable=False),
        sa.Column("approvals", sa.Text(), nullable=False),
        sa.Column("came_from", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name=op.f("fk_step_body_body")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_step_meeting_meeting")),
        sa.ForeignKeyConstraint(["sag"], ["sag.id"], name=op.f("fk_step_sag_sag")),
        sa.PrimaryKeyConstraint("sag", "seq", name=op.f("pk_step")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index("ix_step_body_state", ["body", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_meeting"), ["meeting"], unique=False)

    op.create_table(
        "seat",
        sa.Column("sag", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("meeting", sqlmodel.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.AutoString(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status in ('submitted', 'on-agenda', 'taken-off', 'postponed')", name=op.f("ck_seat_status")
        ),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_seat_meeting_meeting")),
        sa.ForeignKeyConstraint(["sag", "step"], ["step.sag", "step.seq"], name=op.f("fk_seat_sag_step")),
        sa.PrimaryKeyConstraint("sag", "step", "meeting", name=op.f("pk_seat")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_meeting"), ["meeting"], unique=False)

    op.execute(f"insert into chain (id, seq, digest) values (1, 0, '{'0' * 64}')")
    for statement in _append_only(op.get_bind().dialect.name):
        op.execute(statement)


def _append_only(dialect: str) -> list[str]:
    """Triggers that refuse to change or remove what is kept for ever."""
    if dialect == "sqlite":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
            for table in ("event", "definition")
            for verb in ("update", "delete")
        ]
    return [
        "create function kdflow_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception '% is append-only', tg_table_name; end $$",
        *(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function kdflow_append_only()"
            for table in ("event", "definition")
        ),
    ]


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_meeting"))

    op.drop_table("seat")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_meeting"))
        batch_op.drop_index("ix_step_body_state")

    op.drop_table("step")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_sag"))
        batch_op.drop_index("ix_notice_person_id")

    op.drop_table("notice")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_sag"))

    op.drop_table("event")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_person"))

    op.drop_table("session")
    with op.batch_alter_table("sag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sag_owner"))
        batch_op.drop_index(batch_op.f("ix_sag_life"))

    op.drop_table("sag")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_body"))

    op.drop_table("meeting")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_person"))

    op.drop_table("link")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_person"))
        batch_op.drop_index(batch_op.f("ix_appointment_body"))

    op.drop_table("appointment")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_person"))

    op.drop_table("absence")
    op.drop_table("setting")
    op.drop_table("person")
    op.drop_table("definition")
    op.drop_table("content")
    op.drop_table("command")
    op.drop_table("chain")
    op.drop_table("body")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function kdflow_append_only()")
