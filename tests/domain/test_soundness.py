"""The verifier finds every planted fault in a procedure or a workflow, and says where and what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kdflow.domain.errors import Flaw
from kdflow.domain.route_soundness import workflow_flaws
from kdflow.domain.soundness import procedure_flaws
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Procedure, Validity, Workflow

GUARDS = {
    name: frozenset({"body"})
    for name in ("every_part_decided", "outcome_known", "later_meeting_known", "earlier_station_chosen", "chosen")
}


def step() -> dict[str, Any]:
    """A small sound step procedure, as plain data to plant a fault in."""
    return {
        "name": "small",
        "version": 1,
        "title": "Lille",
        "initial": "open",
        "states": [
            {"key": "open", "title": "Åben"},
            {"key": "decided", "title": "Besluttet"},
            {"key": "gone", "title": "Sendt", "final": True},
            {"key": "off", "title": "Taget af", "final": True},
        ],
        "moves": [
            move("decide", "open", "decided", "record-outcome", "every_part_decided", "outcome_known"),
            move("approve", "decided", "=", "record-consent"),
            move("hand-on", "decided", "gone", "go-on"),
            move("rework", "decided", "open", "reopen"),
            move("conclude", "decided", "off", "end-here"),
            move("return", "decided", "off", "send-back", "earlier_station_chosen"),
            engine("pull"),
            engine("withdraw"),
        ],
        "outcomes": {"godkendt": "go-on", "udsat": "stay", "forkastet": "end", "tilbagesendt": "back"},
    }


def move(name: str, source: str, to: str, does: str | None = None, *guards: str) -> dict[str, Any]:
    """One move by the secretary."""
    return {
        "name": name,
        "title": name,
        "from": [source],
        "to": to,
        "by": ["secretary"],
        "guards": [{"guard": guard, "reason": "Nej, {body}."} for guard in guards],
        "does": does,
    }


def engine(name: str) -> dict[str, Any]:
    """One of the engine's own moves."""
    return move(name, "open", "off") | {"from": ["open", "decided"], "by": ["engine"]}


LIFE = Procedure.model_validate(
    {
        "name": "life",
        "version": 1,
        "title": "Liv",
        "kind": "life",
        "initial": "draft",
        "states": [{"key": "draft", "title": "Kladde"}, {"key": "over", "title": "Slut", "final": True}],
        "moves": [move("conclude", "draft", "over") | {"by": ["engine"]}],
    }
)


def of_procedure(data: dict[str, Any]) -> tuple[Flaw, ...]:
    """The flaws of a procedure given as data."""
    return procedure_flaws(Procedure.model_validate(data), GUARDS)


def test_sound_procedures_have_no_flaws() -> None:
    assert of_procedure(step()) == ()
    assert procedure_flaws(LIFE, GUARDS) == ()


def plant(**changes: Any) -> dict[str, Any]:
    """The sound procedure with some keys replaced; `add` appends moves, `states_too` appends states."""
    data = step()
    gone = changes.pop("without", ())
    kept = [one for one in data["moves"] if one["name"] not in gone]
    data["moves"] = kept + changes.pop("add", [])
    data["states"] += changes.pop("states_too", [])
    return data | changes


