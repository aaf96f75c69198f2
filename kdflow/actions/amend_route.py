"""Give a running sag another route: a newer version of its workflow, or an amendment for this sag alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import course
from kdflow.domain.amendment import Amendment, RouteChange, amended, route_change
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import Flaw, Flawed, LocatedFlaw, NotAllowed, NotFound, RouteBlocked, Unreadable
from kdflow.domain.rights import editor
from kdflow.domain.route_soundness import workflow_flaws
from kdflow.domain.sag import SagId
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Actor, Definitions, Station, Workflow
from kdflow.store import definitions, people, sager
from kdflow.store.database import Database, Tx


def migrate_sag(
    db: Database,
    sag: SagId,
    to: str,
    *,
    renamed: Mapping[str, str] | None = None,
    reason: str,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Move a sag to another workflow version. `renamed` maps stations that changed their key.

    Raises:
        RouteBlocked: something of the sag does not map; every obstacle is named and nothing was written.
        NotAllowed, NotFound, Unreadable, Conflict, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        before = _situation(tx, sag, reason, version, by, now)
        new = definitions.load(tx, to)
        if new.workflow.amends and not new.workflow.amends.startswith(f"{before.sag.number.lower()}."):
            raise NotFound("definition", to)
        return _change(tx, before, new, dict(renamed or {}), "migrate", by)

    values = {"sag": sag, "to": to, "renamed": dict(renamed or {}), "reason": reason}
    return once(Receipt, db, "migrate_sag", values, act, key=key, by=by, now=now)


def amend_route(
    db: Database,
    sag: SagId,
    amendment: Amendment,
    *,
    reason: str,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Change this one sag's route; the amended route is verified as any workflow and kept as its own version.

    Raises:
        Flawed: the amended route is not sound. Else as `migrate_sag`.
    """

    def act(tx: Tx) -> Receipt:
        before = _situation(tx, sag, reason, version, by, now)
        old = before.definitions.workflow
        new = amended(old, amendment, _private_name(before), before.world.today)
        if new.stations == old.stations:
            raise Unreadable("the amendment changes nothing: name a station to add, to remove or to replace")
        return _change(tx, before, _keep(tx, before, new, now), {}, "amend", by)

    values = {"sag": sag, "amendment": _plain(amendment), "reason": reason}
    return once(Receipt, db, "amend_route", values, act, key=key, by=by, now=now)


def _situation(tx: Tx, sag: SagId, reason: str, version: int | None, by: PersonId, now: datetime) -> Situation:
    before = situation(tx, sager.load(tx, sag), None, by=by, now=now, inputs=Inputs(reason=reason))
    _amender(before, by)
    check_version(before.sag, None, version)
    if not reason.strip():
        raise Unreadable("a change of route needs a reason")
    return before


def _private_name(before: Situation) -> str:
    return f"{before.sag.number}.{before.sag.version}".lower()


def _keep(tx: Tx, before: Situation, new: Workflow, now: datetime) -> Definitions:
    procedures = dict(before.definitions.procedures)
    for station in new.stations:
        if station.procedure not in procedures:
            procedures[station.procedure] = definitions.procedure(tx, station.procedure)
    old = before.definitions.workflow.by_key
    flaws = [
        flaw
        for flaw in workflow_flaws(new, procedures, people.bodies(tx))
        if not _is_about_an_old_body(flaw, new, old)
    ]
    if flaws:
        raise Flawed([LocatedFlaw(new.ref, 1, flaw.message, flaw.hint) for flaw in flaws])
    definitions.keep(tx, [new], now)
    return definitions.load(tx, new.ref)


def _is_about_an_old_body(flaw: Flaw, new: Workflow, old: Mapping[str, Station]) -> bool:
    """Whether a flaw is about the body of a station that the amendment leaves as it was: a body that has ended
    is flagged on the page, and must not keep people from mending the rest."""
    if flaw.path[:1] != ("stations",) or flaw.path[2:] != ("body",):
        return False
    station = new.stations[int(flaw.path[1])]
    return station.key in old and old[station.key].body == station.body


def _change(
    tx: Tx, before: Situation, new: Definitions, renamed: Mapping[str, str], move: str, by: PersonId
) -> Receipt:
    acting = _amender(before, by)
    if new.workflow.ref == before.sag.route:
        raise Unreadable("this is the route that the sag has already")
    change: RouteChange = route_change(before.sag, before.definitions, new, renamed)
    if change.obstacles:
        raise RouteBlocked(change.obstacles)
    walk = Walk(before)
    course.change_route(walk, change, new, move)
    return follow_up(tx, before, walk.sag, walk.events, acting=acting)


def _amender(before: Situation, by: PersonId) -> Acting:
    acting = editor(before, by)
    if acting is None:
        raise NotAllowed("amend", (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR), "sagen")
    return acting


def _plain(amendment: Amendment) -> dict[str, object]:
    """The amendment as JSON can hold it."""
    added = [[station.canonical, list(followers)] for station, followers in amendment.add]
    return {"remove": list(amendment.remove), "add": added, "rebody": dict(amendment.rebody)}
