"""A meeting that keeps its date but changes place, form or note: those with an item there are told."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow import rendering
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import Details
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import Format
from kdflow.queries.impact import impact
from tests.actions.test_change_calendar import change, change_of, furnish
from tests.actions.test_pass_deadlines import at_kdnet
from tests.make import IDA, JENS, KARIN, House

MEETING = "kd-net-2020-03-13"


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def submitted(house: House) -> SagId:
    """A sag of Ida's with an item at KD-Net's meeting of 13 March."""
    sag = at_kdnet(house)
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    return sag


def put_right(house: House, **values: Any) -> None:
    """Put the details of the meeting right."""
    change(house, "edit", MEETING, details=Details(**values))


def changes(house: House, person: str) -> list[Any]:
    """The notices of changed meetings to somebody, newest first."""
    return [one.notice for one in house.notices(person) if one.notice.kind == "meeting-changed"]


def words(notice: Any) -> tuple[str, str]:
    """The subject and the text of a notice."""
    given: dict[str, Any] = {"title": "En sag", "number": "SAG-2020-0003", "link": "/", "data": notice.data}
    return rendering.message(notice.kind, "subject", **given), rendering.message(notice.kind, "body", **given)


def test_a_new_place_is_told_to_those_with_an_item_there(house: House) -> None:
    submitted(house)
    put_right(house, place="Viborg Rådhus")
    (told,) = changes(house, IDA)
    assert changes(house, JENS)
    assert not changes(house, KARIN)  # her own doing
    subject, body = words(told)
    assert "nyt sted, Viborg Rådhus" in subject
    assert "Stedet er Viborg Rådhus." in body
    assert "Punktet bliver på mødet." in body
    assert "Der er ingen ny frist for at indmelde." in body
    put_right(house, place="Regionshuset")
    assert "Stedet er Regionshuset (før: Viborg Rådhus)." in words(changes(house, IDA)[0])[1]


def test_a_new_form_and_a_note_are_told(house: House) -> None:
    submitted(house)
    put_right(house, format=Format.VIRTUAL, note="Link følger.")
    subject, body = words(changes(house, IDA)[0])
    assert "virtuelt møde" in subject
    assert "Det holdes som virtuelt møde. Bemærkning: Link følger." in body
    put_right(house)
    body = words(changes(house, IDA)[0])[1]
    assert "Det holdes som fysisk møde. Bemærkningen er fjernet." in body


def test_who_is_only_planned_there_is_left_in_peace(house: House) -> None:
    at_kdnet(house)
    put_right(house, place="Viborg Rådhus")
    assert changes(house, IDA) == []


def test_what_is_put_right_of_a_meeting_that_was_held_is_not_told(house: House) -> None:
    submitted(house)
    house.on("2020-03-16")
    put_right(house, place="Viborg Rådhus")
    assert changes(house, IDA) == []


def test_before_it_is_saved_one_sees_who_would_be_told_and_what(house: House) -> None:
    submitted(house)
    wish = change_of("edit", MEETING, details=Details(place="Viborg Rådhus"))
    seen = impact(house.db, wish, viewer=PersonId(KARIN), now=house.now)
    put_right(house, place="Viborg Rådhus")
    told = {told.notice.person: told.notice.data["changes"] for one in seen.recipients for told in one.told}
    assert seen.told == len(told) > 1
    assert told[IDA] == changes(house, IDA)[0].data["changes"]


def test_a_new_meeting_says_where_it_is(house: House) -> None:
    at_kdnet(house)
    change(house, "add", "kd-net", "2020-03-02", details=Details(place="Viborg Rådhus", format=Format.VIRTUAL))
    (told,) = changes(house, IDA)
    assert "Det holdes som virtuelt møde. Stedet er Viborg Rådhus." in words(told)[1]


def test_a_moved_meeting_says_by_when_to_submit_now(house: House) -> None:
    at_kdnet(house)
    change(house, "move", MEETING, "2020-03-20")
    body = words(changes(house, IDA)[0])[1]
    assert "Indmeld inden den nye frist; den første er fredag den 6. marts 2020 kl. 12." in body
