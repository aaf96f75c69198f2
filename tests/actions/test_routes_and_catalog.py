"""A sag stays on the version it began on until a person moves it; files are installed once and never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kdflow.actions.amend_route import amend_route, migrate_sag
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.set_clock import set_clock
from kdflow.catalog import Catalog
from kdflow.demo import NotADemo, claim, play
from kdflow.domain.amendment import Amendment
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.configuration import ScenarioFile
from kdflow.domain.errors import Conflict, Flawed, NotAllowed, NotFound, RouteBlocked, Unreadable
from kdflow.domain.sag import SagId
from kdflow.domain.workflow import Station, Validity, Workflow
from kdflow.queries.people import installation_clock, person, roles
from kdflow.queries.proof import proof
from kdflow.queries.routes import bodies, migration, workflows
from kdflow.queries.sag_page import plain_sag
from kdflow.store import definitions, history, schema
from kdflow.store.database import Database
from tests import make
from tests.make import IDA, JENS, KARIN, LARS, NOW, House


def second(ref: str = "standard@1", **changes: Any) -> Workflow:
    """The next version of a shipped workflow: `changes` maps a station's key to what is different there."""
    values = make.definitions(ref).workflow.model_dump(by_alias=True)
    values["version"] += 1
    values["stations"] = [row | changes.get(row["key"], {}) for row in values["stations"]]
    return Workflow.model_validate(values)


def install(house: House, *more: Workflow, **changes: Any) -> None:
    """Install the house's catalog with further workflows."""
    base = make.house_catalog()
    known: Mapping[str, Workflow] = {**base.workflows, **{workflow.ref: workflow for workflow in more}}
    install_catalog(house.db, replace(base, workflows=known, **changes), now=house.now)


def migrate(house: House, sag: SagId, to: str = "standard@2", by: PersonId = IDA, **more: Any) -> None:
    given: dict[str, Any] = {
        "reason": "Ny version.",
        "version": None,
        "key": house.key(),
        "by": by,
        "now": house.now,
    }
    migrate_sag(house.db, sag, to, **(given | more))


def amend(house: House, sag: SagId, amendment: Amendment, by: PersonId = IDA, **more: Any) -> None:
    given: dict[str, Any] = {
        "reason": "Anden rute.",
        "version": None,
        "key": house.key(),
        "by": by,
        "now": house.now,
    }
    amend_route(house.db, sag, amendment, **(given | more))


def station(key: str, body: str, *after: str, **values: Any) -> Station:
    return Station.model_validate({"key": key, "body": body, "after": after} | values)


def past_group(house: House) -> SagId:
    """A sag on standard@1 that has come to KD-Net."""
    sag = house.on("2020-01-06").open("standard@1")
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    return sag


def on_to(house: House, sag: SagId, name: str, meeting: str) -> None:
    """Treat a sag at a station and hand it on."""
    house.treated(sag, name, meeting, outcome="godkendt")
    if house.page(sag).panels[0].missing:
        house.do(sag, name, "approve", "jens")
    house.do(sag, name, "hand-on")


# --- versions --------------------------------------------------------------------------------------------------


def test_a_new_version_does_not_move_a_running_sag_and_both_can_be_walked(house: House) -> None:
    sag = past_group(house)
    install(house, second(kkr={"asks": "orientering"}))
    assert house.sag(sag).route == "standard@1"
    assert house.page(sag).workflow.by_key["kkr"].asks == "godkendelse"
    on_to(house, sag, "kdnet", "2020-01-24")
    assert house.step(sag, "kkr").asks == "godkendelse"
    other = house.on("2020-01-06").open("standard@2", fills={"administrativ-gruppe": "dassos"})
    assert house.page(other).workflow.by_key["kkr"].asks == "orientering"
    assert [w.ref for w in workflows(house.db, house.now) if w.name == "standard"] == ["standard@2"]
    with house.db.read() as tx:
        assert [definitions.load(tx, ref).workflow.ref for ref in ("standard@1", "standard@2")] == [
            "standard@1",
            "standard@2",
        ]


def test_a_dry_run_says_what_a_migration_would_do_and_writes_nothing(house: House) -> None:
    sag = past_group(house)
    install(house, second(kkr={"key": "kkr-ny"}, kontaktudvalg={"after": ("kkr-ny",)}))
    before = house.rows()
    change = migration(house.db, house.sag(sag).number, "standard@2")
    assert (change.places, change.added, change.removed, change.obstacles) == (
        {"kdnet": "kdnet"},
        ("kkr-ny",),
        ("kkr",),
        (),
    )
    assert house.rows() == before


