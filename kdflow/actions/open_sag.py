"""Open a sag on the newest version of a workflow, and set it going."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.actions.consequences import Receipt, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.sag import Event, Sag, SagId, title_from
from kdflow.domain.workflow import BodyRole, Definitions
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
        NotFound: the route, the owner or a body is unknown. Unreadable: no title, or a role is not filled.
    """

    def act(tx: Tx) -> Receipt:
        chosen = definitions.load(tx, route)
        _check(tx, owner, fills, chosen)
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
        opened = Event(machine="life", move="register", old="", new=new.life)
        acting = Acting(person=by, on_behalf_of=owner if by != owner else None)
        if draft:
            return follow_up(tx, before, before.sag, (opened,), acting=acting)
        moved = moves.advance(before, "start", owner)
        return follow_up(tx, before, moved.sag, (opened, *moved.events), acting=acting)

    values = {"title": title, "route": route, "owner": owner, "fills": dict(fills), "text": case_text}
    return once(db, "open_sag", {**values, "closed": closed, "draft": draft}, act, key=key, by=by, now=now)


def _check(tx: Tx, owner: PersonId, fills: Mapping[str, str], chosen: Definitions) -> None:
    people.person(tx, owner)
    known = people.bodies(tx)
    stations = chosen.workflow.stations
    roles = {station.body.role for station in stations if isinstance(station.body, BodyRole)}
    if roles - set(fills):
        raise Unreadable(f"say which body is {', '.join(sorted(roles - set(fills)))} on this route")
    for role, body in fills.items():
        if body not in known:
            raise NotFound("body", body)
        if role in roles and role not in known[body].plays:
            raise Unreadable(f"{body} does not play the role {role}")
