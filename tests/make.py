"""Builders: a world, a calendar, a route, a sag on its way, a house with a database; a test reads like a story.

Routes are written `gruppe~! > kdnet! > kkr? + byraad > slut`: `>` goes on, `+` stands beside, `~` works without a
meeting, `!` wants the chair's consent, `?` may be submitted to ahead of its turn. Offices are written
`jens chair kd-net`, absences `jens vibe 2020-01-20..2020-01-31`, calendars `kd-net 2020-01-24, 03-13; kkr ...`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from kdflow import catalog
from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.correct_decision import correct_decision
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import revise_sag
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.catalog import Catalog
from kdflow.domain import moves, notices
from kdflow.domain.authority import Absence, Appointment, Authority, Office, Person, PersonId
from kdflow.domain.dates import COPENHAGEN, local_day, local_instant, read_date
from kdflow.domain.moves import Moved, OpenMove
from kdflow.domain.notices import Notice
from kdflow.domain.revision import Downstream, Revision
from kdflow.domain.sag import Event, Part, Sag, SagId, Step, content_digest
from kdflow.domain.situation import Inputs, Situation, World, body_at
from kdflow.domain.timetable import Body, Meeting, MeetingId, Timetable
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Asks, Definitions, Outcome, Procedure, Validity, Workflow
from kdflow.queries.sag_page import SagPage, plain_sag, sag_page
from kdflow.store import history, meetings, outbox, schema
from kdflow.store.database import Database
from kdflow.store.history import Entry
from kdflow.store.outbox import Kept

NOW = datetime(2020, 1, 20, 9, tzinfo=COPENHAGEN)

IDA, JENS, KARIN, LARS, VIBE = (PersonId(name) for name in ("ida", "jens", "karin", "lars", "vibe"))
"""Ida owns the sag, Jens is chair of KD-Net, Karin is secretary, Vibe vice-chair; Lars is from elsewhere."""

NAMES: dict[str, str] = {
    IDA: "Ida Sagsejer",
    JENS: "Jens Formand",
    KARIN: "Karin Sekretær",
    LARS: "Lars Fremmed",
    VIBE: "Vibe Næst",
}
SHORT = {"gruppe": "dassos", "kdnet": "kd-net", "kkr": "kkr-midt", "kontakt": "kontaktudvalg"}
"""The body behind a station's short name; any other station's body is called as the station is."""

CALENDAR = "2020-01-24, 03-13, 05-29, 08-28, 10-23"
OFFICES = "jens chair kd-net, vibe vice-chair kd-net, karin secretary sekretariat, lars member direktion-x"


# --- values ----------------------------------------------------------------------------------------------------


@cache
def shipped() -> Catalog:
    """Everything that is shipped, read once."""
    return catalog.load((catalog.shipped_root(),))


def definitions(ref: str) -> Definitions:
    """A shipped workflow with its procedures."""
    return shipped().definitions(ref)


def procedure(ref: str = "meeting@1") -> Procedure:
    """A shipped procedure."""
    return shipped().procedures[ref]


def timetable(text: str) -> Timetable:
    """`kd-net 2020-01-24, 03-13; kkr-midt 2020-02-05`: a year stays until another is written."""
    found: list[Meeting] = []
    for row in filter(None, (part.strip() for part in text.split(";"))):
        body, days = row.split(" ", 1)
        year = ""
        for word in days.replace(",", " ").split():
            full = word if re.match(r"\d{4}", word) else f"{year}-{word}"
            year = full[:4]
            found.append(Meeting(id=MeetingId(f"{body}-{full}"), body=body, on=read_date(full)))
    return Timetable(meetings=tuple(found))


def offices(text: str) -> tuple[Appointment, ...]:
    """`jens chair kd-net, karin secretary fsss 2020-01-01..2020-12-31`."""
    rows = [row.split() for row in text.split(",") if row.strip()]
    return tuple(
        Appointment(person=PersonId(who), office=Office(office), body=body, valid=validity(*period))
        for who, office, body, *period in rows
    )


def absences(text: str) -> tuple[Absence, ...]:
    """`jens vibe 2020-01-20..2020-01-31`: who is away, who stands in ("-": nobody named), and when."""
    rows = [row.split() for row in text.split(",") if row.strip()]
    return tuple(
        Absence(
            person=PersonId(who), stand_in=None if stand_in == "-" else PersonId(stand_in), valid=validity(*period)
        )
        for who, stand_in, *period in rows
    )


def validity(period: str = "..") -> Validity:
    """`2020-01-01..2020-12-31`, either end may be missing."""
    start, end = (date.fromisoformat(day) if day else None for day in period.split(".."))
    return Validity.model_validate({"from": start, "to": end})


def body(key: str, **values: Any) -> Body:
    """A body that the secretariat serves; a shipped one has its shipped names."""
    known = shipped().bodies.get(key)
    name, short = (known.name, known.short) if known else (key.capitalize(), key.capitalize())
    given: dict[str, Any] = {"name": name, "short": short, "kind": "administrativ", "secretariat": "sekretariat"}
    return Body(key=key, **(given | values))


def authority(held: str = OFFICES, away: str = "", on: date = date(2020, 1, 20)) -> Authority:
    """Who holds which office, and who is away."""
    return Authority(on=on, appointments=offices(held), absences=absences(away))


def world(
    calendar: str = "",
    *,
    bodies: Iterable[Body | str] = ("kd-net", "dassos", "kkr-midt", "kontaktudvalg"),
    held: str = OFFICES,
    away: str = "",
    now: datetime = NOW,
) -> World:
    """A world of a few bodies that all meet on the same days, unless `calendar` says when."""
    known = {b.key: b for b in (one if isinstance(one, Body) else body(one) for one in bodies)}
    table = timetable(calendar or "; ".join(f"{key} {CALENDAR}" for key in known))
    who = Authority(on=local_day(now), appointments=offices(held), absences=absences(away))
    return World(bodies=known, timetable=table, authority=who, names=NAMES, now=now)


def route(text: str, *, ref: str = "prøve@1") -> Definitions:
    """A workflow from its short writing, on the shipped procedures."""
    stations: list[dict[str, Any]] = []
    before: list[str] = []
    for layer in text.split(">"):
        names = [re.match(r"\s*([a-z0-9-]+)([~!?]*)\s*$", name) for name in layer.split("+")]
        found = [(match[1], match[2]) for match in names if match]
        assert len(found) == len(names), f"cannot read {layer!r}"
        stations += [_station(key, marks, before) for key, marks in found]
        before = [key for key, _ in found]
    return on_procedures(stations, ref)


def _station(key: str, marks: str, after: list[str]) -> dict[str, Any]:
    return {
        "key": key,
        "body": SHORT.get(key, key),
        "procedure": "preparation@1" if "~" in marks else "meeting@1",
        "consent": "chair" if "!" in marks else "none",
        "submit": "conditional" if "?" in marks else "ordinary",
        "after": list(after),
    }


def on_procedures(stations: list[dict[str, Any]], ref: str = "prøve@1") -> Definitions:
    """A workflow of these stations, with every shipped procedure at hand."""
    name, version = ref.split("@")
    values = {"name": name.replace("ø", "oe"), "version": int(version), "title": name, "stations": stations}
    workflow = Workflow.model_validate(values)
    return Definitions(workflow=workflow, procedures=dict(shipped().procedures))


# --- a sag on its way, without a database ------------------------------------------------------------------------


@dataclass
class Course:
    """A sag that walks by the rules alone. `events` holds what the last move wrote down, `told` whom it told."""

    sag: Sag
    definitions: Definitions
    world: World
    events: tuple[Event, ...] = ()
    told: tuple[Notice, ...] = ()

    def on(self, day: str, hour: int = 16) -> Course:
        """Let it be another day; whoever is away is so by that day."""
        now = local_instant(date.fromisoformat(day), hour)
        who = replace(self.world.authority, on=local_day(now))
        self.world = replace(self.world, now=now, authority=who)
        return self

    def step(self, station: str) -> Step:
        """The newest step at a station."""
        found = self.sag.at(station)
        assert found is not None, f"the sag has not been at {station}"
        return found

    def situation(self, station: str | None = None, **inputs: Any) -> Situation:
        """The question to the rules about a station's step, or about the sag's own life."""
        step = self.step(station) if station else None
        return Situation(
            sag=self.sag,
            step=step,
            definitions=self.definitions,
            world=self.world,
            inputs=read_inputs(step, inputs),
        )

    def moves(self, station: str | None, by: str) -> dict[str, OpenMove]:
        """What somebody can do at a station, by the name of the move."""
        return {one.move.name: one for one in moves.open_moves(self.situation(station), PersonId(by))}

    def possible(self, station: str | None, by: str) -> set[str]:
        """The names of the moves somebody can make."""
        return {name for name, one in self.moves(station, by).items() if one.possible}

    def do(self, station: str | None, move: str, by: str = "karin", **inputs: Any) -> Course:
        """Make a move. A submission writes an indstilling where there is none; a consent is to what stands."""
        if move == "submit" and station and not self.step(station).parts:
            self.write(station, "Det indstilles, at sagen godkendes.")
        if move == "approve" and station:
            inputs.setdefault("content", content_digest(self.sag, self.step(station)))
        return self.take(moves.advance(self.situation(station, **inputs), move, PersonId(by)), by)

    def ahead(self, station: str, meeting: str, *texts: str, by: str = "ida") -> Course:
        """Submit to a station before its turn."""
        parts = tuple(Part(text=text) for text in texts or ("Under forudsætning.",))
        here = self.situation(None, meeting=f"{SHORT.get(station, station)}-{meeting}")
        return self.take(moves.submit_ahead(here, station, PersonId(by), parts), by)

    def take(self, result: Moved | Walk, by: str = "karin") -> Course:
        """Go on from the result of a rule."""
        self.sag, self.events = result.sag, tuple(result.events)
        if isinstance(result, Walk):
            self.definitions = result.definitions
        self.told = notices.about(self.sag, self.events, self.definitions, self.world, by=PersonId(by))
        return self

    def write(self, station: str, *texts: str) -> Course:
        """Write the indstilling of a step."""
        step = replace(self.step(station), parts=tuple(Part(text=text) for text in texts))
        self.sag = self.sag.with_step(step)
        return self

    def decided(self, station: str, outcome: str = "godkendt", *, by: str = "karin", **inputs: Any) -> Course:
        """Walk a step from where it is to its decision, at its own next meeting."""
        step = self.step(station)
        if "submitted" in self.definitions.procedure_of(station).by_state:
            if step.state == "preparing":
                coming = self.world.timetable.coming(step.body, after=self.world.today - timedelta(days=1))
                self.do(station, "submit", by, meeting=coming[0].id)
            if self.step(station).state == "submitted":
                self.do(station, "accept", by)
            meeting = self.world.timetable.find(self.step(station).meeting)
            assert meeting is not None
            assert meeting.on.exact is not None
            if meeting.on.exact > self.world.today:
                self.on(meeting.on.exact.isoformat())
            self.do(station, "treat", by)
        return self.do(station, "decide", by, outcome=outcome, **inputs)

    def through(self, station: str, outcome: str = "godkendt") -> Course:
        """Walk a step from its beginning until it is handed on."""
        self.decided(station, outcome)
        if "approve" in self.possible(station, "jens"):
            self.do(station, "approve", "jens")
        return self.do(station, "hand-on")

    def kinds(self, person: str) -> list[str]:
        """The kinds of notices the last move gave somebody."""
        return [notice.kind for notice in self.told if notice.person == person]


def read_inputs(step: Step | None, given: Mapping[str, Any]) -> Inputs:
    """Inputs from plain words: outcomes as text, a meeting of the step's body as a date."""
    values = dict(given)
    if isinstance(values.get("outcome"), str):
        values["outcome"] = Outcome(values["outcome"])
    if "outcomes" in values:
        values["outcomes"] = {number: Outcome(word) for number, word in values["outcomes"].items()}
    if step and re.match(r"\d{4}(-\d\d)+$", str(values.get("meeting"))):
        values["meeting"] = MeetingId(f"{step.body}-{values['meeting']}")
    if isinstance(values.get("decided_on"), str):
        values["decided_on"] = read_date(values["decided_on"])
    return Inputs(**values)


