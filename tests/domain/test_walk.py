"""What moves do beyond a state: traces on agendas, conditions lifted or pulled, returns that clear the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kdflow.domain import effects
from kdflow.domain.dates import read_date
from kdflow.domain.errors import NotAllowed, NotFound, Refused
from kdflow.domain.moves import ahead_stations, submit_ahead
from kdflow.domain.sag import StepSeq, stations_of
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Definitions, Effect, Move, Procedure
from tests import make
from tests.make import IDA, Course


def seats(course: Course, station: str) -> dict[str, tuple[str, str | None]]:
    """A step's seats: meeting day, status, note."""
    return {seat.meeting[-10:]: (seat.status.value, seat.note) for seat in course.step(station).seats}


def states(course: Course) -> list[tuple[str, str]]:
    """Every step in order: station and state."""
    return [(step.station, step.state) for step in course.sag.steps]


def at_kkr() -> Course:
    """A sag that stands at KKR and was submitted to Kontaktudvalget on condition of it."""
    course = make.sag("gruppe~ > kdnet~ > kkr > kontakt?").through("gruppe").through("kdnet")
    course.write("kkr", "KKR godkender.").do("kkr", "submit", meeting="2020-03-13")
    return course.ahead("kontakt", "2020-05-29")


# --- seats -----------------------------------------------------------------------------------------------------


def test_a_submitted_step_wishes_for_a_seat_and_an_accepted_one_has_it() -> None:
    course = make.sag("gruppe").do("gruppe", "submit", "ida", meeting="2020-01-24")
    assert seats(course, "gruppe") == {"2020-01-24": ("submitted", None)}
    course.do("gruppe", "accept")
    assert seats(course, "gruppe") == {"2020-01-24": ("on-agenda", None)}


def test_a_postponed_step_leaves_a_trace_on_the_old_agenda_and_is_submitted_to_the_next() -> None:
    course = make.sag("gruppe").do("gruppe", "submit", "ida", meeting="2020-01-24").do("gruppe", "accept")
    course.do("gruppe", "postpone", reason="Ikke tid.")
    assert seats(course, "gruppe") == {"2020-01-24": ("postponed", "Ikke tid."), "2020-03-13": ("submitted", None)}
    assert course.step("gruppe").meeting == "dassos-2020-03-13"
    assert course.sag.places == ("gruppe",)
    assert [e.move for e in course.events] == ["postpone", "stay:gruppe"]


def test_a_step_can_be_postponed_past_the_next_meeting() -> None:
    course = make.sag("gruppe").do("gruppe", "submit", meeting="2020-01-24")
    course.do("gruppe", "postpone", meeting="2020-08-28")
    assert course.step("gruppe").meeting == "dassos-2020-08-28"


def test_a_step_that_was_treated_but_not_decided_can_be_postponed_without_an_outcome_left() -> None:
    course = make.sag("gruppe").decided("gruppe", "udsat", note="Mangler tal.")
    course.do("gruppe", "hold-over")
    step = course.step("gruppe")
    assert (step.outcome, step.outcome_note, step.decided_on, step.state) == (None, None, None, "submitted")
    assert [part.outcome for part in step.parts] == [None]


@pytest.mark.parametrize(("before", "move"), [("submitted", "decline"), ("on-agenda", "take-off")])
def test_a_declined_or_taken_off_step_frees_its_seat_with_the_reason(before: str, move: str) -> None:
    course = make.sag("gruppe").do("gruppe", "submit", meeting="2020-01-24")
    if before == "on-agenda":
        course.do("gruppe", "accept")
    course.do("gruppe", move, reason="For sent.")
    assert seats(course, "gruppe") == {"2020-01-24": ("taken-off", "For sent.")}
    assert (course.step("gruppe").state, course.step("gruppe").meeting) == ("preparing", None)
    course.do("gruppe", "submit", meeting="2020-03-13")
    assert set(seats(course, "gruppe")) == {"2020-01-24", "2020-03-13"}


def test_a_step_submitted_again_to_the_same_meeting_has_one_seat() -> None:
    course = make.sag("gruppe").do("gruppe", "submit", meeting="2020-01-24").do("gruppe", "decline", reason="Nej.")
    course.do("gruppe", "submit", meeting="2020-01-24")
    assert seats(course, "gruppe") == {"2020-01-24": ("submitted", None)}


# --- decisions -------------------------------------------------------------------------------------------------


