"""Change a body's calendar: a meeting added, moved, cancelled, restored or put right, with all that follows.

The sager concerned are found by where they are planned, planned again, and each person concerned gets one notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, keep, once
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, refuse_against_treated
from kdflow.domain.departures import civil
from kdflow.domain.errors import Conflict, Unreadable
from kdflow.domain.impact import Hit, Shift, shift_of
from kdflow.domain.impact_told import Telling, events_of
from kdflow.domain.replanning import Planned
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import MeetingId
from kdflow.domain.visibility import may_see
from kdflow.store import duties, history, meetings, outbox, plans
from kdflow.store.competing import hits
from kdflow.store.database import Database, Tx
from kdflow.store.treated import treated_at
from kdflow.store.world import BATCH, whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReceipt(Answer):
    """What was done to the calendars: the (first) meeting and its version, and how many meetings were changed.

    `hits` counts the sager with another plan (as far as the actor may know of them), `told` the people who were
    told, `rerouted` the sager taken to another meeting, and `left` those with an item at a cancelled meeting that
    no move could take.
    """

    meeting: MeetingId
    version: int
    changed: int = 1
    hits: int
    told: int
    rerouted: int = 0
    left: int = 0


def change_calendar(
    db: Database,
    change: CalendarChange,
    *,
    reroute: bool = False,
    reason: str | None = None,
    version: int | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> CalendarReceipt:
    """Change a calendar. `version` is that of the meeting that was seen; with `reroute` the items of a cancelled
    meeting are taken to the next one that they can make.

    Raises:
        NotFound: there is no such body or meeting. NotAllowed: the calendar is kept by others.
        Refused: the calendar cannot be like that. Conflict: somebody has changed the meeting meanwhile.
        Unreadable: a meeting is cancelled without a reason. KeyReused.
    """
    seen = {change.meeting: version} if change.meeting and version is not None else {}
    return change_calendars(db, [change], reroute=reroute, reason=reason, versions=seen, key=key, by=by, now=now)


def change_calendars(
    db: Database,
    changes: Sequence[CalendarChange],
    *,
    reroute: bool = False,
    reason: str | None = None,
    versions: Mapping[MeetingId, int] | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> CalendarReceipt:
    """Make several changes as one: all or none, and one notice to each person about everything that follows.

    Raises:
        As `change_calendar`; Unreadable, too, when there is nothing to change.
    """
    why = (reason or "").strip() or None

    def act(tx: Tx) -> CalendarReceipt:
        plans.lock(tx)
        world = whole_world(tx, now)
        _check(changes, why)
        _check_versions(world, versions or {})
        shift = shift_of(changes, world, by=by, reason=why, reroute=reroute)
        treated = treated_at(tx, [change.meeting for change in changes if change.meeting])
        for change in changes:
            refuse_against_treated(change, treated, world.today)
        return _keep_impact(tx, shift, _keep_meetings(tx, shift))

    values = {"changes": [_plain(change) for change in changes], "reroute": reroute, "reason": why}
    return once(CalendarReceipt, db, "change_calendar", values, act, key=key, by=by, now=now)


def _check(changes: Sequence[CalendarChange], reason: str | None) -> None:
    if not changes:
        raise Unreadable("there is nothing to change", "no-change")
    if reason is None and any(change.kind is ChangeKind.CANCEL for change in changes):
        raise Unreadable("say why the meeting is cancelled", "reason", "reason")


def _check_versions(world: World, versions: Mapping[MeetingId, int]) -> None:
    for meeting, expected in versions.items():
        old = world.timetable.find(meeting)
        if old is not None and expected != old.version:
            raise Conflict("meeting", old.id, expected=expected, actual=old.version)


def _keep_meetings(tx: Tx, shift: Shift) -> int:
    """Write the meetings; what each was is kept as an earlier version. The version of the first is returned."""
    versions = []
    for one in shift.made:
        if one.old is None:
            meetings.add(tx, one.new)
            versions.append(one.new.version)
        else:
            kept = meetings.change(tx, one.old, one.new, by=shift.by, reason=shift.reason, now=shift.world.now)
            versions.append(kept.version)
    return versions[0]


def _keep_impact(tx: Tx, shift: Shift, version: int) -> CalendarReceipt:
    """Plan the sager concerned again, and write what follows. The history comes last: whoever waits for its head
    may hold one of the sager."""
    now, acting = shift.world.now, Acting(person=shift.by)
    stale = frozenset(plans.out_of_date(tx, civil(now)))
    telling, moved, count, left = Telling(shift), list[Hit](), 0, 0
    new_plans: list[Planned] = []
    woken: list[SagId] = []
    for found in hits(tx, shift):
        count += found.is_news and may_see(found.sag, shift.by, found.route, shift.world)
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
        keep(tx, one.before, one.sag, one.events, acting=one.acting or acting, now=now)
    plans.save(tx, [*new_plans, *(one.new for one in moved)])
    duties.wake(tx, woken)
    notices = telling.notices()
    outbox.add(tx, notices, now)
    told = events_of(shift, hits=count, told=len(notices))
    history.append(tx, told, sag=None, route="", acting=acting, at=now)
    return CalendarReceipt(
        meeting=shift.meetings[0],
        version=version,
        changed=len(shift.made),
        hits=count,
        told=len(notices),
        rerouted=len(moved),
        left=left,
    )


def _plain(change: CalendarChange) -> dict[str, object]:
    """The change as JSON can hold it."""
    details = change.details
    values: dict[str, object] = {"kind": change.kind, "body": change.body, "meeting": change.meeting}
    values |= {"on": change.on.text if change.on else None, "confirmed": change.confirmed}
    if details:
        values["details"] = {
            "at": details.at.isoformat("minutes") if details.at else None,
            "format": details.format,
            "place": details.place,
            "note": details.note,
            "status": details.status,
            "most_items": details.most_items,
            "most_minutes": details.most_minutes,
        }
    return values
