"""What only a demo has: a clock that anybody may wind on."""

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kdflow.actions.set_clock import next_event_after, set_clock
from kdflow.actions.sign_in import sign_in
from kdflow.bootstrap import Wiring
from kdflow.domain.dates import next_day
from kdflow.domain.errors import NotFound
from kdflow.web import security
from kdflow.web.browsers import origin_of
from kdflow.web.deps import NowDep, PersonDep, TypedDep, WiringDep, secret_of

router = APIRouter(prefix="/demo")

DAYS = {"dag": 1, "uge": 7}


@router.post("/ur")
def wind(request: Request, wiring: WiringDep, person: PersonDep, now: NowDep, typed: TypedDep) -> Response:
    """Wind the demo's clock on by a day, by a week, or to the end of the next meeting day."""
    _only_in_a_demo(wiring)
    later = _later(wiring, now, typed["skridt"])
    set_clock(wiring.db, later)
    # The session began at the old time: it is renewed, or a long jump would end it.
    days = wiring.settings.session_days
    old, origin = secret_of(request, wiring), origin_of(request, "demo")
    secret = sign_in(wiring.db, person, days=days, old_secret=old, now=later, origin=origin)
    response = RedirectResponse(security.local_path(typed["videre"]), 303)
    security.set_session(response, wiring.settings, secret)
    return response


def _later(wiring: Wiring, now: datetime, stride: str) -> datetime:
    if stride in DAYS:
        return next_day(now, DAYS[stride])
    if stride != "moede":
        raise NotFound("stride", stride)
    return next_event_after(wiring.db, now) or next_day(now, 1)


def _only_in_a_demo(wiring: Wiring) -> None:
    if not wiring.settings.demo:
        raise NotFound("page", "/demo")
