"""A workflow as a picture: plain text, Mermaid, and an accessible SVG, the same for the same workflow."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kdflow.domain.timetable import Body
from kdflow.domain.workflow import BackTo, BodyRole, Consent, Station, Submission, Workflow
from kdflow.drawing.parts import BLUE, GREY, INK, PAPER, Point, document, line_of, safe

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 212, 84, 76, 28, 24
LETTERS = 22
"""Letters that fit on one line of a station."""

CONSENT = {
    Consent.CHAIR: "formanden godkender",
    Consent.ANY_CO_CHAIR: "én af formændene godkender",
    Consent.ALL_CO_CHAIRS: "hele formandskabet godkender",
}
CONDITIONAL = "kan indmeldes under forudsætning"

Bodies = Mapping[str, Body]


def label(station: Station, bodies: Bodies) -> str:
    """What a station is called: its own title, else the short name of its body."""
    return station.title or _body_name(station, bodies)


def _body_name(station: Station, bodies: Bodies) -> str:
    if isinstance(station.body, BodyRole):
        return f"Vælges: {station.body.role}"
    return bodies[station.body].short if station.body in bodies else station.body


def _returns(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """The named ways back: from, to, and the outcome that takes them."""
    for station in workflow.stations:
        for outcome, consequence in station.outcomes.items():
            if isinstance(consequence, BackTo) and consequence.back_to in workflow.by_key:
                yield station.key, consequence.back_to, outcome.value


def text(workflow: Workflow, bodies: Bodies) -> str:
    """One line a station, in the order of the route."""
    numbers = {key: place for place, key in enumerate(_in_order(workflow), start=1)}
    lines = [f"{workflow.title} ({workflow.ref})"]
    for key, number in numbers.items():
        station = workflow.by_key[key]
        before = ", ".join(str(numbers[other]) for other in station.after if other in numbers)
        notes = [station.asks.value, CONSENT.get(station.consent, "")]
        notes += [CONDITIONAL if station.submit is Submission.CONDITIONAL else ""]
        notes += [f"{how} går tilbage til {numbers[to]}" for at, to, how in _returns(workflow) if at == key]
        name = label(station, bodies) + (f" [{_body_name(station, bodies)}]" if station.title else "")
        lines.append(
            f"{number:>3}. {name}: {', '.join(filter(None, notes))}" + (f" (efter {before})" * bool(before))
        )
    return "\n".join(lines) + "\n"


def mermaid(workflow: Workflow, bodies: Bodies) -> str:
    """A Mermaid flowchart; dotted arrows for submission ahead of time and for ways back."""
    ids = {station.key: f"s{number}" for number, station in enumerate(workflow.stations)}
    lines = ["flowchart LR"]
    for station in workflow.stations:
        lines.append(
            f'  {ids[station.key]}("{_entity(label(station, bodies))}<br/>{_entity(station.asks.value)}")'
        )
    for station in workflow.stations:
        arrow = "-.->" if station.submit is Submission.CONDITIONAL else "-->"
        lines += [f"  {ids[b]} {arrow} {ids[station.key]}" for b in station.after if b in ids]
    lines += [f'  {ids[a]} -. "{_entity(how)}" .-> {ids[b]}' for a, b, how in _returns(workflow)]
    return "\n".join(lines) + "\n"


def _entity(words: str) -> str:
    """Data as Mermaid text: everything that could be syntax or markup becomes a character code."""
    return re.sub(r"[^\w .,:()/-]", lambda match: f"#{ord(match[0])};", " ".join(words.split()))


# --- Layout: layers by the longest way from a start; long arrows pass through the layers between ----------


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: the left upper corner of each station, the lane of each arrow, and the size."""

    at: Mapping[str, Point]
    lanes: Mapping[tuple[str, str], tuple[Point, ...]]
    size: Point


def _layers(workflow: Workflow) -> dict[str, int]:
    layer = dict.fromkeys(workflow.by_key, 0)
    for _ in workflow.stations:  # settles after as many rounds as the longest way has stations, circle or not
        for station in workflow.stations:
            known = [layer[key] + 1 for key in station.after if key in layer]
            layer[station.key] = min(max(known, default=0), len(layer) - 1)
    return layer


def _in_order(workflow: Workflow) -> list[str]:
    layer = _layers(workflow)
    return sorted(workflow.by_key, key=layer.__getitem__)


Node = tuple[str, ...]
"""A station (its key), or the place where an arrow passes a layer (from, to, layer)."""


def layout(workflow: Workflow) -> Layout:
    """Place the stations: left to right by layer, in each layer as close as may be to those they wait for."""
    layer = _layers(workflow)
    arrows = [(b, s.key) for s in workflow.stations for b in s.after if b in layer and layer[b] < layer[s.key]]
    columns: list[list[Node]] = [[] for _ in range(max(layer.values()) + 1)]
    before: dict[Node, list[Node]] = {}
    passes: dict[tuple[str, str], list[Node]] = {arrow: [] for arrow in arrows}
    for key in workflow.by_key:
        columns[layer[key]].append((key,))
    for source, target in arrows:
        last: Node = (source,)
        for between in range(layer[source] + 1, layer[target]):
            passing: Node = (source, target, str(between))
            columns[between].append(passing)
            passes[source, target].append(passing)
            before[passing], last = [last], passing
        before.setdefault((target,), []).append(last)
    return _placed(columns, before, passes)


