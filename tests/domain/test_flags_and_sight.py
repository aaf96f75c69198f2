"""What a person should look at in a sag, and who may know that it exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_instant, read_date
from kdflow.domain.flags import flags
from kdflow.domain.timetable import Body, MeetingStatus, Timetable, body_flag, has_begun
from kdflow.domain.visibility import bodies_of, may_see
from tests import make
from tests.make import Course


def kinds(course: Course) -> list[tuple[str, str]]:
    """The flags of a sag: kind and station."""
    return [(flag.kind, flag.station) for flag in flags(course.sag, course.definitions, course.world)]


def test_a_sag_in_order_has_no_flags() -> None:
    course = make.sag("gruppe~ > kdnet > kkr").through("gruppe").through("kdnet")
    assert kinds(course) == []


def test_a_decision_on_a_weekend_is_flagged_with_its_day() -> None:
    course = make.sag("gruppe~ > kdnet~").decided("gruppe", decided_on="2018-08-25")
    (flag,) = flags(course.sag, course.definitions, course.world)
    assert (flag.kind, flag.station, flag.data) == ("weekend", "gruppe", {"date": "2018-08-25"})


def test_a_meeting_on_a_weekend_is_flagged_before_anything_is_decided() -> None:
    course = make.sag("gruppe", calendar="dassos 2020-02-01").do("gruppe", "submit", meeting="2020-02-01")
    assert kinds(course) == [("weekend", "gruppe")]


def test_a_month_with_weekends_in_it_is_not_flagged() -> None:
    assert kinds(make.sag("gruppe~").decided("gruppe", decided_on="2018-08")) == []


def test_a_decision_before_the_one_it_stands_on_is_flagged_once_for_each_step() -> None:
    course = make.sag("a~ > b~ > c~").decided("a", decided_on="2018-08-24").do("a", "hand-on")
    course.decided("b", decided_on="2018-02-02").do("b", "hand-on").decided("c", decided_on="2018-04-13")
    found = flags(course.sag, course.definitions, course.world)
    assert [(flag.kind, flag.station) for flag in found] == [("impossible-order", "b"), ("impossible-order", "c")]
    assert found[0].data == {"date": "2018-02-02", "earlier": "a", "earlier_date": "2018-08-24"}


@pytest.mark.parametrize(
    ("first", "second"), [("2020-02", "2020-02-14"), ("2020-02-14", "2020-02"), ("", "2020-01-06")]
)
def test_dates_that_may_be_in_order_are_not_flagged(first: str, second: str) -> None:
    course = make.sag("a~ > b~").decided("a", decided_on=first).do("a", "hand-on").decided("b", decided_on=second)
    assert kinds(course) == []


def test_a_treatment_after_a_return_is_in_order() -> None:
    course = make.sag("gruppe~ > kdnet > kkr").through("gruppe").through("kdnet").decided("kkr", "tilbagesendt")
    course.do("kkr", "return", reason="Om igen.", back_to="kdnet").on("2020-05-29").decided("kdnet")
    assert kinds(course) == []


def bodies(valid: str, successor: str | None = None) -> list[Body]:
    """KD-Net in a time of its own, and a group."""
    return [
        make.body("kd-net", short="KD-Net", valid=make.validity(valid), successor=successor),
        make.body("dassos"),
    ]


def test_a_body_that_has_ended_or_not_begun_is_flagged_with_its_successor() -> None:
    course = make.sag("gruppe~ > kdnet", bodies=bodies("..2019-12-31", "k98"))
    (flag,) = flags(course.sag, course.definitions, course.world)
    assert (flag.kind, flag.station, flag.data) == ("body-ended", "kdnet", {"body": "KD-Net", "successor": "k98"})
    assert kinds(make.sag("gruppe~ > kdnet", bodies=bodies("2020-06-01.."))) == [("body-not-yet", "kdnet")]


def test_a_body_is_looked_at_on_the_day_of_its_meeting() -> None:
    course = make.sag("gruppe~ > kdnet", bodies=bodies("2020-03-01..")).through("gruppe")
    assert kinds(course) == [("body-not-yet", "kdnet")]
    course.do("kdnet", "submit", meeting="2020-03-13")
    assert kinds(course) == []
    late = make.sag("gruppe~ > kdnet", bodies=bodies("..2020-03-31")).through("gruppe")
    assert kinds(late) == []
    late.do("kdnet", "submit", meeting="2020-03-13").on("2020-06-01")
    assert kinds(late) == [("held-meeting", "kdnet")]


def test_a_body_that_ended_after_it_decided_or_whose_sag_is_over_is_not_flagged() -> None:
    course = make.sag("gruppe~ > kdnet", bodies=bodies("..2020-01-31")).through("gruppe").through("kdnet")
    course.on("2021-01-01")
    assert course.sag.life == "concluded"
    assert kinds(course) == []
    gone = make.sag("gruppe~ > kdnet", bodies=bodies("..2019-12-31")).do(None, "withdraw", "ida", reason="Nej.")
    assert kinds(gone) == []
    done = make.sag("kdnet~ > gruppe~", bodies=bodies("..2020-01-31")).through("kdnet").on("2021-01-01")
    assert kinds(done) == []


def test_a_body_that_nobody_knows_is_not_flagged() -> None:
    course = make.sag("gruppe~ > kdnet")
    course.world = replace(course.world, bodies={})
    assert kinds(course) == []


def test_the_days_of_a_body_include_both_ends() -> None:
    body = make.body("b", valid=make.validity("2020-01-20..2020-01-31"))
    days = [date(2020, 1, 19), date(2020, 1, 20), date(2020, 1, 31), date(2020, 2, 1)]
    assert [body_flag(body, day) for day in days] == ["not-yet", None, None, "ended"]


# --- calendars -------------------------------------------------------------------------------------------------


def test_coming_meetings_are_those_not_cancelled_in_date_order() -> None:
    table = make.timetable("kkr 2020-06-17, 02-05, 09-09; kd-net 2020-03-13")
    first, second, third, _ = table.meetings
    table = Timetable(meetings=(*table.meetings[:2], replace(third, status=MeetingStatus.CANCELLED)))
    assert table.coming("kkr", after=date(2020, 1, 1)) == (second, first)
    assert table.coming("kkr", after=date(2020, 2, 5)) == (first,)
    assert table.after(second) == first
    assert table.after(first) is None
    assert table.find(None) is None


def test_a_meeting_without_a_day_is_never_next_and_has_none_after_it() -> None:
    table = make.timetable("kkr 2020-02-05, 03-13")
    nameless = replace(table.meetings[1], on=read_date("næste møde"))
    table = Timetable(meetings=(table.meetings[0], nameless))
    assert table.coming("kkr", after=date(2019, 1, 1)) == (table.meetings[0],)
    assert table.after(nameless) is None
    assert not has_begun(nameless, make.NOW)


def test_a_meeting_begins_at_its_hour_or_else_with_its_day() -> None:
    (day,) = make.timetable("kd-net 2020-01-24").meetings
    hour = replace(day, starts_at=local_instant(date(2020, 1, 24), 10))
    at_nine, at_ten = (local_instant(date(2020, 1, 24), h) for h in (9, 10))
    assert [has_begun(day, at_nine), has_begun(hour, at_nine), has_begun(hour, at_ten)] == [True, False, True]


# --- who may know ----------------------------------------------------------------------------------------------

HELD = (
    "jens chair kd-net, vibe vice-chair kd-net, mia member kkr-midt, karin secretary sekretariat, "
    "anna administrator *, lars member direktion-x, gert member kd-net ..2019-12-31, siri secretary dassos"
)


def seen_by(course: Course) -> set[str]:
    """Who of everybody may see a sag."""
    people = ("ida", "jens", "vibe", "mia", "karin", "anna", "lars", "gert", "siri", "nobody")
    return {p for p in people if may_see(course.sag, PersonId(p), course.definitions, course.world)}


def test_an_open_sag_is_seen_by_everybody() -> None:
    assert len(seen_by(make.sag("kdnet > kkr", held=HELD))) == 10


def test_a_closed_sag_is_seen_by_those_it_concerns_only() -> None:
    course = make.sag("kdnet > kkr", closed=True, held=HELD)
    assert seen_by(course) == {"ida", "jens", "vibe", "mia", "karin", "anna"}


def test_a_closed_sag_is_still_seen_by_a_body_it_has_passed() -> None:
    course = make.sag("gruppe~ > kkr", closed=True, held=HELD).through("gruppe")
    moved = replace(course.sag, steps=tuple(replace(s, body="kd-net") for s in course.sag.steps[:1]))
    assert "jens" not in seen_by(course)
    course.sag = moved
    assert "jens" in seen_by(course)
    assert bodies_of(moved, course.definitions) == ("dassos", "kkr-midt", "kd-net")


def test_a_closed_sag_is_seen_by_the_stand_in_of_an_absent_chair() -> None:
    course = make.sag("kdnet! > kkr", closed=True, held=HELD, away="jens lars 2020-01-01..2020-01-31")
    assert "lars" in seen_by(course)