def test_a_decision_records_each_part_the_whole_the_day_and_the_note() -> None:
    course = make.sag("gruppe").write("gruppe", "Del 1.", "Del 2.").do("gruppe", "submit", meeting="2020-01-24")
    course.do("gruppe", "accept").on("2020-01-24").do("gruppe", "treat")
    course.do("gruppe", "decide", outcomes={1: "godkendt"}, outcome="forkastet", note="Ene mod.")
    step = course.step("gruppe")
    assert [part.outcome for part in step.parts] == ["godkendt", "forkastet"]
    assert (step.outcome, step.outcome_note) == ("delvist godkendt", "Ene mod.")
    assert step.decided_on is not None
    assert step.decided_on.text == "2020-01-24"
    assert course.events[-1].data == {
        "outcome": "delvist godkendt",
        "parts": ["godkendt", "forkastet"],
        "note": "Ene mod.",
        "decided_on": "2020-01-24",
    }


def test_a_decision_without_a_meeting_is_of_today_unless_another_day_is_given() -> None:
    course = make.sag("gruppe~ > kdnet~").on("2020-02-29").decided("gruppe")
    assert course.step("gruppe").decided_on == read_date("2020-02-29")
    course.do("gruppe", "hand-on").decided("kdnet", decided_on="efterår 2019")
    assert course.step("kdnet").decided_on == read_date("efterår 2019")


def test_a_reworked_step_begins_anew_with_its_indstilling_and_without_its_consents() -> None:
    course = make.sag("kdnet! > kkr").decided("kdnet").do("kdnet", "approve", "jens")
    course.do("kdnet", "rework", reason="Forkert bilag.")
    step = course.step("kdnet")
    assert (step.state, step.outcome, step.meeting, step.standing_approvals) == ("preparing", None, None, ())
    assert [approval.lapsed_at for approval in step.approvals] == [course.world.now]
    assert [part.text for part in step.parts] == ["Det indstilles, at sagen godkendes."]


# --- the way ---------------------------------------------------------------------------------------------------


def test_a_join_opens_once_when_the_last_branch_comes() -> None:
    course = make.sag("start~ > a~ + b~ + c~ > slut~").through("start")
    assert list(course.sag.places) == ["a", "b", "c"]
    course.through("b").through("a")
    assert list(course.sag.places) == ["c", "b>slut", "a>slut"]
    assert course.sag.at("slut") is None
    course.through("c")
    assert list(course.sag.places) == ["slut"]
    assert states(course).count(("slut", "preparing")) == 1
    assert course.step("slut").came_from == course.step("c").seq


def test_a_sag_is_concluded_when_its_last_branch_has_come_to_an_end() -> None:
    course = make.sag("start~ > a~ + b~").through("start").through("a")
    assert (list(course.sag.places), course.sag.life) == (["b"], "under-way")
    course.through("b")
    assert (list(course.sag.places), course.sag.life) == ([], "concluded")
    assert [(e.machine, e.move) for e in course.events] == [
        ("step", "hand-on"),
        ("route", "finish:b"),
        ("life", "conclude"),
    ]


def test_a_return_clears_what_stands_on_the_station_and_carries_its_indstilling_over() -> None:
    course = make.sag("start~ > a~ + b > slut~").write("start", "Forslag.").through("start").through("a")
    course.do("b", "submit", meeting="2020-01-24").do("b", "return", reason="Om igen.", back_to="start")
    assert course.sag.places == ("start",)
    assert states(course) == [
        ("start", "handed-on"),
        ("a", "handed-on"),
        ("b", "returned"),
        ("start", "preparing"),
    ]
    assert seats(course, "b") == {"2020-01-24": ("taken-off", "Om igen.")}
    new = course.step("start")
    assert [(part.text, part.outcome) for part in new.parts] == [("Forslag.", None)]
    assert (new.outcome, new.came_from) == (None, course.step("b").seq)


def test_what_was_to_go_on_comes_back_with_the_sag_and_only_that_goes_on_again() -> None:
    course = make.sag("kdnet! > kkr > slut~").decided("kdnet")
    course.sag = course.sag.with_step(replace(course.step("kdnet"), forwards=("KKR godkender.",)))
    course.do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    course.write("kkr", "KKR godkender, skrevet om af KKR.").do("kkr", "submit", meeting="2020-03-13")
    course.do("kkr", "return", reason="Om igen.")
    again = course.step("kdnet")
    assert again.forwards == ("KKR godkender.",)
    course.decided("kdnet").do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    assert [part.text for part in course.step("kkr").parts] == ["KKR godkender."]