def _placed(
    columns: list[list[Node]], before: Mapping[Node, list[Node]], passes: Mapping[tuple[str, str], list[Node]]
) -> Layout:
    tallest = max(len(column) for column in columns)
    middle: dict[Node, Point] = {}
    for number, column in enumerate(columns):
        wishes = {node: _mean([middle[b][1] for b in before.get(node, ()) if b in middle]) for node in column}
        top = MARGIN + (tallest - len(column)) * (HEIGHT + GAP_Y) / 2
        for place, node in enumerate(sorted(column, key=wishes.__getitem__)):
            x = MARGIN + number * (WIDTH + GAP_X) + WIDTH / 2
            middle[node] = (x, top + place * (HEIGHT + GAP_Y) + HEIGHT / 2)
    at = {node[0]: (x - WIDTH / 2, y - HEIGHT / 2) for node, (x, y) in middle.items() if len(node) == 1}
    lanes = {arrow: tuple(middle[node] for node in nodes) for arrow, nodes in passes.items()}
    width = 2 * MARGIN + len(columns) * (WIDTH + GAP_X) - GAP_X
    return Layout(at, lanes, (width, 2 * MARGIN + tallest * (HEIGHT + GAP_Y) - GAP_Y))


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0


# --- SVG -------------------------------------------------------------------------------------------------


def svg(workflow: Workflow, bodies: Bodies) -> str:
    """A standalone SVG with title and description, without styles or scripts, to embed in a page or save."""
    plan = layout(workflow)
    width, height = plan.size[0], plan.size[1] + (44 if any(_returns(workflow)) else 0)
    name = re.sub(r"[^a-z0-9]+", "-", f"rute-{workflow.ref}".lower())
    return document(
        name,
        (width, height),
        workflow.title,
        text(workflow, bodies),
        (
            f'<defs><marker id="{name}-pil" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="{BLUE}"/></marker></defs>',
            *_arrows(workflow, plan, name),
            *_ways_back(workflow, plan, name),
            *(_box(station, bodies, plan.at[station.key]) for station in workflow.stations),
        ),
    )


def _arrows(workflow: Workflow, plan: Layout, name: str) -> Iterator[str]:
    for (source, target), lane in plan.lanes.items():
        (x1, y1), (x2, y2) = plan.at[source], plan.at[target]
        stops = [(x1 + WIDTH, y1 + HEIGHT / 2)]
        for x, y in lane:
            stops += [(x - WIDTH / 2, y), (x + WIDTH / 2, y)]
        stops.append((x2, y2 + HEIGHT / 2))
        ahead = workflow.by_key[target].submit is Submission.CONDITIONAL
        dash = ' stroke-dasharray="7 5"' if ahead else ""
        hint = f"<title>{CONDITIONAL.capitalize()}</title>" if ahead else ""
        yield f'<path d="{_smooth(stops)}" {_line(name)}{dash}>{hint}</path>'


def _line(name: str) -> str:
    return f'fill="none" stroke="{BLUE}" stroke-width="2" marker-end="url(#{name}-pil)"'


def _smooth(stops: list[Point]) -> str:
    parts = [f"M{stops[0][0]:g} {stops[0][1]:g}"]
    for (x1, y1), (x2, y2) in pairwise(stops):
        half = (x1 + x2) / 2
        parts.append(f"L{x2:g} {y2:g}" if y1 == y2 else f"C{half:g} {y1:g} {half:g} {y2:g} {x2:g} {y2:g}")
    return "".join(parts)


def _ways_back(workflow: Workflow, plan: Layout, name: str) -> Iterator[str]:
    """A curve below the stations for each named way back."""
    low = plan.size[1] + 14
    for source, target, how in _returns(workflow):
        (x1, y1), (x2, y2) = plan.at[source], plan.at[target]
        start, end = x1 + WIDTH / 2, x2 + WIDTH / 2
        curve = f"M{start:g} {y1 + HEIGHT:g}C{start:g} {low:g} {end:g} {low:g} {end:g} {y2 + HEIGHT:g}"
        yield f'<path d="{curve}" {_line(name)} stroke-dasharray="2 4"><title>{safe(how)}</title></path>'
        yield line_of((start + end) / 2, low + 14, how, 13, GREY)


def _box(station: Station, bodies: Bodies, corner: Point) -> str:
    x, y = corner
    full, consent = label(station, bodies), CONSENT.get(station.consent, "")
    name = textwrap.wrap(full, LETTERS, max_lines=2, placeholder=" …") or [full]
    lines = [
        *((part, 15, INK, 600) for part in name),
        (station.asks.value, 13, GREY, 400),
        (consent, 11, BLUE, 400),
    ]
    shown = [line for line in lines if line[0]]
    first = y + HEIGHT / 2 + 5 - 9 * (len(shown) - 1)
    said = ", ".join(filter(None, (full, _body_name(station, bodies), station.asks.value, consent)))
    return (
        f'<g><title>{safe(said)}</title><rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="12" '
        f'fill="{PAPER}" stroke="{BLUE}" stroke-width="2"/>'
        + "".join(line_of(x + WIDTH / 2, first + 18 * n, w, s, c, b) for n, (w, s, c, b) in enumerate(shown))
        + "</g>"
    )
