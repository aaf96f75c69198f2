"""Who is told what when a sag has moved: the difference between two values, one notice per person and kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kdflow.domain import outcomes
from kdflow.domain.authority import PersonId
from kdflow.domain.sag import Event, Sag, SagId, Step, StepSeq
from kdflow.domain.situation import World, listed
from kdflow.domain.workflow import Consent, Definitions

KINDS: Mapping[str, str] = {
    "open": "step-opened",
    "submit": "submitted",
    "accept": "on-agenda",
    "decline": "declined",
    "take-off": "taken-off",
    "postpone": "postponed",
    "hold-over": "postponed",
    "decide": "decided",
    "return": "returned",
    "send-back": "returned",
    "rework": "reopened",
    "pull": "pulled",
    "hand-on": "handed-on",
    "approve": "approved",
    "wait": "waiting",
    "wait-over": "waiting",
    "correct": "corrected",
    "consent-lapsed": "consent-lapsed",
    "condition-met": "condition-met",
    "rest": "resting",
    "resume": "resumed",
    "lapse": "lapsed",
    "migrate": "route-changed",
    "amend": "route-changed",
    "place-in": "place",
    "place-out": "place",
    "place-open": "place",
    "hand-over": "new-owner",
    "meeting-added": "meeting-changed",
    "meeting-moved": "meeting-changed",
    "meeting-cancelled": "meeting-changed",
    "meeting-restored": "meeting-changed",
    "meeting-changed": "meeting-changed",
    "agenda-published": "agenda-published",
    "minutes-published": "minutes-published",
}
"""The kind of notice for each move that concerns others than the one who made it."""

SILENT = frozenset(
    {"register", "start", "treat", "conclude", "withdraw", "add-paper", "revise"}
    | {"comment", "edit-comment", "delete-comment", "relate", "unrelate", "copy", "close", "open-again"}
)
"""Moves of a step that nobody else needs to hear of, or hears of by the sag's own move."""

OTHER = "moved"
"""The notice for a move that a procedure names and this table does not."""

LIFE_KINDS: Mapping[str, str] = {"withdraw": "withdrawn", "conclude": "concluded"}

COMMENTED, MENTIONED = "commented", "mentioned"
"""What follows from a comment: for the owner and those who follow the sag, and for whom it mentions."""

CONSENT_WANTED = "consent-wanted"
"""The notice that asks for an answer; the kinds beside it only tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something one person must be told about one sag (None: about a meeting or a body). `data` holds what the
    template of the kind names; where it is about several sager, its "sager" holds one map for each, and `sag` is
    the first of them. Of notices with the same `key` only one is ever kept."""

    kind: str
    person: PersonId
    sag: SagId | None
    step: StepSeq | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None

    @property
    def about_sager(self) -> list[dict[str, Any]]:
        """What is told of each sag, in a notice about several; what names none cannot be read, and is left out."""
        found = self.data.get("sager")
        return [one for one in found if isinstance(one, dict) and "sag" in one] if isinstance(found, list) else []

    @property
    def sager(self) -> tuple[SagId, ...]:
        """The sager it is about, the first one first."""
        first = () if self.sag is None else (self.sag,)
        return tuple(dict.fromkeys([*first, *(SagId(one["sag"]) for one in self.about_sager)]))


def key_of(*what: object) -> str:
    """What a notice is known by, so that it is never kept twice."""
    return "/".join(str(one.id) if isinstance(one, Sag) else "" if one is None else str(one) for one in what)


def digest_of(told: Iterable[Notice]) -> str:
    """The hex SHA-256 of who is told what: who has seen it sends nothing else."""
    plain = sorted(
        json.dumps([n.person, n.kind, n.sag, n.step, n.data], sort_keys=True, default=str) for n in told
    )
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()


def about(
    sag: Sag, events: Iterable[Event], definitions: Definitions, world: World, *, by: PersonId
) -> tuple[Notice, ...]:
    """The notices that follow from `events`, after which the sag is `sag`. Nobody is told of their own move."""
    found: dict[tuple[str, PersonId, StepSeq | None], Notice] = {}
    happened = tuple(events)
    for event in happened:
        for notice in _of_event(sag, event, happened, definitions, world):
            if notice.person != by or notice.kind == CONSENT_WANTED:
                found.setdefault((notice.kind, notice.person, notice.step), notice)
    return tuple(found.values())


def to_followers(told: Iterable[Notice], followers: Iterable[PersonId]) -> tuple[Notice, ...]:
    """The same notices for those who follow the sag and are not told anyway; none of them asks for a consent."""
    found = {(one.kind, one.step): one for one in told if one.kind != CONSENT_WANTED}
    already = {(one.kind, one.step, one.person) for one in told}
    return tuple(
        replace(one, person=person)
        for person in followers
        for about, one in found.items()
        if (*about, person) not in already
    )


