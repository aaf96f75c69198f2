"""The board by body, and the page of one body."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from kdflow.queries.body_page import body_board, body_page
from kdflow.web.deps import FrameDep, PersonDep

router = APIRouter()


@router.get("/organer")
def board(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """What stands where now."""
    return frame.page("body_board", board=body_board(frame.wiring.db, person, frame.now))


@router.get("/organer/{body}")
def one(frame: FrameDep, person: PersonDep, body: Annotated[str, Path(max_length=60)]) -> HTMLResponse:
    """One body: who sits in it, when it meets, what stands there, and what it published."""
    return frame.page("body", page=body_page(frame.wiring.db, body, person, frame.now))