def sag(
    text: str = "gruppe > kdnet > kkr", *, draft: bool = False, closed: bool = False, **of_world: Any
) -> Course:
    """A sag of Ida's that has just been set going on a route (or still is a draft)."""
    return on_route(route(text), draft=draft, closed=closed, **of_world)


def on_route(
    chosen: Definitions,
    *,
    fills: Mapping[str, str] | None = None,
    draft: bool = False,
    closed: bool = False,
    **of_world: Any,
) -> Course:
    """A sag of Ida's on a definition."""
    named = dict.fromkeys(body_at(station, fills or {}) for station in chosen.workflow.stations)
    of_world.setdefault("bodies", list(named))
    new = Sag(
        id=SagId(1),
        number="SAG-2020-0001",
        title="En sag",
        owner=IDA,
        route=chosen.workflow.ref,
        life=chosen.life.initial,
        fills=dict(fills or {}),
        closed=closed,
        opened_at=NOW,
    )
    course = Course(sag=new, definitions=chosen, world=world(**of_world))
    return course if draft else course.do(None, "start", "ida")


# --- a house with a database -----------------------------------------------------------------------------------


@cache
def house_catalog() -> Catalog:
    """What is shipped, with our own people among the shipped ones.

    Karin is secretary everywhere, Jens the chair of KD-Net, Vibe its vice-chair; Lars sits elsewhere.
    """
    loaded = shipped()
    ours = tuple(Person(id=PersonId(key), name=name, email=f"{key}@test.example") for key, name in NAMES.items())
    held = offices("jens chair kd-net, vibe vice-chair kd-net, lars member direktion-x")
    karin = tuple(
        Appointment(person=KARIN, office=Office.SECRETARY, body=key)
        for key, one in loaded.bodies.items()
        if one.kind != "sekretariat"
    )
    led = (Office.CHAIR, Office.VICE_CHAIR)
    kept = tuple(a for a in loaded.appointments if a.body != "kd-net" or a.office not in led)
    return replace(loaded, people=(*loaded.people, *ours), appointments=(*kept, *held, *karin))


