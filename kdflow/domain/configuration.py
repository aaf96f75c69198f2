"""The files in `config/` as data: bodies, people, calendars, and a scenario of sager for a demo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, field_validator

from kdflow.domain.authority import Absence, Appointment, Office, Person, PersonId
from kdflow.domain.dates import COPENHAGEN, local_instant, read_date
from kdflow.domain.deadlines import DeadlineKind, Roll, Rule, Unit
from kdflow.domain.ladders import DutyKind, Recipient, Rung
from kdflow.domain.timetable import (
    MINUTES_PER_ITEM,
    Body,
    Chairing,
    Format,
    Meeting,
    MeetingId,
    MeetingStatus,
    StandingItem,
    StandingShows,
)
from kdflow.domain.workdays import yearly
from kdflow.domain.workflow import (
    Asks,
    BodyKey,
    Definition,
    ItemMinutes,
    Key,
    Outcome,
    Text,
    Validity,
    VersionRef,
)

Clock = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$", "examples": ["10:00"]})
]
MostItems = Annotated[int, Field(ge=1, le=500)]
MostMinutes = Annotated[int, Field(ge=1, le=999)]
PersonKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
DateText = Annotated[str, StringConstraints(min_length=4, max_length=60)]
"""A date as `domain/dates.read_date` reads it; unquoted YAML dates are accepted as text."""


class RuleEntry(Definition):
    """How one deadline is reckoned: so many days before the meeting (submission, agenda) or after it."""

    days: Annotated[int, Field(ge=0, le=250)]
    unit: Unit = "working"
    at: Clock = time(12)
    roll: Roll = "earlier"

    @property
    def rule(self) -> Rule:
        """The rule as the reckoning sees it."""
        return Rule(days=self.days, unit=self.unit, at=self.at, roll=self.roll)


class RungEntry(Definition):
    """One reminder of a ladder: so many days after the deadline (negative: before it), or after the duty arose;
    and again `every` so many days, at most `times` times."""

    days: Annotated[int, Field(ge=-250, le=250)]
    to: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    after: Literal["deadline", "start"] = "deadline"
    unit: Unit = "working"
    at: Clock = time(9)
    text: Key | None = None
    every: Annotated[int, Field(ge=0, le=250)] = 0
    times: Annotated[int, Field(ge=0, le=100)] = 0

    @property
    def rung(self) -> Rung:
        """The rung as the watch sees it."""
        return Rung(
            days=self.days,
            to=self.to,
            after=self.after,
            unit=self.unit,
            at=self.at,
            text=self.text,
            every=self.every,
            times=self.times,
        )


class StandingEntry(Definition):
    """A point that stands on every agenda: its title, before the sager or after them, and what it lists itself."""

    key: Key
    title: Text
    at: Literal["first", "last"] = "last"
    shows: StandingShows | None = None
    minutes: ItemMinutes | None = None

    @property
    def item(self) -> StandingItem:
        """The item as an agenda sees it."""
        last = self.at == "last"
        return StandingItem(key=self.key, title=self.title, is_last=last, shows=self.shows, minutes=self.minutes)


class ClosingDay(Definition):
    """A day that is not worked: one date, or (month-day) the same one every year."""

    on: Annotated[str, StringConstraints(pattern=r"^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    name: Text

    @field_validator("on")
    @classmethod
    def _is_a_day(cls, on: str) -> str:
        date.fromisoformat(on if len(on) == len("2020-12-24") else f"2020-{on}")
        return on

    @property
    def days(self) -> frozenset[tuple[date, str]]:
        """The days with their name."""
        if len(self.on) == len("2020-12-24"):
            return frozenset({(date.fromisoformat(self.on), self.name)})
        month, day = map(int, self.on.split("-"))
        return yearly([(month, day, self.name)])


class BodyEntry(Definition):
    """One body of `bodies.yaml`."""

    key: BodyKey
    name: Text
    short: Text | None = None
    kind: Literal["administrativ", "politisk", "tværsektoriel", "forum", "sekretariat", "kommuner", "ekstern"]
    valid: Validity = Validity()
    successor: BodyKey | None = None
    secretariat: BodyKey | None = None
    chairing: Chairing = Chairing.CHAIR
    plays: tuple[Key, ...] = ()
    aliases: tuple[Text, ...] = ()
    deadlines: dict[DeadlineKind, RuleEntry] = Field(default_factory=dict)
    ladders: dict[DutyKind, tuple[RungEntry, ...]] = Field(default_factory=dict)
    closing_days: tuple[ClosingDay, ...] = ()
    saturday: bool | None = None
    most_items: MostItems | None = None
    most_minutes: MostMinutes | None = None
    minutes_per_item: ItemMinutes = MINUTES_PER_ITEM
    standing: tuple[StandingEntry, ...] | None = None
    public: bool = False

    def body(self, usual: BodiesFile) -> Body:
        """The body as the rules see it; where it says nothing itself, what is `usual` in its file holds."""
        rules = {**usual.deadlines, **self.deadlines}
        ladders = {**usual.ladders, **self.ladders}
        closed = (*usual.closing_days, *self.closing_days)
        return Body(
            key=self.key,
            name=self.name,
            short=self.short or self.name,
            kind=self.kind,
            valid=self.valid,
            successor=self.successor,
            secretariat=self.secretariat,
            chairing=self.chairing,
            plays=self.plays,
            aliases=self.aliases,
            rules={kind: entry.rule for kind, entry in rules.items()},
            ladders={kind: tuple(entry.rung for entry in entries) for kind, entries in ladders.items()},
            closing_days=frozenset().union(*(entry.days for entry in closed)),
            saturday=usual.saturday if self.saturday is None else self.saturday,
            most_items=self.most_items,
            most_minutes=self.most_minutes,
            minutes_per_item=self.minutes_per_item,
            standing=tuple(entry.item for entry in (usual.standing if self.standing is None else self.standing)),
            public=self.public,
        )


class BodiesFile(Definition):
    """`config/bodies.yaml`; what it says of all bodies holds for each that says nothing else."""

    deadlines: dict[DeadlineKind, RuleEntry] = Field(default_factory=dict)
    ladders: dict[DutyKind, tuple[RungEntry, ...]] = Field(default_factory=dict)
    closing_days: tuple[ClosingDay, ...] = ()
    saturday: bool = False
    standing: tuple[StandingEntry, ...] = ()
    bodies: tuple[BodyEntry, ...]


class AppointmentEntry(Definition):
    """One office of one person."""

    office: Office
    body: BodyKey | Literal["*"]
    valid: Validity = Validity()


class AbsenceEntry(Definition):
    """Days out of office."""

    valid: Validity
    stand_in: PersonKey | None = None


def _has_no_start(valid: Validity) -> Validity:
    if valid.start is not None:
        raise ValueError("somebody is here from when they stand in the file: only `to` can be given")
    return valid


UntilOnly = Annotated[Validity, AfterValidator(_has_no_start)]


class PersonEntry(Definition):
    """One person of `people.yaml`: named by role, never by a real name. After `valid: {to: ...}` they have
    left."""

    id: PersonKey
    name: Text
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]
    valid: UntilOnly = Validity()
    offices: tuple[AppointmentEntry, ...] = ()
    absences: tuple[AbsenceEntry, ...] = ()

    @property
    def person(self) -> Person:
        """The person as the rules see them."""
        return Person(id=PersonId(self.id), name=self.name, email=self.email, valid_to=self.valid.end)

    @property
    def appointments(self) -> tuple[Appointment, ...]:
        """Their offices, in file order."""
        return tuple(
            Appointment(person=PersonId(self.id), office=entry.office, body=entry.body, valid=entry.valid)
            for entry in self.offices
        )

    @property
    def days_off(self) -> tuple[Absence, ...]:
        """Their absences, in file order."""
        return tuple(
            Absence(
                person=PersonId(self.id),
                valid=entry.valid,
                stand_in=PersonId(entry.stand_in) if entry.stand_in else None,
            )
            for entry in self.absences
        )


class PeopleFile(Definition):
    """`config/people.yaml`."""

    people: tuple[PersonEntry, ...]


class MeetingEntry(Definition):
    """One meeting. `id` only where a body meets twice on one day; otherwise it is `<body>-<on>`."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9@-]+$", max_length=80)] | None = None
    on: DateText
    at: Clock | None = None
    format: Format = Format.PHYSICAL
    place: Text | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    note: Text | None = None
    most_items: MostItems | None = None
    most_minutes: MostMinutes | None = None

    def id_at(self, body: str) -> MeetingId:
        """The meeting's id: its own, or made from the body and the date."""
        return MeetingId(self.id or f"{body}-{self.on}")

    def meeting(self, body: str) -> Meeting:
        """The meeting of `body` as the rules see it.

        Raises:
            Unreadable: `on` looks like a date but is none.
        """
        on = read_date(self.on)
        day, hour = on.exact, self.at
        return Meeting(
            id=self.id_at(body),
            body=body,
            on=on,
            starts_at=local_instant(day, hour.hour, hour.minute) if day and hour else None,
            format=self.format,
            place=self.place,
            status=self.status,
            note=self.note,
            most_items=self.most_items,
            most_minutes=self.most_minutes,
        )


