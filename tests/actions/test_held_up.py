"""A decision that nobody moves: the next body's deadline passes, and people hear what that costs."""

from __future__ import annotations

from typing import Any, cast

import pytest

from kdflow import rendering
from kdflow.domain.sag import SagId
from tests.actions.test_change_calendar import furnish
from tests.actions.test_pass_deadlines import days_from, heard, sweep
from tests.make import IDA, KARIN, House

DASSOS_CHAIR = "formand-dassos"


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def decided(house: House, *, consented: bool) -> SagId:
    """A sag that DASSOS decided on 22 January; KD-Net takes it on 13 March if it is submitted by 28 February."""
    sag = house.open()
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    if consented:
        house.do(sag, "gruppe", "approve", DASSOS_CHAIR)
    sweep(house)
    return sag


def missed(house: House, person: str, sag: SagId) -> list[Any]:
    """What somebody heard of missed submissions."""
    return [one.data for one in heard(house, person, sag) if one.kind == "missed"]


@pytest.mark.parametrize("consented", [True, False])
def test_a_decision_that_nobody_moves_in_time_says_what_that_costs(house: House, consented: bool) -> None:
    sag = decided(house, consented=consented)
    for day in days_from("2020-02-24", "2020-02-29"):
        sweep(house, day, 15)
    for person in (IDA, KARIN, DASSOS_CHAIR):
        (one,) = missed(house, person, sag)
        assert (one["body"], one["meeting"], one["then"], one["days_here"]) == (
            "KD-Net",
            "2020-03-13",
            "2020-05-29",
            77,
        )
        assert one["held_up"] == [{"body": "DASSOS", "does": "advance" if consented else "consent"}]
        lines = cast("list[dict[str, Any]]", one["lines"])
        assert [line["body"] for line in lines] == ["KKR Midtjylland", "Kontaktudvalget"]
    sweep(house)
    assert len(missed(house, IDA, sag)) == 1
    for day in days_from("2020-03-01", "2020-05-16"):
        sweep(house, day, 15)
    assert [one["meeting"] for one in missed(house, IDA, sag)] == ["2020-03-13", "2020-05-29"]


def test_it_says_who_must_do_what_before_which_deadline(house: House) -> None:
    sag = decided(house, consented=False)
    sweep(house, "2020-02-28", 15)
    (data,) = missed(house, IDA, sag)
    said = rendering.message("missed", "body", data=data, title="En sag", number="SAG-2020-0003", link="/")
    assert "Beslutningen i DASSOS mangler stadig at blive godkendt" in said
    assert "indmeldes senest torsdag den 14. maj 2020 kl. 12" in said


def test_who_hands_it_on_in_time_hears_of_nothing_missed(house: House) -> None:
    sag = decided(house, consented=True)
    sweep(house, "2020-02-26")
    house.do(sag, "gruppe", "hand-on")
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    for day in days_from("2020-02-26", "2020-03-05"):
        sweep(house, day, 15)
    assert missed(house, IDA, sag) == []
    assert "submission" not in [one.kind for one in heard(house, IDA, sag)]


def test_the_owner_hears_of_a_consent_that_does_not_come(house: House) -> None:
    sag = decided(house, consented=False)
    for day in days_from("2020-01-23", "2020-02-10"):
        sweep(house, day)
    escalated = [one.kind for one in heard(house, IDA, sag)]
    assert escalated == ["consent-escalated", "consent-escalated"]


def test_a_last_decision_that_nobody_takes_on_is_not_forgotten(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    house.treated(sag, "kdnet", "2020-03-13", outcome="drøftet")
    told = []
    for day in days_from("2020-03-13", "2020-04-20"):
        before = len(heard(house, IDA, sag))
        sweep(house, day)
        told += [(one.kind, bool(one.data["is_over"])) for one in heard(house, IDA, sag)[before:]]
    assert ("advance", True) in told
