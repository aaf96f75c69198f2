"""Build the agenda of a meeting: the order of its points, what is said of them, points of its own.

Of a meeting that is cancelled nothing is built: `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from kdflow.actions.consequences import Answer, once
from kdflow.domain import agenda_order
from kdflow.domain.agenda import Kept, Point, PointKind, kind_of, standing_key
from kdflow.domain.agenda_order import Order
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed, NotFound, Reason, Refused
from kdflow.domain.on_agenda import Agenda
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper
from kdflow.domain.sag import title_from
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.store import agendas
from kdflow.store.database import Database, Tx
from kdflow.store.on_agenda import agenda_at, new_key
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class PointReceipt(Answer):
    """What was built: the meeting and the point."""

    meeting: MeetingId
    point: str


class Way(StrEnum):
    """Where a point is moved."""

    UP = "up"
    DOWN = "down"
    TO = "to"
    UNDER = "under"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is said of a point; `title` counts for a point of the secretariat's own, `why_late` for a late sag.
    That of a sag is `closed` exactly when the sag is."""

    title: str = ""
    text: str = ""
    presenter: str = ""
    minutes: int | None = None
    closed: bool = False
    why_late: str = ""


_REFUSALS = {
    "building_meets": "the meeting is cancelled",
    "point_moves": "the point was published under a number, which stands fast, or has nowhere to go",
    "point_part": "the point was published as a closed one, and stays so",
    "point_closed": "a closed sag is treated in the closed part",
    "point_of_sag": "the point of a sag is closed by closing the sag",
    "point_removable": "a sag leaves an agenda by a move of its own",
}


def arrange_point(
    db: Database,
    meeting: MeetingId,
    point: str,
    way: Way,
    place: int = 0,
    *,
    key: str,
    by: PersonId,
    now: datetime,
) -> PointReceipt:
    """Move a point up, down, to a `place` among its like (0: the first), under the point before it, or out again.

    Raises:
        NotFound, NotAllowed, KeyReused. Refused: it was published, or has nowhere to go.
    """

    def act(tx: Tx, agenda: Agenda) -> str:
        order = _order(agenda, agenda.point(point), way, place)
        if order is None:
            raise _refused("point_moves")
        agendas.put_in_order(tx, meeting, order)
        return point

    values = {"meeting": meeting, "point": point, "way": way, "place": place}
    return _build(db, "arrange_point", meeting, values, act, key=key, by=by, now=now)


def _order(agenda: Agenda, point: Point, way: Way, place: int) -> Order | None:
    if point.is_published:
        return None
    if way is Way.UNDER:
        return agenda_order.put_under(agenda.points, point.key)
    if way is Way.BESIDE:
        return agenda_order.put_beside(agenda.points, point.key)
    at = agenda_order.siblings(agenda.points, point.key).index(point.key)
    return agenda_order.moved(agenda.points, point.key, {Way.UP: at - 1, Way.DOWN: at + 1}.get(way, place))


