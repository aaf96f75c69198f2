"""Who is told of an agenda and of its supplements, and what is new to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.on_agenda import Agenda, may_see_point
from kdflow.domain.publications import Content
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting

AGENDA_PUBLISHED = "agenda-published"
"""The notice that an agenda, or a supplement to it, has been published; what the history calls it, too."""


def readers(agenda: Agenda, world: World, *, but: PersonId) -> tuple[PersonId, ...]:
    """Who is told that an agenda is published: the members of the body, whoever leads it, and the owners of the
    sager on it."""
    authority, key = world.authority, agenda.body.key
    members = authority.holders(key, *LEADING, Office.VICE_CHAIR, Office.MEMBER)
    owners = (agenda.seated[one.key].sag.owner for one in agenda.live if one.key in agenda.seated)
    found = dict.fromkeys((*authority.answers_for(key), *members, *owners))
    return tuple(person for person in found if person != but)


def notices_of(
    agenda: Agenda, content: Content, before: Content | None, version: int, world: World, *, reason: str | None
) -> Iterator[Notice]:
    """The notice to each reader to whom something is new since what was published `before`: what it is, of the
    open part; of the closed part only how many points they will find there when they are signed in. Nothing tells
    the others that there is more than they may know of."""
    known = {one.sag.id: (one.sag, one.route) for one in agenda.seated.values()}
    told = {(one["key"], one["gone"]) for one in before["points"]} if before else set()
    listed = [one for one in content["points"] if (one["key"], one["gone"]) not in told]
    meeting = content["meeting"]
    for person in map(PersonId, content["told"]):
        may_see = partial(may_see_point, body=agenda.body, world=world, viewer=person, known=known)
        if not is_new_to(before, content, may_see):
            continue
        seen = [one for one in listed if may_see(one)]
        open_ones = [one for one in seen if not one["closed"]]
        yield Notice(
            kind=AGENDA_PUBLISHED,
            person=person,
            sag=None,
            key=notice_key(agenda.meeting, version, person),
            data={
                "meeting_id": agenda.meeting.id,
                "page": f"dagsorden/{version}",
                "body": meeting["short"],
                "meeting": meeting["on"],
                "place": meeting["place"],
                "version": version,
                "points": [_line(one) for one in open_ones if not one["gone"]],
                "gone": [_line(one) for one in open_ones if one["gone"]],
                "closed": sum(1 for one in seen if one["closed"]),
                "reason": reason,
            },
        )


def is_new_to(before: Content | None, content: Content, may_see: Callable[[Mapping[str, Any]], bool]) -> bool:
    """Whether what is published tells somebody more than what was published `before`; they may know only of the
    points that they `may_see`."""

    def seen(one: Content) -> tuple[Any, ...]:
        return one["meeting"], one.get("attendance"), [point for point in one["points"] if may_see(point)]

    return before is None or seen(before) != seen(content)


def notice_key(meeting: Meeting, version: int, person: PersonId) -> str:
    """What the notice of an agenda to one person is known by: nobody is told twice."""
    return f"{AGENDA_PUBLISHED}/{meeting.id}/{version}/{person}"


def _line(point: Mapping[str, Any]) -> dict[str, str]:
    return {name: point[name] for name in ("key", "number", "title")}
