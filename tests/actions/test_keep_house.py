"""Now and then: calendars that run out and bodies that end are told to those who can do something about it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

import pytest

from kdflow.actions.keep_house import keep_house
from kdflow.actions.plan_again import plan_again
from kdflow.domain.sag import SagId
from kdflow.domain.workflow import Validity
from kdflow.queries.proof import head_from, proof
from kdflow.store import people
from tests.actions.test_change_calendar import furnish
from tests.make import KARIN, House


def waiting(house: House) -> SagId:
    """A sag that is on its way to KD-Net, KKR and Kontaktudvalg, whose calendars end in December 2020."""
    furnish(house)
    sag = house.open()
    plan_again(house.db, now=house.now)
    return sag


def of_bodies(house: House, kind: str) -> list[str]:
    """The bodies that Karin has heard of by one kind of notice, oldest first."""
    kept = [one.notice for one in reversed(house.notices(KARIN))]
    return [str(one.data["body"]) for one in kept if one.kind == kind]


def test_a_calendar_that_runs_out_is_told_once_a_month(house: House) -> None:
    waiting(house)
    house.on("2020-09-01")
    plan_again(house.db, now=house.now)
    assert keep_house(house.db, now=house.now).running_out > 0
    heard = of_bodies(house, "calendar-running-out")
    assert "DASSOS" in heard
    keep_house(house.db, now=house.on("2020-09-28").now)
    assert of_bodies(house, "calendar-running-out") == heard
    keep_house(house.db, now=house.on("2020-10-02").now)
    assert len(of_bodies(house, "calendar-running-out")) > len(heard)


def test_a_calendar_that_nobody_needs_is_not_told(house: House) -> None:
    furnish(house)
    house.on("2020-09-01")
    assert keep_house(house.db, now=house.now).running_out == 0
    assert of_bodies(house, "calendar-running-out") == []


def test_a_body_that_ends_is_told_with_what_follows_it(house: House) -> None:
    waiting(house)
    with house.db.write() as tx:
        body = people.bodies(tx, ["kkr-midt"])["kkr-midt"]
        valid = Validity.model_validate({"from": body.valid.start, "to": date(2020, 6, 30)})
        people.keep_bodies(tx, [replace(body, valid=valid, successor="kontaktudvalg")])
    found = keep_house(house.db, now=house.now)
    assert found.ending == 1
    (one,) = [kept.notice for kept in house.notices(KARIN) if kept.notice.kind == "body-ending"]
    assert (one.data["ends_on"], one.data["sager"]) == ("2020-06-30", 1)
    assert one.data["successor"] == "Kontaktudvalget"
    keep_house(house.db, now=house.now)
    assert len(of_bodies(house, "body-ending")) == 1


def test_a_body_that_ends_long_from_now_is_not_told(house: House) -> None:
    waiting(house)
    with house.db.write() as tx:
        body = people.bodies(tx, ["kkr-midt"])["kkr-midt"]
        people.keep_bodies(tx, [replace(body, valid=Validity.model_validate({"to": date(2021, 6, 30)}))])
    assert keep_house(house.db, now=house.now).ending == 0


def test_once_a_day_the_head_of_the_history_is_logged_and_tells_what_was_cut_off(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    waiting(house)
    caplog.set_level(logging.INFO, logger="kdflow.audit")
    for day in ("2020-02-03", "2020-02-03", "2020-02-04"):
        keep_house(house.db, now=house.on(day).now)
    said = [one.getMessage() for one in caplog.records if one.name == "kdflow.audit"]
    assert len(said) == 2
    noted = head_from(said[-1].rpartition(" ")[2])
    found = proof(house.db, noted)
    assert (found.head, found.broken) == (noted, None)
    gone = proof(house.db, replace(noted, seq=noted.seq + 1)).broken
    assert gone is not None
    assert gone.fault == f"rows up to {noted.seq + 1} once existed and are gone"