def describe_point(
    db: Database,
    meeting: MeetingId,
    point: str,
    details: Details,
    *,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> PointReceipt:
    """Say who presents a point, how long it takes, why it cannot wait, and whether it is closed. `version` is that
    of the point that was seen.

    Raises:
        NotFound, NotAllowed, Conflict, KeyReused. Unreadable: a point of one's own without a title.
        Refused: a closed sag would be treated openly, an open one in the closed part, or a point that was
        published as closed be opened. One that was published as open is closed at once, also for those who read
        what was published.
    """

    def act(tx: Tx, agenda: Agenda) -> str:
        found = agenda.point(point)
        if not _closes_what_was_sent(found, details):
            _refuse_cancelled(agenda)
        _refuse_part(agenda, found, details)
        _place_all(tx, agenda)
        row = next(one for one in agendas.kept(tx, meeting) if one.key == found.key)
        agendas.change(tx, meeting, _described(row, details), expected=version)
        return point

    values = {"meeting": meeting, "point": point, **asdict(details)}
    return _build(db, "describe_point", meeting, values, act, when_cancelled=True, key=key, by=by, now=now)


def _closes_what_was_sent(point: Point, details: Details) -> bool:
    """Whether others read a point that they shall not: that is mended also when the meeting is cancelled."""
    return point.is_published and details.closed and not point.closed


def _refuse_part(agenda: Agenda, point: Point, details: Details) -> None:
    """Refuse a point to be what its sag is not: what an open sag says, its decision too, everybody may read."""
    seated = agenda.seated.get(point.key)
    if point.kind is PointKind.SAG and details.closed and not agenda.is_closed(point):
        raise _refused("point_of_sag", "closed")
    if seated and seated.sag.closed and not details.closed:
        raise _refused("point_closed", "closed")
    if point.is_published and point.closed and not details.closed:
        raise _refused("point_part", "closed")


def _described(row: Kept, details: Details) -> Kept:
    kind = kind_of(row.key)
    return replace(
        row,
        title=title_from(details.title) if kind is PointKind.FREE else row.title,
        text=details.text.strip(),
        presenter=" ".join(details.presenter.split()),
        minutes=details.minutes,
        closed=details.closed and (row.closed or kind is not PointKind.SAG),
        why_late=details.why_late.strip(),
    )


def add_point(
    db: Database, meeting: MeetingId, details: Details, *, key: str, by: PersonId, now: datetime
) -> PointReceipt:
    """Put a point of the secretariat's own on an agenda.

    Raises:
        NotFound, NotAllowed, KeyReused. Unreadable: it has no title.
    """

    def act(tx: Tx, agenda: Agenda) -> str:
        named = new_key({one.key for one in agendas.kept(tx, meeting)})
        _place_all(tx, agenda)
        agendas.keep(
            tx,
            meeting,
            [
                Kept(
                    key=named,
                    position=len(agenda.points) if details.closed else agenda.next_place,
                    title=title_from(details.title),
                    text=details.text.strip(),
                    presenter=" ".join(details.presenter.split()),
                    minutes=details.minutes,
                    closed=details.closed,
                )
            ],
        )
        return named

    values = {"meeting": meeting, **asdict(details)}
    return _build(db, "add_point", meeting, values, act, key=key, by=by, now=now)


def drop_point(
    db: Database, meeting: MeetingId, point: str, *, key: str, by: PersonId, now: datetime
) -> PointReceipt:
    """Leave a standing item out at this meeting, or take a point of the secretariat's own off; one that was
    published keeps its number. Its key is never another's: what was written under it is its own, and as closed.

    Raises:
        NotFound, NotAllowed, KeyReused. Refused: it is a sag, which leaves by a move of its own.
    """

    def act(tx: Tx, agenda: Agenda) -> str:
        found = agenda.point(point)
        if found.kind is PointKind.SAG:
            raise _refused("point_removable")
        agendas.keep(tx, meeting, [replace(found.kept, hidden=True)])
        return point

    return _build(db, "drop_point", meeting, {"meeting": meeting, "point": point}, act, key=key, by=by, now=now)


def restore_standing(
    db: Database, meeting: MeetingId, name: str, *, key: str, by: PersonId, now: datetime
) -> PointReceipt:
    """Let a standing item that was left out stand on the agenda again.

    Raises:
        NotFound, NotAllowed, KeyReused.
    """

    def act(tx: Tx, agenda: Agenda) -> str:
        if all(item.key != name for item in agenda.left_out):
            raise NotFound("point", name)
        wanted = standing_key(name)
        row = next(one for one in agendas.kept(tx, meeting) if one.key == wanted)
        if row.number:
            agendas.keep(tx, meeting, [replace(row, hidden=False)])
        else:
            agendas.remove(tx, meeting, wanted)
        return wanted

    return _build(
        db, "restore_standing", meeting, {"meeting": meeting, "name": name}, act, key=key, by=by, now=now
    )


def _build(
    db: Database,
    verb: str,
    meeting: MeetingId,
    values: Mapping[str, object],
    act: Callable[[Tx, Agenda], str],
    *,
    when_cancelled: bool = False,
    key: str,
    by: PersonId,
    now: datetime,
) -> PointReceipt:
    """Do something to the agenda of a meeting, while nobody else does, if `by` may."""

    def locked(tx: Tx) -> PointReceipt:
        agendas.lock(tx, meeting)
        world = whole_world(tx, now)
        agenda = agenda_at(tx, meeting, world)
        if agenda_keeper(world.authority, agenda.body, by) is None:
            raise NotAllowed("build_agenda", AGENDA_KEEPERS, agenda.body.short)
        if not when_cancelled:
            _refuse_cancelled(agenda)
        return PointReceipt(meeting=meeting, point=act(tx, agenda))

    return once(PointReceipt, db, verb, values, locked, key=key, by=by, now=now)


def _refuse_cancelled(agenda: Agenda) -> None:
    if agenda.meeting.status is MeetingStatus.CANCELLED:
        raise _refused("building_meets")


def _place_all(tx: Tx, agenda: Agenda) -> None:
    """Keep the order as it stands: what comes later does not change it."""
    agendas.put_in_order(tx, agenda.meeting.id, agenda_order.as_it_is(agenda.points))


def _refused(rule: str, field: str | None = None) -> Refused:
    return Refused([Reason(rule, _REFUSALS[rule], field)])
