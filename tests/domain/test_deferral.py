"""A chair lets a decided sag wait for a later meeting of the next body: who may, what follows, what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kdflow.domain import proof
from kdflow.domain.errors import NoSuchMove, NotAllowed, Refused
from kdflow.domain.explaining import explain
from kdflow.domain.network import network
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.timetable import MeetingId, MeetingStatus, Timetable
from tests import make
from tests.make import Course

FIRST, LATER = "kkr-midt-2020-03-13", "kkr-midt-2020-05-29"


def decided(text: str = "gruppe~ > kdnet! > kkr > slut", outcome: str = "godkendt", **of_world: object) -> Course:
    """A sag that KD-Net has decided."""
    course = make.sag(text, **of_world)  # type: ignore[arg-type]
    return course.through("gruppe").decided("kdnet", outcome)


def prepared(course: Course) -> Prepared:
    return prepare(course.sag, course.definitions, network(course.world), course.world.now)


def at_kkr(course: Course) -> MeetingId | None:
    leg = plan_of(prepared(course)).leg("kkr")
    return leg.meeting if leg else None


def test_it_is_for_who_leads_the_body_and_moves_no_state() -> None:
    course = decided()
    state = course.step("kdnet").state
    assert at_kkr(course) == FIRST
    for other in ("ida", "karin", "lars", "vibe"):
        with pytest.raises(NotAllowed):
            course.do("kdnet", "wait", other, meeting=LATER)
    course.do("kdnet", "wait", "jens", meeting=LATER, reason="Regionen er ikke klar.")
    assert (course.step("kdnet").state, course.step("kdnet").waits_for) == (state, LATER)
    assert at_kkr(course) == LATER
    (event,) = course.events
    assert (event.move, event.new, event.data["next"]) == ("wait", LATER, "KKR Midtjylland")
    assert course.kinds("ida") == course.kinds("karin") == ["waiting"]
    assert course.kinds("jens") == []


def test_a_vice_chair_does_it_for_a_chair_who_is_away() -> None:
    course = decided(away="jens - 2020-01-20..2020-02-20")
    course.do("kdnet", "wait", "vibe", meeting=LATER)
    assert course.step("kdnet").waits_for == LATER


@pytest.mark.parametrize(
    "meeting", [None, "kkr-midt-2020-01-24", "kd-net-2020-03-13", "slut-2020-05-29", "kkr-midt-2099-01-01"]
)
def test_it_waits_for_a_coming_meeting_of_the_next_body_only(meeting: str | None) -> None:
    course = decided()
    with pytest.raises(Refused) as refused:
        course.do("kdnet", "wait", "jens", meeting=meeting)
    assert [reason.field for reason in refused.value.reasons] == ["meeting"]


@pytest.mark.parametrize("outcome", ["forkastet", "udsat", "tilbagesendt"])
def test_only_what_goes_on_can_wait(outcome: str) -> None:
    course = decided(outcome=outcome)
    assert "wait" not in course.moves("kdnet", "jens")
    with pytest.raises(NoSuchMove):
        course.do("kdnet", "wait", "jens", meeting=LATER)


@pytest.mark.parametrize("text", ["gruppe~ > kdnet!", "gruppe~ > kdnet! > gruppe2~"])
def test_there_must_be_a_body_with_meetings_after_it(text: str) -> None:
    assert "wait" not in decided(text).moves("kdnet", "jens")


def test_the_next_body_takes_no_submission_to_an_earlier_meeting() -> None:
    course = decided().do("kdnet", "wait", "jens", meeting=LATER)
    course.do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    assert at_kkr(course) == LATER
    with pytest.raises(Refused) as refused:
        course.do("kkr", "submit", "ida", meeting="2020-03-13")
    assert [reason.text for reason in refused.value.reasons] == [
        "Formandskabet for KD-Net lader sagen vente til mødet i KKR Midtjylland fredag den 29. maj 2020. "
        "Vælg det møde eller et senere."
    ]
    course.do("kkr", "submit", "ida", meeting="2020-05-29")
    assert course.step("kkr").meeting == LATER


def test_it_can_be_taken_back_and_ends_when_the_sag_is_taken_up_again() -> None:
    course = decided().do("kdnet", "wait", "jens", meeting=LATER).do("kdnet", "wait", "jens")
    assert course.step("kdnet").waits_for is None
    assert course.events[0].move == "wait-over"
    assert at_kkr(course) == FIRST
    course.do("kdnet", "wait", "jens", meeting=LATER).do("kdnet", "rework", "karin", reason="Nye tal.")
    assert course.step("kdnet").waits_for is None


def test_a_cancelled_meeting_is_followed_by_the_next() -> None:
    course = decided().do("kdnet", "wait", "jens", meeting=LATER)
    kept = tuple(one for one in course.world.timetable.meetings if one.id != LATER)
    (gone,) = (one for one in course.world.timetable.meetings if one.id == LATER)
    cancelled = replace(gone, status=MeetingStatus.CANCELLED)
    course.world = course.world.on(Timetable(meetings=(*kept, cancelled)))
    assert at_kkr(course) == "kkr-midt-2020-08-28"


def test_the_plan_says_why() -> None:
    course = decided().do("kdnet", "wait", "jens", meeting=LATER)
    here = prepared(course)
    leg = plan_of(here).leg("kkr")
    assert leg
    assert [(one.meeting, one.why) for one in explain(here, leg).passed][-1] == (FIRST, "waits")


def test_other_calendars_leave_it_waiting() -> None:
    here = prepared(decided().do("kdnet", "wait", "jens", meeting=LATER))
    again = plan_of(here.on(here.network)).leg("kkr")
    assert again
    assert again.meeting == LATER


def test_of_a_closed_sag_it_is_a_decision_that_wants_a_proof() -> None:
    course = decided(closed=True).do("kdnet", "wait", "jens", meeting=LATER)
    assert proof.wants_proof(course.sag, course.events, course.definitions)
    course.do("kdnet", "wait", "jens")
    assert proof.wants_proof(course.sag, course.events, course.definitions)


def test_a_consent_can_carry_a_remark() -> None:
    course = decided().do("kdnet", "approve", "jens", note="Husk økonomien.")
    assert course.events[0].data["note"] == "Husk økonomien."
    assert [one.data["note"] for one in course.told if one.person == "ida"] == ["Husk økonomien."]
