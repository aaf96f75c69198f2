"""Where sager wait: the days at each body in a period, and who stands where now. Numbers, never a sag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kdflow.domain.dates import local_day, local_instant
from kdflow.domain.timetable import Body
from kdflow.domain.waiting import Figures, Treatment, days_between, figures, months_before
from kdflow.domain.workflow import Effect, Procedure
from kdflow.queries.year_wheel import labels
from kdflow.store import definitions, people, waiting
from kdflow.store.database import Database

FEW = 10
"""Below so many treatments the figures say little, and the page says so."""

MONTHS = 12
"""How far back the history is counted where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neck:
    """One body: how long what it handed on had been there (and the parts of it), and what stands there now."""

    body: Body
    name: str
    days: Figures | None
    preparing: Figures | None
    at_meetings: Figures | None
    lying: Figures | None
    now: Figures | None

    @property
    def is_sure(self) -> bool:
        """Whether there are enough treatments behind the figures."""
        return self.days is not None and self.days.count >= FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottlenecks:
    """Every body that handed a sag on from `start` to `end` (both included) or has one now, the slowest first."""

    necks: tuple[Neck, ...]
    start: date
    end: date
    today: date

    @property
    def slow(self) -> tuple[Neck, ...]:
        """Those that handed something on in the period."""
        return tuple(neck for neck in self.necks if neck.days)

    @property
    def full(self) -> tuple[Neck, ...]:
        """Those where sager stand now, most of them first."""
        standing = [neck for neck in self.necks if neck.now]
        return tuple(sorted(standing, key=lambda neck: -neck.now.count if neck.now else 0))


def bottlenecks(db: Database, now: datetime, *, start: date | None = None, end: date | None = None) -> Bottlenecks:
    """Where sager have waited in a period (until today and over `MONTHS`, where it does not say) and wait now.

    Closed ones are left out, for everybody: a count would betray them where sager are few, and figures that differ
    from one reader to the next cannot be discussed.
    """
    today = local_day(now)
    last = end or max(today, start or today)
    first = start or months_before(last, MONTHS)
    with db.read() as tx:
        steps = [one for one in definitions.procedures(tx) if one.kind == "step"]
        done = waiting.treatments(
            tx,
            submits=_moves(steps, Effect.TAKE_SEAT),
            decides=_moves(steps, Effect.RECORD_OUTCOME),
            leaves=_moves(steps, Effect.GO_ON),
            start=local_instant(first),
            end=local_instant(last + timedelta(days=1)),
        )
        standing = waiting.standing(tx, final={s.key for one in steps for s in one.states if s.final})
        bodies = people.bodies(tx)
    treated: dict[str, list[Treatment]] = {}
    for one in done:
        treated.setdefault(one.body, []).append(one)
    present: dict[str, list[int]] = {}
    for body, opened_at in standing:
        present.setdefault(body, []).append(days_between(opened_at, now))
    names = labels({key: bodies[key] for key in {*treated, *present}})
    necks = [_neck(bodies[key], names, treated.get(key, ()), present.get(key, ())) for key in names]
    return Bottlenecks(necks=tuple(sorted(necks, key=_slowness)), start=first, end=last, today=today)


def _moves(procedures: Iterable[Procedure], effect: Effect) -> frozenset[str]:
    """What the moves with an effect are called in any procedure."""
    return frozenset(move.name for one in procedures for move in one.moves if move.does is effect)


def _neck(body: Body, names: Mapping[str, str], done: Iterable[Treatment], now: Iterable[int]) -> Neck:
    found = list(done)
    return Neck(
        body=body,
        name=names[body.key],
        days=figures(one.days for one in found),
        preparing=figures(one.preparing for one in found),
        at_meetings=figures(one.at_meetings for one in found if one.submitted_at),
        lying=figures(one.lying for one in found if one.decided_at),
        now=figures(now),
    )


def _slowness(neck: Neck) -> tuple[float, float, str]:
    median = neck.days.median if neck.days else -1
    return -median, -(neck.days.ninety if neck.days else 0), neck.name
