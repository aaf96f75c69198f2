"""A process remembers bodies, people and calendars, and sees every change of them at once, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.domain.workflow import Procedure
from kdflow.store import definitions, duties, meetings, plans
from kdflow.store.database import Database, Tx
from kdflow.store.world import network_of, whole_world
from tests.benchmarks.bench_step import recorded
from tests.store.stand import NOW, OWNER, chair, opened

LATER = FuzzyDate.day(date(2023, 11, 3))

CHANGES: dict[str, tuple[str, Sequence[Any], Callable[[World], object]]] = {
    "a name": (
        "update person set name = 'Another' where id = ?",
        (OWNER,),
        lambda world: world.names[OWNER] == "Another",
    ),
    "a body": (
        "update body set short = 'N' where key = ?",
        ("north",),
        lambda world: world.bodies["north"].short == "N",
    ),
    "an office": (
        "insert into appointment (person, office, body) values (?, 'vice-chair', 'north')",
        (OWNER,),
        lambda world: OWNER in world.authority.holders("north", Office.VICE_CHAIR),
    ),
    "an office that ends": (
        "delete from appointment where person = ?",
        (chair("north"),),
        lambda world: not world.authority.holders("north", Office.CHAIR),
    ),
    "an absence": (
        "insert into absence (person, valid_from, valid_to) values (?, '2020-01-01', '2020-01-31')",
        (chair("north"),),
        lambda world: world.authority.is_absent(chair("north")),
    ),
    "a meeting": (
        "update meeting set note = 'moved', version = version + 1 where id = ?",
        ("north-00",),
        lambda world: any(one.note == "moved" for one in world.timetable.meetings),
    ),
}


def world(db: Database) -> World:
    """The world as this process sees it."""
    with db.read() as tx:
        return whole_world(tx, NOW)


def some_meeting(db: Database) -> Meeting:
    """One of the meetings of north."""
    return world(db).timetable.of_body["north"][0]


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("by", ["itself", "another process"])
def test_a_change_is_seen_at_once(url: str, db: Database, what: str, by: str) -> None:
    sql, values, is_seen = CHANGES[what]
    values = (some_meeting(db).id,) if what == "a meeting" else values
    assert not is_seen(world(db))
    with opened(url) as other, (db if by == "itself" else other).write() as tx:
        tx.run_many(sql, [values])
        assert is_seen(whole_world(tx, NOW))
        if db.is_sqlite:  # on PostgreSQL, too; but there the reader may wait for nobody
            assert not is_seen(world(db))
    assert is_seen(world(db))


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_rolled_back_is_not_remembered(db: Database, what: str) -> None:
    sql, values, is_seen = CHANGES[what]
    values = (some_meeting(db).id,) if what == "a meeting" else values

    def fails(tx: Tx) -> None:
        tx.run(sql, values)
        assert is_seen(whole_world(tx, NOW))
        raise LookupError

    with pytest.raises(LookupError), db.write() as tx:
        fails(tx)
    assert not is_seen(world(db))
    with db.write() as tx:
        tx.run(sql, values)
    assert is_seen(world(db))


def test_what_has_not_changed_is_not_read_again(db: Database) -> None:
    before = world(db)
    moved = some_meeting(db)
    with db.write() as tx:
        duties.wake_all(tx)
    assert world(db).timetable is before.timetable
    with db.write() as tx:
        meetings.change(tx, moved, replace(moved, on=LATER), by=PersonId(OWNER), reason=None, now=NOW)
    with recorded() as statements:
        after = world(db)
    assert not [sql for sql, _, _ in statements if " from body" in sql or " from person" in sql]
    assert after.bodies is before.bodies
    assert after.timetable.by_id[moved.id].on == LATER
    known = [one for one in before.timetable.meetings if one.id != moved.id]
    assert all(after.timetable.by_id[one.id] is one for one in known)
    assert [one.id for one in after.timetable.meetings][-1] == moved.id


def test_many_changes_at_once_are_read(db: Database) -> None:
    before = world(db)
    made = [
        Meeting(id=MeetingId(f"north-new-{place}"), body="north", on=LATER)
        for place in range(meetings.MOST_ANEW + 1)
    ]
    with db.write() as tx:
        meetings.keep(tx, made)
    after = world(db)
    assert len(after.timetable.meetings) == len(before.timetable.meetings) + len(made)
    with db.read() as tx:
        assert set(meetings.timetable(tx, list(after.bodies)).meetings) == set(after.timetable.meetings)


def test_only_the_departures_of_a_changed_calendar_are_worked_out_again(db: Database) -> None:
    with db.read() as tx:
        net = network_of(tx, whole_world(tx, NOW))
        north, south = net.departures("north"), net.departures("south")
    moved = some_meeting(db)
    with db.write() as tx:
        meetings.change(tx, moved, replace(moved, on=LATER), by=PersonId(OWNER), reason=None, now=NOW)
    with db.read() as tx:
        net = network_of(tx, whole_world(tx, NOW))
    assert net.departures("south") is south
    assert net.departures("north") != north
    assert net.departures("north").meetings[-2] == moved.id


def test_plans_out_of_date_are_found_by_an_index(db: Database) -> None:
    with recorded() as statements, db.read() as tx:
        plans.out_of_date(tx, 0)
        [(sql, values, _)] = statements
        if not db.is_sqlite:  # PostgreSQL plans by statistics: a small table it scans, unless it must not
            tx.run("set local enable_seqscan = off")
        explain = "explain query plan" if db.is_sqlite else "explain"
        plan = [row[-1] for row in tx.run(f"{explain} {sql}", values).fetchall()]
    assert any("ix_step_plan_until" in line for line in plan), plan


def test_marks_are_read_once_by_who_sees_one_moment(db: Database) -> None:
    world(db)
    with recorded() as statements:
        world(db)
    assert len(statements) == 1
    with recorded() as statements, db.write() as tx:
        whole_world(tx, NOW)
        whole_world(tx, NOW)
    assert sum("from setting" in sql for sql, _, _ in statements) == 4  # what a writer has read may be old


def test_procedures_are_read_again_when_one_has_been_added(db: Database) -> None:
    with db.read() as tx:
        known = definitions.procedures(tx)
    with recorded() as statements, db.read() as tx:
        assert definitions.procedures(tx) == known
    assert not any("content" in sql for sql, _, _ in statements)
    added = Procedure.model_validate({**known[0].model_dump(mode="json", by_alias=True), "version": 99})
    with db.write() as tx:
        definitions.keep(tx, [added], NOW)
        assert added.ref in [one.ref for one in definitions.procedures(tx)]
    with db.read() as tx:
        assert added.ref in [one.ref for one in definitions.procedures(tx)]


def test_what_is_asked_twice_is_asked_again_where_it_can_have_changed(db: Database) -> None:
    answers = iter(range(9))
    with db.read() as tx:
        assert [tx.once(("a",), lambda: next(answers)) for _ in range(2)] == [0, 0]
    with db.write() as tx:
        assert [tx.once(("a",), lambda: next(answers)) for _ in range(2)] == [1, 2]
