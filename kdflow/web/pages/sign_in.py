"""Signing in and out: by a code that comes by mail, by a link, and in a demo by a button for every role."""

import re
from collections.abc import Iterable
from time import monotonic, sleep
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.ask_for_code import ask_for_code
from kdflow.actions.sign_in import sign_in, sign_out, use_code, use_link
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.queries.people import Role, faces, roles
from kdflow.web import security
from kdflow.web.browsers import host_of, origin_of
from kdflow.web.deps import Frame, FrameDep, NowDep, TypedDep, WiringDep, let_in, secret_of

router = APIRouter()

STEADY = 0.1
"""Seconds that asking for a code, or a wrong one, takes at least, so that the time does not tell who is known."""

LONGEST_ADDRESS = 254
"""Letters in the longest mail address there is."""


@router.get("/log-ind")
def choose(
    frame: FrameDep,
    wiring: WiringDep,
    now: NowDep,
    videre: Annotated[str, Query(max_length=300)] = "/",
    fejl: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """In a demo: everybody one can be. Otherwise: the address that a code is sent to, and the other providers."""
    everybody = roles(wiring.db, now) if frame.is_demo else ()
    onward = security.local_path(videre)
    first = faces(everybody)
    groups = grouped(role for role in everybody if role not in first)
    return frame.page("sign_in", first=first, groups=groups, onward=onward, email="", is_wrong=False, failed=fejl)


def grouped(everybody: Iterable[Role]) -> dict[str, list[Role]]:
    """People by the body they serve, the largest groups first; those without an office under ""."""
    found: dict[str, list[Role]] = {}
    for role in everybody:
        found.setdefault(role.offices[0][1] if role.offices else "", []).append(role)
    return dict(sorted(found.items(), key=lambda group: (group[0] != "", -len(group[1]), group[0])))


@router.post("/log-ind")
def enter(request: Request, frame: FrameDep, typed: TypedDep) -> Response:
    """Ask for a code; in a demo, be somebody with one click."""
    onward = security.local_path(typed["videre"])
    if frame.is_demo:
        return _enter(request, PersonId(typed["person"]), onward)
    if frame.visitor is not None or frame.wiring.ways.mail is None:
        return RedirectResponse(onward, 303)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", typed["email"]) or len(typed["email"]) > LONGEST_ADDRESS:
        return frame.page("sign_in", status=422, onward=onward, email=typed["email"], is_wrong=True, failed="")
    began, browser = monotonic(), _browser(request, frame)
    ask_for_code(
        frame.wiring.db,
        typed["email"],
        network=host_of(request),
        browser=browser,
        now=frame.now,
        onward=onward,
        mark=request.cookies.get(security.known_cookie(frame.wiring.settings), ""),
    )
    _wait_since(began)
    return RedirectResponse(f"/log-ind/kode?videre={quote(onward)}", 303)


def _wait_since(began: float) -> None:
    sleep(max(0.0, began + STEADY - monotonic()))


def _browser(request: Request, frame: Frame) -> str:
    """What tells this browser from others: the cookie that its sign-in form is bound to."""
    return request.cookies.get(security.visit_cookie(frame.wiring.settings), "")


@router.get("/log-ind/kode")
def code_form(frame: FrameDep, videre: Annotated[str, Query(max_length=300)] = "/") -> HTMLResponse:
    """Where the code is typed; the page is the same whether the address is known or not."""
    _not_in_a_demo(frame)
    return frame.page("code", onward=security.local_path(videre), is_wrong=False)


@router.post("/log-ind/kode")
def try_code(request: Request, frame: FrameDep, typed: TypedDep) -> Response:
    """Sign in by the code."""
    _not_in_a_demo(frame)
    settings, onward, began = frame.wiring.settings, security.local_path(typed["videre"]), monotonic()
    secret = use_code(
        frame.wiring.db,
        typed["code"],
        browser=_browser(request, frame),
        days=settings.session_days,
        old_secret=secret_of(request, frame.wiring) or None,
        now=frame.now,
        origin=origin_of(request, "code"),
    )
    if secret is None:
        _wait_since(began)
        return frame.page("code", status=422, onward=onward, is_wrong=True)
    return let_in(RedirectResponse(onward, 303), frame.wiring, secret, frame.now)


def _not_in_a_demo(frame: Frame) -> None:
    if frame.is_demo:
        raise NotFound("page", "/log-ind/kode")


def _enter(request: Request, person: PersonId, onward: str) -> Response:
    wiring = request.app.state.wiring
    old, days = secret_of(request, wiring), wiring.settings.session_days
    origin = origin_of(request, "demo")
    secret = sign_in(wiring.db, person, days=days, old_secret=old or None, now=wiring.now(), origin=origin)
    response = RedirectResponse(onward, 303)
    security.set_session(response, wiring.settings, secret)
    return response


Link = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


@router.get("/log-ind/{link}")
def by_link(frame: FrameDep, link: Link, videre: Annotated[str, Query(max_length=300)] = "/") -> HTMLResponse:
    """The page of a sign-in link: a button. Nothing happens before it is pressed, for mail scanners open links."""
    return frame.page("link", action=f"/log-ind/{link}", onward=security.local_path(videre))


@router.post("/log-ind/{link}")
def use(request: Request, wiring: WiringDep, now: NowDep, typed: TypedDep, link: Link) -> Response:
    """Sign in by a link, once."""
    days, old = wiring.settings.session_days, secret_of(request, wiring)
    secret = use_link(
        wiring.db,
        link,
        days=days,
        old_secret=old or None,
        now=now,
        origin=origin_of(request, "link"),
        network=host_of(request),
    )
    by_mail = security.answer_cookie(wiring.settings) in request.cookies
    onward = "/svar" if by_mail else security.local_path(typed["videre"])
    return let_in(RedirectResponse(onward, 303), wiring, secret, now)


@router.post("/log-ud")
def leave(request: Request, wiring: WiringDep, typed: TypedDep) -> Response:
    """End the session; perhaps to sign in afresh and go on."""
    sign_out(wiring.db, secret_of(request, wiring))
    onward = security.local_path(typed["videre"])
    response = RedirectResponse(f"/log-ind?videre={quote(onward)}" if onward != "/" else "/log-ind", 303)
    security.end_session(response, wiring.settings)
    return response
