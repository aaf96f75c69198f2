"""The desk of a body, for those who look after it, and the list of desks for who looks after several."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse, Response

from kdflow.queries.desk import MOST, SHOWN, desk, desks
from kdflow.web.deps import FrameDep, PersonDep

router = APIRouter()

EVERYTHING = "alle"


@router.get("/bord")
def overview(frame: FrameDep, person: PersonDep) -> Response:
    """The desks of whoever is signed in; straight to it where there is one."""
    found = desks(frame.wiring.db, person, frame.now)
    if len(found) == 1:
        return RedirectResponse(f"/organer/{quote(found[0].key)}/bord", 303)
    return frame.page("desks", bodies=found)


@router.get("/organer/{body}/bord")
def one(
    frame: FrameDep,
    person: PersonDep,
    body: Annotated[str, Path(max_length=60)],
    vis: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The desk of one body; its lists as long as they can be where the address says so."""
    shown = MOST if vis == EVERYTHING else SHOWN
    return frame.page("desk", desk=desk(frame.wiring.db, body, person, frame.now, shown=shown), most=MOST)
