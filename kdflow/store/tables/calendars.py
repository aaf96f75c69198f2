"""Meetings, who has a place at them, and feeds of them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of


class MeetingRow(Row, table=True):
    """A meeting; `earliest` to `latest` are the bounds of its date, `written` is the date as it was written.
    The sweep looks at it again at the civil minute `wake_at` (0: at once)."""

    __table_args__: Any = (
        one_of("status", "planned", "moved", "agenda-sent", "held", "minutes-sent", "cancelled"),
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

    __table_args__: Any = (one_of("word", "in", "out"),)

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    word: str
    by: str = Field(foreign_key="person.id")
    at: datetime


class FeedRow(Row, table=True):
    """A calendar feed with a secret address; only the hash of the secret is kept. `about`: person, body or sag."""

    __table_args__: Any = (one_of("about", "person", "body", "sag"),)

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
