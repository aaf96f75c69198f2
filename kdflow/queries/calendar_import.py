"""What a calendar file would change in the calendar of a body, and whom that would hit; nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Literal

from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_after import Applied, applied
from kdflow.domain.calendar_change import CalendarChange, Caution, ChangeKind, cautions, refuse_against_treated
from kdflow.domain.errors import Conflict, LocatedFlaw, NotAllowed, NotFound, Reason, Refused
from kdflow.domain.impact import shift_of
from kdflow.domain.rights import CALENDAR_KEEPERS, calendar_keeper
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.queries.calendar_wishes import Wish, is_cancelled, wishes
from kdflow.queries.impact import ImpactRow, Whom, whom
from kdflow.queries.recipients import Recipient
from kdflow.reading import CalendarDiff, CalendarReading, ReadMeeting, compare, read_calendar
from kdflow.store.database import Database, Tx
from kdflow.store.treated import treated_at
from kdflow.store.world import whole_world

UID_SUFFIX = "@kdflow"
"""How the UID of a meeting ends in our own feeds, after its id."""

FIELDS = ("starts_at", "place", "format", "status", "note", "most_items", "most_minutes")

RowKind = Literal["added", "moved", "restored", "changed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A meeting of the file that changes the calendar: what it was (None: a new one), what it would be, and the
    `changes` that make it so. `fields` are those besides its date and hour that become others."""

    line: int
    kind: RowKind
    old: Meeting | None
    new: Meeting
    changes: tuple[CalendarChange, ...]
    fields: tuple[str, ...] = ()
    is_past: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLine:
    """A line that cannot go in: it cannot be read, or (`rule`) a rule says no to the meeting `on` it."""

    flaw: LocatedFlaw
    rule: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPreview:
    """What a file would do to the calendar of `body`.

    `rows` change something; `same` are as the file has them, and `absent` are meetings to come that it does not
    hold: nothing is done to them. `left_out` is what the file holds of other bodies, and cancelled meetings that
    were never in the calendar. `hits`, `told`, `recipients` and `digest` say whom all of it together concerns, as
    for a single change.
    """

    body: Body
    file: str
    rows: tuple[ImportRow, ...]
    broken: tuple[BrokenLine, ...]
    same: tuple[Meeting, ...]
    absent: tuple[Meeting, ...]
    left_out: tuple[ReadMeeting, ...]
    hits: tuple[ImpactRow, ...]
    told: int
    recipients: tuple[Recipient, ...] = ()
    digest: str = ""
    world: World
    seen: str
    """A mark of the calendar that the file was compared with: another one after any change of it."""

    @property
    def changes(self) -> tuple[CalendarChange, ...]:
        """Everything that is to be done, in an order in which it can be."""
        return tuple(change for row in self.rows for change in row.changes)

    @property
    def versions(self) -> Mapping[MeetingId, int]:
        """The versions of the meetings that would be changed."""
        return {row.old.id: row.old.version for row in self.rows if row.old}

    def of_kind(self, kind: RowKind) -> tuple[ImportRow, ...]:
        """The rows of one kind, by date."""
        found = [row for row in self.rows if row.kind == kind]
        return tuple(sorted(found, key=lambda row: (row.new.begins_on or date.max, row.new.id)))

    def refuse_other_than(self, seen: str) -> None:
        """Raise Conflict when the calendar is no longer the one with the mark `seen`."""
        if seen != self.seen:
            raise Conflict("calendar", self.body.key, expected=seen, actual=self.seen)


