"""A notice that asks for something says by when, and for which meeting."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kdflow import rendering
from kdflow.actions.hand_over_sag import hand_over_sag
from kdflow.domain.dates import local_instant
from kdflow.domain.departures import civil
from kdflow.domain.notices import Notice
from kdflow.domain.sag import SagId
from tests.actions.test_change_calendar import furnish
from tests.actions.test_pass_deadlines import at_kdnet, kinds, sweep
from tests.make import IDA, JENS, KARIN, House

FEBRUARY_28 = civil(local_instant(date(2020, 2, 28), 12))


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def last(house: House, person: str, kind: str) -> Notice:
    """The newest notice of a kind to somebody."""
    return next(one.notice for one in house.notices(person) if one.notice.kind == kind)


def words(notice: Notice) -> tuple[str, str]:
    """The subject and the text of a notice."""
    given: dict[str, Any] = {"title": "En sag", "number": "SAG-2020-0003", "link": "/", "data": notice.data}
    return rendering.message(notice.kind, "subject", **given), rendering.message(notice.kind, "body", **given)


def test_a_sag_that_comes_to_a_body_says_which_meeting_it_can_reach_and_by_when(house: House) -> None:
    at_kdnet(house)
    told = last(house, IDA, "step-opened")
    assert told.data["due"] == FEBRUARY_28
    subject, body = words(told)
    assert subject.endswith("er kommet til KD-Net: indmeld senest fredag den 28. februar 2020 kl. 12")
    assert "på mødet fredag den 13. marts 2020." in body
    assert "indmeld sagen senest fredag den 28. februar 2020 kl. 12" in body


def test_where_no_meeting_can_be_reached_it_says_so(house: House) -> None:
    with house.db.write() as tx:
        tx.run(
            "update meeting set status = 'cancelled', version = version + 1 "
            "where body = 'kd-net' and earliest > '2020-02-01'"
        )
    at_kdnet(house)
    subject, body = words(last(house, IDA, "step-opened"))
    assert "indmeld" not in subject
    assert "Der er intet møde i kalenderen, som den kan nå." in body


def test_work_without_meetings_is_not_asked_to_be_submitted(house: House) -> None:
    house.open("kun-kd-net@1", fills={"administrativ-gruppe": "dassos"})
    _, body = words(last(house, KARIN, "step-opened"))
    assert "indmeld" not in body
    assert "Registrér gruppens resultat" in body


def test_a_consent_is_asked_for_by_a_day(house: House) -> None:
    decided(house, "anbefalet")
    told = last(house, JENS, "consent-wanted")
    assert told.data["due"] == civil(local_instant(date(2020, 3, 18), 12))
    subject, body = words(told)
    assert "senest onsdag den 18. marts 2020 kl. 12" in subject
    assert "vælg senest onsdag den 18. marts 2020 kl. 12" in body


def decided(house: House, outcome: str) -> SagId:
    """A sag that KD-Net has decided on 13 March."""
    sag = at_kdnet(house)
    house.treated(sag, "kdnet", "2020-03-13", outcome=outcome)
    return sag


def test_a_decision_recorded_late_does_not_name_a_day_that_has_passed(house: House) -> None:
    sag = at_kdnet(house)
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", meeting="2020-03-13")
    house.do(sag, "kdnet", "accept")
    house.on("2020-03-20").do(sag, "kdnet", "treat")
    house.decide(sag, "kdnet", "anbefalet")
    subject, body = words(last(house, JENS, "consent-wanted"))
    assert "senest" not in subject
    assert "Fristen var onsdag den 18. marts 2020 kl. 12." in body


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("anbefalet", "når formandskabet har godkendt senest onsdag den 18. marts 2020 kl. 12"),
        ("udsat", "Vælg på sagens side, at den behandles igen."),
        ("tilbagesendt", "Send den tilbage på sagens side"),
        ("forkastet", "Afslut den på sagens side."),
    ],
)
def test_the_owner_hears_what_follows_from_a_decision(house: House, outcome: str, said: str) -> None:
    decided(house, outcome)
    assert said in words(last(house, IDA, "decided"))[1]


def test_the_last_consent_says_by_when_the_sag_must_go_on(house: House) -> None:
    sag = decided(house, "anbefalet")
    house.do(sag, "kdnet", "approve", "jens")
    assert "Send sagen videre senest onsdag den 25. marts 2020 kl. 12" in words(last(house, IDA, "approved"))[1]


def test_who_was_declined_or_taken_off_hears_of_the_next_chance(house: House) -> None:
    sag = at_kdnet(house)
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    chance = "indmeld den igen senest fredag den 28. februar 2020 kl. 12 til mødet fredag den 13. marts 2020"
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    house.do(sag, "kdnet", "decline", reason="Tallene mangler.")
    assert chance in words(last(house, IDA, "declined"))[1]
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    house.do(sag, "kdnet", "accept")
    house.do(sag, "kdnet", "take-off", reason="Tallene mangler.")
    assert f"I{chance[1:]}" in words(last(house, IDA, "taken-off"))[1]


def test_what_was_treated_while_nobody_looked_was_not_missed(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house)
    house.treated(sag, "kdnet", "2020-03-13", outcome="udsat")
    sweep(house)
    assert "missed" not in kinds(house, IDA, sag)


def test_who_takes_a_sag_over_or_up_again_hears_what_it_waits_for_and_by_when(house: House) -> None:
    sag = at_kdnet(house)
    house.do(sag, None, "rest", "ida", reason="Afventer lovforslag.")
    house.do(sag, None, "resume", "ida")
    first = "Det næste er at indmelde sagen til KD-Net senest fredag den 28. februar 2020 kl. 12."
    assert first in words(last(house, KARIN, "resumed"))[1]
    hand_over_sag(house.db, sag, KARIN, version=None, key=house.key(), by=IDA, now=house.now)
    assert first in words(last(house, KARIN, "new-owner"))[1]


def test_a_sag_with_a_seat_says_at_which_meeting(house: House) -> None:
    sag = at_kdnet(house)
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    hand_over_sag(house.db, sag, KARIN, version=None, key=house.key(), by=IDA, now=house.now)
    waits = "Sagen er indmeldt til KD-Net og skal sættes på dagsordenen senest fredag den 13. marts 2020."
    assert waits in words(last(house, KARIN, "new-owner"))[1]
    house.do(sag, "kdnet", "accept")
    hand_over_sag(house.db, sag, IDA, version=None, key=house.key(), by=KARIN, now=house.now)
    seat = "Sagen står på dagsordenen til mødet i KD-Net fredag den 13. marts 2020."
    assert seat in words(last(house, IDA, "new-owner"))[1]
