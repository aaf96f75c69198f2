"""Notices about points of a meeting, without what has been closed since they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kdflow.domain.agenda import step_of
from kdflow.domain.notices import Notice
from kdflow.domain.timetable import MeetingId
from kdflow.store import agendas, publicly
from kdflow.store.database import Tx

LISTS = ("points", "gone")
"""What a notice calls its lists of points."""

SAYS = ("point", "point_title", "text")
"""What a notice about one point, whose key it names, says of it."""


def hushed(tx: Tx, notices: Sequence[Notice]) -> list[Notice]:
    """Notices as they may be read now: who gets a mail late, or reads one again, is not told what is closed."""
    listing = [one for one in notices if _points(one)]
    if not listing:
        return list(notices)
    keys = {str(point["key"]) for one in listing for point in _points(one)}
    sager = {found[0] for key in keys if (found := step_of(key))}
    closed = publicly.closed_among(tx, sorted(sager))
    by_sag = frozenset(key for key in keys if (found := step_of(key)) and found[0] in closed)
    by_meeting = agendas.closed_now(tx, sorted({_meeting(one) for one in listing}))
    return [_without(one, by_sag | by_meeting[_meeting(one)]) if _points(one) else one for one in notices]


def _meeting(notice: Notice) -> MeetingId:
    return MeetingId(str(notice.data.get("meeting_id")))


def _points(notice: Notice) -> list[Mapping[str, Any]]:
    """The points that a notice lists, and the one that it is about."""
    lists = [found for name in LISTS if isinstance(found := notice.data.get(name), list)]
    return [one for found in (*lists, [notice.data]) for one in found if _names_point(one)]


def _names_point(one: object) -> bool:
    return isinstance(one, Mapping) and "key" in one


def _without(notice: Notice, closed: frozenset[str]) -> Notice:
    lists = {name: found for name in LISTS if isinstance(found := notice.data.get(name), list)}
    open_ones = {
        name: [one for one in found if not (_names_point(one) and one["key"] in closed)]
        for name, found in lists.items()
    }
    data = {**notice.data, **open_ones}
    if data.get("key") in closed:
        data = {name: value for name, value in data.items() if name not in SAYS} | {"closed": True}
    return replace(notice, data=data)
