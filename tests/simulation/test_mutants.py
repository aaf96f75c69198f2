"""Bugs that are put in on purpose: each must be caught by the invariant that is there for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kdflow import clock
from kdflow.actions import advance_sag, deliver_notices, gather_notices
from kdflow.domain import clock_guard, delivery, departures, notices, watch
from kdflow.domain import duties as domain_duties
from kdflow.domain.clock_guard import doubt
from kdflow.domain.impact_told import Telling
from kdflow.domain.reminders import Climb, climb
from kdflow.domain.replanning import Planned
from kdflow.simulation.broken import Broken
from kdflow.simulation.faults import Faults
from kdflow.simulation.running import START
from kdflow.store import duties, letters, outbox, plans, sager
from kdflow.store.database import Tx
from kdflow.store.letters import Letter
from tests.simulation.worlds import simulate

Patch = Callable[[pytest.MonkeyPatch], None]
ROUGH = Faults(crash=0.004, freeze=0.01, outage=40, mail=6, clock=8)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: how it is put in, by which invariants it is caught, and on which seeds at the latest."""

    put_in: Patch
    caught_by: frozenset[str]
    years: float = 0.25
    seeds: tuple[int, ...] = (1, 2)
    start: date = START


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """Whoever comes back late sends a letter that somebody else has sent meanwhile."""

    def mark_sending(tx: Tx, letter: Letter, lease_until: datetime) -> bool:
        row = tx.run("select token from letter where id = ?", (letter.id,)).fetchone()
        return real(tx, replace(letter, token=row[0]), lease_until)

    def finish(tx: Tx, letter: Letter, state: Any, **values: Any) -> bool:
        row = tx.run("select token from letter where id = ?", (letter.id,)).fetchone()
        return real_end(tx, replace(letter, token=row[0]), state, **values)

    real, real_end = letters.mark_sending, letters.finish
    patch.setattr(letters, "mark_sending", mark_sending)
    patch.setattr(letters, "finish", finish)


def storm(patch: pytest.MonkeyPatch) -> None:
    """What may have arrived is sent again at once, and for ever."""
    patch.setattr(delivery, "repeat_at", lambda now, _repeats: now)


def no_quiet_hours(patch: pytest.MonkeyPatch) -> None:
    """People are told whatever the hour."""
    patch.setattr(gather_notices, "told_at", lambda _wanted, _told, now, _since: now)
    patch.setattr(deliver_notices, "_rather_later", lambda *_: None)


def slides_in_silence(patch: pytest.MonkeyPatch) -> None:
    """A missed submission is told to nobody."""
    patch.setattr(watch, "told_of", lambda *_: [])


def forgets_to_wake(patch: pytest.MonkeyPatch) -> None:
    """A changed calendar leaves duties with the deadlines that they had."""

    def save(tx: Tx, found: Iterable[Planned]) -> None:
        kept = list(found)
        rows = [tx.run("select min(wake_at) from step where sag = ?", (one.sag,)).fetchone() for one in kept]
        real(tx, kept)
        wakes = [(row[0], one.sag) for row, one in zip(rows, kept, strict=True)]
        tx.run_many("update step set wake_at = ? where sag = ?", wakes)

    real = plans.save
    patch.setattr(plans, "save", save)
    patch.setattr(duties, "wake", lambda *_: None)


def meetings_sleep_on(patch: pytest.MonkeyPatch) -> None:
    """What a meeting still has to decide is not looked at when it has decided something."""
    patch.setattr(duties, "wake_meetings_of", lambda *_: None)


def no_keys(patch: pytest.MonkeyPatch) -> None:
    """What is told once a month is told at every round."""

    def add(tx: Tx, told: Sequence[notices.Notice], at: datetime) -> None:
        real(tx, [replace(one, key=None) for one in told], at)

    real = outbox.add
    patch.setattr(outbox, "add", add)


