"""Whom a change of bodies, offices or closing days would hit: the change itself, with nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kdflow.domain.administration import changes_of
from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import EVERYWHERE, ClosingDay
from kdflow.domain.errors import NotAllowed
from kdflow.domain.ladders import DutyKind, Rung
from kdflow.domain.notices import digest_of
from kdflow.domain.offices import bodies_led_or_served, ending
from kdflow.domain.reform import ReformTelling, reform_of
from kdflow.domain.replanning import bodies_leading_to
from kdflow.domain.reshaping import refuse_unsound_day, reshaped, with_days
from kdflow.domain.rights import ADMINISTRATORS, refuse_other_keepers
from kdflow.domain.situation import World
from kdflow.domain.stranding import Between, Strand
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import may_see
from kdflow.queries.administration import reminders
from kdflow.queries.impact import ImpactRow, Whom, whom
from kdflow.queries.recipients import Recipient
from kdflow.store import body_changes, offices, people
from kdflow.store.database import Database, Tx
from kdflow.store.offices import Held
from kdflow.store.passing import found_stranded, waiting_for_consent
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do: which sager get other dates, who would be told what, and which would be stranded (as
    far as the viewer may know of them, and how many more): then it cannot be made. `digest` is that of all who
    are told as soon as it is made."""

    rows: tuple[ImpactRow, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    told: int = 0
    digest: str = ""
    stranded: tuple[Strand, ...] = ()
    hidden: int = 0
    changes: tuple[Mapping[str, object], ...] = ()
    body: Body | None = None
    meeting: Meeting | None = None
    reminders: Mapping[DutyKind, tuple[tuple[Rung, int | None], ...]] | None = None
    world: World

    @property
    def is_refused(self) -> bool:
        """Whether the change would strand sager."""
        return bool(self.stranded or self.hidden)


def body_preview(
    db: Database,
    key: str,
    values: Mapping[str, Any],
    valid_from: date,
    *,
    reason: str | None,
    viewer: PersonId,
    now: datetime,
) -> Preview:
    """What a change of a body would do if `viewer` made it now.

    Raises:
        NotAllowed, NotFound, Refused: as for the change itself.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        if not world.authority.is_administrator(viewer):
            raise NotAllowed("keep_bodies", ADMINISTRATORS, "")
        found, new = reshaped(world, key, values, valid_from)
        preview = _preview(tx, found, _following(found, key), [key], viewer, reason)
        body = found.after.bodies[key]
        coming = world.timetable.coming(key, after=world.today)
        kinds = new.get("ladders", {})
        return replace(
            preview,
            digest=preview.digest if valid_from <= world.today else digest_of(()),
            changes=tuple(changes_of(world.bodies[key], body)),
            body=body,
            meeting=coming[0] if coming else None,
            reminders={kind: reminders(body, coming[0] if coming else None, kind) for kind in kinds},
        )


def _following(found: Between, key: str) -> set[str]:
    worlds = (found.before.bodies, found.after.bodies)
    return {key, *(one for bodies in worlds for one in bodies_leading_to(key, bodies))}


def closing_preview(
    db: Database, day: ClosingDay, *, reason: str | None, viewer: PersonId, now: datetime
) -> Preview:
    """What a new closing day would do."""
    with db.read() as tx:
        world = whole_world(tx, now)
        refuse_other_keepers(world, day.body, viewer)
        refuse_unsound_day(world, day)
        bases, changes = people.bases(tx), body_changes.of(tx)
        without = {key: people.overlaid(one.body, changes.get(key, ()), ()) for key, one in bases.items()}
        found = with_days(world, without, day.body, [*body_changes.closing_days(tx), day])
        return _preview(tx, found, (), (), viewer, reason)


def _preview(tx: Tx, found: Between, concerned: Any, told: Any, viewer: PersonId, reason: str | None) -> Preview:
    shift = reform_of(found.before.bodies, found.after, by=viewer, reason=reason)
    hit: Whom = whom(tx, shift, ReformTelling(shift, bodies_told=told))
    stranded, hidden = found_stranded(tx, found, concerned, viewer) if concerned else ((), 0)
    return Preview(
        rows=hit.rows,
        recipients=hit.recipients,
        told=hit.told,
        digest=hit.digest,
        stranded=stranded,
        hidden=hidden,
        world=found.before,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePreview:
    """What the end of an office would do: which sager it would strand, and which wait for a consent there now (as
    far as the viewer may know of them), with who answers for the body afterwards."""

    held: Held
    stranded: tuple[Strand, ...]
    hidden: int
    waiting: tuple[tuple[str, str], ...]
    followers: tuple[str, ...]
    world: World

    @property
    def is_refused(self) -> bool:
        """Whether the end of the office would strand sager."""
        return bool(self.stranded or self.hidden)


def office_preview(db: Database, office: int, last: date | None, viewer: PersonId, now: datetime) -> OfficePreview:
    """What would happen if an office ended after a day.

    Raises:
        NotFound, Refused: as for the end itself.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        held = offices.find(tx, office)
        refuse_other_keepers(world, held.office.body, viewer)
        between, _ = ending(world, held.office, last)
        key = held.office.body
        concerned = () if key == EVERYWHERE else bodies_led_or_served(world.bodies, key)
        stranded, hidden = found_stranded(tx, between, concerned, viewer)
        waiting = [
            (sag.number, sag.title)
            for sag, route in (waiting_for_consent(tx, between, key) if key != EVERYWHERE else ())
            if may_see(sag, viewer, route, world)
        ]
        after = replace(between.after.authority, on=between.on)
        return OfficePreview(
            held=held,
            stranded=stranded,
            hidden=hidden,
            waiting=tuple(waiting),
            followers=tuple(world.names.get(one, one) for one in after.answers_for(key)),
            world=world,
        )
