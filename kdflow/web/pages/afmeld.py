"""One click that ends the mails (RFC 8058): mail programs post here, without a session or a form of ours.

It can do this one thing, and what it does can be chosen anew.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse

from kdflow.actions.choose_pace import unsubscribe
from kdflow.domain.errors import NotFound
from kdflow.queries.preferences import is_address
from kdflow.web.deps import FrameDep
from kdflow.web.guesses import Guess, guess_of

router = APIRouter()

Token = Annotated[str, Path(max_length=400)]
GuessDep = Annotated[Guess, Depends(guess_of("unsubscribe"))]


@router.get("/beskeder/afmeld/{token}")
def ask(frame: FrameDep, guess: GuessDep, token: Token) -> HTMLResponse:
    """A button; opening the page ends nothing."""
    if not is_address(frame.wiring.db, token):
        guess.missed()
        raise NotFound("page", "/beskeder/afmeld")
    return frame.page("unsubscribe", token=token, is_done=False)


@router.post("/beskeder/afmeld/{token}")
def end(frame: FrameDep, guess: GuessDep, token: Token) -> HTMLResponse:
    """End the mails."""
    try:
        unsubscribe(frame.wiring.db, token, now=frame.now)
    except NotFound:
        guess.missed()
        raise
    return frame.page("unsubscribe", token=token, is_done=True)
