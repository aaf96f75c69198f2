"""What the minutes of a meeting say when they are approved and sent, and who is told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kdflow.domain.agenda import Point
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import hour_of
from kdflow.domain.deadlines import Deadline, DeadlineKind, deadline, deadlines
from kdflow.domain.departures import workdays_of
from kdflow.domain.errors import NotAllowed, Unreadable
from kdflow.domain.minutes import Attendee, Minutes, members_of, refused
from kdflow.domain.on_agenda import Agenda, Seated, Seen, may_see_point, shown_at
from kdflow.domain.publications import Content, digest_of
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingStatus, has_begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The minutes of a meeting with all that they are about."""

    agenda: Agenda
    minutes: Minutes
    world: World

    @property
    def meeting(self) -> Meeting:
        """The meeting."""
        return self.agenda.meeting

    @property
    def body(self) -> Body:
        """The body that met."""
        return self.agenda.body

    @property
    def members(self) -> tuple[PersonId, ...]:
        """Its members on the day."""
        return members_of(self.body, self.meeting, self.world)

    @property
    def known(self) -> Mapping[SagId, Seen]:
        """The sager of the agenda with their routes."""
        return {one.sag.id: (one.sag, one.route) for one in self.agenda.seated.values()}

    def is_seen_by(self, point: Point, person: PersonId) -> bool:
        """Whether somebody may know of a point."""
        plain = {"key": point.key, "kind": point.kind, "closed": self.agenda.is_closed(point)}
        return may_see_point(plain, self.body, self.world, person, self.known)

    @property
    def has_closed_points(self) -> bool:
        """Whether something stands in them that is closed."""
        return any(self.agenda.is_closed(one) for one in self.agenda.points if not one.is_gone)

    def treats(self, point: Point) -> Seated | None:
        """The sag of a point, where it has been or is to be decided at this very meeting."""
        one = self.agenda.seated.get(point.key)
        return one if one and one.step.meeting == self.meeting.id and not point.is_gone else None

    def refuse_others(self, person: PersonId) -> None:
        """Raise NotAllowed where these minutes are not for somebody to write."""
        if agenda_keeper(self.world.authority, self.body, person) is None:
            raise NotAllowed("write_minutes", AGENDA_KEEPERS, self.body.short)

    def refuse_before_meeting(self) -> None:
        """Raise Refused where there is nothing to write minutes of yet."""
        if self.meeting.status is MeetingStatus.CANCELLED or not has_begun(self.meeting, self.world.now):
            raise refused("minutes_begun")

    def refuse_cancelled(self) -> None:
        """Raise Refused where nobody comes at all; who comes and who does not is noted long before it begins."""
        if self.meeting.status is MeetingStatus.CANCELLED:
            raise refused("attendance_meets")


# --- what they say -------------------------------------------------------------------------------------------


def content_of(draft: Draft) -> Content:
    """What the minutes say, in plain values: all that a leader reads."""
    meeting, hour = draft.meeting, hour_of(draft.meeting)
    return {
        "meeting": {
            "id": meeting.id,
            "body": meeting.body,
            "short": draft.body.short,
            "name": draft.body.name,
            "on": meeting.on.text,
            "at": hour.strftime("%H.%M") if hour else None,
            "format": meeting.format,
            "place": meeting.place,
        },
        "attendance": _plain_attendance(draft),
        "points": [_plain_point(draft, one) for one in draft.agenda.points],
    }


def as_sent(draft: Draft, told: Collection[PersonId]) -> Content:
    """The same as it is sent: with who is told of it, and until when one can object."""
    until = objections(draft.meeting, draft.body, draft.world.today)
    said = {"on": until.on.isoformat(), "at": until.rule.at.strftime("%H.%M")} if until else None
    return {**content_of(draft), "told": sorted(told), "objection": said}


def approved_part(content: Content) -> Content:
    """What of a publication a leader approves: all but the other meetings that a point lists, which may be moved
    without anybody touching these minutes."""
    points = [{name: value for name, value in one.items() if name != "meetings"} for one in content["points"]]
    return {"meeting": content["meeting"], "attendance": content["attendance"], "points": points}


def digest_now(draft: Draft) -> str:
    """The digest of what a leader would approve now."""
    return digest_of(approved_part(content_of(draft)))