def test_a_migrated_sag_goes_on_by_the_new_version_and_its_history_says_so(house: House) -> None:
    sag = past_group(house)
    install(house, second(kkr={"asks": "orientering"}))
    migrate(house, sag, version=house.sag(sag).version)
    assert (house.sag(sag).route, house.sag(sag).places) == ("standard@2", ("kdnet",))
    last = house.history(sag)[-1]
    assert (last.event.move, last.event.old, last.event.new, last.event.reason, last.actor, last.route) == (
        "migrate",
        "standard@1",
        "standard@2",
        "Ny version.",
        IDA,
        "standard@2",
    )
    assert {entry.route for entry in house.history(sag)} == {"standard@1", "standard@2"}
    assert house.told("karin", sag)[-1] == "route-changed"
    on_to(house, sag, "kdnet", "2020-01-24")
    assert house.step(sag, "kkr").asks == "orientering"
    with house.db.read() as tx:
        assert definitions.load(tx, "standard@1").workflow.ref == "standard@1"
    assert proof(house.db).broken is None


def test_a_migration_that_does_not_map_is_blocked_with_every_obstacle_and_writes_nothing(house: House) -> None:
    sag = past_group(house)
    install(house, second(kdnet={"key": "netvaerk"}, kkr={"after": ("netvaerk",)}))
    assert migration(house.db, house.sag(sag).number, "standard@2").obstacles
    before = house.rows()
    with pytest.raises(RouteBlocked, match="kdnet: station-gone"):
        migrate(house, sag)
    with pytest.raises(NotAllowed):
        migrate(house, sag, by=LARS)
    with pytest.raises(NotFound):
        migrate(house, sag, to="findes-ikke@1")
    with pytest.raises(Unreadable, match="reason"):
        migrate(house, sag, reason=" ")
    with pytest.raises(Conflict):
        migrate(house, sag, version=99)
    assert house.rows() == before
    migrate(house, sag, renamed={"kdnet": "netvaerk"}, by=KARIN)
    assert house.sag(sag).places == ("netvaerk",)
    on_to(house, sag, "netvaerk", "2020-01-24")
    assert house.sag(sag).places == ("kkr",)


# --- amendments ------------------------------------------------------------------------------------------------


def test_an_amended_sag_has_a_route_of_its_own_and_others_keep_theirs(house: House) -> None:
    sag, other = past_group(house), house.open("standard@1")
    amend(
        house,
        sag,
        Amendment(remove=("kontaktudvalg",), add=((station("kvartal", "kvartalsmoede", "kdnet"), ("kkr",)),)),
    )
    assert house.sag(sag).route.startswith(f"standard@1+{house.sag(sag).number.lower()}.")
    assert house.sag(other).route == "standard@1"
    assert [s.station.key for s in house.page(sag).stops] == ["gruppe", "kdnet", "kvartal", "kkr"]
    assert house.history(sag)[-1].event.data == {
        "added": ["kvartal"],
        "removed": ["kontaktudvalg"],
        "stations": {"gruppe": "gruppe", "kdnet": "kdnet"},
    }
    on_to(house, sag, "kdnet", "2020-01-24")
    assert house.sag(sag).places == ("kvartal",)
    house.now += timedelta(days=700)
    on_to(house, sag, "kvartal", "2021-10-04")
    on_to(house, sag, "kkr", "2021-10-11")
    assert house.sag(sag).life == "concluded"
    with house.db.read() as tx:
        assert not any("+" in ref for ref in definitions.known(tx))


def test_an_amended_sag_can_be_amended_again_and_migrated_to_a_public_version(house: House) -> None:
    sag = past_group(house)
    amend(house, sag, Amendment(remove=("kontaktudvalg",)))
    first = house.sag(sag).route
    amend(house, sag, Amendment(remove=("kkr",)))
    assert house.sag(sag).route not in ("standard@1", first)
    assert [s.station.key for s in house.page(sag).stops] == ["gruppe", "kdnet"]
    migrate(house, sag, to="standard@1")
    assert [s.station.key for s in house.page(sag).stops] == ["gruppe", "kdnet", "kkr", "kontaktudvalg"]


def test_an_amended_route_is_what_another_process_reads(house: House) -> None:
    sag = past_group(house)
    amend(house, sag, Amendment(remove=("kontaktudvalg",)))
    other = Database(house.db.url.render_as_string(hide_password=False), synchronous="OFF")
    with other.read() as tx:
        assert list(definitions.load(tx, house.sag(sag).route).workflow.by_key) == ["gruppe", "kdnet", "kkr"]
    other.close()


