"""One's own account: where one is signed in, the authenticator, and who one is at other providers."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import drawing
from kdflow.actions.keep_sessions import end_other_sessions, end_session, forget_identity
from kdflow.actions.prove import begin_authenticator, confirm_authenticator, remove_authenticator
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.proof import LASTS, ProofNeeded, is_fresh, is_more_than_mail
from kdflow.queries.account import account, enrolment, new_authenticator
from kdflow.web import security
from kdflow.web.browsers import host_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, SignInNeeded, TypedDep, WiringDep, secret_of

router = APIRouter(prefix="/konto")

Handle = Annotated[str, Path(pattern=r"^[0-9a-f]{16,64}$")]
Parked = Annotated[str, Query(max_length=64)]

STATUS = {"": 200, "wrong": 422, "too-many": 429}
RECENT: timedelta = LASTS
"""How lately one must have signed in to get a first authenticator."""


@router.get("")
def show(frame: FrameDep, person: PersonDep, gjort: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """The account; `gjort` names what was just done."""
    idle = security.idle_of(frame.wiring.settings)
    mine = account(frame.wiring.db, person, frame.now, idle)
    return frame.page("konto", account=mine, idle=idle, done=gjort, providers=frame.wiring.providers)


@router.post("/sessioner/andre")
def end_others(request: Request, wiring: WiringDep, person: PersonDep) -> Response:
    """End every session but this one."""
    end_other_sessions(wiring.db, person, secret=secret_of(request, wiring))
    return _done("andre")


@router.post("/sessioner/{handle}/afslut")
def end_one(wiring: WiringDep, person: PersonDep, handle: Handle) -> Response:
    """End one session."""
    end_session(wiring.db, person, handle)
    return _done("session")


@router.post("/identiteter/{handle}/fjern")
def forget(frame: FrameDep, person: PersonDep, handle: Handle) -> Response:
    """Forget who one is at another provider."""
    _demand_proof(frame)
    forget_identity(frame.wiring.db, person, handle)
    return _done("identitet")


# --- the authenticator -------------------------------------------------------------------------------------------


@router.get("/autentifikator")
def authenticator(frame: FrameDep, person: PersonDep, form: Parked = "") -> HTMLResponse:
    """How to get one; its secret is shown until a first code has fitted, and never again."""
    return _page(frame, person, form)


@router.post("/autentifikator/ny")
def begin(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Make a secret to share with a phone."""
    _only_lately_signed_in(frame)
    begin_authenticator(frame.wiring.db, person, now=frame.now)
    return RedirectResponse(f"/konto/autentifikator{_with(typed['form'])}", 303)


@router.post("/autentifikator")
def confirm(request: Request, frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Add it, by a first code from it; back to the form that waits, if one does and it counts at once."""
    _only_lately_signed_in(frame)
    proved = confirm_authenticator(
        frame.wiring.db,
        person,
        typed["kode"],
        secret=secret_of(request, frame.wiring),
        network=host_of(request),
        now=frame.now,
    )
    if proved.why:
        return _page(frame, person, typed["form"], why=proved.why)
    if proved.waits:
        return RedirectResponse(f"/konto/autentifikator{_with(typed['form'])}", 303)
    if not proved.secret:
        raise SignInNeeded
    onward = f"/bekraeft{_with(typed['form'])}" if typed["form"] else "/konto?gjort=autentifikator#kvittering"
    response = RedirectResponse(onward, 303)
    security.set_session(response, frame.wiring.settings, proved.secret)
    return response


@router.post("/autentifikator/fjern")
def remove(frame: FrameDep, person: PersonDep) -> Response:
    """Forget it: only for who has just proved that it is them; one that does not count is as easily forgotten as
    it was added."""
    mine = enrolment(frame.wiring.db, person, frame.now)
    if mine.counts or not _is_lately_signed_in(frame):
        _demand_proof(frame)
    remove_authenticator(frame.wiring.db, person, now=frame.now)
    return _done("fjernet")


def _page(frame: Frame, person: PersonId, form: str, *, why: str = "") -> HTMLResponse:
    may_begin = _is_lately_signed_in(frame)
    new = new_authenticator(frame.wiring.db, person) if may_begin else None
    return frame.page(
        "authenticator",
        status=STATUS[why],
        mine=enrolment(frame.wiring.db, person, frame.now),
        counts_at_once=_counts_at_once(frame),
        new=new,
        picture=drawing.qr_code(new[1]) if new else "",
        may_begin=may_begin,
        here=f"/konto/autentifikator{_with(form)}",
        form=form,
        why=why,
    )


def _is_lately_signed_in(frame: Frame) -> bool:
    """A session that lies about is no ground to get a first authenticator on."""
    visitor = frame.visitor
    if visitor is None or frame.is_demo:
        return False
    return is_fresh(visitor.proved_at, frame.now) or frame.now < visitor.started_at + RECENT


def _counts_at_once(frame: Frame) -> bool:
    one = frame.visitor
    return one is not None and is_more_than_mail(one.way, one.started_at, one.proved_at, frame.now)


def _only_lately_signed_in(frame: Frame) -> None:
    if not _is_lately_signed_in(frame):
        raise NotFound("authenticator", "")


def _demand_proof(frame: Frame) -> None:
    if frame.visitor is None or not is_fresh(frame.visitor.proved_at, frame.now):
        raise ProofNeeded


def _with(form: str) -> str:
    return f"?form={form}" if form.replace("-", "").replace("_", "").isalnum() else ""


def _done(what: str) -> Response:
    return RedirectResponse(f"/konto?gjort={what}#kvittering", 303)
