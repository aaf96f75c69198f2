"""The clock: a sweep and a delivery cost what is due, not what exists; each beside the bare SQL that it cannot do
without, in the same run.

Sager and letters are put in by one bulk statement for each table: some are due, the others wait for a long time.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from kdflow.actions.deliver_notices import deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.delivery import LEASE
from kdflow.domain.departures import civil
from kdflow.store import letters
from kdflow.store.database import Database, Tx, marks
from tests.actions.test_change_calendar import change
from tests.faults.crowd import many
from tests.faults.stage import DUE, Stages, house_on, nowhere, ways
from tests.store.stand import Ground, opened

GROWTH = 1.3
FAR = DUE + timedelta(days=3650)
ROWS = ("empty sweep", "sweep", "empty delivery", "claim", "claim + mark + finish", "gather")


Times = dict[tuple[str, str], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Medians in seconds, of a round with `due` due among `pending`: the product's, and the floor's where the row
    has one."""

    due: int
    pending: int
    product: dict[str, float]
    floor: dict[str, float]


def measure(ground: Ground, *, due: int, pending: Sequence[int], rounds: int) -> list[Result]:
    """Fill a database for each number of those that wait, and go through all rows of all of them turn by turn."""
    asleep, found = Stages(ground).asleep, []
    with ExitStack() as stack:
        for count in pending:
            url = ground.copy(asleep)
            stack.callback(ground.drop, url)
            found.append(_Bench(stack.enter_context(opened(url)), due, count))
        for number in range(rounds):
            for bench in found:
                bench.round(DUE + timedelta(minutes=number + 1))
        return [bench.result() for bench in found]


class _Bench:
    """One database, and what was measured in it."""

    def __init__(self, db: Database, due: int, pending: int) -> None:
        self.db, self.due, self.pending = db, due, pending
        self.times: Times = {(who, row): [] for who in ("product", "floor") for row in ROWS}
        _fill(db, due, pending)
        pass_deadlines(db, now=DUE)
        gather_notices(db, now=DUE)
        _forget_letters(db, DUE)

    def round(self, now: datetime) -> None:
        """Go through all rows once."""
        _sweeps(self.db, self.due, self.times, now)
        _letters(self.db, self.due, self.times, now)

    def result(self) -> Result:
        """The medians."""
        found = {key: statistics.median(spent) for key, spent in self.times.items() if spent}
        return Result(
            due=self.due,
            pending=self.pending,
            product={row: found["product", row] for row in ROWS},
            floor={row: found["floor", row] for row in ROWS if ("floor", row) in found},
        )


# --- the rows of the sweep -----------------------------------------------------------------------------------


def _sweeps(db: Database, due: int, times: Times, now: datetime) -> None:
    with _clock(times["product", "empty sweep"]):
        pass_deadlines(db, now=now)
    with _clock(times["floor", "empty sweep"]):
        _bare_sweep(db, due, now)
    _wake(db, due)
    with _clock(times["product", "sweep"]):
        swept = pass_deadlines(db, now=now, batch=due)
    _wake(db, due)
    with _clock(times["floor", "sweep"]):
        found = _bare_sweep(db, due, now)
    if not swept.sager == found == due:
        raise AssertionError(f"{due} are due, {swept.sager} were looked at, and {found} by the floor")


def _bare_sweep(db: Database, due: int, now: datetime) -> int:
    """Find what is due, read it, and mark it: nothing is planned and nobody is told."""
    minute = civil(now)
    with db.write() as tx:
        rows = tx.run(
            "select sag from step where wake_at <= ? order by wake_at limit ?", (minute, 2 * due)
        ).fetchall()
        tx.run("select id from meeting where wake_at <= ? order by wake_at limit ?", (minute, due)).fetchall()
        ids = list(dict.fromkeys(row[0] for row in rows))
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            tx.run(f"select * from sag where id in ({marks(some)})", some).fetchall()  # noqa: S608
            tx.run(f"select * from step where sag in ({marks(some)})", some).fetchall()  # noqa: S608
        tx.run_many("update step set wake_at = ? where sag = ?", [(minute + 60, sag) for sag in ids])
        tx.run("update beat set at = ? where name = 'sweep'", (tx.instant(now),))
    return len(ids)


