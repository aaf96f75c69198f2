"""What became of mails, for secretaries and administrators, and the button that tries one again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.send_again import send_again
from kdflow.queries.sendings import sendings
from kdflow.web.deps import FrameDep, PersonDep
from kdflow.web.notice_words import subject_of

router = APIRouter(prefix="/udsendelser")


@router.get("")
def overview(
    frame: FrameDep,
    person: PersonDep,
    igen: Annotated[str, Query(pattern=r"^(ja|nej)?$")] = "",
    foer: Annotated[int | None, Query(ge=1, le=1 << 53)] = None,
) -> HTMLResponse:
    """Letters with what became of them; `igen` says whether one was let go again, `foer` before which they are."""
    found = sendings(frame.wiring.db, person, frame.now, before=foer)
    has_mail = frame.wiring.ways.mail is not None
    return frame.page("sendings", found=found, subject=subject_of, again=igen, has_mail=has_mail)


@router.post("/{letter}/igen")
def again(frame: FrameDep, person: PersonDep, letter: Annotated[int, Path(ge=1, le=1 << 53)]) -> Response:
    """Try a letter that was given up once more."""
    is_let_go = send_again(frame.wiring.db, letter, by=person, now=frame.now)
    return RedirectResponse(f"/udsendelser?igen={'ja' if is_let_go else 'nej'}#kvittering", 303)