class CalendarFile(Definition):
    """One file of `config/calendars/`: the meetings of one body."""

    body: BodyKey
    meetings: tuple[MeetingEntry, ...]


class PartEntry(Definition):
    """One part of an indstilling, with its outcome where it is decided."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    outcome: Outcome | None = None
    note: Text | None = None


class StepEntry(Definition):
    """How far a scenario's sag has come at one station; moves are made by `by` at `on`, in this order."""

    station: Key
    moves: tuple[Key, ...] = ()
    by: PersonKey
    on: date
    meeting: str | None = None
    proposes: Asks | None = None
    parts: tuple[PartEntry, ...] = ()
    decided_on: DateText | None = None
    reason: Text | None = None
    note: Text | None = None


class RemarkEntry(Definition):
    """What somebody says about a scenario's sag."""

    by: PersonKey
    on: date
    text: Text


class SagEntry(Definition):
    """One sag of a scenario, walked by the ordinary actions so that its history is real; `related` are the titles
    of sager above it."""

    title: Text
    route: VersionRef
    owner: PersonKey
    opened_on: date
    fills: dict[Key, BodyKey] = Field(default_factory=dict)
    case_text: Annotated[str, StringConstraints(max_length=20000)] = ""
    papers: tuple[Text, ...] = ()
    closed: bool = False
    area: Text | None = None
    steps: tuple[StepEntry, ...] = ()
    related: tuple[Text, ...] = ()
    comments: tuple[RemarkEntry, ...] = ()


class ScenarioFile(Definition):
    """`config/scenario.yaml`: a clock to start at and the sager that stand somewhere then."""

    title: Text
    now: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
    sager: tuple[SagEntry, ...]

    @property
    def starts_at(self) -> datetime:
        """`now`, a wall-clock time in Copenhagen, as an instant.

        Raises:
            ValueError: there is no such day or hour.
        """
        return datetime.fromisoformat(self.now).replace(tzinfo=COPENHAGEN).astimezone(UTC)
