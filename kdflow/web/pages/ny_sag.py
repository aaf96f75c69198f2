"""Opening a new sag: its plan is seen first, and what is typed is kept meanwhile."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.keep_draft import drop_begun, keep_begun
from kdflow.actions.open_sag import open_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN, local_day
from kdflow.domain.errors import KdflowError
from kdflow.domain.timetable import Body
from kdflow.domain.workdays import LAST_YEAR
from kdflow.domain.workflow import BodyRole, Workflow
from kdflow.queries import routes
from kdflow.queries.new_plan import NewPlan, begun_by, meeting_day, new_plan
from kdflow.queries.submissions import Chance, chances
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep, see_receipt
from kdflow.web.forms import Faults, Gap, Incomplete, Typed
from kdflow.web.pages.kladder import is_piece
from kdflow.web.pages.oensker import wish_of

router = APIRouter()

FORM = "ny"
"""The form, and what the ids of its fields begin with."""

KEPT = re.compile(r"title|area|wished|case_text|closed|route|moede|[a-z-]+@\d{1,6}\.[a-z-]+")
"""The fields that are kept while one types: those of the form, and who plays each role on a route."""


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
def new(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """The form for a new sag, with what was typed of one and not saved."""
    begun = begun_by(frame.wiring.db, person)
    if begun is None:
        return new_page(frame, Typed(), None)
    typed = Typed({"form": FORM, **begun.texts})
    return new_page(frame, typed, None, plan=_plan_or_none(frame, person, typed), begun_at=begun.saved_at)


def new_page(
    frame: Frame,
    typed: Typed,
    trouble: object,
    status: int = 200,
    plan: NewPlan | None = None,
    begun_at: datetime | None = None,
) -> HTMLResponse:
    """The form for a new sag, with what was typed before, and the plan that follows from it."""
    return frame.page(
        "new",
        status=status,
        offers=offers(frame),
        typed=typed,
        trouble=trouble,
        plan_of_new=plan,
        warning=warning_of(plan),
        is_copy=False,
        is_piece=False,
        begun_at=begun_at,
    )


def again_html(frame: Frame, person: PersonId, typed: Typed, trouble: object, status: int) -> HTMLResponse:
    """The form once more after a refusal, with the plan that was seen already."""
    return new_page(frame, typed, trouble, status, _plan_or_none(frame, person, typed) if typed["seen"] else None)


def warning_of(plan: NewPlan | None) -> Faults | None:
    """That nobody meets on the wished day, to stand beside its field."""
    if plan is None or plan.shut is None:
        return None
    shut = plan.shut
    said = rendering.words()["wished"]["shut" if shut.name else "weekend"]
    day, before = rendering.day(shut.day), rendering.day(shut.before)
    values = {"day": day, "name": rendering.said(shut.name), "before": before}
    return Faults(gaps=(), lines=((str(said).format(**values), f"{FORM}-wished"),), kind="warning")


@router.post("/sager/ny")
def open_new(
    request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep, typed: TypedDep
) -> Response:
    """Show the plan of a new sag; or, where this very plan was seen, open it."""
    if is_piece(request):
        return _piece(frame, person, typed)
    typed.demand(*(("route",) if typed["se"] else ("title", "route")))
    plan = _plan(frame, person, typed)
    if typed["se"] or typed["seen"] != plan.digest:
        return new_page(frame, typed, None, plan=plan)
    receipt = open_sag(
        wiring.db,
        typed["title"],
        typed["route"],
        owner=person,
        fills=plan.page.sag.fills,
        case_text=typed["case_text"],
        area=typed["area"],
        wished=plan.page.what_if.by,
        closed=bool(typed["closed"]),
        draft=bool(typed["draft"]),
        begun=True,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "register" if typed["draft"] else "start")


@router.post("/sager/ny/kladde")
def keep(request: Request, frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep) -> Response:
    """Keep what is typed of a new sag, or throw it away (`kasser`); no sag is opened."""
    if typed["kladde"] == "kasser":
        drop_begun(frame.wiring.db, by=person)
        return RedirectResponse("/sager/ny", 303)
    texts = {name: text for name, text in typed.values.items() if KEPT.fullmatch(name)}
    keep_begun(frame.wiring.db, texts, key=typed.key, by=person, now=now)
    if is_piece(request):
        return HTMLResponse(rendering.page("piece_saved", at=now.astimezone(COPENHAGEN).time()))
    return RedirectResponse("/sager/ny", 303)


def _piece(frame: Frame, person: PersonId, typed: Typed) -> HTMLResponse:
    """The plan for a script that asks while one chooses, with the buttons that follow from it."""
    plan = _plan_or_none(frame, person, typed)
    return frame.page(
        "piece_new_plan",
        typed=typed,
        trouble=None,
        plan_of_new=plan,
        warning=warning_of(plan),
        is_copy=False,
        is_piece=True,
    )


def _plan(frame: Frame, person: PersonId, typed: Typed) -> NewPlan:
    """The plan of the sag as it is typed.

    Raises:
        Incomplete: something that it follows from is missing, or cannot be used. Else as `new_plan`.
    """
    fills, wished = _fills(frame, typed), _wished(frame, typed)
    return new_plan(frame.wiring.db, typed["route"], fills, owner=person, by=wished, now=frame.now)


def _plan_or_none(frame: Frame, person: PersonId, typed: Typed) -> NewPlan | None:
    """The same; None where there is none yet."""
    try:
        typed.demand("route")
        return _plan(frame, person, typed)
    except (Incomplete, KdflowError):
        return None


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