def test_what_a_body_was_asked_before_is_not_asked_again_by_itself() -> None:
    course = make.sag("kdnet! > kkr").decided("kdnet").do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    course.write("kkr", "Det, formanden aldrig så.").do("kkr", "submit", meeting="2020-03-13")
    course.do("kkr", "return", reason="Om igen.")
    course.decided("kdnet").do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    assert (course.step("kkr").parts, course.step("kkr").proposes) == ((), None)


def test_a_step_ahead_without_an_indstilling_of_its_own_gets_what_is_sent_along() -> None:
    course = at_kkr().do("kontakt", "decline", reason="Forkert.")
    course.sag = course.sag.with_step(replace(course.step("kontakt"), parts=()))
    course.decided("kkr")
    course.sag = course.sag.with_step(replace(course.step("kkr"), forwards=("Kontaktudvalget tiltræder.",)))
    course.do("kkr", "hand-on")
    assert [part.text for part in course.step("kontakt").parts] == ["Kontaktudvalget tiltræder."]


def test_a_return_from_one_branch_takes_the_other_off() -> None:
    course = make.sag("start~ > a + b").through("start").do("b", "submit", meeting="2020-01-24")
    course.do("a", "submit", meeting="2020-01-24").do("a", "return", reason="Om igen.")
    assert course.sag.places == ("start",)
    assert course.step("b").state == "pulled"
    assert seats(course, "b") == {"2020-01-24": ("taken-off", "Om igen.")}
    assert ("step", "pull", "b") in [(e.machine, e.move, e.station) for e in course.events]


def test_a_decision_to_return_keeps_its_place_on_the_agenda() -> None:
    course = make.sag("gruppe~ > kdnet").through("gruppe").decided("kdnet", "tilbagesendt")
    course.do("kdnet", "return", reason="Om igen.")
    assert seats(course, "kdnet") == {"2020-01-24": ("on-agenda", None)}
    assert course.step("kdnet").outcome == "tilbagesendt"


def test_a_return_over_a_join_lets_the_other_branches_wait_at_it_again() -> None:
    course = make.sag("start~ > a~ + b~ > slut~").through("start").through("a").through("b")
    course.do("slut", "return", reason="Om igen.", back_to="a")
    assert set(course.sag.places) == {"a", "b>slut"}
    course.through("a")
    assert course.sag.places == ("slut",)


def test_ending_anywhere_ends_the_whole_sag() -> None:
    course = make.sag("start~ > a~ + b > slut~").through("start").do("b", "submit", meeting="2020-01-24")
    course.decided("a", "forkastet").do("a", "conclude")
    assert (course.sag.places, course.sag.life) == ((), "concluded")
    assert states(course)[1:] == [("a", "rejected"), ("b", "pulled")]
    assert seats(course, "b")["2020-01-24"][0] == "taken-off"


@pytest.mark.parametrize("move", ["withdraw", "lapse"])
def test_a_withdrawn_or_lapsed_sag_leaves_its_route_and_its_agendas(move: str) -> None:
    course = at_kkr().do(None, move, "ida", reason="Ikke længere relevant.")
    assert course.sag.places == ()
    assert states(course)[2:] == [("kkr", "withdrawn"), ("kontakt", "withdrawn")]
    assert seats(course, "kkr")["2020-03-13"] == ("taken-off", "Ikke længere relevant.")
    assert course.possible(None, "ida") == set()


def test_a_resting_sag_cannot_be_moved_until_it_is_resumed() -> None:
    course = at_kkr().do(None, "rest", "ida", reason="Valg.")
    with pytest.raises(Refused):
        course.do("kkr", "accept")
    course.do(None, "resume", "ida").do("kkr", "accept")


# --- submitted on condition ------------------------------------------------------------------------------------


def test_a_step_ahead_of_its_turn_waits_for_the_decision_before_it() -> None:
    course = at_kkr()
    ahead = course.step("kontakt")
    assert (ahead.state, ahead.conditional_on, ahead.came_from) == ("submitted", ("kkr",), None)
    assert course.sag.places == ("kkr",)
    course.do("kontakt", "accept").on("2020-05-29")
    with pytest.raises(Refused, match="under forudsætning af KKR Midtjylland"):
        course.do("kontakt", "treat")


