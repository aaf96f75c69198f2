"""Change a body's calendar: a meeting added, moved, cancelled, restored or put right, with all that follows.

The sager concerned are found by where they are planned, planned again, and each person concerned gets one notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, refuse_against_treated
from kdflow.domain.errors import Conflict, Unreadable
from kdflow.domain.impact import Shift, body_kept, shift_of
from kdflow.domain.impact_told import events_of
from kdflow.domain.situation import World
from kdflow.domain.timetable import MeetingId
from kdflow.store import history, meetings, plans
from kdflow.store.database import Database, Tx
from kdflow.store.rescheduling import reschedule, telling_of
from kdflow.store.treated import treated_at
from kdflow.store.world import whole_world


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
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> CalendarReceipt:
    """Change a calendar. `version` is that of the meeting that was seen, `seen` the digest of who was said to be
    told what; with `reroute` the items of a cancelled meeting are taken to the next one that they can make.

    Raises:
        NotFound: there is no such body or meeting. NotAllowed: the calendar is kept by others.
        Refused: the calendar cannot be like that. Conflict: somebody has changed the meeting meanwhile, or other
            people would be told, or something else, than was seen.
        Unreadable: a meeting is cancelled without a reason. KeyReused.
    """
    versions = {change.meeting: version} if change.meeting and version is not None else {}
    return change_calendars(
        db, [change], reroute=reroute, reason=reason, versions=versions, seen=seen, key=key, by=by, now=now
    )


def change_calendars(
    db: Database,
    changes: Sequence[CalendarChange],
    *,
    reroute: bool = False,
    reason: str | None = None,
    versions: Mapping[MeetingId, int] | None = None,
    seen: str | None = None,
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
        for change in changes:
            body_kept(change, world, by)
        _check(changes, why)
        _check_versions(world, versions or {})
        shift = shift_of(changes, world, by=by, reason=why, reroute=reroute)
        treated = treated_at(tx, [change.meeting for change in changes if change.meeting])
        for change in changes:
            refuse_against_treated(change, treated, world.today)
        return _keep_impact(tx, shift, _keep_meetings(tx, shift))

    values = {"changes": [_plain(change) for change in changes], "reroute": reroute, "reason": why}
    return once(CalendarReceipt, db, "change_calendar", values, act, seen=seen, key=key, by=by, now=now)


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
    """Plan the sager concerned again, and write what follows; the history comes last."""
    tally = reschedule(tx, shift, telling_of(tx, shift))
    told = events_of(shift, hits=tally.hits, told=tally.told)
    history.append(tx, told, sag=None, route="", acting=Acting(person=shift.by), at=shift.world.now)
    return CalendarReceipt(
        meeting=shift.meetings[0],
        version=version,
        changed=len(shift.made),
        hits=tally.hits,
        told=tally.told,
        rerouted=tally.rerouted,
        left=tally.left,
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
