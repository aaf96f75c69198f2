"""Words on who gets a place at a meeting that takes only so many: when one can be said, and who is told."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.domain.authority import Acting
from kdflow.domain.capacity import Word, is_coming, limit_of, passenger
from kdflow.domain.errors import Unreadable
from kdflow.domain.impact_told import Telling
from kdflow.domain.network import network
from kdflow.domain.notices import KINDS, Notice
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.sag import Event, SagId
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import Meeting, MeetingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """That a sag is taken in at a meeting, waits, or (None) is left to the order again."""

    meeting: MeetingId
    sag: SagId
    word: Word | None
    reason: str | None = None


def refuse_word(here: Situation, meeting: Meeting) -> None:
    """Refuse a word on a sag where there are no places to give.

    Raises:
        Unreadable: the meeting takes as many as come, or is over, or the sag stands on its agenda or cannot come
            to it.
    """
    net = network(here.world)
    if limit_of(net, meeting.id) is None:
        raise Unreadable("this meeting takes as many sager as come: there are no places to give", "no-places")
    if not is_coming(meeting, here.world.now):
        raise Unreadable(
            "this meeting is cancelled, or has begun: there are no places to give any more", "places-over"
        )
    prepared = prepare(here.sag, here.definitions, net, here.world.now)
    if meeting.id in passenger(here.sag, prepared).agendas:
        raise Unreadable("the sag stands on the agenda: postpone it, or take it off, by its own move", "has-place")
    if not _comes_to(prepared, meeting):
        raise Unreadable("the sag has no step left that could be taken at this meeting", "comes-not")


def _comes_to(prepared: Prepared, meeting: Meeting) -> bool:
    """Whether a station that the sag has not passed is treated at the meetings that this one is one of."""
    return any(
        stop.departures is not None and meeting.id in stop.departures.meetings
        for place, stop in enumerate(prepared.stops)
        if place not in prepared.behind
    )


def event_of(here: Situation, meeting: Meeting, old: Word | None, wish: Wish) -> Event:
    """How the history tells of a word."""
    return Event(
        machine="record",
        move=f"place-{wish.word or 'open'}",
        old=old or "",
        new=wish.word or "",
        reason=wish.reason,
        data={"body": here.world.short(meeting.body), "meeting": meeting.on.text, "id": meeting.id},
    )


def notices_of(here: Situation, event: Event, telling: Telling, acting: Acting) -> tuple[Notice, ...]:
    """One notice to each person concerned: the owner of the sag, and whoever hears of another one."""
    sag, kind = here.sag, KINDS[event.move]
    data = {"reason": event.reason, **event.data}
    to_others = {**data, "reason": None if sag.closed else event.reason}
    told = [telling.notice(person, kind, to_others) for person in telling.heard if person != sag.owner]
    if acting.person != sag.owner:
        told.append(telling.notice(sag.owner, kind, {"word": event.new or None, **data}, sag.id))
    return tuple(told)
