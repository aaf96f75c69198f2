"""A meeting is moved: the product's whole action beside find + replan + bare write of the changed rows.

Some sager are planned at the meeting, many others are not: the cost must follow the first, not all. What telling
people and the history cost is counted apart.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.plan_again import plan_again
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.departures import civil
from kdflow.domain.impact import Shift
from kdflow.domain.impact_told import Telling
from kdflow.domain.network import Network
from kdflow.domain.replanning import planned
from kdflow.domain.revision import Revision
from kdflow.domain.sag import StepSeq
from kdflow.domain.workflow import Workflow
from kdflow.queries.impact import impact
from kdflow.store import definitions, history, outbox, plans
from kdflow.store.database import Database
from kdflow.store.world import whole_world, with_routes
from tests.benchmarks import bench_memory
from tests.store.stand import NOW, SECRETARY, Ground, Walker, furnish, meeting, opened

ASIDE = {
    "name": "aside",
    "version": 1,
    "title": "Somewhere else",
    "stations": [{"key": "m", "body": "south"}, {"key": "n", "body": "east", "after": ["m"]}],
}
TARGET, GROWTH = 2.0, 1.3
TIMES = ("product", "told", "preview", "apart", "floor", "bare")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Medians in seconds for one move with `touched` sager planned at the meeting among `sager`.

    `told` is what the notices and the history cost of the product's time, left out of `product`. The sager stand
    alike; `preview_apart` is the preview as it would be if no two of them did.
    """

    sager: int
    touched: int
    product: float
    told: float
    preview: float
    preview_apart: float
    floor: float
    floor_without_write: float


def fill(ground: Ground, touched: int, sager: int) -> str:
    """The URL of a database with `touched` sager planned at the first meeting to come, and others elsewhere."""
    url = furnish(ground)
    with opened(url) as db:
        with db.write() as tx:
            definitions.keep(tx, [Workflow.model_validate(ASIDE)], NOW)
        walker = Walker(db)
        for route, count in (("line@1", touched), ("aside@1", sager - touched)):
            sag = walker.open(route)
            walker.revise(sag, StepSeq(1), Revision(parts=("That it be done.",)), None)
            _copy(db, sag, count, route)
        plan_again(db, now=NOW)
    return url


def _copy(db: Database, sag: int, count: int, route: str) -> None:
    stem = f"SAG-2019-{route[:2]}-"
    with db.write() as tx:
        tx.run(bench_memory.COPY_SAG.replace("SAG-2019-", stem), (count - 1, sag))
        tx.run(bench_memory.COPY_STEP + " and other.number like ?", (sag, f"{stem}%"))


def measure(ground: Ground, *, touched: int, sager: int, rounds: int) -> Result:
    """Move the meeting there and back, `rounds` times each way, product and floor turn by turn."""
    url = fill(ground, touched, sager)
    times: dict[str, list[float]] = {name: [] for name in TIMES}
    with opened(url) as db:
        for number in range(rounds):
            change = _move(number)
            with _clock(times["preview"]):
                seen = impact(db, change, viewer=SECRETARY, now=NOW)
            with _apart(), _clock(times["apart"]):
                impact(db, change, viewer=SECRETARY, now=NOW)
            full, bare = _floor(db, change)
            times["floor"].append(full)
            times["bare"].append(bare)
            with _told(times["told"]), _clock(times["product"]):
                done = change_calendar(db, change, key=f"bench-{number:04}", by=SECRETARY, now=NOW)
            if not done.hits == len(seen.rows) == touched:
                raise AssertionError(
                    f"{done.hits} sager hit, {len(seen.rows)} seen before, {touched} planned there"
                )
    ground.drop(url)
    told = statistics.median(times["told"])
    return Result(
        sager=sager,
        touched=touched,
        product=statistics.median(times["product"]) - told,
        told=told,
        preview=statistics.median(times["preview"]),
        preview_apart=statistics.median(times["apart"]),
        floor=statistics.median(times["floor"]),
        floor_without_write=statistics.median(times["bare"]),
    )


def _move(number: int) -> CalendarChange:
    """The meeting is moved four days on, and back again."""
    day = date(2020, 1, 8) + timedelta(days=4 if number % 2 == 0 else 0)
    return CalendarChange(kind=ChangeKind.MOVE, body="north", meeting=meeting("north", 0), on=FuzzyDate.day(day))


def _floor(db: Database, change: CalendarChange) -> tuple[float, float]:
    """Find, plan again, and write the changed rows bare: seconds with and without the write. Nothing is kept."""
    start = perf_counter()
    try:
        with db.write() as tx:
            world = whole_world(tx, NOW)
            ids = sorted(
                {*plans.planned_at(tx, "north", [str(change.meeting)]), *plans.out_of_date(tx, civil(NOW))}
            )
            net = Network(world.bodies, world.timetable)
            found = [planned(sag, route, net, NOW) for sag, route in with_routes(tx, sorted(ids))]
            bare = perf_counter() - start
            plans.save(tx, found)
            raise _Undone
    except _Undone:
        return perf_counter() - start, bare


class _Undone(Exception):
    """Thrown so that the floor's writes are taken back."""


class _Forgetful(dict[Any, Any]):
    """A dictionary that keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


@contextmanager
def _apart() -> Iterator[None]:
    """Every sag is planned by itself, as if no other stood alike."""
    kept = Shift.twins
    Shift.twins = property(lambda _self: _Forgetful())  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        Shift.twins = kept  # type: ignore[method-assign]


@contextmanager
def _clock(into: list[float]) -> Iterator[None]:
    start = perf_counter()
    yield
    into.append(perf_counter() - start)


@contextmanager
def _told(into: list[float]) -> Iterator[None]:
    """Adds up what notices and history cost within the action."""
    spent = [0.0]
    doors: tuple[tuple[Any, str], ...] = (
        (outbox, "add"),
        (history, "append"),
        (Telling, "hear"),
        (Telling, "notices"),
    )
    kept = [getattr(module, name) for module, name in doors]

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **more: Any) -> Any:
            start = perf_counter()
            try:
                return function(*given, **more)
            finally:
                spent[0] += perf_counter() - start

        return run

    for (module, name), function in zip(doors, kept, strict=True):
        setattr(module, name, timed(function))
    try:
        yield
    finally:
        for (module, name), function in zip(doors, kept, strict=True):
            setattr(module, name, function)
        into.append(spent[0])


def report(results: list[Result]) -> str:
    """The figures, as lines."""
    lines = []
    for one in results:
        lines.append(
            f"  {one.touched:>6,} of {one.sager:>7,} sager: product {one.product * 1e3:8.1f} ms, floor "
            f"{one.floor * 1e3:8.1f} ms, {one.product / one.floor:.2f}x (target {TARGET}x); preview "
            f"{one.preview / one.floor_without_write:.2f}x find + replan "
            f"({one.preview_apart / one.floor_without_write:.2f}x if none stood alike); "
            f"telling {one.told * 1e3:.1f} ms"
        )
    growth = results[-1].product / results[0].product
    lines.append(
        f"  {results[-1].sager // results[0].sager} times as many sager, as many touched: {growth:.2f}x "
        f"(target {GROWTH}x)"
    )
    return "\n".join(lines)
