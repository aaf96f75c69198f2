"""Can a scenario be played? Its sager, their people and meetings, and every move of theirs, tried in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kdflow.domain.authority import Authority, PersonId
from kdflow.domain.configuration import (
    PersonEntry,
    SagEntry,
    ScenarioFile,
    StepEntry,
)
from kdflow.domain.dates import local_day, read_date
from kdflow.domain.errors import Flaw, Unreadable
from kdflow.domain.flaws import Path, listed
from kdflow.domain.outcomes import answers, overall
from kdflow.domain.sag import Part
from kdflow.domain.situation import body_at
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.workflow import (
    BodyRole,
    Consequence,
    Effect,
    Move,
    Outcome,
    Procedure,
    Station,
    Workflow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a scenario may name."""

    workflows: Mapping[str, Workflow]
    procedures: Mapping[str, Procedure]
    bodies: Mapping[str, Body]
    people: Sequence[PersonEntry]
    meetings: Mapping[str, Meeting]

    def authority(self, on: date) -> Authority:
        """Who holds which office on a day."""
        return Authority(
            on=on,
            appointments=tuple(a for person in self.people for a in person.appointments),
            absences=tuple(a for person in self.people for a in person.days_off),
        )


def scenario_flaws(scenario: ScenarioFile, known: Known) -> Iterator[Flaw]:
    """Everything wrong in a scenario: each sag is walked through, move by move."""
    try:
        today = local_day(scenario.starts_at)
    except ValueError as error:
        yield Flaw(("now",), f"{scenario.now!r} is no time: {error}", "write 2020-01-20T09:00")
        return
    ids = {person.id for person in known.people}
    counts = Counter(sag.title for sag in scenario.sager)
    for index, sag in enumerate(scenario.sager):
        path: Path = ("sager", index)
        if counts[sag.title] > 1:
            yield Flaw((*path, "title"), f"two sager are called {sag.title!r}", "rename one")
        if sag.owner not in ids:
            yield Flaw((*path, "owner"), f"unknown person {sag.owner!r}", "use an id of people.yaml")
        yield from _work_flaws(sag, ids, {one.title for one in scenario.sager[:index]}, path)
        workflow = known.workflows.get(sag.route)
        if workflow is None:
            hint = f"known: {listed(sorted(known.workflows))}"
            yield Flaw((*path, "route"), f"unknown workflow {sag.route!r}", hint)
            continue
        yield from _fill_flaws(sag, workflow, known.bodies, path)
        trial = _Trial(sag=sag, workflow=workflow, known=known, today=today, last=sag.opened_on)
        for place, row in enumerate(sag.steps):
            yield from _row_flaws(trial, row, (*path, "steps", place))


def _work_flaws(sag: SagEntry, people: Collection[str], above: Collection[str], path: Path) -> Iterator[Flaw]:
    for place, remark in enumerate(sag.comments):
        if remark.by not in people:
            yield Flaw((*path, "comments", place), f"unknown person {remark.by!r}", "use an id of people.yaml")
    for place, title in enumerate(sag.related):
        if title not in above:
            message = f"no sag above is called {title!r}"
            yield Flaw((*path, "related", place), message, "name one that stands above")


def _fill_flaws(sag: SagEntry, workflow: Workflow, bodies: Mapping[str, Body], path: Path) -> Iterator[Flaw]:
    roles = {station.body.role for station in workflow.stations if isinstance(station.body, BodyRole)}
    for role in sorted(roles - set(sag.fills)):
        yield Flaw(path, f"nobody plays {role!r}", f"add fills: {{{role}: a body that plays it}}")
    for role, key in sag.fills.items():
        body = bodies.get(key)
        if role not in roles or body is None or role not in body.plays:
            fit = listed(other.key for other in bodies.values() if role in other.plays)
            what = f"{key!r} does not play {role!r}" if role in roles else f"{workflow.ref} has no role {role!r}"
            yield Flaw((*path, "fills", role), what, f"bodies that play it: {fit}")


@dataclass(slots=True, kw_only=True)
class _Trial:
    """How far a sag has come while its rows are read: the state at each station, and who has handed on."""

    sag: SagEntry
    workflow: Workflow
    known: Known
    today: date
    last: date
    states: dict[str, str] = field(default_factory=dict)
    handed_on: set[str] = field(default_factory=set)
    proposed: set[str] = field(default_factory=set)
    seats: dict[str, Meeting] = field(default_factory=dict)


