"""Places at a meeting that takes only so many: the secretariat takes a sag in, or lets it wait."""

import re
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.give_place import give_place
from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import Word
from kdflow.domain.dates import local_day
from kdflow.domain.errors import Conflict
from kdflow.domain.place_words import Wish
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.queries.place_preview import place_preview
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete, Typed
from kdflow.web.notice_words import in_words
from kdflow.web.pages.moeder import meeting_html

router = APIRouter()

WORDS: dict[str, Word | None] = {"in": "in", "out": "out", "open": None}


@router.post("/moeder/{meeting}/plads")
def give(
    frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Annotated[str, Path(max_length=100)]
) -> Response:
    """Take a sag in, let it wait, or leave it to the order again: first see whom it hits and who is told what."""
    if typed["trin"] == "ret":
        return meeting_html(frame, person, meeting, typed=typed)
    if not re.fullmatch(r"[0-9]{1,18}", typed["sag"]) or typed["word"] not in WORDS:
        raise Incomplete(Gap("form", ""))
    wish = Wish(
        meeting=MeetingId(meeting),
        sag=SagId(int(typed["sag"])),
        word=WORDS[typed["word"]],
        reason=typed["reason"] or None,
    )
    key = typed.key
    if typed["trin"] != "gem":
        return _preview(frame, person, typed, wish)
    try:
        give_place(
            frame.wiring.db,
            wish.meeting,
            wish.sag,
            wish.word,
            reason=wish.reason,
            seen=typed["seen"] or None,
            key=key,
            by=person,
            now=frame.now,
        )
    except Conflict as error:
        return _preview(frame, person, typed, wish, error)
    return RedirectResponse(f"/moeder/{quote(meeting)}#pladser", 303)


def _preview(
    frame: Frame, person: PersonId, typed: Typed, wish: Wish, trouble: Conflict | None = None
) -> HTMLResponse:
    """The page that says whom the word hits; once more where that is no longer what was seen."""
    return frame.page(
        "place_word",
        status=409 if trouble else 200,
        found=place_preview(frame.wiring.db, wish, viewer=person, now=frame.now),
        letter_of=partial(in_words, today=local_day(frame.now)),
        typed=typed,
        trouble=trouble,
    )
