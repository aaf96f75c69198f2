"""The columns of a sag and of its steps: values made of their rows, and rows of values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import Sag, SagId, Seat, SeatStatus, Step, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Asks, Outcome
from kdflow.store import mapping
from kdflow.store.database import Tx

SAG = (
    "id, number, title, owner, route, life, places, fills, case_text, papers, closed, area, wished, texts, "
    "opened_at, version"
)
STEP = (
    "seq, station, body, state, asks, proposes, parts, forwards, outcome, outcome_note, decided_on, planned, "
    "meeting, conditional_on, approvals, came_from, opened_at, waits_for, version"
)


def step_values(tx: Tx, step: Step) -> tuple[Any, ...]:
    """What of a step can change, in the order of `STEP`."""
    return (
        step.state,
        step.proposes,
        mapping.parts_to_json(step.parts),
        mapping.to_json(step.forwards),
        step.outcome,
        step.outcome_note,
        mapping.date_to_json(step.decided_on),
        mapping.date_to_json(step.planned),
        step.meeting,
        mapping.to_json(step.conditional_on),
        mapping.approvals_to_json(step.approvals),
        step.came_from,
        tx.instant(step.opened_at) if step.opened_at else None,
        step.waits_for,
    )


def sag_values(tx: Tx, sag: Sag) -> tuple[Any, ...]:
    """What of a sag can change, in the order of `SAG`."""
    return (
        sag.title,
        sag.owner,
        sag.route,
        sag.life,
        mapping.to_json(sag.places),
        mapping.mapping_to_json(sag.fills),
        sag.case_text,
        mapping.papers_to_json(sag.papers),
        sag.closed,
        sag.area,
        tx.day(sag.wished),
        mapping.texts_to_json(sag.texts),
    )


def sag_of(tx: Tx, row: Sequence[Any], steps: Sequence[Step]) -> Sag:
    """The sag of a row of `SAG`, with its steps."""
    return Sag(
        id=SagId(row[0]),
        number=row[1],
        title=row[2],
        owner=PersonId(row[3]),
        route=row[4],
        life=row[5],
        places=mapping.strings(row[6]),
        fills=mapping.from_json(row[7]),
        case_text=row[8],
        papers=mapping.papers_from_json(row[9]),
        closed=bool(row[10]),
        area=row[11],
        wished=tx.read_day(row[12]),
        texts=mapping.texts_from_json(row[13]),
        opened_at=tx.read_instant(row[14]),
        version=row[15],
        steps=tuple(steps),
    )


def seat_of(row: Sequence[Any]) -> Seat:
    """The seat of a meeting, a status and a note."""
    return Seat(meeting=row[0], status=SeatStatus(row[1]), note=row[2])


@lru_cache(maxsize=4096)
def step_of(row: tuple[Any, ...], seats: tuple[Seat, ...]) -> Step:
    """The step of a row of `STEP`, with its seats."""
    # Equal rows are equal values, and most steps of a sag are over.
    return Step(
        seq=StepSeq(row[0]),
        station=row[1],
        body=row[2],
        state=row[3],
        asks=Asks(row[4]),
        proposes=Asks(row[5]) if row[5] else None,
        parts=mapping.parts_from_json(row[6]),
        forwards=mapping.strings(row[7]),
        outcome=Outcome(row[8]) if row[8] else None,
        outcome_note=row[9],
        decided_on=mapping.date_from_json(row[10]),
        planned=mapping.date_from_json(row[11]),
        meeting=MeetingId(row[12]) if row[12] else None,
        conditional_on=mapping.strings(row[13]),
        approvals=mapping.approvals_from_json(row[14]),
        came_from=StepSeq(row[15]) if row[15] else None,
        opened_at=Tx.read_instant(row[16]) if row[16] else None,
        waits_for=MeetingId(row[17]) if row[17] else None,
        version=row[18],
        seats=seats,
    )
