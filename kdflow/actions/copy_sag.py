"""Copy a sag, as for next year: a new draft on the newest version of its route, related to the old one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kdflow.actions.consequences import Receipt, follow_up, once, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.opening import check_opening, copied_texts, latest_version, roles_of
from kdflow.domain.sag import Event, Sag, SagId, title_from
from kdflow.store import company, definitions, people, sager
from kdflow.store.database import Database, Tx


def copy_sag(
    db: Database,
    sag: SagId,
    title: str,
    *,
    with_text: bool = True,
    with_parts: bool = True,
    papers: Collection[str] = (),
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Open a draft that `by` owns, with those papers whose digests are named: `with_text` also with the case texts
    (shared, and of stations), `with_parts` with the indstillinger as beginnings.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it.
        Unreadable: no title, or its route is no longer in force, or a body on it is not.
    """

    def act(tx: Tx) -> Receipt:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        old, today = here.sag, local_day(now)
        known = [definitions.load(tx, ref).workflow for ref in definitions.known(tx)]
        route = latest_version(old.route, known, today)
        fills = {role: body for role, body in old.fills.items() if role in roles_of(route)}
        check_opening(route, fills, people.bodies(tx), today)
        new = Sag(
            id=SagId(0),
            number="",
            title=title_from(title),
            owner=by,
            route=route.ref,
            life=definitions.load(tx, route.ref).life.initial,
            fills=fills,
            case_text=old.case_text if with_text else "",
            texts=copied_texts(old, route.by_key, with_text=with_text, with_parts=with_parts),
            papers=tuple(paper for paper in old.papers if paper.digest in papers),
            closed=old.closed,
            area=old.area,
            opened_at=now,
        )
        before = situation(tx, sager.add(tx, new), None, by=by, now=now)
        company.relate(tx, old.id, before.sag.id, by, now)
        opened = Event(machine="life", move="register", old="", new=new.life, data={"owner": by})
        copied = Event(machine="record", move="copy", old="", new="")
        return follow_up(tx, before, before.sag, (opened, copied), acting=Acting(person=by))

    values = {"sag": sag, "title": title, "with_text": with_text, "with_parts": with_parts}
    values |= {"papers": sorted(papers)}
    return once(Receipt, db, "copy_sag", values, act, key=key, by=by, now=now)
