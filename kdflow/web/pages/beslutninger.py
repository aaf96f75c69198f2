"""Many decisions of a meeting at once: filled in, seen with whom they are told to, and recorded."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.decide_items import Decision, decide_items
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import Conflict
from kdflow.domain.timetable import MeetingId
from kdflow.queries.minutes_page import minutes_page
from kdflow.queries.rehearsed import rehearsed
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Typed
from kdflow.web.minutes_forms import decisions_in
from kdflow.web.notice_words import in_words

router = APIRouter(prefix="/moeder/{meeting}/referat")

Meeting = Annotated[str, Path(max_length=100)]


@router.get("/beslut")
def choose(frame: FrameDep, person: PersonDep, meeting: Meeting) -> HTMLResponse:
    """Every decision that is still to be recorded, as the indstilling has it."""
    return decide_html(frame, person, meeting)


def decide_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The form for many decisions."""
    page = minutes_page(frame.wiring.db, meeting, person, frame.now)
    return frame.page("minutes_decide", status=status, page=page, typed=typed or Typed(), trouble=trouble)


@router.post("/beslut-alle")
def decide(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Record what was decided; where it is several decisions, see first who is told what."""
    if typed["trin"] == "ret":
        return decide_html(frame, person, meeting, typed=typed)
    wanted, key, seen = decisions_in(typed), typed.key, typed["seen"] or None
    if len(wanted) > 1 and seen is None:
        return _preview(frame, person, meeting, typed, wanted)
    at = MeetingId(meeting)
    try:
        decide_items(frame.wiring.db, at, wanted, seen=seen, key=key, by=person, now=frame.now)
    except Conflict as error:
        return _preview(frame, person, meeting, typed, wanted, error)
    return RedirectResponse(f"/moeder/{quote(meeting)}/referat?gjort=beslut-alle#referat", 303)


def _preview(
    frame: Frame,
    person: PersonId,
    meeting: str,
    typed: Typed,
    wanted: Sequence[Decision],
    trouble: Conflict | None = None,
) -> HTMLResponse:
    """The page that says who would be told of the decisions, and what; once more where that is no longer what was
    seen."""
    at, now = MeetingId(meeting), frame.now
    found = rehearsed(
        frame.wiring.db,
        [lambda db: decide_items(db, at, wanted, key=typed.key, by=person, now=now)],
        by=person,
        now=now,
    )
    digest, page = found.digest, minutes_page(frame.wiring.db, meeting, person, now)
    wishes = {sag_key(one.sag, one.step): one for one in wanted}
    return frame.page(
        "minutes_decide_preview",
        status=409 if trouble else 200,
        page=page,
        chosen=[(row.point, wishes[row.point.key]) for row in page.undecided if row.point.key in wishes],
        recipients=found.recipients,
        digest=digest,
        letter_of=partial(in_words, today=local_day(now)),
        typed=typed,
        trouble=trouble,
    )
