"""Bodies and closing days are changed by hand or by the file: plans follow, people hear of it, nothing strands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kdflow import rendering
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.keep_bodies import BodyReceipt, change_body, undo_change
from kdflow.actions.keep_closing_days import add_closing_day, end_closing_day
from kdflow.actions.keep_house import keep_house
from kdflow.actions.plan_again import plan_again
from kdflow.domain.body_change import ClosingDay
from kdflow.domain.dates import local_day
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import NEVER
from kdflow.domain.errors import Conflict, NotAllowed, Refused
from kdflow.domain.network import network
from kdflow.domain.replanning import planned
from kdflow.domain.sag import SagId
from kdflow.domain.stranding import Stranded
from kdflow.domain.timetable import Body, Chairing
from kdflow.queries.proof import proof
from kdflow.queries.reforms import body_preview, closing_preview
from kdflow.store import body_changes, people
from kdflow.store.world import whole_world, with_routes
from tests import make
from tests.actions.test_administration import ADMIN, events, rules
from tests.make import KARIN, House


def change(
    house: House, values: dict[str, Any], start: str = "", body: str = "kd-net", **more: Any
) -> BodyReceipt:
    """Change a body from a day on, if it is told to those who were said to be told."""
    given = {"reason": None, "version": None, "key": house.key(), "by": ADMIN, "now": house.now, **more}
    day = date.fromisoformat(start) if start else local_day(house.now)
    seen = body_preview(house.db, "kd-net", values, day, reason=given["reason"], viewer=given["by"], now=house.now)
    return change_body(house.db, "kd-net", values, day, seen=seen.digest, **given)


def body_of(house: House, key: str = "kd-net") -> Body:
    """A body as it is now."""
    with house.db.read() as tx:
        return people.bodies(tx)[key]


def submission(days: int) -> dict[str, Any]:
    """So many working days before the meeting."""
    return {"rules": {DeadlineKind.SUBMISSION: Rule(days=days)}}


def planned_anew(house: House) -> None:
    """What is kept of every plan is what planning anew gives."""
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
        net = network(world)
        for sag, route in with_routes(tx, [SagId(row[0]) for row in tx.run("select id from sag").fetchall()]):
            plan = planned(sag, route, net, house.now).plan
            rows = tx.run("select station, meeting from leg where sag = ?", (sag.id,)).fetchall()
            legs = plan.legs if plan else ()
            assert dict(tuple(row) for row in rows) == {
                leg.station: leg.meeting or ""
                for leg in legs
                if leg.kind in ("meeting", "seat") and leg.after < NEVER
            }


def test_a_changed_rule_plans_again_tells_once_and_outlives_the_file(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    with pytest.raises(NotAllowed):
        change(house, submission(20), by=KARIN)
    done = change(house, submission(30), reason="Mere tid")
    assert done.hits == 1
    assert house.told("ida", sag) == ["rules-changed"]
    assert house.told("jens")[-1] == "rules-changed"
    planned_anew(house)
    assert install_catalog(house.db, make.house_catalog(), now=house.now) == ()
    assert body_of(house).rules[DeadlineKind.SUBMISSION].days == 30
    known = make.house_catalog()
    moved = replace(known.bodies["kd-net"], rules={**known.bodies["kd-net"].rules, **submission(12)["rules"]})
    other = replace(known, bodies={**known.bodies, "kd-net": moved})
    left = install_catalog(house.db, other, now=house.now)
    assert left == ("body kd-net: rules.submission kept by hand, the file says otherwise",)
    with house.db.read() as tx:
        (by_hand,) = body_changes.of(tx)["kd-net"]
    given = {"version": None, "key": house.key(), "by": ADMIN, "now": house.now}
    undo_change(house.db, "kd-net", by_hand.id, **given)  # type: ignore[arg-type]
    assert body_of(house).rules[DeadlineKind.SUBMISSION].days == 12
    planned_anew(house)
    assert proof(house.db).broken is None


def test_a_rule_changed_in_the_file_is_told_to_those_it_hits(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    known = make.house_catalog()
    moved = replace(known.bodies["kd-net"], rules={**known.bodies["kd-net"].rules, **submission(30)["rules"]})
    for _ in range(2):
        install_catalog(house.db, replace(known, bodies={**known.bodies, "kd-net": moved}), now=house.now)
    assert house.told("ida", sag) == ["rules-changed"]
    assert [one.actor for one in events(house, "body-changed")] == ["kdflow"]
    plan_again(house.db, now=house.now)
    planned_anew(house)


def test_a_maximum_changed_by_hand_tells_who_slides(house: House) -> None:
    sager = [house.open("droeftelse-kd-net@1", f"Sag {n}") for n in range(3)]
    plan_again(house.db, now=house.now)
    done = change(house, {"most_items": 1})
    assert done.hits == 2
    (notice,) = house.notices("ida")
    assert {one["sag"] for one in notice.notice.about_sager} == {*sager[1:]}


def test_a_change_takes_effect_on_its_day(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    assert not change(house, {**submission(30), "short": "KDN"}, "2020-02-01").in_force
    assert house.told("ida", sag) == []
    keep_house(house.db, now=house.on("2020-01-31").now)
    assert body_of(house).short == "KD-Net"
    keep_house(house.db, now=house.on("2020-02-01").now)
    keep_house(house.db, now=house.on("2020-02-02").now)
    assert (body_of(house).short, body_of(house).rules[DeadlineKind.SUBMISSION].days) == ("KDN", 30)
    assert house.told("ida", sag) == ["rules-changed"]
    assert [one.actor for one in events(house, "body-changed")] == ["administrator"]


def test_a_body_ends_only_with_a_way_onward(house: House) -> None:
    house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    end_of_year = {"valid_to": date(2020, 1, 23)}
    with pytest.raises(Stranded) as error:
        change(house, end_of_year)
    assert [one.why for one in error.value.seen] == ["no-body"]
    with pytest.raises(Refused) as refused:
        change(house, {"successor": "kkr-midt"})
    assert rules(refused) == {"successor_after_end"}
    with pytest.raises(Refused) as refused:
        change(house, {**end_of_year, "successor": "kd-net"})
    assert rules(refused) == {"successor_no_circle"}
    change(house, {**end_of_year, "successor": "kkr-midt"})
    planned_anew(house)


def test_a_secretariat_or_a_chair_cannot_be_taken_from_running_sager(house: House) -> None:
    house.open()
    with pytest.raises(Stranded) as error:
        change(house, {"chairing": Chairing.NONE})
    assert {one.why for one in error.value.seen} == {"no-chair"}


def test_a_closing_day_for_all_is_told_as_one_sentence(house: House) -> None:
    house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    day = ClosingDay(body="*", day="2020-03-05", name="Kursusdag")
    add_closing_day(house.db, day, key=house.key(), by=ADMIN, now=house.now)
    said = letter(house)
    assert "Torsdag den 5. marts 2020 er lukkedag for alle organer: Kursusdag." in said
    assert "har ændret" not in said
    with house.db.read() as tx:
        (kept,) = body_changes.closing_days(tx)
    end_closing_day(house.db, kept.id, key=house.key(), by=ADMIN, now=house.now)
    assert "Torsdag den 5. marts 2020 er ikke længere lukkedag for alle organer: Kursusdag." in letter(house)


def test_a_closing_day_of_one_body_is_named_with_the_body(house: House) -> None:
    house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    day = ClosingDay(body="kd-net", day="2020-03-05", name="Kursusdag")
    add_closing_day(house.db, day, key=house.key(), by=KARIN, now=house.now)
    assert "Torsdag den 5. marts 2020 er lukkedag for KD-Net: Kursusdag." in letter(house)


def test_only_bodies_on_the_readers_own_sager_are_named(house: House) -> None:
    house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    known = make.house_catalog()
    days = frozenset({(date(2020, 3, 5), "Kursusdag")})
    others = {
        key: replace(body, closing_days=body.closing_days | days) if key in ("kd-net", "dassos") else body
        for key, body in known.bodies.items()
    }
    install_catalog(house.db, replace(known, bodies=others), now=house.now)
    assert "er lukkedag for KD-Net" in letter(house)
    assert "DASSOS" not in letter(house)


def letter(house: House) -> str:
    """The newest notice that Ida has of rules that have changed, as a mail says it."""
    notice = house.notices("ida")[0].notice
    assert notice.kind == "rules-changed"
    values = {"number": "", "title": "", "link": "/", "data": notice.data, "today": local_day(house.now)}
    return rendering.message(notice.kind, "body", **values)


def test_a_closing_day_moves_deadlines_and_can_be_ended(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    plan_again(house.db, now=house.now)
    house.on("2020-01-27")
    plan_again(house.db, now=house.now)
    day = ClosingDay(body="kd-net", day="2020-03-06", name="Kursusdag")
    given: dict[str, Any] = {"key": house.key(), "by": KARIN, "now": house.now}
    with pytest.raises(Conflict):
        add_closing_day(house.db, day, seen="another", **given)
    seen = closing_preview(house.db, day, reason=None, viewer=KARIN, now=house.now).digest
    add_closing_day(house.db, day, seen=seen, **given)
    assert house.told("ida", sag) == ["rules-changed"]
    install_catalog(house.db, make.house_catalog(), now=house.now)
    assert (date(2020, 3, 6), "Kursusdag") in body_of(house).closing_days
    for wrong, rule in [(day, "something_differs"), (replace(day, day="2020-03-09", name=""), "closing_sound")]:
        with pytest.raises(Refused) as error:
            add_closing_day(house.db, wrong, key=house.key(), by=KARIN, now=house.now)
        assert rules(error) == {rule}
    with house.db.read() as tx:
        (kept,) = body_changes.closing_days(tx)
    end_closing_day(house.db, kept.id, key=house.key(), by=KARIN, now=house.now)
    assert (date(2020, 3, 6), "Kursusdag") not in body_of(house).closing_days


def test_a_day_that_the_file_closes_can_be_worked(house: House) -> None:
    day = ClosingDay(
        body="*", day="12-24", name="Juleaftensdag", is_worked=True, valid=make.validity("2020-01-01..")
    )
    with pytest.raises(NotAllowed):
        add_closing_day(house.db, day, key=house.key(), by=KARIN, now=house.now)
    add_closing_day(house.db, day, key=house.key(), by=ADMIN, now=house.now)
    closed = {one for one, _ in body_of(house).closing_days}
    assert date(2020, 12, 24) not in closed
    assert date(2019, 12, 24) in closed
    install_catalog(house.db, make.house_catalog(), now=house.now)
    assert date(2020, 12, 24) not in {one for one, _ in body_of(house).closing_days}
