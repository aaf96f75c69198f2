"""What an endpoint may ask for: the wiring, the time, who is signed in, the form, and a frame to render in."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse

from kdflow import rendering
from kdflow.bootstrap import Wiring
from kdflow.domain.authority import PersonId
from kdflow.queries.people import SignedIn, signed_in
from kdflow.queries.sendings import looks_after_letters
from kdflow.web import forms, security
from kdflow.web.forms import Typed


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


def visitor_of(request: Request, wiring: WiringDep, now: NowDep) -> SignedIn | None:
    """Who is signed in, or None."""
    secret = secret_of(request, wiring)
    return signed_in(wiring.db, secret, now) if secret else None


VisitorDep = Annotated[SignedIn | None, Depends(visitor_of)]


def person_of(visitor: VisitorDep) -> PersonId:
    """Who is signed in; nobody else gets further."""
    if visitor is None:
        raise SignInNeeded
    return visitor.person.id


PersonDep = Annotated[PersonId, Depends(person_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page shows round its own content: who is signed in, the demo's clock, the form token."""

    wiring: Wiring
    now: datetime
    visitor: SignedIn | None
    path: str
    nonce: str
    token: str

    @property
    def is_demo(self) -> bool:
        """Whether the time is the demo's own."""
        return self.wiring.settings.demo

    @property
    def may_see_letters(self) -> bool:
        """Whether who is signed in looks after what goes out of the house."""
        person = self.visitor.person.id if self.visitor else None
        return person is not None and looks_after_letters(self.wiring.db, person, self.now)

    def page(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page in this frame."""
        html = rendering.page(name, frame=self, new_key=new_key, **values)
        response = HTMLResponse(html, status_code=status)
        if self.visitor is None:
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


def frame_for(request: Request) -> Frame:
    """The frame for an error page, outside the dependencies."""
    wiring = wiring_of(request)
    now = wiring.now()
    return frame_of(request, wiring, now, visitor_of(request, wiring, now))


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form of an unsafe request (empty for a GET); kept so that an error page can show it again."""
    if request.method in security.SAFE:
        yield FormData()
        return
    async with request.form(max_files=1, max_fields=500, max_part_size=security.MAX_BODY) as form:
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
