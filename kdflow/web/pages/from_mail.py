"""What has become of a step since a mail asked for an answer to it, for the one who comes by its link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import Approval, Event, Step, content_digest
from kdflow.queries.pointing import Pointed
from kdflow.queries.sag_page import SagPage
from kdflow.queries.step_panel import StepPanel

State = Literal["approved", "answered", "moved-on", "not-yours", "changed"]

ANSWERS = frozenset({"return", "send-back", "rework", "hand-on", "wait", "wait-over"})
"""What a chair can answer beside a consent, by what the history calls it."""

_TEXT = re.compile(r"(\d{1,6})-(\d{1,9})-([0-9a-f]{16})")


def as_text(pointed: Pointed) -> str:
    """The step as its mail found it, for the address of the page: no secret, and nothing to be read from it."""
    return f"{pointed.step}-{pointed.version}-{pointed.content[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromMail:
    """What is new: the viewer's own consent stands (since `at`), they have given another `answer`, the step
    goes on without it (perhaps with that of `by`, on their behalf), others answer now, or it reads otherwise than
    when the mail was sent."""

    state: State
    at: datetime | None = None
    by: PersonId | None = None
    answer: Event | None = None


def since_mail(page: SagPage, viewer: PersonId, text: str) -> FromMail | None:
    """What has become of the step that a mail asked about; None where all is as it was, or no mail is named."""
    named = _TEXT.fullmatch(text)
    step = next((one for one in page.sag.steps if named and one.seq == int(named[1])), None)
    if named is None or step is None:
        return None
    given = step.standing_approvals
    if answered := _own_answer(page, viewer, step):
        return FromMail(state="answered", at=answered[0], answer=answered[1])
    if mine := _newest(one for one in given if one.person == viewer):
        return FromMail(state="approved", at=mine.at)
    others = _newest(given)
    panel = next((one for one in page.panels if one.stand.step.seq == step.seq), None)
    if panel is None or not step.outcome or (others and not _can_approve(panel)):
        return FromMail(state="moved-on", at=others.at if others else None, by=others.person if others else None)
    if not _can_approve(panel):
        return FromMail(state="not-yours")
    is_same = step.version == int(named[2]) and content_digest(page.sag, step)[:16] == named[3]
    return None if is_same else FromMail(state="changed")


def _own_answer(page: SagPage, viewer: PersonId, step: Step) -> tuple[datetime, Event] | None:
    """What the viewer did last with a step since its newest decision, where that is no consent."""
    there = [entry for entry in page.history if entry.event.step == step.seq]
    decided = max((n for n, entry in enumerate(there) if entry.event.move == "decide"), default=0)
    own = [one for one in there[decided:] if one.actor == viewer and one.event.move in {*ANSWERS, "approve"}]
    return (own[-1].at, own[-1].event) if own and own[-1].event.move in ANSWERS else None


def _newest(given: Iterable[Approval]) -> Approval | None:
    return max(given, key=lambda one: one.at, default=None)


def _can_approve(panel: StepPanel) -> bool:
    return any(one.move.name == "approve" and one.possible for one in panel.moves)
