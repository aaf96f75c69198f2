"""From an error to an answer: which status, which page, and what a person reads; problem+json for programs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.park_form import park_form
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import (
    Conflict,
    DownstreamAffected,
    Frozen,
    ItemsRefused,
    KdflowError,
    KeyReused,
    Locked,
    NoSuchMove,
    NotAllowed,
    NotFound,
    Reason,
    Refused,
    RouteBlocked,
    Unreadable,
)
from kdflow.domain.guards import GUARDS
from kdflow.domain.proof import ProofNeeded
from kdflow.web import security
from kdflow.web.deps import Frame, SignInNeeded, frame_for
from kdflow.web.forms import Incomplete, Typed
from kdflow.web.forms import typed as read
from kdflow.web.pages import dagsordener, forbundne, indlaes, moeder, ny_sag, referater, sager

STATUS: dict[type[Exception], tuple[int, str]] = {
    NotFound: (404, "not-found"),
    NotAllowed: (403, "not-allowed"),
    NoSuchMove: (409, "no-such-move"),
    Refused: (422, "refused"),
    Incomplete: (422, "incomplete"),
    Conflict: (409, "conflict"),
    KeyReused: (409, "key-reused"),
    DownstreamAffected: (409, "downstream-affected"),
    Frozen: (409, "frozen"),
    Locked: (403, "locked"),
    ItemsRefused: (422, "items-refused"),
    RouteBlocked: (422, "route-blocked"),
    Unreadable: (422, "unreadable"),
}

_SAG = re.compile(r"/sager/(SAG-[0-9-]{1,16})/")
"""The sag that somebody worked on, in the address of a form that was never read."""

CONTENT_CHANGED = (409, "content-changed")
"""A move on a text that is no longer what the sag says: a conflict, though no version tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why something was not done. `lines` are Danish sentences with the id of the field that mends them ("" if
    none does); `gaps` are the same for what the form did not say, as keys of `words.missing`."""

    kind: str
    status: int
    error: Exception
    lines: tuple[tuple[str, str], ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    fields: frozenset[str] = field(default=frozenset())


def trouble_of(error: Exception, typed: Typed) -> Trouble:
    """An error as the page of the form shows it."""
    status, kind = next(found for cls, found in STATUS.items() if isinstance(error, cls))
    lines: tuple[tuple[str, str], ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    move = f"{typed['move']}." if typed["move"] else typed.within
    if isinstance(error, Refused):
        status, kind = CONTENT_CHANGED if _has_changed(error, typed) else (status, kind)
        lines = tuple((_said(r), field_id(typed, move + r.field) if r.field else "") for r in error.reasons)
    if isinstance(error, Conflict) and error.kind == "content":
        status, kind = CONTENT_CHANGED
    if isinstance(error, Incomplete):
        at = typed.within
        gaps = tuple((gap.key, field_id(typed, at + gap.field) if gap.field else "") for gap in error.gaps)
    if isinstance(error, Unreadable):
        target = field_id(typed, move + error.field) if error.field else ""
        said = rendering.words()["missing"][error.code]
        gaps = () if error.name else ((error.code, target),)
        lines = ((said.format(name=error.name), target),) if error.name else ()
    marked = frozenset(target for _, target in (*lines, *gaps) if target)
    return Trouble(kind=kind, status=status, error=error, lines=lines, gaps=gaps, fields=marked)


def _has_changed(error: Refused, typed: Typed) -> bool:
    """Whether a consent was refused because the content is no longer the one its form showed."""
    return bool(typed["content"]) and any(reason.guard == "sees_current" for reason in error.reasons)


def _said(reason: Reason) -> str:
    """A reason in words: as the author of a procedure wrote it, or by the rule of our own that says no."""
    own: Mapping[str, str] = {} if reason.guard in GUARDS else rendering.words()["refusals"]
    return own.get(reason.guard, reason.text)


def field_id(typed: Typed, name: str) -> str:
    """The id of a field: the form it stands in, and its name."""
    return re.sub(r"[.@:]", "-", f"{typed.form}-{name}")


def _typed(request: Request) -> Typed:
    found: Typed = getattr(request.state, "typed", Typed())
    return found


# --- handlers ----------------------------------------------------------------------------------------------------


def on_error(request: Request, error: Exception) -> Response:
    """An error that kdflow raised on purpose."""
    if _is_api(request):
        return problem(error)
    frame, typed = frame_for(request), _typed(request)
    trouble = trouble_of(error, typed)
    if trouble.kind == "not-found" or frame.visitor is None or request.method in security.SAFE:
        return _error(frame, typed, trouble)
    try:
        return _again(request, frame, typed, trouble)
    except (NotFound, NotAllowed) as without:  # the page of the form is not for them either
        return _error(frame, typed, trouble_of(without, typed))


def _error(frame: Frame, typed: Typed, trouble: Trouble) -> Response:
    """A page that says no more than what went wrong, with what was typed: it may be the only copy there is."""
    return frame.page("error", status=trouble.status, kind=trouble.kind, trouble=trouble, typed=typed)


def _again(request: Request, frame: Frame, typed: Typed, trouble: Trouble) -> Response:
    """The page of the form once more, with everything that was typed."""
    number = request.path_params.get("number")
    if number and frame.visitor and request.url.path.endswith("/kopi"):
        return forbundne.copy_html(frame, frame.visitor.person.id, number, typed, trouble, trouble.status)
    if number and frame.visitor:
        person = frame.visitor.person.id
        return sager.sag_html(frame, person, number, typed=typed, trouble=trouble, status=trouble.status)
    meeting = request.path_params.get("meeting")
    if meeting and frame.visitor:
        return _meeting_again(request.url.path, frame, frame.visitor.person.id, meeting, typed, trouble)
    if request.url.path == "/moeder/nyt" and frame.visitor and trouble.kind != "not-allowed":
        return moeder.new_html(frame, frame.visitor.person.id, typed, trouble, trouble.status)
    if request.url.path == "/moeder/indlaes" and frame.visitor and trouble.kind != "not-allowed":
        return indlaes.again_html(frame, frame.visitor.person.id, typed, trouble, trouble.status)
    if request.url.path in ("/sager/ny", "/sager/ny/kladde") and frame.visitor:
        return ny_sag.again_html(frame, frame.visitor.person.id, typed, trouble, trouble.status)
    return _error(frame, typed, trouble)


def _meeting_again(
    path: str, frame: Frame, person: PersonId, meeting: str, typed: Typed, trouble: Trouble
) -> Response:
    """The page of a meeting, its agenda or its minutes once more; not for somebody who has no business there."""
    end = path.rpartition("/")[2]
    page: Callable[..., Response] = moeder.meeting_html
    if "/dagsorden/" in path:
        page = dagsordener.preview_html if end == "udsend" else dagsordener.builder_html
    if "/referat/" in path:
        page = referater.AGAIN.get(end, referater.minutes_html)
    if trouble.kind == "not-allowed" and page is not moeder.meeting_html:
        return _error(frame, typed, trouble)
    return page(frame, person, meeting, typed=typed, trouble=trouble, status=trouble.status)


def on_sign_in_needed(request: Request, _error: Exception) -> Response:
    """Nobody is signed in: go there first, and come back."""
    if _is_api(request):
        return _problem(401, "sign-in-needed", "Sign in first.")
    onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/log-ind?videre={quote(onward)}" if onward != "/" else "/log-ind", 303)


def on_proof_needed(request: Request, _error: Exception) -> Response:
    """A decision on a closed sag: the form waits until its person has proved that it is them."""
    if _is_api(request):
        return _problem(403, "proof-needed", "A decision on a closed sag: prove first, on a page, that it is you.")
    frame = frame_for(request)
    if frame.visitor is None:
        return on_sign_in_needed(request, _error)
    typed = _typed(request).values
    fields = {name: text for name, text in typed.items() if name != security.TOKEN}
    handle = park_form(frame.wiring.db, frame.visitor.person.id, request.url.path, fields, now=frame.now)
    return RedirectResponse(f"/bekraeft?form={handle}", 303)


def on_forbidden(request: Request, error: Exception) -> Response:
    """A request that did not come from one of our forms; what was typed is shown, so that it is not lost."""
    why = error.why if isinstance(error, security.Forbidden) else ""
    if _is_api(request):
        return _problem(403, why, "The request came from another site.")
    return frame_for(request).page("forbidden", status=403, why=why, typed=_typed(request))


def on_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such page, a wrong method, a body that is too large."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(getattr(error, "headers", None) or {})
    if _is_api(request):
        response: Response = _problem(status, f"http-{status}", str(getattr(error, "detail", "")))
    else:
        kind = {404: "not-found", 405: "wrong-method", 413: "too-large", 429: "too-many"}.get(status, "other")
        number = _SAG.match(request.url.path)
        back = number[1] if number and kind == "too-large" else ""
        frame = frame_for(request)
        response = frame.page("error", status=status, kind=kind, trouble=None, number=back, typed=_typed(request))
    response.headers.update(headers)
    return response


def on_too_large(request: Request, begun: FormData) -> Response:
    """A body that says itself that it is too large: nobody has read more of it than the fields it began with."""
    request.state.typed = read(begun)
    return on_http(request, HTTPException(413))


def on_invalid(request: Request, error: Exception) -> Response:
    """An address or a body that does not fit: for a page that means there is no such thing."""
    if not _is_api(request):
        frame = frame_for(request)
        return frame.page("error", status=404, kind="not-found", trouble=None, typed=_typed(request))
    found = error.errors() if isinstance(error, RequestValidationError) else []
    where = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in found)
    return _problem(422, "invalid", where)


def on_crash(request: Request, _error: Exception) -> Response:
    """A fault of ours. Nothing was written; the page says so without asking the database anything."""
    secure = request.app.state.wiring.settings.secure_cookies
    if _is_api(request):
        response: Response = _problem(500, "fault", "A fault in kdflow; nothing was written.")
    else:
        response = Response(
            rendering.page("fault", typed=_typed(request)), status_code=500, media_type="text/html"
        )
    security.add_headers(response.headers, secure=secure)
    return response


# --- problem+json ----------------------------------------------------------------------------------------------


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path.endswith(".json")


def problem(error: Exception) -> JSONResponse:
    """An error as RFC 9457 has it; the reasons of the rules are in Danish, as their author wrote them."""
    status, kind = next(found for cls, found in STATUS.items() if isinstance(error, cls))
    more: dict[str, object] = {}
    if isinstance(error, Refused):
        more["reasons"] = [{"guard": r.guard, "text": r.text, "field": r.field} for r in error.reasons]
    if isinstance(error, Conflict):
        more |= {"expected": error.expected, "actual": error.actual}
    if isinstance(error, NotAllowed):
        more |= {"who": list(error.who), "body": error.body}
    if isinstance(error, DownstreamAffected):
        more["stations"] = list(error.stations)
    return _problem(status, kind, str(error), more)


def _problem(status: int, kind: str, detail: str, more: dict[str, object] | None = None) -> JSONResponse:
    body = {"type": f"urn:kdflow:problem:{kind}", "title": kind.replace("-", " "), "status": status}
    return JSONResponse(
        {**body, "detail": detail, **(more or {})}, status_code=status, media_type="application/problem+json"
    )


HANDLERS: dict[int | type[Exception], Callable[..., Any]] = {
    ProofNeeded: on_proof_needed,
    KdflowError: on_error,
    Incomplete: on_error,
    SignInNeeded: on_sign_in_needed,
    security.Forbidden: on_forbidden,
    HTTPException: on_http,
    RequestValidationError: on_invalid,
    Exception: on_crash,
}
