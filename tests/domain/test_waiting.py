"""Days of waiting: counted in Copenhagen, divided into parts that make the whole, and put into figures."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.dates import local_instant
from kdflow.domain.waiting import Treatment, days_between, figures, months_before

JAN = date(2020, 1, 6)


def treatment(opened: int, submitted: int | None, decided: int | None, left: int) -> Treatment:
    """A step with what happened on which day of January."""
    at = [local_instant(JAN.replace(day=day), 12) if day else None for day in (opened, submitted, decided, left)]
    assert at[0]
    assert at[3]
    return Treatment(body="b", opened_at=at[0], submitted_at=at[1], decided_at=at[2], left_at=at[3])


def test_a_day_is_a_day_in_copenhagen() -> None:
    late, later = datetime(2020, 1, 6, 22, 30, tzinfo=UTC), datetime(2020, 1, 6, 23, 30, tzinfo=UTC)
    assert days_between(late, later) == 1
    assert days_between(later, late) == 0


def test_the_parts_of_a_treatment() -> None:
    one = treatment(2, 5, 20, 22)
    assert (one.days, one.preparing, one.at_meetings, one.lying) == (20, 3, 15, 2)
    without_meeting = treatment(2, None, 20, 22)
    assert (without_meeting.preparing, without_meeting.at_meetings, without_meeting.lying) == (18, 0, 2)
    never_decided = treatment(2, None, None, 22)
    assert (never_decided.preparing, never_decided.at_meetings, never_decided.lying) == (20, 0, 0)


@given(st.lists(st.integers(1, 28), min_size=4, max_size=4), st.booleans())
def test_the_parts_make_the_whole(days: list[int], met: bool) -> None:
    opened, submitted, decided, left = sorted(days)
    one = treatment(opened, submitted if met else None, decided, left)
    assert one.preparing + one.at_meetings + one.lying == one.days


def test_some_months_before_a_day() -> None:
    assert months_before(date(2020, 1, 24), 12) == date(2019, 1, 24)
    assert months_before(date(2020, 3, 31), 1) == date(2020, 2, 29)
    assert months_before(date(2020, 1, 31), 3) == date(2019, 10, 31)
    assert months_before(date(2020, 12, 1), 36) == date(2017, 12, 1)


def test_figures_of_some_days() -> None:
    assert figures([]) is None
    ten = figures([10, 1, 2, 3, 4, 5, 6, 7, 8, 100])
    assert ten
    assert (ten.count, ten.median, ten.ninety, ten.longest) == (10, 5.5, 10, 100)
    one = figures([7])
    assert one
    assert (one.median, one.ninety, one.longest) == (7, 7, 7)


@given(st.lists(st.integers(0, 400), min_size=1))
def test_nine_of_ten_keep_within_the_percentile(days: list[int]) -> None:
    found = figures(days)
    assert found
    assert found.ninety in days
    assert sum(day <= found.ninety for day in days) >= 0.9 * len(days)
    assert found.median <= found.ninety <= found.longest
