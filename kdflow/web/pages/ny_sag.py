"""Opening a new sag."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from kdflow.actions.open_sag import open_sag
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import BodyRole, Workflow
from kdflow.queries import routes
from kdflow.queries.submissions import Chance, chances
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep, see_receipt
from kdflow.web.forms import Gap, Incomplete, Typed

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Offer:
    """A workflow that a sag can be opened on, for each role on it the bodies that can play it, and the bodies that
    it can begin in with the next meetings there."""

    workflow: Workflow
    roles: Mapping[str, tuple[Body, ...]]
    starts: Mapping[str, tuple[Chance, ...]]


def offers(frame: Frame) -> tuple[Offer, ...]:
    """What a sag can be opened on today; routes that any group can use come first."""
    bodies = routes.bodies(frame.wiring.db).values()
    coming = chances(frame.wiring.db, frame.now)
    today = local_day(frame.now)

    def players(role: str) -> tuple[Body, ...]:
        return tuple(body for body in bodies if role in body.plays and body.valid.covers(today))

    found = []
    for workflow in routes.workflows(frame.wiring.db, frame.now):
        named = dict.fromkeys(s.body.role for s in workflow.stations if isinstance(s.body, BodyRole))
        roles = {role: players(role) for role in named}
        found.append(Offer(workflow, roles, _starts(workflow, roles, bodies, coming)))
    return tuple(sorted(found, key=lambda offer: (not offer.roles, offer.workflow.title)))


def _starts(
    workflow: Workflow,
    roles: Mapping[str, tuple[Body, ...]],
    bodies: Iterable[Body],
    coming: Mapping[str, tuple[Chance, ...]],
) -> dict[str, tuple[Chance, ...]]:
    """The next meetings, by the name of the body, of those that a workflow can begin in."""
    firsts = [workflow.by_key[key].body for key in workflow.starts]
    keys = {body for body in firsts if isinstance(body, str)}
    keys |= {body.key for first in firsts if isinstance(first, BodyRole) for body in roles[first.role]}
    return {body.short: coming[body.key] for body in bodies if body.key in keys and body.key in coming}


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
