"""A meeting whose agenda was sent is moved, cancelled or held elsewhere: whoever has the agenda is told, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from kdflow import rendering
from kdflow.actions.change_calendar import change_calendars
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import Details
from kdflow.domain.notices import Notice
from kdflow.domain.told import as_seen
from kdflow.queries.impact import impact
from tests.actions.test_agenda import MEETING, accepted, newest, publish
from tests.actions.test_change_calendar import change, change_of, furnish, meeting_of
from tests.make import IDA, JENS, KARIN, LARS, House

VIBE = PersonId("vibe")


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def told(house: House, person: PersonId) -> list[Notice]:
    """The notices of changed meetings to somebody, newest first."""
    return [one.notice for one in house.notices(person) if one.notice.kind == "meeting-changed"]


def words(notice: Notice) -> tuple[str, str]:
    """The subject and the text of a notice about no sag."""
    seen = as_seen(notice, {})
    assert seen
    given: dict[str, Any] = {**seen.values, "link": seen.path}
    return rendering.message(notice.kind, "subject", **given), rendering.message(notice.kind, "body", **given)


def test_whoever_was_sent_the_agenda_is_told_once_that_the_meeting_is_moved(house: House) -> None:
    publish(house)
    assert set(newest(house).content["told"]) >= {JENS, VIBE}
    receipt = change(house, "move", MEETING, "2020-03-20")
    assert receipt.told == len(newest(house).content["told"])
    (notice,) = told(house, VIBE)
    subject, body = words(notice)
    assert subject.strip() == "Mødet i KD-Net 13. mar. 2020 er flyttet til 20. mar. 2020"
    assert "Du får beskeden, fordi du har fået dagsordenen til mødet." in body
    assert f"Åbn mødet: /moeder/{MEETING}" in body
    assert "sag" not in (subject + body).replace("dagsorden", "")
    assert not told(house, KARIN)  # her own doing
    assert not told(house, LARS)
    html = rendering.message(notice.kind, "html", title="", number="", link="/x", data=notice.data)
    assert "Åbn mødet" in html


def test_a_new_hour_a_new_place_and_a_cancelled_meeting_are_told_too(house: House) -> None:
    publish(house)
    details = Details.of(meeting_of(house, MEETING))
    change(house, "edit", MEETING, details=replace(details, at=time(13)))
    assert "begynder kl. 13.00" in words(told(house, VIBE)[0])[0]
    change(house, "edit", MEETING, details=replace(details, at=time(13), place="Viborg Rådhus"))
    assert "nyt sted, Viborg Rådhus" in words(told(house, VIBE)[0])[0]
    change(house, "cancel", MEETING, reason="Salen er optaget")
    subject, body = words(told(house, VIBE)[0])
    assert "aflyst" in subject
    assert "Begrundelse: Salen er optaget" in body
    assert len(told(house, VIBE)) == 3


def test_what_no_reader_of_an_agenda_needs_is_not_told(house: House) -> None:
    publish(house)
    details = Details.of(meeting_of(house, MEETING))
    change(house, "edit", MEETING, details=replace(details, most_items=7))
    change(house, "move", "kd-net-2020-05-29", "2020-06-05")  # no agenda of this one was sent
    assert not told(house, VIBE)


def test_where_no_agenda_was_sent_nobody_hears_of_a_meeting_for_itself(house: House) -> None:
    assert change(house, "move", MEETING, "2020-03-20").told == 0
    assert not told(house, VIBE)


def test_of_a_meeting_that_is_over_nobody_is_told(house: House) -> None:
    publish(house)
    details = Details.of(meeting_of(house, MEETING))
    change(house.on("2020-03-16"), "edit", MEETING, details=replace(details, place="Viborg Rådhus"))
    assert not told(house, VIBE)


def test_who_hears_of_a_sag_has_one_notice(house: House) -> None:
    accepted(house)
    publish(house.on("2020-03-01"))
    change(house, "move", MEETING, "2020-03-20")
    for person in (IDA, JENS):
        (notice,) = told(house, person)
        assert notice.sager
    (notice,) = told(house, VIBE)
    assert not notice.sager


def test_several_changes_make_one_notice_of_the_meetings_whose_agenda_one_has(house: House) -> None:
    publish(house)
    wishes = [change_of("move", "kd-net-2020-05-29", "2020-06-05"), change_of("move", MEETING, "2020-03-20")]
    change_calendars(house.db, wishes, key=house.key(), by=KARIN, now=house.now)
    (notice,) = told(house, VIBE)
    assert [one["meeting"] for one in notice.data["changes"]] == [MEETING]  # type: ignore[attr-defined]


def test_whoever_looks_first_sees_who_would_be_told(house: House) -> None:
    publish(house)
    seen = impact(house.db, change_of("move", MEETING, "2020-03-20"), viewer=KARIN, now=house.now)
    names = {one.name for one in seen.recipients}
    assert not seen.rows
    assert seen.told == len(names) == len(newest(house).content["told"])
    assert change(house, "move", MEETING, "2020-03-20").told == seen.told
