"""Prove that it is you before a decision on a closed sag; the form that wanted it waits, and is sent then."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.prove import Proved, prove_by_code, prove_in_a_demo
from kdflow.domain.authority import PersonId
from kdflow.domain.proof import is_fresh
from kdflow.queries.account import enrolment, parked_form
from kdflow.web import security
from kdflow.web.browsers import host_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, SignInNeeded, TypedDep, secret_of
from kdflow.web.forms import Typed

router = APIRouter()

OWN = "bekraeft."
"""What our own fields begin with, beside those of the form that waits."""

STATUS = {"": 200, "wrong": 422, "too-many": 429}


@router.get("/bekraeft")
def ask(
    frame: FrameDep,
    person: PersonDep,
    form: Annotated[str, Query(max_length=64)] = "",
    fejl: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """The ways to prove it; where it is proved, the form that waits, to be sent by one press."""
    return _page(frame, person, form, failed=fejl)


def _page(frame: Frame, person: PersonId, handle: str, *, why: str = "", failed: str = "") -> HTMLResponse:
    waiting = parked_form(frame.wiring.db, handle, person, frame.now)
    visitor = frame.visitor
    return frame.page(
        "bekraeft",
        status=STATUS[why],
        handle=handle,
        waiting=waiting,
        typed=Typed(waiting.fields) if waiting else Typed(),
        is_proved=visitor is not None and is_fresh(visitor.proved_at, frame.now),
        mine=enrolment(frame.wiring.db, person, frame.now),
        here=f"/bekraeft?form={handle}",
        why=why,
        failed=failed,
    )


@router.post("/bekraeft")
def prove(request: Request, frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Prove it by a code (in a demo: by saying so). The session gets a new secret, and the form goes on to where
    it was sent first: the browser sends it once more by itself (307), with the same idempotency key."""
    handle = typed[f"{OWN}form"]
    proved = _prove(request, frame, person, typed)
    if proved.why:
        return _page(frame, person, handle, why=proved.why)
    if not proved.secret:
        raise SignInNeeded
    waiting = parked_form(frame.wiring.db, handle, person, frame.now)
    # Without a form that waits there is nothing to send: the page says that it is proved.
    response = RedirectResponse(waiting.path, 307) if waiting else RedirectResponse("/bekraeft", 303)
    security.set_session(response, frame.wiring.settings, proved.secret)
    return response


def _prove(request: Request, frame: Frame, person: PersonId, typed: Typed) -> Proved:
    db, secret = frame.wiring.db, secret_of(request, frame.wiring)
    if frame.is_demo:
        return prove_in_a_demo(db, secret=secret, now=frame.now)
    code, network = typed[f"{OWN}kode"], host_of(request)
    return prove_by_code(db, person, code, secret=secret, network=network, now=frame.now)
