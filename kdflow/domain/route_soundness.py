"""Is a workflow sound? Its graph, the procedures and outcomes of its stations, its bodies in their time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from kdflow.domain.errors import Flaw
from kdflow.domain.flaws import Path, listed, resting_on, validity_flaws
from kdflow.domain.soundness import USES, closure, stranded
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import (
    BackTo,
    BodyRole,
    Consent,
    Effect,
    Procedure,
    Station,
    Submission,
    Workflow,
)

CAN_GIVE = {
    Consent.CHAIR: frozenset({Chairing.CHAIR}),
    Consent.ANY_CO_CHAIR: frozenset({Chairing.CO_CHAIRS}),
    Consent.ALL_CO_CHAIRS: frozenset({Chairing.CO_CHAIRS}),
}


def workflow_flaws(
    workflow: Workflow, procedures: Mapping[str, Procedure], bodies: Mapping[str, Body]
) -> tuple[Flaw, ...]:
    """Everything wrong in one workflow, seen with the procedures and bodies it names; empty when sound."""
    earlier = earlier_stations(workflow)
    found = [*validity_flaws(workflow.valid), *_life_flaws(workflow, procedures), *_graph_flaws(workflow)]
    for index, station in enumerate(workflow.stations):
        path: Path = ("stations", index)
        found += _submission_flaws(station, path)
        found += _plan_flaws(workflow, station, path)
        found += _procedure_use_flaws(station, procedures, path)
        found += _back_flaws(station, earlier[station.key], procedures.get(station.procedure), path)
        found += _place_flaws(workflow, station, bodies, path)
    return tuple(found)


def _life_flaws(workflow: Workflow, procedures: Mapping[str, Procedure]) -> Iterator[Flaw]:
    life = procedures.get(workflow.life)
    known = listed(sorted(ref for ref, procedure in procedures.items() if procedure.kind == "life"))
    if life is None:
        yield Flaw(("life",), f"unknown procedure {workflow.life!r}", f"known lives: {known}")
    elif life.kind != "life":
        message = f"procedure {workflow.life!r} is for steps, not for a sag's life"
        yield Flaw(("life",), message, f"known lives: {known}")


def _graph_flaws(workflow: Workflow) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, station in enumerate(workflow.stations):
        if station.key in seen:
            message = f"station {station.key!r} stands twice"
            yield Flaw(("stations", index, "key"), message, "give each station a key of its own")
        seen.add(station.key)
    for index, station in enumerate(workflow.stations):
        for place, before in enumerate(station.after):
            if before not in workflow.by_key:
                yield Flaw(
                    ("stations", index, "after", place),
                    f"station {station.key!r} waits for an unknown station {before!r}",
                    f"the stations are: {listed(workflow.by_key)}",
                )
    yield from _cycle_flaws(workflow)


def earlier_stations(workflow: Workflow) -> Mapping[str, frozenset[str]]:
    """For each station, all that come before it on some way; itself too, when it stands in a circle."""
    before = {station.key: station.after for station in workflow.stations}
    return {key: closure(after, before) for key, after in before.items()}


def _cycle_flaws(workflow: Workflow) -> Iterator[Flaw]:
    earlier = earlier_stations(workflow)
    looping = {key for key, before in earlier.items() if key in before}
    told: set[str] = set()
    for index, station in enumerate(workflow.stations):
        key = station.key
        if key in looping and key not in told:
            ring = [other for other in workflow.by_key if other in earlier[key] and key in earlier[other]]
            told.update(ring)
            yield Flaw(
                ("stations", index, "after"),
                f"stations wait for each other in a circle: {listed(ring)}",
                "remove one `after`; to visit a body again, add a second station",
            )
        elif key not in looping and looping & earlier[key]:
            yield Flaw(
                ("stations", index, "after"),
                f"station {key!r} can never be reached: it waits for a circle",
                "mend the circle",
            )


def _submission_flaws(station: Station, path: Path) -> Iterator[Flaw]:
    if station.submit is Submission.CONDITIONAL and not station.after:
        message = f"station {station.key!r} waits for nobody, so nothing can be submitted conditionally"
        yield Flaw((*path, "submit"), message, "remove submit, or name the stations it comes after")
    if len(set(station.after)) != len(station.after):
        message = f"station {station.key!r} names a station twice in `after`"
        yield Flaw((*path, "after"), message, "name each station once")


def _plan_flaws(workflow: Workflow, station: Station, path: Path) -> Iterator[Flaw]:
    """What the planner could not be right about: see `domain/journey` on why each gate must be monotone."""
    ahead = station.submit is Submission.CONDITIONAL
    for key in station.after:
        before = workflow.by_key.get(key)
        if ahead and before and before.fan_out and before.fan_out.quorum is not None:
            message = f"submit is conditional, but {key!r} is over when a quorum has answered"
            hint = "remove submit: the first to answer may have the latest papers, and the plan would be wrong"
            yield Flaw((*path, "submit"), message, hint)
    if station.same_day and not (ahead and station.after):
        message = "same_day needs submit: conditional, and a station that it comes after"
        yield Flaw((*path, "same_day"), message, "papers are sent in before the day of the meeting")
    if station.lag and ahead:
        yield Flaw((*path, "lag"), "lag has no effect where submit is conditional", "remove one of them")
    if station.window is not None:
        yield from validity_flaws(station.window, path, "window")
        if station.window.end is None:
            yield Flaw((*path, "window"), "a window must close", "write its last day: window: {to: ...}")


def _procedure_use_flaws(station: Station, procedures: Mapping[str, Procedure], path: Path) -> Iterator[Flaw]:
    procedure = procedures.get(station.procedure)
    if procedure is None or procedure.kind != "step":
        known = listed(sorted(ref for ref, other in procedures.items() if other.kind == "step"))
        what = "unknown procedure" if procedure is None else "a sag's life is not a procedure for a station:"
        yield Flaw((*path, "procedure"), f"{what} {station.procedure!r}", f"known procedures: {known}")
        return
    yield from resting_on(USES, _use_flaws(station, procedure, path))


def _use_flaws(station: Station, procedure: Procedure, path: Path) -> Iterator[Flaw]:
    does = {move.does for move in procedure.moves}
    if Effect.TAKE_SEAT in does and (station.takes or station.window):
        message = f"takes and window are for work without meetings; {procedure.ref} has meetings"
        yield Flaw(
            (*path, "takes" if station.takes else "window"), message, "remove it, or choose another procedure"
        )
    if station.minutes is not None and Effect.TAKE_SEAT not in does:
        message = f"minutes are those of a meeting, but {procedure.ref} has none"
        yield Flaw((*path, "minutes"), message, "remove them, or choose another procedure")
    if station.consent is not Consent.NONE and Effect.RECORD_CONSENT not in does:
        message = f"consent is asked for, but no move of {procedure.ref} records one"
        yield Flaw((*path, "consent"), message, "remove consent, or choose another procedure")
    if station.submit is Submission.CONDITIONAL and Effect.TAKE_SEAT not in does:
        message = f"submit is conditional, but nothing is submitted in {procedure.ref}"
        yield Flaw((*path, "submit"), message, "remove submit, or choose another procedure")
    if station.outcomes and Effect.RECORD_OUTCOME not in does:
        message = f"outcomes are given, but no move of {procedure.ref} records one"
        yield Flaw((*path, "outcomes"), message, "remove them, or choose another procedure")
    elif station.outcomes and "go-on" not in (procedure.outcomes | station.outcomes).values():
        yield Flaw((*path, "outcomes"), "no outcome lets the sag go on", "give one the consequence go-on")
    yield from stranded(procedure, station.outcomes, (*path, "outcomes"))


def _back_flaws(
    station: Station, earlier: frozenset[str], procedure: Procedure | None, path: Path
) -> Iterator[Flaw]:
    inherited = procedure.outcomes if procedure else {}
    hint = f"earlier stations: {listed(sorted(earlier))}"
    for outcome, consequence in (inherited | station.outcomes).items():
        own = outcome in station.outcomes
        place = (*path, "outcomes", outcome.value) if own else (*path, "procedure")
        if isinstance(consequence, BackTo) and consequence.back_to not in earlier - {station.key}:
            message = f"outcome {outcome.value!r} goes back to {consequence.back_to!r}, no earlier station"
            yield Flaw(place, message, hint)
        elif own and consequence == "back" and not station.after:
            message = f"outcome {outcome.value!r} goes back, but nothing comes before {station.key!r}"
            yield Flaw(place, message, "choose stay or end")


def _place_flaws(workflow: Workflow, station: Station, bodies: Mapping[str, Body], path: Path) -> Iterator[Flaw]:
    if station.fan_out is not None and station.fan_out.over not in bodies:
        message = f"unknown body {station.fan_out.over!r}"
        yield Flaw((*path, "fan_out", "over"), message, "use a key of bodies.yaml")
    if isinstance(station.body, BodyRole):
        yield from _role_flaws(workflow, station, station.body.role, bodies, path)
        return
    body = bodies.get(station.body)
    if body is None:
        yield Flaw((*path, "body"), f"unknown body {station.body!r}", _near(station.body, bodies))
        return
    yield from _consent_flaws(station, body, path)
    yield from _length_flaws(station, body, path)
    yield from _time_flaws(workflow, body, path)


def _near(key: str, bodies: Mapping[str, Body]) -> str:
    stem = key.split("@")[0]
    near = sorted(other for other in bodies if other.split("@")[0] == stem or stem in other)
    return f"did you mean one of: {listed(near)}" if near else "use a key of bodies.yaml"


def _role_flaws(
    workflow: Workflow, station: Station, role: str, bodies: Mapping[str, Body], path: Path
) -> Iterator[Flaw]:
    playing = [body for body in bodies.values() if role in body.plays]
    place = (*path, "body", "role")
    if not playing:
        roles = sorted({other for body in bodies.values() for other in body.plays})
        yield Flaw(place, f"unknown role: no body plays {role!r}", f"the roles played are: {listed(roles)}")
    elif not any(workflow.valid.overlaps(body.valid) for body in playing):
        message = f"no body that plays {role!r} exists while the workflow is valid"
        yield Flaw(place, message, "mend valid, here or in bodies.yaml")
    for body in playing:
        yield from _consent_flaws(station, body, path)
        yield from _length_flaws(station, body, path)


def _consent_flaws(station: Station, body: Body, path: Path) -> Iterator[Flaw]:
    fit = CAN_GIVE.get(station.consent)
    if fit is None or body.chairing in fit:
        return
    fits = [consent.value for consent, chairing in CAN_GIVE.items() if body.chairing in chairing]
    yield Flaw(
        (*path, "consent"),
        f"consent {station.consent.value!r} cannot be given at {body.key!r}: its chairing is "
        f"{body.chairing.value!r}",
        f"use consent: {listed(fits)}, or mend chairing in bodies.yaml",
    )


def _length_flaws(station: Station, body: Body, path: Path) -> Iterator[Flaw]:
    """A station that no meeting of its body has time for."""
    if station.minutes is not None and body.most_minutes is not None and station.minutes > body.most_minutes:
        message = f"takes {station.minutes} minutes, but a meeting of {body.key!r} has only {body.most_minutes}"
        yield Flaw((*path, "minutes"), message, "mend minutes, or most_minutes in bodies.yaml")


def _time_flaws(workflow: Workflow, body: Body, path: Path) -> Iterator[Flaw]:
    valid, start, end = workflow.valid, body.valid.start, body.valid.end
    if start is not None and (valid.start is None or valid.start < start):
        message = f"body {body.key!r} does not exist before {start}, but the workflow is valid earlier"
        yield Flaw((*path, "body"), message, f"let the workflow be valid from {start} or later")
    if end is not None and (valid.end is None or valid.end > end):
        heir = f"its successor from {end + timedelta(days=1)} is {body.successor!r}"
        yield Flaw(
            (*path, "body"),
            f"body {body.key!r} ends on {end}, but the workflow is valid "
            + (f"to {valid.end}" if valid.end else "without end"),
            f"let the workflow be valid to {end}; " + (heir if body.successor else "the body has no successor"),
        )
