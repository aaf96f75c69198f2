"""The start page: what waits for me, where my own sager stand, and what I have been told."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from kdflow.domain.authority import PersonId
from kdflow.domain.workflow import Effect
from kdflow.queries.sag_rows import BoardRow
from kdflow.queries.scene import Stand
from kdflow.queries.start_page import StartPage, start_page
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.filters import plain
from kdflow.web.notice_words import subject_of

router = APIRouter()


@router.get("/")
def start(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    q: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """What waits for me, and where my own sager stand; words are searched for on a page of their own."""
    if text := plain(q):
        return RedirectResponse(f"/soeg?{urlencode({'q': text})}", 303)
    found = start_page(wiring.db, person, now)
    waiting, able = _in_line(found, person)
    return frame.page(
        "start",
        found=found,
        waiting=waiting,
        able=able,
        tasks=found.tasks,
        notices=found.notices,
        subject_of=subject_of,
    )


Waiting = list[tuple[BoardRow, Stand]]


def _in_line(found: StartPage, viewer: PersonId) -> tuple[Waiting, Waiting]:
    """What waits for the viewer first of all (consents before the rest, then by meeting), and what they may also
    do, although somebody else is the first in line."""
    mine = [(row, stand) for row in found.waiting for stand in row.stands if stand.is_mine]
    mine.sort(key=lambda one: (_wants_consent(one[1]), one[0].first_day or date.max, one[0].number))
    first = [one for one in mine if viewer in one[1].holders]
    return first, [one for one in mine if one not in first]


def _wants_consent(stand: Stand) -> bool:
    return stand.waits_for is None or stand.waits_for.does is not Effect.RECORD_CONSENT
