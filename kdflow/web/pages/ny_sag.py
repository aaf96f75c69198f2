"""Opening a new sag."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from kdflow.actions.open_sag import open_sag
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import BodyRole, Workflow
from kdflow.queries import routes
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep, see_receipt
from kdflow.web.forms import Gap, Incomplete, Typed

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Offer:
    """A workflow that a sag can be opened on, and for each role on it the bodies that can play it."""

    workflow: Workflow
    roles: Mapping[str, tuple[Body, ...]]


def offers(frame: Frame) -> tuple[Offer, ...]:
    """What a sag can be opened on today; routes that any group can use come first."""
    bodies = routes.bodies(frame.wiring.db).values()
    today = local_day(frame.now)

    def players(role: str) -> tuple[Body, ...]:
        return tuple(body for body in bodies if role in body.plays and body.valid.covers(today))

    found = []
    for workflow in routes.workflows(frame.wiring.db, frame.now):
        named = dict.fromkeys(s.body.role for s in workflow.stations if isinstance(s.body, BodyRole))
        found.append(Offer(workflow, {role: players(role) for role in named}))
    return tuple(sorted(found, key=lambda offer: (not offer.roles, offer.workflow.title)))


@router.get("/sager/ny")
def new(frame: FrameDep, _person: PersonDep) -> HTMLResponse:
    """The form for a new sag."""
    return new_page(frame, Typed(), None)


def new_page(frame: Frame, typed: Typed, trouble: object, status: int = 200) -> HTMLResponse:
    """The form for a new sag, with what was typed before."""
    return frame.page("new", status=status, offers=offers(frame), typed=typed, trouble=trouble)


@router.post("/sager/ny")
def open_new(frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep, typed: TypedDep) -> Response:
    """Open a sag and set it going."""
    typed.demand("title", "route")
    route = typed["route"]
    offer = next((offer for offer in offers(frame) if offer.workflow.ref == route), None)
    roles = offer.roles if offer else {}
    fills = {role: typed[f"{route}.{role}"] for role in roles}
    if empty := [role for role, body in fills.items() if not body]:
        raise Incomplete(Gap("fills", f"{route}.{empty[0]}"))
    receipt = open_sag(
        wiring.db,
        typed["title"],
        route,
        owner=person,
        fills=fills,
        case_text=typed["case_text"],
        closed=bool(typed["closed"]),
        draft=bool(typed["draft"]),
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "start")
