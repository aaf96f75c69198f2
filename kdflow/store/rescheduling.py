"""Sager whose plans a shift of calendars or bodies changes: planned again, and told of once to each person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.departures import civil
from kdflow.domain.impact import Hit, Shift
from kdflow.domain.impact_told import Telling, read_anew
from kdflow.domain.reform import Reform, ReformTelling, reform_of
from kdflow.domain.replanning import Planned, bodies_leading_to
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import may_see
from kdflow.store import duties, history, outbox, plans, publications, sager
from kdflow.store.competing import hits
from kdflow.store.database import Tx
from kdflow.store.world import BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a shift came to, as far as its maker may know of the sager: `hits` counts those with another plan,
    `told` the people who were told, `rerouted` those taken to another meeting, `left` those with an item that no
    move could take."""

    hits: int = 0
    told: int = 0
    rerouted: int = 0
    left: int = 0


def telling_of(tx: Tx, shift: Shift) -> Telling:
    """Who hears of changed calendars: whom it concerns by a sag, and who has the agenda of a changed meeting."""
    return Telling(shift, readers=publications.agenda_readers(tx, read_anew(shift)))


def reschedule(tx: Tx, shift: Shift, telling: Telling) -> Tally:
    """Plan the sager concerned again, and write whom that is told to. What the history says is left to the caller,
    and comes last: whoever waits for its head may hold one of the sager."""
    now, acting = shift.world.now, Acting(person=shift.by)
    stale = frozenset(plans.out_of_date(tx, civil(now)))
    moved, count, known = list[Hit](), 0, set[SagId]()
    left = 0
    new_plans: list[Planned] = []
    woken: list[SagId] = []
    for found in hits(tx, shift):
        if may_see(found.sag, shift.by, found.route, shift.world):
            known.add(found.sag.id)
            count += found.is_news
            left += bool(found.left)
        telling.hear(found)
        if found.acting:
            moved.append(found)
        elif found.sag.id in stale or not found.is_kept:
            new_plans.append(found.new)
        elif found.changes:
            woken.append(found.sag.id)
        if len(new_plans) >= BATCH:
            plans.save(tx, new_plans)
            new_plans.clear()
    for one in moved:
        saved = sager.save(tx, one.before, one.sag)
        history.append(tx, one.events, sag=saved.id, route=saved.route, acting=one.acting or acting, at=now)
    plans.save(tx, [*new_plans, *(one.new for one in moved)])
    duties.wake(tx, woken)
    notices = telling.notices()
    outbox.add(tx, notices, now)
    told = sum(not one.sager or not known.isdisjoint(one.sager) for one in notices)
    rerouted = sum(one.sag.id in known for one in moved)
    return Tally(hits=count, told=told, rerouted=rerouted, left=left)


def reform(
    tx: Tx,
    was: Mapping[str, Body],
    world: World,
    *,
    by: PersonId,
    reason: str | None = None,
    tells: Collection[str] | None = None,
) -> tuple[Reform, Tally]:
    """Let bodies that are others than they `was` have all that follows for sager and people: plans,
    duties, and who is told.

    Args:
        tells: the bodies whose leaders and secretaries hear of it in any case; all that have changed, if not said.
    """
    shift = reform_of(was, world, by=by, reason=reason)
    keys = shift.touched_bodies if tells is None else tells
    told = [key for key in keys if key in was and key in world.bodies]
    tally = reschedule(tx, shift, ReformTelling(shift, bodies_told=told))
    leading = {
        key for body in shift.touched_bodies for one in (was, world.bodies) for key in bodies_leading_to(body, one)
    }
    duties.wake_bodies(tx, sorted(leading))
    return shift, tally
