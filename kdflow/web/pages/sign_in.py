"""Signing in and out. In a demo everybody's role is a button; otherwise the page says how signing in is set up."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.sign_in import sign_in, sign_out, use_link
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.queries.people import Role, roles
from kdflow.web import security
from kdflow.web.deps import FrameDep, NowDep, TypedDep, WiringDep, secret_of

router = APIRouter()


@router.get("/log-ind")
def choose(
    frame: FrameDep,
    wiring: WiringDep,
    now: NowDep,
    videre: Annotated[str, Query(max_length=300)] = "/",
) -> HTMLResponse:
    """In a demo: everybody one can be. Otherwise: how one gets in."""
    everybody = roles(wiring.db, now) if frame.is_demo else ()
    return frame.page("sign_in", groups=grouped(everybody), onward=security.local_path(videre))


def grouped(everybody: Iterable[Role]) -> dict[str, list[Role]]:
    """People by the body they serve, the largest groups first; those without an office under ""."""
    found: dict[str, list[Role]] = {}
    for role in everybody:
        found.setdefault(role.offices[0][1] if role.offices else "", []).append(role)
    return dict(sorted(found.items(), key=lambda group: (group[0] != "", -len(group[1]), group[0])))


@router.post("/log-ind")
def enter(request: Request, wiring: WiringDep, now: NowDep, typed: TypedDep) -> Response:
    """Be somebody, with one click; only in a demo."""
    if not wiring.settings.demo:
        raise NotFound("page", "/log-ind")
    return _enter(request, PersonId(typed["person"]), security.local_path(typed["videre"]))


def _enter(request: Request, person: PersonId, onward: str) -> Response:
    wiring = request.app.state.wiring
    old, days = secret_of(request, wiring), wiring.settings.session_days
    secret = sign_in(wiring.db, person, days=days, old_secret=old or None, now=wiring.now())
    response = RedirectResponse(onward, 303)
    security.set_session(response, wiring.settings, secret)
    return response


Link = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@router.get("/log-ind/{link}")
def by_link(frame: FrameDep, link: Link) -> HTMLResponse:
    """The page of a sign-in link: a button. Nothing happens before it is pressed, for mail scanners open links."""
    return frame.page("link", action=f"/log-ind/{link}")


@router.post("/log-ind/{link}")
def use(request: Request, wiring: WiringDep, now: NowDep, link: Link) -> Response:
    """Sign in by a link, once."""
    days, old = wiring.settings.session_days, secret_of(request, wiring)
    secret = use_link(wiring.db, link, days=days, old_secret=old or None, now=now)
    response = RedirectResponse("/", 303)
    security.set_session(response, wiring.settings, secret)
    return response


@router.post("/log-ud")
def leave(request: Request, wiring: WiringDep) -> Response:
    """End the session."""
    sign_out(wiring.db, secret_of(request, wiring))
    response = RedirectResponse("/log-ind", 303)
    security.end_session(response, wiring.settings)
    return response
