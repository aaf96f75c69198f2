"""Whom a change of a calendar would hit: the same reckoning as the change itself, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, Caution, cautions, refuse_against_treated
from kdflow.domain.errors import Conflict
from kdflow.domain.impact import Hit, Shift, shift_of
from kdflow.domain.impact_told import Line, Telling
from kdflow.domain.notices import digest_of
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions
from kdflow.queries.recipients import Recipient, readers_of
from kdflow.store.competing import hits
from kdflow.store.database import Database, Tx
from kdflow.store.rescheduling import telling_of
from kdflow.store.treated import treated_at
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRow:
    """A sag that is hit, with what is new at each of its stations.

    `days` says how much later (negative: earlier) it comes to its end; `breaks_at` names the body that it can no
    longer reach, `left` how many of its items stay at the cancelled meeting.
    """

    sag: SagId
    number: str
    title: str
    closed: bool
    owner: str
    lines: tuple[Line, ...]
    days: int | None
    is_earlier: bool
    breaks_at: str | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change would do: the meeting before and after, the sager it hits (as far as the viewer may know of
    them), how many people would be told, who they are and what they would read, and what to ask about its date.
    `digest` is that of all who are told."""

    body: Body
    old: Meeting | None
    new: Meeting
    rows: tuple[ImpactRow, ...]
    told: int
    recipients: tuple[Recipient, ...]
    digest: str
    cautions: tuple[Caution, ...]
    world: World

    @property
    def has_seats(self) -> bool:
        """Whether any of the sager has an item at the meeting."""
        return any(line.seat for row in self.rows for line in row.lines)


def impact(
    db: Database,
    change: CalendarChange,
    *,
    reroute: bool = False,
    reason: str | None = None,
    version: int | None = None,
    viewer: PersonId,
    now: datetime,
) -> Impact:
    """What `change` would do if `viewer` made it now.

    Raises:
        NotFound, NotAllowed, Refused, Conflict: as for the change itself.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        old = world.timetable.find(change.meeting)
        if old is not None and version not in (None, old.version):
            raise Conflict("meeting", old.id, expected=version or 0, actual=old.version)
        shift = shift_of([change], world, by=viewer, reason=(reason or "").strip() or None, reroute=reroute)
        treated = treated_at(tx, [change.meeting] if change.meeting else [])
        refuse_against_treated(change, treated, world.today)
        return _impact(tx, shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """The sager that some changes hit all together, as far as who makes them may know of them; how many people
    would be told of those, who they are and what they would read. `digest` is that of all who are told."""

    rows: tuple[ImpactRow, ...] = ()
    told: int = 0
    recipients: tuple[Recipient, ...] = ()
    digest: str = ""


def whom(tx: Tx, shift: Shift, telling: Telling | None = None) -> Whom:
    """Whom some changes concern, all together; `telling` says who hears of them, where that is another rule."""
    telling = telling or telling_of(tx, shift)
    rows, sager = list[ImpactRow](), dict[SagId, tuple[Sag, Definitions]]()
    for found in hits(tx, shift):
        new = telling.hear(found)
        if new or telling.hears_of(found.sag.id):
            sager[found.sag.id] = found.sag, found.route
        if found.is_news and may_see(found.sag, shift.by, found.route, shift.world):
            rows.append(row_of(found, new, shift))
    ordered = tuple(sorted(rows, key=lambda row: row.number))
    notices = telling.notices()
    known = readers_of(notices, shift.world, shift.by, sager)
    return Whom(rows=ordered, told=len(known), recipients=known, digest=digest_of(notices))


def _impact(tx: Tx, shift: Shift) -> Impact:
    found = whom(tx, shift)
    made = shift.made[0]
    body = shift.world.bodies[made.new.body]
    return Impact(
        body=body,
        old=made.old,
        new=made.new,
        rows=found.rows,
        told=found.told,
        recipients=found.recipients,
        digest=found.digest,
        cautions=cautions(made.new, body, shift.world.now, shift.world.timetable.of_body.get(body.key, ())),
        world=shift.world,
    )


def row_of(found: Hit, new: tuple[Line, ...], shift: Shift) -> ImpactRow:
    """A sag that is hit, with the lines that are new to it."""
    sag, broken = found.sag, found.breaks_at
    body = found.new.bodies.get(broken) if broken else None
    return ImpactRow(
        sag=sag.id,
        number=sag.number,
        title=sag.title,
        closed=sag.closed,
        owner=shift.world.names.get(sag.owner, sag.owner),
        lines=new,
        days=found.days,
        is_earlier=found.is_earlier,
        breaks_at=shift.world.short(body) if body else None,
        left=len(found.left),
    )
