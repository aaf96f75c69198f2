"""Who is told what: everybody concerned once, nobody of their own move; a consent is asked of who can give it."""

from __future__ import annotations

from collections import Counter

import pytest

from kdflow import rendering
from kdflow.domain import notices
from kdflow.domain.revision import Downstream, Revision, correct, revise
from kdflow.domain.sag import Event
from kdflow.domain.workflow import Outcome
from tests import make
from tests.make import IDA, KARIN, Course

TWO = make.OFFICES + ", sofie secretary kkr-midt"


def at_kdnet(text: str = "gruppe~ > kdnet! > kkr", held: str = make.OFFICES) -> Course:
    """A sag that has come to KD-Net."""
    return make.sag(text, held=held).through("gruppe")


def told(course: Course) -> list[tuple[str, str]]:
    """Whom the last move told what."""
    return sorted((notice.person, notice.kind) for notice in course.told)


def test_the_owner_hears_of_the_secretarys_move_and_the_secretary_of_the_owners() -> None:
    course = at_kdnet().write("kdnet", "Indstilling.").do("kdnet", "submit", "ida", meeting="2020-01-24")
    assert told(course) == [("karin", "submitted")]
    assert told(course.do("kdnet", "accept", "karin")) == [("ida", "on-agenda")]
    assert told(course.do("kdnet", "take-off", "jens", reason="Nej.")) == [
        ("ida", "taken-off"),
        ("karin", "taken-off"),
    ]


# the move, its inputs, what Ida is told
MOVES = [
    ("decline", "declined"),
    ("postpone", "postponed"),
    ("return", "returned"),
    ("accept", "on-agenda"),
]


@pytest.mark.parametrize(("move", "kind"), MOVES)
def test_the_owner_is_told_what_became_of_the_submission(move: str, kind: str) -> None:
    course = at_kdnet().do("kdnet", "submit", meeting="2020-01-24").do("kdnet", move, reason="Derfor.")
    mine = [n for n in course.told if n.person == IDA and n.kind == kind]
    assert len(mine) == 1
    assert mine[0].data["body"] == "KD-Net"
    assert mine[0].data["reason"] == "Derfor."
    assert mine[0].step == course.sag.steps[1].seq


def test_a_notice_names_the_meeting_and_the_outcome() -> None:
    course = at_kdnet().do("kdnet", "submit", meeting="2020-01-24")
    assert course.do("kdnet", "postpone").told[0].data["meeting"] == "2020-03-13"
    course.decided("kdnet", "forkastet")
    assert {n.data["outcome"] for n in course.told} == {"forkastet"}


def test_a_decision_asks_the_chair_for_consent_and_tells_the_owner() -> None:
    assert told(at_kdnet().decided("kdnet")) == [("ida", "decided"), ("jens", "consent-wanted")]


def test_a_chair_who_records_the_decision_is_still_asked_for_consent() -> None:
    course = at_kdnet().do("kdnet", "submit", meeting="2020-01-24").do("kdnet", "accept").on("2020-01-24")
    course.do("kdnet", "treat").do("kdnet", "decide", "jens", outcome="godkendt")
    assert ("jens", "consent-wanted") in told(course)
    assert ("jens", "decided") not in told(course)


def test_a_stand_in_is_asked_instead_of_an_absent_chair() -> None:
    course = make.sag("kdnet! > kkr", away="jens - 2020-01-01..2020-01-31").decided("kdnet")
    assert told(course) == [("ida", "decided"), ("vibe", "consent-wanted")]


def test_a_lapsed_consent_is_asked_for_again_and_those_concerned_are_told() -> None:
    course = at_kdnet().decided("kdnet").do("kdnet", "approve", "jens")
    assert told(course) == [("ida", "approved"), ("karin", "approved")]
    course.take(revise(course.situation(None), Revision(case_text="Nyt.")), "ida")
    assert told(course) == [("jens", "consent-wanted"), ("karin", "consent-lapsed")]


@pytest.mark.parametrize("outcome", ["forkastet", "udsat", "tilbagesendt"])
def test_no_consent_is_asked_for_what_does_not_go_on(outcome: str) -> None:
    assert told(at_kdnet().decided("kdnet", outcome)) == [("ida", "decided")]


def test_handing_on_tells_the_next_body_that_the_sag_has_come() -> None:
    course = at_kdnet("gruppe~ > kdnet > kkr", TWO).decided("kdnet").do("kdnet", "hand-on")
    assert told(course) == [("ida", "handed-on"), ("ida", "step-opened"), ("sofie", "step-opened")]


def test_a_join_tells_everybody_once() -> None:
    course = make.sag("start~ > a~ + b~ > slut~", held=make.OFFICES + ", sofie secretary slut").through("start")
    course.through("a").decided("b").do("b", "hand-on", "ida")
    counted = Counter((notice.person, notice.kind, notice.step) for notice in course.told)
    assert set(counted.values()) == {1}
    assert ("sofie", "step-opened") in told(course)


