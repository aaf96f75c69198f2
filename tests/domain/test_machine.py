"""One machine per definition version, shared by every sag and every thread, and never the owner of a state."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kdflow.domain import machine, route
from kdflow.domain.errors import NoSuchMove, Refused
from kdflow.domain.workflow import Procedure, Workflow
from tests import make


def again(procedure: Procedure) -> Procedure:
    """An equal procedure, read anew as from the store."""
    return Procedure.model_validate_json(procedure.canonical)


def test_a_version_has_one_machine_however_often_it_is_read() -> None:
    meeting = make.procedure()
    assert machine.procedure_machine(meeting) is machine.procedure_machine(again(meeting))
    workflow = make.definitions("standard@1").workflow
    read = Workflow.model_validate_json(workflow.canonical)
    assert machine.route_machine(workflow) is machine.route_machine(read)


def test_another_version_has_another_machine() -> None:
    meeting = make.procedure()
    second = Procedure.model_validate(meeting.model_dump(by_alias=True) | {"version": 2})
    assert machine.procedure_machine(meeting) is not machine.procedure_machine(second)
    assert machine.procedure_machine(meeting) is not machine.procedure_machine(make.procedure("preparation@1"))


def test_a_refusal_lists_every_guard_that_says_no() -> None:
    course = make.sag("gruppe > kdnet").do(None, "rest", "ida", reason="Valg.")
    with pytest.raises(Refused) as refused:
        machine.fire(make.procedure(), "preparing", "submit", course.situation("gruppe"))
    assert [(r.guard, r.field) for r in refused.value.reasons] == [
        ("sag_under_way", None),
        ("indstilling_written", None),
        ("meeting_chosen", "meeting"),
    ]
    assert str(refused.value) == "; ".join(reason.text for reason in refused.value.reasons)
    assert "Vælg et møde i DASSOS." in str(refused.value)


def test_a_refused_move_leaves_the_state_and_a_possible_one_gives_the_new() -> None:
    course = make.sag("gruppe").write("gruppe", "Indstilling.")
    meeting = make.procedure()
    there = course.situation("gruppe", meeting="2020-01-24")
    assert machine.reasons_against(meeting, "preparing", "submit", there) == ()
    assert machine.fire(meeting, "preparing", "submit", there) == "submitted"


@pytest.mark.parametrize(
    ("state", "move"),
    [
        ("preparing", "decide"),
        ("handed-on", "submit"),
        ("preparing", "fly"),
        ("nowhere", "submit"),
        ("preparing", "to_decided"),
        ("preparing", "__init__"),
    ],
)
def test_a_move_that_the_state_does_not_have_is_no_such_move(state: str, move: str) -> None:
    course = make.sag("gruppe")
    with pytest.raises(NoSuchMove) as fired:
        machine.fire(make.procedure(), state, move, course.situation("gruppe"))
    assert (fired.value.move, fired.value.state) == (move, state)
    with pytest.raises(NoSuchMove) as found:
        machine.find_move(make.procedure(), state, move)
    assert found.value.state_title == {"preparing": "Under forberedelse", "handed-on": "Sendt videre"}.get(
        state, state
    )


def test_a_way_that_the_route_does_not_have_is_no_such_move() -> None:
    workflow = make.definitions("standard@1").workflow
    assert machine.fire_route(workflow, "gruppe", "go:gruppe>kdnet") == "kdnet"
    for place, trigger in (("kdnet", "go:gruppe>kdnet"), ("gruppe", "go:gruppe>kkr"), ("nowhere", "recall")):
        with pytest.raises(NoSuchMove):
            machine.fire_route(workflow, place, trigger)


def test_a_route_machine_has_every_place_and_way_and_nothing_else() -> None:
    workflow = make.route("a~ > b~ + c~ > d~ > e~").workflow
    compiled = machine.route_machine(workflow)
    assert set(compiled.states) == {*route.places(workflow), route.OUTSIDE, route.FINISHED, route.RECALLED}
    ways = {(p.trigger, p.source, p.target) for p in route.passages(workflow)}
    held = {
        (trigger, source, found[0].dest)
        for trigger, event in compiled.events.items()
        for source, found in event.transitions.items()
        if len(found) == 1
    }
    assert held == ways


def test_a_machine_is_not_changed_by_use() -> None:
    meeting = make.procedure()
    compiled = machine.procedure_machine(meeting)

    def shape() -> tuple[object, ...]:
        transitions = sum(len(t) for event in compiled.events.values() for t in event.transitions.values())
        return compiled.models, compiled.initial, list(compiled.states), list(compiled.events), transitions

    before = shape()
    course = make.sag("gruppe > kdnet")
    course.through("gruppe")
    for _ in range(100):
        course.moves("kdnet", "karin")
    assert shape() == before
    assert compiled.models == []


def test_eight_threads_on_one_machine_never_see_each_others_states() -> None:
    meeting = make.procedure()
    prepared = make.sag("gruppe").write("gruppe", "Indstilling.").situation("gruppe", meeting="2020-01-24")
    bare = make.sag("gruppe").situation("gruppe", reason="Derfor.")
    workflow = make.route("a~ > b~ + c~ > d~").workflow

    def work(seed: int) -> int:
        chance = random.Random(seed)  # noqa: S311
        done = 0
        for _ in range(400):
            kind = chance.randrange(4)
            if kind == 0:
                assert machine.fire(meeting, "preparing", "submit", prepared) == "submitted"
            elif kind == 1:
                with pytest.raises(Refused) as refused:
                    machine.fire(meeting, "preparing", "submit", bare)
                assert len(refused.value.reasons) == 2
            elif kind == 2:
                assert machine.fire(meeting, "submitted", "decline", bare) == "preparing"
            else:
                follower = chance.choice("bc")
                assert machine.fire_route(workflow, "a", f"go:a>{follower}") == follower
                assert machine.fire_route(workflow, follower, f"go:{follower}>d") == f"{follower}>d"
                assert machine.fire_route(workflow, f"{follower}>d", "join:d") == "d"
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 8 * 400


class Slow(str):
    """A reason that is read slowly: while a guard reads it, somebody else moves another sag."""

    __slots__ = ("meanwhile",)
    meanwhile: Callable[[], None]

    def strip(self, chars: str | None = None, /) -> str:
        self.meanwhile()
        return str.strip(self, chars)


def test_a_move_in_the_middle_of_another_on_the_same_machine_is_made_at_once() -> None:
    meeting = make.procedure()
    other = make.sag("gruppe").situation("gruppe", reason="Derfor.")
    between: list[str] = []
    slow = Slow("Vent.")
    with ThreadPoolExecutor(1) as pool:
        slow.meanwhile = lambda: between.append(
            pool.submit(machine.fire, meeting, "on-agenda", "take-off", other).result(timeout=10)
        )
        there = make.sag("gruppe").situation("gruppe", reason=slow)
        assert machine.fire(meeting, "submitted", "decline", there) == "preparing"
    assert between == ["preparing"]


def test_a_hundred_thousand_sager_need_no_more_compiled_machines_than_one() -> None:
    meeting = make.procedure()
    workflow = make.definitions("standard@1").workflow
    situation = make.sag("gruppe").situation("gruppe", reason="Derfor.")

    def one_sag() -> None:
        machine.fire(meeting, "submitted", "decline", situation)
        machine.fire_route(workflow, "gruppe", "go:gruppe>kdnet")

    one_sag()
    sizes = machine.procedure_machine.cache_info().currsize, machine.route_machine.cache_info().currsize
    gc.collect()
    tracemalloc.start()
    for _ in range(2_000):
        one_sag()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for _ in range(98_000):
        machine.fire_route(workflow, "gruppe", "go:gruppe>kdnet")
    assert (machine.procedure_machine.cache_info().currsize, machine.route_machine.cache_info().currsize) == sizes
    assert kept < 100_000  # bytes, for 2,000 sager


def test_no_more_machines_are_kept_than_the_limit() -> None:
    workflow = make.definitions("standard@1").workflow
    values = workflow.model_dump(by_alias=True, mode="json")
    for version in range(2, machine.KEPT + 40):
        small = values | {"version": version, "stations": values["stations"][:1]}
        machine.route_machine(Workflow.model_validate(small))
    assert machine.route_machine.cache_info().currsize <= machine.KEPT
    assert machine.fire_route(workflow, "gruppe", "go:gruppe>kdnet") == "kdnet"
