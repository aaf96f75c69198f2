"""Many sager that all stand as one does, put in by a statement for each table."""

from __future__ import annotations

from kdflow.store.database import Database

OWNERS = 30

_SAG = "route, life, places, fills, case_text, papers, closed, opened_at, version"
_STEP = (
    "seq, station, body, state, asks, proposes, parts, forwards, outcome, outcome_note, decided_on, planned, "
    "meeting, conditional_on, approvals, came_from, opened_at, plan_until, wake_at, version"
)
_DUTY = "kind, about, body, step, meeting, since, due, told"
_NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "


def many(db: Database, count: int, owners: int = OWNERS) -> int:
    """Copy the first sag, with all that is kept of it, for many owners; how many steps there are now."""
    prefixed = ", ".join(f"s.{name}" for name in _STEP.split(", "))
    with db.write() as tx:
        first = tx.run("select min(id) from sag").fetchone()[0]
        tx.run(
            f"{_NUMBERS} insert into person (id, name, email) select 'owner-' || i, 'Owner ' || i, "  # noqa: S608
            "'owner-' || i || '@test.example' from n",
            (owners,),
        )
        tx.run(
            f"{_NUMBERS} insert into sag (number, title, owner, {_SAG}) select 'SAG-2018-' || i, 'Sag ' || i, "  # noqa: S608
            f"'owner-' || (i - i / {owners} * {owners} + 1), {_SAG} from sag, n where id = ?",
            (count, first),
        )
        tx.run(
            f"insert into step (sag, {_STEP}) select o.id, {prefixed} from step s, sag o "  # noqa: S608
            "where s.sag = ? and substr(o.number, 1, 8) = 'SAG-2018'",
            (first,),
        )
        tx.run(
            "insert into duty (subject, kind, about, body, step, meeting, since, due, told) "
            "select 'sag:' || o.id, d.kind, d.about, d.body, d.step, d.meeting, d.since, d.due, d.told "
            "from duty d, sag o where d.subject = ? and substr(o.number, 1, 8) = 'SAG-2018'",
            (f"sag:{first}",),
        )
        tx.run(
            "insert into leg (sag, station, body, meeting) select o.id, l.station, l.body, l.meeting "
            "from leg l, sag o where l.sag = ? and substr(o.number, 1, 8) = 'SAG-2018'",
            (first,),
        )
        return int(tx.run("select count(*) from step").fetchone()[0])
