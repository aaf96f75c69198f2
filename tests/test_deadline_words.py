"""A deadline's sum in Danish words: recomputed from the words alone, it gives the date."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kdflow import rendering
from kdflow.domain.dates import read_date
from kdflow.domain.deadlines import DeadlineKind, Rule, Unit, deadline, deadlines
from kdflow.domain.workdays import workdays

HOLIDAYS_IN_WORDS = re.compile(r"; ([^;]+) springes over")
DAY = r"\w+dag den (\d+\. \w+(?: \d{4})?)"


def test_the_sentence_of_the_issue() -> None:
    found = deadline(DeadlineKind.SUBMISSION, Rule(days=10), date(2026, 5, 29), workdays())
    assert rendering.deadline_words(found) == (
        "Indmelding senest onsdag den 13. maj 2026 kl. 12: 10 hverdage før mødet fredag den 29. maj; "
        "Kristi himmelfartsdag og 2. pinsedag springes over"
    )


def test_a_deadline_that_rolls_says_from_where() -> None:
    rule = Rule(days=10, unit="calendar", at=time(16, 30), roll="earlier")
    found = deadline(DeadlineKind.MINUTES, rule, date(2026, 5, 15), workdays())
    assert rendering.deadline_words(found) == (
        "Referatet udsendes senest fredag den 22. maj 2026 kl. 16.30: 10 dage efter mødet fredag den 15. maj; "
        "mandag den 25. maj er ikke en hverdag, så fristen er hverdagen før"
    )


def test_a_year_is_said_again_only_where_it_is_another() -> None:
    found = deadline(DeadlineKind.SUBMISSION, Rule(days=10), date(2026, 1, 9), workdays())
    words = rendering.deadline_words(found)
    assert "onsdag den 24. december 2025" in words or "tirsdag den 23. december 2025" in words
    assert "fredag den 9. januar 2026" in words


def test_of_a_date_that_is_no_day_the_bound_is_named_as_what_it_is() -> None:
    rules = {
        DeadlineKind.SUBMISSION: Rule(days=10),
        DeadlineKind.MINUTES: Rule(days=14, unit="calendar", at=time(16)),
        DeadlineKind.OBJECTION: Rule(days=8, unit="calendar"),
    }
    words = [rendering.deadline_words(one) for one in deadlines(rules, read_date("2021-09"), workdays())]
    assert words == [
        "Indmelding senest onsdag den 18. august 2021 kl. 12 (foreløbig frist): 10 hverdage før mødet i september "
        "2021, regnet fra tidligst onsdag den 1. september",
        "Referatet udsendes senest torsdag den 14. oktober 2021 kl. 16 (foreløbig frist): 14 dage efter mødet i "
        "september 2021, regnet fra senest torsdag den 30. september",
        "Indsigelser mod referatet senest fredag den 22. oktober 2021 kl. 12 (foreløbig frist): 8 dage efter "
        "referatets frist torsdag den 14. oktober",
    ]


@given(
    meeting=st.dates(date(2019, 1, 1), date(2031, 12, 31)),
    kind=st.sampled_from(
        [DeadlineKind.SUBMISSION, DeadlineKind.AGENDA, DeadlineKind.MINUTES, DeadlineKind.CONSENT]
    ),
    days=st.integers(1, 30),
    unit=st.sampled_from(["working", "calendar"]),
)
def test_recomputed_by_hand_from_its_words_it_gives_the_date(
    meeting: date, kind: DeadlineKind, days: int, unit: Unit
) -> None:
    found = deadline(kind, Rule(days=days, unit=unit), meeting, workdays())
    assert by_hand(rendering.deadline_words(found)) == found.on


def by_hand(words: str) -> date:
    """What a person with a plain calendar gets from the words: weekends they know, holidays they are told of."""
    said = re.search(rf"senest {DAY} kl\. [\d.]+: (\d+) (hverdage?|dage?) (før|efter) mødet {DAY}", words)
    assert said, words
    result, count, unit, direction, anchor = said.groups()
    year = int(result[-4:])
    day = _read(anchor, year)
    step = timedelta(days=-1 if direction == "før" else 1)
    if unit.startswith("dag"):
        day += step * int(count)
        rolled = re.search(rf"{DAY} er ikke en hverdag, så fristen er hverdagen (før|efter)", words)
        if rolled:
            assert _read(rolled[1], year) == day
            day = _read(result, year)  # which day is the next working one, the words leave to the calendar
            assert day.weekday() < 5
        return day
    told = HOLIDAYS_IN_WORDS.search(words)
    free = len(re.split(r", | og ", told[1])) if told else 0
    left = int(count) + free
    while left:
        day += step
        left -= day.weekday() < 5
    return day


def _read(text: str, year: int) -> date:
    full = text if re.search(r"\d{4}$", text) else f"{text} {year}"
    exact = read_date(full).exact
    assert exact is not None
    return exact


def test_times_of_day_and_civil_minutes() -> None:
    assert rendering.clock(time(12)) == "kl. 12"
    assert rendering.clock(time(9, 5)) == "kl. 9.05"
    minute = date(2020, 1, 24).toordinal() * 1440
    assert rendering.civil_time(minute + 600) == "fredag den 24. januar 2020 kl. 10"
    assert rendering.civil_time(minute + 1439) == "fredag den 24. januar 2020"
    assert rendering.civil_short(minute) == "24. jan. 2020"
