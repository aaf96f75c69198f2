"""Drawings show every station and every arrow, say the same in words, and never let a title become markup."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from kdflow import drawing
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Workflow

SVG = "{http://www.w3.org/2000/svg}"
BODIES = {"kd-net": Body(key="kd-net", name="Kommunaldirektørnetværket", short="KD-Net", kind="administrativ")}
NASTY = """<script>alert("x")</script> & 'y' ]]> --> "z" #quot; | [a](b)"""


def station(key: str, *after: str, **more: Any) -> dict[str, Any]:
    """A station at KD-Net, as data."""
    return {"key": key, "title": f"Led {key}", "body": "kd-net", "after": list(after)} | more


def route(*stations: dict[str, Any], title: str = "Rute") -> Workflow:
    """A workflow of stations."""
    return Workflow.model_validate({"name": "r", "version": 1, "title": title, "stations": list(stations)})


SPLIT = route(
    station("a", consent="chair"),
    station("b", "a"),
    station("c", "a", outcomes={"udsat": "stay"}),
    station("d", "b", "c", submit="conditional"),
    station("e", "d", "a", outcomes={"tilbagesendt": {"back_to": "b"}}),
)


def elements(workflow: Workflow, name: str) -> list[ElementTree.Element]:
    """The elements of one name in the drawing of a workflow."""
    return list(ElementTree.fromstring(drawing.svg(workflow, BODIES)).iter(SVG + name))  # noqa: S314


def test_every_station_is_a_box_of_its_own() -> None:
    boxes = {(box.get("x"), box.get("y")) for box in elements(SPLIT, "rect")}
    assert len(boxes) == len(SPLIT.stations)


def test_stations_stand_in_layers_from_left_to_right() -> None:
    at = drawing.layout(SPLIT).at
    for one in SPLIT.stations:
        assert all(at[before][0] + drawing.WIDTH < at[one.key][0] for before in one.after)
    assert at["b"][0] == at["c"][0]
    assert at["b"][1] != at["c"][1]


def test_a_long_arrow_keeps_clear_of_the_stations_between() -> None:
    plan = drawing.layout(SPLIT)
    lane = plan.lanes["a", "e"]
    assert len(lane) == 2
    for x, y in lane:
        for left, top in plan.at.values():
            assert not (left <= x <= left + drawing.WIDTH and top <= y <= top + drawing.HEIGHT)


def test_there_is_an_arrow_for_each_wait_and_each_way_back() -> None:
    paths = [path for path in elements(SPLIT, "path") if path.get("marker-end")]
    assert len(paths) == sum(len(one.after) for one in SPLIT.stations) + 1
    dashes = [path.get("stroke-dasharray") for path in paths]
    assert dashes.count("7 5") == 2  # both arrows into the conditional station
    assert dashes.count("2 4") == 1  # the way back
    assert "tilbagesendt" in [text.text for text in elements(SPLIT, "text")]


def test_nothing_lies_outside_the_picture() -> None:
    root = ElementTree.fromstring(drawing.svg(SPLIT, BODIES))  # noqa: S314
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    for box in root.iter(SVG + "rect"):
        assert 0 <= float(str(box.get("x"))) <= width - drawing.WIDTH
        assert 0 <= float(str(box.get("y"))) <= height - drawing.HEIGHT
    for text in root.iter(SVG + "text"):
        assert 0 < float(str(text.get("y"))) < height


def test_the_picture_can_be_heard() -> None:
    root = ElementTree.fromstring(drawing.svg(SPLIT, BODIES))  # noqa: S314
    assert root.get("role") == "img"
    labels = str(root.get("aria-labelledby")).split()
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert [named[label] for label in labels] == ["Rute", drawing.text(SPLIT, BODIES)]


def test_the_picture_needs_no_style_and_no_script() -> None:
    source = drawing.svg(SPLIT, BODIES)
    assert not re.search(r"<style|style=|<script|\son\w+=|href", source)


def test_the_text_numbers_stations_and_tells_what_they_wait_for() -> None:
    lines = drawing.text(SPLIT, BODIES).splitlines()
    assert lines[0] == "Rute (r@1)"
    assert "formanden godkender" in lines[1]
    assert lines[4].endswith("(efter 2, 3)")
    assert "kan indmeldes under forudsætning" in lines[4]
    assert "tilbagesendt går tilbage til 2" in lines[5]


def test_mermaid_has_a_node_for_each_station_and_dotted_arrows() -> None:
    lines = drawing.mermaid(SPLIT, BODIES).splitlines()
    assert lines[0] == "flowchart LR"
    assert sum('("' in line for line in lines) == len(SPLIT.stations)
    assert "  s1 -.-> s3" in lines
    assert "  s0 --> s4" in lines
    assert '  s4 -. "tilbagesendt" .-> s1' in lines


def test_a_title_is_data_and_nothing_else() -> None:
    workflow = route(station("a", title=NASTY), station("b", "a", title="\x00\x0b\ufffe ]"), title=NASTY)
    root = ElementTree.fromstring(drawing.svg(workflow, BODIES))  # noqa: S314
    assert {element.tag for element in root.iter()}.isdisjoint({SVG + "script"})
    assert [element.text for element in root if element.tag == SVG + "title"] == [NASTY]
    mermaid = drawing.mermaid(workflow, BODIES)
    assert len(mermaid.splitlines()) == 4
    assert "<script" not in mermaid
    assert mermaid.count('"') == 4


def test_an_unknown_body_is_shown_by_its_key_and_a_role_as_a_choice() -> None:
    workflow = route(
        {"key": "a", "body": "nowhere"}, {"key": "b", "body": {"role": "administrativ-gruppe"}, "after": ["a"]}
    )
    shown = drawing.text(workflow, {})
    assert "nowhere: godkendelse" in shown
    assert "Vælges: administrativ-gruppe" in shown


@pytest.mark.parametrize("draw", [drawing.text, drawing.mermaid, drawing.svg])
def test_a_drawing_is_the_same_every_time(draw: Any) -> None:
    again = Workflow.model_validate_json(SPLIT.canonical)
    assert draw(SPLIT, BODIES) == draw(again, BODIES)


@pytest.mark.parametrize("draw", [drawing.text, drawing.mermaid, drawing.svg])
def test_a_flawed_workflow_can_still_be_drawn(draw: Any) -> None:
    circle = route(station("a", "b"), station("b", "a", "nowhere"), station("c", "c"))
    assert "Led a" in draw(circle, BODIES)


def test_a_large_workflow_is_drawn_without_delay() -> None:
    chain = [station(f"s{n}", *([f"s{n - 1}"] if n else [])) for n in range(200)]
    assert drawing.svg(route(*chain), BODIES).count("<rect") == 200
