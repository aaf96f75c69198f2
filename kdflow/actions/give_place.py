"""Say whether a sag gets a place at a meeting that takes only so many: a word that overrules the order."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, keep, once, receipt, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.capacity import Word, limit_of, passenger
from kdflow.domain.errors import NotAllowed, NotFound, Unreadable
from kdflow.domain.impact import shift_of
from kdflow.domain.impact_told import Telling
from kdflow.domain.network import network
from kdflow.domain.notices import KINDS
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.rights import PLACE_GIVERS, place_giver
from kdflow.domain.sag import Event, SagId
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, has_begun
from kdflow.store import outbox, places, plans, sager
from kdflow.store.competing import hits_of_word
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world


def give_place(
    db: Database,
    meeting: MeetingId,
    sag: SagId,
    word: Word | None,
    *,
    reason: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Take a sag in, let it wait, or (None) leave it to the order again. To say the same twice changes nothing.

    The owner of the sag is told, and whoever is concerned by another one that slides by it, or gets in.

    Raises:
        NotFound: there is no such meeting, or no such sag that `by` may know of.
        NotAllowed: `by` is neither secretary nor chair of the meeting's body.
        Unreadable: the meeting takes as many as come, or is over, or the sag stands on its agenda or cannot come
            to it. KeyReused.
    """
    why = (reason or "").strip() or None

    def act(tx: Tx) -> Receipt:
        plans.lock(tx)
        world = whole_world(tx, now)
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        found = world.timetable.find(meeting)
        if found is None:
            raise NotFound("meeting", meeting)
        acting = place_giver(world.authority, world.bodies[found.body], by)
        if acting is None:
            raise NotAllowed("give-place", PLACE_GIVERS, world.short(found.body))
        _check(before, found, world)
        said = places.said(tx, [meeting]).get((meeting, sag))
        old = said.word if said else None
        if old != word:
            places.keep(tx, meeting, sag, word, by=by, now=now)
            telling = Telling(shift_of([], world, by=by, reason=why))
            for one in hits_of_word(tx, telling.shift, meeting, {(meeting, sag): old}):
                telling.hear(one)
            _tell(tx, before, _event(found, old, word, why, world), telling, acting)
        return receipt(before.sag, None)

    values = {"meeting": meeting, "sag": sag, "word": word, "reason": why}
    return once(Receipt, db, "give_place", values, act, key=key, by=by, now=now)


def _check(before: Situation, meeting: Meeting, world: World) -> None:
    net = network(world)
    if limit_of(net, meeting.id) is None:
        raise Unreadable("this meeting takes as many sager as come: there are no places to give", "no-places")
    if meeting.status is MeetingStatus.CANCELLED or has_begun(meeting, world.now):
        raise Unreadable(
            "this meeting is cancelled, or has begun: there are no places to give any more", "places-over"
        )
    prepared = prepare(before.sag, before.definitions, net, world.now)
    if meeting.id in passenger(before.sag, prepared).agendas:
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


def _event(meeting: Meeting, old: Word | None, new: Word | None, reason: str | None, world: World) -> Event:
    return Event(
        machine="record",
        move=f"place-{new or 'open'}",
        old=old or "",
        new=new or "",
        reason=reason,
        data={"body": world.short(meeting.body), "meeting": meeting.on.text, "id": meeting.id},
    )


def _tell(tx: Tx, before: Situation, event: Event, telling: Telling, acting: Acting) -> None:
    """One notice to each person concerned. It is written down last: that locks the head of the history."""
    sag, kind, now = before.sag, KINDS[event.move], before.world.now
    data = {"reason": event.reason, **event.data}
    to_others = {**data, "reason": None if sag.closed else event.reason}
    told = [telling.notice(person, kind, to_others) for person in telling.heard if person != sag.owner]
    if acting.person != sag.owner:
        told.append(telling.notice(sag.owner, kind, {"word": event.new or None, **data}, sag.id))
    outbox.add(tx, told, now)
    keep(tx, sag, sag, [event], acting=acting, now=now)
