"""Do the configuration files fit each other? Bodies, people and calendars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from kdflow.domain.authority import Office
from kdflow.domain.configuration import (
    AppointmentEntry,
    BodiesFile,
    BodyEntry,
    CalendarFile,
    MeetingEntry,
    PersonEntry,
    RungEntry,
    StandingEntry,
)
from kdflow.domain.dates import is_weekend, read_date, wall_instant
from kdflow.domain.deadlines import DeadlineKind, deadline
from kdflow.domain.departures import DAY, begins_at, decides_at, workdays_of
from kdflow.domain.errors import Flaw, Unreadable
from kdflow.domain.flaws import Path, listed, resting_on, validity_flaws
from kdflow.domain.ladders import TEXTS, DutyKind
from kdflow.domain.timetable import Body, Chairing, MeetingStatus, body_flag
from kdflow.domain.workflow import Validity

LED_BY = {Office.CHAIR: Chairing.CHAIR, Office.CO_CHAIR: Chairing.CO_CHAIRS}
MEETING_ID = re.compile(r"^[a-z0-9@-]{1,80}$")


def _twice(keys: Sequence[str]) -> Iterator[int]:
    """The places of keys that stood before."""
    return (index for index, key in enumerate(keys) if key in keys[:index])


# --- Bodies ----------------------------------------------------------------------------------------------


def body_flaws(file: BodiesFile) -> Iterator[Flaw]:
    """Everything wrong in `bodies.yaml`."""
    entries = file.bodies
    known = {entry.key: entry for entry in entries}
    yield from _ladder_flaws(file.ladders, ("ladders",))
    yield from _standing_flaws(file.standing, ("standing",))
    for index in _twice([entry.key for entry in entries]):
        message = f"body {entries[index].key!r} stands twice"
        yield Flaw(("bodies", index, "key"), message, "give it another key, such as kosu@2022")
    for index, entry in enumerate(entries):
        path: Path = ("bodies", index)
        yield from validity_flaws(entry.valid, path)
        yield from _ladder_flaws(entry.ladders, (*path, "ladders"))
        yield from _standing_flaws(entry.standing or (), (*path, "standing"))
        serving = known.get(entry.secretariat or "")
        if entry.secretariat and (serving is None or serving.kind != "sekretariat"):
            kept = listed(e.key for e in entries if e.kind == "sekretariat")
            message = f"{entry.secretariat!r} is no secretariat"
            yield Flaw((*path, "secretariat"), message, f"the secretariats are: {kept}")
        yield from resting_on(frozenset({"minutes_per_item"}), _minutes_flaws(entry, path))
        if entry.public and entry.kind != "politisk":
            message = f"a body of kind {entry.kind} holds no public meetings"
            yield Flaw((*path, "public"), message, "only political bodies are public: remove it, or mend kind")
        if entry.successor:
            yield from _successor_flaws(entry, known.get(entry.successor), (*path, "successor"))


def _ladder_flaws(ladders: Mapping[DutyKind, Sequence[RungEntry]], path: Path) -> Iterator[Flaw]:
    """Reminders with a text that there is not, or that come again in a way that cannot be."""
    for kind, rungs in ladders.items():
        for index, rung in enumerate(rungs):
            if rung.text is not None and rung.text not in TEXTS:
                message = f"unknown text {rung.text!r}"
                yield Flaw((*path, kind.value, index, "text"), message, f"the texts are: {listed(sorted(TEXTS))}")
            if bool(rung.every) != bool(rung.times) or (rung.every and rung.days < 1):
                message = (
                    f"a reminder after {rung.days} days that comes again every {rung.every}, {rung.times} times"
                )
                hint = "give `every` and `times` together, to a reminder after the deadline"
                yield Flaw((*path, kind.value, index, "every" if rung.every else "times"), message, hint)


def _standing_flaws(items: Sequence[StandingEntry], path: Path) -> Iterator[Flaw]:
    """Standing items that could not be told apart."""
    for index in _twice([item.key for item in items]):
        message = f"standing item {items[index].key!r} stands twice"
        yield Flaw((*path, index, "key"), message, "give each a key of its own")


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


def succession_warnings(entries: Sequence[BodyEntry]) -> Iterator[Flaw]:
    """A gap between a body and its successor: no sag can be treated in it."""
    known = {entry.key: entry for entry in entries}
    for index, entry in enumerate(entries):
        heir, end = known.get(entry.successor or ""), entry.valid.end
        begins = heir.valid.start if heir else None
        if heir and end and begins and begins > end + timedelta(days=1):
            message = f"successor {heir.key!r} begins on {begins}, {(begins - end).days - 1} days after the end"
            yield Flaw(("bodies", index, "successor"), message, "sager at the body wait until then")


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
    seen: list[tuple[str, str, Validity]] = []
    for index, person in enumerate(people):
        for place, office in enumerate(person.offices):
            if office.office is not Office.CHAIR:
                continue
            held = _while_here(person, office)
            for other, body, before in seen:
                if body == office.body and before.overlaps(held):
                    message = f"{office.body!r} has two chairs at the same time: {other} and {person.id}"
                    path: Path = ("people", index, "offices", place)
                    yield Flaw(path, message, "let one end before the other begins")
            seen.append((person.id, office.body, held))


def _while_here(person: PersonEntry, office: AppointmentEntry) -> Validity:
    """The days of an office, which last no longer than the person is here."""
    ends = [day for day in (office.valid.end, person.valid.end) if day]
    return Validity.model_construct(start=office.valid.start, end=min(ends, default=None))


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
    if entry.at is not None and on.exact is not None:
        try:
            wall_instant(datetime.combine(on.exact, entry.at.replace(tzinfo=None)))
        except Unreadable as error:
            yield Flaw((*path, "at"), str(error), "mend the hour")
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
