"""What a sag says can be changed until it is decided; consents lapse; a recorded decision is corrected openly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kdflow.domain.errors import Frozen
from kdflow.domain.moves import ahead_stations
from kdflow.domain.revision import Affected, Downstream, Revision, affected, correct, revise
from kdflow.domain.sag import Paper, content_digest
from kdflow.domain.workflow import Asks, Outcome
from tests import make
from tests.make import Course

PAPER = Paper(title="Notat", filename="notat.pdf", media_type="application/pdf", size=1, digest="0" * 64)


def revised(course: Course, station: str | None = None, **values: Any) -> Course:
    """Change what the sag says."""
    return course.take(revise(course.situation(station, reason="Rettelse."), Revision(**values)), "ida")


def corrected(
    course: Course,
    station: str,
    outcome: str | None,
    downstream: Downstream | None = None,
    parts: dict[int, str] | None = None,
) -> Course:
    """Correct what was recorded."""
    there = course.situation(station, reason="Referatet var forkert.", note="Rettet.")
    by_part = {number: Outcome(word) for number, word in (parts or {}).items()}
    return course.take(correct(there, by_part, Outcome(outcome) if outcome else None, downstream))


def approved() -> Course:
    """A decided sag with Jens' consent."""
    return make.sag("kdnet! > kkr > kontakt").decided("kdnet").do("kdnet", "approve", "jens")


# --- content ---------------------------------------------------------------------------------------------------

CONTENT: dict[str, dict[str, Any]] = {
    "case text": {"case_text": "Ny tekst."},
    "papers": {"papers": (PAPER,)},
    "what goes on": {"forwards": ("KKR godkender.",)},
}


@pytest.mark.parametrize("what", CONTENT)
def test_a_consent_lapses_when_what_it_covers_is_changed(what: str) -> None:
    course = approved()
    station = "kdnet" if "forwards" in CONTENT[what] else None
    revised(course, station, **CONTENT[what])
    (approval,) = course.step("kdnet").approvals
    assert approval.lapsed_at == course.world.now
    assert course.step("kdnet").standing_approvals == ()
    lapsed = course.events[-1]
    assert (lapsed.machine, lapsed.move, lapsed.data) == ("record", "consent-lapsed", {"people": ["jens"]})
    assert "hand-on" not in course.possible("kdnet", "karin")
    course.do("kdnet", "approve", "jens").do("kdnet", "hand-on")


def test_a_consent_stands_when_only_the_title_is_changed() -> None:
    course = revised(approved(), title="En bedre titel")
    assert course.sag.title == "En bedre titel"
    assert len(course.step("kdnet").standing_approvals) == 1
    assert [(e.move, e.new, e.reason) for e in course.events] == [("revise", "title", "Rettelse.")]


def test_a_consent_stands_at_a_step_that_is_over() -> None:
    course = approved().do("kdnet", "hand-on")
    revised(course, case_text="Ny tekst.")
    assert len(course.step("kdnet").standing_approvals) == 1


def test_a_consent_to_a_text_that_is_restored_must_be_given_anew() -> None:
    course = approved()
    revised(course, case_text="Ny tekst.")
    revised(course, case_text="")
    assert "hand-on" not in course.possible("kdnet", "karin")


def test_the_digest_of_the_content_changes_with_every_part_of_it() -> None:
    course = make.sag("kdnet! > kkr")
    step = course.step("kdnet")
    variants = [
        (course.sag, step),
        (replace(course.sag, case_text="Tekst."), step),
        (replace(course.sag, papers=(PAPER,)), step),
        (replace(course.sag, papers=(replace(PAPER, digest="1" * 64),)), step),
        (replace(course.sag, papers=(replace(PAPER, title="Andet"),)), step),
        (course.sag, replace(step, proposes=Asks.APPROVAL)),
        (course.sag, replace(step, forwards=("Videre.",))),
        (course.sag, course.write("kdnet", "Del 1.").step("kdnet")),
        (course.sag, course.write("kdnet", "Del 1.", "Del 2.").step("kdnet")),
    ]
    assert len({content_digest(sag, one) for sag, one in variants}) == len(variants)
    assert content_digest(replace(course.sag, title="Andet"), step) == content_digest(course.sag, step)


