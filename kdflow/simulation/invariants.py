"""What must hold at any time: each invariant is a function that says, one by one, what is not as it must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from kdflow.actions.gather_notices import MOST_IN_ONE
from kdflow.domain.dates import COPENHAGEN, local_day
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import Watched
from kdflow.domain.sag import SagId
from kdflow.domain.watch import Look, look_at_meeting, look_at_sag
from kdflow.simulation.findings import Findings, Invariants
from kdflow.simulation.invariants_reminded import REMINDED
from kdflow.simulation.invariants_told import HOUSE_KINDS, TOLD
from kdflow.store import audit, duties
from kdflow.store.database import Tx
from kdflow.store.plans import NO_MEETING
from kdflow.store.world import network_of, whole_world, with_routes

PROMPT = timedelta(hours=3)
"""Within which everything that is due has been done, when nothing has gone wrong for a day."""

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
    """What a person hears at one time is in one letter, unless it is more than one letter holds. What housekeeping
    says may come later by the clock of another process, and be of the same minute by its own."""
    made = audit.letters_made(f.tx, f.letter, HOUSE_KINDS)
    f.letter = max((one.newest for one in made), default=f.letter)
    for one in made:
        if one.letters > 1 and one.notices <= MOST_IN_ONE:
            yield f"{one.person} got {one.letters} letters at {one.at}, with {one.notices} notices in all"


INVARIANTS: Invariants = {
    "armed": armed,
    "prompt": prompt,
    "planned right": planned_right,
    **TOLD,
    **REMINDED,
    "one letter": one_letter,
    "letters go on": letters_go_on,
    "nothing from the future": nothing_from_the_future,
}
