"""Every table, as SQLModel classes. Rows never leave `store/`; lists and maps are canonical JSON text."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BIGINT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Key type that SQLite still counts up by itself."""


def _one_of(name: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{name} in ({listed})", name=name)


class Row(SQLModel):
    """Base of every table."""


class BodyRow(Row, table=True):
    """A body in its valid time; `reckoning` holds how its deadlines are reckoned, as JSON."""

    __tablename__ = "body"
    __table_args__: Any = (_one_of("chairing", "chair", "co-chairs", "none"),)

    key: str = Field(primary_key=True)
    name: str
    short: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    secretariat: str | None = None
    chairing: str
    plays: str
    aliases: str
    reckoning: str = Field(default="{}", sa_type=sa.Text, sa_column_kwargs={"server_default": "{}"})


class PersonRow(Row, table=True):
    """Somebody who can act."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)


class AppointmentRow(Row, table=True):
    """A person in an office of a body for a time; body "*" is the whole installation."""

    __tablename__ = "appointment"
    __table_args__: Any = (
        _one_of("office", "chair", "co-chair", "vice-chair", "member", "secretary", "administrator"),
        sa.UniqueConstraint("person", "office", "body", "valid_from"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id", index=True)
    office: str
    body: str = Field(index=True)
    valid_from: date | None = None
    valid_to: date | None = None


class AbsenceRow(Row, table=True):
    """Days on which a person is out of office."""

    __tablename__ = "absence"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    stand_in: str | None = Field(default=None, foreign_key="person.id")


class MeetingRow(Row, table=True):
    """A meeting; `earliest` to `latest` are the bounds of its date, `written` is the date as it was written."""

    __tablename__ = "meeting"
    __table_args__: Any = (
        _one_of("status", "planned", "moved", "agenda-sent", "held", "minutes-sent", "cancelled"),
    )

    id: str = Field(primary_key=True)
    body: str = Field(foreign_key="body.key", index=True)
    earliest: date | None = None
    latest: date | None = None
    precision: str
    written: str
    starts_at: datetime | None = None
    format: str
    place: str | None = None
    status: str
    note: str | None = None
    was: str | None = None
    moved_at: datetime | None = None
    moved_by: str | None = None
    most_items: int | None = None
    most_minutes: int | None = None
    version: int = 1


class MeetingVersionRow(Row, table=True):
    """What a meeting was before it was changed, with who changed it, when and why; rows are never changed."""

    __tablename__ = "meeting_version"

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    version: int = Field(primary_key=True)
    content: str = Field(sa_type=sa.Text)
    ended_at: datetime
    ended_by: str
    reason: str | None = Field(default=None, sa_type=sa.Text)


class LegRow(Row, table=True):
    """One step of a sag's plan: which meeting it is planned at ("" where none is left). An index, not a truth:
    what a page shows is planned anew; this is how a changed calendar finds the sager it concerns."""

    __tablename__ = "leg"
    __table_args__: Any = (sa.Index("ix_leg_body_meeting", "body", "meeting"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    station: str = Field(primary_key=True)
    body: str
    meeting: str


class PlaceRow(Row, table=True):
    """A secretary's word on who gets a place at a full meeting: this sag is in, or waits for the next one."""

    __tablename__ = "place"
    __table_args__: Any = (_one_of("word", "in", "out"),)

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    word: str
    by: str = Field(foreign_key="person.id")
    at: datetime


class FeedRow(Row, table=True):
    """A calendar feed with a secret address; only the hash of the secret is kept. `about`: person, body or sag."""

    __tablename__ = "feed"
    __table_args__: Any = (_one_of("about", "person", "body", "sag"),)

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    about: str
    key: str
    made_at: datetime


class DefinitionRow(Row, table=True):
    """A workflow or procedure version that a sag may have started on; never changed, never removed."""

    __tablename__ = "definition"
    __table_args__: Any = (_one_of("kind", "workflow", "procedure"),)

    ref: str = Field(primary_key=True)
    kind: str
    digest: str
    content: str = Field(sa_type=sa.Text)
    added_at: datetime


class SagRow(Row, table=True):
    """A sag."""

    __tablename__ = "sag"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    number: str = Field(unique=True)
    title: str = Field(sa_type=sa.Text)
    owner: str = Field(foreign_key="person.id", index=True)
    route: str = Field(foreign_key="definition.ref")
    life: str = Field(index=True)
    places: str = Field(sa_type=sa.Text)
    fills: str = Field(sa_type=sa.Text)
    case_text: str = Field(sa_type=sa.Text)
    papers: str = Field(sa_type=sa.Text)
    closed: bool
    opened_at: datetime
    version: int


class StepRow(Row, table=True):
    """One treatment of a sag at a station. Its legs hold until `plan_until` (civil minute; 0: not planned)."""

    __tablename__ = "step"
    __table_args__: Any = (sa.Index("ix_step_body_state", "body", "state"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    seq: int = Field(primary_key=True)
    station: str
    body: str = Field(foreign_key="body.key")
    state: str
    asks: str
    proposes: str | None = None
    parts: str = Field(sa_type=sa.Text)
    forwards: str = Field(sa_type=sa.Text)
    outcome: str | None = None
    outcome_note: str | None = Field(default=None, sa_type=sa.Text)
    decided_on: str | None = None
    planned: str | None = None
    meeting: str | None = Field(default=None, foreign_key="meeting.id", index=True)
    conditional_on: str
    approvals: str = Field(sa_type=sa.Text)
    came_from: int | None = None
    plan_until: int = Field(default=0, sa_type=BIGINT, index=True, sa_column_kwargs={"server_default": "0"})
    version: int


class SeatRow(Row, table=True):
    """A step's place at one meeting, kept as a trace when the step moved on."""

    __tablename__ = "seat"
    __table_args__: Any = (
        _one_of("status", "submitted", "on-agenda", "taken-off", "postponed"),
        sa.ForeignKeyConstraint(["sag", "step"], ["step.sag", "step.seq"]),
    )

    sag: int = Field(primary_key=True, sa_type=BIGINT)
    step: int = Field(primary_key=True)
    meeting: str = Field(primary_key=True, foreign_key="meeting.id", index=True)
    status: str
    note: str | None = Field(default=None, sa_type=sa.Text)


class EventRow(Row, table=True):
    """One row of the history: append-only, each row's digest covers the row and the digest before it."""

    __tablename__ = "event"

    seq: int = Field(primary_key=True, sa_type=BIGINT, sa_column_kwargs={"autoincrement": False})
    sag: int | None = Field(default=None, foreign_key="sag.id", index=True, sa_type=BIGINT)
    step: int | None = None
    station: str | None = None
    machine: str
    move: str
    old: str
    new: str
    reason: str | None = Field(default=None, sa_type=sa.Text)
    data: str = Field(sa_type=sa.Text)
    actor: str
    on_behalf_of: str | None = None
    at: datetime
    route: str
    prior: str
    digest: str


class ChainRow(Row, table=True):
    """The head of the history's chain: one row, locked while a transaction appends."""

    __tablename__ = "chain"

    id: int = Field(primary_key=True)
    seq: int = Field(sa_type=BIGINT)
    digest: str


class CommandRow(Row, table=True):
    """A command that was carried out, by its idempotency key; sent again, it gets the same answer."""

    __tablename__ = "command"

    key: str = Field(primary_key=True)
    fingerprint: str
    result: str = Field(sa_type=sa.Text)
    actor: str
    at: datetime


class NoticeRow(Row, table=True):
    """Something a person must be told; written with the change itself, delivered afterwards."""

    __tablename__ = "notice"
    __table_args__: Any = (sa.Index("ix_notice_person_id", "person", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    kind: str
    person: str = Field(foreign_key="person.id")
    sag: int = Field(foreign_key="sag.id", index=True, sa_type=BIGINT)
    step: int | None = None
    data: str = Field(sa_type=sa.Text)
    at: datetime


class ContentRow(Row, table=True):
    """The content of a paper, by its SHA-256; the same file is kept once."""

    __tablename__ = "content"

    digest: str = Field(primary_key=True)
    content: bytes


class SessionRow(Row, table=True):
    """A signed-in browser. Only the hash of its secret is kept."""

    __tablename__ = "session"

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    form_token: str
    started_at: datetime
    ends_at: datetime


class LinkRow(Row, table=True):
    """A sign-in link that an operator made for one person; used once. Only the hash of its secret is kept."""

    __tablename__ = "link"

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    ends_at: datetime


class SettingRow(Row, table=True):
    """A value of this installation that changes while it runs (the demo's clock)."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str