def test_an_indstilling_is_written_with_what_it_asks_for() -> None:
    course = revised(make.sag("kdnet > kkr"), "kdnet", parts=("Del 1.", "Del 2."), proposes=Asks.GRANT)
    step = course.step("kdnet")
    assert ([part.text for part in step.parts], step.proposes, step.asks) == (
        ["Del 1.", "Del 2."],
        Asks.GRANT,
        Asks.APPROVAL,
    )
    assert course.events[0].new == "parts, proposes"
    revised(course, "kdnet", case_text="Tekst.")
    assert course.step("kdnet") == step
    assert course.sag.case_text == "Tekst."


def test_what_goes_on_becomes_the_indstilling_of_the_next_step() -> None:
    course = revised(approved(), "kdnet", forwards=("KKR godkender.",))
    course.do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    assert [part.text for part in course.step("kkr").parts] == ["KKR godkender."]


FROZEN: dict[str, tuple[Any, dict[str, Any], str]] = {
    "a decided indstilling": (approved, {"parts": ("Noget andet.",)}, "indstilling"),
    "what a decided indstilling asks for": (approved, {"proposes": Asks.GRANT}, "indstilling"),
    "a step that is over": (lambda: approved().do("kdnet", "hand-on"), {"forwards": ("Andet.",)}, "step"),
    "a sag that is over": (
        lambda: approved().do(None, "withdraw", "ida", reason="Nej."),
        {"case_text": "Andet."},
        "sag",
    ),
}


@pytest.mark.parametrize("case", FROZEN)
def test_what_stands_fast_cannot_be_changed(case: str) -> None:
    at, values, what = FROZEN[case]
    course = at()
    with pytest.raises(Frozen) as refused:
        revised(course, "kdnet", **values)
    assert refused.value.what == what


# --- corrections -----------------------------------------------------------------------------------------------


def test_a_decision_can_be_corrected_before_it_is_handed_on() -> None:
    course = make.sag("kdnet > kkr").decided("kdnet")
    assert affected(course.situation("kdnet")) == ()
    corrected(course, "kdnet", "godkendt med ændringer")
    step = course.step("kdnet")
    assert (step.outcome, step.outcome_note, step.state) == ("godkendt med ændringer", "Rettet.", "decided")
    (event,) = course.events
    assert (event.old, event.new, event.reason) == ("godkendt", "godkendt med ændringer", "Referatet var forkert.")
    assert event.data == {"before": ["godkendt"], "after": ["godkendt med ændringer"], "downstream": None}


def test_a_correction_of_one_part_leaves_the_others_and_makes_the_whole_anew() -> None:
    course = make.sag("kdnet > kkr").write("kdnet", "Del 1.", "Del 2.").decided("kdnet")
    corrected(course, "kdnet", None, parts={2: "forkastet"})
    assert [part.outcome for part in course.step("kdnet").parts] == ["godkendt", "forkastet"]
    assert course.step("kdnet").outcome == "delvist godkendt"


def test_a_correction_of_a_step_without_parts_is_of_the_whole() -> None:
    course = make.sag("gruppe~ > kkr").decided("gruppe")
    corrected(course, "gruppe", "forkastet")
    assert (course.step("gruppe").outcome, course.events[0].data["after"]) == ("forkastet", [])


def test_a_correction_pulls_what_was_submitted_on_condition_of_another_outcome() -> None:
    course = make.sag("gruppe~ > kkr > kontakt?").through("gruppe").decided("kkr").ahead("kontakt", "2020-05-29")
    corrected(course, "kkr", "tiltrådt", "note")
    assert course.step("kontakt").state == "submitted"
    corrected(course, "kkr", "udsat", "note")
    assert course.step("kontakt").state == "pulled"
    assert ahead_stations(course.situation(None)) == ()
    course.do("kkr", "hold-over")
    assert ahead_stations(course.situation(None)) == ("kontakt",)


def test_a_recall_of_a_step_that_is_still_open_pulls_what_stands_on_it() -> None:
    course = make.sag("gruppe~ > kkr > kontakt?").through("gruppe").decided("kkr").ahead("kontakt", "2020-05-29")
    corrected(course, "kkr", "udsat", "recall")
    assert course.step("kontakt").state == "pulled"


