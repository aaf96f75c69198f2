"""Whether the house beats and delivers, for whoever watches it: no names, no session."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from kdflow.actions.deliver_notices import DELIVERY
from kdflow.actions.pass_deadlines import SWEEP
from kdflow.queries.health import pulse
from kdflow.web.deps import NowDep, WiringDep

router = APIRouter()


@router.get("/health")
def health(wiring: WiringDep, now: NowDep) -> JSONResponse:
    """How long ago deadlines were looked at and mails sent, how long a mail has been due, and how many were given
    up. 503: the house has not looked or delivered for five minutes, or a mail waits for a quarter of an hour."""
    has_mail = wiring.ways.mail is not None
    found = pulse(wiring.db, now, sweep=SWEEP, delivery=DELIVERY, has_mail=has_mail)
    body = {
        "status": found.status,
        "sweep_seconds": found.sweep_seconds,
        "delivery_seconds": found.delivery_seconds,
        "waiting_seconds": found.waiting_seconds,
        "given_up": found.given_up,
    }
    return JSONResponse(body, status_code=200 if found.status == "ok" else 503)
