"""What every action shares: read the sag and its world, carry a command out once, keep all that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from kdflow import rendering
from kdflow.domain import asking, notices
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import TOLD, Conflict, NotFound, Unreadable
from kdflow.domain.feed_editions import editions
from kdflow.domain.notices import Notice
from kdflow.domain.proof import ProofNeeded, wants_proof
from kdflow.domain.sag import MAX_TEXT, Event, Sag, SagId, Step, StepSeq, content_digest
from kdflow.domain.situation import Inputs, Situation, World
from kdflow.domain.timetable import MeetingId, Timetable
from kdflow.domain.visibility import bodies_of, may_see
from kdflow.domain.workflow import Definitions
from kdflow.store import commands, company, definitions, feeds, history, meetings, outbox, people, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import network_of


@dataclass(slots=True)
class Proof:
    """What a request over the web has proved of its person beside being signed in. It begins with nothing."""

    is_fresh: bool = False


AT_THE_DOOR: ContextVar[Proof | None] = ContextVar("AT_THE_DOOR", default=None)
"""The proof of the request at hand. None where there is no request: the command line and the clock are trusted.
It is no argument, since a new action or page must not be able to forget it: `follow_up` asks for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a command, in plain values. `repeated` when it had been carried out before."""

    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Answer):
    """What a command about a sag did: the sag and its version afterwards."""

    sag: SagId
    number: str
    version: int
    step: StepSeq | None = None
    step_version: int | None = None
    state: str = ""


_A = TypeVar("_A", bound=Answer)


def once(
    kind: type[_A],
    db: Database,
    verb: str,
    values: Mapping[str, Any],
    act: Callable[[Tx], _A],
    *,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> _A:
    """Carry a command out in one transaction, once for its idempotency key; a repetition gets the first
    answer, which is of this `kind`.

    `values` is what is asked for. The version that was seen is not among them: asked again, it may be another.
    `seen` is the digest of who was said to be told what, where somebody was shown that first. A rehearsal uses no
    key up, and tries each time.

    Raises:
        Conflict: others would be told, or something else, than was seen. KeyReused: the key belongs to another
            command. Unreadable: a text is too long, or holds what no database can keep.
        Whatever `act` raises leaves nothing behind.
    """
    refuse_unkeepable([key, values])
    mark = commands.fingerprint(verb, by, values)
    with db.write() as tx:
        if not tx.is_rehearsal and (before := commands.find_result(tx, key, mark)) is not None:
            return kind(**before, repeated=True)
        receipt = act(tx)
        if seen is not None and seen != (actual := notices.digest_of(tx.told)):
            raise Conflict(TOLD, verb, expected=seen, actual=actual)
        if not tx.is_rehearsal:
            answer = {one.name: getattr(receipt, one.name) for one in fields(kind) if one.name != "repeated"}
            commands.keep_result(tx, key, mark, answer, by=by, now=now)
    return receipt


def refuse_unkeepable(value: object) -> None:
    """Refuse texts that are too long, or with a NUL or half a character in them, wherever they stand."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise Unreadable(f"a text has {len(value)} letters; the most is {MAX_TEXT}", "too-long")
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Unreadable(
                "a text holds a character that cannot be kept (NUL, or half a character)", "unkeepable"
            )
    elif isinstance(value, Mapping):
        refuse_unkeepable(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            refuse_unkeepable(inner)


def situation(
    tx: Tx, sag: Sag, seq: StepSeq | None, *, by: PersonId, now: datetime, inputs: Inputs | None = None
) -> Situation:
    """A sag with the part of the world that one command about it can touch.

    Raises:
        NotFound: there is no such step, or `by` may not know of the sag.
    """
    route = definitions.load(tx, sag.route)
    step = next((step for step in sag.steps if step.seq == seq), None)
    world = _world(tx, sag, step, route, inputs or Inputs(), now)
    if not may_see(sag, by, route, world):
        raise NotFound("sag", sag.id)
    if seq is not None and step is None:
        raise NotFound("step", f"{sag.number}/{seq}")
    return Situation(sag=sag, step=step, definitions=route, world=world, inputs=inputs or Inputs())


def _world(tx: Tx, sag: Sag, step: Step | None, route: Definitions, inputs: Inputs, now: datetime) -> World:
    today = local_day(now)
    bodies = people.bodies(tx, bodies_of(sag, route))
    serving = {body.secretariat for body in bodies.values() if body.secretariat}
    authority, names = people.authority(tx, sorted({*bodies, *serving}), today)
    return World(
        bodies=bodies,
        timetable=_timetable(tx, sag, step, inputs.meeting, now),
        authority=authority,
        names=names,
        now=now,
    )


def _timetable(tx: Tx, sag: Sag, step: Step | None, chosen: MeetingId | None, now: datetime) -> Timetable:
    if step is None:
        return Timetable()
    return meetings.timetable_for_step(
        tx, sag=sag.id, body=step.body, meeting=step.meeting, chosen=chosen, today=local_day(now)
    )


def check_version(sag: Sag, step: Step | None, expected: int | None) -> None:
    """Refuse to act on a version that is no longer the current one; None skips the check."""
    actual = step.version if step else sag.version
    if expected is not None and expected != actual:
        name = f"{sag.number}/{step.seq}" if step else sag.number
        raise Conflict("step" if step else "sag", name, expected=expected, actual=actual)


def check_content(sag: Sag, step: Step | None, expected: str | None) -> None:
    """Refuse to act on a text that is no longer what the sag says at `step`; None skips the check."""
    actual = content_digest(sag, step) if step else ""
    if expected is not None and expected != actual:
        raise Conflict("content", sag.number, expected=expected, actual=actual)


def follow_up(
    tx: Tx, before: Situation, after: Sag, events: Sequence[Event], *, acting: Acting, seq: StepSeq | None = None
) -> Receipt:
    """Keep the new sag, its history and the notices that follow: together or not at all.

    Raises:
        ProofNeeded: it is a decision on a closed sag, and the request has not proved who makes it.
    """
    if not tx.is_rehearsal:
        demand_proof(before, events)
    now = before.world.now
    route = before.definitions if after.route == before.sag.route else definitions.load(tx, after.route)
    saved = keep(tx, before.sag, after, events, acting=acting, now=now)
    told = notices.about(saved, events, route, before.world, by=acting.person)
    others = followers_of(tx, saved, route, before.world, but=acting.person) if told else ()
    told = (*told, *notices.to_followers(told, others))
    outbox.add(tx, _dated(tx, told, saved, route, before.world), now)
    return receipt(saved, seq)


def followers_of(
    tx: Tx, sag: Sag, route: Definitions, world: World, *, but: PersonId | None = None
) -> tuple[PersonId, ...]:
    """Who follows a sag and may know of it now; somebody who may no longer is passed over in silence."""
    found = company.followers(tx, sag.id)
    return tuple(one for one in found if one != but and may_see(sag, one, route, world))


def demand_proof(before: Situation, events: Sequence[Event]) -> None:
    """Refuse a decision on a closed sag where the request at hand has not proved who makes it."""
    if wants_proof(before.sag, events, before.definitions):
        demand_fresh_proof()


def demand_fresh_proof() -> None:
    """Refuse what the request at hand has not proved lately who asks for.

    Raises:
        ProofNeeded: it has not.
    """
    proof = AT_THE_DOOR.get()
    if proof is not None and not proof.is_fresh:
        raise ProofNeeded


def _dated(tx: Tx, told: tuple[Notice, ...], sag: Sag, route: Definitions, world: World) -> tuple[Notice, ...]:
    """The same notices with what they ask for and by when, as the calendars say now."""
    if not asking.is_asked(told):
        return told
    wide = replace(world, bodies=people.bodies(tx), timetable=meetings.timetable(tx))
    return asking.dated(told, sag, route, network_of(tx, wide), wide)


def keep(tx: Tx, before: Sag, after: Sag, events: Sequence[Event], *, acting: Acting, now: datetime) -> Sag:
    """Keep the new sag and its history; who is told of it is left to the caller."""
    saved = sager.save(tx, before, after)
    history.append(tx, events, sag=saved.id, route=saved.route, acting=acting, at=now)
    return saved


def receipt(sag: Sag, seq: StepSeq | None) -> Receipt:
    """The answer to a command about a step, or about the sag as a whole."""
    plain = Receipt(sag=sag.id, number=sag.number, version=sag.version, state=sag.life)
    if seq is None:
        return plain
    step = sag.step(seq)
    return replace(plain, step=seq, step_version=step.version, state=step.state)


def renew_feeds(tx: Tx, now: datetime) -> None:
    """Let the entries of calendar feeds be another edition where a rule, a holiday or a word makes them others."""
    words = rendering.words()
    said = repr((words["feeds"], words["deadlines"]))
    texts = [(body.key, kind, said + text) for body in people.bodies(tx).values() for kind, text in editions(body)]
    feeds.keep_editions(tx, texts, now=now)