def test_a_condition_is_lifted_when_the_earlier_body_hands_on() -> None:
    course = at_kkr().do("kontakt", "accept")
    course.through("kkr")
    ahead = course.step("kontakt")
    assert (ahead.state, ahead.conditional_on, ahead.came_from) == ("on-agenda", (), course.step("kkr").seq)
    assert course.sag.places == ("kontakt",)
    assert states(course).count(("kontakt", "on-agenda")) == 1
    assert ("record", "condition-met", "kkr", "") in [(e.machine, e.move, e.old, e.new) for e in course.events]
    course.through("kontakt")
    assert course.sag.life == "concluded"


@pytest.mark.parametrize("outcome", ["udsat", "forkastet", "tilbagesendt"])
def test_a_step_ahead_is_pulled_when_the_earlier_body_decides_otherwise(outcome: str) -> None:
    course = at_kkr().do("kontakt", "accept").decided("kkr", outcome)
    ahead = course.step("kontakt")
    assert (ahead.state, ahead.meeting) == ("pulled", None)
    assert seats(course, "kontakt")["2020-05-29"][0] == "taken-off"


def test_a_step_ahead_is_pulled_when_the_earlier_step_is_taken_up_again_or_returned() -> None:
    course = at_kkr().decided("kkr").do("kkr", "rework", reason="Om igen.")
    assert course.step("kontakt").state == "pulled"
    course = at_kkr().do("kkr", "return", reason="Om igen.", back_to="gruppe")
    assert course.step("kontakt").state == "pulled"


def test_a_pulled_step_can_be_submitted_ahead_again_as_a_new_one() -> None:
    course = at_kkr().decided("kkr").do("kkr", "rework", reason="Om igen.")
    course.do("kkr", "submit", meeting="2020-05-29").ahead("kontakt", "2020-08-28")
    assert [state for station, state in states(course) if station == "kontakt"] == ["pulled", "submitted"]


def test_what_stood_on_a_pulled_step_is_pulled_in_turn() -> None:
    course = at_kkr()
    first = course.step("kontakt")
    walk = Walk(course.situation(None))
    third = walk.open_step("kontakt", came_from=None, waits_for=("kontakt",))
    course.sag = walk.sag.with_step(replace(third, station="kontakt"))
    course.decided("kkr", "udsat")
    assert [course.sag.step(step.seq).state for step in (first, third)] == ["pulled", "pulled"]


# KKR is moved to, Kontaktudvalget stands at, is it pulled
OVERTAKEN = [
    ("2020-05-29", "2020-08-28", False),
    ("2020-08-28", "2020-08-28", False),
    ("2020-10-23", "2020-08-28", True),
]


@pytest.mark.parametrize(("moved_to", "ahead_at", "pulled"), OVERTAKEN)
def test_a_step_ahead_is_pulled_when_the_decision_it_waits_for_comes_after_it(
    moved_to: str, ahead_at: str, pulled: bool
) -> None:
    course = make.sag("gruppe~ > kkr > kontakt?").through("gruppe").write("kkr", "KKR godkender.")
    course.do("kkr", "submit", meeting="2020-03-13").ahead("kontakt", ahead_at)
    course.do("kkr", "postpone", meeting=moved_to)
    assert (course.step("kontakt").state == "pulled") is pulled


def test_a_step_ahead_is_pulled_when_the_earlier_step_is_submitted_anew_to_a_later_meeting() -> None:
    course = at_kkr().do("kkr", "decline", reason="For sent.").do("kkr", "submit", meeting="2020-05-29")
    assert course.step("kontakt").state == "submitted"
    course.do("kkr", "decline", reason="For sent.").do("kkr", "submit", meeting="2020-08-28")
    assert course.step("kontakt").state == "pulled"


def test_a_step_ahead_can_be_postponed_by_itself_without_touching_the_route() -> None:
    course = at_kkr().do("kontakt", "postpone")
    assert course.step("kontakt").meeting == "kontaktudvalg-2020-08-28"
    assert course.sag.places == ("kkr",)
    assert [e.machine for e in course.events] == ["step"]


def test_only_a_conditional_station_just_ahead_can_be_submitted_to_before_its_turn() -> None:
    course = make.sag("gruppe~ > kdnet > kkr? > kontakt?")
    assert ahead_stations(course.situation(None)) == ()
    course.through("gruppe")
    assert ahead_stations(course.situation(None)) == ("kkr",)
    course.ahead("kkr", "2020-03-13")
    assert ahead_stations(course.situation(None)) == ()
    with pytest.raises(NotFound):
        course.ahead("kkr", "2020-05-29")
    with pytest.raises(NotFound):
        course.ahead("kontakt", "2020-05-29")


