"""Where a duty is on its ladder: the last reminder that has come is told, once, and the next one is known."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.deadlines import Unit
from kdflow.domain.departures import DAY, NEVER
from kdflow.domain.ladders import Recipient, Rung
from kdflow.domain.reminders import FORGOTTEN_AFTER, climb, minute_of, reach
from kdflow.domain.workdays import workdays

DAYS = workdays()
TO = (Recipient.OWNER,)
LADDER = tuple(Rung(days=days, to=TO) for days in (-10, -3, -1, 2))


def at(day: str, hour: int = 0, minute: int = 0) -> int:
    """A civil minute."""
    return date.fromisoformat(day).toordinal() * DAY + hour * 60 + minute


DUE = at("2020-02-28", 12)
"""A Friday; 10, 3 and 1 working days before it are 14, 25 and 27 February, 2 after it is 3 March."""

START = at("2020-02-03")


@pytest.mark.parametrize(
    ("now", "told", "come", "coming"),
    [
        (at("2020-02-14", 8, 59), None, 0, at("2020-02-14", 9)),
        (at("2020-02-14", 9), -10, at("2020-02-14", 9), at("2020-02-25", 9)),
        (at("2020-02-25", 9), -3, at("2020-02-25", 9), at("2020-02-27", 9)),
        (at("2020-02-28", 11), -1, at("2020-02-27", 9), at("2020-03-03", 9)),
        (at("2020-03-03", 9), 2, at("2020-03-03", 9), NEVER),
    ],
)
def test_the_last_rung_that_has_come_is_told(now: int, told: int | None, come: int, coming: int) -> None:
    found = climb(LADDER, START, DUE, told=0, now=now, workdays=DAYS)
    assert (found.rung.days if found.rung else None, found.come, found.next) == (told, come, coming)


def test_what_was_told_is_not_told_again() -> None:
    first = climb(LADDER, START, DUE, told=0, now=at("2020-02-25", 9), workdays=DAYS)
    again = climb(LADDER, START, DUE, told=first.come, now=at("2020-02-26"), workdays=DAYS)
    assert first.rung
    assert (again.rung, again.come, again.next) == (None, first.come, first.next)


def test_after_a_long_sleep_only_the_last_is_told_and_a_forgotten_one_is_not() -> None:
    awake = climb(LADDER, START, DUE, told=0, now=at("2020-03-20"), workdays=DAYS)
    assert awake.rung == LADDER[3]
    long_after = DAYS.add_to_ordinal(at("2020-03-03") // DAY, FORGOTTEN_AFTER + 1) * DAY
    assert climb(LADDER, START, DUE, told=0, now=long_after, workdays=DAYS).rung is None


def test_a_rung_can_follow_from_when_the_duty_arose_and_in_calendar_days() -> None:
    soon = Rung(days=2, to=TO, after="start", unit="calendar", at=time(8, 30))
    assert minute_of(soon, START, NEVER, DAYS) == at("2020-02-05", 8, 30)
    assert minute_of(LADDER[0], START, NEVER, DAYS) == NEVER


def test_a_ladder_without_rungs_tells_nothing() -> None:
    found = climb((), START, DUE, told=0, now=DUE, workdays=DAYS)
    assert (found.rung, found.come, found.next) == (None, 0, NEVER)


MINUTES = st.integers(at("2020-01-01"), at("2020-12-31"))


@given(
    rungs=st.lists(st.integers(-30, 30), max_size=6),
    start=MINUTES,
    due=MINUTES,
    looks=st.lists(MINUTES, min_size=1, max_size=12),
)
def test_whenever_one_looks_each_rung_is_told_at_most_once_and_never_before_its_time(
    rungs: list[int], start: int, due: int, looks: list[int]
) -> None:
    ladder = tuple(Rung(days=days, to=TO) for days in rungs)
    told, last, heard = 0, 0, []
    for now in sorted(looks):
        found = climb(ladder, start, due, told=told, now=now, workdays=DAYS)
        assert found.next > now
        assert found.come >= told
        if found.rung:
            minute = minute_of(found.rung, start, due, DAYS)
            assert last < minute <= now
            assert minute == found.come
            heard.append(minute)
            last = minute
        told = found.come
    assert len(heard) == len(set(heard))


AGAIN = Rung(days=5, to=TO, every=10, times=3)
"""After 5 working days (6 March), and again after 20 March, 3 April and, with Easter between, 22 April."""


@pytest.mark.parametrize(
    ("now", "come", "coming"),
    [
        (at("2020-03-06", 8, 59), 0, at("2020-03-06", 9)),
        (at("2020-03-06", 9), at("2020-03-06", 9), at("2020-03-20", 9)),
        (at("2020-03-20", 8, 59), at("2020-03-06", 9), at("2020-03-20", 9)),
        (at("2020-03-20", 9), at("2020-03-20", 9), at("2020-04-03", 9)),
        (at("2020-04-04", 9), at("2020-04-03", 9), at("2020-04-22", 9)),
        (at("2020-06-04", 9), at("2020-04-22", 9), NEVER),
    ],
)
def test_a_rung_can_come_again_so_many_times(now: int, come: int, coming: int) -> None:
    found = climb([AGAIN], START, DUE, told=0, now=now, workdays=DAYS)
    assert (found.come, found.next) == (come, coming)


@given(
    days=st.integers(1, 20),
    every=st.integers(1, 30),
    times=st.integers(1, 8),
    unit=st.sampled_from(["working", "calendar"]),
    start=MINUTES,
    due=MINUTES,
    told=MINUTES,
    now=MINUTES,
)
def test_a_rung_that_comes_again_is_as_many_rungs(
    days: int, every: int, times: int, unit: Unit, start: int, due: int, told: int, now: int
) -> None:
    one = Rung(days=days, to=TO, unit=unit, every=every, times=times)
    many = [Rung(days=days + again * every, to=TO, unit=unit) for again in range(times + 1)]
    short = climb([one], start, due, told=told, now=now, workdays=DAYS)
    long = climb(many, start, due, told=told, now=now, workdays=DAYS)
    assert (short.come, short.next, bool(short.rung)) == (long.come, long.next, bool(long.rung))


@given(days=st.integers(-10, 30), every=st.integers(0, 10), times=st.integers(0, 12), later=st.integers(0, 400))
def test_nothing_is_reminded_of_longer_than_its_reach(days: int, every: int, times: int, later: int) -> None:
    ladder = (Rung(days=2, to=TO), Rung(days=days, to=TO, every=every, times=times))
    day = DAYS.add_to_ordinal(DUE // DAY, reach(ladder) + 1 + later)
    found = climb(ladder, START, DUE, told=0, now=day * DAY, workdays=DAYS)
    assert (found.rung, found.next) == (None, NEVER)


def test_it_is_reminded_of_until_then() -> None:
    ladder = (Rung(days=10, to=TO, every=10, times=12),)
    last = DAYS.add_to_ordinal(DUE // DAY, reach(ladder)) * DAY
    assert climb(ladder, START, DUE, told=0, now=last, workdays=DAYS).rung == ladder[0]
