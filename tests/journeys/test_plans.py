"""The real routes through the real calendars: C03 counted back, C05's loop, C17 in three weeks, C19's bad date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kdflow.domain.alternatives import alternatives
from kdflow.domain.dates import local_instant, read_date
from kdflow.domain.departures import DAY, NEVER, day_of
from kdflow.domain.explaining import explain
from kdflow.domain.leeway import latest_ready, missed, slack
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, Timetable
from tests import make

MEETINGS = make.shipped().meetings


def route(ref: str, start: str, meetings: tuple[Meeting, ...] = MEETINGS) -> Prepared:
    """A shipped route from its beginning, with papers ready at nine on a day, among the shipped bodies."""
    course = make.on_route(make.definitions(ref), bodies=list(make.shipped().bodies.values()))
    net = Network(course.world.bodies, Timetable(meetings=meetings))
    return prepare(course.sag, course.definitions, net, local_instant(date.fromisoformat(start), 9))


def end_of(day: str) -> int:
    """The last civil minute of a day."""
    return date.fromisoformat(day).toordinal() * DAY + DAY - 1


def days(plan: Plan) -> Mapping[str, str]:
    """When each station decides."""
    return {leg.station: str(day_of(leg.decides)) if leg.is_possible else "-" for leg in plan.legs}


def test_c03_is_counted_back_from_15_october_2020() -> None:
    sag = route("c03-rammeaftale@2", "2020-01-08")
    plan = plan_of(sag)
    assert days(plan) == {
        "dassos": "2020-01-22",
        "kdnet": "2020-03-13",  # its submission ends ten working days before: 24 January cannot be made
        "kkr": "2020-04-01",
        "hoering-byraad": "2020-04-30",
        "hoering-region": "2020-04-30",
        "udkast": "2020-06-30",
        "byraad": "2020-08-25",
        "region": "2020-08-25",
    }
    latest = latest_ready(sag, end_of("2020-10-15"))
    assert latest == date(2020, 1, 15).toordinal() * DAY + 12 * 60  # five working days before DASSOS, at noon
    assert latest_ready(sag, end_of("2020-08-24")) is None
    room = slack(sag, "byraad", end_of("2020-10-15"))
    assert room is not None
    assert room.days == sag.network.workdays.between(date(2020, 6, 30), day_of(room.latest)) == 37


def test_c03_cannot_be_completed_once_the_hearing_has_closed_and_says_since_when() -> None:
    sag = route("c03-rammeaftale@2", "2020-01-08", tuple(m for m in MEETINGS if m.id != "kkr-midt-2020-04-01"))
    plan = plan_of(sag)
    assert plan.breaks_at in ("hoering-byraad", "hoering-region")
    broken = explain(sag, plan.leg("hoering-byraad") or plan.legs[0]).broken
    assert broken is not None
    assert (broken.why, broken.since) == ("window-closed", date(2020, 4, 30))


def test_c05_comes_back_to_kd_net_when_both_groups_have_answered() -> None:
    sag = route("c05-naer-psykiatri@1", "2020-01-06", planned("kd-net-2020-01-24"))
    assert days(plan_of(sag))["kdnet-1"] == "2020-01-24"
    assert days(plan_of(sag))["kdnet-2"] == "2020-03-13"
    lost = missed(sag, "kdnet-1")
    assert (lost.days_at_end, days(lost.plan)["kdnet-2"]) == (77, "2020-05-29")


def test_c17_cannot_be_sure_of_october_while_the_mail_meeting_is_only_known_to_be_in_september() -> None:
    sag = route("c17-ny-forankring@1", "2021-07-01")
    plan = plan_of(sag)
    assert (plan.breaks_at, plan.arrives) == ("kvartalsmoede", NEVER)
    leg = plan.leg("kvartalsmoede")
    assert leg is not None
    why = explain(sag, leg)
    assert why.decided_by == "kdnet"
    assert [(one.meeting, one.why) for one in why.passed] == [("kvartalsmoede-2021-10-04", "papers")]


def test_c17_takes_three_political_stations_in_ten_days_only_by_going_ahead() -> None:
    known = replace(meeting("kd-net-2021-09"), on=read_date("2021-09-10"))
    others = tuple(m for m in MEETINGS if m.id != known.id)
    sag = route("c17-ny-forankring@1", "2021-07-01", (*others, known))
    assert (
        plan_of(sag).breaks_at == "kkr"
    )  # submission ends at noon on 4 October, the day of the quarterly meeting
    ways = [(one.kind, one.station, one.wins) for one in alternatives(sag)]
    assert ("ahead", "kkr", None) in ways
    place = sag.place("kkr")
    ahead = sag.with_stop(place, sag.stops[place]._replace(ahead=True))
    plan = plan_of(ahead)
    assert list(days(plan).values())[-5:] == ["2021-09-10", "2021-10-04", "2021-10-11", "2021-10-14", "2021-12-03"]
    contact = plan.leg("kontaktudvalg")
    assert contact is not None
    assert contact.is_conditional  # submitted on 7 October, before KKR has decided on the 11th


C19 = ("kd-net-2018-02-02", "kd-net-2019-08-16", "kkr-midt-2018-03-18", "kkr-midt-2019-11-08")


def c19(*contacts: str) -> Mapping[str, str]:
    """The plan of C19 when Kontaktudvalget meets on these days."""
    bodies = {"kontaktudvalg": contacts}
    held = [meeting(key) for key in C19]
    asked = [
        Meeting(id=MeetingId(f"{body}-{day}"), body=body, on=read_date(day))
        for body in bodies
        for day in bodies[body]
    ]
    all_of = (*(replace(one, status=MeetingStatus.PLANNED) for one in held), *asked)
    return days(plan_of(route("c19-kollektiv-trafik@1", "2017-08-01", all_of)))


def test_c19_fits_only_when_its_first_date_is_taken_for_a_year_earlier() -> None:
    taken = c19("2017-08-25", "2018-04-13")
    assert (taken["bestilling"], taken["kdnet"], taken["kkr"]) == ("2017-08-25", "2018-02-02", "2018-03-18")
    assert taken["kontaktudvalg"] == taken["realisering"] == "2018-04-13"
    written = c19("2018-08-25")  # as it stands in the papers: the analysis would be ordered after it was presented
    assert (written["bestilling"], written["kdnet"], written["kontaktudvalg"]) == ("2018-08-25", "2019-08-16", "-")


def meeting(key: str) -> Meeting:
    """A shipped meeting."""
    return next(one for one in MEETINGS if one.id == MeetingId(key))


def planned(*keys: str) -> tuple[Meeting, ...]:
    """The shipped meetings, some of them as they were before they were held."""
    return tuple(replace(m, status=MeetingStatus.PLANNED) if m.id in keys else m for m in MEETINGS)
