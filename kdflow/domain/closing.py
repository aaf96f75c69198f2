"""A sag is closed to all but those it concerns, or opened to everybody again; who is told, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from kdflow.domain.agenda import step_of
from kdflow.domain.authority import Person, PersonId
from kdflow.domain.errors import Reason, Refused
from kdflow.domain.notices import Notice
from kdflow.domain.publications import Publication
from kdflow.domain.rights import closer
from kdflow.domain.sag import Event, Sag, SagId
from kdflow.domain.situation import Situation

CLOSE, OPEN_AGAIN = "close", "open-again"
"""What the history calls it."""

CLOSED, OPENED = "sag-closed", "sag-opened"
"""The notices of it."""


def changed(sag: Sag, *, closed: bool, reason: str) -> tuple[Sag, Event]:
    """The sag closed, or open again, and what the history says of it.

    Raises:
        Refused: it is so already, or nobody says why.
    """
    if not reason.strip():
        raise Refused([Reason("closing_reason", "say why", "reason")])
    if sag.closed is closed:
        rule = "closing_closed" if closed else "closing_open"
        raise Refused([Reason(rule, "the sag is closed already" if closed else "the sag is open already")])
    old, new = ("open", "closed") if closed else ("closed", "open")
    move = CLOSE if closed else OPEN_AGAIN
    return replace(sag, closed=closed), Event(machine="record", move=move, old=old, new=new, reason=reason.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """An agenda, or minutes, that people have a copy of: all its versions with the sag in them, oldest first."""

    made: tuple[Publication, ...]

    @property
    def first(self) -> Publication:
        """The version by which it went out first."""
        return self.made[0]

    @property
    def readers(self) -> tuple[PersonId, ...]:
        """Who has a copy: those who were told of a version, and who made it."""
        return tuple(
            dict.fromkeys(PersonId(who) for one in self.made for who in (*one.content["told"], one.made_by))
        )


def copies(sag: SagId, made: Iterable[Publication]) -> tuple[Copied, ...]:
    """What was published with a point about the sag, in the order that it is given in, by meeting and kind."""
    about = [one for one in made if any(_is_about(sag, point["key"]) for point in one.content["points"])]
    return tuple(Copied(made=tuple(some)) for _, some in groupby(about, lambda one: (one.meeting, one.kind)))


def _is_about(sag: SagId, key: str) -> bool:
    step = step_of(key)
    return step is not None and step[0] == sag


def told_of(
    after: Situation, followers: Iterable[PersonId], gone_out: Iterable[Copied], by: Person
) -> Iterator[Notice]:
    """The notice to the owner, the secretaries of the bodies that the sag stands or has stood at, and those who
    follow it and may know of it now. To the secretaries it says what went out with the sag in it, so that they can
    ask for it back. It waits for no digest."""
    sag, world = after.sag, after.world
    served = {
        person: None for step in sag.steps for person in world.authority.secretaries(world.bodies[step.body])
    }
    sent = [_line(one) for one in gone_out] if sag.closed else []
    kind = CLOSED if sag.closed else OPENED
    for person in dict.fromkeys((sag.owner, *served, *followers)):
        if person != by.id:
            data = {"by": by.name, "urgent": True, "sent": sent if person in served else []}
            yield Notice(kind=kind, person=person, sag=sag.id, data=data)


def _line(one: Copied) -> dict[str, object]:
    meeting = one.first.content["meeting"]
    about = {"body": meeting["short"], "meeting": meeting["on"], "count": len(one.readers)}
    return {"kind": str(one.first.kind), **about}


def is_reason_told(here: Situation, viewer: PersonId | None) -> bool:
    """Whether one who may know of the sag (None: the operator) reads why it was closed. When it is open to
    everybody again, only those do who could close it: the reason may say what it was closed for."""
    return viewer is None or here.sag.closed or closer(here, viewer) is not None