def calendar_preview(
    db: Database,
    data: bytes,
    filename: str,
    body: str,
    *,
    reroute: bool = False,
    reason: str | None = None,
    viewer: PersonId,
    now: datetime,
) -> CalendarPreview:
    """What the file would do to the calendar of `body` if `viewer` sent it in now.

    Raises:
        NotFound: there is no such body. NotAllowed: others keep its calendar.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = _kept_body(world, body, viewer)
        reading = read_calendar(data, filename, body, names=(found.short, found.name, *found.aliases))
        plan = _Plan(world=world, body=found, file=filename, by=viewer, treated_at=partial(treated_at, tx)).of(
            reading
        )
        heard = _whom(tx, plan.rows, world, by=viewer, reason=reason, reroute=reroute)
    return replace(plan, hits=heard.rows, told=heard.told, recipients=heard.recipients, digest=heard.digest)


def _kept_body(world: World, key: str, viewer: PersonId) -> Body:
    body = world.bodies.get(key)
    if body is None:
        raise NotFound("body", key)
    if calendar_keeper(world.authority, body, viewer) is None:
        raise NotAllowed("change_calendar", CALENDAR_KEEPERS, body.short)
    return body


def _whom(
    tx: Tx, rows: Sequence[ImportRow], world: World, *, by: PersonId, reason: str | None, reroute: bool
) -> Whom:
    changes = [change for row in rows for change in row.changes]
    if not changes:
        return Whom()
    why = (reason or "").strip() or None
    return whom(tx, shift_of(changes, world, by=by, reason=why, reroute=reroute))


# --- from a diff to changes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Makes rows of what was read, and tries them on the calendar as one change follows the other."""

    world: World
    body: Body
    file: str
    by: PersonId
    treated_at: Callable[[Sequence[MeetingId]], Container[MeetingId | None]]

    def of(self, reading: CalendarReading) -> CalendarPreview:
        """The preview, but for whom it hits."""
        known = tuple(self.world.timetable.of_body.get(self.body.key, ()))
        strange = [one for one in reading.meetings if self._is_of_others(one)]
        diff = compare(known, [one for one in reading.meetings if one not in strange], today=self.world.today)
        rows, refused = self._tried(wishes(diff))
        touched = {row.old.id for row in rows if row.old} | {wish.old.id for wish, _ in refused if wish.old}
        broken = [BrokenLine(flaw=flaw) for flaw in reading.flaws]
        broken += [self._refusal(wish, reason) for wish, reasons in refused for reason in reasons]
        return CalendarPreview(
            body=self.body,
            file=self.file,
            rows=tuple(rows),
            broken=tuple(sorted(broken, key=lambda one: one.flaw.line)),
            same=tuple(one for one in _paired(diff) if one.id not in touched),
            absent=diff.absent,
            left_out=(*strange, *(one for one in diff.added if is_cancelled(one.meeting))),
            hits=(),
            told=0,
            world=self.world,
            seen=_mark(known),
        )

    def _refusal(self, wish: Wish, reason: Reason) -> BrokenLine:
        on = wish.new.on.text
        return BrokenLine(flaw=LocatedFlaw(self.file, wish.line, f"{on}: {reason.text}"), rule=reason.guard, on=on)

    def _is_of_others(self, one: ReadMeeting) -> bool:
        """Whether an entry comes from a feed of ours, but is a meeting of another body."""
        if one.uid is None or not one.uid.endswith(UID_SUFFIX):
            return False
        meeting = self.world.timetable.find(MeetingId(one.uid.removesuffix(UID_SUFFIX)))
        return meeting is not None and meeting.body != self.body.key

    def _tried(self, wanted: Iterable[Wish]) -> tuple[list[ImportRow], list[tuple[Wish, tuple[Reason, ...]]]]:
        """The rows in an order in which they can be made, and the wishes that the rules refuse whatever the order.

        A meeting may take the hour that another one leaves, so what is refused is tried again after the rest.
        """
        timetable, rows, left = self.world.timetable, list[ImportRow](), list(wanted)
        treated = self.treated_at([wish.old.id for wish in left if wish.old])
        while True:
            refused: list[tuple[Wish, tuple[Reason, ...]]] = []
            for wish in left:
                try:
                    made = self._made(timetable, wish, treated)
                except Refused as error:
                    refused.append((wish, error.reasons))
                    continue
                if made:
                    timetable = made[-1][1].timetable
                    rows.append(self._row(wish, made))
            if len(refused) in (0, len(left)):
                return rows, refused
            left = [wish for wish, _ in refused]

    def _made(
        self, timetable: Timetable, wish: Wish, treated: Container[MeetingId | None]
    ) -> list[tuple[CalendarChange, Applied]]:
        """The changes of a wish, made one after the other; what is so already is left out."""
        made: list[tuple[CalendarChange, Applied]] = []
        for change in wish.changes:
            refuse_against_treated(change, treated, self.world.today)
            try:
                done = applied(timetable, self.body, change, by=self.by, now=self.world.now)
            except Refused as error:
                if {reason.guard for reason in error.reasons} != {"something_changes"}:
                    raise
                continue
            timetable = done.timetable
            made.append((change, done))
        return made

    def _row(self, wish: Wish, made: Sequence[tuple[CalendarChange, Applied]]) -> ImportRow:
        new, kind = made[-1][1].new, _kind([change.kind for change, _ in made])
        is_dated = kind in ("added", "moved")
        beside = self.world.timetable.of_body.get(self.body.key, ())
        is_past = bool(new.on.latest and new.on.latest < self.world.today)
        return ImportRow(
            line=wish.line,
            kind=kind,
            old=wish.old,
            new=new,
            changes=tuple(change for change, _ in made),
            fields=_differing(wish.old, new, kind) if wish.old else (),
            is_past=is_dated and is_past,
            cautions=cautions(new, self.body, self.world.now, beside) if is_dated and not is_past else (),
        )


def _kind(kinds: Sequence[ChangeKind]) -> RowKind:
    words: Mapping[ChangeKind, RowKind] = {
        ChangeKind.ADD: "added",
        ChangeKind.CANCEL: "cancelled",
        ChangeKind.MOVE: "moved",
        ChangeKind.RESTORE: "restored",
    }
    return next((word for kind, word in words.items() if kind in kinds), "changed")


def _differing(old: Meeting, new: Meeting, kind: RowKind) -> tuple[str, ...]:
    """The fields that become others, but for what the kind of the change says already."""
    said = {"moved": "starts_at", "cancelled": "status", "restored": "status"}.get(kind)
    is_planned = {old.status, new.status} <= {MeetingStatus.PLANNED, MeetingStatus.MOVED}
    found = [name for name in FIELDS if getattr(old, name) != getattr(new, name) and name != said]
    return tuple(name for name in found if name != "status" or not is_planned)


def _paired(diff: CalendarDiff) -> tuple[Meeting, ...]:
    """The known meetings that the file holds."""
    return (*diff.same, *(change.old for change in (*diff.moved, *diff.changed, *diff.cancelled)))


def _mark(known: Iterable[Meeting]) -> str:
    versions = sorted(f"{meeting.id}:{meeting.version}" for meeting in known)
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:32]
