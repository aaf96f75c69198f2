"""What must hold when everything has healed and the world has drained: all is told, and what was told is true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.pace import Pace
from kdflow.domain.planner import Leg
from kdflow.domain.sag import Sag, SagId, Step
from kdflow.simulation.findings import Findings, Invariants
from kdflow.simulation.invariants_told import MEETING_CHANGED
from kdflow.store import audit, history

NAMES_MEETING = ("submission", "submitted", "on-agenda", "postponed")
TAKES_BACK = ("declined", "taken-off", "reopened", "returned", "pulled")


def history_proves(f: Findings) -> Iterator[str]:
    """The chain of the history proves itself from its first row to its head."""
    found = history.first_break(f.tx)
    if found:
        yield f"row {found.seq}: {found.fault}"


def all_is_done(f: Findings) -> Iterator[str]:
    """Nothing that was due before is still to be done, and no letter is on its way."""
    due = audit.next_due(f.tx)
    if due is not None and due <= f.now - timedelta(minutes=5):
        yield f"something is still to be done since {due.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}"
    states = audit.letters_by_state(f.tx)
    for state in ("claimed", "sending"):
        if states.get(state):
            yield f"{states[state]} letters are still {state}"


def last_told_is_true(f: Findings) -> Iterator[str]:
    """The last that each owner was told of when an open step is treated is what the present plan says."""
    done = {(one.sag, one.owner): one.at for one in audit.events_after(f.tx, 0) if one.actor == one.owner}
    told: dict[PersonId, tuple[audit.Told, ...]] = {}
    for sag, (value, _) in f.sager.items():
        owner = value.owner
        if value.life != "under-way" or f.wants(owner).pace is Pace.OFF:
            continue
        if owner not in told:
            told[owner] = audit.notices_to(f.tx, owner)
        mine = [one for one in told[owner] if sag in one.notice.sager]
        own = done.get((sag, owner))
        if any(one.is_waiting or one.state not in (None, "sent") for one in mine):
            continue  # it is on its way, or a person has been asked to see to it
        mine = [one for one in mine if own is None or one.at > own]
        yield from _untrue(f, value, mine)


def _untrue(f: Findings, sag: Sag, told: list[audit.Told]) -> Iterator[str]:
    plan = f.fresh(sag.id).plan
    for leg in plan.legs if plan else ():
        step = sag.at(leg.station)
        if step is None or step.outcome or not sag.is_open_at(leg.station) or leg.kind not in ("meeting", "seat"):
            continue
        truth = _on(f, leg)
        since = [one for one in told if step.opened_at is None or one.at >= step.opened_at]
        last = [said for one in since if (said := _says(one, sag.id, step)) is not None]
        if last and last[-1][1] is not None and last[-1][1] != truth:
            yield (
                f"{sag.owner} was last told (notice {last[-1][0]}) that {leg.station} of sag {sag.id} is on "
                f"{last[-1][1]}; it is on {truth}"
            )


def _on(f: Findings, leg: Leg) -> str | None:
    meeting = f.world.timetable.find(leg.meeting)
    return meeting.on.text if meeting else None


def _says(one: audit.Told, sag: SagId, step: Step) -> tuple[int, str | None] | None:
    """What a notice that came says of when a step is treated: (its number, the date); None where it says nothing,
    and a date of None where it says that what was told before holds no longer."""
    notice = one.notice
    if one.is_dropped:
        return None
    if notice.kind == MEETING_CHANGED:
        return _line_says(one.id, notice.about_sager, sag, step)
    if notice.sag != sag or notice.step != step.seq:
        return None
    if notice.kind == "missed":
        return one.id, _text(notice.data.get("then"))
    if notice.kind in NAMES_MEETING:
        return one.id, _text(notice.data.get("meeting"))
    return (one.id, None) if notice.kind in TAKES_BACK else None


def _line_says(number: int, sager: list[dict[str, Any]], sag: SagId, step: Step) -> tuple[int, str | None] | None:
    for entry in sager:
        for line in entry["lines"] if entry["sag"] == sag else ():
            if line["station"] == step.station:
                return number, _text(line["new_on"])
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def submitted_in_time(f: Findings) -> Iterator[str]:
    """Who submitted after the deadline said why it could not wait."""
    for sag, step, at in f.late:
        if not audit.is_late_explained(f.tx, sag, step):
            yield f"step {step} of sag {sag} was submitted too late at {at.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}"


AT_END: Invariants = {
    "history proves": history_proves,
    "all is done": all_is_done,
    "last told is true": last_told_is_true,
    "submitted in time": submitted_in_time,
}
