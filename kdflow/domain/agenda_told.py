"""Who is told of an agenda and of its supplements, and what is new to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.editions import Record
from kdflow.domain.notices import Notice
from kdflow.domain.on_agenda import Agenda
from kdflow.domain.publications import Publication
from kdflow.domain.situation import World

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


def notices_of(record: Record) -> Iterator[Notice]:
    """The notice of the last version to each reader for whom it changed something: what is new, of the open part;
    of the closed part only how many points they will find there when they are signed in. Nothing tells the others
    that there is more than they may know of."""
    made = record.made[-1]
    meeting = made.content["meeting"]
    for person in map(PersonId, made.content["told"]):
        new = record.news(person)
        if new is None:
            continue
        told = {(one["key"], one["gone"]) for one in new.before["points"]} if new.before else set()
        listed = [one for one in new.content["points"] if (one["key"], one["gone"]) not in told]
        open_ones = [one for one in listed if not one["closed"]]
        yield Notice(
            kind=AGENDA_PUBLISHED,
            person=person,
            sag=None,
            key=notice_key(made, person),
            data={
                "meeting_id": made.meeting,
                "page": "dagsorden/nyeste",
                "body": meeting["short"],
                "meeting": meeting["on"],
                "place": meeting["place"],
                "version": new.number,
                "points": [_line(one) for one in open_ones if not one["gone"]],
                "gone": [_line(one) for one in open_ones if one["gone"]],
                "closed": sum(1 for one in listed if one["closed"]),
                "reason": new.reason,
            },
        )


def notice_key(made: Publication, person: PersonId) -> str:
    """What the notice of an agenda to one person is known by: nobody is told twice."""
    return f"{AGENDA_PUBLISHED}/{made.meeting}/{made.version}/{person}"


def _line(point: Mapping[str, Any]) -> dict[str, str]:
    return {name: point[name] for name in ("key", "number", "title")}
