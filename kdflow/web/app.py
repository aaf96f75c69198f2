"""The web application: pages, the JSON API, static files, the error table and the headers, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from typing import Protocol

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kdflow.actions.keep_readings import Shown, keep_readings
from kdflow.bootstrap import Wiring
from kdflow.web import security, troubles
from kdflow.web.api import helbred
from kdflow.web.api import kalender as calendar_api
from kdflow.web.api import sager as api
from kdflow.web.compression import Compression
from kdflow.web.deps import guard_form
from kdflow.web.gate import gate
from kdflow.web.pages import (
    abonnementer,
    adgang,
    administration,
    afmeld,
    bekraeft,
    beskeder,
    beslutninger,
    bilag,
    bord,
    dagsordener,
    demo,
    ejer,
    elsewhere,
    flaskehalse,
    forbundne,
    fravaer,
    fremstilling,
    godkendelser,
    hjaelp,
    indlaes,
    kalender,
    kladder,
    kommentarer,
    konto,
    laesninger,
    lukkedage,
    moeder,
    ny_sag,
    offentligt,
    opgaver,
    organer,
    overblik,
    papers,
    personer,
    pladser,
    plan,
    planer,
    post,
    referater,
    ruter,
    sager,
    sagsliste,
    sign_in,
    soeg,
    sprog,
    svar,
    udsendelser,
    was,
)

PAGES = (
    *(overblik, ny_sag, sager),  # addresses are compared in this order: what is asked for most often comes first
    *(hjaelp, sprog),
    *(offentligt, organer, planer),
    *(administration, lukkedage, personer, fravaer, ejer, adgang),
    *(dagsordener, bord, beslutninger, referater, opgaver),
    *(elsewhere, bekraeft, konto),
    *(sagsliste, soeg),
    *(bilag, kladder, fremstilling, kommentarer, forbundne),
    *(godkendelser, laesninger),
    *(was, sign_in, svar, demo, papers, ruter, pladser, indlaes, moeder),
    *(beskeder, udsendelser, post, plan, kalender, flaskehalse, abonnementer),
)


class Static(StaticFiles):
    """Static files; an address with the hash of the content may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        is_hashed = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = f"public, max-age={31536000 if is_hashed else 300}"
        return response


class Heart(Protocol):
    """What beats while the site is served."""

    def start(self) -> None:
        """Begin to beat."""

    def stop(self) -> None:
        """Stop, when what is being done is done."""


def create_app(wiring: Wiring, heart: Heart | None = None) -> FastAPI:
    """The application for one house; `heart` beats as long as it is served."""

    def keep(shown: Shown) -> None:
        home: Wiring = app.state.wiring
        keep_readings(home.db, shown, now=home.now())

    app = FastAPI(
        title="kdflow",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
        telemetry={"tracing": False},
        middleware=[
            Middleware(
                security.Shield,
                secure=wiring.settings.secure_cookies,
                too_large=troubles.on_too_large,
                keep=keep,
            ),
            Middleware(RequestBodyLimitMiddleware, max_body_size=security.MAX_BODY),
            Middleware(Compression),
        ],
        dependencies=[Depends(gate)],
        exception_handlers={**troubles.HANDLERS},
    )
    app.state.wiring, app.state.heart = wiring, heart
    secret = wiring.settings.secret.get_secret_value()
    app.state.visits, app.state.away = security.VisitTokens(secret), security.AwayTokens(secret)
    folder = str(resources.files("kdflow") / "static")
    app.mount("/static", GZipMiddleware(Static(directory=folder), minimum_size=500), name="static")
    for module in PAGES:
        app.include_router(module.router, dependencies=[Depends(guard_form)], include_in_schema=False)
    app.include_router(afmeld.router, include_in_schema=False)  # no form of ours: mail programs post there
    app.include_router(api.router, prefix="/api", tags=["sager"])
    app.include_router(helbred.router, prefix="/api", tags=["helbred"])
    app.include_router(calendar_api.router, tags=["kalender"])
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Beat while the site is served; at the end, when the last job is done, give every connection back."""
    heart: Heart | None = app.state.heart
    if heart:
        heart.start()
    try:
        yield
    finally:
        if heart:
            await asyncio.to_thread(heart.stop)
        app.state.wiring.db.close()
