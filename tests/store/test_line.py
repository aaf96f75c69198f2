"""Who can be in line: at a body, and of one's own sager, each step once; in how many statements sager are read."""

from __future__ import annotations

from kdflow.domain.wanted import Line, Wanted
from kdflow.store import company, finding, line, sager
from kdflow.store.database import Database
from kdflow.store.seldom import seldom
from tests.benchmarks.bench_step import recorded
from tests.store.stand import NOW, OWNER, Walker


def test_an_own_step_at_a_body_that_one_serves_is_in_line_once(db: Database) -> None:
    walker = Walker(db)
    for _ in range(3):
        walker.open()
    with db.read() as tx:
        body, state = tx.run("select body, state from step order by sag, seq limit 1").fetchone()
        own = line.first_in_line(tx, OWNER, {state}, {}, limit=50)
        there = line.first_in_line(tx, OWNER, set(), {body: [state]}, limit=50)
        both = line.first_in_line(tx, OWNER, {state}, {body: [state]}, limit=50)
        mixed = line.first_in_line(tx, OWNER, {state}, {body: ["no-such-state"]}, limit=50)
    assert set(own) & set(there)
    assert sorted(both) == sorted({*own, *there})
    assert sorted(mixed) == sorted(own)


def test_a_sag_that_can_wait_is_found_as_its_step_is(db: Database) -> None:
    walker = Walker(db)
    mine, over, _ = (walker.open() for _ in range(3))
    with db.write() as tx:
        body, state = tx.run("select body, state from step where sag = ?", (mine,)).fetchone()
        tx.run("update step set state = 'elsewhere' where sag not in (?, ?)", (mine, over))
        tx.run("update sag set life = 'withdrawn' where id = ?", (over,))
    for own, at in (({state}, {}), (set(), {body: [state]}), ({state}, {body: [state]})):
        wanted = Wanted(line=Line(owner=OWNER, own=own, at=at))
        with db.read() as tx:
            assert [one.sag for one in finding.page(tx, wanted, None, limit=9)] == [mine]
            assert finding.count(tx, wanted, None, most=9) == 1
    with db.read() as tx:
        assert finding.page(tx, Wanted(line=Line(owner=OWNER, own=(), at={})), None, limit=9) == ()


def test_sager_are_read_by_two_statements_and_one_by_its_number_too(db: Database) -> None:
    walker = Walker(db)
    ids = [walker.open() for _ in range(3)]
    with db.read() as tx, recorded() as statements:
        found = sager.load_many(tx, ids)
        assert len(statements) == 2
        assert sager.by_number(tx, found[0].number) == sager.load(tx, ids[0]) == found[0]
        assert len(statements) == 6


def test_what_is_seldom_there_is_asked_by_one_statement(db: Database) -> None:
    sag = Walker(db).open()
    with db.read() as tx, recorded() as statements:
        assert seldom(tx, OWNER, 0) == (False, False, False, False)
        assert len(statements) == 1
    with db.write() as tx:
        tx.run("update step set plan_until = 5 where sag = ?", (sag,))
    with db.read() as tx:
        assert seldom(tx, OWNER, 6) == (False, False, True, False)


def test_who_follows_a_sag_and_what_it_has_to_do_with_come_together(db: Database) -> None:
    walker = Walker(db)
    one, other, third = (walker.open() for _ in range(3))
    with db.write() as tx:
        company.follow(tx, one, OWNER, NOW)
        company.follow(tx, other, OWNER, NOW)
        company.relate(tx, third, one, OWNER, NOW)
        company.relate(tx, one, other, OWNER, NOW)
    with db.read() as tx, recorded() as statements:
        assert company.around(tx, one) == ((OWNER,), (other, third))
        assert company.around(tx, third) == ((), (one,))
        assert len(statements) == 2
