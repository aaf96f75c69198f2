"""Who is told of minutes and of what came of them: leaders, readers, who is named though absent, who must act."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kdflow.domain.agenda import Point
from kdflow.domain.agenda_told import readers
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import deadline_of
from kdflow.domain.editions import Record
from kdflow.domain.minutes import Attendance
from kdflow.domain.minutes_content import Draft
from kdflow.domain.notices import Notice, key_of
from kdflow.domain.publications import Content, Publication

MINUTES_PUBLISHED = "minutes-published"
"""The notice that minutes, or a correction of them, have been sent; what the history calls it, too."""

TO_APPROVE = "minutes-to-approve"
"""The notice that asks a leader to approve minutes."""

SENT_BACK = "minutes-sent-back"
"""The notice that a leader sent minutes back to be put right; what the history calls it, too."""

APPROVED = "minutes-approved"
"""The notice that a leader has approved minutes, so that they can be sent; what the history calls it, too."""

APOLOGIES = "apologies"
"""The notice that a member will not come to a meeting, or will come after all."""

NAMED_THOUGH_ABSENT = "named-though-absent"
"""The notice to somebody whom the minutes name at a point, though they were not there."""

TASK, REMARK = "task", "remark"
"""What follows from a point at once: for the person who is to do something, and for a group's secretariat."""

TAKEN_BACK = {TASK: "task-taken-back", REMARK: "remark-taken-back"}
"""The notice that a task, or a remark, stands no longer."""


def told_of(draft: Draft, before: Content | None, *, but: PersonId) -> tuple[PersonId, ...]:
    """Who is told that minutes are sent: whoever is told of the agenda, has something to do, is named though
    absent, or was told before."""
    found = [*readers(draft.agenda, draft.world, but=but), *(one.person for one in draft.minutes.tasks)]
    found += [*named_though_absent(draft), *(map(PersonId, before["told"]) if before else ())]
    return tuple(dict.fromkeys(one for one in found if one != but))


def named_though_absent(draft: Draft) -> Mapping[PersonId, tuple[Point, ...]]:
    """Who was not there, but is named at points that they may know of, or has something to do there."""
    found: dict[PersonId, tuple[Point, ...]] = {}
    for person, name in draft.world.names.items():
        one = PersonId(person)
        if _was_there(draft.minutes.attendance, one, name, draft.members):
            continue
        named = tuple(p for p in draft.agenda.points if _names(draft, p, one, name) and draft.is_seen_by(p, one))
        if named:
            found[one] = named
    return found


def _was_there(attendance: Attendance, person: PersonId, name: str, members: Collection[PersonId]) -> bool:
    if person in members:
        return person not in attendance.absent
    return any(one.name.casefold() == name.casefold() for one in attendance.others)


def _names(draft: Draft, point: Point, person: PersonId, name: str) -> bool:
    minutes = draft.minutes
    if any(one.point == point.key and one.person == person for one in minutes.tasks):
        return True
    return any(has_words(text, name) for text in (minutes.at(point.key).text, point.kept.presenter))


