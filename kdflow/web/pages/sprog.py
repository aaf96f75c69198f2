"""The language of the site: a browser remembers which, and is led back to the page it was at."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from kdflow.web import security
from kdflow.web.deps import WiringDep

router = APIRouter(prefix="/sprog")


@router.get("/{language}")
def choose(wiring: WiringDep, language: Literal["da", "en"], til: str = "/") -> RedirectResponse:
    """Show the site in this language from now on."""
    response = RedirectResponse(security.local_path(til), 303)
    security.set_language(response, wiring.settings, language)
    return response
