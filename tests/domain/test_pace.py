"""When a person is told: at once or in a digest, and in their hours of peace only what cannot wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.departures import civil
from kdflow.domain.notices import CONSENT_WANTED, Notice
from kdflow.domain.pace import GATHER, Pace, Preference, cannot_wait, held_for, is_quiet, is_wanted, told_at
from kdflow.domain.sag import SagId

IDA = PersonId("ida")


def at(text: str) -> datetime:
    """A wall-clock time in Copenhagen."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def notice(kind: str = "decided", **data: object) -> Notice:
    """A notice to Ida."""
    return Notice(kind=kind, person=IDA, sag=SagId(1), data=data)


def wanted(pace: Pace = Pace.AT_ONCE, **more: int) -> Preference:
    """How Ida wants to be told."""
    return Preference(person=IDA, pace=pace, **more)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2020-03-02T09:00", "2020-03-02T09:00"),
        ("2020-03-02T06:59", "2020-03-02T07:00"),
        ("2020-03-02T18:00", "2020-03-03T07:00"),
        ("2020-03-06T20:00", "2020-03-09T07:00"),  # a Friday evening
        ("2020-03-07T12:00", "2020-03-09T07:00"),  # a Saturday
        ("2020-04-08T19:00", "2020-04-14T07:00"),  # the evening before Maundy Thursday
    ],
)
def test_at_once_is_within_the_hours_of_a_working_day(now: str, told: str) -> None:
    assert told_at(wanted(), [notice()], at(now), at(now)) == at(told)


@pytest.mark.parametrize(
    ("since", "now", "told"),
    [
        ("2020-03-02T09:00", "2020-03-02T09:00", "2020-03-03T07:30"),
        ("2020-03-02T09:00", "2020-03-03T07:30", "2020-03-03T07:30"),
        ("2020-03-06T09:00", "2020-03-06T09:00", "2020-03-09T07:30"),
        ("2020-03-02T09:00", "2020-03-04T12:00", "2020-03-04T12:00"),  # the house was asleep at half past seven
    ],
)
def test_a_daily_digest_comes_at_half_past_seven(since: str, now: str, told: str) -> None:
    assert told_at(wanted(Pace.DAILY), [notice()], at(now), at(since)) == at(told)


@pytest.mark.parametrize(
    ("weekday", "since", "told"),
    [
        (0, "2020-03-03T09:00", "2020-03-09T07:30"),
        (4, "2020-03-03T09:00", "2020-03-06T07:30"),
        (1, "2020-03-03T07:00", "2020-03-03T07:30"),
        (0, "2020-04-07T09:00", "2020-04-14T07:30"),  # Easter Monday: the first working day after it
    ],
)
def test_a_weekly_digest_comes_on_its_weekday(weekday: int, since: str, told: str) -> None:
    found = told_at(wanted(Pace.WEEKLY, weekday=weekday), [notice()], at(since), at(since))
    assert found == at(told)


def test_what_is_due_within_a_day_cannot_wait() -> None:
    now = at("2020-03-06T20:00")
    tomorrow = notice("submission", due=civil(now + timedelta(hours=20)))
    next_week = notice("submission", due=civil(now + timedelta(days=6)))
    over = notice("submission", due=civil(now - timedelta(hours=1)))
    assert [cannot_wait(one, now) for one in (tomorrow, next_week, over)] == [True, False, False]
    assert told_at(wanted(Pace.WEEKLY), [next_week, tomorrow], now, now) == now
    assert cannot_wait(notice("sign-in"), now)


def test_only_what_asks_for_something_is_mailed_to_who_wants_no_mail() -> None:
    off = wanted(Pace.OFF)
    assert not is_wanted(off, notice())
    assert is_wanted(off, notice(CONSENT_WANTED))
    assert is_wanted(off, notice("sign-in"))
    assert is_wanted(wanted(), notice())


def test_a_changed_meeting_is_kept_back_so_that_more_changes_join_it() -> None:
    assert held_for(notice("meeting-changed")) == GATHER
    assert held_for(notice("meeting-changed", urgent=True)) == timedelta()
    assert held_for(notice()) == timedelta()


@pytest.mark.parametrize(
    ("weekday", "begins", "ends"), [(5, 0, 600), (-1, 0, 600), (0, 600, 600), (0, 0, 1441), (0, -1, 600)]
)
def test_a_preference_that_is_none_is_refused(weekday: int, begins: int, ends: int) -> None:
    with pytest.raises(ValueError, match="a digest comes on a weekday"):
        Preference(person=IDA, weekday=weekday, day_begins=begins, day_ends=ends)


@given(
    pace=st.sampled_from(Pace),
    weekday=st.integers(0, 4),
    begins=st.integers(0, 700),
    length=st.integers(60, 700),
    now=st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - given a zone below
    waited=st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_nobody_is_disturbed_and_nobody_waits_for_ever(
    pace: Pace, weekday: int, begins: int, length: int, now: datetime, waited: timedelta
) -> None:
    here = now.replace(tzinfo=COPENHAGEN)
    preference = wanted(pace, weekday=weekday, day_begins=begins, day_ends=begins + length)
    told = told_at(preference, [notice()], here, here - waited)
    assert told >= here
    assert not is_quiet(preference, told)
    assert told - here <= timedelta(days=20)
    assert told_at(preference, [notice()], told, here - waited) == told