def has_words(text: str, name: str) -> bool:
    """Whether a text has a whole name in it, in any case."""
    here, wanted = " ".join(text.split()).casefold(), name.casefold()
    at = here.find(wanted)
    while at >= 0:
        before, after = here[at - 1 : at] if at else "", here[at + len(wanted) : at + len(wanted) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = here.find(wanted, at + 1)
    return False


def notices_of(draft: Draft, record: Record) -> Iterator[Notice]:
    """The notice of the last version to each reader for whom it changed something: what was decided in the open
    part, and how many closed points there are to read. Somebody who is named though absent is told that instead,
    once."""
    made, named = record.made[-1], named_though_absent(draft)
    for person in map(PersonId, made.content["told"]):
        new = record.news(person)
        if new is None:
            continue
        seen = [one for one in new.content["points"] if not one["gone"]]
        mine = named.get(person, ()) if new.number == 1 else ()
        listed = [one for one in seen if any(p.key == one["key"] for p in mine)] if mine else seen
        kind = NAMED_THOUGH_ABSENT if mine else MINUTES_PUBLISHED
        data = {
            **_about(draft),
            "page": "referat/nyeste",
            "version": new.number,
            "points": [_line(one) for one in listed if not one["closed"]],
            "closed": sum(1 for one in listed if one["closed"]),
            "objection": made.content["objection"],
            "reason": new.reason,
        }
        yield Notice(kind=kind, person=person, sag=None, data=data, key=notice_key(made, person))


def notice_key(made: Publication, person: PersonId) -> str:
    """What the notice of minutes to one person is known by: nobody is told twice."""
    return f"{MINUTES_PUBLISHED}/{made.meeting}/{made.version}/{person}"


def _line(point: Mapping[str, Any]) -> dict[str, Any]:
    sag = point["sag"]
    line = {"key": point["key"], "number": point["number"], "title": point["title"]}
    return {**line, "outcome": sag["outcome"] if sag else None}


def _about(draft: Draft) -> dict[str, object]:
    return {"meeting_id": draft.meeting.id, "body": draft.body.short, "meeting": draft.meeting.on.text}


def asks_to_approve(draft: Draft, digest: str, by: PersonId) -> Iterator[Notice]:
    """The notice to each leader who can approve the minutes, once for what they say, and once more after they
    were sent back."""
    back = draft.minutes.sent_back
    said = f"{digest}/{back.at.isoformat()}" if back else digest
    for person in draft.world.authority.answers_for(draft.body.key):
        key = f"{TO_APPROVE}/{draft.meeting.id}/{said}/{person}"
        data = {**_about(draft), "page": "referat/godkend", "by": draft.world.names.get(by, by), **_by_when(draft)}
        yield Notice(kind=TO_APPROVE, person=person, sag=None, data=data, key=key)


def _by_when(draft: Draft) -> dict[str, object]:
    """By when the minutes are to go out; nothing where no rule, or no day, says."""
    due = deadline_of(draft.meeting, draft.body, DeadlineKind.MINUTES)
    if due >= NEVER:
        return {}
    asked = {"kind": "minutes", "does": "", "due": due, "is_over": due < civil(draft.world.now), "meeting": None}
    return {"due": due, "asked": {**asked, "meets": None}}


def sent_back(draft: Draft, reason: str, acting: Acting) -> Iterator[Notice]:
    """The notice to those who write the minutes (the other leaders, where nobody does it for them) that they are
    to be put right. Where a point is closed, a mail does not say how."""
    authority, names = draft.world.authority, draft.world.names
    data = {
        **_about(draft),
        "page": "referat",
        "by": names.get(acting.person, acting.person),
        "reason": None if any(map(draft.agenda.is_closed, draft.agenda.points)) else reason,
        **_by_when(draft),
    }
    for person in authority.secretaries(draft.body) or authority.answers_for(draft.body.key):
        if person != acting.person:
            yield Notice(kind=SENT_BACK, person=person, sag=None, data=data)


def is_approved(draft: Draft, acting: Acting) -> Iterator[Notice]:
    """The notice to those who write the minutes that they are approved, and are to be sent."""
    authority = draft.world.authority
    data = {**_about(draft), "page": "referat/udsend", "by": _name(draft, acting.person), **_by_when(draft)}
    for person in authority.secretaries(draft.body) or authority.answers_for(draft.body.key):
        if person not in (acting.person, acting.on_behalf_of):
            yield Notice(kind=APPROVED, person=person, sag=None, data=data)


def apologies(draft: Draft, by: PersonId, *, absent: bool) -> Iterator[Notice]:
    """The notice to those who look after a meeting that a member will not come, or will come after all."""
    authority = draft.world.authority
    data = {**_about(draft), "page": "referat", "by": _name(draft, by), "absent": absent}
    for person in authority.secretaries(draft.body) or authority.answers_for(draft.body.key):
        if person != by:
            yield Notice(kind=APOLOGIES, person=person, sag=None, data=data)


def _name(draft: Draft, person: PersonId) -> str:
    return draft.world.names.get(person, person)


def of_point(draft: Draft, point: Point | None, person: PersonId, kind: str, **more: object) -> Notice:
    """A notice about a point: about its sag, if it has one. Of a closed point, or one that has left the agenda
    (None), a mail says nothing."""
    if point is None:
        return Notice(kind=kind, person=person, sag=None, data={**_about(draft), "closed": True})
    seated, closed = draft.agenda.seated.get(point.key), draft.agenda.is_closed(point)
    words = {} if closed else {"key": point.key, "point": point.number, "point_title": point.title, **more}
    data = {**_about(draft), "closed": closed, **words}
    if seated:
        return Notice(kind=kind, person=person, sag=seated.sag.id, step=seated.step.seq, data=data)
    return Notice(kind=kind, person=person, sag=None, data=data)


# --- tasks and remarks ---------------------------------------------------------------------------------------


def answering_for(draft: Draft, body: str) -> tuple[PersonId, ...]:
    """Who looks after a group: its secretariat; where it has none, who leads it."""
    world = draft.world
    return world.authority.secretaries(world.bodies[body]) or world.authority.answers_for(body)


def told_of_remark(draft: Draft, point: Point | None, body: str) -> tuple[PersonId, ...]:
    """Who hears of a remark to a group: those who look after it and may know of the point (None: it is gone, and
    nothing is said of it)."""
    return tuple(one for one in answering_for(draft, body) if point is None or draft.is_seen_by(point, one))


def given(
    draft: Draft, point: Point | None, person: PersonId, kind: str, number: int, *, by: PersonId, **more: object
) -> Notice:
    """The notice of a task or a remark. It is known by its number, for it may be taken back."""
    key = key_of(kind, draft.meeting.id, number, person)
    return replace(of_point(draft, point, person, kind, **more, by=_name(draft, by)), key=key)


def no_longer(
    draft: Draft, point: Point | None, person: PersonId, kind: str, number: int, *, by: PersonId, **more: object
) -> Notice:
    """The notice that a task or a remark is taken back, with the key of the one that told of it."""
    return replace(given(draft, point, person, kind, number, by=by, **more), kind=TAKEN_BACK[kind])
