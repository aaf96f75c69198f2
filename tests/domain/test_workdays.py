"""Working days: Danish holidays by year, and counting that a walk from day to day agrees with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR, Workdays, danish_holidays, workdays, yearly

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
ONE = timedelta(days=1)


# --- an own reckoning, that shares nothing with the product ------------------------------------------------------


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus (Nature, 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    moved = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * moved) // 451
    month, day = divmod(h + moved - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays_of(year: int) -> dict[date, str]:
    """The public holidays of a year; Store bededag was abolished from 2024."""
    movable = {-3: "Skærtorsdag", -2: "Langfredag", 0: "Påskedag", 1: "2. påskedag"}
    movable |= {39: "Kristi himmelfartsdag", 49: "Pinsedag", 50: "2. pinsedag"}
    movable |= {26: "Store bededag"} if year < 2024 else {}
    fixed = {date(year, 1, 1): "Nytårsdag", date(year, 12, 25): "Juledag", date(year, 12, 26): "2. juledag"}
    return fixed | {easter(year) + timedelta(days=days): name for days, name in movable.items()}


HOLIDAYS = {day: name for year in YEARS for day, name in holidays_of(year).items()}


def is_worked(day: date, own: Mapping[date, str] | None = None, *, saturday: bool = False) -> bool:
    """Whether a day is worked, by its name and its place in the week."""
    return day.weekday() < (6 if saturday else 5) and day not in HOLIDAYS and day not in (own or {})


def walk(day: date, count: int, own: Mapping[date, str] | None = None, *, saturday: bool = False) -> date:
    """Day by day until `count` working days have gone by."""
    step = ONE if count > 0 else -ONE
    for _ in range(abs(count)):
        day += step
        while not is_worked(day, own, saturday=saturday):
            day += step
    return day


def passed(start: date, end: date, own: Mapping[date, str] | None = None, *, saturday: bool = False) -> int:
    """The working days after `start` up to and with `end`, counted one by one."""
    if end < start:
        return -passed(end, start, own, saturday=saturday)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_worked(day, own, saturday=saturday) for day in days)


CHRISTMAS = {date(year, 12, day): name for year in YEARS for day, name in ((24, "Juleaften"), (31, "Nytårsaften"))}
Calendar = tuple[Workdays, Mapping[date, str], bool]
"""The product's working days, with the closing days and the Saturday that they were made of."""

CALENDARS: dict[str, Calendar] = {
    "plain": (workdays(), {}, False),
    "saturday": (workdays(saturday=True), {}, True),
    "closed at Christmas": (workdays(frozenset(CHRISTMAS.items())), CHRISTMAS, False),
    "both": (workdays(frozenset(CHRISTMAS.items()), saturday=True), CHRISTMAS, True),
}
calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
days = st.dates(date(2001, 6, 1), date(2059, 6, 30))
near = st.builds(lambda year, n: easter(year) + timedelta(days=n), st.integers(2001, 2059), st.integers(-20, 60))
some_day = st.one_of(days, near, st.builds(date, st.integers(2001, 2058), st.just(12), st.integers(15, 31)))
counts = st.one_of(st.integers(-12, 12), st.integers(-250, 250))


# --- holidays ----------------------------------------------------------------------------------------------------

EASTERS = ["2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2020-04-12", "2026-04-05", "2038-04-25"]


