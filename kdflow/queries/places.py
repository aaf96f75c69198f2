"""Who gets a place at a meeting that takes only so many: everybody planned there, and those who slide into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import Filling, Given, Limit, Rule, Slide, Word, is_coming, limit_of
from kdflow.domain.network import network
from kdflow.domain.rights import place_giver
from kdflow.domain.sag import Sag, SagId, SeatStatus
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.domain.visibility import may_see
from kdflow.store import places
from kdflow.store.competing import placement
from kdflow.store.database import Database
from kdflow.store.places import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesRow:
    """One sag that wants to the meeting, for so many `minutes`, and is not on its agenda. `to` is the meeting it
    slides to, where it gets no place (`has_place`); `word` is what a secretary has said of it.

    A closed sag that the viewer may not know of is not among them: that it is planned is known to nobody else.
    """

    sag: SagId
    number: str
    title: str
    closed: bool
    rule: Rule
    minutes: int
    has_place: bool
    to: Meeting | None
    word: Word | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A meeting that takes so much at `most`: how many sager are on its agenda, submitted and planned, how many
    minutes those with a place take (`used`; one takes `usual`, if its route says nothing else), who slides where.

    `over` is what stands on the agenda beyond that; `may_give` says whether the viewer can overrule the order.
    """

    meeting: Meeting
    most: Limit
    used: int
    usual: int
    over: Limit
    agenda: int
    submitted: int
    planned: int
    rows: tuple[PlacesRow, ...]
    may_give: bool

    @property
    def slides(self) -> tuple[tuple[Meeting | None, tuple[PlacesRow, ...]], ...]:
        """Those without a place, by the meeting they slide to, the first meeting first (None: none is left)."""
        found = sorted((row for row in self.rows if not row.has_place), key=lambda row: _day(row.to))
        return tuple((rows[0].to, rows) for _, group in groupby(found, key=_goal) if (rows := tuple(group)))

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say beyond the number of places."""
        return bool(self.rows or any(self.over))


def _day(meeting: Meeting | None) -> tuple[bool, str, str]:
    day = meeting.begins_on if meeting else None
    return day is None, day.isoformat() if day else "", meeting.id if meeting else ""


def _goal(row: PlacesRow) -> MeetingId | None:
    return row.to.id if row.to else None


def places_at(db: Database, meeting: Meeting, world: World, viewer: PersonId | None) -> Places | None:
    """Who gets a place at a meeting, as far as `viewer` may know of it (None: all); None where there is no limit,
    and once the meeting has begun or is cancelled."""
    net = network(world)
    most = limit_of(net, meeting.id)
    if most is None or not is_coming(meeting, world.now):
        return None
    with db.read() as tx:
        found, competing = placement(tx, world)
        filling = found.fillings.get(meeting.id)
        said = places.said(tx, [meeting.id])
    seen = {
        sag.id: sag for sag, route in competing.values() if viewer is None or may_see(sag, viewer, route, world)
    }
    filling = filling or Filling(most=most, given=(), slides=())
    return _places(meeting, filling, seen, said, world, viewer)


def _places(
    meeting: Meeting,
    filling: Filling,
    seen: Mapping[SagId, Sag],
    said: Mapping[tuple[MeetingId, SagId], Said],
    world: World,
    viewer: PersonId | None,
) -> Places:
    def row(found: Given | Slide) -> PlacesRow:
        sag, to = found.sag, found.to if isinstance(found, Slide) else None
        one, word = seen[sag], said.get((meeting.id, sag))
        return PlacesRow(
            sag=sag,
            number=one.number,
            title=one.title,
            closed=one.closed,
            rule=found.rule,
            minutes=found.minutes,
            has_place=isinstance(found, Given),
            to=world.timetable.find(to),
            word=word.word if word else None,
        )

    waiting = [one for one in filling.given if one.rule != "agenda"]
    known = [one for one in waiting if one.sag in seen]
    rows = (*map(row, known), *(row(one) for one in filling.slides if one.sag in seen))
    submitted = sum(_is_submitted(seen[one.sag], meeting) for one in rows)
    body = world.bodies[meeting.body]
    giver = viewer and place_giver(world.authority, body, viewer)
    return Places(
        meeting=meeting,
        most=filling.most,
        used=filling.minutes - sum(one.minutes for one in filling.given if one.sag not in seen),
        usual=body.minutes_per_item,
        over=filling.over,
        agenda=sum(one.rule == "agenda" and one.sag in seen for one in filling.given),
        submitted=submitted,
        planned=len(rows) - submitted,
        rows=rows,
        may_give=bool(giver),
    )


def _is_submitted(sag: Sag, meeting: Meeting) -> bool:
    return any(
        seat.meeting == meeting.id and seat.status is SeatStatus.SUBMITTED
        for step in sag.steps
        if step.meeting == meeting.id
        for seat in step.seats
    )
