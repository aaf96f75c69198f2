"""What an outcome is worth: against what was asked, over several parts, and for the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.outcomes import BY_WEIGHT, CLOSING, IN_FAVOUR, NO_ANSWER, answers, kind, overall
from kdflow.domain.sag import Part
from kdflow.domain.workflow import Asks, BackTo, Consequence, Outcome


def parts(*outcomes: str | None) -> list[Part]:
    """An indstilling with an outcome for each part."""
    return [Part(text=str(n), outcome=Outcome(word) if word else None) for n, word in enumerate(outcomes)]


# asked, outcome, whether it answers
ANSWERS = [
    ("godkendelse", "godkendt", True),
    ("godkendelse", "forkastet", True),
    ("godkendelse", "udsat", True),
    ("godkendelse", "taget til efterretning", False),
    ("indstilling", "drøftet", False),
    ("bevilling", "ikke noteret", False),
    ("orientering", "taget til efterretning", True),
    ("drøftelse", "drøftet", True),
    ("drøftelse", "ikke noteret", True),
    ("høring", "taget til efterretning", True),
    ("bestilling", "ikke noteret", True),
]


@pytest.mark.parametrize(("asked", "outcome", "answered"), ANSWERS)
def test_an_outcome_answers_unless_a_decision_was_asked_and_none_came(
    asked: str, outcome: str, answered: bool
) -> None:
    assert answers(Asks(asked), Outcome(outcome)) is answered


# outcomes of the parts, outcome of the whole
WHOLES: list[tuple[tuple[str | None, ...], str | None]] = [
    ((), None),
    ((None,), None),
    (("godkendt", None), None),
    (("godkendt",), "godkendt"),
    (("udsat", "udsat"), "udsat"),
    (("godkendt", "tiltrådt"), "godkendt"),
    (("anbefalet", "anbefalet"), "anbefalet"),
    (("godkendt", "godkendt med ændringer"), "godkendt med ændringer"),
    (("godkendt", "forkastet"), "delvist godkendt"),
    (("delvist godkendt", "forkastet"), "delvist godkendt"),
    (("delvist godkendt", "godkendt"), "delvist godkendt"),
    (("godkendt", "ikke noteret"), "delvist godkendt"),
    (("drøftet", "ikke noteret"), "drøftet"),
    (("taget til efterretning", "drøftet"), "drøftet"),
    (("forkastet", "udsat"), "udsat"),
    (("forkastet", "bortfaldet"), "forkastet"),
    (("tilbagesendt", "udsat", "forkastet"), "tilbagesendt"),
]


@pytest.mark.parametrize(("each", "whole"), WHOLES)
def test_the_whole_has_the_outcome_its_parts_make(each: tuple[str | None, ...], whole: str | None) -> None:
    assert overall(parts(*each)) == whole


every = st.sampled_from(list(Outcome))


@given(st.lists(every, min_size=1, max_size=6))
def test_the_whole_is_decided_once_every_part_is_whatever_their_order(each: list[Outcome]) -> None:
    made = overall([Part(text="", outcome=outcome) for outcome in each])
    assert made is not None
    assert made == overall([Part(text="", outcome=outcome) for outcome in reversed(each)])
    assert made in each or made in (Outcome.APPROVED, Outcome.PARTLY)
    assert overall([*(Part(text="", outcome=o) for o in each), Part(text="")]) is None


@given(st.lists(every, min_size=1, max_size=6))
def test_a_whole_is_never_in_favour_when_a_part_is_not(each: list[Outcome]) -> None:
    whole = overall([Part(text="", outcome=outcome) for outcome in each])
    assert (whole in IN_FAVOUR) == all(outcome in IN_FAVOUR for outcome in each)


def test_every_outcome_has_its_weight_once() -> None:
    assert set(Outcome) == IN_FAVOUR | {Outcome.PARTLY} | set(BY_WEIGHT)
    assert len(BY_WEIGHT) == len(set(BY_WEIGHT))
    assert not IN_FAVOUR & NO_ANSWER
    assert Asks.INFORMATION not in CLOSING


@pytest.mark.parametrize(
    ("consequence", "word"),
    [(None, None), ("go-on", "go-on"), ("stay", "stay"), ("end", "end"), (BackTo(back_to="gruppe"), "back")],
)
def test_a_consequence_is_one_word(consequence: Consequence | None, word: str | None) -> None:
    assert kind(consequence) == word