def prepare(db_url: str) -> None:
    """Make a database: the schema, and the house's catalog installed."""
    db = Database(db_url, synchronous="OFF")
    schema.upgrade(db)
    install_catalog(db, house_catalog(), now=NOW)
    db.close()


def house(db_url: str) -> House:
    """A house on a prepared database."""
    return House(db=Database(db_url, synchronous="OFF"))


@dataclass
class House:
    """The actions as sentences. Each has an idempotency key of its own; the day is the last one that was said."""

    db: Database
    now: datetime = NOW
    _keys: Iterable[int] = field(default_factory=itertools.count, repr=False)

    def on(self, day: str, hour: int = 16) -> House:
        """Let it be another day."""
        self.now = local_instant(date.fromisoformat(day), hour)
        return self

    def key(self) -> str:
        """An idempotency key that was not used before."""
        return f"test-{next(iter(self._keys))}"

    def open(self, ref: str = "standard@1", title: str = "En sag", *, by: str = "ida", **more: Any) -> SagId:
        """Open a sag of Ida's; on a generic route DASSOS is the group."""
        fills = more.pop("fills", {"administrativ-gruppe": "dassos"} if ref == "standard@1" else {})
        given = {"fills": fills, "owner": IDA, "key": self.key(), "by": PersonId(by), "now": self.now}
        return open_sag(self.db, title, ref, **(given | more)).sag

    def do(
        self,
        sag: SagId,
        station: str | None,
        move: str,
        by: str = "karin",
        *,
        now: datetime | None = None,
        version: int | None = None,
        key: str | None = None,
        **inputs: Any,
    ) -> Receipt:
        """Make a move; a consent is to what stands now."""
        step = self.step(sag, station) if station else None
        if move == "approve" and step:
            inputs.setdefault("content", content_digest(self.sag(sag), step))
        return advance_sag(
            self.db,
            sag,
            step.seq if step else None,
            move,
            read_inputs(step, inputs),
            version=version,
            key=key or self.key(),
            by=PersonId(by),
            now=now or self.now,
        )

    def write(self, sag: SagId, station: str, *texts: str, by: str = "", proposes: Asks | None = None) -> Receipt:
        """Write the indstilling of a step; the sag's owner does, unless it is said who."""
        return self.revise(sag, station, by=by or self.sag(sag).owner, parts=texts, proposes=proposes)

    def revise(
        self,
        sag: SagId,
        station: str | None = None,
        *,
        by: str = "ida",
        now: datetime | None = None,
        **values: Any,
    ) -> Receipt:
        """Change what a sag says."""
        step = self.step(sag, station).seq if station else None
        return revise_sag(
            self.db,
            sag,
            step,
            Revision(**values),
            version=None,
            key=self.key(),
            by=PersonId(by),
            now=now or self.now,
        )

    def ahead(
        self, sag: SagId, station: str, meeting: str, *texts: str, by: str = "ida", content: str | None = None
    ) -> Receipt:
        """Submit to a station before its turn."""
        return submit_ahead(
            self.db,
            sag,
            station,
            MeetingId(meeting),
            texts or ("Under forudsætning.",),
            content=content,
            version=None,
            key=self.key(),
            by=PersonId(by),
            now=self.now,
        )

    def correct(
        self, sag: SagId, station: str, outcome: str, downstream: Downstream | None = None, **more: Any
    ) -> Receipt:
        """Correct what was recorded at a station."""
        given = {"reason": "Referatet var forkert.", "version": None, "by": KARIN, "now": self.now} | more
        step = self.step(sag, station).seq
        return correct_decision(
            self.db, sag, step, {}, Outcome(outcome), downstream=downstream, key=self.key(), **given
        )

    def treated(
        self, sag: SagId, station: str, meeting: str, *texts: str, outcome: str | tuple[str, ...], **more: Any
    ) -> House:
        """Walk a step from its beginning to its decision at a meeting; the day becomes that meeting's."""
        step = self.step(sag, station)
        if not step.parts:
            self.write(sag, station, *(texts or ("Det indstilles, at sagen godkendes.",)))
        if step.state == "preparing":
            self.do(sag, station, "submit", meeting=meeting)
        if self.step(sag, station).state == "submitted":
            self.do(sag, station, "accept")
        self.on(meeting if len(meeting) == 10 else f"{meeting}-28")
        self.do(sag, station, "treat")
        return self.decide(sag, station, outcome, **more)

    def decide(self, sag: SagId, station: str, outcome: str | tuple[str, ...], **more: Any) -> House:
        """Record a decision: one for all parts, or one for each."""
        if isinstance(outcome, str):
            self.do(sag, station, "decide", outcome=outcome, **more)
        else:
            self.do(sag, station, "decide", outcomes=dict(enumerate(outcome, start=1)), **more)
        return self

    def sag(self, sag: SagId) -> Sag:
        """The sag as it stands in the database."""
        return plain_sag(self.db, sag)

    def step(self, sag: SagId, station: str) -> Step:
        """The newest step at a station."""
        found = self.sag(sag).at(station)
        assert found is not None, f"the sag has not been at {station}"
        return found

    def page(self, sag: SagId, viewer: str | None = None, *, now: datetime | None = None) -> SagPage:
        """The sag's page as somebody sees it."""
        return sag_page(self.db, self.sag(sag).number, PersonId(viewer) if viewer else None, now or self.now)

    def history(self, sag: SagId) -> tuple[Entry, ...]:
        """What the history says of a sag."""
        with self.db.read() as tx:
            return history.of_sag(tx, sag)

    def moves_made(self, sag: SagId) -> list[str]:
        """The history of the sag's steps and life in short: `kdnet submit` ..., route passages left out."""
        return [
            f"{entry.event.station or 'sagen'} {entry.event.move}"
            for entry in self.history(sag)
            if entry.event.machine != "route"
        ]

    def notices(self, person: str) -> tuple[Kept, ...]:
        """The notices somebody has, newest first."""
        with self.db.read() as tx:
            return outbox.for_person(tx, PersonId(person), limit=1000)

    def told(self, person: str, sag: SagId | None = None) -> list[str]:
        """The kinds of notices somebody has, oldest first."""
        kept = reversed(self.notices(person))
        return [one.notice.kind for one in kept if sag is None or one.notice.sag == sag]

    def agenda(self, meeting: str) -> list[tuple[SagId, str]]:
        """What stands, or stood, on the agenda of a meeting: the sag and the status of its seat."""
        with self.db.read() as tx:
            return [(row[0], row[2]) for row in meetings.seats_at(tx, MeetingId(meeting))]

    def rows(self) -> dict[str, list[Any]]:
        """Everything in the database, table by table, to see that nothing was written."""
        sager = ("sag", "step", "seat", "leg", "duty", "content", "definition")
        others = ("meeting", "event", "chain", "command", "notice", "letter")
        with self.db.read() as tx:
            return {name: sorted(map(repr, tx.run(f"select * from {name}").fetchall())) for name in sager + others}  # noqa: S608
