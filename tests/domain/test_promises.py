"""Promises that a reviewer found broken once, in the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kdflow.domain.dates import read_date
from kdflow.domain.errors import Refused
from kdflow.domain.outcomes import overall
from kdflow.domain.sag import Part
from kdflow.domain.workflow import Outcome
from tests import make
from tests.make import Course


def sending(course: Course, station: str, *texts: str) -> Course:
    """The course where the step at a station sends an indstilling along."""
    course.sag = course.sag.with_step(replace(course.step(station), forwards=texts))
    return course


@pytest.mark.parametrize("text", ["24. januar 2020", "fredag den 24. januar 2020", "24.1.2020", "24/1-2020"])
def test_a_date_is_read_as_danes_write_it(text: str) -> None:
    assert read_date(text).exact == date(2020, 1, 24)


def test_a_join_gets_what_every_branch_sends_along() -> None:
    course = make.sag("start~ > a~ + b~ > slut~").through("start")
    sending(course, "a", "fra a").through("a")
    sending(course, "b", "fra b").through("b")
    assert [part.text for part in course.step("slut").parts] == ["fra a", "fra b"]


def test_a_step_that_is_returned_to_keeps_its_own_indstilling() -> None:
    course = make.sag("a~ > b~ > c~")
    course.sag = course.sag.with_step(replace(course.step("a"), parts=(Part(text="til a"),)))
    sending(course, "a", "til b").through("a")
    sending(course, "b", "til c")
    course.do("b", "return", reason="Mangler tal.", back_to="a")
    assert [part.text for part in course.step("a").parts] == ["til a"]


@pytest.mark.parametrize("held", [Outcome.POSTPONED, Outcome.RETURNED])
def test_a_part_that_is_held_back_holds_the_whole_back(held: Outcome) -> None:
    parts = [Part(text="1", outcome=Outcome.APPROVED), Part(text="2", outcome=held)]
    assert overall(parts) is held


def test_a_part_that_was_only_noted_does_not_answer_an_approval() -> None:
    course = make.sag("a~")
    parts = (Part(text="1"), Part(text="2"))
    course.sag = course.sag.with_step(replace(course.step("a"), parts=parts))
    outcomes = {1: Outcome.APPROVED, 2: Outcome.NOTED}
    with pytest.raises(Refused) as refused:
        course.do("a", "decide", outcomes=outcomes)
    assert [reason.guard for reason in refused.value.reasons] == ["outcome_answers"]
    course.do("a", "decide", outcomes=outcomes, confirmed=True, note="Del 2 var til orientering.")
    assert course.step("a").outcome is Outcome.PARTLY
