"""One click that ends the mails (RFC 8058): mail programs post here, without a session or a form of ours.

It can do this one thing, and what it does can be chosen anew.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from kdflow.actions.choose_pace import unsubscribe
from kdflow.domain.errors import NotFound
from kdflow.queries.preferences import is_address
from kdflow.web.deps import FrameDep

router = APIRouter()

Token = Annotated[str, Path(max_length=400)]


@router.get("/beskeder/afmeld/{token}")
def ask(frame: FrameDep, token: Token) -> HTMLResponse:
    """A button; opening the page ends nothing."""
    if not is_address(frame.wiring.db, token):
        raise NotFound("page", "/beskeder/afmeld")
    return frame.page("unsubscribe", token=token, is_done=False)


@router.post("/beskeder/afmeld/{token}")
def end(frame: FrameDep, token: Token) -> HTMLResponse:
    """End the mails."""
    unsubscribe(frame.wiring.db, token, now=frame.now)
    return frame.page("unsubscribe", token=token, is_done=True)