def test_an_amendment_that_is_unsound_or_does_not_map_is_refused_and_writes_nothing(house: House) -> None:
    sag = past_group(house)
    before = house.rows()
    with pytest.raises(Flawed):
        amend(house, sag, Amendment(add=((station("x", "findes-ikke", "kdnet"), ("kkr",)),)))
    with pytest.raises(RouteBlocked):
        amend(house, sag, Amendment(remove=("kdnet",)))
    with pytest.raises(NotFound):
        amend(house, sag, Amendment(remove=("findes-ikke",)))
    with pytest.raises(NotAllowed):
        amend(house, sag, Amendment(remove=("kkr",)), by=LARS)
    with pytest.raises(Unreadable):
        amend(house, sag, Amendment(remove=("kkr",)), reason="")
    assert house.rows() == before


def test_a_refused_amendment_is_forgotten_and_the_next_one_counts(house: House) -> None:
    sag = past_group(house)
    with pytest.raises(NotAllowed):
        amend(house, sag, Amendment(remove=("kkr",)), by=LARS)
    amend(house, sag, Amendment(remove=("kontaktudvalg",)), by=IDA)
    assert [s.station.key for s in house.page(sag).stops] == ["gruppe", "kdnet", "kkr"]


@pytest.mark.parametrize("who", [IDA, KARIN, PersonId("administrator")])
def test_owner_secretary_and_administrator_may_change_a_route(who: PersonId, house: House) -> None:
    sag = past_group(house)
    amend(house, sag, Amendment(remove=("kontaktudvalg",)), by=who)
    assert house.history(sag)[-1].actor == who


def test_an_amendment_that_comes_again_with_its_key_has_one_effect(house: House) -> None:
    sag = past_group(house)
    for _ in range(2):
        amend(house, sag, Amendment(remove=("kontaktudvalg",)), key="amend")
    assert house.moves_made(sag).count("sagen amend") == 1


# --- the catalog -----------------------------------------------------------------------------------------------


def content(house: House) -> dict[str, list[str]]:
    """What was installed from files, without the numbers of rows."""
    tables = {
        "definition": "*",
        "body": "*",
        "person": "*",
        "meeting": "*",
        "appointment": "person, office, body, valid_from, valid_to",
        "absence": "person, valid_from, valid_to, stand_in",
    }
    with house.db.read() as tx:
        return {
            name: sorted(map(repr, tx.run(f"select {columns} from {name}").fetchall()))  # noqa: S608
            for name, columns in tables.items()
        }


def test_a_catalog_that_is_installed_again_changes_nothing(house: House) -> None:
    before = content(house)
    assert all(before[name] for name in ("definition", "body", "person", "meeting", "appointment"))
    house.on("2021-01-01")
    install(house)
    schema.upgrade(house.db)
    assert content(house) == before


def test_a_shipped_version_that_was_edited_is_refused_whole(house: House) -> None:
    edited = make.definitions("standard@1").workflow.model_dump(by_alias=True) | {"title": "En anden titel"}
    before = content(house)
    people = (*make.house_catalog().people, Person(id=PersonId("ny"), name="Ny", email="ny@test.example"))
    with pytest.raises(Flawed) as refused:
        install(house, Workflow.model_validate(edited), people=people)
    assert [flaw.file for flaw in refused.value.flaws] == ["standard@1"]
    assert "new version" in refused.value.flaws[0].hint
    assert content(house) == before


def test_people_and_bodies_follow_the_files(house: House) -> None:
    base = make.house_catalog()
    until = Validity.model_validate({"to": date(2020, 1, 31)})
    offices = tuple(
        replace(a, valid=until) if (a.person, a.office) == (JENS, Office.CHAIR) else a for a in base.appointments
    )
    vibe = Appointment(
        person=make.VIBE,
        office=Office.CHAIR,
        body="kd-net",
        valid=Validity.model_validate({"from": date(2020, 2, 1)}),
    )
    known = dict(base.bodies) | {"kd-net": replace(base.bodies["kd-net"], short="Netværket")}
    named = tuple(replace(p, name="Jens, afgående") if p.id == JENS else p for p in base.people)
    install(house, appointments=(*offices, vibe), bodies=known, people=named)
    assert bodies(house.db)["kd-net"].short == "Netværket"
    assert person(house.db, "jens").name == "Jens, afgående"
    held = {day: {(r.person.id, o) for r in roles(house.db, day) for o in r.offices} for day in (NOW, later())}
    assert (JENS, (Office.CHAIR, "Netværket")) in held[NOW]
    assert (JENS, (Office.CHAIR, "Netværket")) not in held[later()]
    assert (make.VIBE, (Office.CHAIR, "Netværket")) in held[later()]
    with pytest.raises(NotFound):
        person(house.db, "ukendt")


