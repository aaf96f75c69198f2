"""The titles that a copy for next year begins with, and the titles of sager and papers as they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kdflow.domain.opening import next_year
from kdflow.domain.papers import Told, paper_title, told
from kdflow.domain.sag import Paper, title_from


@pytest.mark.parametrize(
    ("title", "following"),
    [
        ("Budget 2020", "Budget 2021"),
        ("Rammeaftale 2021-22 på socialområdet", "Rammeaftale 2022-23 på socialområdet"),
        ("Dimensionering 2099/00", "Dimensionering 2100/01"),
        ("Møde den 24. januar", "Møde den 24. januar"),
        ("Takst 120205", "Takst 120205"),
    ],
)
def test_next_years_title(title: str, following: str) -> None:
    assert next_year(title) == following


A, B, C = (Paper(title=t, filename=f"{t}.pdf", media_type="application/pdf", size=1, digest=t * 64) for t in "abc")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((A,), (A, B), [Told("added", "b")]),
        ((A, B), (A,), [Told("removed", "b")]),
        ((A, B), (A, replace(C, version=2)), [Told("replaced", "c", "b")]),
        ((A, B), (replace(A, title="d"), B), [Told("renamed", "d", "a")]),
        ((A, B, C), (A, C, B), [Told("moved", "c", "b")]),
        ((A,), (A,), []),
    ],
)
def test_what_was_done_with_which_paper(
    before: tuple[Paper, ...], after: tuple[Paper, ...], said: list[Told]
) -> None:
    assert list(told(before, after)) == said


@pytest.mark.parametrize("kept", [title_from, paper_title])
def test_a_title_holds_nothing_that_cannot_be_seen(kept: Callable[[str], str]) -> None:
    assert kept(" Bud\u00adget\u202e 2027\t\n for\x07 æøå\u200b ") == "Budget 2027 for æøå"
