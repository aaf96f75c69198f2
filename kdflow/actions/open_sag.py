"""Open a sag on a workflow version that has not run out, and set it going."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kdflow.actions.consequences import Receipt, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotAllowed
from kdflow.domain.opening import check_opening
from kdflow.domain.rights import may_open_for_others
from kdflow.domain.sag import Event, Sag, SagId, area_from, title_from
from kdflow.domain.workflow import Actor
from kdflow.store import definitions, drafts, people, sager
from kdflow.store.database import Database, Tx


def open_sag(
    db: Database,
    title: str,
    route: str,
    *,
    owner: PersonId,
    fills: Mapping[str, str],
    case_text: str = "",
    area: str = "",
    wished: date | None = None,
    closed: bool = False,
    draft: bool = False,
    begun: bool = False,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Open a sag. `route` is `name@version`; `fills` says which body plays each role on it, `wished` by which day
    the owner would like it to be decided. With `begun`, what `by` had typed of it is kept no longer.

    Raises:
        NotFound: the route, a person or a body is unknown.
        Unreadable: no title, a role is not filled or is none of the route's, or something is not in force today.
        NotAllowed: `by` is neither the owner nor somebody who may open sager for others.
    """

    def act(tx: Tx) -> Receipt:
        chosen = definitions.load(tx, route)
        people.person(tx, by)
        people.person_here(tx, owner, local_day(now))
        if begun:
            drafts.forget_begun(tx, by)
        check_opening(chosen.workflow, fills, people.bodies(tx), local_day(now))
        new = Sag(
            id=SagId(0),
            number="",
            title=title_from(title),
            owner=owner,
            route=route,
            life=chosen.life.initial,
            fills=dict(fills),
            case_text=case_text,
            area=area_from(area),
            wished=wished,
            closed=closed,
            opened_at=now,
        )
        before = situation(tx, sager.add(tx, new), None, by=owner, now=now)
        if by != owner and not may_open_for_others(before, by):
            raise NotAllowed("open", (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR), "sagen")
        opened = Event(machine="life", move="register", old="", new=new.life, data={"owner": owner})
        if draft:
            return follow_up(tx, before, before.sag, (opened,), acting=Acting(person=by))
        moved = moves.advance(before, "start", owner)
        return follow_up(tx, before, moved.sag, (opened, *moved.events), acting=Acting(person=by))

    values: dict[str, object] = {"title": title, "route": route, "owner": owner, "fills": dict(fills)}
    day = wished.isoformat() if wished else None
    values |= {"text": case_text, "area": area, "wished": day, "closed": closed, "draft": draft}
    return once(Receipt, db, "open_sag", values, act, key=key, by=by, now=now)
