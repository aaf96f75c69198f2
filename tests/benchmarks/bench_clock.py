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
from tests.faults.crowd import many
from tests.faults.stage import DUE, Stages, nowhere, ways
from tests.store.stand import Ground, opened

GROWTH = 1.3
FAR = DUE + timedelta(days=3650)
ROWS = ("empty sweep", "sweep", "empty delivery", "claim", "claim + mark + finish", "gather")


Times = dict[tuple[str, str], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Medians in seconds, of a round with `due` due among `pending`: the product's, its best round's, and the
    floor's where the row has one; and how many pages PostgreSQL looks at in a sweep (SQLite: 0)."""

    due: int
    pending: int
    product: dict[str, float]
    best: dict[str, float]
    floor: dict[str, float]
    pages: float


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
        self.pages: list[int] = []
        fill(db, due, pending)
        pass_deadlines(db, now=DUE)
        gather_notices(db, now=DUE)
        _forget_letters(db, DUE)
        tidied(db)

    def round(self, now: datetime) -> None:
        """Go through all rows once."""
        self.pages.append(_sweeps(self.db, self.due, self.times, now))
        _letters(self.db, self.due, self.times, now)

    def result(self) -> Result:
        """The medians."""
        found = {key: statistics.median(spent) for key, spent in self.times.items() if spent}
        return Result(
            due=self.due,
            pending=self.pending,
            product={row: found["product", row] for row in ROWS},
            best={row: min(self.times["product", row]) for row in ROWS},
            pages=statistics.median(self.pages),
            floor={row: found["floor", row] for row in ROWS if ("floor", row) in found},
        )


# --- the rows of the sweep -----------------------------------------------------------------------------------


def _sweeps(db: Database, due: int, times: Times, now: datetime) -> int:
    with clocked(times["product", "empty sweep"]):
        pass_deadlines(db, now=now)
    with clocked(times["floor", "empty sweep"]):
        _bare_sweep(db, due, now)
    wake(db, due)
    before = pages_read(db)
    with clocked(times["product", "sweep"]):
        swept = pass_deadlines(db, now=now, batch=due)
    pages = pages_read(db) - before
    wake(db, due)
    with clocked(times["floor", "sweep"]):
        found = _bare_sweep(db, due, now)
    if not swept.sager == found == due:
        raise AssertionError(f"{due} are due, {swept.sager} were looked at, and {found} by the floor")
    return pages


def pages_read(db: Database) -> int:
    """How many pages of tables and indexes PostgreSQL has looked at up to now: no other program disturbs that."""
    if db.is_sqlite:
        return 0
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        conn.exec_driver_sql("select pg_stat_force_next_flush()")
        conn.exec_driver_sql("select pg_stat_clear_snapshot()")
        return int(
            conn.exec_driver_sql(
                "select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)) "
                "from pg_statio_user_tables"
            ).scalar_one()
        )


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


def wake(db: Database, due: int) -> None:
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
    with clocked(times["product", "empty delivery"]):
        gather_notices(db, now=now)
        deliver_notices(db, ways(nowhere()), clock=lambda: now)
    put_out(db, due, now)
    with clocked(times["product", "claim"]), db.write() as tx:
        claimed = letters.claim(tx, now, now + LEASE, limit=due)
    _ready(db, now)
    with clocked(times["floor", "claim"]), db.write() as tx:
        _bare_claim(tx, due, now)
    _ready(db, now)
    with clocked(times["product", "claim + mark + finish"]):
        with db.write() as tx:
            claimed = letters.claim(tx, now, now + LEASE, limit=due)
        for letter in claimed:
            with db.write() as tx:
                letters.mark_sending(tx, letter, now + LEASE)
            with db.write() as tx:
                letters.finish(tx, letter, "sent", sent_at=now)
    _ready(db, now)
    with clocked(times["floor", "claim + mark + finish"]):
        with db.write() as tx:
            ids = _bare_claim(tx, due, now)
        for one in ids:
            for state in ("sending", "sent"):
                with db.write() as tx:
                    tx.run("update letter set state = ?, lease_until = null where id = ?", (state, one))
    if not len(claimed) == len(ids) == due:
        raise AssertionError(f"{due} letters are due, {len(claimed)} were claimed, and {len(ids)} by the floor")
    put_out(db, due, now, as_letters=False)
    with clocked(times["product", "gather"]):
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
    "select 'resting', 'owner-' || (i - i / 30 * 30 + 1), (select min(id) from sag) + i, '{}', ?, ?, ? from n"
)


def put_out(db: Database, count: int, at: datetime, *, as_letters: bool = True) -> None:
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


def fill(db: Database, due: int, pending: int) -> None:
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


def tidied(db: Database) -> None:
    """Let the databases that are compared be in one state: tidied up once, and never while we measure. PostgreSQL
    would do it by itself, in a small table after each round and in a large one never."""
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        if db.is_sqlite:
            conn.exec_driver_sql("analyze")
            return
        for table in ("sag", "step", "leg", "duty", "notice", "letter", "meeting", "beat"):
            conn.exec_driver_sql(f"alter table {table} set (autovacuum_enabled = off)")
        conn.exec_driver_sql("vacuum (analyze)")
        conn.exec_driver_sql("checkpoint")


@contextmanager
def clocked(into: list[float]) -> Iterator[None]:
    start = perf_counter()
    yield
    into.append(perf_counter() - start)


def report(results: Sequence[Result]) -> str:
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
            f"{large.best[row] / small.best[row]:.2f}x in the best rounds"
            + ("" if is_empty else f" (target {GROWTH}x)")
        )
    if small.pages:
        lines.append(
            f"  pages that a sweep looks at: {large.pages:,.0f} instead of {small.pages:,.0f}: "
            f"{large.pages / small.pages:.2f}x (target {GROWTH}x)"
        )
    return "\n".join(lines)
