"""A sag is closed to others, or opened again; and who has got papers with it."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from kdflow.actions.close_sag import close_sag, open_again
from kdflow.domain.closing import CLOSE, OPEN_AGAIN
from kdflow.queries.sag_closing import copies_page
from kdflow.queries.sag_work import id_of
from kdflow.web.deps import FrameDep, NowDep, PersonDep, TypedDep, see_receipt

router = APIRouter(prefix="/sager/{number}")

Number = Annotated[str, Path(max_length=20)]


@router.post("/adgang")
def change(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Close the sag to others, or open it again, as the form says."""
    sag = id_of(frame.wiring.db, number, person, now)
    typed.demand("reason")
    opens = typed["to"] == "aaben"
    act = open_again if opens else close_sag
    reason, version, key = typed["reason"], typed.version, typed.key
    act(frame.wiring.db, sag, reason=reason, version=version, key=key, by=person, now=now)
    return see_receipt(number, OPEN_AGAIN if opens else CLOSE)


@router.get("/modtagere")
def copies(frame: FrameDep, person: PersonDep, number: Number) -> HTMLResponse:
    """Who has got agendas and minutes with the sag on them."""
    return frame.page("copies", found=copies_page(frame.wiring.db, number, person, frame.now))
