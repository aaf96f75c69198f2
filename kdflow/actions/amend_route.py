"""Give a running sag another route: a newer version of its workflow, or an amendment for this sag alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import course
from kdflow.domain.amendment import Amendment, RouteChange, amended, route_change
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import Flawed, LocatedFlaw, NotAllowed, RouteBlocked, Unreadable
from kdflow.domain.route_soundness import workflow_flaws
from kdflow.domain.sag import SagId
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Actor, Definitions, Workflow
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
        return _change(tx, before, definitions.load(tx, to), dict(renamed or {}), "migrate", by)

    values = {"sag": sag, "to": to, "renamed": dict(renamed or {}), "reason": reason, "version": version}
    return once(db, "migrate_sag", values, act, key=key, by=by, now=now)


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
        new = amended(before.definitions.workflow, amendment, _private_name(before), before.world.today)
        return _change(tx, before, _keep(tx, before, new, now), {}, "amend", by)

    values = {"sag": sag, "amendment": _plain(amendment), "reason": reason, "version": version}
    return once(db, "amend_route", values, act, key=key, by=by, now=now)


def _situation(tx: Tx, sag: SagId, reason: str, version: int | None, by: PersonId, now: datetime) -> Situation:
    before = situation(tx, sager.load(tx, sag), None, by=by, now=now, inputs=Inputs(reason=reason))
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
    flaws = workflow_flaws(new, procedures, people.bodies(tx))
    if flaws:
        raise Flawed([LocatedFlaw(new.ref, 1, flaw.message, flaw.hint) for flaw in flaws])
    definitions.keep(tx, [new], now)
    return definitions.load(tx, new.ref)


def _change(
    tx: Tx, before: Situation, new: Definitions, renamed: Mapping[str, str], move: str, by: PersonId
) -> Receipt:
    acting = _amender(before, by)
    change: RouteChange = route_change(before.sag, before.definitions, new, renamed)
    if change.obstacles:
        raise RouteBlocked(change.obstacles)
    walk = Walk(before)
    course.change_route(walk, change, new, move)
    return follow_up(tx, before, walk.sag, walk.events, acting=acting)


def _amender(before: Situation, by: PersonId) -> Acting:
    """Who may change a route: the owner, an administrator, or a secretary of a body the sag is open at."""
    authority, sag = before.world.authority, before.sag
    open_at = [step.body for step in sag.steps if step.station in sag.places]
    serves = any(by in authority.secretaries(before.world.bodies[body]) for body in open_at)
    if by == sag.owner or serves or authority.is_administrator(by):
        return Acting(person=by)
    raise NotAllowed("amend", (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR), "sagen")


def _plain(amendment: Amendment) -> dict[str, object]:
    """The amendment as JSON can hold it."""
    added = [[station.canonical, list(followers)] for station, followers in amendment.add]
    return {"remove": list(amendment.remove), "add": added}
