"""The start page: what waits for me, where every other sag stands, and what I have been told."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from kdflow.domain.authority import PersonId
from kdflow.domain.workflow import Effect
from kdflow.queries.board import Board, BoardRow, board
from kdflow.queries.scene import Stand
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.notice_words import subject_of

router = APIRouter()


@router.get("/")
def start(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    q: Annotated[str, Query(max_length=200)] = "",
    efter: Annotated[str, Query(max_length=20)] = "",
    alle: bool = False,
) -> Response:
    """What waits for me, and where every other sag stands; an exact number goes straight to its sag."""
    if re.fullmatch(r"sag-\d{4}-\d{1,6}", q.strip(), re.IGNORECASE):
        return RedirectResponse(f"/sager/{q.strip().upper()}", 303)
    found = board(wiring.db, person, now, text=q, after=efter, over=alle)
    waiting, able = _in_line(found, person)
    return frame.page(
        "board",
        board=found,
        waiting=waiting,
        able=able,
        mine={row.number for row, _ in waiting},
        q=q,
        after=efter,
        all=alle,
        notices=found.notices[:6],
        subject_of=subject_of,
    )


Waiting = list[tuple[BoardRow, Stand]]


def _in_line(found: Board, viewer: PersonId) -> tuple[Waiting, Waiting]:
    """What waits for the viewer first of all (consents before the rest, then by meeting), and what they may also
    do, although somebody else is the first in line."""
    mine = [(row, stand) for row in found.mine for stand in row.stands if stand.is_mine]
    mine.sort(key=lambda one: (_wants_consent(one[1]), one[0].first_day or date.max, one[0].number))
    first = [one for one in mine if viewer in one[1].holders]
    return first, [one for one in mine if one not in first]


def _wants_consent(stand: Stand) -> bool:
    return stand.waits_for is None or stand.waits_for.does is not Effect.RECORD_CONSENT
