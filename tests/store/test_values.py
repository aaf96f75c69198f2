"""Values that are saved come back the same, and a value that somebody else has changed is not written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import FuzzyDate, Precision
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.sag import Approval, Paper, Part, Sag, SagId, Seat, SeatStatus, Step, StepSeq
from kdflow.domain.station_texts import StationTexts
from kdflow.domain.timetable import Meeting, MeetingStatus
from kdflow.domain.workflow import Asks, Outcome, Workflow
from kdflow.store import contents, definitions, meetings, outbox, people, sager
from kdflow.store.database import Database
from tests.store.stand import BODIES, LINE, MEETINGS, NOW, OWNER, house, load, meeting, proved, snapshot

ZONES = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-9, minutes=-30)))
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
people_ids = st.sampled_from(["owner", "secretary", "chair-north"]).map(PersonId)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001
days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
fuzzy_dates = st.builds(FuzzyDate, earliest=days, latest=days, precision=st.sampled_from(Precision), text=words)
lives = st.sampled_from(["draft", "under-way", "resting", "concluded", "withdrawn", "lapsed"])
states = st.sampled_from(["preparing", "submitted", "on-agenda", "treated", "decided", "handed-on", "returned"])
parts = st.builds(Part, text=words, outcome=st.none() | st.sampled_from(Outcome), note=st.none() | words)
papers = st.builds(
    Paper,
    title=words,
    filename=words,
    media_type=words,
    size=st.integers(0, 2**40),
    digest=words,
    version=st.integers(1, 9),
)
approvals = st.builds(
    Approval,
    person=people_ids,
    on_behalf_of=st.none() | people_ids,
    content=words,
    at=instants,
    lapsed_at=st.none() | instants,
)


texts = st.builds(StationTexts, case_text=words, parts=st.lists(words, max_size=2).map(tuple))


def seats(body: str) -> st.SearchStrategy[tuple[Seat, ...]]:
    """Seats at meetings of a body, in the order in which they are read."""
    seat = st.builds(
        Seat,
        meeting=st.integers(0, MEETINGS - 1).map(lambda number: meeting(body, number)),
        status=st.sampled_from(SeatStatus),
        note=st.none() | words,
    )
    found = st.lists(seat, max_size=3, unique_by=lambda one: one.meeting)
    return found.map(lambda many: tuple(sorted(many, key=lambda one: one.meeting)))


@st.composite
def steps(draw: st.DrawFn, seq: int) -> Step:
    """A step with this number."""
    body = draw(st.sampled_from(BODIES))
    fields: dict[str, st.SearchStrategy[Any]] = {
        "station": words.map("not-{}".format),  # one that a route has knows only some states
        "state": states,
        "asks": st.sampled_from(Asks),
        "proposes": st.none() | st.sampled_from(Asks),
        "parts": st.lists(parts, max_size=3).map(tuple),
        "forwards": st.lists(words, max_size=2).map(tuple),
        "outcome": st.none() | st.sampled_from(Outcome),
        "outcome_note": st.none() | words,
        "decided_on": st.none() | fuzzy_dates,
        "planned": st.none() | fuzzy_dates,
        "meeting": st.none() | st.integers(0, MEETINGS - 1).map(lambda number: meeting(body, number)),
        "waits_for": st.none() | st.integers(0, MEETINGS - 1).map(lambda number: meeting(body, number)),
        "conditional_on": st.lists(words, max_size=2).map(tuple),
        "approvals": st.lists(approvals, max_size=3).map(tuple),
        "seats": seats(body),
        "came_from": st.none() | st.integers(1, 9).map(StepSeq),
        "opened_at": st.none() | instants,
    }
    assert {"seq", "body", "version"} | set(fields) == set(Step.__slots__), "a field is not tested"
    return Step(seq=StepSeq(seq), body=body, **{name: draw(field) for name, field in fields.items()})


@st.composite
def sager_with(draw: st.DrawFn, most_steps: int) -> Sag:
    """A sag with some steps."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "title": words,
        "owner": people_ids,
        "route": st.sampled_from(["fork@1", "line@1"]),
        "life": lives,
        "places": st.lists(words, max_size=3).map(tuple),
        "fills": st.dictionaries(words, words, max_size=2),
        "case_text": words,
        "papers": st.lists(papers, max_size=2).map(tuple),
        "closed": st.booleans(),
        "area": words,
        "wished": days,
        "texts": st.dictionaries(words, texts, max_size=2),
        "opened_at": instants,
    }
    assert {"id", "number", "steps", "version"} | set(fields) == set(Sag.__slots__), "a field is not tested"
    count = draw(st.integers(0, most_steps))
    return Sag(
        id=SagId(0),
        number="",
        steps=tuple(draw(steps(seq)) for seq in range(1, count + 1)),
        **{name: draw(field) for name, field in fields.items()},
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[Sag, Sag]:
    """A sag, and the same sag with anything else in it that can change, and perhaps more steps."""
    first, second = draw(sager_with(2)), draw(sager_with(3))
    old = {step.seq: step for step in first.steps}
    new = {step.seq: step for step in second.steps}
    merged = [_changed(old.get(seq), new.get(seq)) for seq in sorted({*old, *new})]
    return first, replace(second, opened_at=first.opened_at, steps=tuple(merged))


def _changed(old: Step | None, new: Step | None) -> Step:
    step = new or old
    assert step is not None
    if old is None or new is None:
        return step
    kept = {seat.meeting: seat for seat in old.seats} | {seat.meeting: seat for seat in new.seats}
    ordered = tuple(kept[key] for key in sorted(kept))
    return replace(new, body=old.body, asks=old.asks, seats=ordered)  # these two never change; seats are kept


@pytest.fixture(scope="module")
def shared(ground: Any, furnished: str) -> Iterator[Database]:
    """One database for all examples of this module."""
    own = ground.copy(furnished)
    database = Database(own, synchronous="OFF")
    yield database
    database.close()
    ground.drop(own)


thorough = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@thorough
@given(sag=sager_with(3))
def test_a_new_sag_comes_back_the_same(shared: Database, sag: Sag) -> None:
    with shared.write() as tx:
        kept = sager.add(tx, sag)
    assert kept == replace(sag, id=kept.id, number=kept.number)
    with shared.read() as tx:
        assert sager.load(tx, kept.id) == kept
        assert sager.load_many(tx, [kept.id, SagId(0)]) == (kept,)
        assert sager.by_number(tx, f" {kept.number.lower()} ") == kept


@thorough
@given(pair=changes())
def test_a_changed_sag_comes_back_the_same(shared: Database, pair: tuple[Sag, Sag]) -> None:
    with shared.write() as tx:
        before = sager.add(tx, pair[0])
    with shared.write() as tx:
        saved = sager.save(tx, before, replace(pair[1], id=before.id, number=before.number))
    assert load(shared, before.id) == saved
    for old in before.steps:
        same = replace(saved.step(old.seq), version=old.version) == old
        assert saved.step(old.seq).version == (1 if same else 2)


def test_what_did_not_change_is_not_written(db: Database) -> None:
    with db.write() as tx:
        kept = sager.add(tx, _plain())
    before = snapshot(db)
    with db.write() as tx:
        assert sager.save(tx, kept, replace(kept)) == kept
    assert snapshot(db) == before


def _plain() -> Sag:
    body = Step(seq=StepSeq(1), station="a", body="north", state="preparing", asks=Asks.RECOMMENDATION)
    return Sag(
        id=SagId(0),
        number="",
        title="A sag",
        owner=OWNER,
        route="fork@1",
        life="under-way",
        places=("a",),
        steps=(body, replace(body, seq=StepSeq(2), station="b")),
        opened_at=NOW,
    )


def test_a_stale_step_is_not_written(db: Database) -> None:
    with db.write() as tx:
        seen = sager.add(tx, _plain())
    _save(db, seen, replace(seen.steps[1], state="decided"))
    before = snapshot(db)
    later = seen.with_step(replace(seen.steps[0], state="decided"))
    later = replace(later.with_step(replace(seen.steps[1], state="returned")), title="Another title")
    with pytest.raises(Conflict) as caught, db.write() as tx:
        sager.save(tx, seen, later)
    assert (caught.value.kind, caught.value.expected) == ("step", 1)
    assert snapshot(db) == before, "step 1 was written although step 2 could not be"


def test_a_stale_sag_is_not_written(db: Database) -> None:
    with db.write() as tx:
        seen = sager.add(tx, _plain())
    with db.write() as tx:
        sager.save(tx, seen, replace(seen, title="Theirs"))
    before = snapshot(db)
    mine = replace(seen.with_step(replace(seen.steps[0], state="decided")), title="Mine")
    with pytest.raises(Conflict) as caught, db.write() as tx:
        sager.save(tx, seen, mine)
    assert (caught.value.kind, caught.value.expected, caught.value.actual) == ("sag", 1, 2)
    assert snapshot(db) == before


def _save(db: Database, seen: Sag, step: Step) -> Sag:
    with db.write() as tx:
        return sager.save(tx, seen, seen.with_step(step))


def test_changes_to_different_steps_do_not_disturb_each_other(db: Database) -> None:
    with db.write() as tx:
        seen = sager.add(tx, _plain())
    _save(db, seen, replace(seen.steps[0], state="decided"))
    _save(db, seen, replace(seen.steps[1], state="returned"))
    found = load(db, seen.id)
    assert [(step.state, step.version) for step in found.steps] == [("decided", 2), ("returned", 2)]
    assert found.version == 1


def test_the_house_comes_back_the_same(db: Database) -> None:
    built = house()
    with db.read() as tx:
        assert people.bodies(tx) == dict(built.bodies)
        assert set(people.people(tx).values()) == set(built.people)
        authority, _ = people.authority(tx, BODIES, NOW.date())
        assert set(authority.appointments) == set(built.appointments)
        assert set(meetings.timetable(tx).meetings) == set(built.meetings)
        for ref, workflow in built.workflows.items():
            assert definitions.load(tx, ref) == built.definitions(ref)
            assert definitions.load(tx, ref).workflow.digest == workflow.digest
        assert definitions.known(tx) == tuple(sorted(built.workflows))


@thorough
@given(
    on=fuzzy_dates,
    starts_at=st.none() | instants,
    note=st.none() | words,
    status=st.sampled_from(MeetingStatus),
)
def test_a_meeting_comes_back_the_same(
    shared: Database, on: FuzzyDate, starts_at: datetime | None, note: str | None, status: MeetingStatus
) -> None:
    one = Meeting(
        id=meeting("north", -1), body="north", on=on, starts_at=starts_at, note=note, status=status, place=note
    )
    with shared.write() as tx:
        tx.run("delete from meeting where id = ?", (one.id,))
        meetings.keep(tx, [one])
    with shared.read() as tx:
        assert meetings.timetable(tx, ["north"]).find(one.id) == one


def test_a_definition_version_keeps_its_content(db: Database) -> None:
    line = house().workflows["line@1"]
    with db.write() as tx:
        definitions.keep(tx, [line], NOW)
    with pytest.raises(Exception, match="used with another content"), db.write() as tx:
        definitions.keep(tx, [Workflow.model_validate({**LINE, "title": "Another"})], NOW)
    with db.read() as tx:
        assert definitions.load(tx, "line@1").workflow == line


def test_a_content_is_kept_once(db: Database) -> None:
    with db.write() as tx:
        first, again, other = (contents.add(tx, content) for content in (b"\x00\xff", b"\x00\xff", b""))
        assert first == again != other
        assert tx.run("select count(*) from content").fetchone()[0] == 2
    with db.read() as tx:
        assert contents.load(tx, first) == b"\x00\xff"
        assert contents.load(tx, other) == b""
        with pytest.raises(NotFound):
            contents.load(tx, "0" * 64)


def test_a_missing_sag_is_not_found(db: Database) -> None:
    with db.read() as tx:
        with pytest.raises(NotFound):
            sager.load(tx, SagId(1))
        with pytest.raises(NotFound):
            sager.by_number(tx, "SAG-2020-0001")
        assert outbox.for_person(tx, OWNER) == ()
    proved(db)
