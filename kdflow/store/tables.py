"""Every table, as SQLModel classes. Rows never leave `store/`; lists and maps are canonical JSON text."""

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import declared_attr
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


def _partial(name: str, columns: str, where: str) -> sa.Index:
    """An index of the rows that are looked for, and of no others."""
    return sa.Index(name, *columns.split(", "), sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Row(SQLModel):
    """Base of every table; it is called as its class, without "Row"."""

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub("(?<=.)([A-Z])", r"_\1", cls.__name__.removesuffix("Row")).lower()


class BodyRow(Row, table=True):
    """A body in its valid time; `reckoning` holds how its deadlines are reckoned, as JSON. `base` holds the same
    columns as the file has them (or as the body was made by hand), before what was changed by hand since."""

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
    base: str | None = Field(default=None, sa_type=sa.Text)
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})


class PersonRow(Row, table=True):
    """Somebody who can act."""

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})


class AppointmentRow(Row, table=True):
    """A person in an office of a body for a time; body "*" is the whole installation."""

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
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})


class AbsenceRow(Row, table=True):
    """Days on which a person is out of office."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    stand_in: str | None = Field(default=None, foreign_key="person.id")
    kept_by: str = Field(default="file", sa_column_kwargs={"server_default": sa.text("'file'")})


class MeetingRow(Row, table=True):
    """A meeting; `earliest` to `latest` are the bounds of its date, `written` is the date as it was written.
    The sweep looks at it again at the civil minute `wake_at` (0: at once)."""

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
    wake_at: int = Field(default=0, sa_type=BIGINT, index=True, sa_column_kwargs={"server_default": "0"})
    version: int = 1


class MeetingVersionRow(Row, table=True):
    """What a meeting was before it was changed, with who changed it, when and why; rows are never changed."""

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    version: int = Field(primary_key=True)
    content: str = Field(sa_type=sa.Text)
    ended_at: datetime
    ended_by: str
    reason: str | None = Field(default=None, sa_type=sa.Text)


class LegRow(Row, table=True):
    """One step of a sag's plan: which meeting it is planned at ("" where none is left). An index, not a truth:
    what a page shows is planned anew; this is how a changed calendar finds the sager it concerns."""

    __table_args__: Any = (sa.Index("ix_leg_body_meeting", "body", "meeting"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    station: str = Field(primary_key=True)
    body: str
    meeting: str


class PlaceRow(Row, table=True):
    """A secretary's word on who gets a place at a full meeting: this sag is in, or waits for the next one."""

    __table_args__: Any = (_one_of("word", "in", "out"),)

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    word: str
    by: str = Field(foreign_key="person.id")
    at: datetime


class FeedRow(Row, table=True):
    """A calendar feed with a secret address; only the hash of the secret is kept. `about`: person, body or sag."""

    __table_args__: Any = (_one_of("about", "person", "body", "sag"),)

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    about: str
    key: str
    made_at: datetime


class FeedEditionRow(Row, table=True):
    """Which edition the entries of one kind are, of a body's feeds: `number` rises when the configuration makes
    them say something else (`digest`), last at `since`."""

    body: str = Field(primary_key=True, foreign_key="body.key")
    entry: str = Field(primary_key=True)
    digest: str
    number: int
    since: datetime | None = None


class DefinitionRow(Row, table=True):
    """A workflow or procedure version that a sag may have started on; never changed, never removed."""

    __table_args__: Any = (_one_of("kind", "workflow", "procedure"),)

    ref: str = Field(primary_key=True)
    kind: str
    digest: str
    content: str = Field(sa_type=sa.Text)
    added_at: datetime


class SagRow(Row, table=True):
    """A sag."""

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
    area: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    wished: date | None = None
    opened_at: datetime
    version: int


class StepRow(Row, table=True):
    """One treatment of a sag at a station. Its legs hold until `plan_until` (civil minute; 0: not planned), and
    the sweep looks at its sag again at `wake_at` (0: at once)."""

    __table_args__: Any = (sa.Index("ix_step_standing", "body", "state", "meeting", "sag", "seq"),)

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
    opened_at: datetime | None = None
    plan_until: int = Field(default=0, sa_type=BIGINT, index=True, sa_column_kwargs={"server_default": "0"})
    wake_at: int = Field(default=0, sa_type=BIGINT, index=True, sa_column_kwargs={"server_default": "0"})
    waits_for: str | None = None
    version: int


class SeatRow(Row, table=True):
    """A step's place at one meeting, kept as a trace when the step moved on."""

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

    __table_args__: Any = (sa.Index("ix_event_move_at", "move", "at"),)

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

    id: int = Field(primary_key=True)
    seq: int = Field(sa_type=BIGINT)
    digest: str


