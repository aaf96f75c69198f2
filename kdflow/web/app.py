"""The web application: pages, the JSON API, static files, the error table and the headers, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kdflow.bootstrap import Wiring
from kdflow.web import security, troubles
from kdflow.web.api import kalender as calendar_api
from kdflow.web.api import sager as api
from kdflow.web.deps import guard_form
from kdflow.web.pages import (
    abonnementer,
    demo,
    indlaes,
    kalender,
    moeder,
    ny_sag,
    overblik,
    papers,
    pladser,
    plan,
    ruter,
    sager,
    sign_in,
    was,
)

PAGES = (
    *(was, sign_in, demo, papers, ruter, pladser, indlaes, moeder),
    *(overblik, ny_sag, sager, plan, kalender, abonnementer),
)


class Static(StaticFiles):
    """Static files; an address with the hash of the content may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        is_hashed = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = f"public, max-age={31536000 if is_hashed else 300}"
        return response


def create_app(wiring: Wiring) -> FastAPI:
    """The application for one house. Pages are never compressed: they hold form tokens."""
    app = FastAPI(
        title="kdflow",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
        max_body_size=security.MAX_BODY,
        telemetry={"tracing": False},
        middleware=[Middleware(security.Shield, secure=wiring.settings.secure_cookies)],
        exception_handlers={**troubles.HANDLERS},
    )
    app.state.wiring = wiring
    app.state.visits = security.VisitTokens(wiring.settings.secret.get_secret_value())
    folder = str(resources.files("kdflow") / "static")
    app.mount("/static", GZipMiddleware(Static(directory=folder), minimum_size=500), name="static")
    for module in PAGES:
        app.include_router(module.router, dependencies=[Depends(guard_form)], include_in_schema=False)
    app.include_router(api.router, prefix="/api", tags=["sager"])
    app.include_router(calendar_api.router, tags=["kalender"])
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Give every connection back at the end."""
    yield
    app.state.wiring.db.close()