def told_is_not_raised(patch: pytest.MonkeyPatch) -> None:
    """A reminder is told, and nobody notes that it was."""

    def forgetful(*args: Any, told: int, **values: Any) -> Climb:
        return replace(climb(*args, told=told, **values), come=told)

    patch.setattr(watch, "climb", forgetful)


def no_clock_guard(patch: pytest.MonkeyPatch) -> None:
    """Every clock is believed."""
    patch.setattr(clock_guard, "doubt", lambda *_: None)


def believes_leaps(patch: pytest.MonkeyPatch) -> None:
    """A clock that leaps in the middle of a beat is believed until its end."""
    patch.setattr(clock, "steady", lambda wall, *_: wall)


def lost_on_the_way(patch: pytest.MonkeyPatch) -> None:
    """Only the first of several notices goes with the letter."""

    def put_into(tx: Tx, letter: int, numbers: Sequence[int]) -> None:
        tx.run_many("update notice set due_at = null where id = ?", [(one,) for one in numbers])
        tx.run("update notice set letter = ? where id = ?", (letter, numbers[0]))

    patch.setattr(outbox, "put_into", put_into)


def splits_what_belongs_together(patch: pytest.MonkeyPatch) -> None:
    """Each notice goes with a letter of its own."""
    patch.setattr(gather_notices, "MOST_IN_ONE", 1)


def forgets_the_rest(patch: pytest.MonkeyPatch) -> None:
    """What does not fit into one letter goes with none."""

    def put_into(tx: Tx, letter: int, numbers: Sequence[int]) -> None:
        real(tx, letter, numbers)
        tx.run(
            "update notice set due_at = null where due_at is not null and person = "
            "(select person from letter where id = ?)",
            (letter,),
        )

    real = outbox.put_into
    patch.setattr(outbox, "put_into", put_into)
    patch.setattr(gather_notices, "MOST_IN_ONE", 2)


def reminds_of_what_is_done(patch: pytest.MonkeyPatch) -> None:
    """A reminder that has waited is sent though its duty is done."""
    patch.setattr(gather_notices, "still_holds", lambda *_: True)


def moves_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Nobody hears of a changed meeting."""
    patch.setattr(Telling, "notices", lambda _self: ())


def acts_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Nobody hears of what others do to their sag."""
    patch.setattr(notices, "about", lambda *_, **__: ())


def drops_what_is_wanted(patch: pytest.MonkeyPatch) -> None:
    """People are taken to want no mail."""
    patch.setattr(gather_notices, "is_wanted", lambda *_: False)


def leaves_behind(patch: pytest.MonkeyPatch) -> None:
    """Letters of a process that has died are never taken up again."""
    patch.setattr(deliver_notices, "take_back", lambda *_, **__: 0)


def silent_ladders(patch: pytest.MonkeyPatch) -> None:
    """Nobody is reminded of anything."""
    patch.setattr(watch, "climb", lambda *args, **values: replace(climb(*args, **values), rung=None))


def chairs_never_asked(patch: pytest.MonkeyPatch) -> None:
    """Nobody is asked to consent when a decision is made."""
    patch.setattr(notices, "_consent_wanted", lambda *_: ())


def secretaries_unheard(patch: pytest.MonkeyPatch) -> None:
    """Only the owner of a sag hears of what others do to it."""
    patch.setattr(notices, "_concerned", lambda sag, *_: (sag.owner,))


def undecided_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A meeting that was held is not asked what became of its items."""
    patch.setattr(duties, "undecided_at", lambda _tx, meetings: {one: [] for one in meetings})


def submitted_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Nobody is to take in what was submitted."""
    patch.setattr(domain_duties, "_of_seat", lambda *_: ())


def gates_stand_open(patch: pytest.MonkeyPatch) -> None:
    """A sag can be submitted until its meeting begins, whatever the rule of the body."""
    patch.setattr(departures, "submits_at", lambda meeting, _body: departures.begins_at(meeting))