LOST = {"key": "lost", "title": "Tabt"}
PROCEDURE_FAULTS: dict[str, tuple[dict[str, Any], tuple[str | int, ...], str]] = {
    "unknown initial": (plant(initial="nowhere"), ("initial",), "unknown initial state 'nowhere'"),
    "duplicate state": (
        plant(states_too=[{"key": "open", "title": "Igen"}]),
        ("states", 4, "key"),
        "state 'open' stands twice",
    ),
    "unknown source": (plant(add=[move("x", "nil", "gone")]), ("moves", 8, "from", 0), "unknown state 'nil'"),
    "unknown target": (plant(add=[move("x", "open", "nil")]), ("moves", 8, "to"), "unknown state 'nil'"),
    "unreachable state": (
        plant(states_too=[LOST], add=[move("x", "lost", "gone"), engine("pull") | {"from": ["lost"]}]),
        ("states", 4, "key"),
        "can never be reached",
    ),
    "dead move": (
        plant(states_too=[LOST], add=[move("x", "lost", "gone")]),
        ("moves", 8, "name"),
        "dead move 'x'",
    ),
    "no way to an end": (
        plant(states_too=[LOST], add=[move("x", "open", "lost")]),
        ("states", 4, "key"),
        "no way to a final state",
    ),
    "out of a final state": (
        plant(add=[move("x", "gone", "open")]),
        ("moves", 8, "from", 0),
        "leads out of the final state 'gone'",
    ),
    "shadowed by an unguarded move": (
        plant(add=[move("approve", "decided", "=", "record-consent", "chosen")]),
        ("moves", 8, "name"),
        "shadowed move 'approve'",
    ),
    "shadowed by the same guards": (
        plant(add=[move("x", "open", "=", None, "chosen"), move("x", "open", "decided", None, "chosen")]),
        ("moves", 9, "name"),
        "shadowed move 'x'",
    ),
    "unknown guard": (
        plant(add=[move("x", "open", "=", None, "no_such_rule")]),
        ("moves", 8, "guards", 0, "guard"),
        "unknown guard 'no_such_rule'",
    ),
    "unknown guard for all moves": (
        plant(guards=[{"guard": "no_such_rule", "reason": "Nej."}]),
        ("guards", 0, "guard"),
        "unknown guard 'no_such_rule'",
    ),
    "placeholder not provided": (
        plant(guards=[{"guard": "chosen", "reason": "{body} {meeting}"}]),
        ("guards", 0, "reason"),
        "does not provide {meeting}",
    ),
    "brace without partner": (
        plant(guards=[{"guard": "chosen", "reason": "Nej {body"}]),
        ("guards", 0, "reason"),
        "brace without its partner",
    ),
    "postponed without a move": (
        plant(without=("rework",)),
        ("outcomes", "udsat"),
        "outcome without a consequence",
    ),
    "rejected without a move": (
        plant(without=("conclude",)),
        ("outcomes", "forkastet"),
        "outcome without a consequence",
    ),
    "returned without a move": (
        plant(without=("return",)),
        ("outcomes", "tilbagesendt"),
        "outcome without a consequence",
    ),
    "approved without a move": (
        plant(without=("hand-on",)),
        ("outcomes", "godkendt"),
        "outcome without a consequence",
    ),
    "nothing goes on": (plant(outcomes={"udsat": "stay"}), ("outcomes",), "no outcome lets the sag go on"),
    "table never used": (plant(without=("decide",)), ("outcomes",), "this table is never used"),
    "go-on to an open state": (
        plant(add=[move("x", "decided", "open", "go-on")]),
        ("moves", 8, "to"),
        "does not lead to a final state",
    ),
    "effect of a life": (
        plant(add=[move("x", "open", "off", "leave-route")]),
        ("moves", 8, "does"),
        "nothing a step can do",
    ),
    "effect without its guard": (
        plant(add=[move("x", "decided", "open", "next-meeting")]),
        ("moves", 8, "does"),
        "without the guard later_meeting_known",
    ),
    "no final state": (
        plant(states=[{"key": key, "title": key} for key in ("open", "decided", "gone", "off")]),
        ("states",),
        "no state is final",
    ),
    "nothing hands on": (
        plant(without=("decide", "hand-on"), outcomes={}, initial="decided"),
        ("moves",),
        "no move hands the sag on",
    ),
    "engine pulls into an open state": (
        plant(without=("pull",), add=[engine("pull") | {"to": "open"}]),
        ("moves", 7, "to"),
        "does not lead to a final state",
    ),
    "engine cannot pull": (plant(without=("pull",)), ("moves",), "the engine needs a move 'pull'"),
    "engine cannot pull everywhere": (
        plant(without=("pull",), add=[engine("pull") | {"from": ["open"]}]),
        ("moves",),
        "needs a move 'pull' from decided",
    ),
    "guard on an engine's move": (
        plant(without=("pull",), add=[engine("pull") | {"guards": [{"guard": "chosen", "reason": "Nej."}]}]),
        ("moves", 7, "name"),
        "neither guards nor an effect",
    ),
}


@pytest.mark.parametrize("fault", PROCEDURE_FAULTS)
def test_a_planted_procedure_fault_is_found_at_its_place(fault: str) -> None:
    data, path, words = PROCEDURE_FAULTS[fault]
    hits = [flaw for flaw in of_procedure(data) if words in flaw.message and flaw.path == path]
    assert hits, of_procedure(data)
    assert all(flaw.hint for flaw in hits)


def test_approval_of_a_finished_step_may_stay_where_it_is() -> None:
    assert of_procedure(plant(add=[move("note", "gone", "=")])) == ()


def test_every_fault_is_shown_at_once() -> None:
    flaws = of_procedure(plant(initial="nowhere", add=[move("x", "open", "nil", None, "no_such_rule")]))
    found = " ".join(flaw.message for flaw in flaws)
    assert all(words in found for words in ("'nowhere'", "'nil'", "'no_such_rule'"))


