"""Minutes by the rules alone: prefilled decisions, who is named, until when one can object."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kdflow.domain.deciding import way_to_decision
from kdflow.domain.errors import NoSuchMove, NotFound, Unreadable
from kdflow.domain.minutes import (
    USUAL,
    Attendance,
    Attendee,
    Part,
    members_of,
    outcomes_at,
    prefilled,
    task_text,
    with_absent,
    with_other,
)
from kdflow.domain.minutes_content import objections
from kdflow.domain.minutes_told import has_words
from kdflow.domain.outcomes import answers
from kdflow.domain.sag import Part as PartOfStep
from kdflow.domain.sag import Step, StepSeq
from kdflow.domain.workflow import Asks, Outcome
from tests import make
from tests.make import JENS, KARIN, VIBE

EVERY = tuple(Outcome)


def step(asks: Asks, proposes: Asks | None = None) -> Step:
    return Step(seq=StepSeq(1), station="kdnet", body="kd-net", state="treated", asks=asks, proposes=proposes)


def test_every_role_has_a_usual_decision_that_answers_it() -> None:
    assert set(USUAL) == set(Asks)
    assert all(answers(asks, outcome) for asks, outcome in USUAL.items())


@pytest.mark.parametrize(
    ("asks", "proposes", "expected"),
    [
        ("godkendelse", None, "godkendt"),
        ("drøftelse", None, "drøftet"),
        ("orientering", None, "taget til efterretning"),
        ("bevilling", None, "bevilget"),
        ("godkendelse", "indstilling", "anbefalet"),
        ("godkendelse", "orientering", "godkendt"),  # being told of it would be no answer
        ("orientering", "drøftelse", "drøftet"),
    ],
)
def test_a_decision_is_prefilled_from_the_indstilling(asks: str, proposes: str | None, expected: str) -> None:
    found = prefilled(step(Asks(asks), Asks(proposes) if proposes else None), EVERY)
    assert found == {0: expected}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["KD-Net drøfter sagen.", "KD-Net bevilger 5 mio. kr."], {1: "drøftet", 2: "bevilget"}),
        (["at KD-Net *drøfter*, hvad der sker", "Punkt to."], {1: "drøftet"}),
        (["KD-Net drøfter og bevilger.", "KD-Net orienteres."], {2: "taget til efterretning"}),
        (
            ["KD-Net bevilger 5 mio. kr. til cykelstier.", "KD-Net bevilger 2 mio. kr. til drift."],
            {0: "bevilget", 1: "bevilget", 2: "bevilget"},
        ),
        (["Punkt et.", "Punkt to."], {}),
        (["Ja.", "Ja. "], {0: "bevilget", 1: "bevilget", 2: "bevilget"}),
        (["KD-Net drøfter sagen."], {0: "bevilget", 1: "bevilget"}),
    ],
)
def test_parts_that_read_differently_are_prefilled_by_their_own_verbs(
    texts: list[str], expected: dict[int, str]
) -> None:
    parts = tuple(PartOfStep(text=text) for text in texts)
    assert prefilled(replace(step(Asks.GRANT), parts=parts), EVERY) == expected


def test_nothing_is_prefilled_that_the_body_cannot_decide() -> None:
    assert prefilled(step(Asks.APPROVAL), [Outcome.REJECTED]) == {}
    route = make.route("kdnet > kkr")
    assert Outcome.APPROVED in outcomes_at(route, "kdnet")


def test_the_way_to_a_decision_goes_by_the_moves_of_the_procedure() -> None:
    found = make.procedure()
    assert way_to_decision(found, "treated") == ("decide",)
    assert way_to_decision(found, "on-agenda") == ("treat", "decide")
    for state in ("preparing", "submitted", "decided", "handed-on"):
        with pytest.raises(NoSuchMove):
            way_to_decision(found, state)


def test_members_are_those_of_the_day_of_the_meeting() -> None:
    held = "jens chair kd-net ..2020-02-29, vibe vice-chair kd-net, karin secretary sekretariat"
    world = make.world(held=held)
    body = world.bodies["kd-net"]
    january, march = (m for m in world.timetable.coming("kd-net", after=date(2020, 1, 1))[:2])
    assert members_of(body, january, world) == (JENS, VIBE)
    assert members_of(body, march, world) == (VIBE,)


def test_a_substitute_stands_in_for_somebody_absent_and_goes_with_the_absence() -> None:
    ole = Attendee(name="Ole", part=Part.SUBSTITUTE, stands_for=VIBE)
    away = with_absent(Attendance(), [VIBE, VIBE], [JENS, VIBE])
    assert away.absent == (VIBE,)
    there = with_other(with_other(away, ole, []), ole, [])
    assert there.others == (ole,)
    assert with_absent(there, [], [JENS, VIBE]).others == ()
    with pytest.raises(NotFound):
        with_absent(away, [KARIN], [JENS, VIBE])
    with pytest.raises(Unreadable):
        with_other(away, replace(ole, stands_for=JENS), [])
    with pytest.raises(NotFound):
        with_other(away, Attendee(name="Gitte", part=Part.GUEST, point="free:9"), [])  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_a_task_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(Unreadable):
        task_text(text)


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Vibe Næst skriver.", True),
        ("spørg vibe\nnæst, hun ved det", True),
        ("(Vibe Næst)", True),
        ("Vibe Næstved er en by", False),
        ("Maria-vibe Næst", True),
        ("MariaVibe Næst", False),
        ("Vibe", False),
    ],
)
def test_a_name_is_named_as_a_whole(text: str, is_named: bool) -> None:
    assert has_words(text, "Vibe Næst") is is_named


def test_objections_are_reckoned_from_the_deadline_or_from_minutes_that_come_later() -> None:
    body = make.shipped().bodies["kd-net"]
    meeting = next(one for one in make.world().timetable.meetings if one.body == "kd-net")
    early, late = (objections(meeting, body, day) for day in (date(2020, 1, 25), date(2020, 3, 2)))
    assert early
    assert late
    assert early.on == date(2020, 2, 11)
    assert late.on == date(2020, 3, 10)
    assert objections(meeting, replace(body, rules={}), date(2020, 3, 2)) is None
