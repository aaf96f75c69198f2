"""Bodies and closing days, and what was done to them, as those see them who keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.administration import MOVES
from kdflow.domain.authority import Office, PersonId
from kdflow.domain.body_change import EVERYWHERE, BodyChange, ClosingDay
from kdflow.domain.danish_words import order_key
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.departures import NEVER, workdays_of
from kdflow.domain.duties import deadline_of
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.ladders import DutyKind, Rung
from kdflow.domain.reminders import minute_of
from kdflow.domain.rights import PEOPLE_KEEPERS, kept_bodies
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.store import body_changes, history, offices, people
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from kdflow.store.offices import Held
from kdflow.store.world import whole_world

FOLLOWS = {
    DutyKind.SUBMISSION: DeadlineKind.SUBMISSION,
    DutyKind.AGENDA: DeadlineKind.AGENDA,
    DutyKind.CONSENT: DeadlineKind.CONSENT,
    DutyKind.MINUTES: DeadlineKind.MINUTES,
}
"""The deadline of a meeting that the reminders of a kind of duty are counted from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    """One body in the list, with who leads and serves it today, and whether changes of it wait for their day."""

    body: Body
    leaders: tuple[str, ...]
    secretaries: tuple[str, ...]
    is_over: bool
    waiting: int
    by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What somebody may keep: all bodies as administrator, or those they serve."""

    rows: tuple[BodyRow, ...]
    is_administrator: bool
    world: World

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Those that have not ended, by name."""
        found = (row.body for row in self.rows if not row.is_over)
        return tuple(sorted(found, key=lambda body: order_key(body.short)))


def desk(db: Database, viewer: PersonId, now: datetime) -> Desk:
    """The bodies that `viewer` keeps; NotAllowed where there are none."""
    with db.read() as tx:
        world, kept, is_administrator = keeper(tx, viewer, now)
        changes = body_changes.of(tx)
        rows = [_row(world.bodies[key], changes.get(key, []), world) for key in kept]
        rows.sort(key=lambda row: (row.is_over, row.body.kind == "sekretariat", order_key(row.body.short)))
        return Desk(rows=tuple(rows), is_administrator=is_administrator, world=world)


def keeper(tx: Tx, viewer: PersonId, now: datetime) -> tuple[World, tuple[str, ...], bool]:
    """The world, the bodies that `viewer` keeps, and whether as administrator. NotAllowed: they keep none."""
    world = whole_world(tx, now)
    kept = kept_bodies(world.authority, world.bodies, viewer)
    is_administrator = world.authority.is_administrator(viewer)
    if not kept and not is_administrator:
        raise NotAllowed("administration", PEOPLE_KEEPERS, "et organ")
    return world, kept, is_administrator


def existing(keys: Collection[str], world: World) -> tuple[Body, ...]:
    """Those of some bodies that have not ended, by name."""
    found = (world.bodies[key] for key in keys)
    here = (b for b in found if b.valid.end is None or b.valid.end >= world.today)
    return tuple(sorted(here, key=lambda b: order_key(b.short)))


