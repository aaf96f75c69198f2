"""Duties, notices, letters, and how they reach people."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of, partial


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
        partial("ix_notice_due_at", "due_at", "due_at is not null"),
        partial("ix_notice_person_due_at", "person, due_at", "due_at is not null"),
        partial("ix_notice_dropped", "id", "why_dropped is not null"),
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
    One that is ready in the year 9999 is held until there is a mail server. `message_id` is only the name of a
    letter before its first try, and then the whole Message-ID, for good.
    `token` counts the claims: who holds an older one no longer owns it. `attempts` counts refusals that may pass,
    `repeats` the times that it was sent again although it may have arrived.
    """

    __table_args__: Any = (
        one_of("state", "ready", "claimed", "sending", "sent", "failed", "uncertain", "dropped"),
        sa.CheckConstraint("(person is null) <> (endpoint is null)", name="addressee"),
        partial("ix_letter_next_at", "next_at", "state = 'ready'"),
        partial("ix_letter_lease_until", "lease_until", "state in ('claimed', 'sending')"),
        partial("ix_letter_given_up", "state", "state in ('failed', 'uncertain')"),
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

    __table_args__: Any = (one_of("pace", "at-once", "daily", "weekly", "off"),)

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
