"""Another route for a running sag: what maps is carried over, what cannot is named, and it still comes home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from kdflow.domain import course as ways
from kdflow.domain.amendment import Amendment, RouteChange, amended, route_change
from kdflow.domain.errors import NotFound
from kdflow.domain.route_soundness import workflow_flaws
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Definitions, Station
from tests import make
from tests.domain.test_route import Shape, built, shapes, to_the_end
from tests.make import NOW, Course


def station(key: str, *after: str, **values: Any) -> Station:
    """A station that works without meetings."""
    return Station.model_validate({"key": key, "body": key, "procedure": "preparation@1", "after": after} | values)


def on(chosen: Definitions, amendment: Amendment) -> Definitions:
    """The private route that an amendment makes."""
    workflow = amended(chosen.workflow, amendment, "sag-2020-0001.1", NOW.date())
    return Definitions(workflow=workflow, procedures=chosen.procedures)


def moved(course: Course, new: Definitions, renamed: Mapping[str, str] | None = None) -> Course:
    """Move a sag to another route; it must be possible."""
    change = route_change(course.sag, course.definitions, new, renamed)
    assert change.obstacles == ()
    walk = Walk(course.situation(None, reason="Ny rute."))
    ways.change_route(walk, change, new, "amend")
    course.world.bodies.update({s.key: make.body(s.key) for s in new.workflow.stations})  # type: ignore[attr-defined]
    return course.take(walk, "ida")


def obstacles(course: Course, new: Definitions, renamed: Mapping[str, str] | None = None) -> list[str]:
    """What stands in the way, in words."""
    return [str(one) for one in route_change(course.sag, course.definitions, new, renamed).obstacles]


def after(chosen: Definitions) -> dict[str, tuple[str, ...]]:
    """The shape of a route."""
    return {s.key: s.after for s in chosen.workflow.stations}


LINE = make.route("a~ > b~ > c~")
DIAMOND = make.route("a~ > b~ + c~ > d~")

# case: (route, amendment, shape afterwards in file order)
AMENDED: dict[str, tuple[Definitions, Amendment, list[tuple[str, tuple[str, ...]]]]] = {
    "a station taken out": (LINE, Amendment(remove=("b",)), [("a", ()), ("c", ("a",))]),
    "the first taken out": (LINE, Amendment(remove=("a",)), [("b", ()), ("c", ("b",))]),
    "the last taken out": (LINE, Amendment(remove=("c",)), [("a", ()), ("b", ("a",))]),
    "two taken out": (LINE, Amendment(remove=("a", "b")), [("c", ())]),
    "one branch taken out": (DIAMOND, Amendment(remove=("b",)), [("a", ()), ("c", ("a",)), ("d", ("a", "c"))]),
    "one put in between": (
        LINE,
        Amendment(add=((station("x", "a"), ("b",)),)),
        [("a", ()), ("x", ("a",)), ("b", ("x",)), ("c", ("b",))],
    ),
    "one put in at the end": (
        LINE,
        Amendment(add=((station("x", "c"), ()),)),
        [("a", ()), ("b", ("a",)), ("c", ("b",)), ("x", ("c",))],
    ),
    "one put in at the start": (
        LINE,
        Amendment(add=((station("x"), ("a",)),)),
        [("x", ()), ("a", ("x",)), ("b", ("a",)), ("c", ("b",))],
    ),
    "one put in beside": (
        LINE,
        Amendment(add=((station("x", "a"), ("c",)),)),
        [("a", ()), ("x", ("a",)), ("b", ("a",)), ("c", ("b", "x"))],
    ),
    "one in place of another": (
        LINE,
        Amendment(remove=("b",), add=((station("x", "a"), ("c",)),)),
        [("a", ()), ("x", ("a",)), ("c", ("x",))],
    ),
}


@pytest.mark.parametrize("case", AMENDED)
def test_an_amended_route_has_the_stations_taken_out_and_put_in(case: str) -> None:
    chosen, amendment, shape = AMENDED[case]
    new = on(chosen, amendment)
    assert list(after(new).items()) == shape
    assert new.workflow.ref == "proeve@1+sag-2020-0001.1"


def test_an_amended_route_is_in_force_on_the_day_of_the_amendment_alone() -> None:
    valid = on(LINE, Amendment(remove=("b",))).workflow.valid
    assert [valid.covers(NOW.date() + timedelta(days=n)) for n in (-1, 0, 1)] == [False, True, False]


def test_an_amended_route_is_another_definition_even_when_the_old_one_was_used() -> None:
    chosen = make.route("a~ > b~ > c~", ref="brugt@1")
    make.on_route(chosen).through("a")  # every cached property of the old workflow is filled in now
    new = on(chosen, Amendment(remove=("b",))).workflow
    assert new.digest != chosen.workflow.digest
    assert set(new.by_key) == {"a", "c"}
    assert new.followers["a"] == ("c",)
    assert '"sag-2020-0001.1"' in new.canonical


@pytest.mark.parametrize(
    "amendment",
    [
        Amendment(remove=("x",)),
        Amendment(add=((station("x", "nowhere"), ()),)),
        Amendment(add=((station("x", "a"), ("nowhere",)),)),
    ],
)
def test_an_amendment_that_names_an_unknown_station_is_refused(amendment: Amendment) -> None:
    with pytest.raises(NotFound):
        amended(LINE.workflow, amendment, "x", NOW.date())


def at_b() -> Course:
    return make.on_route(LINE).through("a")


def test_a_station_ahead_can_be_taken_out_and_others_put_in() -> None:
    course = at_b()
    new = on(LINE, Amendment(remove=("c",), add=((station("x", "b"), ()),)))
    change = route_change(course.sag, LINE, new)
    assert change == RouteChange(
        old="proeve@1",
        new="proeve@1+sag-2020-0001.1",
        places={"b": "b"},
        stations={"a": "a", "b": "b"},
        added=("x",),
        removed=("c",),
    )
    moved(course, new)
    assert course.sag.route == "proeve@1+sag-2020-0001.1"
    assert [(e.machine, e.move, e.reason) for e in course.events] == [("record", "amend", "Ny rute.")]
    assert course.events[0].data == {"added": ["x"], "removed": ["c"], "stations": {"a": "a", "b": "b"}}
    course.through("b").through("x")
    assert course.sag.life == "concluded"


def test_everybody_concerned_is_told_of_another_route() -> None:
    course = moved(at_b(), on(LINE, Amendment(remove=("c",))))
    assert [(n.person, n.kind) for n in course.told] == [("karin", "route-changed")]


OBSTACLES: dict[str, tuple[Any, list[str]]] = {
    "the station it stands at is gone": (
        lambda: (at_b(), on(LINE, Amendment(remove=("b",)))),
        ["b: station-gone", "c: too-late", "b: place-gone"],
    ),
    "a station it has passed is gone": (
        lambda: (at_b(), on(LINE, Amendment(remove=("a",)))),
        ["a: station-gone", "b: reached-differs"],
    ),
    "something is put in behind it": (
        lambda: (at_b(), on(LINE, Amendment(add=((station("x", "a"), ("c",)),)))),
        ["x: too-late"],
    ),
    "something is put in before where it stands": (
        lambda: (at_b(), on(LINE, Amendment(add=((station("x", "a"), ("b",)),)))),
        ["b: reached-differs", "x: too-late"],
    ),
    "another start": (
        lambda: (at_b(), on(LINE, Amendment(add=((station("x"), ("c",)),)))),
        ["x: too-late"],
    ),
    "another body where it stands": (
        lambda: (
            make.sag("a > b").do("a", "submit", meeting="2020-01-24"),
            make.on_procedures(
                [s.model_dump() | {"body": "kd-net"} for s in make.route("a > b").workflow.stations]
            ),
        ),
        ["a: body-differs (a)"],
    ),
    "a procedure without its state": (
        lambda: (
            make.sag("a > b").do("a", "submit", meeting="2020-01-24"),
            make.route("a~ > b"),
        ),
        ["a: state-gone (submitted)"],
    ),
    "a role that nobody fills": (
        lambda: (at_b(), on(LINE, Amendment(add=((station("x", "b", body={"role": "gruppe"}), ()),)))),
        ["x: role-open (gruppe)"],
    ),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_does_not_map_is_named(case: str) -> None:
    at, expected = OBSTACLES[case]
    course, new = at()
    assert obstacles(course, new) == expected


def test_a_body_may_differ_where_the_sag_has_passed() -> None:
    rows = [s.model_dump() | ({"body": "kd-net"} if s.key == "a" else {}) for s in LINE.workflow.stations]
    assert obstacles(at_b(), make.on_procedures(rows)) == []


def test_a_renamed_station_carries_its_steps_and_places() -> None:
    course = make.on_route(DIAMOND).through("a").through("b")
    rows = [s.model_dump() for s in DIAMOND.workflow.stations]
    for row in rows:
        row["key"] = {"b": "b-ny"}.get(row["key"], row["key"])
        row["after"] = [{"b": "b-ny"}.get(key, key) for key in row["after"]]
    new = make.on_procedures(rows, "proeve@2")
    assert obstacles(course, new)[0] == "b: station-gone"
    moved(course, new, {"b": "b-ny"})
    assert set(course.sag.places) == {"c", "b-ny>d"}
    assert [step.station for step in course.sag.steps] == ["a", "b-ny", "c"]
    assert ("route", "over:b>d=b-ny>d") in [(e.machine, e.move) for e in course.events]
    course.through("c").through("d")
    assert course.sag.life == "concluded"


def test_a_renamed_station_is_renamed_in_conditions_too() -> None:
    old, new = make.route("kdnet > kkr?"), make.route("kd > kkr?", ref="proeve@2")
    rows = [s.model_dump() | {"body": {"kd": "kd-net"}.get(s.key, s.body)} for s in new.workflow.stations]
    course = make.on_route(old).ahead("kkr", "2020-03-13")
    moved(course, make.on_procedures(rows, "proeve@2"), {"kdnet": "kd"})
    assert course.step("kkr").conditional_on == ("kd",)
    course.do("kkr", "accept").on("2020-03-13")
    assert "treat" not in course.possible("kkr", "karin")


def test_a_branch_that_waited_at_a_join_goes_on_when_it_is_a_join_no_more() -> None:
    course = make.on_route(DIAMOND).through("a").through("b")
    rows = [s.model_dump() for s in DIAMOND.workflow.stations]
    rows[3]["after"] = ["b"]
    moved(course, make.on_procedures(rows, "proeve@2"))
    assert set(course.sag.places) == {"c", "d"}
    assert course.step("d").state == "preparing"
    course.through("c").through("d")
    assert course.sag.life == "concluded"


THREE = make.route("a~ > b~ + c~ + x~ > d~")


def test_a_join_that_a_change_of_route_completes_is_opened() -> None:
    course = make.on_route(THREE).through("a").through("b").through("c")
    rows = [s.model_dump() for s in THREE.workflow.stations]
    rows[4]["after"] = ["b", "c"]
    moved(course, make.on_procedures(rows, "proeve@2"))
    assert set(course.sag.places) == {"x", "d"}
    assert course.step("d").state == "preparing"


SOME = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much],
)


def amendment(course: Course, shape: Shape, data: st.DataObject) -> Amendment:
    """A random amendment: some stations out that are still ahead, and one put in or none."""
    reached = {step.station for step in course.sag.steps}
    ahead = sorted(set(shape) - reached)
    remove = data.draw(st.lists(st.sampled_from(ahead), max_size=2, unique=True)) if ahead else []
    left = [key for key in shape if key not in remove]
    if not left or data.draw(st.booleans()):
        return Amendment(remove=tuple(remove))
    before = data.draw(st.lists(st.sampled_from(left), min_size=1, max_size=2, unique=True))
    followers = data.draw(st.lists(st.sampled_from(left), max_size=2, unique=True))
    return Amendment(remove=tuple(remove), add=((station("ny", *before, body="kd-net"), tuple(followers)),))


def under_way(shape: Shape, data: st.DataObject) -> Course:
    """A sag some steps on its way."""
    course = make.on_route(built(shape))
    for _ in range(data.draw(st.integers(0, 4))):
        here = sorted(place for place in course.sag.places if ">" not in place)
        if here:
            course.through(data.draw(st.sampled_from(here)))
    return course


def amendable(shape: Shape, data: st.DataObject) -> tuple[Course, Definitions]:
    """A sag some steps on its way, and a sound amended route that it can move to."""
    course = under_way(shape, data)
    chosen = amendment(course, shape, data)
    assume(chosen != Amendment() and set(chosen.remove) != set(shape))
    new = on(course.definitions, chosen)
    assume(not workflow_flaws(new.workflow, new.procedures, {"kd-net": make.body("kd-net")}))
    assume(not route_change(course.sag, course.definitions, new).obstacles)
    return course, new


@SOME
@given(shapes(), st.data())
def test_a_sag_that_can_be_moved_to_an_amended_route_comes_to_its_end(shape: Shape, data: st.DataObject) -> None:
    course, new = amendable(shape, data)
    moved(course, new)
    to_the_end(course, data)
    assert course.sag.life == "concluded"
    visited = [step.station for step in course.sag.steps]
    assert sorted(visited) == sorted(s.key for s in new.workflow.stations)


@SOME
@given(shapes(), st.data())
def test_a_sag_can_always_stay_on_its_own_route(shape: Shape, data: st.DataObject) -> None:
    course = under_way(shape, data)
    change = route_change(course.sag, course.definitions, course.definitions)
    assert change.obstacles == ()
    assert (change.added, change.removed) == ((), ())
    before = course.sag
    moved(course, course.definitions)
    assert (course.sag.places, course.sag.steps) == (before.places, before.steps)


def test_a_step_that_has_not_begun_goes_to_the_stations_new_body() -> None:
    rows = [s.model_dump() | ({"body": "c"} if s.key == "b" else {}) for s in LINE.workflow.stations]
    course = at_b()
    moved(course, make.on_procedures(rows, "proeve@2"))
    assert course.step("b").body == "c"
    assert course.step("a").body == "a"
