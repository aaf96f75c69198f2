"""What must hold at any time: each invariant is a function that says, one by one, what is not as it must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from kdflow.actions.gather_notices import MOST_IN_ONE
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN, local_day
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import Watched
from kdflow.domain.notices import CONSENT_WANTED, KINDS, LIFE_KINDS, OTHER, SILENT
from kdflow.domain.pace import Pace, Preference
from kdflow.domain.replanning import Planned, planned
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.timetable import MeetingId
from kdflow.domain.watch import Look, look_at_meeting, look_at_sag
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import Definitions
from kdflow.store import audit, duties, preferences
from kdflow.store.database import Tx
from kdflow.store.plans import NO_MEETING
from kdflow.store.world import network_of, whole_world, with_routes

PROMPT = timedelta(hours=3)
"""Within which everything that is due has been done, when nothing has gone wrong for a day."""

TOLD_WITHIN = 3
"""Working days within which people hear of a changed meeting, when nothing has gone wrong that long."""

MEETING_CHANGED = "meeting-changed"
HOUSE_KINDS = ("calendar-running-out", "body-ending")
MOST_REMINDERS_MORE = 2
"""Reminders of one duty beyond its rungs: it may lapse and arise again."""


class Findings:
    """What one look at the house found, beside what earlier looks have seen."""

    def __init__(self) -> None:
        self.expected: list[tuple[datetime, MeetingId, SagId, PersonId]] = []
        self.reminders: Counter[tuple[object, ...]] = Counter()
        self.dropped: set[int] = set()
        self.notice, self.event, self.letter = 0, 0, 0
        self.believed: dict[str, int] = {}

    def look(self, tx: Tx, now: datetime, calm: timedelta) -> None:
        """Read what all invariants need; nothing has gone wrong for `calm`."""
        self.tx, self.now, self.calm = tx, now, calm
        self.minute = civil(self.now)
        self.world = whole_world(tx, self.now)
        self.net = network_of(tx, self.world)
        self.watches = audit.watches(tx)
        self.sager: dict[SagId, tuple[Sag, Definitions]] = {
            sag.id: (sag, route) for sag, route in with_routes(tx, list(self.watches))
        }
        self.kept = duties.of(tx, list(self.watches))
        self.looks: dict[SagId, Look] = {
            sag: look_at_sag(*self.sager[sag], self.net, self.world, self.kept[sag]) for sag in self.sager
        }
        self.new_notices = audit.notices_after(tx, self.notice)
        self.new_events = audit.events_after(tx, self.event)
        self.notice = max((one.id for one in self.new_notices), default=self.notice)
        self.event = max((one.seq for one in self.new_events), default=self.event)

    def fresh(self, sag: SagId) -> Planned:
        """The plan of a sag, made anew."""
        return self.looks[sag].planned or planned(*self.sager[sag], self.net, self.now)

    def wants(self, person: PersonId) -> Preference:
        """How somebody wants to be told."""
        return preferences.of(self.tx, person)


# --- the watch ---------------------------------------------------------------------------------------------------


def armed(f: Findings) -> Iterator[str]:
    """What is kept of every duty is what a fresh look finds, and the watch wakes for the next rung."""
    for sag, look in f.looks.items():
        if f.watches[sag].wake_at > f.minute:
            yield from _differs(f"sag {sag}", f.kept[sag], look, f.watches[sag].wake_at)
    if audit.is_any_awake(f.tx, f.minute):
        return  # what a meeting has to decide is looked at with the sager
    since = (local_day(f.now) - timedelta(days=60)).isoformat()
    asleep = audit.meetings_awake_after(f.tx, f.minute, since)
    kept, undecided = duties.of(f.tx, list(asleep)), duties.undecided_at(f.tx, list(asleep))
    for meeting, wake_at in asleep.items():
        value = f.world.timetable.by_id[meeting]
        look = look_at_meeting(value, undecided[meeting], f.world, kept[meeting])
        yield from _differs(f"meeting {meeting}", kept[meeting], look, wake_at)


def awake_or_right(tx: Tx, now: datetime, sager: list[SagId]) -> Iterator[str]:
    """Sager that count on a meeting that was just changed are looked at again, or need not be."""
    world = whole_world(tx, now)
    net, kept, watches = network_of(tx, world), duties.of(tx, sager), audit.watches(tx)
    for sag, route in with_routes(tx, sager):
        if sag.id in watches and watches[sag.id].wake_at > civil(world.now):
            look = look_at_sag(sag, route, net, world, kept[sag.id])
            yield from _differs(f"sag {sag.id}", kept[sag.id], look, watches[sag.id].wake_at)


def _differs(what: str, kept: list[Watched], look: Look, wake_at: int) -> Iterator[str]:
    if {one.key: one for one in kept} != {one.key: one for one in look.kept}:
        yield f"{what}: kept is {kept}, but a fresh look says {list(look.kept)}"
    if look.notices:
        yield f"{what}: asleep, though {[(one.kind, one.person) for one in look.notices]} should have been told"
    if wake_at > look.wake_at:
        yield f"{what}: wakes at {wake_at}, and must at {look.wake_at}"


def prompt(f: Findings) -> Iterator[str]:
    """Nothing that is due waits, when all is well."""
    due = audit.next_due(f.tx)
    if f.calm > timedelta(days=1) and due is not None and due < f.now - PROMPT:
        yield f"due since {due.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}, and nobody has taken it up"


def planned_right(f: Findings) -> Iterator[str]:
    """Legs that are said to hold are those of a fresh plan; a seat and the plan agree."""
    legs = audit.legs(f.tx)
    for sag, watch in f.watches.items():
        fresh = f.fresh(sag)
        wanted = {
            (leg.station, leg.meeting or NO_MEETING)
            for leg in (fresh.plan.legs if fresh.plan else ())
            if leg.kind in ("meeting", "seat") and leg.after < NEVER
        }
        if watch.plan_until >= f.minute and legs.get(sag, frozenset()) != wanted:
            yield f"sag {sag}: kept legs {sorted(legs.get(sag, ()))}, fresh ones {sorted(wanted)}"
        for leg in fresh.plan.legs if fresh.plan else ():
            step = f.sager[sag][0].at(leg.station)
            if leg.kind == "seat" and (step is None or step.meeting != leg.meeting):
                yield f"sag {sag}: planned at its seat at {leg.meeting}, but it stands at {step and step.meeting}"


# --- notices -----------------------------------------------------------------------------------------------


def one_place(f: Findings) -> Iterator[str]:
    """Every notice waits, goes with one letter, or was dropped: no one is lost, and none is twice."""
    yield from (f"notice {number} is nowhere, or in two places" for number in audit.misplaced(f.tx))


def dropped_rightly(f: Findings) -> Iterator[str]:
    """A notice is dropped only where its reader wants none, or what it reminded of is no longer there."""
    new = [number for number in audit.dropped(f.tx) if number not in f.dropped]
    f.dropped.update(new)
    for one in audit.notices_numbered(f.tx, new):
        is_wanted = f.wants(one.notice.person).pace is not Pace.OFF or one.notice.kind == CONSENT_WANTED
        if is_wanted and "duty" not in one.notice.data:
            yield f"notice {one.id} ({one.notice.kind} to {one.notice.person}) was dropped, and reminds of nothing"


def events_told(f: Findings) -> Iterator[str]:
    """Whoever owns a sag is told of each thing that others have done to it, in the same instant."""
    told = {(one.notice.person, sag, one.notice.kind, one.at) for one in f.new_notices for sag in one.notice.sager}
    for event in f.new_events:
        kinds = (_kind_of(event), MEETING_CHANGED)
        if kinds[0] is None or event.actor == event.owner:
            continue
        if told.isdisjoint((event.owner, event.sag, kind, event.at) for kind in kinds):
            yield f"{event.owner} was not told of {event.move} of sag {event.sag} by {event.actor} at {event.at}"


def _kind_of(event: audit.Happened) -> str | None:
    if event.machine == "route":
        return None
    if event.machine == "life" and event.move in LIFE_KINDS:
        return LIFE_KINDS[event.move]
    return None if event.move in SILENT else KINDS.get(event.move, OTHER)


def told_once(f: Findings) -> Iterator[str]:
    """Nothing is told twice: one notice of a kind for one event, and no more reminders than there are rungs."""
    events = Counter(
        (told.person, told.kind, told.sag, told.step, told.data.get("station"), one.at)
        for one in f.new_notices
        if (told := one.notice).sag is not None and told.kind != MEETING_CHANGED
    )
    yield from (f"{what} was told {count} times" for what, count in events.items() if count > 1)
    f.reminders.update(key for one in f.new_notices if (key := _reminds_of(one)) is not None)
    most = _rungs(f)
    for what in {key for one in f.new_notices if (key := _reminds_of(one)) is not None}:
        if f.reminders[what] > most.get(str(what[0]), 0) + MOST_REMINDERS_MORE:
            yield f"{what} was told {f.reminders[what]} times"


def _reminds_of(one: audit.Told) -> tuple[object, ...] | None:
    notice = one.notice
    if notice.kind in HOUSE_KINDS:
        return (notice.kind, notice.person, notice.data.get("body"), f"{local_day(one.at):%Y-%m}")
    duty = notice.data.get("duty")
    if not isinstance(duty, dict):
        return None
    return (notice.kind, notice.person, notice.sag, notice.step, duty["about"], duty["due"])


def _rungs(f: Findings) -> Mapping[str, int]:
    """How many reminders there are with each text, in the longest ladder."""
    found: dict[str, int] = {}
    for body in f.world.bodies.values():
        for kind, ladder in body.ladders.items():
            for text, count in Counter(rung.text or kind.value for rung in ladder).items():
                found[text] = max(found.get(text, 0), count)
    return found


def changes_told(f: Findings) -> Iterator[str]:
    """Everybody who counts on a meeting is told when it is moved or cancelled: the notice is there at once, and
    with them within three working days of calm."""
    late: list[tuple[datetime, MeetingId, SagId, PersonId]] = []
    by_owner: dict[PersonId, dict[tuple[SagId, datetime], audit.Told]] = {}
    first = min((at for at, *_ in f.expected), default=f.now)
    for at, meeting, sag, owner in f.expected:
        if owner not in by_owner:
            by_owner[owner] = {
                (one_sag, one.at): one
                for one in audit.notices_since(f.tx, owner, MEETING_CHANGED, first)
                for one_sag in one.notice.sager
            }
        told = by_owner[owner].get((sag, at))
        if told is None:
            yield f"{owner} counts on {meeting} with sag {sag}, and was not told of its change at {at}"
        elif not _has_come(f, told):
            late.append((at, meeting, sag, owner))
            if _is_late(f, at, owner):
                yield f"notice {told.id} to {owner} of {at} about {meeting} has not come: {told.state}"
    f.expected = late


def _has_come(f: Findings, told: audit.Told) -> bool:
    return told.is_dropped or told.state in ("sent", "failed", "uncertain", "dropped")


def _is_late(f: Findings, at: datetime, owner: PersonId) -> bool:
    wanted = f.wants(owner)
    days = TOLD_WITHIN + (5 if wanted.pace is Pace.WEEKLY else 0)
    worked = workdays()
    since = max(local_day(at), local_day(f.now - f.calm))
    return worked.between(since, local_day(f.now)) > days


# --- letters -----------------------------------------------------------------------------------------------


def letters_go_on(f: Findings) -> Iterator[str]:
    """Every letter is at its end, or has an instant at which it is taken up again."""
    yield from (f"letter {number} is on its way for ever" for number in audit.letters_without_end(f.tx))


def nothing_from_the_future(f: Findings) -> Iterator[str]:
    """Nothing was done by a clock that cannot be believed."""
    yield from too_new(f.tx, f.now, f.believed)


def too_new(tx: Tx, now: datetime, believed: dict[str, int]) -> Iterator[str]:
    """What bears a later instant than `now`, of what was not looked at before: `believed` says how far that is."""
    for name, (at, number) in audit.newest(tx, believed).items():
        believed[name] = number
        if at > now + timedelta(minutes=4):
            yield f"a {name} bears {at:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M}"


def one_letter(f: Findings) -> Iterator[str]:
    """What a person hears at one time is in one letter, unless it is more than one letter holds."""
    made = audit.letters_made(f.tx, f.letter)
    f.letter = max((one.newest for one in made), default=f.letter)
    for one in made:
        if one.letters > 1 and one.notices <= MOST_IN_ONE:
            yield f"{one.person} got {one.letters} letters at {one.at}, with {one.notices} notices in all"


Invariant = Callable[[Findings], Iterator[str]]

INVARIANTS: Mapping[str, Invariant] = {
    "armed": armed,
    "prompt": prompt,
    "planned right": planned_right,
    "one place": one_place,
    "dropped rightly": dropped_rightly,
    "events told": events_told,
    "told once": told_once,
    "changes told": changes_told,
    "one letter": one_letter,
    "letters go on": letters_go_on,
    "nothing from the future": nothing_from_the_future,
}
