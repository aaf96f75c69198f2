"""The route as a flat machine: its places, the triggers between them, and what lies downstream.

A branch of a sag stands at one place: a station's key, or `a>b` when it has left `a` and waits for the other
branches of the join `b`. Source: a workflow net with one token per branch (van der Aalst 1998), without nesting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kdflow.domain.workflow import Workflow

OUTSIDE = "outside"
FINISHED = "finished"
RECALLED = "recalled"


class Passage(NamedTuple):
    """One transition of the route machine."""

    trigger: str
    source: str
    target: str


def enter(station: str) -> str:
    """Trigger: a branch begins at a start station."""
    return f"enter:{station}"


def go(station: str, follower: str) -> str:
    """Trigger: a branch goes on towards a follower."""
    return f"go:{station}>{follower}"


def join(station: str) -> str:
    """Trigger: a waiting branch enters the station all branches have now reached."""
    return f"join:{station}"


def stay(station: str) -> str:
    """Trigger: the sag is treated again at the same station."""
    return f"stay:{station}"


def back(station: str, target: str) -> str:
    """Trigger: a branch is sent back to an earlier station."""
    return f"back:{station}>{target}"


def again(station: str) -> str:
    """Trigger: a branch that waits at a join goes back to the station it has left."""
    return f"again:{station}"


def wait_again(station: str, follower: str) -> str:
    """Trigger: what `station` decided stands, so its branch waits once more for a join that opens anew."""
    return f"wait:{station}>{follower}"


def finish(station: str) -> str:
    """Trigger: a branch ends at a station."""
    return f"finish:{station}"


def move_over(place: str, target: str) -> str:
    """Trigger: a branch is moved to a place of another version of the route (an amendment or a migration)."""
    return f"over:{place}={target}"


RECALL = "recall"
"""Trigger: a branch is taken off the route, from any place."""


def is_join(workflow: Workflow, station: str) -> bool:
    """Whether a station waits for more than one other."""
    return len(workflow.by_key[station].after) > 1


def waiting(station: str, follower: str) -> str:
    """The place of a branch that has left `station` and waits to enter the join `follower`."""
    return f"{station}>{follower}"


def entry(workflow: Workflow, station: str, follower: str) -> str:
    """The place a branch comes to when it goes on from `station` to `follower`."""
    return waiting(station, follower) if is_join(workflow, follower) else follower


def places(workflow: Workflow) -> tuple[str, ...]:
    """Every place a branch can stand at: stations in file order, then the waiting places."""
    stations = tuple(station.key for station in workflow.stations)
    waits = tuple(
        waiting(before, station.key)
        for station in workflow.stations
        if len(station.after) > 1
        for before in station.after
    )
    return stations + waits


def passages(workflow: Workflow) -> tuple[Passage, ...]:
    """Every transition of the route machine of a workflow."""
    found = [Passage(enter(start), OUTSIDE, start) for start in workflow.starts]
    for station in workflow.stations:
        key = station.key
        found += [Passage(go(key, f), key, entry(workflow, key, f)) for f in workflow.followers[key]]
        found += [Passage(back(key, a), key, a) for a in sorted(workflow.ancestors[key])]
        found += [Passage(stay(key), key, key), Passage(finish(key), key, FINISHED)]
        if is_join(workflow, key):
            waits = [(before, waiting(before, key)) for before in station.after]
            found += [Passage(join(key), place, key) for _, place in waits]
            found += [Passage(again(before), place, before) for before, place in waits]
            found += [Passage(wait_again(before, key), OUTSIDE, place) for before, place in waits]
    found += [Passage(RECALL, place, RECALLED) for place in places(workflow)]
    return tuple(found)


def origin(place: str) -> str:
    """The station a place belongs to: itself, or the one a waiting branch has left."""
    return place.split(">", 1)[0]


def downstream_places(workflow: Workflow, station: str, current: Iterable[str]) -> tuple[str, ...]:
    """Those of the `current` places that a new treatment at `station` makes obsolete.

    They are the places of stations after it, and the waiting places left by it or by one after it.
    """
    after = workflow.descendants(station)
    return tuple(
        place for place in current if origin(place) in after or (">" in place and origin(place) == station)
    )


def is_awaited(workflow: Workflow, station: str, current: Iterable[str]) -> bool:
    """Whether some branch is still to come to `station`: one stands before it, or waits to enter what is.

    Every station waits for all it comes after, so a branch anywhere before it means that it is yet to decide.
    """
    before = workflow.ancestors[station]
    towards = before | {station}
    return any(
        place.split(">")[1] in towards if ">" in place else place in before
        for place in current
        if origin(place) in before
    )


def joins_fed_from_elsewhere(workflow: Workflow, target: str) -> tuple[tuple[str, str], ...]:
    """The joins after `target`, each with a station it waits for that does not itself come after `target`."""
    after = workflow.descendants(target)
    return tuple(
        (before, station.key)
        for station in workflow.stations
        if station.key in after and is_join(workflow, station.key)
        for before in station.after
        if before != target and before not in after
    )