def objections(meeting: Meeting, body: Body, today: date) -> Deadline | None:
    """Until when one can object to minutes that are sent today: reckoned from their deadline, or from today where
    they come later."""
    rules = {kind: rule for kind, rule in body.rules.items() if kind is DeadlineKind.OBJECTION}
    due = {one.kind: one.on for one in deadlines(body.rules, meeting.on, workdays_of(body))}
    if not rules:
        return None
    anchor = max(due.get(DeadlineKind.MINUTES, today), today)
    return deadline(DeadlineKind.OBJECTION, rules[DeadlineKind.OBJECTION], anchor, workdays_of(body))


def _plain_attendance(draft: Draft) -> dict[str, Any]:
    """Who was there for the whole meeting; whoever came to one point stands there."""
    found, names = draft.minutes.attendance, draft.world.names
    return {
        "present": [names.get(one, one) for one in draft.members if one not in found.absent],
        "absent": [names.get(one, one) for one in draft.members if one in found.absent],
        "others": [_plain_attendee(one, names) for one in found.others if one.point is None],
    }


def _plain_attendee(one: Attendee, names: Mapping[str, str]) -> dict[str, Any]:
    instead = names.get(one.stands_for, one.stands_for) if one.stands_for else None
    return {"name": one.name, "part": one.part, "stands_for": instead}


def _plain_point(draft: Draft, point: Point) -> dict[str, Any]:
    minutes, names = draft.minutes, draft.world.names
    seated = draft.agenda.seated.get(point.key)
    treated = draft.treats(point)
    shown = () if point.is_gone else shown_at(draft.agenda, point, draft.world)
    return {
        "key": point.key,
        "kind": point.kind,
        "number": point.number,
        "title": point.title,
        "closed": draft.agenda.is_closed(point),
        "gone": point.is_gone,
        "left": _left(draft, seated),
        "text": minutes.at(point.key).text.strip(),
        "presenter": point.kept.presenter,
        "people": [_plain_attendee(one, names) for one in minutes.attendance.others if one.point == point.key],
        "sag": _plain_sag(treated) if treated else None,
        "remarks": [
            {"to": draft.world.short(one.body), "text": one.text}
            for one in minutes.remarks
            if one.point == point.key
        ],
        "tasks": [
            {"id": one.id, "who": names.get(one.person, one.person), "text": one.text, "due": _iso(one.due)}
            for one in minutes.tasks
            if one.point == point.key
        ],
        "meetings": [{"id": one.id, "on": one.on.text} for one in shown],
        **({"supplement": point.kept.supplement} if point.kept.supplement else {}),
    }


def _left(draft: Draft, seated: Seated | None) -> str | None:
    """How a sag left the agenda of this meeting, if it did."""
    seats = seated.step.seats if seated else ()
    found = next((one.status for one in seats if one.meeting == draft.meeting.id), None)
    return found if found in ("postponed", "taken-off") else None


def _plain_sag(one: Seated) -> dict[str, Any]:
    return {
        "number": one.sag.number,
        "asks": one.step.asks,
        "parts": [{"text": part.text, "outcome": part.outcome} for part in one.step.parts],
        "outcome": one.step.outcome,
        "note": one.step.outcome_note,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def refuse_to_publish(draft: Draft, content: Content, before: Content | None, reason: str | None) -> None:
    """Refuse to send what nobody who leads the body has approved as it is, or what was sent already.

    Raises:
        Refused: with the rule that says no.
    """
    draft.refuse_before_meeting()
    given = draft.minutes.approval
    is_led = bool(draft.world.authority.answers_for(draft.body.key))
    if is_led and (given is None or given.digest != digest_of(approved_part(content))):
        raise refused("minutes_approved")
    if before is not None and approved_part(before) == approved_part(content):
        raise refused("minutes_have_news")
    if before is not None and not (reason or "").strip():
        raise refused("minutes_reason", "reason")


def refuse_due(due: date | None, body: Body, today: date, *, confirmed: bool) -> None:
    """Refuse a day by which something is to be done that has passed, or that is no working day of the body and is
    not `confirmed`.

    Raises:
        Unreadable: with the field that mends it.
    """
    if due and due < today:
        raise Unreadable("a task is due in time to come", "task-past", "due")
    if due and not confirmed and not workdays_of(body).is_worked(due):
        raise Unreadable("nobody works on the day a task is due: confirm it", "task-closed-day", "sure")
