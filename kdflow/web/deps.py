"""What an endpoint may ask for: the wiring, the time, who is signed in, the form, and a frame to render in."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.consequences import AT_THE_DOOR
from kdflow.actions.keep_sessions import touch_session
from kdflow.actions.sign_in import remember
from kdflow.bootstrap import Wiring
from kdflow.domain.authority import PersonId
from kdflow.domain.proof import is_fresh
from kdflow.queries.approvals import LEADERS
from kdflow.queries.desk import KEEPERS
from kdflow.queries.people import SignedIn, signed_in
from kdflow.queries.sendings import OVERSEERS
from kdflow.web import forms, security
from kdflow.web.browsers import network_of
from kdflow.web.forms import Typed
from kdflow.web.guide import help_at


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is for people who are."""


def wiring_of(request: Request) -> Wiring:
    """The house behind this application."""
    wiring: Wiring = request.app.state.wiring
    return wiring


WiringDep = Annotated[Wiring, Depends(wiring_of)]


def now_of(wiring: WiringDep) -> datetime:
    """The time as this installation tells it, read once for a request."""
    return wiring.now()


NowDep = Annotated[datetime, Depends(now_of)]


def secret_of(request: Request, wiring: Wiring) -> str:
    """The secret in the browser's session cookie; "" when it has none."""
    return request.cookies.get(security.session_cookie(wiring.settings), "")


def let_in(response: Response, wiring: Wiring, secret: str, now: datetime) -> Response:
    """Give a browser its session, and let it be known the next time it asks for a code."""
    security.set_session(response, wiring.settings, secret)
    security.set_known(response, wiring.settings, remember(wiring.db, secret, now))
    return response


TOUCHED_EVERY = timedelta(minutes=1)
"""How often it is noted that a session is used: not at every request."""


def visitor_of(request: Request, wiring: WiringDep, now: NowDep) -> SignedIn | None:
    """Who is signed in, or None. The actions are told whether they have proved lately that it is them."""
    secret = secret_of(request, wiring)
    if not secret:
        return None
    found = signed_in(wiring.db, secret, now, security.idle_of(wiring.settings))
    if found and (proof := AT_THE_DOOR.get()):
        proof.is_fresh = is_fresh(found.proved_at, now)
    if found and found.seen_at + TOUCHED_EVERY <= now:
        touch_session(wiring.db, secret, network=network_of(request), now=now)
    return found


VisitorDep = Annotated[SignedIn | None, Depends(visitor_of)]


def person_of(visitor: VisitorDep) -> PersonId:
    """Who is signed in; nobody else gets further."""
    if visitor is None:
        raise SignInNeeded
    return visitor.person.id


PersonDep = Annotated[PersonId, Depends(person_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page shows round its own content: who is signed in, the demo's clock, the form token. Round what
    everybody may read (`is_public`) it is the same for all, so that it can be kept on the way."""

    wiring: Wiring
    now: datetime
    visitor: SignedIn | None
    path: str
    nonce: str
    token: str
    is_public: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether the time is the demo's own."""
        return self.wiring.settings.demo and not self.is_public

    @property
    def help(self) -> str:
        """Where the guide says something about this page."""
        return help_at(self.path.partition("?")[0])

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The other languages that the page can be read in, with what they call themselves."""
        return [(key, name) for key, name in rendering.LANGUAGES.items() if key != rendering.spoken()]

    @property
    def may_see_letters(self) -> bool:
        """Whether who is signed in looks after what goes out of the house."""
        return self.visitor is not None and not self.visitor.offices.isdisjoint(OVERSEERS)

    @property
    def has_desk(self) -> bool:
        """Whether who is signed in looks after a body."""
        return self.visitor is not None and not self.visitor.offices.isdisjoint(KEEPERS)

    @property
    def has_queue(self) -> bool:
        """Whether who is signed in can be asked for consents, as a leader or for one."""
        one = self.visitor
        return one is not None and (one.stands_in or not one.offices.isdisjoint(LEADERS))

    def may_open(self, path: str) -> bool:
        """Whether a page of those that the guide names is for who is signed in."""
        if path.startswith(("/administration", "/udsendelser")):
            return self.may_see_letters
        return path != "/moeder/indlaes" or self.has_desk

    def page(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page in this frame."""
        html = rendering.page(name, frame=self, new_key=new_key, **values)
        response = HTMLResponse(html, status_code=status)
        if self.visitor is None and not self.is_public:
            security.set_visit(response, self.wiring.settings, self.nonce)
        return response


def new_key() -> str:
    """A fresh idempotency key for one form."""
    return secrets.token_urlsafe(16)


def see_receipt(number: str, move: str) -> RedirectResponse:
    """After a POST: to the page of the sag, which says what was done and where the sag is now."""
    return RedirectResponse(f"/sager/{number}?gjort={move}#kvittering", 303)


def frame_of(request: Request, wiring: WiringDep, now: NowDep, visitor: VisitorDep) -> Frame:
    """The frame of this request; a visitor's form token is signed, a signed-in person's is in the session."""
    nonce, token = "", visitor.form_token if visitor else ""
    if visitor is None:
        nonce, token = visits_of(request).issue(request, wiring.settings)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Frame(wiring=wiring, now=now, visitor=visitor, path=path, nonce=nonce, token=token)


FrameDep = Annotated[Frame, Depends(frame_of)]


def visits_of(request: Request) -> security.VisitTokens:
    """The signer of visitors' form tokens."""
    visits: security.VisitTokens = request.app.state.visits
    return visits


PUBLIC = "/offentligt"
"""Where the pages for everybody are."""


def public_frame_of(request: Request, wiring: WiringDep, now: NowDep) -> Frame:
    """The frame of a page for everybody: whoever asks is nobody, and gets no cookie."""
    return Frame(wiring=wiring, now=now, visitor=None, path=request.url.path, nonce="", token="", is_public=True)


PublicFrameDep = Annotated[Frame, Depends(public_frame_of)]


def frame_for(request: Request) -> Frame:
    """The frame for an error page, outside the dependencies."""
    wiring = wiring_of(request)
    now = wiring.now()
    if request.url.path.startswith(PUBLIC):
        return public_frame_of(request, wiring, now)
    return frame_of(request, wiring, now, visitor_of(request, wiring, now))


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form of an unsafe request (empty for a GET); kept so that an error page can show it again."""
    if request.method in security.SAFE:
        yield FormData()
        return
    async with request.form(max_files=1, max_fields=2000, max_part_size=security.MAX_BODY) as form:
        request.state.typed = forms.typed(form)
        yield form


FormDep = Annotated[FormData, Depends(form_of)]


def typed_of(form: FormDep) -> Typed:
    """The text fields of the form.

    Raises:
        Incomplete: one of them is too long.
    """
    found = forms.typed(form)
    found.refuse_too_long()
    return found


TypedDep = Annotated[Typed, Depends(typed_of)]


def guard_form(request: Request, form: FormDep, visitor: VisitorDep, wiring: WiringDep) -> None:
    """Before every unsafe page request: it comes from this site, and from a form that we made for this browser."""
    if request.method in security.SAFE:
        return
    security.refuse_other_sites(request)
    token = security.typed_token(form)
    if visitor is not None:
        if not security.is_same(token, visitor.form_token):
            raise security.Forbidden("token")
    elif not visits_of(request).holds(request, wiring.settings, token):
        raise security.Forbidden("signed-out")