def _row_flaws(trial: _Trial, row: StepEntry, path: Path) -> Iterator[Flaw]:
    yield from _date_flaws(trial, row, path)
    if not any(person.id == row.by for person in trial.known.people):
        yield Flaw((*path, "by"), f"unknown person {row.by!r}", "use an id of people.yaml")
    station = trial.workflow.by_key.get(row.station)
    procedure = trial.known.procedures.get(station.procedure) if station else None
    if station is None or procedure is None:
        hint = f"the stations are: {listed(trial.workflow.by_key)}"
        yield Flaw((*path, "station"), f"unknown station {row.station!r}", hint)
        return
    waits = [key for key in station.after if key not in trial.handed_on]
    if waits and station.submit != "conditional":
        hint = "bring them there first, or let the station be submitted conditionally"
        yield Flaw((*path, "station"), f"{row.station!r} still waits for {listed(waits)}", hint)
    yield from _meeting_use_flaws(trial, row, station, path)
    if row.parts:
        trial.proposed.add(row.station)
    for place, name in enumerate(row.moves):
        yield from _move_flaws(trial, row, station, procedure, (*path, "moves", place), name)


def _date_flaws(trial: _Trial, row: StepEntry, path: Path) -> Iterator[Flaw]:
    if row.on < trial.last:
        yield Flaw((*path, "on"), f"{row.on} lies before {trial.last}", "write the rows in order of time")
    if row.on > trial.today:
        yield Flaw((*path, "on"), f"{row.on} lies after the scenario's clock", "moves are made in the past")
    trial.last = max(trial.last, row.on)
    if row.decided_on is not None:
        try:
            read_date(row.decided_on)
        except Unreadable as error:
            yield Flaw((*path, "decided_on"), str(error), "mend the date")


def _meeting_use_flaws(trial: _Trial, row: StepEntry, station: Station, path: Path) -> Iterator[Flaw]:
    if row.meeting is None:
        return
    meeting = trial.known.meetings.get(row.meeting)
    body = body_at(station, trial.sag.fills)
    if meeting is None or meeting.body != body:
        fit = listed(other.id for other in trial.known.meetings.values() if other.body == body)
        yield Flaw((*path, "meeting"), f"{row.meeting!r} is no meeting of {body!r}", f"they are: {fit}")
    else:
        trial.seats[row.station] = meeting


def _move_flaws(
    trial: _Trial, row: StepEntry, station: Station, procedure: Procedure, path: Path, name: str
) -> Iterator[Flaw]:
    state = trial.states.get(row.station, procedure.initial)
    open_moves = procedure.moves_from.get(state, ())
    move = next((move for move in open_moves if move.name == name), None)
    if move is None:
        hint = f"open moves: {listed(move.name for move in open_moves)}"
        yield Flaw(path, f"no move {name!r} from {state!r} at {row.station!r}", hint)
        return
    body = trial.known.bodies.get(body_at(station, trial.sag.fills))
    owner = PersonId(trial.sag.owner)
    authority = trial.known.authority(row.on)
    if body and authority.acting(PersonId(row.by), move.by, owner=owner, body=body) is None:
        message = f"{row.by!r} may not {name!r} at {body.key!r} on {row.on}"
        yield Flaw(path, message, f"it is for: {listed(move.by)}")
    yield from _need_flaws(trial, row, station, procedure, move, path)
    trial.states[row.station] = state if move.to == "=" else move.to
    if move.does is Effect.GO_ON:
        trial.handed_on.add(row.station)


def _need_flaws(
    trial: _Trial, row: StepEntry, station: Station, procedure: Procedure, move: Move, path: Path
) -> Iterator[Flaw]:
    guards = {guard.guard for guard in move.guards}
    seat = trial.seats.get(row.station)
    if move.does is Effect.TAKE_SEAT and seat is None:
        yield Flaw(path, f"move {move.name!r} needs a meeting", "add meeting: its id")
    if "indstilling_written" in guards and row.station not in trial.proposed:
        yield Flaw(path, f"move {move.name!r} needs an indstilling", "add parts")
    if "meeting_begun" in guards and seat and seat.begins_on and row.on < seat.begins_on:
        yield Flaw(path, f"{seat.id!r} was not held yet on {row.on}", "let `on` be the meeting's day or later")
    if "reason_given" in guards and not row.reason:
        yield Flaw(path, f"move {move.name!r} needs a reason", "add reason")
    if move.does is Effect.RECORD_OUTCOME:
        yield from _decision_flaws(row, station, procedure.outcomes | station.outcomes, guards, path)


def _decision_flaws(
    row: StepEntry, station: Station, table: Mapping[Outcome, Consequence], guards: set[str], path: Path
) -> Iterator[Flaw]:
    if not row.parts or any(part.outcome not in table for part in row.parts):
        hint = f"give each part an outcome: {listed(table)}"
        yield Flaw(path, "a decision needs parts that are all decided", hint)
    outcome = overall([Part(text=part.text, outcome=part.outcome) for part in row.parts])
    if "outcome_answers" not in guards or outcome is None or row.note:
        return
    for ask in sorted({station.asks, row.proposes or station.asks}):
        if not answers(ask, outcome):
            message = f"{outcome.value!r} does not answer {ask.value!r}"
            yield Flaw(path, message, "mend the outcome, or add a note that confirms it")
