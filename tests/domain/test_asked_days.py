"""A date that somebody searches for: with and without its year, in Danish and in English, and what is none."""

from __future__ import annotations

from datetime import date

import pytest

from kdflow.domain.asked_days import asked_days

YEARS = range(2024, 2027)


@pytest.mark.parametrize("text", ["24. januar", "24/1", "24.1.", "Den 24. Januar", "24. jan", "24 January"])
def test_a_day_without_its_year_is_one_in_each(text: str) -> None:
    assert asked_days(text, YEARS) == tuple((date(year, 1, 24),) * 2 for year in YEARS)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-24", date(2026, 1, 24), date(2026, 1, 24)),
        ("lørdag den 24. januar 2026", date(2026, 1, 24), date(2026, 1, 24)),
        ("Saturday 24 January 2026", date(2026, 1, 24), date(2026, 1, 24)),
        ("fredag den 24. januar", date(2025, 1, 24), date(2025, 1, 24)),
        ("29. februar", date(2024, 2, 29), date(2024, 2, 29)),
        ("januar 2026", date(2026, 1, 1), date(2026, 1, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_one_day_or_month(text: str, first: date, last: date) -> None:
    assert asked_days(text, YEARS) == ((first, last),)


@pytest.mark.parametrize(
    "text", ["", "2026", "112", "24 veje", "kkr 24. januar 2026", "31. februar", "næste møde", "1" * 400]
)
def test_what_is_no_day(text: str) -> None:
    assert asked_days(text, YEARS) == ()