def test_a_correction_with_a_note_lets_the_sag_go_on() -> None:
    course = make.sag("kdnet~ > kkr > kontakt").through("kdnet")
    assert [(a.station, a.is_over) for a in affected(course.situation("kdnet"))] == [("kkr", False)]
    corrected(course, "kdnet", "godkendt med ændringer", "note")
    assert course.sag.places == ("kkr",)
    assert course.step("kkr").state == "preparing"
    assert course.events[0].data["downstream"] == "note"


def test_a_correction_with_recall_brings_the_sag_back_from_where_it_stands() -> None:
    course = make.sag("kdnet~ > kkr~ > kontakt").through("kdnet").through("kkr")
    course.do("kontakt", "submit", meeting="2020-03-13")
    assert [(a.station, a.is_over) for a in affected(course.situation("kdnet"))] == [
        ("kkr", True),
        ("kontakt", False),
    ]
    corrected(course, "kdnet", "godkendt med ændringer", "recall")
    assert course.sag.places == ("kdnet",)
    assert [(s.station, s.state) for s in course.sag.steps] == [
        ("kdnet", "handed-on"),
        ("kkr", "handed-on"),
        ("kontakt", "pulled"),
        ("kdnet", "preparing"),
    ]
    assert course.sag.steps[0].outcome == "godkendt med ændringer"
    assert [seat.status for seat in course.step("kontakt").seats] == ["taken-off"]


def test_a_recall_takes_every_branch_after_the_step_off() -> None:
    course = make.sag("start~ > a~ + b~ > slut~").through("start").through("a")
    corrected(course, "start", "godkendt med ændringer", "recall")
    assert course.sag.places == ("start",)
    course.through("start").through("a").through("b").through("slut")
    assert course.sag.life == "concluded"


def test_a_recall_of_a_branch_that_waits_at_a_join_leaves_the_others() -> None:
    course = make.sag("start~ > a~ + b~ > slut~").through("start").through("a")
    assert affected(course.situation("a")) == (Affected(step=None, station="slut", state="", is_over=False),)
    corrected(course, "a", "godkendt med ændringer", "recall")
    assert set(course.sag.places) == {"a", "b"}
    assert course.step("a").came_from is not None
    course.through("b").through("a").through("slut")
    assert course.sag.life == "concluded"


def two_ways() -> Course:
    """A sag with one branch waiting at the join, two steps on, and the other still open."""
    stations = [
        {"key": key, "body": key, "procedure": "preparation@1", "after": after}
        for key, after in {"start": [], "a": ["start"], "b": ["a"], "c": ["start"], "slut": ["b", "c"]}.items()
    ]
    return make.on_route(make.on_procedures(stations)).through("start").through("a").through("b")


def test_a_recall_reaches_a_branch_that_waits_at_a_join_further_on() -> None:
    course = two_ways()
    assert [a.station for a in affected(course.situation("a"))] == ["b"]
    corrected(course, "a", "godkendt med ændringer", "recall")
    assert set(course.sag.places) == {"a", "c"}
    course.through("a").through("b").through("c").through("slut")
    assert course.sag.life == "concluded"


def test_a_recall_over_a_join_lets_the_sag_come_to_its_end() -> None:
    course = two_ways().through("c")
    corrected(course, "a", "godkendt med ændringer", "recall")
    course.through("a").through("b").through("slut")
    assert course.sag.life == "concluded"


def test_a_recall_of_a_branch_that_has_come_to_its_end_leaves_the_rest_of_the_sag_alone() -> None:
    stations = [
        {"key": key, "body": key, "procedure": "preparation@1", "after": after}
        for key, after in {"start": [], "a": ["start"], "b": ["a"], "c": ["start"]}.items()
    ]
    course = make.on_route(make.on_procedures(stations)).through("start").through("a").through("b")
    corrected(course, "a", "godkendt med ændringer", "recall")
    assert course.sag.places == ("c",)
    assert [e.move for e in course.events] == ["correct"]


def test_a_pulled_step_is_not_affected_by_a_correction() -> None:
    course = make.sag("gruppe~ > kkr > kontakt?").through("gruppe").ahead("kontakt", "2020-05-29")
    course.decided("kkr", "udsat")
    assert affected(course.situation("kkr")) == ()
