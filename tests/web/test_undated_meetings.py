"""A meeting whose day is not known is shown as it was written, on every page; bounds are named as bounds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from kdflow import rendering
from kdflow.actions.change_calendar import change_calendar
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, hour_of
from kdflow.domain.dates import read_date
from kdflow.domain.impact_told import Line
from kdflow.domain.timetable import MeetingId
from kdflow.queries.calendars import calendars
from kdflow.queries.impact import impact
from kdflow.queries.plan_page import plan_page
from kdflow.store import meetings
from kdflow.web.notice_words import in_words
from tests.web.forms import text_of
from tests.web.house import IDA, KARIN, NOW, House

MOVE = CalendarChange(
    kind=ChangeKind.MOVE, body="kd-net", meeting=MeetingId("kd-net-2020-03-13"), on=read_date("2020-04")
)


@pytest.fixture
def vague(house: House) -> House:
    """The house, when KD-Net's meeting of March has become one of which only the month is known."""
    change_calendar(house.wiring.db, MOVE, reason="Dagen mangler.", key="move-it-once", by=KARIN, now=NOW)
    return house


def said(house: House, path: str) -> str:
    """A page as text."""
    answer = house.client(IDA).get(path)
    assert answer.status_code == 200, path
    return text_of(answer.text)


def test_the_plan_tells_the_month_and_from_what_it_is_counted(vague: House) -> None:
    number = vague.numbers["fresh"]
    words = said(vague, f"/sager/{number}/plan")
    assert "Sagen kan tidligst være behandlet i KD-Net i april 2020 ." in words
    assert (
        "Misser du KD-Net i april 2020, er sagen først i KD-Net fredag den 29. maj 2020: 29 dage senere." in words
    )
    assert "10 hverdage før mødet i april 2020, regnet fra tidligst onsdag den 1. april" in words
    assert "3 hverdage efter mødet i april 2020, regnet fra senest torsdag den 30. april" in words
    assert "KD-Net fra 1. apr" in words
    for wrong in ("mødet onsdag den 1. april", "mødet torsdag den 30. april", "KD-Net onsdag den 1. april"):
        assert wrong not in words


def test_the_terminal_tells_the_same(vague: House) -> None:
    page = plan_page(vague.wiring.db, vague.numbers["fresh"], None, NOW)
    words = rendering.text("plan", page=page, names=page.names, world=page.world)
    assert "Kan tidligst være færdig i april 2020 (regnet fra senest torsdag den 30. april 2020)." in words
    assert "1. KD-Net: mødet i april 2020\n" in words
    assert "kl. 12 (foreløbig frist): 10 hverdage" in words


def test_the_list_of_calendars_in_a_terminal_has_the_month_and_its_bounds(vague: House) -> None:
    page = calendars(vague.wiring.db, IDA, NOW, year=2020, body="kd-net")
    words = rendering.text("calendar_list", page=page, hour=hour_of)
    assert "April 2020 (tidligst 1. apr. 2020, senest 30. apr. 2020) · Flyttet fra 13. mar. 2020" in words


def test_a_decision_without_a_day_binds_by_its_last_and_says_so(house: House) -> None:
    with house.wiring.db.write() as tx:
        kkr = meetings.timetable(tx).find(MeetingId("kkr-midt-2020-02-05"))
        assert kkr
        new = replace(kkr, on=read_date("ultimo februar 2020"), starts_at=None)
        meetings.change(tx, kkr, new, by=KARIN, reason=None, now=NOW)
        day = read_date("2020-02-26")
        meetings.keep(tx, [replace(new, id=MeetingId("kontaktudvalg-new"), body="kontaktudvalg", on=day)])
    words = said(house, f"/sager/{house.numbers['consent']}/plan")
    assert (
        "Kontaktudvalget den 26. februar nås ikke: KKR Midtjylland har først besluttet ultimo februar 2020 "
        "(regnet fra senest lørdag den 29. februar)." in words
    )
    assert "Misser du KKR Midtjylland ultimo februar 2020, koster det ingen tid" in words


def test_what_a_change_means_is_told_with_the_month(house: House) -> None:
    seen = impact(house.wiring.db, MOVE, reroute=False, reason="", viewer=KARIN, now=NOW)
    words = rendering.text(
        "calendar_change",
        impact=seen,
        kind="meeting-moved",
        reroute=False,
        hour=hour_of,
        letter_of=partial(in_words, today=NOW.date()),
    )
    assert "fra fredag den 13. marts 2020 til april 2020." in words
    assert "KD-Net: fredag den 13. marts 2020 -> april 2020" in words


def test_a_notice_tells_the_month_and_marks_the_deadline(vague: House) -> None:
    assert "Mødet i KD-Net 13. mar. 2020 er flyttet til april 2020" in said(vague, "/")
    new = read_date("2020-04").earliest
    assert new
    line = Line(station="kdnet", body="KD-Net", new_on="2020-04", new_due=new.toordinal() * 1440 + 720)
    changes = [{"what": "meeting-cancelled", "body": "KD-Net", "old": {"on": "2020-04", "at": None}}]
    data = {"changes": changes, "sager": [{"title": "En sag", "number": "SAG-1", "lines": [line.plain()]}]}
    told = rendering.message("meeting-changed", "body", data=data, title="", number="", link="x")
    assert "Mødet i KD-Net i april 2020 er aflyst." in told
    assert (
        "- KD-Net: intet møde -> april 2020. Indmelding senest onsdag den 1. april 2020 kl. 12 (foreløbig frist)"
        in told
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/moeder/kd-net-2020-03-13", "Møde i april 2020"),
        ("/moeder/kd-net-2020-03-13", "ikke fastlagt endnu: tidligst 1. apr. 2020, senest 30. apr. 2020."),
        ("/aarshjul?aar=2020&organ=kd-net", "april 2020 Flyttet fra fre. 13. mar."),
        ("/aarshjul?aar=2020&organ=kd-net", "KD-Net ons. 18. mar. kl. 12 (foreløbig frist)"),
        (
            "/forbindelser?aar=2020",
            "KD-Net har først besluttet i april 2020 (regnet fra senest torsdag den 30. april",
        ),
        ("/moeder?aar=2020&organ=kd-net", "April 2020"),
    ],
)
def test_every_page_shows_it_as_it_was_written(vague: House, path: str, words: str) -> None:
    assert words in said(vague, path)


def test_the_api_has_both_the_words_and_the_bounds(vague: House) -> None:
    number = vague.numbers["fresh"]
    april = {
        "written": "2020-04",
        "words": "april 2020",
        "precision": "month",
        "earliest": "2020-04-01",
        "latest": "2020-04-30",
    }
    leg: Any = vague.client(IDA).get(f"/api/sager/{number}/plan").json()["legs"][0]
    assert leg["meeting_date"] == april
    assert {one["provisional"] for one in leg["deadlines"]} == {True}
    row: Any = vague.client(IDA).get("/forbindelser.json?aar=2020").json()["data"][1]
    assert row["too_late"][0]["date"] == april
