"""The accessibility statement, and whether the house is awake."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from kdflow.queries.people import installation_clock
from kdflow.web.deps import FrameDep, WiringDep

router = APIRouter()


@router.get("/tilgaengelighed")
def statement(frame: FrameDep) -> HTMLResponse:
    """The accessibility statement that the law demands."""
    return frame.page("was")


@router.get("/was")
def short() -> RedirectResponse:
    """The address the authorities look at."""
    return RedirectResponse("/tilgaengelighed", 301)


@router.get("/healthz")
def health(wiring: WiringDep) -> PlainTextResponse:
    """Whether the database answers."""
    installation_clock(wiring.db, "health")
    return PlainTextResponse("ok\n")
