"""Deadlines of a meeting: known ones by hand, and every one recomputed from its own sum."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.dates import COPENHAGEN, FuzzyDate, read_date
from kdflow.domain.deadlines import BEFORE, Deadline, DeadlineKind, Roll, Rule, Unit, deadline, deadlines
from kdflow.domain.workdays import Workdays, workdays, yearly
from tests.domain.test_workdays import is_worked

SUBMISSION, AGENDA, CONSENT = DeadlineKind.SUBMISSION, DeadlineKind.AGENDA, DeadlineKind.CONSENT
MINUTES, OBJECTION = DeadlineKind.MINUTES, DeadlineKind.OBJECTION
OWN = {date(year, 12, day): name for year in range(2000, 2061) for day, name in ((24, "Jul"), (31, "Nytår"))}
CLOSED = yearly([(12, 24, "Jul"), (12, 31, "Nytår")])
ONE = timedelta(days=1)


def test_ten_working_days_before_the_meeting_of_29_may_2026() -> None:
    found = deadline(SUBMISSION, Rule(days=10, at=time(12)), date(2026, 5, 29), workdays())
    assert found == Deadline(
        kind=SUBMISSION,
        on=date(2026, 5, 13),
        rule=Rule(days=10, at=time(12)),
        anchor=date(2026, 5, 29),
        skipped=((date(2026, 5, 14), "Kristi himmelfartsdag"), (date(2026, 5, 25), "2. pinsedag")),
    )
    assert found.on.strftime("%A") == "Wednesday"
    assert found.at == datetime(2026, 5, 13, 10, tzinfo=UTC)
    assert found.is_before


# kind, days, unit, roll, anchor, on, rolled from
BY_HAND: list[tuple[DeadlineKind, int, Unit, Roll, str, str, str | None]] = [
    (SUBMISSION, 1, "working", "earlier", "2020-01-24", "2020-01-23", None),
    (SUBMISSION, 10, "working", "earlier", "2020-01-24", "2020-01-10", None),
    (SUBMISSION, 5, "working", "earlier", "2020-02-05", "2020-01-29", None),
    (SUBMISSION, 10, "working", "earlier", "2020-03-13", "2020-02-28", None),
    (SUBMISSION, 1, "working", "earlier", "2018-03-18", "2018-03-16", None),  # a meeting on a Sunday
    (SUBMISSION, 0, "working", "earlier", "2020-01-24", "2020-01-24", None),
    (SUBMISSION, 0, "working", "earlier", "2018-03-18", "2018-03-16", "2018-03-18"),
    (CONSENT, 3, "working", "earlier", "2026-05-21", "2026-05-27", None),  # after the meeting
    (CONSENT, 3, "working", "later", "2026-05-22", "2026-05-28", None),  # the roll is nothing to working days
    (AGENDA, 12, "calendar", "none", "2026-05-26", "2026-05-14", None),
    (AGENDA, 12, "calendar", "earlier", "2026-05-26", "2026-05-13", "2026-05-14"),
    (AGENDA, 12, "calendar", "later", "2026-05-26", "2026-05-15", "2026-05-14"),
    (AGENDA, 1, "calendar", "earlier", "2026-04-07", "2026-04-01", "2026-04-06"),  # over all of Easter
    (AGENDA, 5, "calendar", "later", "2026-04-07", "2026-04-07", "2026-04-02"),  # back to the meeting itself
    (MINUTES, 10, "calendar", "none", "2020-01-24", "2020-02-03", None),
    (MINUTES, 14, "calendar", "earlier", "2026-05-11", "2026-05-22", "2026-05-25"),
    (MINUTES, 14, "calendar", "later", "2026-05-11", "2026-05-26", "2026-05-25"),
    (MINUTES, 14, "calendar", "none", "2026-05-11", "2026-05-25", None),
    (MINUTES, 14, "calendar", "later", "2026-05-15", "2026-05-29", None),
]


@pytest.mark.parametrize(("kind", "days", "unit", "roll", "anchor", "on", "rolled"), BY_HAND)
def test_a_deadline_by_hand(
    kind: DeadlineKind, days: int, unit: Unit, roll: Roll, anchor: str, on: str, rolled: str | None
) -> None:
    rule = Rule(days=days, unit=unit, roll=roll)
    found = deadline(kind, rule, date.fromisoformat(anchor), workdays())
    assert found.on == date.fromisoformat(on)
    assert found.rolled_from == (date.fromisoformat(rolled) if rolled else None)


def test_saturday_and_closing_days_are_counted_by_the_body_that_has_them() -> None:
    rule, meeting = Rule(days=3), date(2026, 12, 28)  # a Monday
    assert deadline(SUBMISSION, rule, meeting, workdays()).on == date(2026, 12, 22)
    closed = deadline(SUBMISSION, rule, meeting, workdays(CLOSED))
    assert closed.on == date(2026, 12, 21)
    assert [name for _, name in closed.skipped] == ["Jul", "Juledag"]  # 2. juledag is a Saturday
    saturday = deadline(SUBMISSION, rule, meeting, workdays(CLOSED, saturday=True))
    assert saturday.on == date(2026, 12, 21)
    assert [name for _, name in saturday.skipped] == ["Jul", "Juledag", "2. juledag"]


MAY = FuzzyDate.day(date(2026, 5, 11))

# --- objections --------------------------------------------------------------------------------------------------

RULES = {
    OBJECTION: Rule(days=8, unit="calendar", roll="later"),
    MINUTES: Rule(days=14, unit="calendar", at=time(16), roll="earlier"),
    SUBMISSION: Rule(days=10),
    AGENDA: Rule(days=4),
}


def test_objections_are_counted_from_the_minutes_and_not_from_the_meeting() -> None:
    found = {one.kind: one for one in deadlines(RULES, MAY, workdays())}
    assert found[MINUTES].on == date(2026, 5, 22)  # a Friday: 25 May is 2. pinsedag
    assert found[OBJECTION].anchor == date(2026, 5, 22)
    assert found[OBJECTION].on == date(2026, 6, 1)  # 30 May is a Saturday
    assert found[OBJECTION].rolled_from == date(2026, 5, 30)


def test_the_deadlines_of_a_meeting_come_in_order_of_time() -> None:
    found = [one.kind for one in deadlines(RULES, MAY, workdays())]
    assert found == [SUBMISSION, AGENDA, MINUTES, OBJECTION]
    same_day = {AGENDA: Rule(days=5, at=time(9)), SUBMISSION: Rule(days=5, at=time(12))}
    assert [one.kind for one in deadlines(same_day, MAY, workdays())] == [AGENDA, SUBMISSION]


def test_without_minutes_nobody_can_say_when_objections_end() -> None:
    rules = {kind: rule for kind, rule in RULES.items() if kind is not MINUTES}
    assert [one.kind for one in deadlines(rules, MAY, workdays())] == [SUBMISSION, AGENDA]


# --- the clock changes -------------------------------------------------------------------------------------------

# meeting, calendar days before, at, the instant in UTC
CLOCKS = [
    ("2026-03-28", 0, time(12), "2026-03-28T11:00"),
    ("2026-03-29", 0, time(12), "2026-03-29T10:00"),
    ("2026-03-29", 0, time(1, 59), "2026-03-29T00:59"),
    ("2026-03-29", 0, time(3, 0), "2026-03-29T01:00"),
    ("2026-03-29", 0, time(2, 30), "2026-03-29T01:30"),  # there is no such time: half past three
    ("2026-04-08", 11, time(12), "2026-03-28T11:00"),  # a meeting in summer, its deadline in winter
    ("2026-10-24", 0, time(12), "2026-10-24T10:00"),
    ("2026-10-25", 0, time(12), "2026-10-25T11:00"),
    ("2026-10-25", 0, time(1, 59), "2026-10-24T23:59"),
    ("2026-10-25", 0, time(3, 0), "2026-10-25T02:00"),
    ("2026-11-02", 9, time(12), "2026-10-24T10:00"),
]


@pytest.mark.parametrize(("meeting", "days", "at", "instant"), CLOCKS)
def test_a_deadline_is_wall_clock_time_on_both_sides_of_a_change(
    meeting: str, days: int, at: time, instant: str
) -> None:
    rule = Rule(days=days, unit="calendar", at=at, roll="none")
    found = deadline(SUBMISSION, rule, date.fromisoformat(meeting), workdays())
    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.minute == found.on.toordinal() * 1440 + at.hour * 60 + at.minute


# --- properties --------------------------------------------------------------------------------------------------

kinds = st.sampled_from(list(DeadlineKind))
units: st.SearchStrategy[Unit] = st.sampled_from(["working", "calendar"])
rolls: st.SearchStrategy[Roll] = st.sampled_from(["earlier", "later", "none"])
rules = st.builds(
    Rule,
    days=st.one_of(st.integers(0, 20), st.integers(0, 250)),
    unit=units,
    at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59])),
    roll=rolls,
)
anchors = st.one_of(st.dates(date(2002, 1, 1), date(2058, 12, 31)), st.dates(date(2026, 3, 25), date(2026, 6, 10)))
calendars = st.sampled_from([(workdays(CLOSED), False), (workdays(CLOSED, saturday=True), True)])


def counted(found: Deadline, *, saturday: bool) -> list[date]:
    """The days that were counted, by nothing but the sum itself: neither free days of the week nor `skipped`."""
    named = dict(found.skipped)
    first, last = sorted((found.on, found.anchor))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [
        day for day in days if day != found.anchor and day.weekday() < (6 if saturday else 5) and day not in named
    ]


@given(kinds, rules, anchors, calendars)
def test_a_deadline_can_be_recomputed_from_its_own_sum(
    kind: DeadlineKind, rule: Rule, anchor: date, calendar: tuple[Workdays, bool]
) -> None:
    product, saturday = calendar
    found = deadline(kind, rule, anchor, product)
    assert (found.kind, found.rule, found.anchor) == (kind, rule, anchor)
    if rule.unit == "working" and rule.days:
        assert found.rolled_from is None
        assert found.on < anchor if kind in BEFORE else found.on > anchor
        assert len(counted(found, saturday=saturday)) == rule.days
        assert is_worked(found.on, OWN, saturday=saturday)
        assert not any(is_worked(day, OWN, saturday=saturday) for day, _ in found.skipped)
        return
    ended = anchor + timedelta(days=rule.days) * (-1 if kind in BEFORE else 1)
    assert found.skipped == ()
    if rule.roll == "none" or is_worked(ended, OWN, saturday=saturday):
        assert (found.on, found.rolled_from) == (ended, None)
        return
    assert found.rolled_from == ended
    step = -ONE if rule.roll == "earlier" else ONE
    while not is_worked(ended, OWN, saturday=saturday):
        ended += step
    assert found.on == ended


@given(kinds, rules, anchors)
def test_the_instant_and_the_civil_minute_are_the_same_time(kind: DeadlineKind, rule: Rule, anchor: date) -> None:
    found = deadline(kind, rule, anchor, workdays())
    local = found.at.astimezone(COPENHAGEN)
    if rule.at.hour != 2:  # the hour that is missing, or comes twice
        assert local.time() == rule.at
        assert local.date() == found.on
    assert divmod(found.minute, 1440) == (found.on.toordinal(), rule.at.hour * 60 + rule.at.minute)


@given(rules, rules, anchors, st.integers(0, 10))
def test_a_later_meeting_never_has_an_earlier_deadline(minutes: Rule, before: Rule, anchor: date, on: int) -> None:
    given_rules = {SUBMISSION: before, MINUTES: minutes, OBJECTION: Rule(days=8)}
    early = {one.kind: one for one in deadlines(given_rules, FuzzyDate.day(anchor), workdays())}
    later = FuzzyDate.day(anchor + timedelta(days=on))
    late = {one.kind: one for one in deadlines(given_rules, later, workdays())}
    assert set(early) == set(late) == set(given_rules)
    assert all(early[kind].minute <= late[kind].minute for kind in given_rules)


def test_of_a_meeting_known_by_its_month_what_comes_after_is_counted_from_its_last_day() -> None:
    rules = {
        DeadlineKind.SUBMISSION: Rule(days=10),
        DeadlineKind.MINUTES: Rule(days=10, unit="calendar", roll="none"),
    }
    first, last = date(2021, 9, 1), date(2021, 9, 30)
    found = {one.kind: one for one in deadlines(rules, read_date("2021-09"), workdays())}
    assert all(one.is_provisional for one in found.values())
    assert found[DeadlineKind.SUBMISSION].anchor == first
    assert (found[DeadlineKind.MINUTES].anchor, found[DeadlineKind.MINUTES].on) == (last, date(2021, 10, 10))
