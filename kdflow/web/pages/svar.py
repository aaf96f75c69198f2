"""The link in a mail that asks for an answer: it only points.

Opening it decides nothing, and says nothing of the sag to anybody but the one it is for.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from kdflow.actions.refuse_reader import refuse_reader
from kdflow.queries.pointing import pointed_at
from kdflow.web import security
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.forms import Typed
from kdflow.web.guesses import Guess, guess_of
from kdflow.web.pages.from_mail import as_text

router = APIRouter()

GuessDep = Annotated[Guess, Depends(guess_of("answer"))]


@router.get("/svar/{secret}")
def follow(frame: FrameDep, guess: GuessDep, secret: Annotated[str, Path(max_length=100)]) -> Response:
    """Out of the address with the secret, before anything else is shown; sign-in may lie between."""
    if pointed_at(frame.wiring.db, secret, frame.now) is None:
        guess.missed()
        return _gone(frame)
    response = RedirectResponse("/svar", 303)
    security.set_answer(response, frame.wiring.settings, secret)
    return response


@router.get("/svar")
def arrive(request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep) -> Response:
    """To the step that wants an answer, for the one it is for; nobody else learns that there is one."""
    secret = request.cookies.get(security.answer_cookie(wiring.settings), "")
    found = pointed_at(wiring.db, secret, now)
    if found is None:
        response: Response = _gone(frame)
    elif found.person != person:
        refuse_reader(wiring.db, secret, by=person, now=now)
        response = frame.page("error", status=404, kind="not-found", trouble=None, typed=Typed())
    else:
        response = RedirectResponse(f"/sager/{found.number}?mail={as_text(found)}#led-{found.step}", 303)
    security.end_answer(response, wiring.settings)
    return response


def _gone(frame: Frame) -> Response:
    return frame.page("answer_gone", status=404)
