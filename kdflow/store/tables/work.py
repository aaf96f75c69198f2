"""What people write about a sag while they work on it, who has read it, and what is searched in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of

STEMS = sa.Text().with_variant(TSVECTOR(), "postgresql")
"""Stems of words, each once."""

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that both databases put in the same order, letter by letter."""


class DraftRow(Row, table=True):
    """What a person has written in one field of a form of a sag and not saved yet, and the version it began at."""

    person: str = Field(primary_key=True, foreign_key="person.id")
    sag: int = Field(primary_key=True, foreign_key="sag.id", sa_type=BIGINT)
    form: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    text: str = Field(sa_type=sa.Text)
    version: int
    saved_at: datetime


class BegunRow(Row, table=True):
    """What a person has typed in one field of the form for a new sag, before there is one."""

    person: str = Field(primary_key=True, foreign_key="person.id")
    field: str = Field(primary_key=True)
    text: str = Field(sa_type=sa.Text)
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


class ReadingRow(Row, table=True):
    """Somebody read of a closed sag: its page, a paper, an agenda ... once for each hour (counted from 1970)."""

    __table_args__: Any = (one_of("what", "page", "paper", "agenda", "minutes", "search", "export", "api"),)

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


class PointTextRow(Row, table=True):
    """What a point of a meeting that is about no sag is found by (`task` 0), or a task that the meeting gave, with
    what is `shown` of it. A task knows the sag of its point, and the person who has it."""

    __table_args__: Any = (
        sa.UniqueConstraint("meeting", "kind", "key", "task", name="uq_point_text_meeting"),
        one_of("kind", "built", "sent", "task"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    meeting: str = Field(foreign_key="meeting.id")
    kind: str
    key: str
    task: int = Field(sa_type=BIGINT)
    sag: int | None = Field(default=None, foreign_key="sag.id", sa_type=BIGINT)
    person: str | None = Field(default=None, foreign_key="person.id")
    closed: bool
    is_out: bool
    shown: str = Field(sa_type=sa.Text)
    words: str = Field(sa_column=sa.Column(STEMS, nullable=False))


class WordRow(Row, table=True):
    """A stem that some sag or point has, or had; parts of compounds are looked for among them."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    word: str = Field(sa_column=sa.Column(SORTED, nullable=False, unique=True))