def _row(body: Body, changes: Collection[BodyChange], world: World) -> BodyRow:
    named, who = world.names, world.authority
    leaders = who.holders(body.key, Office.CHAIR, Office.CO_CHAIR)
    return BodyRow(
        body=body,
        leaders=tuple(named.get(one, one) for one in leaders),
        secretaries=tuple(named.get(one, one) for one in who.secretaries(body)),
        is_over=body.valid.end is not None and body.valid.end < world.today,
        waiting=sum(not one.in_force for one in changes),
        by_hand=any(one.in_force for one in changes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyAdmin:
    """One body as it is kept: what was changed by hand on top of the file, its offices, its next meeting."""

    body: Body
    version: int
    kept_by: str
    changes: tuple[BodyChange, ...]
    held: tuple[Held, ...]
    meeting: Meeting | None
    reminders: Mapping[DutyKind, tuple[tuple[Rung, int | None], ...]]
    is_administrator: bool
    world: World


def body_admin(db: Database, key: str, viewer: PersonId, now: datetime) -> BodyAdmin:
    """One body for those who keep it; NotFound for a body that there is not."""
    with db.read() as tx:
        world, kept, is_administrator = keeper(tx, viewer, now)
        if key not in world.bodies:
            raise NotFound("body", key)
        if key not in kept and not is_administrator:
            raise NotAllowed("administration", PEOPLE_KEEPERS, world.short(key))
        body, base = world.bodies[key], people.bases(tx, [key])[key]
        coming = world.timetable.coming(key, after=world.today)
        meeting = coming[0] if coming else None
        return BodyAdmin(
            body=body,
            version=base.version,
            kept_by=base.kept_by,
            changes=tuple(body_changes.of(tx, [key]).get(key, ())),
            held=in_order(offices.at(tx, [key]), world.today),
            meeting=meeting,
            reminders={kind: reminders(body, meeting, kind) for kind in body.ladders},
            is_administrator=is_administrator,
            world=world,
        )


def in_order(held: Collection[Held], today: date) -> tuple[Held, ...]:
    """Offices of today and to come first, each kind together."""
    ranks = list(Office)
    return tuple(
        sorted(
            held,
            key=lambda one: (
                one.office.valid.end is not None and one.office.valid.end < today,
                ranks.index(one.office.office),
                str(one.office.valid.start),
            ),
        )
    )


def reminders(body: Body, meeting: Meeting | None, kind: DutyKind) -> tuple[tuple[Rung, int | None], ...]:
    """When the reminders of a kind of duty fall for a meeting (None: that depends on when the duty arises)."""
    deadline = FOLLOWS.get(kind)
    due = deadline_of(meeting, body, deadline) if meeting and deadline else NEVER
    found = []
    for rung in body.ladders.get(kind, ()):
        minute = minute_of(rung, NEVER, due, workdays_of(body))
        found.append((rung, minute if minute < NEVER else None))
    return tuple(found)


# --- closing days and history ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDays:
    """The closing days of a body (or of all): those by hand, and the coming ones that the file closes."""

    body: Body | None
    by_hand: tuple[ClosingDay, ...]
    coming: tuple[tuple[date, str], ...]
    bodies: tuple[Body, ...]
    is_administrator: bool


def closing_days(db: Database, key: str, viewer: PersonId, now: datetime) -> ClosingDays:
    """The closing days of one body, or ("*") of all."""
    with db.read() as tx:
        world, kept, is_administrator = keeper(tx, viewer, now)
        if key != EVERYWHERE and key not in kept:
            raise (
                NotFound("body", key)
                if key not in world.bodies
                else NotAllowed("administration", PEOPLE_KEEPERS, world.short(key))
            )
        body = world.bodies.get(key)
        bases = people.bases(tx, None if body is None else [key])
        days = set.intersection(*(set(one.body.closing_days) for one in bases.values())) if bases else set()
        end = date(world.today.year + 1, 12, 31)
        return ClosingDays(
            body=body,
            by_hand=tuple(one for one in body_changes.closing_days(tx, [key]) if _shows(one, key)),
            coming=tuple(sorted(day for day in days if world.today <= day[0] <= end)),
            bodies=existing(kept, world),
            is_administrator=is_administrator,
        )


def _shows(one: ClosingDay, key: str) -> bool:
    return one.body in (key, EVERYWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseHistory:
    """What administrators did, newest first; `more` is the row to go on before when there are further ones."""

    entries: tuple[Entry, ...]
    more: int | None
    names: Mapping[str, str]
    world: World


PAGE = 50
"""Rows of the history on one page."""


def house_history(db: Database, viewer: PersonId, now: datetime, before: int = 0) -> HouseHistory:
    """What was done to bodies, people and closing days: for administrators all of it, for a secretary what
    concerns the bodies they serve."""
    with db.read() as tx:
        world, kept, is_administrator = keeper(tx, viewer, now)
        found = history.of_house(tx, MOVES, before=before, limit=PAGE)
        shown = tuple(one for one in found if is_administrator or _concerns(one, kept))
        more = found[-1].seq if len(found) == PAGE else None
        return HouseHistory(entries=shown, more=more, names=world.names, world=world)


def _concerns(entry: Entry, kept: Collection[str]) -> bool:
    data = entry.event.data
    bodies = data.get("bodies")
    named = {str(one) for one in bodies} if isinstance(bodies, list) else {str(data.get("body"))}
    return bool(named & set(kept))