def later() -> datetime:
    """A day in February."""
    return datetime(2020, 2, 3, 9, tzinfo=UTC)


def test_a_meeting_that_is_known_is_not_overwritten_from_a_file(house: House) -> None:
    base = make.house_catalog()
    changed = tuple(replace(m, place="Et andet sted") for m in base.meetings)
    install(house, meetings=changed)
    with house.db.read() as tx:
        assert tx.run("select count(*) from meeting where place = 'Et andet sted'").fetchone()[0] == 0


def test_only_workflows_in_force_can_be_chosen_newest_version_first(house: House) -> None:
    found = workflows(house.db, house.now)
    assert {"standard@1", "kun-kd-net@1", "c05-naer-psykiatri@1"} <= {w.ref for w in found}
    assert [w.title for w in found] == sorted(w.title for w in found)
    past = {w.ref for w in workflows(house.db, datetime(2027, 6, 1, tzinfo=UTC))}
    assert "standard@1" not in past
    assert "c05-naer-psykiatri@1" not in past


def test_a_version_that_is_not_in_force_yet_does_not_hide_the_one_that_is(house: House) -> None:
    coming = second().model_dump(by_alias=True) | {"valid": {"from": "2021-01-01"}}
    install(house, Workflow.model_validate(coming))
    assert "standard@1" in {w.ref for w in workflows(house.db, house.now)}


def test_a_workflow_is_in_force_by_the_day_in_copenhagen(house: House) -> None:
    install(house)
    first_hour = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight on New Year's Day
    assert "standard@1" not in {w.ref for w in workflows(house.db, first_hour)}


# --- the demo --------------------------------------------------------------------------------------------------


def shipped(house: House) -> tuple[Catalog, ScenarioFile]:
    """The shipped catalog, installed with its own people, and its scenario."""
    catalog = make.shipped()
    install_catalog(house.db, catalog, now=NOW)
    assert catalog.scenario is not None
    return catalog, catalog.scenario


def everything(db: Database) -> list[str]:
    """The whole history, with its digests."""
    with db.read() as tx:
        return [repr(row) for row in tx.run("select * from event order by seq").fetchall()]


def test_a_scenario_played_twice_has_the_same_history(house: House) -> None:
    _, scenario = shipped(house)
    set_clock(house.db, scenario.starts_at)
    play(house.db, scenario)
    once = everything(house.db), house.rows()
    assert len(once[0]) > 100
    play(house.db, scenario)
    assert (everything(house.db), house.rows()) == once
    assert proof(house.db).broken is None
    assert installation_clock(house.db, "demo-clock") == scenario.starts_at


def test_a_scenario_that_was_interrupted_is_played_to_its_end(house: House) -> None:
    _, scenario = shipped(house)
    set_clock(house.db, scenario.starts_at)
    half = scenario.model_copy(update={"sager": scenario.sager[:3]})
    play(house.db, half)
    play(house.db, scenario)
    with house.db.read() as tx:
        titles = [row[0] for row in tx.run("select title from sag order by id").fetchall()]
    assert titles == [entry.title for entry in scenario.sager]


def test_a_scenario_is_never_played_into_a_real_installation(house: House) -> None:
    _, scenario = shipped(house)
    before = house.rows()
    for refused in (claim, play):
        with pytest.raises(NotADemo):
            refused(house.db, scenario)
    assert house.rows() == before


def test_every_sag_of_the_scenario_stands_where_it_is_said_to(house: House) -> None:
    _, scenario = shipped(house)
    set_clock(house.db, scenario.starts_at)
    play(house.db, scenario)
    with house.db.read() as tx:
        ids = [SagId(row[0]) for row in tx.run("select id from sag order by id").fetchall()]
        assert all(history.of_sag(tx, sag) for sag in ids)
    for entry, sag in zip(scenario.sager, ids, strict=True):
        found = plain_sag(house.db, sag)
        assert (found.title, found.owner, found.route) == (entry.title, entry.owner, entry.route)
        for row in entry.steps:
            step = found.at(row.station)
            assert step is not None
            assert row.meeting in (None, step.meeting)
