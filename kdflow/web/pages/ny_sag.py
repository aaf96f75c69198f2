"""Opening a new sag."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from kdflow import rendering
from kdflow.actions.open_sag import open_sag
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.domain.workdays import LAST_YEAR
from kdflow.domain.workflow import BodyRole, Workflow
from kdflow.queries import routes
from kdflow.queries.new_plan import NewPlan, Shut, meeting_day, new_plan
from kdflow.queries.submissions import Chance, chances
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep, see_receipt
from kdflow.web.forms import Faults, Gap, Incomplete, Typed
from kdflow.web.pages.oensker import wish_of

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


def new_page(
    frame: Frame, typed: Typed, trouble: object, status: int = 200, plan: NewPlan | None = None
) -> HTMLResponse:
    """The form for a new sag, with what was typed before, and the plan that follows from it."""
    return frame.page(
        "new",
        status=status,
        offers=offers(frame),
        typed=typed,
        trouble=trouble,
        plan_of_new=plan,
        warning=_warning(plan.shut) if plan and plan.shut else None,
    )


def _warning(shut: Shut) -> Faults:
    """That nobody meets on the wished day, to stand beside its field."""
    said = rendering.words()["wished"]["shut" if shut.name else "weekend"]
    values = {"day": rendering.day(shut.day), "name": shut.name, "before": rendering.day(shut.before)}
    return Faults(gaps=(), lines=((str(said).format(**values), "ny-wished"),), kind="warning")


@router.post("/sager/ny")
def open_new(frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep, typed: TypedDep) -> Response:
    """Show the plan of a new sag; or open it and set it going. A wished day on which nobody meets is said once."""
    typed.demand(*(("route",) if typed["se"] else ("title", "route")))
    route, fills = typed["route"], _fills(frame, typed)
    wished = _wished(frame, typed)
    plan = new_plan(wiring.db, route, fills, owner=person, by=wished, now=now)
    if typed["se"] or (plan.shut and typed["warned"] != plan.shut.day.isoformat()):
        return new_page(frame, typed, None, plan=plan)
    receipt = open_sag(
        wiring.db,
        typed["title"],
        route,
        owner=person,
        fills=fills,
        case_text=typed["case_text"],
        area=typed["area"],
        wished=wished,
        closed=bool(typed["closed"]),
        draft=bool(typed["draft"]),
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "register" if typed["draft"] else "start")


def _fills(frame: Frame, typed: Typed) -> dict[str, str]:
    """Which body plays each role on the chosen route."""
    route = typed["route"]
    offer = next((offer for offer in offers(frame) if offer.workflow.ref == route), None)
    fills = {role: typed[f"{route}.{role}"] for role in (offer.roles if offer else {})}
    if empty := [role for role, body in fills.items() if not body]:
        raise Incomplete(Gap("fills", f"{route}.{empty[0]}"))
    return fills


def _wished(frame: Frame, typed: Typed) -> date | None:
    """The day of the meeting that was chosen, else the day that was typed: from today on.

    Raises:
        Incomplete: it cannot be used.
    """
    if typed["moede"]:
        found = meeting_day(frame.wiring.db, typed["moede"], frame.now)
        if found is None:
            raise Incomplete(Gap("meeting", "moede"))
        return found
    wished = wish_of(typed)
    if wished and wished < local_day(frame.now):
        raise Incomplete(Gap("plan-past", "wished"))
    if wished and wished.year > LAST_YEAR:
        raise Incomplete(Gap("plan-far", "wished"))
    return wished
