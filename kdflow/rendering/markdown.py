"""Markdown that people write, as HTML that is safe to show. The door to markdown-it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

SAFE_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
"""Where a link may lead."""

LONGEST = 6
"""The lowest level of a heading."""


def html(text: str, level: int = 3) -> str:
    """A text as HTML: no HTML of its own, no pictures, links only to where it is safe to go. Its headings begin at
    `level`, which is that of the place it stands in, and leave none out."""
    parser = _parser()
    tokens = _named_links(_headed(parser.parse(text), level))
    return str(parser.renderer.render(tokens, parser.options, {}))


def plain(text: str) -> str:
    """The words of a text, in one line without their markup."""
    found = []
    for token in _parser().parse(text):
        if token.type == "inline":
            found.append("".join(_word(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            found.append(token.content)
    return " ".join(" ".join(found).split())


_BARS = re.compile(r"\s*\|[\s|:-]*")


_MARKS = re.compile(r"[\\`*_\[\]#|<>~&=]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
"""What Markdown may be written with; a text without it says what it says."""


def plain_words(text: str) -> str:
    """The same without the bars of tables, which are no words: for an excerpt."""
    return _BARS.sub(" ", plain(text)).strip() if _MARKS.search(text) else " ".join(text.split())


def _word(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True})
    made.disable(["image", "html_block", "html_inline"])
    made.validateLink = lambda url: bool(SAFE_LINK.match(url.strip()))  # type: ignore[method-assign]
    return made


def _headed(tokens: Sequence[Token], level: int) -> list[Token]:
    """The same with headings that follow the one they stand under, and none that says nothing."""
    kept: list[Token] = []
    written: list[int] = []  # the levels of the headings that we stand under, as they were written
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            depth = int(token.tag[1:])
            written = [*(one for one in written if one < depth), depth]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(level + len(written) - 1, LONGEST)}"
            said = tokens[place + 1 if token.nesting == 1 else place - 1].content
            if not said.strip():
                continue
        kept.append(token)
    return kept


def _named_links(tokens: Sequence[Token]) -> list[Token]:
    """The same with the address as the name of a link that has none; a stranger's page is not told where from."""
    for token in tokens:
        children = list(token.children or ())
        if not children:
            continue
        token.children = []
        for place, child in enumerate(children):
            token.children.append(child)
            if child.type == "link_open":
                child.attrSet("rel", "noopener noreferrer nofollow")
                if children[place + 1].type == "link_close":
                    token.children.append(Token("text", "", 0, content=str(child.attrGet("href"))))
    return list(tokens)
