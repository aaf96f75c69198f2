"""Agendas and minutes, as they are made and as they were published."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of


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

    __table_args__: Any = (one_of("kind", "agenda", "minutes"),)

    meeting: str = Field(primary_key=True, foreign_key="meeting.id")
    kind: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    content: str = Field(sa_type=sa.Text)
    digest: str
    made_at: datetime
    made_by: str = Field(foreign_key="person.id")
    reason: str | None = Field(default=None, sa_type=sa.Text)


class MinutesRow(Row, table=True):
    """What is kept of the minutes of a meeting as a whole: who was there, when and what the chair was asked to
    approve, who approved what, why they were opened again, and who last sent them back and why."""

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
    back_at: datetime | None = None
    back_by: str | None = Field(default=None, foreign_key="person.id")
    back_reason: str | None = Field(default=None, sa_type=sa.Text)


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

    __table_args__: Any = ({"sqlite_autoincrement": True},)  # a number that is gone is never another's

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

    __table_args__: Any = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    meeting: str = Field(foreign_key="meeting.id", index=True)
    point: str
    body: str = Field(foreign_key="body.key")
    text: str = Field(sa_type=sa.Text)
    made_by: str = Field(foreign_key="person.id")
    at: datetime
