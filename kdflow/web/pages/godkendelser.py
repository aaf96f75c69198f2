"""What waits for me as chair, vice-chair or stand-in; and several consents at once, of what I have opened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from kdflow.actions.advance_sag import advance_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, KdflowError, Refused
from kdflow.domain.proof import ProofNeeded, is_fresh
from kdflow.domain.sag import StepSeq
from kdflow.domain.situation import Inputs
from kdflow.queries.approvals import Asked, approvals, asked
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete, Typed

router = APIRouter(prefix="/godkendelser")

MOST = 50
"""Steps that can be consented to at once."""

ITEM = re.compile(r"(SAG-\d{4}-\d{1,8})/(\d{1,6})/(\d{1,9})/([0-9a-f]{64})/([\w-]{8,100})")
"""A step in the form: number, step, version, the digest of what it said, and an idempotency key of its own."""

Chosen = Annotated[list[str], Query(default_factory=list, max_length=MOST)]


@router.get("")
def queue(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """Everything that waits for me, to be opened one by one."""
    return frame.page("approvals", found=approvals(frame.wiring.db, person, frame.now))


@router.get("/samlet")
def confirm(frame: FrameDep, person: PersonDep, valgt: Chosen) -> HTMLResponse:
    """What would be consented to, and in which words; nothing has happened yet."""
    asked_for = approvals(frame.wiring.db, person, frame.now)
    found = [one for one in (*asked_for.consents, *asked_for.waiting) if one.key in valgt]
    return frame.page(
        "approvals_confirm",
        status=200 if found else 422,
        ready=[one for one in found if one.is_opened],
        unopened=[one for one in found if not one.is_opened],
        gone=len(set(valgt)) - len(found),
        world=asked_for.world,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One step that is to be consented to, as its page showed it."""

    number: str
    step: StepSeq
    version: int
    content: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one of them: `why` is a key of `words.not_approved`, or "" where it was done; `reasons` are
    the sentences of the rules that said no."""

    wish: Wish
    title: str
    why: str = ""
    reasons: tuple[str, ...] = ()


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
    return frame.page("approvals_done", results=results)


def _wishes(typed: Typed) -> Iterator[Wish]:
    """The steps that are ticked in the form."""
    for name in sorted(name for name in typed.values if name.startswith("punkt-"))[:MOST]:
        found = ITEM.fullmatch(typed[name])
        if found is None:
            raise Incomplete(Gap("form", ""))
        number, step, version, content, key = found.groups()
        yield Wish(number=number, step=StepSeq(int(step)), version=int(version), content=content, key=key)


def _approve(frame: Frame, person: PersonId, wish: Wish, known: Asked | None) -> Result:
    """Consent to one step by the action that its own page uses."""
    if known is None:
        return Result(wish=wish, title="", why="gone")
    title = known.sag.title
    if not known.is_opened:
        return Result(wish=wish, title=title, why="unopened")
    try:
        _advance(frame, person, wish, known)
    except ProofNeeded:
        raise
    except Refused as error:
        return Result(wish=wish, title=title, why="refused", reasons=tuple(one.text for one in error.reasons))
    except Conflict:
        return Result(wish=wish, title=title, why="changed")
    except KdflowError:
        return Result(wish=wish, title=title, why="gone")
    return Result(wish=wish, title=title)


def _advance(frame: Frame, person: PersonId, wish: Wish, known: Asked) -> None:
    advance_sag(
        frame.wiring.db,
        known.sag.id,
        wish.step,
        known.move,
        Inputs(content=wish.content),
        version=wish.version,
        key=wish.key,
        by=person,
        now=frame.now,
    )
