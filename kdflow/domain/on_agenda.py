"""The agenda of a meeting with the sager behind it: what it says when it is published, and who may read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kdflow.domain.agenda import Kept, Point, PointKey, PointKind, sag_key, standing_key
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import hour_of
from kdflow.domain.errors import NotFound, Reason, Refused
from kdflow.domain.publications import Content
from kdflow.domain.sag import Sag, SagId, Step
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting, MeetingStatus, StandingItem, StandingShows
from kdflow.domain.visibility import is_of_body, may_see
from kdflow.domain.workflow import Definitions, Effect

COMING = 5
"""How many coming meetings a standing item lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A sag with its step that has a seat at a meeting; `minutes` is how long it takes there, as its route says.
    It `is_late` when it came to the meeting after the deadline for submission."""

    sag: Sag
    step: Step
    route: Definitions
    minutes: int
    is_late: bool

    @property
    def key(self) -> PointKey:
        """The key of its point."""
        return sag_key(self.sag.id, self.step.seq)

    def condition(self, world: World) -> str:
        """The bodies that it was submitted on condition of and that have not decided it yet; "" for none."""
        waits_for = [key for key in self.step.conditional_on if not ((at := self.sag.at(key)) and at.outcome)]
        return self.situation(world).names_of(waits_for)

    def situation(self, world: World) -> Situation:
        """The sag at its step, to ask the rules about."""
        return Situation(sag=self.sag, step=self.step, definitions=self.route, world=world)

    def move(self, effect: Effect) -> str | None:
        """The move that has an effect on the step from where it is; None where there is none."""
        moves = self.route.procedure_of(self.step.station).moves_from.get(self.step.state, ())
        return next((move.name for move in moves if move.does is effect and not move.onward), None)

    @property
    def can_wait(self) -> bool:
        """Whether it can be put off to a later meeting."""
        return self.move(Effect.NEXT_MEETING) is not None

    @property
    def can_leave(self) -> bool:
        """Whether it can be taken off, or its submission declined."""
        return self.move(Effect.LEAVE_SEAT) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What stands on the agenda of a meeting, with the sager behind its points (also those that are gone); what is
    `submitted` and waits to be put on; and the standing items that are left out at this meeting."""

    meeting: Meeting
    body: Body
    points: tuple[Point, ...]
    seated: Mapping[PointKey, Seated]
    submitted: tuple[Seated, ...]
    left_out: tuple[StandingItem, ...]

    @property
    def is_published(self) -> bool:
        """Whether some of it has been published."""
        return any(point.is_published for point in self.points)

    @property
    def live(self) -> tuple[Point, ...]:
        """The points that are on the agenda now."""
        return tuple(one for one in self.points if not one.is_gone)

    @property
    def next_place(self) -> int:
        """The place among the points that are not published yet where the next one comes: before those that end
        the agenda, of the same place as the first of them."""
        ends = {standing_key(item.key) for item in self.body.standing if item.is_last}
        fresh = [one for one in self.points if not one.is_published]
        return max(
            (place for place, one in enumerate(fresh, 1) if not one.closed and one.key not in ends), default=0
        )

    def is_closed(self, point: Point) -> bool:
        """Whether only some may know of a point: that of a closed sag also when it is off the agenda."""
        seated = self.seated.get(point.key)
        return point.closed or bool(seated and seated.sag.closed)

    def point(self, key: str) -> Point:
        """One point by its key.

        Raises:
            NotFound: the agenda has no such point.
        """
        for one in self.points:
            if one.key == key:
                return one
        raise NotFound("point", key)


# --- what is published ---------------------------------------------------------------------------------------


def content_of(agenda: Agenda, world: World, told: Collection[PersonId]) -> Content:
    """What an agenda says, in plain values: what the reader needs, as it is now."""
    meeting, supplement = agenda.meeting, next_supplement(agenda)
    hour = hour_of(meeting)
    return {
        "meeting": {
            "id": meeting.id,
            "body": meeting.body,
            "short": agenda.body.short,
            "name": agenda.body.name,
            "on": meeting.on.text,
            "at": hour.strftime("%H.%M") if hour else None,
            "format": meeting.format,
            "place": meeting.place,
        },
        "points": [_plain_point(agenda, one, supplement, world) for one in agenda.points],
        "told": sorted(told),
    }


def next_supplement(agenda: Agenda) -> int:
    """Which agenda the points that are new belong to: 0 the first, 1 its first supplement."""
    return max((one.kept.supplement or 0 for one in agenda.points if one.is_published), default=-1) + 1