def test_the_ways_of_a_condition_are_told() -> None:
    course = at_kdnet("gruppe~ > kdnet > kkr?", TWO).ahead("kkr", "2020-03-13")
    assert ("sofie", "submitted") in told(course)
    assert ("sofie", "pulled") in told(course.decided("kdnet", "udsat"))
    course = at_kdnet("gruppe~ > kdnet > kkr?", TWO).ahead("kkr", "2020-03-13").through("kdnet")
    assert ("sofie", "condition-met") in told(course)


AHEAD = "gruppe~ > kdnet > kkr?"
LED = TWO + ", bodil chair kkr-midt"


def test_a_submission_ahead_is_told_once_and_with_its_condition() -> None:
    course = at_kdnet(AHEAD, held=LED).ahead("kkr", "2020-03-13")
    assert told(course) == [("karin", "submitted"), ("sofie", "submitted")]
    assert {notice.data["condition"] for notice in course.told} == {"KD-Net"}
    for part in ("subject", "body"):
        said = rendering.message("submitted", part, title="", number="", link="", data=course.told[0].data)
        assert "under forudsætning" in said
    plain = at_kdnet().do("kdnet", "submit", meeting="2020-01-24")
    assert "condition" not in plain.told[0].data


@pytest.mark.parametrize("downstream", ["note", "recall"])
def test_a_correction_is_told_to_the_bodies_that_have_the_sag_because_of_it(downstream: Downstream) -> None:
    course = at_kdnet("gruppe~ > kdnet > kkr", held=LED).through("kdnet")
    there = course.situation("kdnet", reason="Referatet.")
    course.take(correct(there, {}, Outcome.REJECTED, downstream), "karin")
    kinds = {"note": {"corrected"}, "recall": {"pulled"}}[downstream]
    assert set(course.kinds("sofie")) == kinds
    assert set(course.kinds("bodil")) == kinds


def test_the_chair_hears_that_a_sag_on_their_agenda_is_withdrawn() -> None:
    course = at_kdnet().do("kdnet", "submit", "ida", meeting="2020-01-24")
    on_agenda = course.do("kdnet", "accept", "karin").do(None, "withdraw", "ida", reason="Ikke længere.")
    assert ("jens", "withdrawn") in told(on_agenda)
    only_submitted = at_kdnet().do("kdnet", "submit", "ida", meeting="2020-01-24")
    assert ("jens", "withdrawn") not in told(only_submitted.do(None, "withdraw", "ida", reason="Nej."))


def test_a_consent_that_lapsed_by_a_correction_is_told_as_that() -> None:
    course = at_kdnet().decided("kdnet").do("kdnet", "approve", "jens")
    course.take(correct(course.situation("kdnet", reason="Nej."), {}, Outcome.ENDORSED, None), "karin")
    notice = next(one for one in course.told if one.kind == "consent-lapsed")
    body = rendering.message("consent-lapsed", "body", title="", number="", link="", data=notice.data)
    assert "er rettet, efter at der blev godkendt" in body


def test_a_correction_is_told_with_its_reason() -> None:
    course = at_kdnet("gruppe~ > kdnet > kkr").decided("kdnet")
    course.take(correct(course.situation("kdnet", reason="Fejl."), {}, Outcome("tiltrådt"), None), "karin")
    assert told(course) == [("ida", "corrected")]
    assert course.told[0].data["reason"] == "Fejl."


@pytest.mark.parametrize(("move", "kind"), [("rest", "resting"), ("withdraw", "withdrawn"), ("lapse", "lapsed")])
def test_the_secretary_of_the_body_it_is_at_hears_when_a_sag_rests_or_ends(move: str, kind: str) -> None:
    course = at_kdnet().do("kdnet", "submit", meeting="2020-01-24").do(None, move, "ida", reason="Valg.")
    assert told(course) == [("karin", kind)]


def test_the_owner_hears_that_the_sag_is_concluded() -> None:
    course = make.sag("kdnet").decided("kdnet").do("kdnet", "hand-on")
    assert told(course) == [("ida", "concluded"), ("ida", "handed-on")]
    ended = make.sag("kdnet > kkr").decided("kdnet", "forkastet").do("kdnet", "conclude")
    assert told(ended) == [("ida", "concluded")]


def test_preparing_work_is_not_told() -> None:
    course = make.sag("kdnet", draft=True).do(None, "start", "ida")
    assert told(course) == [("karin", "step-opened")]
    course.do("kdnet", "submit", "ida", meeting="2020-01-24").do("kdnet", "accept").on("2020-01-24")
    assert told(course.do("kdnet", "treat")) == []


def test_a_move_with_a_name_of_its_own_is_told_as_a_move() -> None:
    course = at_kdnet()
    event = Event(machine="step", move="stemple", old="a", new="b", station="kdnet", step=course.step("kdnet").seq)
    found = notices.about(course.sag, [event], course.definitions, course.world, by=KARIN)
    assert [(notice.person, notice.kind) for notice in found] == [("ida", "moved")]


def test_every_shipped_move_is_told_or_left_out_on_purpose() -> None:
    shipped = {move.name for procedure in make.shipped().procedures.values() for move in procedure.moves}
    assert shipped <= set(notices.KINDS) | notices.SILENT | set(notices.LIFE_KINDS)