@pytest.mark.parametrize("day", EASTERS)
def test_the_computus_of_this_test_gives_the_easters_that_were(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


def test_the_holidays_of_every_year_are_these_and_no_others() -> None:
    assert dict(danish_holidays()) == HOLIDAYS


KNOWN = {
    "2023-05-05": "Store bededag",
    "2020-05-08": "Store bededag",
    "2024-04-26": None,
    "2025-05-16": None,
    "2020-05-21": "Kristi himmelfartsdag",
    "2026-05-14": "Kristi himmelfartsdag",
    "2026-05-25": "2. pinsedag",
    "2020-06-01": "2. pinsedag",
    "2026-04-02": "Skærtorsdag",
    "2026-04-06": "2. påskedag",
    "2024-12-26": "2. juledag",
    "2024-06-05": None,  # Grundlovsdag is no public holiday
    "2024-05-01": None,
    "2024-12-24": None,  # a closing day of one's own, where it is one
}


@pytest.mark.parametrize("day", KNOWN)
def test_a_known_day_is_a_holiday_of_that_name_or_none(day: str) -> None:
    assert danish_holidays().get(date.fromisoformat(day)) == KNOWN[day]
    assert workdays().is_worked(date.fromisoformat(day)) is (KNOWN[day] is None)


# --- counting ----------------------------------------------------------------------------------------------------


@given(calendars, some_day)
def test_a_day_is_worked_when_neither_week_nor_name_closes_it(calendar: Calendar, day: date) -> None:
    product, own, saturday = calendar
    assert product.is_worked(day) is is_worked(day, own, saturday=saturday)


@given(calendars, some_day, counts)
def test_adding_is_a_walk_from_day_to_day(calendar: Calendar, day: date, count: int) -> None:
    product, own, saturday = calendar
    assert product.add(day, count) == walk(day, count, own, saturday=saturday)
    assert product.add_to_ordinal(day.toordinal(), count) == product.add(day, count).toordinal()


@given(calendars, some_day, st.integers(-400, 400))
def test_between_counts_the_days_one_by_one(calendar: Calendar, day: date, apart: int) -> None:
    product, own, saturday = calendar
    end = day + timedelta(days=apart)
    assert product.between(day, end) == passed(day, end, own, saturday=saturday)


@given(calendars, some_day, st.integers(0, 120))
def test_skipped_are_the_named_days_between_that_would_else_be_worked(
    calendar: Calendar, day: date, apart: int
) -> None:
    product, own, saturday = calendar
    names = HOLIDAYS | dict(own)
    between = [day + timedelta(days=n) for n in range(1, apart)]
    found = tuple((one, names[one]) for one in between if one in names and one.weekday() < (6 if saturday else 5))
    assert product.skipped(day, day + timedelta(days=apart)) == found


@given(calendars, some_day, st.integers(1, 250))
def test_so_many_days_on_are_so_many_days_between(calendar: Calendar, day: date, count: int) -> None:
    product = calendar[0]
    assert product.between(day, product.add(day, count)) == count


# day, count, plain, with Saturday worked
STEPS = [
    ("2026-05-29", -10, "2026-05-13", "2026-05-16"),  # over 2. pinsedag, and without Saturdays Kristi himmelfart
    ("2026-05-29", 0, "2026-05-29", "2026-05-29"),
    ("2026-05-30", 0, "2026-05-30", "2026-05-30"),  # nothing is counted, so a Saturday stays
    ("2026-05-29", 1, "2026-06-01", "2026-05-30"),
    ("2026-05-31", -1, "2026-05-29", "2026-05-30"),
    ("2026-04-01", 1, "2026-04-07", "2026-04-04"),  # the Saturday of Easter is no holiday
    ("2026-12-24", 1, "2026-12-28", "2026-12-28"),  # 2. juledag is a Saturday
    ("2023-05-04", 1, "2023-05-08", "2023-05-06"),
    ("2024-04-25", 1, "2024-04-26", "2024-04-26"),
]


@pytest.mark.parametrize(("day", "count", "plain", "saturday"), STEPS)
def test_counting_by_hand(day: str, count: int, plain: str, saturday: str) -> None:
    start = date.fromisoformat(day)
    assert workdays().add(start, count) == date.fromisoformat(plain)
    assert workdays(saturday=True).add(start, count) == date.fromisoformat(saturday)


# --- closing days of one's own -----------------------------------------------------------------------------------


def test_christmas_eve_is_worked_unless_it_is_a_closing_day() -> None:
    closed = workdays(yearly([(12, 24, "Juleaftensdag")]))
    assert workdays().add(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert closed.add(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert closed.skipped(date(2026, 12, 23), date(2026, 12, 28)) == (
        (date(2026, 12, 24), "Juleaftensdag"),
        (date(2026, 12, 25), "Juledag"),
    )


def test_a_yearly_closing_day_comes_every_year_and_the_29th_of_february_in_leap_years() -> None:
    assert {day.year for day, _ in yearly([(12, 24, "x")])} == set(YEARS)
    leaps = {day.year for day, _ in yearly([(2, 29, "x")])}
    assert leaps == {year for year in YEARS if (date(year, 3, 1) - ONE).day == 29}


def test_a_closing_day_on_a_sunday_is_not_skipped_twice() -> None:
    closed = workdays(frozenset({(date(2026, 6, 7), "Lukket")}))
    assert closed.skipped(date(2026, 6, 5), date(2026, 6, 9)) == ()
    assert closed.add(date(2026, 6, 5), 1) == date(2026, 6, 8)


# --- the edges, and the time of day ------------------------------------------------------------------------------


def test_the_first_and_the_last_year_are_counted_to_their_ends() -> None:
    product = workdays()
    assert product.add(date(LAST_YEAR, 12, 30), 1) == date(LAST_YEAR, 12, 31)
    assert product.add(date(FIRST_YEAR, 1, 4), -1) == date(FIRST_YEAR, 1, 3)
    assert product.between(date(FIRST_YEAR, 1, 1), date(FIRST_YEAR, 1, 4)) == 2
    assert is_worked(date(LAST_YEAR, 12, 31))
    assert product.between(date(LAST_YEAR, 12, 30), date(LAST_YEAR, 12, 31)) == 1


def keeping_the_hour(start: datetime, count: int) -> datetime:
    """The rule that must not be used: so many working days on, at the same time of day."""
    return datetime.combine(walk(start.date(), count), start.timetz())


def test_a_rule_that_kept_the_time_of_day_would_let_a_later_start_arrive_earlier() -> None:
    late = datetime(2026, 6, 6, 23, 59, tzinfo=COPENHAGEN)  # a Saturday
    later = datetime(2026, 6, 7, 0, 0, tzinfo=COPENHAGEN)
    assert late < later
    assert keeping_the_hour(late, 1) > keeping_the_hour(later, 1)
    assert workdays().add(late.date(), 1) == workdays().add(later.date(), 1) == date(2026, 6, 8)


@given(calendars, some_day, st.integers(0, 30), counts)
@example(CALENDARS["plain"], date(2026, 6, 6), 1, 1)
def test_a_later_day_never_counts_to_an_earlier_one(calendar: Calendar, day: date, later: int, count: int) -> None:
    product = calendar[0]
    assert product.add(day, count) <= product.add(day + timedelta(days=later), count)
