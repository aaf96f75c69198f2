"""Meetings: what stands on an agenda, on what condition, and what has left it."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from kdflow.queries.meeting_page import meeting_page
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep

router = APIRouter()


@router.get("/moeder/{meeting}")
def agenda(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    meeting: Annotated[str, Path(max_length=100)],
) -> HTMLResponse:
    """The agenda of one meeting, as far as the viewer may know of its sager."""
    return frame.page("meeting", page=meeting_page(wiring.db, meeting, person, now))
