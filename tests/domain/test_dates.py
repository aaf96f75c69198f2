"""Dates are read as they are written, keep their words, and never claim to know more than they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.dates import (
    FuzzyDate,
    Precision,
    in_words,
    is_weekend,
    local_day,
    local_instant,
    next_day,
    read_date,
    wall_instant,
)
from kdflow.domain.errors import Unreadable

# written: (earliest, latest, precision)
WRITTEN = {
    "2020-01-24": ("2020-01-24", "2020-01-24", "day"),
    "24. januar 2020": ("2020-01-24", "2020-01-24", "day"),
    "24. jan. 2020": ("2020-01-24", "2020-01-24", "day"),
    "24 sept 2020": ("2020-09-24", "2020-09-24", "day"),
    "fre. d. 24. jan. 2020": ("2020-01-24", "2020-01-24", "day"),
    "fredag, den 24. januar 2020": ("2020-01-24", "2020-01-24", "day"),
    "fredag 24.1.2020": ("2020-01-24", "2020-01-24", "day"),
    "Fre. d. 24/1-2020": ("2020-01-24", "2020-01-24", "day"),
    "fredag 2020-01-24": ("2020-01-24", "2020-01-24", "day"),
    "fredag den 2020-01-24": ("2020-01-24", "2020-01-24", "day"),
    "tors. 23/1 2020": ("2020-01-23", "2020-01-23", "day"),
    "senest fredag 24.1.2020": (None, "2020-01-24", "latest"),
    "24/1 2020": ("2020-01-24", "2020-01-24", "day"),
    "24/1-2020": ("2020-01-24", "2020-01-24", "day"),
    "24. 1. 2020": ("2020-01-24", "2020-01-24", "day"),
    "jan. 2020": ("2020-01-01", "2020-01-31", "month"),
    "2020-02": ("2020-02-01", "2020-02-29", "month"),
    "2021": ("2021-01-01", "2021-12-31", "year"),
    "2022-01/2022-06": ("2022-01-01", "2022-06-30", "period"),
    "2019-12-24/2020-01-02": ("2019-12-24", "2020-01-02", "period"),
    "senest 2020-10-15": (None, "2020-10-15", "latest"),
    "senest 2. halvår 2020": (None, "2020-12-31", "latest"),
    "efterår 2021": ("2021-09-01", "2021-11-30", "season"),
    "efteråret 2021": ("2021-09-01", "2021-11-30", "season"),
    "sommeren 2023": ("2023-06-01", "2023-08-31", "season"),
    "vinteren 2020": ("2019-12-01", "2020-02-29", "season"),
    "januar 2020": ("2020-01-01", "2020-01-31", "month"),
    "primo marts 2020": ("2020-03-01", "2020-03-10", "period"),
    "medio marts 2020": ("2020-03-11", "2020-03-20", "period"),
    "ultimo februar 2021": ("2021-02-21", "2021-02-28", "period"),
    "1. halvår 2022": ("2022-01-01", "2022-06-30", "half-year"),
    "2. halvår 2022": ("2022-07-01", "2022-12-31", "half-year"),
    "  Ultimo   JANUAR 2020 ": ("2020-01-21", "2020-01-31", "period"),
    "næste møde": (None, None, "relative"),
    "midt i valgperioden": (None, None, "relative"),
    "": (None, None, "unknown"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_date_is_read_with_its_bounds_and_its_own_words(text: str) -> None:
    earliest, latest, precision = WRITTEN[text]
    read = read_date(text)
    assert (read.earliest and read.earliest.isoformat(), read.latest and read.latest.isoformat()) == (
        earliest,
        latest,
    )
    assert read.precision == precision
    assert read.text == text


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-30",
        "fredag 2020-02-30",
        "fredag 30.2.2020",
        "2020-13",
        "30/2 2020",
        "24/1",
        "2020-1-5",
        "2020-01-24T10:00",
        "senest 2021-02-29",
    ],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a date"):
        read_date(text)


@pytest.mark.parametrize(
    "text", ["24/1-20", "fredag, d. 24/1-20", "24/1 20", "24.1.20", "24. jan. 20", "24. januar '20"]
)
def test_a_year_of_two_digits_is_refused_by_saying_so(text: str) -> None:
    with pytest.raises(Unreadable, match="the year with four digits") as refused:
        read_date(text)
    assert refused.value.code == "short-year"


@pytest.mark.parametrize(
    "text",
    [
        "torsdag den 6. maj 2020",
        "torsdag, den 6. maj 2020",
        "tor. 6. maj 2020",
        "torsdag 6.5.2020",
        "tors. d. 6/5-2020",
        "torsdag 2020-05-06",
        "senest torsdag den 6. maj 2020",
    ],
)
def test_a_weekday_that_is_not_that_of_the_day_is_refused_by_saying_so(text: str) -> None:
    with pytest.raises(Unreadable, match=r"that day is onsdag den 6\. maj 2020") as refused:
        read_date(text)
    assert refused.value.code == "weekday"


def test_a_weekday_that_fits_is_read() -> None:
    assert read_date("Onsdag den 6. maj 2020").exact == read_date("ons. 6. maj 2020").exact == date(2020, 5, 6)


def test_an_hour_that_the_clocks_leave_out_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"there is no 02:30 on 2020-03-29") as refused:
        wall_instant(datetime(2020, 3, 29, 2, 30))  # noqa: DTZ001
    assert refused.value.code == "hour-gap"
    assert wall_instant(datetime(2020, 3, 29, 3, 30)) == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)  # noqa: DTZ001
    assert wall_instant(datetime(2020, 10, 25, 2, 30)) == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001


def test_a_date_names_a_day_only_when_the_day_is_known() -> None:
    assert read_date("2020-01-24").exact == date(2020, 1, 24)
    assert FuzzyDate.day(date(2020, 1, 24)) == read_date("2020-01-24")
    assert read_date("2020-01-24/2020-01-24").exact is None
    assert read_date("2020-01").exact is None
    assert FuzzyDate.unknown().precision is Precision.UNKNOWN


# first, second, whether the first surely comes before the second
ORDERED = [
    ("2020-01-24", "2020-01-25", True),
    ("2020-01-24", "2020-01-24", False),
    ("2020-01", "2020-02", True),
    ("2020-01", "2020-01-31", False),
    ("2020-01", "efterår 2020", True),
    ("senest 2020-01", "2020-02", True),
    ("2020-01", "senest 2020-02", False),
    ("næste møde", "2020-01-24", False),
    ("2020-01-24", "næste møde", False),
]


@pytest.mark.parametrize(("first", "second", "before"), ORDERED)
def test_a_date_is_surely_before_another_only_when_no_day_can_be_otherwise(
    first: str, second: str, before: bool
) -> None:
    assert read_date(first).surely_before(read_date(second)) is before


days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(days, days)
def test_surely_before_is_the_order_of_days_where_days_are_known(one: date, other: date) -> None:
    assert FuzzyDate.day(one).surely_before(FuzzyDate.day(other)) == (one < other)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = read_date(text)
    except Unreadable:
        return
    assert read.text == text


WORDS = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y}"),
    st.builds(
        "{} {}".format, st.sampled_from(["vinter", "foråret", "sommeren", "efterår"]), st.integers(1990, 2060)
    ),
    st.builds("{}. halvår {}".format, st.integers(1, 2), st.integers(1990, 2060)),
    st.builds("{} februar {}".format, st.sampled_from(["primo", "medio", "ultimo"]), st.integers(1990, 2060)),
)


@given(WORDS)
def test_the_bounds_of_a_date_are_in_order(text: str) -> None:
    read = read_date(text)
    assert read.earliest is not None
    assert read.latest is not None
    assert read.earliest <= read.latest


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Unreadable):
        read_date("2020-06/2020-01")


def test_the_day_in_copenhagen_is_not_the_day_in_utc() -> None:
    assert local_day(datetime(2020, 6, 30, 22, 30, tzinfo=UTC)) == date(2020, 7, 1)
    assert local_day(datetime(2020, 12, 31, 23, 0, tzinfo=UTC)) == date(2021, 1, 1)
    assert local_day(datetime(2020, 12, 31, 22, 59, tzinfo=UTC)) == date(2020, 12, 31)


def test_a_wall_clock_time_is_an_instant_summer_and_winter() -> None:
    assert local_instant(date(2020, 1, 24), 10) == datetime(2020, 1, 24, 9, tzinfo=UTC)
    assert local_instant(date(2020, 6, 17), 10) == datetime(2020, 6, 17, 8, tzinfo=UTC)


def test_a_time_in_the_spring_gap_moves_one_hour_on() -> None:
    assert local_instant(date(2020, 3, 29), 2, 30) == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)
    assert local_instant(date(2020, 3, 29), 3, 30) == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)


def test_the_same_hour_tomorrow_stays_the_same_hour_when_the_clock_changes() -> None:
    before = local_instant(date(2020, 3, 28), 9)
    assert next_day(before, 1) == local_instant(date(2020, 3, 29), 9)
    assert next_day(before, 1) - before == timedelta(hours=23)


def test_weekends_are_saturday_and_sunday() -> None:
    week = [date(2018, 8, 20) + timedelta(days=n) for n in range(7)]
    assert [is_weekend(day) for day in week] == [False] * 5 + [True] * 2


def test_a_day_in_words_is_as_on_an_agenda() -> None:
    assert in_words(date(2020, 1, 24)) == "fredag den 24. januar 2020"
    assert in_words(date(2018, 3, 18)) == "søndag den 18. marts 2018"
