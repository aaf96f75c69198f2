"""Sign-in at another provider, by OpenID Connect: away to it, and back. Also to prove that it is you.

Going away writes nothing: what must come back travels in a signed cookie. The address that a browser comes back to
holds a code, so no page is ever shown there.
"""

import logging
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from kdflow.actions.come_back import may_return, note_failure, prove_elsewhere, sign_in_elsewhere, use_return
from kdflow.channels.oidc import NoAnswer, NotBelieved, NotSetUp, Provider
from kdflow.domain.errors import NotFound
from kdflow.domain.identity import Claims
from kdflow.web import security
from kdflow.web.browsers import host_of, origin_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, let_in, secret_of

LOG = logging.getLogger("kdflow.sign-in")

router = APIRouter()

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Onward = Annotated[str, Query(max_length=300)]
Given = Annotated[str, Query(max_length=4000)]


NOT_SAID_BY_PEOPLE = {
    "invalid_request": "opsat",
    "invalid_scope": "opsat",
    "unauthorized_client": "opsat",
    "unsupported_response_type": "opsat",
    "server_error": "udbyder",
    "temporarily_unavailable": "udbyder",
}
"""Errors that a provider sends a browser back with and that nobody chose there, each with the sentence for it."""


@dataclass(frozen=True, slots=True)
class Failed(Exception):
    """Why somebody could not come back: a key of the sentences on the sign-in page."""

    why: str


def provider_of(frame: Frame, name: str) -> Provider:
    """A provider of this installation; there is none in a demo."""
    if name not in frame.wiring.providers:
        raise NotFound("provider", name)
    return frame.wiring.providers[name]


@router.get("/log-ind/hos/{provider}")
def leave(request: Request, frame: FrameDep, provider: Name, videre: Onward = "/") -> Response:
    """Away to a provider, to sign in."""
    return _away(request, frame, provider_of(frame, provider), security.local_path(videre), who="")


@router.get("/bekraeft/hos/{provider}")
def leave_to_prove(
    request: Request, frame: FrameDep, _person: PersonDep, provider: Name, videre: Onward = "/"
) -> Response:
    """Away to a provider, to sign in there once more."""
    who = frame.visitor.handle if frame.visitor else ""
    return _away(request, frame, provider_of(frame, provider), security.local_path(videre), who=who)


def _away(request: Request, frame: Frame, provider: Provider, onward: str, *, who: str) -> Response:
    try:
        begun = provider.begin(anew=bool(who), now=frame.now)
    except NoAnswer as error:
        LOG.warning("no answer from a provider of sign-in: %s", error)
        return _told("udbyder", onward, who)
    taken = {"provider": provider.settings.name, "state": begun.state, "nonce": begun.nonce}
    taken |= {"verifier": begun.verifier, "onward": onward, "who": who}
    response = RedirectResponse(begun.address, 303)
    security.set_away(response, frame.wiring.settings, request.app.state.away.pack(taken))
    return response


@router.get("/log-ind/hos/{provider}/retur")
def come_back(
    request: Request,
    frame: FrameDep,
    provider: Name,
    state: Given = "",
    code: Given = "",
    error: Given = "",
    iss: Given = "",
) -> Response:
    """Back from a provider: on at once to a page of ours, whether it went well or not."""
    asked = provider_of(frame, provider)
    cookie = request.cookies.get(security.away_cookie(frame.wiring.settings), "")
    taken = request.app.state.away.unpack(cookie)
    try:
        claims = _claims(request, frame, asked, taken, {"state": state, "code": code, "error": error, "iss": iss})
        respond = _proved if taken["who"] else _signed_in
        response = respond(request, frame, claims, taken)
    except Failed as failure:
        response = _told(failure.why, taken.get("onward", "/"), taken.get("who", ""))
    security.end_away(response, frame.wiring.settings)
    return response


def _claims(
    request: Request, frame: Frame, asked: Provider, taken: dict[str, str], given: dict[str, str]
) -> Claims:
    """Who the provider says that came back.

    Raises:
        Failed: it is not the return that this browser was sent away for, or not one to be believed.
    """
    _check_return(asked, taken, given)
    db, network, now = frame.wiring.db, host_of(request), frame.now
    if not may_return(db, network=network, now=now):
        raise Failed("mange")
    try:
        if not use_return(db, given["state"], now=now):
            raise NotBelieved("it was used before")
        return asked.finish(
            given["code"],
            issuer=given["iss"],
            nonce=taken["nonce"],
            verifier=taken["verifier"],
            anew=bool(taken["who"]),
            now=now,
        )
    except NoAnswer as error:
        LOG.warning("no answer from a provider of sign-in: %s", error)
        raise Failed("udbyder") from error
    except NotSetUp as error:
        LOG.error("a provider of sign-in does not know us: %s", error)
        raise Failed("opsat") from error
    except NotBelieved as error:
        LOG.warning("a return from %s was refused: %s", asked.settings.name, error)
        note_failure(db, network=network, now=now)
        raise Failed("ugyldig") from error


def _check_return(asked: Provider, taken: dict[str, str], given: dict[str, str]) -> None:
    if given["error"]:
        why = NOT_SAID_BY_PEOPLE.get(given["error"], "afbrudt")
        if why != "afbrudt":
            LOG.warning("%s sent somebody back: %s", asked.settings.name, given["error"])
        raise Failed(why)
    is_ours = (
        bool(given["code"])
        and taken.get("provider") == asked.settings.name
        and security.is_same(given["state"], taken["state"])
    )
    if not is_ours:
        raise Failed("ugyldig")


def _signed_in(request: Request, frame: Frame, claims: Claims, taken: dict[str, str]) -> Response:
    settings = frame.wiring.settings
    secret = sign_in_elsewhere(
        frame.wiring.db,
        claims,
        days=settings.session_days,
        old_secret=secret_of(request, frame.wiring) or None,
        now=frame.now,
        origin=origin_of(request, claims.provider),
    )
    if secret is None:
        LOG.warning("somebody whom nobody here knows came from %s", claims.provider)
        raise Failed("ukendt")
    by_mail = taken["onward"] == "/" and security.answer_cookie(settings) in request.cookies
    return let_in(RedirectResponse("/svar" if by_mail else taken["onward"], 303), frame.wiring, secret, frame.now)


def _proved(request: Request, frame: Frame, claims: Claims, taken: dict[str, str]) -> Response:
    visitor = frame.visitor
    if visitor is None or not security.is_same(visitor.handle, taken["who"]):
        raise Failed("ugyldig")
    old = secret_of(request, frame.wiring)
    secret = prove_elsewhere(frame.wiring.db, claims, visitor.person.id, secret=old, now=frame.now)
    if secret is None:
        raise Failed("anden")
    response = RedirectResponse(taken["onward"], 303)
    security.set_session(response, frame.wiring.settings, secret)
    return response


def _told(why: str, onward: str, who: str) -> Response:
    """To the page that says why: of sign-in, or of the proof that was asked for."""
    if who:
        return RedirectResponse(f"{onward}{'&' if '?' in onward else '?'}fejl={why}", 303)
    return RedirectResponse(f"/log-ind?fejl={why}&videre={quote(onward)}", 303)
