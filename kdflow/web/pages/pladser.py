"""Places at a meeting that takes only so many: the secretariat takes a sag in, or lets it wait."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from kdflow.actions.give_place import give_place
from kdflow.domain.capacity import Word
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.web.deps import FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete

router = APIRouter()

WORDS: dict[str, Word | None] = {"in": "in", "out": "out", "open": None}


@router.post("/moeder/{meeting}/plads")
def give(
    frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Annotated[str, Path(max_length=100)]
) -> Response:
    """Take a sag in, let it wait, or leave it to the order again."""
    if not re.fullmatch(r"[0-9]{1,18}", typed["sag"]) or typed["word"] not in WORDS:
        raise Incomplete(Gap("form", ""))
    give_place(
        frame.wiring.db,
        MeetingId(meeting),
        SagId(int(typed["sag"])),
        WORDS[typed["word"]],
        reason=typed["reason"] or None,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return RedirectResponse(f"/moeder/{quote(meeting)}#pladser", 303)
