"""What waits for me as chair, vice-chair or stand-in; and several consents at once, of what I have opened."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.advance_sag import advance_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import TOLD, Conflict, KdflowError, Refused
from kdflow.domain.proof import ProofNeeded, is_fresh
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs
from kdflow.queries.approvals import Asked, Awaited, approvals, asked
from kdflow.queries.readings import note_read
from kdflow.queries.rehearsed import Command, rehearsed
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep, new_key
from kdflow.web.forms import Gap, Incomplete, Typed
from kdflow.web.notice_words import in_words

router = APIRouter(prefix="/godkendelser")

MOST = 50
"""Steps that can be consented to at once."""

ITEM = re.compile(r"(SAG-\d{4}-\d{1,8})/(\d{1,6})/(\d{1,9})/([0-9a-f]{64})/([\w-]{8,100})/([0-9a-f]{64})")
"""A step in the form: number, step, version, the digest of what it said, an idempotency key of its own, and the
digest of who is told what when it is consented to."""

Chosen = Annotated[list[str], Query(default_factory=list, max_length=MOST)]


@router.get("")
def queue(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """Everything that waits for me, to be opened one by one."""
    return frame.page("approvals", found=approvals(frame.wiring.db, person, frame.now), first="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One step that is to be consented to, as its page showed it, and who was `seen` to be told what."""

    number: str
    step: StepSeq
    version: int
    content: str
    key: str
    seen: str = ""

    @property
    def item(self) -> str:
        """The same as it stands in the form."""
        return f"{self.number}/{self.step}/{self.version}/{self.content}/{self.key}/{self.seen}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one of them: `why` is a key of `words.not_approved`, or "" where it was done; `reasons` are
    the sentences of the rules that said no."""

    wish: Wish
    title: str
    why: str = ""
    reasons: tuple[str, ...] = ()


@router.get("/samlet")
def confirm(frame: FrameDep, person: PersonDep, valgt: Chosen) -> Response:
    """What would be consented to, in which words, and who would be told; nothing has happened yet. The queue once
    more where nothing is chosen."""
    return _confirm_html(frame, person, valgt) if valgt else _choose_html(frame, person)


def _choose_html(frame: Frame, person: PersonId) -> Response:
    """The queue with a link to the `first` that can be chosen; without more ado where there is none."""
    found = approvals(frame.wiring.db, person, frame.now)
    first = next((f"valgt-{one.sag.number}-{one.stand.step.seq}" for one in found.consents if one.is_opened), "")
    if not first:
        return RedirectResponse("/godkendelser", 303)
    return frame.page("approvals", status=422, found=found, first=first)


def _confirm_html(
    frame: Frame, person: PersonId, chosen: Collection[str], results: Sequence[Result] = ()
) -> HTMLResponse:
    """The page before several are consented to; after `results`, for those of which other people are told now."""
    asked_for = approvals(frame.wiring.db, person, frame.now)
    found = [one for one in (*asked_for.consents, *asked_for.waiting) if one.key in chosen]
    opened = [(one, _wish_of(one)) for one in found if one.is_opened]
    commands = [_consent(frame, person, one.sag.id, one.move.move.name, wish) for one, wish in opened if one.move]
    trial = rehearsed(frame.wiring.db, commands, by=person, now=frame.now)
    tried = list(zip(opened, trial.tried, strict=True))
    for one, _ in opened:
        note_read(person, one.sag)
    return frame.page(
        "approvals_confirm",
        status=409 if results else 200 if found else 422,
        results=results,
        ready=[(one, replace(wish, seen=it.digest)) for (one, wish), it in tried if not it.error],
        refused=[_result(wish, one.sag.title, it.error) for (one, wish), it in tried if it.error],
        unopened=[one for one in found if not one.is_opened],
        gone=len(set(chosen)) - len(found),
        recipients=trial.recipients,
        letter_of=partial(in_words, today=local_day(frame.now)),
        world=asked_for.world,
    )


def _wish_of(one: Awaited) -> Wish:
    step = one.stand.step
    return Wish(number=one.sag.number, step=step.seq, version=step.version, content=one.content, key=new_key())


@router.post("/samlet")
def approve_all(frame: FrameDep, person: PersonDep, typed: TypedDep) -> HTMLResponse:
    """Consent to each of them as its own page showed it; every one of them stands for itself.

    Raises:
        ProofNeeded: one of them is closed, and it has not been proved lately who consents. Nothing is done then.
    """
    wishes = list(_wishes(typed))
    if not wishes:
        raise Incomplete(Gap("form", ""))
    known = [asked(frame.wiring.db, one.number, one.step, one.content, person, frame.now) for one in wishes]
    visitor = frame.visitor
    is_proved = visitor is not None and is_fresh(visitor.proved_at, frame.now)
    if any(one.sag.closed for one in known if one) and not is_proved:
        raise ProofNeeded
    results = [_approve(frame, person, wish, one) for wish, one in zip(wishes, known, strict=True)]
    if told_anew := {f"{one.wish.number}.{one.wish.step}" for one in results if one.why == TOLD}:
        return _confirm_html(frame, person, told_anew, results)
    return frame.page("approvals_done", results=results)


def _wishes(typed: Typed) -> Iterator[Wish]:
    """The steps that are ticked in the form."""
    for name in sorted(name for name in typed.values if name.startswith("punkt-"))[:MOST]:
        found = ITEM.fullmatch(typed[name])
        if found is None:
            raise Incomplete(Gap("form", ""))
        number, step, version, content, key, seen = found.groups()
        yield Wish(
            number=number, step=StepSeq(int(step)), version=int(version), content=content, key=key, seen=seen
        )


def _approve(frame: Frame, person: PersonId, wish: Wish, known: Asked | None) -> Result:
    """Consent to one step by the action that its own page uses."""
    if known is None:
        return Result(wish=wish, title="", why="gone")
    title = known.sag.title
    if not known.is_opened:
        return Result(wish=wish, title=title, why="unopened")
    try:
        _consent(frame, person, known.sag.id, known.move, wish)(frame.wiring.db)
    except ProofNeeded:
        raise
    except KdflowError as error:
        return _result(wish, title, error)
    return Result(wish=wish, title=title)


def _result(wish: Wish, title: str, error: KdflowError) -> Result:
    """Why one of them is not consented to."""
    if isinstance(error, Refused):
        return Result(wish=wish, title=title, why="refused", reasons=tuple(one.text for one in error.reasons))
    if isinstance(error, Conflict):
        return Result(wish=wish, title=title, why=TOLD if error.kind == TOLD else "changed")
    return Result(wish=wish, title=title, why="gone")


def _consent(frame: Frame, person: PersonId, sag: SagId, move: str, wish: Wish) -> Command:
    """The consent to one step, to be given to a database."""
    return lambda db: advance_sag(
        db,
        sag,
        wish.step,
        move,
        Inputs(content=wish.content),
        version=wish.version,
        seen=wish.seen or None,
        key=wish.key,
        by=person,
        now=frame.now,
    )
