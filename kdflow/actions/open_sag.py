"""Open a sag on a workflow version that has not run out, and set it going."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kdflow.actions.consequences import Receipt, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotAllowed, NotFound, Unreadable
from kdflow.domain.rights import may_open_for_others
from kdflow.domain.sag import Event, Sag, SagId, title_from
from kdflow.domain.timetable import Body, body_flag
from kdflow.domain.workflow import Actor, BodyRole, Definitions
from kdflow.store import definitions, people, sager
from kdflow.store.database import Database, Tx


def open_sag(
    db: Database,
    title: str,
    route: str,
    *,
    owner: PersonId,
    fills: Mapping[str, str],
    case_text: str = "",
    closed: bool = False,
    draft: bool = False,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Open a sag. `route` is `name@version`; `fills` says which body plays each role on it.

    Raises:
        NotFound: the route, a person or a body is unknown.
        Unreadable: no title, a role is not filled or is none of the route's, or something is not in force today.
        NotAllowed: `by` is neither the owner nor somebody who may open sager for others.
    """

    def act(tx: Tx) -> Receipt:
        chosen = definitions.load(tx, route)
        people.person(tx, by)
        _check(tx, owner, fills, chosen, local_day(now))
        new = Sag(
            id=SagId(0),
            number="",
            title=title_from(title),
            owner=owner,
            route=route,
            life=chosen.life.initial,
            fills=dict(fills),
            case_text=case_text,
            closed=closed,
            opened_at=now,
        )
        before = situation(tx, sager.add(tx, new), None, by=owner, now=now)
        if by != owner and not may_open_for_others(before, by):
            raise NotAllowed("open", (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR), "sagen")
        opened = Event(machine="life", move="register", old="", new=new.life, data={"owner": owner})
        acting = Acting(person=by)
        if draft:
            return follow_up(tx, before, before.sag, (opened,), acting=acting)
        moved = moves.advance(before, "start", owner)
        return follow_up(tx, before, moved.sag, (opened, *moved.events), acting=acting)

    values = {"title": title, "route": route, "owner": owner, "fills": dict(fills), "text": case_text}
    return once(
        Receipt, db, "open_sag", {**values, "closed": closed, "draft": draft}, act, key=key, by=by, now=now
    )


def _check(tx: Tx, owner: PersonId, fills: Mapping[str, str], chosen: Definitions, today: date) -> None:
    people.person(tx, owner)
    workflow = chosen.workflow
    if workflow.amends:
        raise Unreadable(f"{workflow.ref} is the private route of one sag", "route-private", "route")
    if workflow.valid.end and workflow.valid.end < today:
        raise Unreadable(
            f"{workflow.ref} was in force until {workflow.valid.end}; choose another route", "route-over", "route"
        )
    known = people.bodies(tx)
    stations = workflow.stations
    roles = {station.body.role for station in stations if isinstance(station.body, BodyRole)}
    if roles - set(fills):
        raise Unreadable(
            f"say which body is {', '.join(sorted(roles - set(fills)))} on this route", "fills", "route"
        )
    for role, body in fills.items():
        _check_fill(role, body, roles, known, today)


def _check_fill(role: str, body: str, roles: set[str], known: Mapping[str, Body], today: date) -> None:
    if body not in known:
        raise NotFound("body", body)
    if role not in roles:
        raise Unreadable(
            f"this route has no role {role}; its roles are: {', '.join(sorted(roles)) or 'none'}", "fills", "route"
        )
    if role not in known[body].plays:
        raise Unreadable(f"{body} does not play the role {role}", "fills", "route")
    if body_flag(known[body], today) == "ended":
        raise Unreadable(f"{body} ended on {known[body].valid.end}", "body-ended", "route")
