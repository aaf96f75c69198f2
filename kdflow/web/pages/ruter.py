"""The routes that sager walk, as pictures."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from kdflow import drawing
from kdflow.domain.errors import NotFound
from kdflow.queries import routes
from kdflow.queries.sag_page import sag_page
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep

router = APIRouter()


@router.get("/ruter")
def every(frame: FrameDep, _person: PersonDep, wiring: WiringDep, now: NowDep) -> HTMLResponse:
    """Every route that a sag can be opened on today."""
    bodies = routes.bodies(wiring.db)
    found = [(workflow, drawing.text(workflow, bodies)) for workflow in routes.workflows(wiring.db, now)]
    return frame.page("routes", routes=found)


@router.get("/ruter/{ref}.svg")
def picture(
    _person: PersonDep, wiring: WiringDep, now: NowDep, ref: Annotated[str, Path(max_length=60)]
) -> Response:
    """One route as a picture."""
    for workflow in routes.workflows(wiring.db, now):
        if workflow.ref == ref:
            return Response(drawing.svg(workflow, routes.bodies(wiring.db)), media_type="image/svg+xml")
    raise NotFound("route", ref)


@router.get("/sager/{number}/rute.svg")
def own_picture(
    person: PersonDep, wiring: WiringDep, now: NowDep, number: Annotated[str, Path(max_length=20)]
) -> Response:
    """The route of one sag as a picture, with its own amendments."""
    page = sag_page(wiring.db, number, person, now)
    return Response(drawing.svg(page.workflow, page.world.bodies), media_type="image/svg+xml")