class CommandRow(Row, table=True):
    """A command that was carried out, by its idempotency key; sent again, it gets the same answer."""

    key: str = Field(primary_key=True)
    fingerprint: str
    result: str = Field(sa_type=sa.Text)
    actor: str
    at: datetime


class DutyRow(Row, table=True):
    """Something to be done by a deadline, as the watch keeps it: `subject` is its sag ("sag:12") or its meeting
    ("meeting:kd-net-2020-01-24"). Since when it is there, until when it is due, and up to which minute its ladder
    of reminders has been told, in civil minutes."""

    subject: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    body: str
    step: int | None = None
    meeting: str | None = None
    since: int = Field(sa_type=BIGINT)
    due: int = Field(sa_type=BIGINT)
    told: int = Field(sa_type=BIGINT)


class BeatRow(Row, table=True):
    """When a part of the heartbeat was last done: the high-water mark of the clock, and the house's pulse."""

    name: str = Field(primary_key=True)
    at: datetime


class NoticeRow(Row, table=True):
    """Something a person must be told; written with the change itself, delivered afterwards.

    It waits until `due_at`; then it goes into a letter, or is dropped because it holds no longer, and `due_at` is
    empty. Of notices with the same `key` there is only one."""

    __table_args__: Any = (
        sa.Index("ix_notice_person_id", "person", "id"),
        _partial("ix_notice_due_at", "due_at", "due_at is not null"),
        _partial("ix_notice_person_due_at", "person, due_at", "due_at is not null"),
        _partial("ix_notice_dropped", "id", "why_dropped is not null"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    kind: str
    person: str = Field(foreign_key="person.id")
    sag: int | None = Field(default=None, foreign_key="sag.id", index=True, sa_type=BIGINT)
    step: int | None = None
    data: str = Field(sa_type=sa.Text)
    at: datetime
    key: str | None = Field(default=None, unique=True)
    due_at: datetime | None = None
    letter: int | None = Field(default=None, foreign_key="letter.id", index=True, sa_type=BIGINT)
    dropped: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    why_dropped: str | None = None


class LetterRow(Row, table=True):
    """What goes to one person (or to the endpoint of a webhook) at one time: the notices that name it.

    ready: to be sent at `next_at`; claimed: by a worker, until `lease_until`; sending: it may have left the house;
    sent; failed: refused for good, or tried too often; uncertain: perhaps delivered, and a person must look;
    dropped: nothing in it may be told any more. One to an endpoint is a `copy_of` the letter to a person.
    `token` counts the claims: who holds an older one no longer owns it. `attempts` counts refusals that may pass,
    `repeats` the times that it was sent again although it may have arrived.
    """

    __table_args__: Any = (
        _one_of("state", "ready", "claimed", "sending", "sent", "failed", "uncertain", "dropped"),
        sa.CheckConstraint("(person is null) <> (endpoint is null)", name="addressee"),
        _partial("ix_letter_next_at", "next_at", "state = 'ready'"),
        _partial("ix_letter_lease_until", "lease_until", "state in ('claimed', 'sending')"),
        _partial("ix_letter_given_up", "state", "state in ('failed', 'uncertain')"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    person: str | None = Field(default=None, foreign_key="person.id", index=True)
    endpoint: int | None = Field(default=None, foreign_key="endpoint.id", index=True, sa_type=BIGINT)
    copy_of: int | None = Field(default=None, foreign_key="letter.id", sa_type=BIGINT)
    state: str
    is_digest: bool
    message_id: str = Field(unique=True)
    made_at: datetime
    next_at: datetime
    lease_until: datetime | None = None
    token: int = 0
    attempts: int = 0
    repeats: int = 0
    sent_at: datetime | None = None
    error: str | None = Field(default=None, sa_type=sa.Text)


class EndpointRow(Row, table=True):
    """An address that is told of every notice by webhook; `secret` signs what is sent there."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    url: str = Field(unique=True)
    secret: str
    made_at: datetime
    ended_at: datetime | None = None


class PreferenceRow(Row, table=True):
    """How a person wants to be told: at once, daily, weekly or on the pages only, and their hours of peace."""

    __table_args__: Any = (_one_of("pace", "at-once", "daily", "weekly", "off"),)

    person: str = Field(primary_key=True, foreign_key="person.id")
    pace: str
    weekday: int
    day_begins: int
    day_ends: int


class PointerRow(Row, table=True):
    """A link in a mail: it points one person to one step as it was then (its version, and the digest of what a
    consent would have been to), and does nothing by itself. Only the hash of its secret is kept."""

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    sag: int = Field(foreign_key="sag.id", index=True, sa_type=BIGINT)
    step: int
    version: int
    content: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    ends_at: datetime


class MailRow(Row, table=True):
    """A mail in the demo's mailbox: what would have been sent."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    address: str = Field(index=True)
    message_id: str = Field(index=True)
    source: str = Field(sa_type=sa.Text)
    at: datetime


class ContentRow(Row, table=True):
    """The content of a paper, by its SHA-256; the same file is kept once."""

    digest: str = Field(primary_key=True)
    content: bytes


class SessionRow(Row, table=True):
    """A signed-in browser. Only the hash of its secret is kept. When it was last used (to the minute), when its
    person last proved that it is them, how they signed in, and in coarse words by which browser and from where."""

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    form_token: str
    started_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    proved_at: datetime | None = None
    way: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    browser: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    network: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})


class LinkRow(Row, table=True):
    """A sign-in link that an operator made for one person; used once. Only the hash of its secret is kept."""

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    ends_at: datetime


class CodeRow(Row, table=True):
    """Somebody who asked for a code to sign in: which address they typed, over which network and in which browser,
    as hashes. The code itself is made when its mail is written; only its salted hash is kept. Where nobody has the
    address there is no person, and never a code."""

    __table_args__: Any = {"sqlite_autoincrement": True}  # a number that is gone is never another's

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    account: str = Field(index=True)
    network: str = Field(index=True)
    browser: str = Field(index=True)
    person: str | None = Field(default=None, foreign_key="person.id", index=True)
    salt: str | None = None
    digest: str | None = None
    tries: int = 0
    asked_at: datetime = Field(index=True)
    ends_at: datetime


class SettingRow(Row, table=True):
    """A value of this installation that changes while it runs (the demo's clock)."""

    key: str = Field(primary_key=True)
    value: str


class DraftRow(Row, table=True):
    """What a person has written in one field of a form of a sag and not saved yet, and the version it began at."""

    person: str = Field(primary_key=True, foreign_key="person.id")
    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    form: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    text: str = Field(sa_type=sa.Text)
    version: int
    saved_at: datetime


class CommentRow(Row, table=True):
    """What somebody says about a sag. A comment that is deleted stays as a trace without its text."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    sag: int = Field(foreign_key="sag.id", index=True, sa_type=BIGINT)
    person: str = Field(foreign_key="person.id")
    text: str = Field(sa_type=sa.Text)
    at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class RelationRow(Row, table=True):
    """Two sager that have to do with each other, the older one first."""

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    other: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT, index=True)
    person: str = Field(foreign_key="person.id")
    at: datetime


class FollowerRow(Row, table=True):
    """Somebody who wants to hear what happens to a sag."""

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    person: str = Field(primary_key=True, foreign_key="person.id", index=True)
    since: datetime


class BodyChangeRow(Row, table=True):
    """What somebody changed of a body by hand, from a day on: fields with their new values as JSON. It lies on top
    of what the file says when it is `in_force`."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    body: str = Field(foreign_key="body.key", index=True)
    valid_from: date
    content: str = Field(sa_type=sa.Text)
    in_force: bool
    made_by: str
    made_at: datetime
    reason: str | None = Field(default=None, sa_type=sa.Text)


class ClosingDayRow(Row, table=True):
    """A day that was closed (or, `is_worked`, opened) by hand for a body or for all ("*"): a date, or month and
    day for every year within its validity."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    body: str = Field(index=True)
    day: str
    name: str
    is_worked: bool
    valid_from: date | None = None
    valid_to: date | None = None
    made_by: str
    made_at: datetime


class IdentityRow(Row, table=True):
    """Who somebody is at another provider of sign-in, by the subject that never changes there."""

    __table_args__: Any = (sa.UniqueConstraint("issuer", "person"),)

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    provider: str
    made_at: datetime
    seen_at: datetime


class HandshakeRow(Row, table=True):
    """A return from another provider that has been used, by the hash of its state: there is no second one."""

    state: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class AuthenticatorRow(Row, table=True):
    """A person's authenticator; it counts from `confirmed_at` on. No code of a time step up to `last_step` is good
    any more."""

    person: str = Field(primary_key=True, foreign_key="person.id")
    secret: str
    last_step: int = Field(default=0, sa_type=BIGINT)
    made_at: datetime
    confirmed_at: datetime | None = None


class AttemptRow(Row, table=True):
    """Something that was tried and did not fit, by hashes of the account and the network: too many are refused."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    kind: str
    account: str = Field(index=True)
    network: str = Field(index=True)
    at: datetime = Field(index=True)


class ParkedRow(Row, table=True):
    """A form that waits until its person has proved that it is them; kept for a short while."""

    handle: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    path: str
    fields: str = Field(sa_type=sa.Text)
    ends_at: datetime


class AgendaItemRow(Row, table=True):
    """What is kept of one point of a meeting's agenda, by its stable key: its place, who presents it, how long it
    takes, and the number under which it was published. Which sager stand on the agenda, their seats say."""

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    key: str = Field(primary_key=True)
    position: int
    title: str = Field(sa_type=sa.Text)
    text: str = Field(sa_type=sa.Text)
    presenter: str = Field(sa_type=sa.Text)
    minutes: int | None = None
    closed: bool
    under: str | None = None
    why_late: str = Field(sa_type=sa.Text)
    hidden: bool
    number: str
    supplement: int | None = None
    version: int


class PublicationRow(Row, table=True):
    """An agenda, or minutes, as they were published: frozen, never changed, never removed."""

    __table_args__: Any = (_one_of("kind", "agenda", "minutes"),)

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    kind: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content: str = Field(sa_type=sa.Text)
    digest: str
    made_at: datetime
    made_by: str = Field(foreign_key="person.id")
    reason: str | None = Field(default=None, sa_type=sa.Text)


STEMS = sa.Text().with_variant(TSVECTOR(), "postgresql")
"""Stems of words, each once."""

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that both databases put in the same order, letter by letter."""


class SagBodyRow(Row, table=True):
    """A body that a sag passes or has passed, and whether it is there now. An index, made of the sag's route."""

    __table_args__: Any = (sa.Index("ix_sag_body_body", "body", "is_now", "sag"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    body: str = Field(primary_key=True)
    is_now: bool


class SagTextRow(Row, table=True):
    """What a sag is found by: the stems of its title and of all it says, and what titles are sorted by."""

    __table_args__: Any = (sa.Index("ix_sag_text_title_key", "title_key", "sag"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    title_key: str = Field(sa_column=sa.Column(SORTED, nullable=False))
    title_words: str = Field(sa_column=sa.Column(STEMS, nullable=False))
    words: str = Field(sa_column=sa.Column(STEMS, nullable=False))


class WordRow(Row, table=True):
    """A stem that some sag has, or had; parts of compounds are looked for among them."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    word: str = Field(sa_column=sa.Column(SORTED, nullable=False, unique=True))


class MinutesRow(Row, table=True):
    """What is kept of the minutes of a meeting as a whole: who was there, when and what the chair was asked to
    approve, who approved what, and why they were opened again."""

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    absent: str = Field(sa_type=sa.Text)
    others: str = Field(sa_type=sa.Text)
    version: int
    asked_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: str | None = Field(default=None, foreign_key="person.id")
    approved_for: str | None = Field(default=None, foreign_key="person.id")
    digest: str | None = None
    reason: str | None = Field(default=None, sa_type=sa.Text)


class MinutesPointRow(Row, table=True):
    """What the minutes say of one point, by its key, and which decision was chosen and not made yet, as JSON."""

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    key: str = Field(primary_key=True)
    text: str = Field(sa_type=sa.Text)
    chosen: str = Field(sa_type=sa.Text)
    note: str = Field(sa_type=sa.Text)
    version: int
    saved_at: datetime
    saved_by: str = Field(foreign_key="person.id")


class TaskRow(Row, table=True):
    """Something that a meeting asked a person to do."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    point: str
    person: str = Field(foreign_key="person.id", index=True)
    text: str = Field(sa_type=sa.Text)
    due: date | None = None
    given_by: str = Field(foreign_key="person.id")
    given_at: datetime
    done_at: datetime | None = None


class RemarkRow(Row, table=True):
    """What a meeting asked to be told to a group."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    point: str
    body: str = Field(foreign_key="body.key")
    text: str = Field(sa_type=sa.Text)
    made_by: str = Field(foreign_key="person.id")
    at: datetime


class ReadingRow(Row, table=True):
    """Somebody read of a closed sag: its page, a paper, an agenda ... once for each hour (counted from 1970)."""

    __table_args__: Any = (_one_of("what", "page", "paper", "agenda", "minutes", "export", "api"),)

    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    person: str = Field(primary_key=True, foreign_key="person.id")
    what: str = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    at: datetime


class OpenedRow(Row, table=True):
    """Somebody who leads a body has had a step before them as it was then: the digest of its content."""

    __table_args__: Any = (sa.ForeignKeyConstraint(["sag", "step"], ["step.sag", "step.seq"]),)

    person: str = Field(primary_key=True, foreign_key="person.id")
    sag: int = Field(primary_key=True, sa_type=BIGINT)
    step: int = Field(primary_key=True)
    content: str = Field(primary_key=True)
    at: datetime
