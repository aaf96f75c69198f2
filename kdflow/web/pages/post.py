"""The demo's mailbox: every mail, as it would have been sent, with links that lead to this site."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from kdflow.domain.errors import NotFound
from kdflow.queries.post import MailPage, mail, mails
from kdflow.web import security
from kdflow.web.deps import Frame, FrameDep, PersonDep

router = APIRouter(prefix="/post")

Number = Annotated[int, Path(ge=1, le=1 << 53)]

FRAMED = security.HEADERS["content-security-policy"] + "; frame-src 'self'"
"""The policy of the page that shows a mail in a frame."""

IN_FRAME = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    ),
    "x-frame-options": "SAMEORIGIN",
}
"""What the mail itself is served with: its own styles, no script, no picture, nothing but links to click."""


@router.get("")
def overview(frame: FrameDep, _person: PersonDep, til: Annotated[str, Query(max_length=254)] = "") -> HTMLResponse:
    """The newest mails, to everybody or to one address."""
    _only_in_a_demo(frame)
    rows, people = mails(frame.wiring.db, til)
    return frame.page("mailbox", rows=rows, people=people, til=til.lower())


@router.get("/{number}")
def one(frame: FrameDep, _person: PersonDep, number: Number) -> Response:
    """One mail with its two bodies and its headers."""
    _only_in_a_demo(frame)
    found = mail(frame.wiring.db, number)
    response = frame.page("mail", mail=found, pieces=_pieces(_here(found.text, frame)))
    response.headers["content-security-policy"] = FRAMED
    return response


@router.get("/{number}/html")
def html(frame: FrameDep, _person: PersonDep, number: Number) -> Response:
    """The HTML body alone, for the frame; its links open in the whole window."""
    _only_in_a_demo(frame)
    found: MailPage = mail(frame.wiring.db, number)
    shown = _here(found.html, frame).replace("<head>", '<head><base target="_top">', 1)
    return HTMLResponse(shown, headers=IN_FRAME)


def _here(text: str, frame: Frame) -> str:
    """The same with the links of this installation leading to where it is served now."""
    return re.sub(re.escape(frame.wiring.ways.site.rstrip("/")) + r"(?=/)", "", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: words, or a path of this site."""

    text: str
    is_link: bool


def _pieces(text: str) -> list[Piece]:
    found = re.split(r"(?<=\s)(/[A-Za-z0-9/_.~?=&%#-]+)", text)
    return [Piece(one, number % 2 == 1) for number, one in enumerate(found) if one]


def _only_in_a_demo(frame: Frame) -> None:
    if not frame.is_demo:
        raise NotFound("page", "/post")