# --- Workflows -------------------------------------------------------------------------------------------

PROCEDURES = {
    "life@1": LIFE,
    "small@1": Procedure.model_validate(step()),
    "hasty@1": Procedure.model_validate(plant(name="hasty", without=("rework",), outcomes={"godkendt": "go-on"})),
    "silent@1": Procedure.model_validate(
        plant(name="silent", without=("decide", "approve", "rework"), outcomes={}, initial="decided")
    ),
}
BODIES = {
    body.key: body
    for body in (
        Body(key="kd-net", name="KD-Net", short="KD-Net", kind="administrativ", plays=("gruppe",)),
        Body(key="kkr", name="KKR", short="KKR", kind="politisk", chairing=Chairing.CO_CHAIRS),
        Body(key="forum", name="Forum", short="Forum", kind="forum", chairing=Chairing.NONE, plays=("gruppe",)),
        Body(
            key="kosu@2021",
            name="KOSU",
            short="KOSU",
            kind="administrativ",
            valid=Validity.model_validate({"from": "2018-01-01", "to": "2021-12-31"}),
            successor="kosu@2022",
            plays=("gammel",),
        ),
    )
}


def route(*stations: dict[str, Any], **more: Any) -> Workflow:
    """A workflow of small@1 stations."""
    full = [{"procedure": "small@1", "body": "kd-net"} | station for station in stations]
    return Workflow.model_validate({"name": "r", "version": 1, "title": "Rute", "stations": full} | more)


def test_a_sound_workflow_has_no_flaws() -> None:
    good = route(
        {"key": "a", "consent": "chair"},
        {"key": "b", "after": ["a"], "body": "kkr", "consent": "all-co-chairs"},
        {"key": "c", "after": ["a"], "body": {"role": "gruppe"}, "outcomes": {"udsat": {"back_to": "a"}}},
        {"key": "d", "after": ["b", "c"], "body": "kosu@2021"},
        valid={"from": date(2018, 1, 1), "to": date(2021, 12, 31)},
    )
    assert workflow_flaws(good, PROCEDURES, BODIES) == ()


