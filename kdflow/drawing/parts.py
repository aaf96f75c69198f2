"""What every picture is put together from: colours, words as XML text, and the frame of an accessible SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Literal

BLUE, INK, GREY, PAPER = "#0059b3", "#1a1a1a", "#5b6770", "#ffffff"
FONT = "IBM Plex Sans, system-ui, -apple-system, Segoe UI, sans-serif"

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


def safe(words: str) -> str:
    """Data as XML text: escaped, and without the control characters that XML has no way to write."""
    return escape(re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words))


def line_of(
    x: float, y: float, words: str, size: float, colour: str, weight: int = 400, at: Anchor = "middle"
) -> str:
    """A line of text at a point."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{at}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{colour}">{safe(words)}</text>'
    )


def document(name: str, size: Point, title: str, said: str, content: Iterable[str]) -> str:
    """A whole picture; `name` makes its ids its own on a page, `said` is what is heard in its place."""
    width, height = size
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}" aria-labelledby="{name}-titel {name}-tekst" '
            f'font-family="{FONT}">',
            f'<title id="{name}-titel">{safe(title)}</title>',
            f'<desc id="{name}-tekst">{safe(said)}</desc>',
            *content,
            "</svg>\n",
        )
    )
