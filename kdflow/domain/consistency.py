"""Do the configuration files fit each other? Bodies, people, calendars, and the sager of a scenario."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from kdflow.domain.authority import Authority, Office, PersonId
from kdflow.domain.configuration import (
    AppointmentEntry,
    BodiesFile,
    BodyEntry,
    CalendarFile,
    MeetingEntry,
    PersonEntry,
    SagEntry,
    ScenarioFile,
    StepEntry,
)
from kdflow.domain.dates import is_weekend, local_day, read_date
from kdflow.domain.deadlines import DeadlineKind, deadline
from kdflow.domain.departures import DAY, begins_at, decides_at, workdays_of
from kdflow.domain.errors import Flaw, Unreadable
from kdflow.domain.outcomes import answers, overall
from kdflow.domain.sag import Part
from kdflow.domain.situation import body_at
from kdflow.domain.soundness import Path, resting_on, validity_flaws
from kdflow.domain.timetable import Body, Chairing, Meeting, MeetingStatus, body_flag
from kdflow.domain.workflow import (
    BodyRole,
    Consequence,
    Effect,
    Move,
    Outcome,
    Procedure,
    Station,
    Validity,
    Workflow,
)

LED_BY = {Office.CHAIR: Chairing.CHAIR, Office.CO_CHAIR: Chairing.CO_CHAIRS}
MEETING_ID = re.compile(r"^[a-z0-9@-]{1,80}$")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _twice(keys: Sequence[str]) -> Iterator[int]:
    """The places of keys that stood before."""
    return (index for index, key in enumerate(keys) if key in keys[:index])


# --- Bodies ----------------------------------------------------------------------------------------------


def body_flaws(file: BodiesFile) -> Iterator[Flaw]:
    """Everything wrong in `bodies.yaml`."""
    entries = file.bodies
    known = {entry.key: entry for entry in entries}
    for index in _twice([entry.key for entry in entries]):
        message = f"body {entries[index].key!r} stands twice"
        yield Flaw(("bodies", index, "key"), message, "give it another key, such as kosu@2022")
    for index, entry in enumerate(entries):
        path: Path = ("bodies", index)
        yield from validity_flaws(entry.valid, path)
        serving = known.get(entry.secretariat or "")
        if entry.secretariat and (serving is None or serving.kind != "sekretariat"):
            kept = _listed(e.key for e in entries if e.kind == "sekretariat")
            message = f"{entry.secretariat!r} is no secretariat"
            yield Flaw((*path, "secretariat"), message, f"the secretariats are: {kept}")
        yield from resting_on(frozenset({"minutes_per_item"}), _minutes_flaws(entry, path))
        if entry.successor:
            yield from _successor_flaws(entry, known.get(entry.successor), (*path, "successor"))


def _minutes_flaws(entry: BodyEntry, path: Path) -> Iterator[Flaw]:
    if entry.most_minutes is not None and entry.most_minutes < entry.minutes_per_item:
        message = f"a meeting has {entry.most_minutes} minutes, but an item takes {entry.minutes_per_item}"
        yield Flaw((*path, "most_minutes"), message, "mend it, or minutes_per_item")


def _successor_flaws(entry: BodyEntry, heir: BodyEntry | None, path: Path) -> Iterator[Flaw]:
    if heir is None:
        yield Flaw(path, f"unknown successor {entry.successor!r}", "use a key of this file")
        return
    end = entry.valid.end
    if end is None:
        message = f"body {entry.key!r} has a successor but no end"
        yield Flaw(path, message, "write the last day of the body in valid: {to: ...}")
    elif heir.valid.end is not None and heir.valid.end <= end:
        message = f"successor {heir.key!r} ends on {heir.valid.end}, no later than {entry.key!r} on {end}"
        yield Flaw(path, message, "name a body that outlives this one")


# --- People ----------------------------------------------------------------------------------------------


def people_flaws(people: Sequence[PersonEntry], bodies: Mapping[str, Body]) -> Iterator[Flaw]:
    """Everything wrong in `people.yaml`."""
    ids = [person.id for person in people]
    for index in _twice(ids):
        yield Flaw(("people", index, "id"), f"person {ids[index]!r} stands twice", "give each an id")
    for index, person in enumerate(people):
        for place, office in enumerate(person.offices):
            yield from _office_flaws(office, bodies, ("people", index, "offices", place))
        for place, absence in enumerate(person.absences):
            path: Path = ("people", index, "absences", place)
            yield from validity_flaws(absence.valid, path)
            if absence.stand_in is not None and absence.stand_in not in set(ids) - {person.id}:
                message = f"unknown stand-in {absence.stand_in!r}"
                yield Flaw((*path, "stand_in"), message, "use the id of another person of this file")
    yield from _two_chairs(people)


def _office_flaws(office: AppointmentEntry, bodies: Mapping[str, Body], path: Path) -> Iterator[Flaw]:
    yield from validity_flaws(office.valid, path)
    everywhere = office.body == "*"
    if everywhere != (office.office is Office.ADMINISTRATOR):
        message = f"office {office.office.value!r} at {office.body!r}"
        yield Flaw((*path, "body"), message, 'an administrator is at "*", everybody else at a body')
        return
    body = bodies.get(office.body)
    if body is None and not everywhere:
        yield Flaw((*path, "body"), f"unknown body {office.body!r}", "use a key of bodies.yaml")
    if body is not None and office.office in LED_BY and body.chairing is not LED_BY[office.office]:
        yield Flaw(
            (*path, "office"),
            f"office {office.office.value!r} at {body.key!r}, whose chairing is {body.chairing.value!r}",
            "mend the office here, or chairing in bodies.yaml",
        )


def _two_chairs(people: Sequence[PersonEntry]) -> Iterator[Flaw]:
    seen: list[tuple[str, AppointmentEntry]] = []
    for index, person in enumerate(people):
        for place, office in enumerate(person.offices):
            if office.office is not Office.CHAIR:
                continue
            for other, before in seen:
                if before.body == office.body and _overlap(before.valid, office.valid):
                    message = f"{office.body!r} has two chairs at the same time: {other} and {person.id}"
                    path: Path = ("people", index, "offices", place)
                    yield Flaw(path, message, "let one end before the other begins")
            seen.append((person.id, office))


def _overlap(one: Validity, other: Validity) -> bool:
    start = max(one.start or date.min, other.start or date.min)
    return start <= min(one.end or date.max, other.end or date.max)


# --- Calendars -------------------------------------------------------------------------------------------


def calendar_flaws(calendar: CalendarFile, bodies: Mapping[str, Body]) -> Iterator[Flaw]:
    """Everything wrong in the calendar of one body."""
    body = bodies.get(calendar.body)
    if body is None:
        yield Flaw(("body",), f"unknown body {calendar.body!r}", "use a key of bodies.yaml")
    ids = [entry.id_at(calendar.body) for entry in calendar.meetings]
    for index in _twice(ids):
        message = f"meeting {ids[index]!r} stands twice"
        yield Flaw(("meetings", index), message, "give the second one an id of its own")
    for index, entry in enumerate(calendar.meetings):
        yield from _meeting_flaws(entry, ids[index], body, ("meetings", index))
    yield from _clash_flaws(calendar)


def _clash_flaws(calendar: CalendarFile) -> Iterator[Flaw]:
    """Two meetings of one body at the same time: which of them comes first could not be said."""
    seen: dict[tuple[int | None, int | None], str] = {}
    for index, entry in enumerate(calendar.meetings):
        if entry.status is MeetingStatus.CANCELLED:
            continue
        try:
            meeting = entry.meeting(calendar.body)
        except Unreadable:
            continue
        first = seen.setdefault((begins_at(meeting), decides_at(meeting)), meeting.id)
        if first != entry.id_at(calendar.body):
            message = f"two meetings at the same time: {first!r} too is on {entry.on}"
            yield Flaw(("meetings", index, "on"), message, "give each its hour in `at`")


def _meeting_flaws(entry: MeetingEntry, key: str, body: Body | None, path: Path) -> Iterator[Flaw]:
    try:
        on = read_date(entry.on)
    except Unreadable as error:
        yield Flaw((*path, "on"), str(error), "mend the date")
        return
    if on.earliest is None or on.latest is None:
        hint = "write at least a month, a season or a year: 2021-09"
        yield Flaw((*path, "on"), f"{entry.on!r} says nothing about when the meeting is", hint)
        return
    if not MEETING_ID.match(key):
        yield Flaw((*path, "on"), f"no id can be made from {entry.on!r}", "give the meeting an id")
    if entry.at is not None and on.exact is None:
        yield Flaw((*path, "at"), "an hour without a day", "write the day, or leave out the hour")
    yield from _papers_flaws(entry, key, body, path)
    if body and not (body.valid.covers(on.earliest) or body.valid.covers(on.latest)):
        flag = body_flag(body, on.earliest)
        what = f"did not exist before {body.valid.start}" if flag == "not-yet" else f"ended on {body.valid.end}"
        yield Flaw((*path, "on"), f"{body.key!r} {what}", "mend the date, or valid in bodies.yaml")


def _papers_flaws(entry: MeetingEntry, key: str, body: Body | None, path: Path) -> Iterator[Flaw]:
    """A submission deadline after the meeting itself: then a later start could arrive earlier."""
    rule = body.rules.get(DeadlineKind.SUBMISSION) if body else None
    if body is None or rule is None or (day := read_date(entry.on).exact) is None:
        return
    at = entry.at or time(23, 59)
    begins = day.toordinal() * DAY + at.hour * 60 + at.minute
    if deadline(DeadlineKind.SUBMISSION, rule, day, workdays_of(body)).minute > begins:
        hint = f"let the submission of {body.key!r} end before the meeting begins (deadlines in bodies.yaml)"
        yield Flaw((*path, "at"), f"papers for {key!r} may come after the meeting has begun", hint)


def calendar_warnings(calendar: CalendarFile) -> Iterator[Flaw]:
    """What looks odd in a calendar but may be right: a meeting on a Saturday or a Sunday."""
    for index, entry in enumerate(calendar.meetings):
        try:
            day = read_date(entry.on).exact
        except Unreadable:
            continue
        if day is not None and is_weekend(day):
            name = "Saturday" if day.weekday() == 5 else "Sunday"
            yield Flaw(("meetings", index, "on"), f"{day} is a {name}", "is the date right?")


# --- Scenarios -------------------------------------------------------------------------------------------


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
        workflow = known.workflows.get(sag.route)
        if workflow is None:
            hint = f"known: {_listed(sorted(known.workflows))}"
            yield Flaw((*path, "route"), f"unknown workflow {sag.route!r}", hint)
            continue
        yield from _fill_flaws(sag, workflow, known.bodies, path)
        trial = _Trial(sag=sag, workflow=workflow, known=known, today=today, last=sag.opened_on)
        for place, row in enumerate(sag.steps):
            yield from _row_flaws(trial, row, (*path, "steps", place))


def _fill_flaws(sag: SagEntry, workflow: Workflow, bodies: Mapping[str, Body], path: Path) -> Iterator[Flaw]:
    roles = {station.body.role for station in workflow.stations if isinstance(station.body, BodyRole)}
    for role in sorted(roles - set(sag.fills)):
        yield Flaw(path, f"nobody plays {role!r}", f"add fills: {{{role}: a body that plays it}}")
    for role, key in sag.fills.items():
        body = bodies.get(key)
        if role not in roles or body is None or role not in body.plays:
            fit = _listed(other.key for other in bodies.values() if role in other.plays)
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
        hint = f"the stations are: {_listed(trial.workflow.by_key)}"
        yield Flaw((*path, "station"), f"unknown station {row.station!r}", hint)
        return
    waits = [key for key in station.after if key not in trial.handed_on]
    if waits and station.submit != "conditional":
        hint = "bring them there first, or let the station be submitted conditionally"
        yield Flaw((*path, "station"), f"{row.station!r} still waits for {_listed(waits)}", hint)
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
        fit = _listed(other.id for other in trial.known.meetings.values() if other.body == body)
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
        hint = f"open moves: {_listed(move.name for move in open_moves)}"
        yield Flaw(path, f"no move {name!r} from {state!r} at {row.station!r}", hint)
        return
    body = trial.known.bodies.get(body_at(station, trial.sag.fills))
    owner = PersonId(trial.sag.owner)
    authority = trial.known.authority(row.on)
    if body and authority.acting(PersonId(row.by), move.by, owner=owner, body=body) is None:
        message = f"{row.by!r} may not {name!r} at {body.key!r} on {row.on}"
        yield Flaw(path, message, f"it is for: {_listed(move.by)}")
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
        hint = f"give each part an outcome: {_listed(table)}"
        yield Flaw(path, "a decision needs parts that are all decided", hint)
    outcome = overall([Part(text=part.text, outcome=part.outcome) for part in row.parts])
    if "outcome_answers" not in guards or outcome is None or row.note:
        return
    for ask in sorted({station.asks, row.proposes or station.asks}):
        if not answers(ask, outcome):
            message = f"{outcome.value!r} does not answer {ask.value!r}"
            yield Flaw(path, message, "mend the outcome, or add a note that confirms it")


def succession_warnings(entries: Sequence[BodyEntry]) -> Iterator[Flaw]:
    """A gap between a body and its successor: no sag can be treated in it."""
    known = {entry.key: entry for entry in entries}
    for index, entry in enumerate(entries):
        heir, end = known.get(entry.successor or ""), entry.valid.end
        begins = heir.valid.start if heir else None
        if heir and end and begins and begins > end + timedelta(days=1):
            message = f"successor {heir.key!r} begins on {begins}, {(begins - end).days - 1} days after the end"
            yield Flaw(("bodies", index, "successor"), message, "sager at the body wait until then")