def no_witness(patch: pytest.MonkeyPatch) -> None:
    """No second clock is asked."""
    patch.setattr(clock_guard, "doubt", lambda now, last, _witness: doubt(now, last, None))


def no_highwater(patch: pytest.MonkeyPatch) -> None:
    """What the last beat says of the time is forgotten."""
    patch.setattr(clock_guard, "doubt", lambda now, _last, witness: doubt(now, None, witness))


def no_recheck(patch: pytest.MonkeyPatch) -> None:
    """A letter that was taken up before the hours of peace is sent in them."""
    patch.setattr(deliver_notices, "_rather_later", lambda *_: None)


def no_version_check(patch: pytest.MonkeyPatch) -> None:
    """Whoever saw a version long past may act upon it."""
    patch.setattr(advance_sag, "check_version", lambda *_: None)
    patch.setattr(sager, "_UPDATE_STEP", sager._UPDATE_STEP.replace(" and version = ?", " and version >= ?"))


MUTANTS = {
    one.put_in.__name__: one
    for one in (
        Mutant(no_fence, frozenset({"one copy"})),
        Mutant(storm, frozenset({"few copies", "no storm"}), years=0.5),
        Mutant(no_quiet_hours, frozenset({"quiet hours"})),
        Mutant(slides_in_silence, frozenset({"misses told"}), years=0.5),
        Mutant(forgets_to_wake, frozenset({"armed"})),
        Mutant(meetings_sleep_on, frozenset({"armed"})),
        Mutant(no_keys, frozenset({"told once"}), start=date(2020, 9, 28)),
        Mutant(told_is_not_raised, frozenset({"armed"})),
        Mutant(no_clock_guard, frozenset({"nothing from the future", "quiet hours", "armed"})),
        Mutant(believes_leaps, frozenset({"nothing from the future", "quiet hours", "one copy"}), years=0.5),
        Mutant(lost_on_the_way, frozenset({"one place"})),
        Mutant(splits_what_belongs_together, frozenset({"one letter", "no storm"})),
        Mutant(forgets_the_rest, frozenset({"one place"})),
        Mutant(reminds_of_what_is_done, frozenset({"reminds of what is"})),
        Mutant(moves_in_silence, frozenset({"changes told", "events told"})),
        Mutant(acts_in_silence, frozenset({"events told"})),
        Mutant(drops_what_is_wanted, frozenset({"dropped rightly"})),
        Mutant(leaves_behind, frozenset({"prompt", "all is done"}), years=0.1),
        Mutant(silent_ladders, frozenset({"reminded", "armed"})),
        Mutant(chairs_never_asked, frozenset({"asked"})),
        Mutant(secretaries_unheard, frozenset({"events told"})),
        Mutant(undecided_forgotten, frozenset({"nobody forgotten"})),
        Mutant(submitted_forgotten, frozenset({"nobody forgotten"})),
        Mutant(gates_stand_open, frozenset({"submitted in time"})),
        Mutant(no_witness, frozenset({"nothing from the future", "quiet hours", "armed"})),
        Mutant(no_highwater, frozenset({"nothing from the future", "quiet hours", "armed", "reminds of what is"})),
        Mutant(no_recheck, frozenset({"quiet hours"})),
        Mutant(no_version_check, frozenset({"done once"})),
    )
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_bug_is_caught(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    mutant.put_in(monkeypatch)
    caught = []
    for seed in mutant.seeds:
        try:
            simulate(tmp_path, seed, mutant.years, faults=ROUGH, start=mutant.start)
        except Broken as broken:
            caught.append(broken.invariant)
            break
    assert caught, "nobody noticed"
    assert caught[0] in mutant.caught_by


def test_without_a_bug_nothing_is_caught(tmp_path: Path) -> None:
    simulate(tmp_path, 1, 0.25, faults=ROUGH)
