"""What each person can do from where a sag stands, why not, and what a step waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kdflow.domain.errors import NoSuchMove, NotAllowed, Refused
from kdflow.domain.moves import awaited, waits_for, with_timetable
from kdflow.domain.workflow import Actor
from tests import make
from tests.make import IDA, JENS, KARIN, LARS, VIBE, Course

ROUTE = "gruppe~ > kdnet! > kkr"


def at_kdnet(**of_world: Any) -> Course:
    """A sag that has come to KD-Net."""
    return make.sag(ROUTE, **of_world).through("gruppe")


def submitted() -> Course:
    return at_kdnet().do("kdnet", "submit", meeting="2020-01-24")


def on_agenda() -> Course:
    return submitted().do("kdnet", "accept").on("2020-01-24")


def decided(outcome: str = "godkendt") -> Course:
    return at_kdnet().decided("kdnet", outcome)


PEOPLE = ("ida", "karin", "jens", "vibe", "lars")

# where the sag stands: what each person can do at KD-Net
CAN: dict[str, tuple[Callable[[], Course], dict[str, set[str]]]] = {
    "preparing": (at_kdnet, {"ida": set(), "karin": set(), "jens": set(), "vibe": set(), "lars": set()}),
    "written": (
        lambda: at_kdnet().write("kdnet", "Indstilling."),
        {"ida": {"submit"}, "karin": {"submit"}, "jens": set(), "vibe": set(), "lars": set()},
    ),
    "submitted": (
        submitted,
        {
            "ida": set(),
            "karin": {"accept", "decline", "postpone", "return"},
            "jens": {"accept", "decline", "postpone", "return"},
            "vibe": set(),
            "lars": set(),
        },
    ),
    "on-agenda": (
        on_agenda,
        {
            "ida": set(),
            "karin": {"take-off", "treat", "postpone", "return"},
            "jens": {"take-off", "treat", "postpone", "return"},
            "vibe": set(),
            "lars": set(),
        },
    ),
    "decided": (
        decided,
        {
            "ida": set(),
            "karin": {"rework", "return"},
            "jens": {"approve", "rework", "return", "wait"},
            "vibe": set(),
            "lars": set(),
        },
    ),
    "approved": (
        lambda: decided().do("kdnet", "approve", "jens"),
        {
            "ida": {"hand-on"},
            "karin": {"hand-on", "rework", "return"},
            "jens": {"hand-on", "rework", "return", "wait"},
            "vibe": set(),
            "lars": set(),
        },
    ),
    "rejected": (
        lambda: decided("forkastet"),
        {
            "ida": set(),
            "karin": {"conclude", "rework", "return"},
            "vibe": set(),
            "lars": set(),
        },
    ),
    "put off": (lambda: decided("udsat"), {"ida": set(), "karin": {"hold-over", "rework", "return"}}),
    "handed on": (
        lambda: decided().do("kdnet", "approve", "jens").do("kdnet", "hand-on"),
        {person: set() for person in PEOPLE},
    ),
}


@pytest.mark.parametrize("case", CAN)
def test_each_person_can_do_what_is_theirs(case: str) -> None:
    at, can = CAN[case]
    course = at()
    assert {person: course.possible("kdnet", person) for person in can} == can


def test_a_vice_chair_can_do_what_the_chair_can_while_they_are_away_and_on_their_behalf() -> None:
    course = decided()
    course.world = make.world(away="jens - 2020-01-24..2020-01-31", now=course.world.now)
    approve = course.moves("kdnet", "vibe")["approve"]
    assert approve.possible
    assert approve.acting is not None
    assert (approve.acting.person, approve.acting.on_behalf_of) == (VIBE, JENS)
    course.do("kdnet", "approve", "vibe")
    (approval,) = course.step("kdnet").approvals
    assert (approval.person, approval.on_behalf_of, approval.counts_for) == (VIBE, JENS, JENS)
    course.do("kdnet", "hand-on")


def test_an_open_move_says_what_has_to_be_typed_and_what_may_be() -> None:
    course = at_kdnet().write("kdnet", "Indstilling.")
    assert course.moves("kdnet", "ida")["submit"].fields == ("meeting",)
    found = on_agenda().do("kdnet", "treat").moves("kdnet", "karin")
    assert (found["decide"].fields, found["decide"].optional) == (
        ("outcomes", "confirmed"),
        ("note", "decided_on"),
    )
    assert (found["postpone"].fields, found["postpone"].optional) == ((), ("meeting", "reason"))
    assert (found["return"].fields, found["return"].optional) == (("reason", "back_to"), ())
    assert decided().moves("kdnet", "jens")["approve"].fields == ("content",)


def test_an_open_move_says_why_it_cannot_be_made() -> None:
    found = at_kdnet().moves("kdnet", "ida")["submit"]
    assert [reason.text for reason in found.reasons] == ["Der mangler en indstilling til KD-Net."]
    found = decided().moves("kdnet", "karin")["hand-on"]
    assert found.acting is not None
    assert [reason.text for reason in found.reasons] == ["Formanden for KD-Net har ikke godkendt endnu."]


def test_at_the_first_station_there_is_nowhere_to_return_to() -> None:
    course = make.sag("kdnet > kkr").do("kdnet", "submit", meeting="2020-01-24")
    found = course.moves("kdnet", "karin")["return"]
    assert not found.possible
    assert [reason.guard for reason in found.reasons] == ["earlier_station_chosen"]
    assert "intet tidligere led" in found.reasons[0].text
    with pytest.raises(Refused, match="intet tidligere led"):
        course.do("kdnet", "return", reason="Om igen.")
    move, reasons = awaited(make.sag("kdnet > kkr").decided("kdnet", "tilbagesendt").situation("kdnet"))
    assert move is None
    assert "intet tidligere led" in reasons[0].text


def test_a_move_for_somebody_else_says_for_whom() -> None:
    found = decided().moves("kdnet", "karin")["approve"]
    assert (found.acting, found.possible, found.move.by) == (None, False, (Actor.CHAIR,))


def test_moves_of_the_engine_are_nobodys() -> None:
    assert not {"pull", "withdraw"} & set(submitted().moves("kdnet", "karin"))
    assert "conclude" not in submitted().moves(None, "ida")
    with pytest.raises(NotAllowed):
        submitted().do("kdnet", "pull")
    with pytest.raises(NotAllowed):
        submitted().do(None, "conclude", "ida")


# in the sag's life: who can do what
LIFE = [
    ("draft", "ida", {"start", "withdraw", "lapse"}),
    ("under-way", "ida", {"rest", "withdraw", "lapse"}),
    ("resting", "ida", {"resume", "withdraw", "lapse"}),
    ("under-way", "karin", set()),
    ("under-way", "jens", set()),
    ("under-way", "anna", {"rest", "withdraw", "lapse"}),
]


@pytest.mark.parametrize(("life", "person", "can"), LIFE)
def test_the_life_of_a_sag_is_its_owners_and_the_administrators(life: str, person: str, can: set[str]) -> None:
    course = make.sag(ROUTE, draft=life == "draft", held=make.OFFICES + ", anna administrator *")
    if life == "resting":
        course.do(None, "rest", "ida", reason="Valg.")
    assert course.possible(None, person) == can


def test_a_move_is_refused_in_this_order_unknown_then_not_yours_then_not_now() -> None:
    course = submitted()
    with pytest.raises(NoSuchMove):
        course.do("kdnet", "hand-on", "lars")
    with pytest.raises(NotAllowed) as refused:
        course.do("kdnet", "decline", "lars")
    assert (refused.value.move, refused.value.who, refused.value.body) == (
        "Afvis indmeldelsen",
        ("secretary", "chair"),
        "KD-Net",
    )
    with pytest.raises(Refused):
        course.do("kdnet", "decline", "karin")
    with pytest.raises(NotAllowed, match="sagen"):
        course.do(None, "rest", "karin", reason="Nej.")


def test_a_refused_move_changes_nothing() -> None:
    course = submitted()
    before = course.sag
    with pytest.raises(Refused):
        course.do("kdnet", "return")
    assert course.sag == before


# where the sag stands: the move its step waits for, or the guards that hold it back
AWAITED: dict[str, tuple[Callable[[], Course], str | None, list[str]]] = {
    "preparing": (at_kdnet, "submit", []),
    "submitted": (submitted, "accept", []),
    "before the meeting": (lambda: submitted().do("kdnet", "accept"), None, ["meeting_begun"]),
    "at the meeting": (on_agenda, "treat", []),
    "treated": (lambda: on_agenda().do("kdnet", "treat"), "decide", []),
    "without consent": (decided, "approve", []),
    "with consent": (lambda: decided().do("kdnet", "approve", "jens"), "hand-on", []),
    "resting": (lambda: submitted().do(None, "rest", "ida", reason="Valg."), None, ["sag_under_way"]),
}


@pytest.mark.parametrize("case", AWAITED)
def test_a_step_waits_for_the_first_move_that_only_a_person_holds_back(case: str) -> None:
    at, name, guards = AWAITED[case]
    move, reasons = awaited(at().situation("kdnet"))
    assert (move.name if move else None, [reason.guard for reason in reasons]) == (name, guards)


@pytest.mark.parametrize(
    ("outcome", "name"), [("godkendt", "hand-on"), ("forkastet", "conclude"), ("udsat", "hold-over")]
)
def test_a_decided_step_waits_for_what_its_outcome_does(outcome: str, name: str) -> None:
    course = make.sag("gruppe~ > kdnet > kkr").through("gruppe").decided("kdnet", outcome)
    move, _ = awaited(course.situation("kdnet"))
    assert move is not None
    assert move.name == name


@pytest.mark.parametrize("outcome", ["forkastet", "udsat"])
def test_a_step_that_does_not_go_on_does_not_wait_for_a_consent(outcome: str) -> None:
    move, _ = awaited(decided(outcome).situation("kdnet"))
    assert move is not None
    assert move.name != "approve"


def test_a_step_waits_for_those_who_can_make_the_move() -> None:
    there = decided().situation("kdnet")
    move, _ = awaited(there)
    assert move is not None
    assert [person for person in (IDA, KARIN, JENS, VIBE, LARS) if waits_for(there, move, person)] == [JENS]


def test_other_meetings_in_view_change_nothing_else() -> None:
    there = submitted().situation("kdnet")
    other = with_timetable(there, make.timetable("kd-net 2030-01-01"))
    assert other.world.timetable != there.world.timetable
    assert (other.sag, other.step, other.world.authority) == (there.sag, there.step, there.world.authority)


CO = "jens co-chair kkr-midt, vibe co-chair kkr-midt, karin secretary sekretariat"


def co_led(**of_world: Any) -> Course:
    """A sag that KKR has decided on, where both co-chairs must consent."""
    return make.on_route(
        make.on_procedures(
            [
                {"key": "gruppe", "body": "dassos", "procedure": "preparation@1"},
                {"key": "kkr", "body": "kkr-midt", "after": ["gruppe"], "consent": "all-co-chairs"},
            ]
        ),
        held=CO,
        **of_world,
    ).through("gruppe")


def test_all_co_chairs_must_consent_in_any_order() -> None:
    course = co_led().decided("kkr").do("kkr", "approve", "vibe")
    with pytest.raises(Refused, match="Jens Formand mangler"):
        course.do("kkr", "hand-on")
    with pytest.raises(Refused, match="allerede godkendt"):
        course.do("kkr", "approve", "vibe")
    course.do("kkr", "approve", "jens").do("kkr", "hand-on")
    assert course.sag.life == "concluded"


def test_a_co_chair_can_consent_for_the_other_who_is_away() -> None:
    course = co_led(away="jens vibe ..").decided("kkr").do("kkr", "approve", "vibe")
    course.do("kkr", "approve", "vibe").do("kkr", "hand-on")


def test_one_stand_in_can_consent_for_both_co_chairs() -> None:
    course = co_led(away="jens lars .., vibe lars ..").decided("kkr").do("kkr", "approve", "lars")
    course.do("kkr", "approve", "lars").do("kkr", "hand-on")
