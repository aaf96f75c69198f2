"""What one has been told, and the choice of when it comes by mail."""

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.choose_pace import choose_pace
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.pace import Pace, Preference
from kdflow.queries.notices import notices_to
from kdflow.queries.preferences import preference_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed, faults
from kdflow.web.notice_words import in_words

router = APIRouter(prefix="/beskeder")


@router.get("")
def notices(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """What the house has written to me, as mails say it."""
    heard = notices_to(frame.wiring.db, person, frame.now)
    return frame.page("notices", notices=heard, in_words=partial(in_words, today=local_day(frame.now)))


@router.get("/valg")
def choices(frame: FrameDep, person: PersonDep, gjort: Annotated[str, Query(max_length=10)] = "") -> HTMLResponse:
    """How I am told; `gjort` asks for the receipt."""
    return _page(frame, preference_of(frame.wiring.db, person), is_saved=bool(gjort))


def _page(
    frame: Frame,
    wanted: Preference,
    *,
    is_saved: bool = False,
    typed: Typed | None = None,
    trouble: Faults | None = None,
    status: int = 200,
) -> HTMLResponse:
    return frame.page(
        "choices",
        status=status,
        wanted=wanted,
        is_saved=is_saved,
        typed=typed or Typed(),
        trouble=trouble,
        minutes=sorted({*range(0, 24 * 60 + 1, 60), wanted.day_begins, wanted.day_ends}),
    )


@router.post("/valg")
def choose(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Save it."""
    try:
        choose_pace(frame.wiring.db, _wanted(person, typed), now=frame.now)
    except Incomplete as error:
        now = preference_of(frame.wiring.db, person)
        return _page(frame, now, typed=typed, trouble=faults("valg", error.gaps), status=422)
    return RedirectResponse("/beskeder/valg?gjort=1#kvittering", 303)


def _wanted(person: PersonId, typed: Typed) -> Preference:
    """The choice that was made.

    Raises:
        Incomplete: it cannot be used; every gap is named.
    """
    day, begins, ends = (
        _number(typed[name], most) for name, most in (("weekday", 4), ("day_begins", 1440), ("day_ends", 1440))
    )
    gaps = [] if typed["pace"] in set(Pace) else [Gap("pace", "pace")]
    if begins is None or ends is None or begins >= ends:
        gaps.append(Gap("day_ends", "day_ends"))
    if gaps or begins is None or ends is None:
        raise Incomplete(*gaps)
    return Preference(person=person, pace=Pace(typed["pace"]), weekday=day or 0, day_begins=begins, day_ends=ends)


def _number(text: str, most: int) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) and int(text) <= most else None