A = {"key": "a"}
WORKFLOW_FAULTS: dict[str, tuple[Workflow, tuple[str | int, ...], str]] = {
    "duplicate key": (route(A, A), ("stations", 1, "key"), "station 'a' stands twice"),
    "unknown after": (route(A, {"key": "b", "after": ["x"]}), ("stations", 1, "after", 0), "unknown station 'x'"),
    "waits for itself": (route(A, {"key": "b", "after": ["b"]}), ("stations", 1, "after"), "in a circle: b"),
    "circle": (
        route({"key": "a", "after": ["b"]}, {"key": "b", "after": ["a"]}),
        ("stations", 0, "after"),
        "in a circle: a, b",
    ),
    "after a circle": (
        route({"key": "a", "after": ["b"]}, {"key": "b", "after": ["a"]}, {"key": "c", "after": ["b"]}),
        ("stations", 2, "after"),
        "station 'c' can never be reached",
    ),
    "unknown procedure": (
        route(A | {"procedure": "x@1"}),
        ("stations", 0, "procedure"),
        "unknown procedure 'x@1'",
    ),
    "life at a station": (
        route(A | {"procedure": "life@1"}),
        ("stations", 0, "procedure"),
        "a sag's life is not a procedure for a station",
    ),
    "unknown life": (route(A, life="x@1"), ("life",), "unknown procedure 'x@1'"),
    "step as life": (route(A, life="small@1"), ("life",), "is for steps"),
    "unknown body": (route(A | {"body": "kkrr"}), ("stations", 0, "body"), "unknown body 'kkrr'"),
    "unknown role": (route(A | {"body": {"role": "x"}}), ("stations", 0, "body", "role"), "no body plays 'x'"),
    "role out of time": (
        route(A | {"body": {"role": "gammel"}}, valid={"from": "2022-01-01"}),
        ("stations", 0, "body", "role"),
        "no body that plays 'gammel' exists",
    ),
    "no chair": (
        route(A | {"body": "forum", "consent": "chair"}),
        ("stations", 0, "consent"),
        "cannot be given at 'forum'",
    ),
    "chair of co-chairs": (
        route(A | {"body": "kkr", "consent": "chair"}),
        ("stations", 0, "consent"),
        "its chairing is 'co-chairs'",
    ),
    "co-chairs of a chair": (
        route(A | {"consent": "any-co-chair"}),
        ("stations", 0, "consent"),
        "cannot be given at 'kd-net'",
    ),
    "one of a role has no chair": (
        route(A | {"body": {"role": "gruppe"}, "consent": "chair"}),
        ("stations", 0, "consent"),
        "cannot be given at 'forum'",
    ),
    "nothing records consent": (
        route(A | {"procedure": "silent@1", "consent": "chair"}),
        ("stations", 0, "consent"),
        "no move of silent@1 records one",
    ),
    "body ends": (
        route(A | {"body": "kosu@2021"}, valid={"from": "2018-01-01"}),
        ("stations", 0, "body"),
        "ends on 2021-12-31, but the workflow is valid without end",
    ),
    "body begins later": (
        route(A | {"body": "kosu@2021"}, valid={"from": "2017-01-01", "to": "2021-12-31"}),
        ("stations", 0, "body"),
        "does not exist before 2018-01-01",
    ),
    "back to an unknown station": (
        route(A, {"key": "b", "after": ["a"], "outcomes": {"udsat": {"back_to": "x"}}}),
        ("stations", 1, "outcomes", "udsat"),
        "goes back to 'x', no earlier station",
    ),
    "back to a later station": (
        route(A | {"outcomes": {"udsat": {"back_to": "b"}}}, {"key": "b", "after": ["a"]}),
        ("stations", 0, "outcomes", "udsat"),
        "goes back to 'b', no earlier station",
    ),
    "back from a start": (
        route(A | {"outcomes": {"drøftet": "back"}}),
        ("stations", 0, "outcomes", "drøftet"),
        "nothing comes before 'a'",
    ),
    "conditional start": (route(A | {"submit": "conditional"}), ("stations", 0, "submit"), "waits for nobody"),
    "conditional without submission": (
        route(A, {"key": "b", "after": ["a"], "submit": "conditional"}),
        ("stations", 1, "submit"),
        "nothing is submitted in small@1",
    ),
    "fan-out over nobody": (
        route(A | {"fan_out": {"over": "byraad"}}),
        ("stations", 0, "fan_out", "over"),
        "unknown body 'byraad'",
    ),
    "waits twice for one": (
        route(A, {"key": "b", "after": ["a", "a"]}),
        ("stations", 1, "after"),
        "names a station twice",
    ),
    "station where nothing goes on": (
        route(A | {"outcomes": {"godkendt": "stay"}}),
        ("stations", 0, "outcomes"),
        "no outcome lets the sag go on",
    ),
    "outcome that strands the sag": (
        route(A | {"procedure": "hasty@1", "outcomes": {"udsat": "stay"}}),
        ("stations", 0, "outcomes", "udsat"),
        "outcome without a consequence",
    ),
    "ends before it begins": (
        route(A, valid={"from": "2022-01-01", "to": "2021-01-01"}),
        ("valid", "to"),
        "before it begins",
    ),
    "outcomes nothing records": (
        route(A | {"procedure": "silent@1", "outcomes": {"godkendt": "go-on"}}),
        ("stations", 0, "outcomes"),
        "no move of silent@1 records one",
    ),
}


@pytest.mark.parametrize("fault", WORKFLOW_FAULTS)
def test_a_planted_workflow_fault_is_found_at_its_place(fault: str) -> None:
    workflow, path, words = WORKFLOW_FAULTS[fault]
    flaws = workflow_flaws(workflow, PROCEDURES, BODIES)
    hits = [flaw for flaw in flaws if words in flaw.message and flaw.path == path]
    assert hits, flaws
    assert all(flaw.hint for flaw in hits)


def test_an_ending_body_names_the_day_and_the_successor() -> None:
    workflow = route(A | {"body": "kosu@2021"}, valid={"from": "2018-01-01"})
    (flaw,) = workflow_flaws(workflow, PROCEDURES, BODIES)
    assert "2021-12-31" in flaw.hint
    assert "successor from 2022-01-01 is 'kosu@2022'" in flaw.hint


def test_a_start_may_inherit_back_from_its_procedure() -> None:
    assert workflow_flaws(route(A), PROCEDURES, BODIES) == ()


def test_two_circles_are_told_apart() -> None:
    pairs = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]
    workflow = route(*({"key": key, "after": [before]} for key, before in pairs))
    rings = [flaw.message for flaw in workflow_flaws(workflow, PROCEDURES, BODIES) if "circle" in flaw.message]
    assert len(rings) == 2
