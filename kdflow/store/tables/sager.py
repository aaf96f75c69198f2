"""Sager, their steps and their history."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row, one_of


class DefinitionRow(Row, table=True):
    """A workflow or procedure version that a sag may have started on; never changed, never removed."""

    __table_args__: Any = (one_of("kind", "workflow", "procedure"),)

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
    texts: str = Field(default="{}", sa_type=sa.Text, sa_column_kwargs={"server_default": sa.text("'{}'")})


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
        one_of("status", "submitted", "on-agenda", "taken-off", "postponed"),
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


class ContentRow(Row, table=True):
    """The content of a paper, by its SHA-256; the same file is kept once."""

    digest: str = Field(primary_key=True)
    content: bytes
