"""Pictures as text: routes as lines, Mermaid and SVG, a year as a wheel, a plan over weeks, figures as bars."""

from kdflow.drawing.bars import Bar, bars
from kdflow.drawing.journeys import Journey, journeys
from kdflow.drawing.qr import qr_code
from kdflow.drawing.routes import HEIGHT, WIDTH, Layout, label, layout, mermaid, svg, text
from kdflow.drawing.timeline import NOT_REACHED, Span, timeline
from kdflow.drawing.wheel import Mark, MarkKind, Ring, mark_alone, year_wheel

__all__ = [
    "HEIGHT",
    "NOT_REACHED",
    "WIDTH",
    "Bar",
    "Journey",
    "Layout",
    "Mark",
    "MarkKind",
    "Ring",
    "Span",
    "bars",
    "journeys",
    "label",
    "layout",
    "mark_alone",
    "mermaid",
    "qr_code",
    "svg",
    "text",
    "timeline",
    "year_wheel",
]