def _of_event(
    sag: Sag, event: Event, happened: tuple[Event, ...], definitions: Definitions, world: World
) -> Iterable[Notice]:
    if event.machine == "route" or _moved_on_at_once(event, happened):
        return
    step = sag.step(event.step) if event.step else None
    kind = _kind(event)
    if kind:
        data = _data(sag, event, step, world)
        for person in _concerned(sag, event, step, happened, definitions, world):
            yield Notice(kind=kind, person=person, sag=sag.id, step=event.step, data=data)
    if step and event.move in ("decide", "consent-lapsed"):
        yield from _consent_wanted(sag, step, definitions, world)


def _moved_on_at_once(event: Event, happened: tuple[Event, ...]) -> bool:
    """Whether a step was opened and moved on in one go, as by a submission ahead: then that move is told."""
    if event.move != "open":
        return False
    return any(one.step == event.step and one.machine == "step" and one.move != "open" for one in happened)


def _kind(event: Event) -> str | None:
    if event.machine == "life" and event.move in LIFE_KINDS:
        return LIFE_KINDS[event.move]
    return None if event.move in SILENT else KINDS.get(event.move, OTHER)


def _concerned(
    sag: Sag,
    event: Event,
    step: Step | None,
    happened: tuple[Event, ...],
    definitions: Definitions,
    world: World,
) -> tuple[PersonId, ...]:
    """The owner and the secretaries of the body the step is at; for the sag as a whole, those of every body it
    is open at or was taken off now. Whoever leads a body hears when a step is taken off its agenda with the sag,
    or pulled; a correction is told to the bodies that have the sag now because of what is corrected."""
    touched = {one.step for one in happened}
    standing = [s for s in sag.steps if s.station in sag.places or s.conditional_on or s.seq in touched]
    at, led = [step] if step else standing, _off_agendas(sag, happened) if step is None else ()
    if step and event.move == "pull":
        led = (step,)
    if step and event.move == "correct":
        led = _downstream(sag, step, definitions)
        at += led
    served = (person for one in at for person in world.authority.secretaries(world.bodies[one.body]))
    leading = (person for one in led for person in world.authority.answers_for(one.body))
    return tuple(dict.fromkeys((sag.owner, *served, *leading)))


def _downstream(sag: Sag, step: Step, definitions: Definitions) -> tuple[Step, ...]:
    """The later steps that stand on the decision of a step."""
    after = definitions.workflow.descendants(step.station)
    return tuple(s for s in sag.steps if s.station in after and s.seq > step.seq and s.state != "pulled")


def _off_agendas(sag: Sag, happened: tuple[Event, ...]) -> tuple[Step, ...]:
    """The steps that were taken off an agenda with the sag itself, and of which nothing else is told."""
    gone = (one for one in happened if one.step and one.move in SILENT and one.data.get("was") == "on-agenda")
    return tuple(sag.step(one.step) for one in gone if one.step)


def _consent_wanted(sag: Sag, step: Step, definitions: Definitions, world: World) -> Iterable[Notice]:
    station = definitions.workflow.by_key[step.station]
    consequence = definitions.consequence(step.station, step.outcome) if step.outcome else None
    if station.consent is Consent.NONE or outcomes.kind(consequence) != "go-on":
        return
    for person in world.authority.answers_for(step.body):
        yield Notice(
            kind=CONSENT_WANTED,
            person=person,
            sag=sag.id,
            step=step.seq,
            data={"body": world.short(step.body), "outcome": step.outcome},
        )


def _data(sag: Sag, event: Event, step: Step | None, world: World) -> dict[str, object]:
    data: dict[str, object] = {"reason": event.reason}
    if step and step.conditional_on and event.move == "submit":
        waits_for = [found for key in step.conditional_on if (found := sag.at(key))]
        data["condition"] = listed([world.short(one.body) for one in waits_for])
    if event.move == "consent-lapsed" and not event.new:
        data["cause"] = "correct"
    if step:
        meeting = world.timetable.find(step.meeting)
        data |= {
            "body": world.short(step.body),
            "outcome": step.outcome,
            "meeting": meeting.on.text if meeting else None,
        }
    if event.move == "approve":
        data["note"] = None if sag.closed else event.data.get("note")
    if event.move in ("wait", "wait-over"):
        data |= {"next": event.data.get("next"), "until": event.data.get("until")}
    if event.move == "hand-over":
        data |= {"owner": event.data["owner"], "was": event.data["was"]}
    if "decided" in event.data:
        data |= {
            "decided": event.data["decided"],
            "decided_by": event.data["by"],
            "cause": event.data.get("cause"),
        }
        data["differs"] = "sent" in event.data
    return data