def test_a_join_can_be_submitted_to_when_some_of_its_branches_wait_and_the_rest_are_open() -> None:
    course = make.sag("start~ > a~ + b~ > slut?").through("start").through("a")
    course.ahead("slut", "2020-03-13")
    assert course.step("slut").conditional_on == ("b",)
    course.through("b")
    assert (course.step("slut").conditional_on, course.sag.places) == ((), ("slut",))


def test_conditions_are_lifted_one_by_one() -> None:
    course = make.sag("start~ > a~ + b~ > slut?").through("start").ahead("slut", "2020-03-13")
    assert course.step("slut").conditional_on == ("a", "b")
    course.through("b")
    assert (course.step("slut").conditional_on, course.sag.places) == (("a",), ("a", "b>slut"))
    course.through("a")
    assert (course.step("slut").conditional_on, course.sag.places) == ((), ("slut",))


def test_a_step_cannot_be_submitted_ahead_by_others_or_without_an_indstilling() -> None:
    course = make.sag("gruppe~ > kdnet > kkr?").through("gruppe")
    with pytest.raises(NotAllowed):
        course.ahead("kkr", "2020-03-13", by="lars")
    here = replace(course.situation(None), inputs=Inputs(meeting=MeetingId("kkr-midt-2020-03-13")))
    with pytest.raises(Refused, match="mangler en indstilling"):
        submit_ahead(here, "kkr", IDA, ())


def test_a_pulled_step_has_no_condition_any_more() -> None:
    assert at_kkr().decided("kkr", "udsat").step("kontakt").conditional_on == ()


# --- effects and their guards ----------------------------------------------------------------------------------


def bare(effect: Effect) -> Definitions:
    """A procedure whose moves lack the guards their effects stand on."""
    procedure = make.procedure()
    moves = tuple(
        Move.model_validate(m.model_dump(by_alias=True) | {"guards": []}) if m.does is effect else m
        for m in procedure.moves
    )
    loose = Procedure.model_validate(procedure.model_dump(by_alias=True) | {"moves": moves})
    chosen = make.route("gruppe > kdnet > kkr")
    return Definitions(workflow=chosen.workflow, procedures=dict(chosen.procedures) | {"meeting@1": loose})


def test_an_effect_without_the_guard_it_needs_is_a_fault_and_changes_nothing() -> None:
    course = make.on_route(bare(Effect.NEXT_MEETING), calendar="dassos 2020-01-24")
    course.do("gruppe", "submit", meeting="2020-01-24")
    with pytest.raises(LookupError, match="later_meeting_known"):
        course.do("gruppe", "postpone")
    course = make.on_route(bare(Effect.SEND_BACK)).do("gruppe", "submit", meeting="2020-01-24")
    with pytest.raises(LookupError, match="earlier_station_chosen"):
        course.do("gruppe", "return", reason="Om igen.")


def test_a_consent_without_a_person_is_a_fault() -> None:
    course = make.sag("kdnet! > kkr").decided("kdnet")
    there = course.situation("kdnet")
    move = next(m for m in make.procedure().moves if m.name == "approve")
    with pytest.raises(LookupError, match="by a person"):
        effects.record_consent(Walk(there), there.current, move)


def test_every_effect_is_carried_out_by_the_step_or_by_the_life() -> None:
    assert set(effects.STEP_EFFECTS) | set(effects.LIFE_EFFECTS) == set(Effect)
    assert not set(effects.STEP_EFFECTS) & set(effects.LIFE_EFFECTS)


# --- the sag as a value ----------------------------------------------------------------------------------------


def test_a_sag_finds_its_steps_by_number_and_by_station() -> None:
    sag = make.sag("gruppe~ > kdnet").through("gruppe").sag
    assert [step.station for step in sag.steps] == ["gruppe", "kdnet"]
    assert sag.step(sag.steps[1].seq).station == "kdnet"
    with pytest.raises(KeyError):
        sag.step(StepSeq(9))
    assert sag.at("kkr") is None
    assert sag.is_open_at("kdnet")
    assert not sag.is_open_at("gruppe")
    assert stations_of(sag.steps) == {"gruppe", "kdnet"}
    assert (sag.next_seq, replace(sag, steps=()).next_seq) == (3, 1)


def test_a_step_that_is_replaced_keeps_its_place() -> None:
    sag = make.sag("gruppe~ > kdnet").through("gruppe").sag
    changed = replace(sag.steps[0], outcome_note="Ja.")
    assert [s.outcome_note for s in sag.with_step(changed).steps] == ["Ja.", None]
