"""Meetings: the calendars, one meeting with its agenda, and what those who keep a calendar can do to it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.send_apologies import send_apologies
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import EVENTS, SETTABLE, CalendarChange, ChangeKind, hour_of
from kdflow.domain.dates import local_day
from kdflow.domain.errors import TOLD, Conflict, NotAllowed, NotFound
from kdflow.domain.rights import CALENDAR_KEEPERS
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.queries.apologies import apologies_for
from kdflow.queries.calendar_receipt import import_receipt
from kdflow.queries.calendars import calendars, kept_by
from kdflow.queries.impact import impact
from kdflow.queries.meeting_page import meeting_page
from kdflow.queries.places import places_at
from kdflow.web.calendar_forms import change_of
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep
from kdflow.web.forms import Typed
from kdflow.web.notice_words import in_words

router = APIRouter()

Meeting = Annotated[str, Path(max_length=100)]
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]

KINDS: Mapping[str, ChangeKind] = {
    "flyt": ChangeKind.MOVE,
    "aflys": ChangeKind.CANCEL,
    "genopret": ChangeKind.RESTORE,
    "ret": ChangeKind.EDIT,
}
"""The forms on the page of a meeting; each has an address of its own."""


@router.get("/moeder")
def overview(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    aar: Year = None,
    organ: Annotated[str, Query(max_length=60)] = "",
    indlaest: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """The calendars of a year; `indlaest` is the key of a file that was read in, whose receipt is shown."""
    receipt = import_receipt(wiring.db, indlaest, person) if indlaest else None
    page = calendars(wiring.db, person, now, year=aar, body=organ)
    return frame.page("meetings", page=page, receipt=receipt)


@router.get("/moeder/nyt")
def new(frame: FrameDep, person: PersonDep, organ: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """The form for a new meeting."""
    return new_html(frame, person, Typed({"organ": organ, "form": "nyt"} if organ else {}), None)


def new_html(frame: Frame, person: PersonId, typed: Typed, trouble: object, status: int = 200) -> HTMLResponse:
    """The form for a new meeting, with what was typed before."""
    kept = kept_by(frame.wiring.db, person, frame.now)
    if not kept:
        raise NotAllowed("change_calendar", CALENDAR_KEEPERS, str(rendering.words()["calendar"]["any_body"]))
    return frame.page("meeting_new", status=status, bodies=kept, settable=SETTABLE, typed=typed, trouble=trouble)


@router.post("/moeder/nyt")
def add(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """See whom a new meeting would concern, and add it."""
    if typed["trin"] == "ret":
        return new_html(frame, person, typed, None)
    return _see_or_save(frame, person, typed, ChangeKind.ADD, None)


@router.get("/moeder/{meeting}")
def agenda(
    frame: FrameDep,
    person: PersonDep,
    meeting: Meeting,
    gjort: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """One meeting, as far as the viewer may know of its sager; `gjort` names the change whose receipt is shown."""
    return meeting_html(frame, person, meeting, done=gjort)


def meeting_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    done: str = "",
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of a meeting, with what was typed and why it could not be done, if so."""
    page = meeting_page(frame.wiring.db, meeting, person, frame.now, done=done)
    return frame.page(
        "meeting",
        status=status,
        page=page,
        done=done,
        places=places_at(frame.wiring.db, page.meeting, page.world, person),
        apologies=apologies_for(frame.wiring.db, page.meeting, page.world, person, frame.now),
        hour=hour_of(page.meeting),
        settable=SETTABLE,
        typed=typed or Typed(),
        trouble=trouble,
    )


@router.post("/moeder/{meeting}/afbud")
def apologize(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Say that one cannot come, or that one can after all."""
    absent = typed["absent"] == "1"
    send_apologies(frame.wiring.db, MeetingId(meeting), absent=absent, key=typed.key, by=person, now=frame.now)
    return RedirectResponse(f"/moeder/{quote(meeting)}?gjort={'afbud' if absent else 'kommer'}#afbud", 303)


@router.post("/moeder/{meeting}/{what}")
def change(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting, what: str) -> Response:
    """See whom a change of a meeting would concern, and make it."""
    if what not in KINDS:
        raise NotFound("form", what)
    if typed["trin"] == "ret":
        return meeting_html(frame, person, meeting, typed=typed)
    return _see_or_save(frame, person, typed, KINDS[what], meeting)


def _see_or_save(frame: Frame, person: PersonId, typed: Typed, kind: ChangeKind, meeting: str | None) -> Response:
    """Two steps: a page that says whom the change hits and carries what was typed, and then the change itself."""
    wish, key = change_of(typed, kind, meeting), typed.key
    if typed["trin"] != "gem":
        return _impact_html(frame, person, typed, kind, wish)
    try:
        receipt = change_calendar(
            frame.wiring.db,
            wish,
            reroute=bool(typed["reroute"]),
            reason=_reason(typed, kind),
            version=typed.version if meeting else None,
            seen=typed["seen"] or None,
            key=key,
            by=person,
            now=frame.now,
        )
    except Conflict as error:
        if error.kind != TOLD:
            raise
        return _impact_html(frame, person, typed, kind, wish, error)
    return RedirectResponse(f"/moeder/{receipt.meeting}?gjort={EVENTS[kind]}#kvittering", 303)


def _impact_html(
    frame: Frame,
    person: PersonId,
    typed: Typed,
    kind: ChangeKind,
    wish: CalendarChange,
    trouble: Conflict | None = None,
) -> HTMLResponse:
    """The page before a calendar is changed; once more where that is no longer what was seen."""
    found = impact(
        frame.wiring.db,
        wish,
        reroute=bool(typed["reroute"]),
        reason=_reason(typed, kind),
        version=typed.version if wish.meeting else None,
        viewer=person,
        now=frame.now,
    )
    return frame.page(
        "impact",
        status=409 if trouble else 200,
        impact=found,
        letter_of=partial(in_words, today=local_day(frame.now)),
        kind=EVENTS[kind],
        typed=typed,
        reroute=bool(typed["reroute"]),
        hour=hour_of,
        trouble=trouble,
    )


def _reason(typed: Typed, kind: ChangeKind) -> str | None:
    """What was typed; a cancelled meeting has a reason even where nobody wrote one."""
    cancelled = str(rendering.words()["calendar"]["cancelled"])
    return typed["reason"] or (cancelled if kind is ChangeKind.CANCEL else None)
