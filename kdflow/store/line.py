"""Who can be in line for what: open steps that somebody may have to do something about, and their own sager."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.departures import NEVER
from kdflow.domain.sag import SagId
from kdflow.domain.wanted import Line
from kdflow.store.database import Tx, marks
from kdflow.store.sager import OPEN_LIVES

_LATE = "9999-12-31"
_OPEN = f"coalesce({{}}.life, '') in ({marks(OPEN_LIVES)})"
"""Asked of the few sager of one owner: no index of all that are open is read for it."""


class Standing(NamedTuple):
    """An open step of a sag, as far as it says who can have something to do there."""

    sag: SagId
    owner: PersonId
    route: str
    station: str
    body: str
    state: str


def first_in_line(
    tx: Tx, owner: PersonId, states: Collection[str], at: Mapping[str, Collection[str]], *, limit: int
) -> tuple[Standing, ...]:
    """The first steps of a line, those whose meeting is or was first before the others: at each body those in its
    states (`at`), and those in some `states` whose sag somebody owns. What tells them apart is read from an index,
    however many there are; the steps and sager behind it only of the first."""
    arms = _arms(owner, states, at)
    if not arms:
        return ()
    rows = tx.run(
        "select g.id, g.owner, g.route, s.station, s.body, s.state from ("
        f"select h.sag, h.seq, coalesce(m.latest, ?) as day from ({' union all '.join(sql for sql, _ in arms)}) h "
        "left join meeting m on m.id = h.meeting order by 3, 1, 2 limit ?) f "
        "join sag g on g.id = f.sag join step s on s.sag = f.sag and s.seq = f.seq "
        "order by f.day, f.sag, s.station",
        (_day(tx, _LATE), *(value for _, values in arms for value in values), limit),
    ).fetchall()
    return tuple(Standing(SagId(row[0]), PersonId(row[1]), *row[2:]) for row in rows)


def waiting(line: Line) -> Condition:
    """What has to hold of a sag that has a step in a line; all of it is read from the same index."""
    arms = _arms(line.owner, line.own, line.at)
    steps = " union all ".join(sql for sql, _ in arms)
    held = f"sag.id in (select h.sag from ({steps}) h) and {_OPEN.format('sag')}" if arms else "1 = 0"
    return held, (*(value for _, values in arms for value in values), *OPEN_LIVES) if arms else ()


def _arms(owner: PersonId, states: Collection[str], at: Mapping[str, Collection[str]]) -> list[Condition]:
    there = [_at(bodies, those) for those, bodies in _alike(at).items()]
    arms = [(f"{_HERE} step s where {here}", values) for here, values in there]
    return [*arms, _owned(owner, sorted(states), there)] if states else arms


_HERE = "select s.sag, s.seq, s.meeting from"


def _alike(at: Mapping[str, Collection[str]]) -> dict[tuple[str, ...], list[str]]:
    """The bodies by what states are asked for there."""
    found: dict[tuple[str, ...], list[str]] = {}
    for body, states in at.items():
        if states:
            found.setdefault(tuple(sorted(states)), []).append(body)
    return found


Condition = tuple[str, tuple[Any, ...]]


def _at(bodies: Sequence[str], states: Sequence[str]) -> Condition:
    return f"s.body in ({marks(bodies)}) and s.state in ({marks(states)})", (*bodies, *states)


def _owned(owner: PersonId, states: Sequence[str], but_for: Sequence[Condition]) -> Condition:
    others = "".join(f" and not ({here})" for here, _ in but_for)
    sql = (
        f"{_HERE} sag o join step s on s.sag = o.id "
        f"where o.owner = ? and {_OPEN.format('o')} and s.state in ({marks(states)}){others}"
    )
    return sql, (owner, *OPEN_LIVES, *states, *(value for _, values in but_for for value in values))


def _day(tx: Tx, text: str) -> Any:
    return tx.day(tx.read_day(text))


def most_urgent(tx: Tx, owner: PersonId, *, limit: int) -> tuple[SagId, ...]:
    """The open sager of an owner, those with the next deadline first, as the watch has noted it."""
    due = "select min(d.due) from duty d where d.subject = 'sag:' || sag.id"
    rows = tx.run(
        f"select sag.id from sag where sag.owner = ? and {_OPEN.format('sag')} "
        f"order by case when sag.life = 'under-way' then 0 else 1 end, coalesce(({due}), ?), sag.id limit ?",
        (owner, *OPEN_LIVES, NEVER, limit),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)
