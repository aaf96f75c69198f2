"""Submitted to a meeting that takes only so many, without a place there: the submission stands, and is told of."""

from __future__ import annotations

from datetime import timedelta

from kdflow.actions.plan_again import plan_again
from kdflow.domain.sag import SagId
from kdflow.queries.plan_documents import LegDocument, of_plan
from kdflow.queries.plan_page import plan_page
from kdflow.rendering import message
from tests.actions.test_change_calendar import change, change_of, lines_to
from tests.actions.test_sliding import AT, LAST, NEXT, ROUTE, edit, furnish, most, preview, said, shown
from tests.make import House

BEFORE = "kd-net-2020-01-24"


def submitted(house: House, count: int, day: str = "2020-03-13") -> list[SagId]:
    """Some sager that are submitted to KD-Net, none of them on its agenda; the oldest first."""
    found = []
    for _ in range(count):
        house.now += timedelta(minutes=1)
        sag = house.open(ROUTE)
        house.write(sag, "kdnet", "Drøftes.")
        house.do(sag, "kdnet", "submit", meeting=day)
        found.append(sag)
    plan_again(house.db, now=house.now)
    return found


def leg_of(house: House, sag: SagId) -> LegDocument:
    """The leg at KD-Net, as the plan shows it."""
    return of_plan(plan_page(house.db, house.sag(sag).number, None, house.now)).legs[0]


def told(house: House) -> dict[SagId, tuple[object, object, object, object]]:
    """What was told last of each sag: its new date, its seat, its room, and where it is submitted without room."""
    rows = {SagId(sag): found["kdnet"] for sag, found in lines_to(house, "ida").items()}
    return {sag: (one["new_on"], one["seat"], one["room"], one["crowded"]) for sag, one in rows.items()}


def read(house: House) -> str:
    """The last notice to Ida, as she reads it."""
    data = house.notices("ida")[0].notice.data
    return message(
        "meeting-changed", "body", number="SAG-1", title="En sag", link="/s", is_closed=False, data=data
    )


def test_the_plan_keeps_the_submission_beside_the_meeting_that_has_room(house: House) -> None:
    furnish(house)
    first, second = submitted(house, 2)
    most(house, AT, 1)
    leg = leg_of(house, first)
    assert (leg.kind, leg.meeting, leg.seat, leg.crowded_out) == ("seat", AT, AT, False)
    leg = leg_of(house, second)
    assert (leg.kind, leg.meeting, leg.seat, leg.crowded_out, leg.overtaken) == ("meeting", NEXT, AT, True, False)


def test_where_no_later_meeting_has_room_the_submission_is_still_told(house: House) -> None:
    furnish(house, kd_net=0)
    (sag,) = submitted(house, 1)
    leg = leg_of(house, sag)
    assert (leg.kind, leg.meeting, leg.seat, leg.crowded_out, leg.decides_at) == ("meeting", None, AT, True, None)


def test_a_cancelled_meeting_tells_whoever_is_submitted_to_it_without_room(house: House) -> None:
    furnish(house)
    sager = submitted(house, 3)
    most(house, AT, 2)
    assert {row.sag for row in preview(house, change_of("cancel", AT)).rows} == set(sager)
    receipt = change(house, "cancel", AT)
    assert (receipt.hits, receipt.left) == (3, 3)
    assert told(house) == dict.fromkeys(sager, ("2020-05-29", "lost", None, None))
    change(house, "restore", AT)
    first, second, third = sager
    assert told(house) == {
        first: ("2020-03-13", "back", None, None),
        second: ("2020-03-13", "back", None, None),
        third: ("2020-05-29", "back", None, "2020-03-13"),
    }
    says = "Punktet er indmeldt til mødet fredag den 13. marts 2020, men der er ikke plads (prognose)."
    assert read(house).count(says) == 1
    assert read(house).count("Punktet har sin plads igen.") == 2


def test_who_loses_a_seat_without_room_hears_of_it_though_others_take_the_next_places(house: House) -> None:
    furnish(house, kd_net=1)
    first, second = submitted(house, 2)
    change(house, "cancel", AT)
    assert told(house) == {
        first: ("2020-05-29", "lost", None, None),
        second: ("2020-08-28", "lost", "lost", None),
    }


def test_a_moved_meeting_takes_those_without_room_along(house: House) -> None:
    furnish(house)
    sager = submitted(house, 5)
    most(house, AT, 2)
    receipt = change(house, "move", AT, "2020-03-20")
    assert receipt.hits == 5
    kept, rest = sager[:2], sager[2:]
    assert told(house) == {
        **dict.fromkeys(kept, ("2020-03-20", "kept", None, None)),
        **dict.fromkeys(rest, ("2020-05-29", "kept", None, "2020-03-20")),
    }
    assert "indmeldt til mødet fredag den 20. marts 2020, men der er ikke plads (prognose). Ny indm" in read(house)


def test_a_place_that_falls_free_is_gained_by_who_is_submitted(house: House) -> None:
    furnish(house)
    _, second = submitted(house, 2)
    most(house, AT, 1)
    assert shown(preview(house, edit(AT, 2))) == {second: [("kdnet", "2020-05-29", "2020-03-13", "gained")]}
    most(house, AT, 2)
    assert told(house) == {second: ("2020-03-13", "", "gained", None)}


# --- the items of a cancelled meeting look for room ------------------------------------------------------------


def test_rerouted_items_go_where_there_is_room_beside_what_is_submitted(house: House) -> None:
    furnish(house, "2020-01-06", kd_net=2)
    (there,) = submitted(house, 1)
    first, second = submitted(house, 2, "2020-01-24")
    house.do(second, "kdnet", "accept")
    planned = house.open(ROUTE)
    plan_again(house.db, now=house.now)
    seen = {row.sag: row.lines[0].new_on for row in preview(house, change_of("cancel", BEFORE), reroute=True).rows}
    change(house, "cancel", BEFORE, reroute=True)
    meetings = {sag: house.step(sag, "kdnet").meeting for sag in (there, first, second)}
    assert meetings == {there: AT, first: NEXT, second: AT}  # what stood on the agenda comes first
    assert (seen[first], seen[second]) == ("2020-05-29", "2020-03-13")
    found = told(house)
    assert found[first] == ("2020-05-29", "moved", None, None)
    assert found[second] == ("2020-03-13", "moved", None, None)
    assert {leg_of(house, sag).crowded_out for sag in (there, first, second)} == {False}
    assert leg_of(house, planned).meeting == NEXT


def test_where_no_meeting_has_room_a_rerouted_item_says_so(house: House) -> None:
    furnish(house, "2020-01-06", kd_net=0)
    most(house, BEFORE, 1)
    (sag,) = submitted(house, 1, "2020-01-24")
    change(house, "cancel", BEFORE, reroute=True)
    assert house.step(sag, "kdnet").meeting == AT
    assert told(house)[sag] == (None, "moved", None, "2020-03-13")
    assert "indmeldt til mødet fredag den 13. marts 2020, men der er ikke plads (prognose)." in read(house)


def test_a_rerouted_item_is_not_taken_where_a_secretary_lets_it_wait(house: House) -> None:
    furnish(house, "2020-01-06", kd_net=1)
    submitted(house, 1)
    (sag,) = submitted(house, 1, "2020-01-24")
    said(house, sag, "out", meeting=NEXT)
    change(house, "cancel", BEFORE, reroute=True)
    assert house.step(sag, "kdnet").meeting == LAST
