"""Promises that a reviewer found broken once: who may open what, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kdflow.actions.amend_route import amend_route, migrate_sag
from kdflow.actions.open_sag import open_sag
from kdflow.domain.amendment import Amendment
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.errors import NotAllowed, NotFound, Refused, Unreadable
from kdflow.domain.workflow import Station
from tests.make import IDA, LARS, House


def opened(
    house: House, *, route: str = "standard@1", by: PersonId = IDA, owner: PersonId = IDA, at: datetime
) -> None:
    open_sag(
        house.db,
        "En sag",
        route,
        owner=owner,
        fills={"administrativ-gruppe": "dassos"} if route.startswith("standard") else {},
        key=house.key(),
        by=by,
        now=at,
    )


def test_nobody_unknown_opens_a_sag(house: House) -> None:
    with pytest.raises(NotFound):
        opened(house, by=PersonId("spoegelse"), at=house.now)


def test_an_outsider_opens_no_sag_for_somebody_else(house: House) -> None:
    before = house.rows()
    with pytest.raises(NotAllowed):
        opened(house, by=LARS, at=house.now)
    assert house.rows() == before


def test_no_sag_is_opened_on_a_route_that_has_run_out(house: House) -> None:
    with pytest.raises(Unreadable, match="in force until 2026-12-31"):
        opened(house, at=datetime(2030, 1, 7, 9, tzinfo=COPENHAGEN))


def test_a_private_route_is_for_its_own_sag(house: House) -> None:
    sag, other = house.open(), house.open()
    extra = Station(key="ekstra", body="kkr-uddannelsesudvalg", after=("kdnet",))
    amend_route(
        house.db,
        sag,
        Amendment(add=((extra, ("kkr",)),)),
        reason="Skal forbi udvalget.",
        version=None,
        key=house.key(),
        by=IDA,
        now=house.now,
    )
    private = house.sag(sag).route
    assert private.startswith("standard@1+")
    with pytest.raises(Unreadable, match="private route"):
        opened(house, route=private, at=house.now)
    with pytest.raises(NotFound):
        migrate_sag(house.db, other, private, reason="x", version=None, key=house.key(), by=IDA, now=house.now)


def test_an_amendment_that_changes_nothing_is_refused(house: House) -> None:
    sag = house.open()
    before = house.rows()
    with pytest.raises(Unreadable, match="changes nothing"):
        amend_route(house.db, sag, Amendment(), reason="x", version=None, key=house.key(), by=IDA, now=house.now)
    assert house.rows() == before


def test_a_decision_is_not_recorded_for_a_day_to_come(house: House) -> None:
    sag = house.open()
    tomorrow = (house.now + timedelta(days=1)).date()
    with pytest.raises(Unreadable, match="still to come"):
        house.do(sag, "gruppe", "decide", "karin", decided_on=tomorrow.isoformat())


def test_a_meeting_that_does_not_exist_is_not_replaced_by_another(house: House) -> None:
    sag = house.open()
    house.write(sag, "gruppe", "DASSOS anbefaler.")
    house.do(sag, "gruppe", "submit", "ida", meeting="2020-01-22")
    with pytest.raises(Refused):
        house.do(sag, "gruppe", "postpone", "karin", meeting="1999-01-01")