def _wake(db: Database, due: int) -> None:
    """Let as many sager be due."""
    with db.write() as tx:
        tx.run(
            "update step set wake_at = 1 where sag in (select id from sag where number like ?)", ("SAG-2018-%",)
        )
        count = tx.run("select count(distinct sag) from step where wake_at = 1").fetchone()[0]
    if count != due:
        raise AssertionError(f"{count} sager are due, and not {due}")


# --- the rows of the delivery --------------------------------------------------------------------------------


def _letters(db: Database, due: int, times: Times, now: datetime) -> None:
    with _clock(times["product", "empty delivery"]):
        gather_notices(db, now=now)
        deliver_notices(db, ways(nowhere()), clock=lambda: now)
    _put_out(db, due, now)
    with _clock(times["product", "claim"]), db.write() as tx:
        claimed = letters.claim(tx, now, now + LEASE, limit=due)
    _ready(db, now)
    with _clock(times["floor", "claim"]), db.write() as tx:
        _bare_claim(tx, due, now)
    _ready(db, now)
    with _clock(times["product", "claim + mark + finish"]):
        with db.write() as tx:
            claimed = letters.claim(tx, now, now + LEASE, limit=due)
        for letter in claimed:
            with db.write() as tx:
                letters.mark_sending(tx, letter, now + LEASE)
            with db.write() as tx:
                letters.finish(tx, letter, "sent", sent_at=now)
    _ready(db, now)
    with _clock(times["floor", "claim + mark + finish"]):
        with db.write() as tx:
            ids = _bare_claim(tx, due, now)
        for one in ids:
            for state in ("sending", "sent"):
                with db.write() as tx:
                    tx.run("update letter set state = ?, lease_until = null where id = ?", (state, one))
    if not len(claimed) == len(ids) == due:
        raise AssertionError(f"{due} letters are due, {len(claimed)} were claimed, and {len(ids)} by the floor")
    _put_out(db, due, now, as_letters=False)
    with _clock(times["product", "gather"]):
        gather_notices(db, now=now)
    _forget_letters(db, now)


def _bare_claim(tx: Tx, due: int, now: datetime) -> list[int]:
    rows = tx.run(
        "select id from letter where state = 'ready' and next_at <= ? order by next_at limit ?",
        (tx.instant(now), due),
    ).fetchall()
    ids = [row[0] for row in rows]
    tx.run_many(
        "update letter set state = 'claimed', lease_until = ? where id = ?",
        [(tx.instant(now), one) for one in ids],
    )
    return ids


_SAG = "owner, route, life, places, fills, case_text, papers, closed, opened_at, version"
_NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "
_LETTER = (
    _NUMBERS  # noqa: S608
    + "insert into letter (person, state, is_digest, message_id, made_at, next_at, token, attempts, repeats) "
    "select 'owner-' || (i - i / 30 * 30 + 1), 'ready', ?, ? || i, ?, ?, 0, 0, 0 from n"
)
_NOTICE = (
    _NUMBERS + "insert into notice (kind, person, sag, data, at, due_at, dropped) "  # noqa: S608
    "select 'resting', 'owner-' || (i - i / 30 * 30 + 1), 2, '{}', ?, ?, ? from n"
)


def _put_out(db: Database, count: int, at: datetime, *, as_letters: bool = True) -> None:
    """So many letters to be sent at an instant, or notices to be gathered."""
    with db.write() as tx:
        if as_letters:
            name = f"<{at:%Y%m%d%H%M}-"
            tx.run(_LETTER, (count, False, name, tx.instant(at), tx.instant(at)))
        else:
            tx.run(_NOTICE, (count, tx.instant(at), tx.instant(at), False))


