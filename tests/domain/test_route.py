"""On any acyclic route, going on everywhere comes to an end, and every join opens once, for all its branches."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from kdflow.domain import route
from kdflow.domain.workflow import Definitions, Workflow
from tests import make
from tests.make import Course

Shape = dict[str, list[str]]

DIAMOND = make.route("a~ > b~ + c~ > d~ > e~").workflow


@st.composite
def shapes(draw: st.DrawFn, most: int = 7) -> Shape:
    """A random acyclic route with splits and joins: each station with those it comes after."""
    found: Shape = {}
    for number in range(draw(st.integers(1, most))):
        after = st.lists(st.sampled_from(sorted(found)), max_size=3, unique=True) if found else st.just([])
        found[f"s{number}"] = sorted(draw(after))
    return found


def built(shape: Shape) -> Definitions:
    """The route of a shape; every station works without meetings."""
    common: dict[str, Any] = {"body": "kd-net", "procedure": "preparation@1"}
    return make.on_procedures([common | {"key": key, "after": after} for key, after in shape.items()])


def step_on(course: Course, data: st.DataObject) -> str:
    """Let one branch that stands at a station go on; the station is returned."""
    here = sorted(place for place in course.sag.places if ">" not in place)
    assert here, f"stuck: every branch waits, {course.sag.places}"
    station = data.draw(st.sampled_from(here))
    course.do(station, "decide", outcome="godkendt").do(station, "hand-on")
    return station


def to_the_end(course: Course, data: st.DataObject) -> list[str]:
    """Let every branch go on until none is left; the stations passed are returned."""
    passed: list[str] = []
    while course.sag.places:
        assert len(passed) < 200, "it never ends"
        passed.append(step_on(course, data))
    return passed


SOME = settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])


@SOME
@given(shapes(), st.data())
def test_going_on_everywhere_ends_and_opens_every_station_once(shape: Shape, data: st.DataObject) -> None:
    course = make.on_route(built(shape))
    passed = to_the_end(course, data)
    assert course.sag.life == "concluded"
    stations = list(shape)
    assert sorted(passed) == sorted(stations)
    assert Counter(step.station for step in course.sag.steps) == dict.fromkeys(stations, 1)
    opened = [step.station for step in course.sag.steps]
    assert all(opened.index(before) < opened.index(key) for key, after in shape.items() for before in after)


@SOME
@given(shapes(), st.data())
def test_a_branch_stands_at_one_place_and_never_twice(shape: Shape, data: st.DataObject) -> None:
    course = make.on_route(built(shape))
    known = set(route.places(course.definitions.workflow))
    while course.sag.places:
        places = course.sag.places
        assert len(places) == len(set(places))
        assert set(places) <= known
        standing = {place for place in places if ">" not in place}
        assert standing == {
            s.station for s in course.sag.steps if s.state not in ("handed-on", "returned", "pulled")
        }
        step_on(course, data)


def turned_back(shape: Shape, data: st.DataObject) -> Course:
    """A sag that went some steps and was then sent back from somewhere to somewhere earlier."""
    course = make.on_route(built(shape))
    for _ in range(data.draw(st.integers(0, 6))):
        if course.sag.places:
            step_on(course, data)
    ancestors = course.definitions.workflow.ancestors
    can = sorted(place for place in course.sag.places if ">" not in place and ancestors[place])
    assume(can)
    station = data.draw(st.sampled_from(can))
    target = data.draw(st.sampled_from(sorted(ancestors[station])))
    course.do(station, "return", reason="Om igen.", back_to=target)
    assert target in course.sag.places
    assert not set(course.sag.places) & course.definitions.workflow.descendants(target)
    return course


def test_going_back_past_a_join_whose_branch_has_ended_lets_the_others_wait_at_it() -> None:
    course = make.on_route(built({"a": [], "b": [], "j": ["a", "b"], "k": ["b"]}))
    for station in ("a", "b", "j"):
        course.through(station)
    course.do("k", "return", reason="Om igen.", back_to="b")
    assert set(course.sag.places) == {"b", "a>j"}
    course.through("b").through("j").through("k")
    assert course.sag.life == "concluded"


@SOME
@given(shapes(), st.data())
def test_going_back_and_on_again_ends_too(shape: Shape, data: st.DataObject) -> None:
    course = turned_back(shape, data)
    to_the_end(course, data)
    assert course.sag.life == "concluded"


@SOME
@given(shapes(), st.data())
def test_ending_the_sag_anywhere_leaves_no_place_and_no_open_step(shape: Shape, data: st.DataObject) -> None:
    course = make.on_route(built(shape))
    for _ in range(data.draw(st.integers(0, 4))):
        if course.sag.places:
            step_on(course, data)
    here = sorted(place for place in course.sag.places if ">" not in place)
    assume(here)
    station = data.draw(st.sampled_from(here))
    course.do(station, "decide", outcome="forkastet").do(station, "conclude")
    assert (course.sag.places, course.sag.life) == ((), "concluded")
    assert {step.state for step in course.sag.steps} <= {"handed-on", "rejected", "pulled"}


def test_the_places_are_the_stations_and_a_waiting_place_for_each_branch_of_a_join() -> None:
    assert route.places(DIAMOND) == ("a", "b", "c", "d", "e", "b>d", "c>d")
    assert [s.key for s in DIAMOND.stations if route.is_join(DIAMOND, s.key)] == ["d"]
    assert route.entry(DIAMOND, "a", "b") == "b"
    assert route.entry(DIAMOND, "b", "d") == "b>d"


def test_the_passages_of_a_join_are_to_wait_to_enter_and_to_go_back() -> None:
    ways = {(p.trigger, p.source, p.target) for p in route.passages(DIAMOND)}
    assert {("go:b>d", "b", "b>d"), ("join:d", "b>d", "d"), ("again:b", "b>d", "b")} <= ways
    assert ("go:b>d", "b", "d") not in ways
    assert ("enter:a", "outside", "a") in ways
    assert not any(trigger == "enter:b" for trigger, *_ in ways)
    assert {target for trigger, source, target in ways if source == "d" and trigger.startswith("back:")} == set(
        "abc"
    )
    assert all(("recall", place, "recalled") in ways for place in route.places(DIAMOND))
    assert {source for trigger, source, _ in ways if trigger.startswith("finish:")} == set("abcde")


@SOME
@given(shapes())
def test_every_place_can_be_left_and_every_passage_is_between_known_places(shape: Shape) -> None:
    workflow = built(shape).workflow
    known = {*route.places(workflow), route.OUTSIDE, route.FINISHED, route.RECALLED}
    passages = route.passages(workflow)
    assert all(p.source in known and p.target in known for p in passages)
    assert len({(p.trigger, p.source) for p in passages}) == len(passages)
    assert {p.source for p in passages} == known - {route.FINISHED, route.RECALLED}


# treated anew at, the sag stands at, what is obsolete
DOWNSTREAM = [
    ("a", ("b", "c"), ("b", "c")),
    ("a", ("b>d", "c"), ("b>d", "c")),
    ("b", ("b>d", "c"), ("b>d",)),
    ("c", ("b>d", "c"), ()),
    ("c", ("d",), ("d",)),
    ("d", ("e",), ("e",)),
    ("e", ("e",), ()),
    ("d", ("b>d", "c>d"), ()),
]


@pytest.mark.parametrize(("station", "current", "obsolete"), DOWNSTREAM)
def test_downstream_is_what_stands_on_a_station(
    station: str, current: tuple[str, ...], obsolete: tuple[str, ...]
) -> None:
    assert route.downstream_places(DIAMOND, station, current) == obsolete


@SOME
@given(shapes())
def test_ancestors_and_descendants_are_each_others_mirror(shape: Shape) -> None:
    workflow = built(shape).workflow
    for station in workflow.stations:
        assert station.key not in workflow.ancestors[station.key]
        for other in workflow.stations:
            assert (other.key in workflow.ancestors[station.key]) == (
                station.key in workflow.descendants(other.key)
            )


def test_ancestors_of_a_route_in_a_circle_are_found_without_end() -> None:
    circle = Workflow.model_validate(
        {
            "name": "r",
            "version": 1,
            "title": "Ring",
            "stations": [
                {"key": "a", "body": "kd-net", "after": ["b", "ukendt"]},
                {"key": "b", "body": "kd-net", "after": ["a"]},
            ],
        }
    )
    assert circle.starts == ()
    assert circle.ancestors["a"] >= {"b", "ukendt"}
