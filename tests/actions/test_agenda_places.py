"""Where a sag comes on an agenda, and what cannot be built of a meeting that is not held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kdflow.actions.accept_item import accept_item
from kdflow.actions.build_agenda import Way, drop_point, restore_standing
from kdflow.domain.errors import Refused
from kdflow.domain.sag import SagId
from tests.actions.test_agenda import (
    MEETING,
    accepted,
    add,
    agenda,
    describe,
    move,
    publish,
    said,
    submitted,
)
from tests.actions.test_change_calendar import change
from tests.make import KARIN, House


def accept_at(house: House, sag: SagId, place: int, **more: Any) -> None:
    version = house.step(sag, "kdnet").version
    given: dict[str, Any] = {"version": version, "key": house.key(), "by": KARIN, "now": house.now, **more}
    accept_item(house.db, MEETING, sag, house.step(sag, "kdnet").seq, place=place, **given)


@pytest.mark.parametrize(("place", "number"), [(0, 1), (2, 3), (4, 5), (99, 6)])
def test_a_sag_comes_on_at_the_place_that_was_chosen(house: House, place: int, number: int) -> None:
    accepted(house, "Første sag")
    assert len(said(house)) == 5
    accept_at(house, submitted(house, "Ny sag"), place)
    assert said(house)[number - 1] == f"{number} Ny sag"


def test_a_closed_sag_has_its_place_among_the_closed_ones(house: House) -> None:
    accepted(house, "Hemmelig sag", closed=True)
    accept_at(house, submitted(house, "Mere hemmelig", closed=True), 0)
    assert said(house)[-2:] == ["L1 Mere hemmelig", "L2 Hemmelig sag"]


def test_what_was_sent_keeps_its_number_whatever_place_is_chosen(house: House) -> None:
    accepted(house, "Første sag")
    publish(house)
    before = said(house)
    accept_at(house, submitted(house, "Ny sag"), 0)
    assert said(house) == [*before, "6 Ny sag"]


def test_one_press_twice_is_one_place(house: House) -> None:
    accepted(house, "Første sag")
    sag = submitted(house, "Ny sag")
    version, key = house.step(sag, "kdnet").version, house.key()
    accept_at(house, sag, 0, version=version, key=key)
    accept_at(house, sag, 0, version=version, key=key)
    assert said(house)[0] == "1 Ny sag"


# --- a meeting that is not held --------------------------------------------------------------------------------


def test_nothing_is_built_of_a_meeting_that_is_cancelled(house: House) -> None:
    accepted(house, "Første sag")
    point = add(house, "Et punkt til")
    drop_point(house.db, MEETING, "standing:eventuelt", key=house.key(), by=KARIN, now=house.now)
    change(house, "cancel", MEETING)
    before = house.rows()
    tries: list[Callable[[], object]] = [
        lambda: add(house, "Et punkt mere"),
        lambda: move(house, point, Way.UP),
        lambda: describe(house, point, title="Et andet"),
        lambda: describe(house, point, title="Et punkt til", closed=True),
        lambda: drop_point(house.db, MEETING, point, key=house.key(), by=KARIN, now=house.now),
        lambda: restore_standing(house.db, MEETING, "eventuelt", key=house.key(), by=KARIN, now=house.now),
    ]
    for tried in tries:
        with pytest.raises(Refused) as refused:
            tried()
        assert [one.guard for one in refused.value.reasons] == ["building_meets"]
    assert house.rows() == before
    change(house, "restore", MEETING)
    add(house, "Et punkt mere")
    assert "Et punkt mere" in " ".join(said(house))


def test_what_was_sent_can_be_closed_also_when_the_meeting_is_cancelled(house: House) -> None:
    point = add(house, "Et punkt til")
    publish(house)
    change(house, "cancel", MEETING)
    with pytest.raises(Refused):
        describe(house, point, title="Et andet")
    describe(house, point, title="Et punkt til", closed=True)
    assert agenda(house).point(point).closed