def _ready(db: Database, at: datetime) -> None:
    """The letters that were put out at an instant are to be sent, once more."""
    with db.write() as tx:
        tx.run("update letter set state = 'ready', lease_until = null where made_at = ?", (tx.instant(at),))


def _forget_letters(db: Database, now: datetime) -> None:
    """What it costs to write a mail is no matter of the database."""
    with db.write() as tx:
        tx.run("update letter set state = 'sent' where state = 'ready' and next_at <= ?", (tx.instant(now),))


# --- filling -------------------------------------------------------------------------------------------------


def _fill(db: Database, due: int, pending: int) -> None:
    """Sager that will be due, with all that is kept of them, and sager, letters and notices that wait for long."""
    many(db, due)
    far, step = civil(FAR), "seq, station, body, state, asks, parts, forwards, conditional_on, approvals, version"
    with db.write() as tx:
        (first,) = tx.run("select min(id) from sag").fetchone()
        tx.run(
            f"{_NUMBERS} insert into sag (number, title, {_SAG}) select 'SAG-2017-' || i, 'Sag ' || i, {_SAG} "  # noqa: S608
            "from sag, n where id = ?",
            (pending, first),
        )
        columns = ", ".join(f"s.{name}" for name in step.split(", "))
        tx.run(
            f"insert into step (sag, {step}, plan_until, wake_at) select o.id, {columns}, ?, ? from step s, sag o "  # noqa: S608
            "where s.sag = ? and s.seq = 2 and o.number >= 'SAG-2017-' and o.number < 'SAG-2018-'",
            (far, far, first),
        )
        tx.run(_LETTER, (pending, False, "<far-", tx.instant(DUE), tx.instant(FAR)))
        tx.run(_NOTICE, (pending, tx.instant(DUE), tx.instant(FAR), False))
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        # PostgreSQL would tidy up by itself, sooner or later: while we measure.
        conn.exec_driver_sql("analyze" if db.is_sqlite else "vacuum (analyze)")


@contextmanager
def _clock(into: list[float]) -> Iterator[None]:
    start = perf_counter()
    yield
    into.append(perf_counter() - start)


# --- a meeting moves -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Seconds for the move of a meeting where `sager` have duties, and for the sweep that looks at them again."""

    sager: int
    move: float
    sweep: float


def measure_move(ground: Ground, sager: int) -> Move:
    """Move a meeting that many sager are to be submitted to."""
    url = ground.copy(Stages(ground).asleep)
    times: list[float] = []
    with opened(url) as db:
        many(db, sager)
        house = house_on(db)
        house.on("2020-02-10", 10)
        pass_deadlines(db, now=house.now)
        with _clock(times):
            change(house, "move", "kd-net-2020-03-13", "2020-03-20")
        with _clock(times):
            swept = pass_deadlines(db, now=house.now + timedelta(minutes=1))
        if swept.sager < sager:
            raise AssertionError(f"{sager} sager are at the meeting, {swept.sager} were looked at")
    ground.drop(url)
    return Move(sager=sager, move=times[0], sweep=times[1])


def report(results: Sequence[Result], move: Move) -> str:
    """The figures, as lines."""
    small, large = results
    lines = []
    for row in ROWS:
        one = large.product[row]
        is_empty = row.startswith("empty")
        each = "" if is_empty else f", {one / large.due * 1e6:6.0f} µs each"
        floor = f", {one / large.floor[row]:5.2f}x its floor" if row in large.floor else ""
        lines.append(
            f"  {row:22} {one * 1e3:9.2f} ms{each}{floor}; {large.pending:,} instead of {small.pending:,} wait: "
            f"{one / small.product[row]:.2f}x" + ("" if is_empty else f" (target {GROWTH}x)")
        )
    lines.append(
        f"  a meeting with {move.sager:,} sager moves: {move.move / move.sager * 1e6:.0f} µs each, "
        f"and the sweep that looks at them again: {move.sweep / move.sager * 1e6:.0f} µs each"
    )
    return "\n".join(lines)
