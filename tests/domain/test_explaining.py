"""A plan says why: what bound each meeting, what was passed over, pauses, ends, and what else could be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kdflow.domain.alternatives import alternatives
from kdflow.domain.dates import local_instant
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import DAY, NEVER, Departures, day_of
from kdflow.domain.explaining import Explanation, explain
from kdflow.domain.network import network
from kdflow.domain.planner import Leg, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.profile import profile
from kdflow.domain.terms import DeadWindow, Pauses, election_day
from kdflow.domain.timetable import MeetingId, MeetingStatus, Timetable
from kdflow.domain.workflow import Validity
from tests import make

TEN, FIVE = ({DeadlineKind.SUBMISSION: Rule(days=days)} for days in (10, 5))
KD_NET = "kd-net 2020-01-24, 03-13, 05-29, 08-28, 10-23"
KKR = "kkr-midt 2020-02-05, 04-01, 06-17, 09-09, 11-13"


def journey(route: str, calendar: str, start: str, **of_body: Any) -> Prepared:
    """A sag at the beginning of a route, ready at nine on a day."""
    rules = {"kd-net": TEN, "kkr-midt": FIVE}
    keys = [row.split()[0] for row in calendar.split(";")]
    bodies = [make.body(key, rules=rules.get(key, {}), **of_body.get(key.replace("-", "_"), {})) for key in keys]
    course = make.sag(route, calendar=calendar, bodies=bodies)
    return prepare(
        course.sag, course.definitions, network(course.world), local_instant(date.fromisoformat(start), 9)
    )


def leg(prepared: Prepared, station: str) -> Leg:
    """The leg at a station of the earliest plan."""
    found = plan_of(prepared).leg(station)
    assert found is not None
    return found


def why(prepared: Prepared, station: str) -> Explanation:
    """The explanation of a leg."""
    return explain(prepared, leg(prepared, station))


def test_a_meeting_whose_submission_is_over_was_passed_over_for_that() -> None:
    sag = journey("kdnet > kkr", f"{KD_NET}; {KKR}", "2020-01-20")
    first = why(sag, "kdnet")
    assert (first.bound_by, first.decided_by) == ("start", None)
    assert [(one.meeting, one.why, day_of(one.submits)) for one in first.passed] == [
        ("kd-net-2020-01-24", "start", date(2020, 1, 10))
    ]


def test_a_meeting_before_the_decision_was_passed_over_for_that_and_the_deciding_body_is_named() -> None:
    second = why(journey("kdnet > kkr", f"{KD_NET}; {KKR}", "2020-01-20"), "kkr")
    assert (second.bound_by, second.decided_by) == ("decision", "kdnet")
    assert [(one.meeting, one.why, day_of(one.against)) for one in second.passed] == [
        ("kkr-midt-2020-02-05", "decision", date(2020, 3, 13))
    ]


def test_papers_that_wait_for_a_decision_are_told_from_a_meeting_that_comes_before_it() -> None:
    sag = journey("kdnet > kkr", "kd-net 2020-03-13; kkr-midt 2020-03-16, 04-01", "2020-01-20")
    assert [(one.meeting, one.why) for one in why(sag, "kkr").passed] == [("kkr-midt-2020-03-16", "papers")]
    assert why(sag, "kkr").bound_by == "papers"


def test_a_sent_agenda_takes_nothing_more() -> None:
    sag = journey("kdnet", KD_NET, "2020-01-02")
    meetings = sag.network.timetable.meetings
    sent = replace(meetings[0], status=MeetingStatus.AGENDA_SENT)
    closed = journey_on(sag, (sent, *meetings[1:]))
    assert leg(closed, "kdnet").meeting == "kd-net-2020-03-13"
    assert [(one.meeting, one.why) for one in why(closed, "kdnet").passed] == [("kd-net-2020-01-24", "closed")]


def journey_on(sag: Prepared, meetings: tuple[Any, ...]) -> Prepared:
    """The same start on another calendar."""
    course = make.sag("kdnet", bodies=list(sag.network.bodies.values()))
    net = replace(sag.network, timetable=Timetable(meetings=meetings), _departures={})
    return prepare(course.sag, course.definitions, net, local_instant(date(2020, 1, 2), 9))


# --- where it breaks ---------------------------------------------------------------------------------------------


def test_a_body_that_has_ended_is_named_with_its_day() -> None:
    sag = journey(
        "kdnet > kontakt",
        "kd-net 2026-12-11; kontaktudvalg 2026-12-01",
        "2026-10-01",
        kontaktudvalg={"valid": Validity.model_validate({"to": "2026-12-31"})},
    )
    assert plan_of(sag).breaks_at == "kontakt"
    later = journey(
        "kdnet > kontakt",
        "kd-net 2027-01-15; kontaktudvalg 2026-12-01, 2027-02-01",
        "2026-10-01",
        kontaktudvalg={"valid": Validity.model_validate({"to": "2026-12-31"})},
    )
    broken = why(later, "kontakt").broken
    assert broken is not None
    assert (broken.why, broken.since) == ("body-ended", date(2026, 12, 31))


def test_a_calendar_that_ends_is_named_with_its_last_day_and_what_follows_waits_for_it() -> None:
    sag = journey(
        "kdnet > kkr > kontakt", "kd-net 2020-10-23; kkr-midt 2020-02-05; kontaktudvalg 2020-12-01", "2020-03-02"
    )
    first, second = why(sag, "kkr").broken, why(sag, "kontakt").broken
    assert first is not None
    assert second is not None
    assert (first.why, first.since, second.why) == ("calendar-ends", date(2020, 2, 5), "earlier")


def test_a_body_without_any_meeting_says_so() -> None:
    broken = why(journey("kdnet > slut", "kd-net 2020-10-23; slut 2020-01-01", "2020-03-02"), "slut").broken
    assert broken is not None
    assert broken.why == "calendar-ends"
    course = make.sag("kdnet > slut", calendar="kd-net 2020-10-23", bodies=["kd-net", make.body("slut")])
    bare = prepare(course.sag, course.definitions, network(course.world), local_instant(date(2020, 3, 2), 9))
    assert why(bare, "slut").broken == ("no-meetings", None, None)


# --- elections ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2017, date(2017, 11, 21)),
        (2021, date(2021, 11, 16)),
        (2025, date(2025, 11, 18)),
        (2024, None),
        (2020, None),
    ],
)
def test_elections_are_on_the_third_tuesday_of_november_every_fourth_year(year: int, day: date | None) -> None:
    assert election_day(year) == day


def test_a_dead_window_of_95_days_is_seen_named_and_waited_out() -> None:
    sag = journey("kdnet > kkr", "kd-net 2025-11-07; kkr-midt 2025-10-24, 2026-01-27, 04-08", "2025-10-20")
    assert leg(sag, "kkr").meeting == "kkr-midt-2026-01-27"
    window = DeadWindow(date(2025, 11, 18), date(2025, 10, 24), date(2026, 1, 27))
    assert why(sag, "kkr").pauses == (window,)
    assert window.days == 95
    assert why(sag, "kdnet").pauses == ()


def test_a_short_pause_or_one_without_an_election_is_no_dead_window() -> None:
    def days(year: int, *meetings: str) -> list[int | None]:
        minutes = [date.fromisoformat(day).toordinal() * DAY for day in meetings]
        table = Departures.of((minute, minute, minute, MeetingId(str(minute))) for minute in minutes)
        return [window.days for window in Pauses.of(table).in_year(year)]

    assert days(2025, "2025-12-10", "2026-01-20") == []
    assert days(2024, "2024-10-20", "2025-02-20") == []
    assert days(2021, "2021-10-11", "2022-01-28") == days(2022, "2021-10-11", "2022-01-28") == [109]


def test_a_pause_whose_end_is_not_known_is_named() -> None:
    sag = journey("kdnet > kkr", "kd-net 2025-11-07; kkr-midt 2025-06-13, 2025-10-24", "2025-10-20")
    found = why(sag, "kkr")
    assert found.pauses == (DeadWindow(date(2025, 11, 18), date(2025, 10, 24), None),)
    assert found.broken is not None
    assert (found.broken.why, found.broken.since) == ("election", date(2025, 10, 24))


@pytest.mark.parametrize(
    ("calendar", "start"),
    [
        ("kkr-midt 2025-06-13", "2025-08-20"),  # it ends long before the election
        ("kkr-midt 2024-10-24", "2024-12-02"),  # there is no election
        ("kkr-midt 2021-10-11", "2022-05-02"),  # the term is well under way
    ],
)
def test_a_calendar_that_just_ends_is_no_pause(calendar: str, start: str) -> None:
    found = why(journey("kkr", calendar, start), "kkr")
    assert found.pauses == ()
    assert found.broken is not None
    assert found.broken.why == "calendar-ends"


def test_a_body_that_ends_with_the_term_is_in_no_pause() -> None:
    sag = journey(
        "kdnet > kontakt",
        "kd-net 2025-12-12; kontaktudvalg 2025-10-24",
        "2025-10-20",
        kontaktudvalg={"valid": Validity.model_validate({"to": "2025-12-31"})},
    )
    assert why(sag, "kontakt").pauses == ()


def test_nothing_is_submitted_on_condition_over_an_election_and_the_plan_says_so() -> None:
    calendar = "kd-net 2025-12-19; kkr-midt 2026-01-06, 02-27"
    sag = journey("kdnet > kkr?", calendar, "2025-11-03")
    assert leg(sag, "kkr").meeting == "kkr-midt-2026-01-06"  # submitted after the decision: on no condition
    calendar = calendar.replace("12-19", "12-29")
    late = journey("kdnet > kkr?", calendar, "2025-11-03")
    assert leg(late, "kkr").meeting == "kkr-midt-2026-02-27"
    assert [(one.meeting, one.why) for one in why(late, "kkr").passed] == [("kkr-midt-2026-01-06", "term")]
    assert why(late, "kkr").bound_by == "term"
    ordinary = alternatives(journey("kdnet > kkr", calendar, "2025-11-03"))
    assert "ahead" not in {one.kind for one in ordinary if one.station == "kkr"}
    inside = journey("kdnet > kkr?", "kd-net 2026-01-27; kkr-midt 2026-01-30, 02-27", "2025-11-03")
    assert leg(inside, "kkr").is_conditional  # both in the new term


# --- what else could be done -------------------------------------------------------------------------------


def test_alternatives_say_what_they_would_win_and_the_best_comes_first() -> None:
    sag = journey("kdnet > kkr", "kd-net 2020-03-13; kkr-midt 2020-03-16, 06-17", "2020-01-20")
    found = alternatives(sag)
    assert [one.arrives for one in found] == sorted(one.arrives for one in found)
    best = {(one.kind, one.station): one for one in reversed(found)}
    assert best["ahead", "kkr"].wins == (date(2020, 6, 17) - date(2020, 3, 16)).days
    mail = best["mail", "kkr"]
    assert (mail.on, day_of(mail.arrives)) == (date(2020, 3, 20), date(2020, 3, 20))  # five working days to answer
    extra = best["extra", "kkr"]
    assert extra.on == date(2020, 3, 23)  # the first day whose submission is not over on 13 March at night


def test_an_alternative_to_a_journey_that_cannot_be_made_wins_no_number_of_days() -> None:
    sag = journey("kdnet > kkr", "kd-net 2020-03-13; kkr-midt 2020-02-05", "2020-01-20")
    assert plan_of(sag).arrives == NEVER
    assert {(one.kind, one.wins) for one in alternatives(sag) if one.station == "kkr"} == {
        ("mail", None),
        ("extra", None),
    }


def test_nothing_is_proposed_that_wins_nothing() -> None:
    sag = journey("kdnet > kkr", f"{KD_NET}; {KKR}", "2020-01-20")
    end = plan_of(sag).arrives
    assert all(one.arrives // DAY < end // DAY for one in alternatives(sag))


# --- profiles ----------------------------------------------------------------------------------------------


def test_a_profile_answers_as_the_rides_do_and_knows_what_being_late_costs() -> None:
    sag = journey("kdnet > kkr", f"{KD_NET}; {KKR}", "2020-01-02")
    high = date(2020, 12, 1).toordinal() * DAY
    found = profile(sag, sag.ready, high)
    assert list(found.ready) == sorted(found.ready)
    assert list(found.arrives) == sorted(set(found.arrives))
    for minute in range(sag.ready, high, 997):
        assert found.arrival(minute) == plan_of(sag.at(minute)).arrives
    cost = found.cost(date(2020, 2, 1).toordinal() * DAY)
    assert cost is not None
    assert (day_of(cost.limit), day_of(cost.arrives)) == (date(2020, 2, 28), date(2020, 4, 1))
    assert cost.lost == 77 * DAY
    assert found.latest(cost.arrives) == cost.limit
    assert found.latest(sag.ready) is None
    last = found.cost(found.ready[-1])
    assert last is not None
    assert last.lost is None
    assert found.cost(found.ready[-1] + 1) is None


def test_no_mail_meeting_is_proposed_to_a_body_that_has_ended() -> None:
    sag = journey(
        "kdnet > kontakt",
        "kd-net 2026-12-18; kontaktudvalg 2026-12-01",
        "2026-11-02",
        kontaktudvalg={"valid": Validity.model_validate({"to": "2026-12-22"})},
    )
    assert plan_of(sag).breaks_at == "kontakt"
    assert not [one for one in alternatives(sag) if one.station == "kontakt" and one.kind == "mail"]


def test_a_gap_that_goes_on_long_into_a_term_is_not_blamed_on_the_election() -> None:
    sag = journey("kkr", "kkr-midt 2021-10-11, 2022-06-15", "2022-05-02")
    assert leg(sag, "kkr").meeting == "kkr-midt-2022-06-15"
    assert why(sag, "kkr").pauses == ()


@pytest.mark.parametrize("known", ["kkr-midt 2025-10-24, 2026-01-27", "kkr-midt 2025-10-24"])
def test_no_meeting_is_proposed_in_the_pause_round_an_election(known: str) -> None:
    sag = journey("kdnet > kkr", f"kd-net 2025-11-07; {known}", "2025-10-01")
    paused = [one for one in alternatives(sag) if one.station == "kkr" and one.on]
    after = date(2026, 1, 27) if "2026" in known else date(2026, 3, 1)
    assert all(one.on is not None and one.on >= after for one in paused)
    before = journey("kdnet > kkr", f"kd-net 2025-10-03; {known}", "2025-09-01")
    assert [one for one in alternatives(before) if one.station == "kkr" and one.kind == "mail"]


def test_an_extra_meeting_once_the_new_term_has_settled_may_be_proposed() -> None:
    sag = journey("kdnet > kkr", "kd-net 2025-12-12; kkr-midt 2025-10-24", "2025-10-01")
    found = [(one.kind, one.on) for one in alternatives(sag) if one.station == "kkr"]
    assert found == [("extra", date(2026, 3, 2))]


GAPS = [
    ("2021-10-11, 2022-01-28", "2022-01-28"),  # as usual
    ("2021-10-11, 2022-03-04", "2022-03-02"),  # the first meeting is late
    ("2021-08-20, 2022-01-28", "2022-01-28"),  # the last one was early
    ("2021-10-11, 2022-06-15", "2022-03-02"),  # the new term has long settled in
    ("2021-08-20", "2022-03-02"),  # the calendar ended before, or long before, and nothing is known
    ("2019-05-03", "2022-03-02"),
    ("2021-12-01, 2022-01-20", "2022-01-20"),  # a gap too short to be worth a word
]


@pytest.mark.parametrize(("days", "opens"), GAPS)
def test_the_days_round_an_election_are_closed_to_proposals_however_long_the_gap(days: str, opens: str) -> None:
    sag = journey("kkr", f"kkr-midt {days}", "2021-11-24")
    pauses = sag.network.pauses("kkr-midt")
    last = max([date(2021, 11, 24), *(day for day in _dates(days) if day.year == 2021)])
    closed = [last + timedelta(days=n) for n in range(1, (date.fromisoformat(opens) - last).days)]
    assert closed
    assert all(pauses.closed(day) for day in closed)
    assert not pauses.closed(date.fromisoformat(opens))
    assert not pauses.closed(date(2021, 9, 30))
    proposed = [one.on for one in alternatives(sag) if one.on]
    assert all(day not in closed for day in proposed)


@pytest.mark.parametrize("days", [days for days, _ in GAPS[:-1] if "2019" not in days])
def test_what_a_plan_waits_out_is_what_the_year_wheel_names_and_what_is_closed(days: str) -> None:
    sag = journey("kkr", f"kkr-midt {days}", "2021-11-24")
    pauses = sag.network.pauses("kkr-midt")
    assert [one.election for one in why(sag, "kkr").pauses] == [date(2021, 11, 16)]
    assert why(sag, "kkr").pauses == pauses.in_year(2021) == pauses.in_year(2022)
    assert pauses.closed(date(2021, 12, 1))


def test_a_body_without_any_calendar_is_not_asked_to_meet_round_an_election_either() -> None:
    course = make.sag("kkr", calendar="kd-net 2020-10-23", bodies=["kd-net", make.body("kkr-midt")])
    bare = prepare(course.sag, course.definitions, network(course.world), local_instant(date(2021, 11, 24), 9))
    assert why(bare, "kkr").pauses == ()
    assert [one.on for one in alternatives(bare) if one.kind == "extra"] == [date(2022, 3, 2)]


def test_before_the_campaign_a_body_that_last_met_in_august_can_be_asked() -> None:
    found = alternatives(journey("kkr", "kkr-midt 2021-08-20, 2022-01-28", "2021-09-20"))
    assert {one.kind for one in found} == {"mail", "extra"}
    assert all(one.on is not None and one.on < date(2021, 10, 19) for one in found)


def _dates(days: str) -> list[date]:
    return [date.fromisoformat(day) for day in days.split(", ")]