def _plain_point(agenda: Agenda, point: Point, supplement: int, world: World) -> dict[str, Any]:
    seated = agenda.seated.get(point.key)
    live = None if point.is_gone else point
    shown = shown_at(agenda, point, world) if live else ()
    return {
        "key": point.key,
        "kind": point.kind,
        "number": point.number,
        "title": point.title,
        "closed": agenda.is_closed(point),
        "gone": point.is_gone,
        "supplement": point.kept.supplement if point.is_published else supplement,
        "text": live.kept.text if live else "",
        "presenter": live.kept.presenter if live else "",
        "why_late": live.kept.why_late if live else "",
        "minutes": live.minutes if live else None,
        "sag": _plain_sag(seated, world) if live and seated else None,
        "meetings": [{"id": one.id, "on": one.on.text} for one in shown],
    }


def _plain_sag(one: Seated, world: World) -> dict[str, Any]:
    return {
        "number": one.sag.number,
        "asks": one.step.asks,
        "parts": [part.text for part in one.step.parts],
        "condition": one.condition(world),
        "case_text": one.sag.case_text_at(one.step.station),
        "papers": [
            {
                "title": p.title,
                "filename": p.filename,
                "media_type": p.media_type,
                "size": p.size,
                "digest": p.digest,
            }
            for p in one.sag.papers
        ],
    }


def shown_at(agenda: Agenda, point: Point, world: World) -> tuple[Meeting, ...]:
    """The meetings that a standing item lists by itself."""
    item = next((one for one in agenda.body.standing if point.key == standing_key(one.key)), None)
    begins = agenda.meeting.begins_on
    if item is None or item.shows is None or begins is None:
        return ()
    if item.shows is StandingShows.COMING:
        return world.timetable.coming(agenda.meeting.body, after=begins)[:COMING]
    same = world.timetable.of_body.get(agenda.meeting.body, ())
    before = [one for one in same if one.status is not MeetingStatus.CANCELLED]
    dated = [(one.begins_on, one.id, one) for one in before if one.begins_on and one.begins_on < begins]
    return (max(dated, key=lambda row: row[:2])[2],) if dated else ()


def as_published(agenda: Agenda) -> tuple[Kept, ...]:
    """What is kept of the new points when they have been published: number and title stand fast from then on."""
    supplement = next_supplement(agenda)
    return tuple(
        replace(
            one.kept,
            position=place,
            number=one.number,
            supplement=supplement,
            title=one.title,
            closed=one.closed,
        )
        for place, one in enumerate(agenda.points)
        if not one.is_published
    )


_REFUSALS = {
    "agenda_meeting_stands": "the meeting is cancelled",
    "agenda_before_minutes": "the minutes of the meeting have been sent",
    "agenda_late_reasons": "some sager came late, and nobody has said why they cannot wait",
    "agenda_has_news": "nothing is new since the agenda was published",
}


def refuse_to_publish(agenda: Agenda, before: Content | None, content: Content) -> None:
    """Refuse what cannot be published.

    Raises:
        Refused: with one reason for each rule that says no.
    """
    rules = []
    if agenda.meeting.status is MeetingStatus.CANCELLED:
        rules.append("agenda_meeting_stands")
    if agenda.meeting.status is MeetingStatus.MINUTES_SENT:
        rules.append("agenda_before_minutes")
    if any(one.lacks_reason for one in agenda.points):
        rules.append("agenda_late_reasons")
    if before and all(before[part] == content[part] for part in ("meeting", "points")):
        rules.append("agenda_has_news")
    if rules:
        raise Refused([Reason(rule, _REFUSALS[rule]) for rule in rules])


# --- who may read it -----------------------------------------------------------------------------------------


def may_see_point(
    point: Mapping[str, Any], body: Body, world: World, viewer: PersonId | None, known: Mapping[SagId, Seen]
) -> bool:
    """Whether somebody may know of a point that was published: a closed one who belongs to the body, or owns its
    sag; of a closed sag, whenever it was closed, who may know of the sag. `known` are the sager of the agenda."""
    if viewer is None:
        return True
    found = known.get(SagId(int(str(point["key"]).split(":")[1]))) if point["kind"] == PointKind.SAG else None
    if found and not may_see(found[0], viewer, found[1], world):
        return False
    is_owner = bool(found and found[0].owner == viewer)
    return not point["closed"] or is_owner or bool(found and found[0].closed) or is_of_body(viewer, body, world)


Seen = tuple[Sag, Definitions]
"""A sag with its route."""
