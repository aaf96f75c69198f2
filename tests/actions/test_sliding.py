"""Meetings that take only so many, in the forecast: who slides or gets in is shown before, and told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.give_place import give_place
from kdflow.actions.plan_again import plan_again
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.capacity import Word, passenger
from kdflow.domain.errors import Refused
from kdflow.domain.network import network
from kdflow.domain.placing import place
from kdflow.domain.planner import Plan
from kdflow.domain.prepared import prepare
from kdflow.domain.replanning import changes, is_news
from kdflow.domain.sag import SagId
from kdflow.domain.sliding import slid
from kdflow.domain.timetable import MeetingId
from kdflow.queries.impact import Impact, impact
from kdflow.queries.plan_page import plan_page
from kdflow.queries.what_if import WhatIf
from kdflow.rendering import message
from kdflow.store import competing, definitions, people, places, plans, sager
from kdflow.store.world import whole_world
from tests import make
from tests.actions import test_change_calendar as calendar
from tests.actions.test_change_calendar import change, change_of, lines_to, told_of
from tests.make import IDA, KARIN, House

ROUTE = "droeftelse-kd-net@1"
AT, NEXT, LAST = "kd-net-2020-03-13", "kd-net-2020-05-29", "kd-net-2020-08-28"


def furnish(house: House, day: str = "2020-01-27", **most: int | None) -> House:
    """Full calendars; some bodies take only so many: `kd_net=1`."""
    calendar.furnish(house.on(day))
    return limit(house, **most)


def limit(house: House, **most: int | None) -> House:
    """Let some bodies take so many sager."""
    with house.db.write() as tx:
        found = people.bodies(tx)
        people.keep_bodies(
            tx, [replace(found[key.replace("_", "-")], most_items=items) for key, items in most.items()]
        )
    return house


def edit(meeting: str, most: int | None, **more: Any) -> CalendarChange:
    """Say how many sager a meeting takes."""
    return change_of("edit", meeting, details=Details(most_items=most, **more))


def most(house: House, meeting: str, items: int | None) -> None:
    """The same, saved."""
    change(house, "edit", meeting, details=Details(most_items=items))


def preview(house: House, wish: CalendarChange, **more: Any) -> Impact:
    """What is shown before a change is saved."""
    return impact(house.db, wish, viewer=KARIN, now=house.now, **more)


def shown(found: Impact) -> dict[SagId, list[tuple[str, str | None, str | None, str | None]]]:
    """Sag by sag: station, old date, new date, and what becomes of its place."""
    return {row.sag: [(one.station, one.old_on, one.new_on, one.room) for one in row.lines] for row in found.rows}


def said(house: House, sag: SagId, word: Word | None, *, by: PersonId = KARIN, meeting: str = AT) -> None:
    """Let a secretary say whether a sag gets a place."""
    given: dict[str, Any] = {"reason": "Haster.", "key": house.key(), "by": by, "now": house.now}
    give_place(house.db, MeetingId(meeting), sag, word, **given)


# --- a change of the calendar ----------------------------------------------------------------------------------


def test_lowering_a_maximum_names_and_tells_those_who_slide(house: House) -> None:
    furnish(house)
    first, second = house.open(ROUTE), house.open(ROUTE)
    plan_again(house.db, now=house.now)
    seen = preview(house, edit(AT, 1))
    assert shown(seen) == {second: [("kdnet", "2020-03-13", "2020-05-29", "lost")]}
    assert (seen.rows[0].days, seen.rows[0].is_earlier) == (77, False)
    most(house, AT, 1)
    assert house.told("ida") == ["meeting-changed"]
    line = lines_to(house, "ida")[second]["kdnet"]
    assert (line["old_on"], line["new_on"], line["room"], line["seat"]) == ("2020-03-13", "2020-05-29", "lost", "")
    assert first not in lines_to(house, "ida")
    most(house, AT, None)
    line = lines_to(house, "ida")[second]["kdnet"]
    assert (line["old_on"], line["new_on"], line["room"]) == ("2020-05-29", "2020-03-13", "gained")


def test_what_is_told_of_a_place_can_be_read(house: House) -> None:
    furnish(house)
    house.open(ROUTE)
    house.open(ROUTE)
    most(house, AT, 1)
    data = house.notices("ida")[0].notice.data
    body = message(
        "meeting-changed", "body", number="SAG-1", title="En sag", link="/s", is_closed=False, data=data
    )
    assert "fredag den 29. maj 2020. Der er ikke længere plads på mødet, så sagen glider (prognose). Indm" in body


def test_a_sag_that_is_submitted_slides_and_one_on_the_agenda_does_not(house: House) -> None:
    furnish(house)
    submitted, bound = house.open(ROUTE), house.open(ROUTE)
    for sag in (submitted, bound):
        house.write(sag, "kdnet", "Drøftes.")
        house.do(sag, "kdnet", "submit", meeting="2020-03-13")
    house.do(bound, "kdnet", "accept")
    assert shown(preview(house, edit(AT, 1))) == {submitted: [("kdnet", "2020-03-13", "2020-05-29", "lost")]}
    most(house, AT, 1)
    assert lines_to(house, "ida")[submitted]["kdnet"]["seat"] == ""
    assert house.step(submitted, "kdnet").meeting == AT


def test_an_added_and_a_cancelled_meeting_of_a_body_that_takes_only_so_many(house: House) -> None:
    furnish(house, kd_net=1)
    first, second, third = (house.open(ROUTE) for _ in range(3))
    seen = preview(house, change_of("add", "kd-net", "2020-04-17"))
    assert shown(seen) == {
        second: [("kdnet", "2020-05-29", "2020-04-17", None)],
        third: [("kdnet", "2020-08-28", "2020-05-29", "gained")],
    }
    change(house, "add", "kd-net", "2020-04-17")
    assert set(lines_to(house, "ida")) == {second, third}
    change(house, "cancel", AT)
    told = {sag: found["kdnet"] for sag, found in lines_to(house, "ida").items()}
    assert {sag: (one["old_on"], one["new_on"], one["room"]) for sag, one in told.items()} == {
        first: ("2020-03-13", "2020-04-17", None),
        second: ("2020-04-17", "2020-05-29", "lost"),
        third: ("2020-05-29", "2020-08-28", "lost"),
    }
    assert Counter(house.told("ida")) == {"meeting-changed": 2}


def test_an_earlier_body_that_takes_as_many_as_come_moves_places_behind_it(house: House) -> None:
    """Two sager meet in KD-Net: the older comes there from DASSOS, whose meeting is moved."""
    furnish(house, kd_net=1)
    older = house.open()
    younger = house.open(ROUTE)
    seen = preview(house, change_of("move", "dassos-2020-02-12", "2020-03-11"))
    assert [one[:1] + one[2:] for one in shown(seen)[younger]] == [("kdnet", "2020-03-13", "gained")]
    assert "kdnet" in [one[0] for one in shown(seen)[older]]


def routes(house: House, **texts: str) -> None:
    """More routes, `name="kdnet > kkr"`."""
    with house.db.write() as tx:
        made = [make.route(text, ref=f"{name}@1").workflow for name, text in texts.items()]
        definitions.keep(tx, made, make.NOW)


def test_one_who_only_slides_to_a_changed_meeting_is_found(house: House) -> None:
    """Behind the full meeting the sag comes to a KKR that its plan without limits does not use."""
    furnish(house, kd_net=1)
    routes(house, toled="kdnet > kkr")
    house.open(ROUTE)
    slider = house.open("toled@1")
    plan_again(house.db, now=house.now)
    assert "kkr-midt-2020-06-17" not in {meeting for _, _, meeting in calendar.kept(house)[slider]}
    seen = shown(preview(house, change_of("move", "kkr-midt-2020-06-17", "2020-06-18")))
    assert seen == {slider: [("kkr", "2020-06-17", "2020-06-18", None)]}


def test_a_place_is_passed_on_from_body_to_body(house: House) -> None:
    """A sag that comes later from DASSOS gives its place in KD-Net to a second one, which takes that of a third in
    KKR, which leaves its own in Kontaktudvalget to a fourth."""
    furnish(house, "2020-02-01", kd_net=1, kkr_midt=1, kontaktudvalg=1)
    routes(house, forst="gruppe > kdnet", toled="kdnet > kkr", videre="kkr > kontakt", sidst="kontakt")
    first = house.open("forst@1")
    second, third = house.open("toled@1"), house.open("videre@1")
    early, fourth = house.open("sidst@1"), house.open("sidst@1")
    plan_again(house.db, now=house.now)
    seen = shown(preview(house, change_of("move", "dassos-2020-02-12", "2020-03-02")))
    gone = {sag: [(key, new, room) for key, _, new, room in found] for sag, found in seen.items()}
    assert gone[second] == [("kdnet", "2020-03-13", "gained"), ("kkr", "2020-04-01", None)]
    assert gone[third] == [("kkr", "2020-06-17", "lost"), ("kontakt", "2020-06-26", None)]
    assert gone[fourth] == [("kontakt", "2020-04-24", "gained")]
    assert (first in gone, early in gone) == (True, False)


def test_a_draft_and_a_resting_sag_take_no_place(house: House) -> None:
    furnish(house)
    resting, second = house.open(ROUTE), house.open(ROUTE)
    house.do(resting, None, "rest", "ida", reason="Vent.")
    assert shown(preview(house, edit(AT, 1))) == {}
    house.open(ROUTE)
    assert second not in shown(preview(house, edit(AT, 1)))


# --- the oracle: everybody is placed anew, before and after ------------------------------------------------------


def placed(house: House) -> dict[SagId, Plan]:
    """The plan of every sag, as all that are under way are placed together."""
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
        net = network(world)
        ids = [SagId(row[0]) for row in tx.run("select distinct sag from step order by sag").fetchall()]
        moving = [one for one in sager.load_many(tx, ids) if one.life == "under-way"]
        words = {pair: one.word for pair, one in places.said(tx, [m.id for m in world.timetable.meetings]).items()}
        return dict(
            place(
                [passenger(one, prepare(one, definitions.load(tx, one.route), net, world.now)) for one in moving],
                words,
            ).plans
        )


def with_news(before: dict[SagId, Plan], after: dict[SagId, Plan]) -> set[SagId]:
    """The sager in whose plans somebody hears something new."""
    return {sag for sag in before if any(is_news(one) for one in changes(before[sag], after[sag]))}


def any_change(house: House, rng: random.Random) -> CalendarChange:
    """Some change, often of a maximum."""
    wish = calendar.any_change(house, rng)
    if wish.details and wish.kind is ChangeKind.EDIT and rng.random() < 0.7:
        wish = replace(wish, details=Details(most_items=rng.choice((None, 1, 2, 3))))
    return wish


@pytest.mark.parametrize("seed", range(12))
def test_those_who_are_told_are_those_whose_place_or_plan_is_another(seed: int, house: House) -> None:
    rng = random.Random(seed)  # noqa: S311
    limits = {key: rng.choice((None, 1, 2)) for key in ("dassos", "kd_net", "kkr_midt")}
    furnish(house, "2020-01-06", **limits)
    calendar.add_route(house)
    opened = [house.open(ref, f"Sag {ref}", **calendar._fills(ref)) for ref in calendar.ROUTES for _ in range(3)]
    for sag in opened:
        calendar.wander(house, sag, rng)
    for _ in range(10):
        house.now += timedelta(days=rng.choice((0, 0, 1, 9)), minutes=rng.randrange(600))
        for sag in rng.sample(opened, rng.randrange(4)):
            calendar.wander(house, sag, rng)
        if rng.random() < 0.5:
            plan_again(house.db, now=house.now)
        _change_and_compare(house, any_change(house, rng), reroute=rng.random() < 0.3)


def _change_and_compare(house: House, wish: CalendarChange, *, reroute: bool) -> None:
    before, since = placed(house), calendar.last_notice(house)
    given: dict[str, Any] = {"reroute": reroute, "reason": "Aflyst.", "now": house.now}
    try:
        seen = impact(house.db, wish, viewer=KARIN, **given)
        receipt = change_calendar(house.db, wish, key=house.key(), by=KARIN, **given)
    except Refused:
        return
    hit = with_news(before, placed(house))
    assert {row.sag for row in seen.rows if row.lines} & before.keys() == hit
    told = told_of(house, since)
    assert told.get("ida", set()) & before.keys() == hit
    assert (receipt.hits, receipt.told) == (len(seen.rows), len(told))
    assert calendar.plans_hold(house)


# --- what it costs ----------------------------------------------------------------------------------------------


def test_where_no_meeting_takes_only_so_many_nothing_is_read(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = furnish(sqlite_house)
    house.open(ROUTE)

    def fail(*given: Any) -> None:
        raise AssertionError(f"asked for {given}")

    for module, name in (
        (plans, "bodies_beside"),
        (places, "said"),
        (competing, "slid"),
        (competing, "placement"),
    ):
        monkeypatch.setattr(module, name, fail)
    preview(house, change_of("move", AT, "2020-03-20"))
    change(house, "move", AT, "2020-03-20")
    with house.db.read() as tx:
        assert competing.full_meetings(tx, whole_world(tx, house.now)) == {}


def test_only_those_are_placed_whom_a_place_can_reach(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = furnish(sqlite_house, kd_net=1, kkr_midt=1)
    mine = [house.open(ROUTE) for _ in range(3)]
    beside = house.open("kkr-direkte@1", fills={"administrativ-gruppe": "dassos"})
    plan_again(house.db, now=house.now)
    asked: list[set[SagId]] = []

    def watch(found: Any, *given: Any) -> Any:
        asked.append({one.sag.id for one in found})
        return slid(found, *given)

    monkeypatch.setattr(competing, "slid", watch)
    preview(house, change_of("move", NEXT, "2020-06-05"))
    preview(house, change_of("move", "kkr-midt-2020-04-01", "2020-04-02"))
    assert asked == [set(mine), {beside}]


# --- a secretary's word ------------------------------------------------------------------------------------------


def of_lars(house: House, **more: Any) -> SagId:
    """A sag of his own."""
    return house.open(ROUTE, owner=PersonId("lars"), by="lars", **more)


def test_a_word_tells_those_who_slide_by_it_and_those_who_get_in(house: House) -> None:
    furnish(house, kd_net=1)
    first, second, third = house.open(ROUTE), house.open(ROUTE), house.open(ROUTE)
    said(house, third, "in")
    assert house.told("ida") == ["place"]
    notice = house.notices("ida")[0].notice
    assert (notice.sag, notice.data["word"]) == (third, "in")
    found = {sag: one["kdnet"] for sag, one in lines_to(house, "ida").items()}
    assert {sag: (one["old_on"], one["new_on"], one["room"]) for sag, one in found.items()} == {
        first: ("2020-03-13", "2020-05-29", "lost"),
        second: ("2020-05-29", "2020-08-28", "lost"),
        third: ("2020-08-28", "2020-03-13", "gained"),
    }
    body = message("place", "body", number="SAG-1", title="En sag", link="/s", is_closed=False, data=notice.data)
    assert "Sekretariatet tager sagen med" in body
    assert "- KD-Net: fredag den 13. marts 2020 -> fredag den 29. maj 2020. Der er ikke længere plads" in body
    said(house, third, None)
    assert lines_to(house, "ida")[first]["kdnet"]["room"] == "gained"


def test_others_hear_of_their_own_sager_only(house: House) -> None:
    furnish(house, kd_net=1)
    mine = house.open(ROUTE)
    theirs = of_lars(house, closed=True)
    said(house, theirs, "in", by=make.JENS)
    ida = house.notices("ida")[0].notice
    assert (ida.kind, ida.sager, "word" in ida.data, ida.data["reason"]) == ("place", (mine,), False, None)
    lars = house.notices("lars")[0].notice
    assert (lars.sag, lars.sager, lars.data["word"]) == (theirs, (theirs,), "in")
    assert lars.data["reason"] == "Haster."
    body = message("place", "body", number="SAG-1", title="En sag", link="/s", is_closed=False, data=ida.data)
    assert "har ændret, hvem der får plads, og det flytter datoer" in body
    assert house.told("karin")[-1:] == ["place"]  # the steps are open at KD-Net, where she is the secretary
    assert "place" not in house.told("jens")


def test_a_word_that_changes_no_place_tells_only_the_owner_of_the_sag(house: House) -> None:
    furnish(house, kd_net=3)
    sag, _ = house.open(ROUTE), of_lars(house)
    said(house, sag, "in")
    assert (house.told("ida"), house.told("lars")) == (["place"], [])
    assert house.notices("ida")[0].notice.about_sager == []


def test_a_word_counts_those_whose_kept_plans_have_run_out(house: House) -> None:
    furnish(house, kd_net=1)
    first = house.open(ROUTE)
    plan_again(house.db, now=house.now)
    second = house.open(ROUTE)
    said(house, second, "in")
    assert set(lines_to(house, "ida")) == {first, second}
    assert house.sag(second).owner == IDA


# --- the chance of a date ----------------------------------------------------------------------------------------


def test_the_chance_of_a_sag_is_that_of_the_meetings_that_have_room_for_it(house: House) -> None:
    furnish(house, "2020-01-20", kd_net=1)
    for _ in range(20):
        sag = calendar.at_kdnet(house, "2020-01-24")
        house.on("2020-01-24").do(sag, "kdnet", "treat")
        house.decide(sag, "kdnet", "drøftet")
        house.on("2020-01-20")
    house.on("2020-01-27")
    first, second = house.open(ROUTE), house.open(ROUTE)
    told = {sag: plan_page(house.db, house.sag(sag).number, None, house.now).odds for sag in (first, second)}
    days = {sag: (one.likely_by.isoformat() if one and one.likely_by else None) for sag, one in told.items()}
    assert days == {first: "2020-03-13", second: "2020-05-29"}
    by = plan_page(house.db, house.sag(second).number, None, house.now, WhatIf(by=date(2020, 3, 13))).odds
    assert by is not None
    assert (by.tenths, by.exactness) == (1, "under")
