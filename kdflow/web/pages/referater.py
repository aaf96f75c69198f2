"""The minutes of a meeting: written as one types, approved by the chair, sent, and as they were sent."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.approve_minutes import approve_minutes, ask_for_approval, reopen_minutes, send_minutes_back
from kdflow.actions.decide_items import decide_items
from kdflow.actions.publish_minutes import publish_minutes
from kdflow.actions.take_back import take_remark_back, take_task_back
from kdflow.actions.write_minutes import add_attendee, add_remark, give_task, mark_absent, remove_attendee
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN, local_day
from kdflow.domain.errors import Conflict, Locked, NotFound
from kdflow.domain.minutes import Written
from kdflow.domain.publications import PublicationKind
from kdflow.domain.timetable import MeetingId
from kdflow.queries.minutes_page import may_write, minutes_page, minutes_preview, minutes_reading
from kdflow.web import minutes_forms, minutes_sheet
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete, Typed, allowed_in
from kdflow.web.notice_words import in_words
from kdflow.web.pages.beslutninger import decide_html
from kdflow.web.pages.kladder import is_piece
from kdflow.web.published import JustSent, Number, version_html

router = APIRouter(prefix="/moeder/{meeting}/referat")

Meeting = Annotated[str, Path(max_length=100)]
Key = Annotated[str, Query(max_length=100)]


@router.get("")
def write(frame: FrameDep, person: PersonDep, meeting: Meeting, gjort: Key = "") -> Response:
    """The minutes as they are written; others are led to those that were sent."""
    is_keeper, is_sent = may_write(frame.wiring.db, meeting, person, frame.now)
    if not is_keeper and is_sent:
        return version_html(frame, person, meeting, PublicationKind.MINUTES, None)
    return minutes_html(frame, person, meeting, done=gjort)


def minutes_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    done: str = "",
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page where minutes are written, with what was typed and why it could not be done, if so."""
    page = minutes_page(frame.wiring.db, meeting, person, frame.now)
    return frame.page(
        "minutes_write", status=status, page=page, done=done, typed=typed or Typed(), trouble=trouble
    )


# --- approved --------------------------------------------------------------------------------------------------


@router.get("/godkend")
def read(frame: FrameDep, person: PersonDep, meeting: Meeting) -> HTMLResponse:
    """What the chair reads and approves."""
    return approve_html(frame, person, meeting)


def approve_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of whoever approves."""
    found = minutes_reading(frame.wiring.db, meeting, person, frame.now)
    return frame.page("minutes_approve", status=status, found=found, typed=typed or Typed(), trouble=trouble)


# --- sent ------------------------------------------------------------------------------------------------------


@router.get("/udsend")
def preview(frame: FrameDep, person: PersonDep, meeting: Meeting) -> HTMLResponse:
    """What would be sent, who would be told, and the very mail that they would get."""
    return preview_html(frame, person, meeting)


def preview_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page before minutes are sent."""
    reason = typed["reason"] if typed else ""
    found = minutes_preview(frame.wiring.db, meeting, person, frame.now, reason=reason or None)
    return frame.page(
        "minutes_publish",
        status=status,
        found=found,
        typed=typed or Typed(),
        trouble=trouble,
        letter_of=partial(in_words, today=local_day(frame.now)),
    )


@router.get("/nyeste")
def newest(frame: FrameDep, person: PersonDep, meeting: Meeting, udsendt: JustSent = "") -> Response:
    """The last version that was sent, as the reader knows it."""
    return version_html(frame, person, meeting, PublicationKind.MINUTES, None, udsendt)


@router.get("/{version}")
def published(
    frame: FrameDep, person: PersonDep, meeting: Meeting, version: Number, udsendt: JustSent = ""
) -> Response:
    """A version as it was sent, as the reader knows it."""
    return version_html(frame, person, meeting, PublicationKind.MINUTES, version, udsendt)


# --- written ---------------------------------------------------------------------------------------------------


@router.post("/skriv")
def save(request: Request, frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Keep what was typed. A script gets one line, or both texts where somebody else wrote meanwhile."""
    if not is_piece(request):
        return change(request, frame, person, typed, meeting, "skriv")
    try:
        kept = minutes_sheet.write(frame, person, typed, MeetingId(meeting), typed["at"])
    except (Conflict, Locked) as error:
        return _refused_piece(frame, person, typed, meeting, error)
    return HTMLResponse(rendering.page("piece_minutes_saved", kept=kept, at=_clock(frame, kept)))


def _refused_piece(
    frame: Frame, person: PersonId, typed: Typed, meeting: str, error: Conflict | Locked
) -> HTMLResponse:
    page = minutes_page(frame.wiring.db, meeting, person, frame.now)
    row = next((one for one in page.rows if one.point.key == typed["at"]), None)
    html = rendering.page("piece_minutes_refused", page=page, row=row, is_locked=isinstance(error, Locked))
    return HTMLResponse(html, 403 if isinstance(error, Locked) else 409)


def _clock(frame: Frame, kept: Written) -> object:
    return (kept.saved_at or frame.now).astimezone(COPENHAGEN).time()


@router.post("/udsend")
def publish(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Send what was seen."""
    publish_minutes(
        frame.wiring.db,
        MeetingId(meeting),
        reason=typed["reason"] or None,
        numbers=allowed_in(typed),
        seen=typed["digest"],
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return RedirectResponse(f"{_address(meeting)}/nyeste?udsendt=ja#kvittering", 303)


@router.post("/godkend")
def approve(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Approve what was seen."""
    approve_minutes(
        frame.wiring.db, MeetingId(meeting), seen=typed["digest"], key=typed.key, by=person, now=frame.now
    )
    return RedirectResponse(f"{_address(meeting)}/godkend#kvittering", 303)


@router.post("/send-tilbage")
def send_back(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Send back what was read, with what is to be put right."""
    send_minutes_back(
        frame.wiring.db, MeetingId(meeting), typed["reason"], key=typed.key, by=person, now=frame.now
    )
    return RedirectResponse(f"{_address(meeting)}/godkend#kvittering", 303)


@router.post("/{what}")
def change(
    request: Request, frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting, what: str
) -> Response:
    """Keep all that was typed on the page, do one thing to the minutes, and come back to where it was done; with
    the words that no button has sent yet, if there are any."""
    if what not in FORMS:
        raise NotFound("form", what)
    within, mine, at = minutes_sheet.within(what, typed), minutes_sheet.what_was_typed(typed), MeetingId(meeting)
    request.state.typed = replace(mine, within=within)
    minutes_sheet.keep(frame, person, typed, at, what)
    point = FORMS[what](frame, person, typed.beneath(within) if within else typed, at)
    if left := minutes_sheet.what_is_left(what, mine):
        return minutes_html(frame, person, meeting, done=what, typed=left)
    return (
        RedirectResponse(f"{_address(meeting)}/{point}", 303) if what == "videre" else _back(meeting, what, point)
    )


def _back(meeting: str, done: str, point: str) -> RedirectResponse:
    where = f"punkt-{point.replace(':', '-')}" if ":" in point else point or "referat"
    return RedirectResponse(f"{_address(meeting)}?gjort={done}#{quote(where)}", 303)


def _address(meeting: str) -> str:
    return f"/moeder/{quote(meeting)}/referat"


def _kept(_frame: Frame, _person: PersonId, typed: Typed, _meeting: MeetingId) -> str:
    return typed["at"]


def _onward(_frame: Frame, _person: PersonId, typed: Typed, _meeting: MeetingId) -> str:
    """Another page of the minutes, with all that was typed kept."""
    if typed["to"] not in ("beslut", "godkend", "udsend"):
        raise NotFound("page", typed["to"])
    return typed["to"]


def _decide(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    decision = minutes_forms.decision_in(typed, typed["at"], f"{typed['at']}.")
    decide_items(frame.wiring.db, meeting, [decision], key=typed.key, by=person, now=frame.now)
    return typed["at"]


def _attend(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    """Who was there; somebody whose name stands in the form comes along, whichever button was pressed."""
    if typed["name"]:
        return _bring(frame, person, typed, meeting)
    absent = _absent(frame, person, typed, meeting)
    mark_absent(frame.wiring.db, meeting, absent, version=typed.version, key=typed.key, by=person, now=frame.now)
    return "deltagere"


def _bring(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    add_attendee(
        frame.wiring.db,
        meeting,
        minutes_forms.attendee_in(typed),
        absent=_absent(frame, person, typed, meeting),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return "deltagere"


def _send_away(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    remove_attendee(
        frame.wiring.db,
        meeting,
        _number(typed, "place"),
        absent=_absent(frame, person, typed, meeting),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return "deltagere"


def _absent(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> tuple[PersonId, ...]:
    return minutes_forms.absent_in(typed, minutes_page(frame.wiring.db, meeting, person, frame.now))


def _task(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    page = minutes_page(frame.wiring.db, meeting, person, frame.now)
    give_task(
        frame.wiring.db,
        meeting,
        typed["at"],
        minutes_forms.person_in(typed, page.draft.world.names_here),
        typed["text"],
        minutes_forms.due_in(typed),
        confirmed=bool(typed["sure"]),
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return typed["at"]


def _no_task(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    number = _number(typed, "task")
    return take_task_back(frame.wiring.db, meeting, number, key=typed.key, by=person, now=frame.now).point


def _remark(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    page = minutes_page(frame.wiring.db, meeting, person, frame.now)
    body = minutes_forms.body_in(typed, page)
    add_remark(frame.wiring.db, meeting, typed["at"], body, typed["text"], key=typed.key, by=person, now=frame.now)
    return typed["at"]


def _no_remark(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    number = _number(typed, "remark")
    return take_remark_back(frame.wiring.db, meeting, number, key=typed.key, by=person, now=frame.now).point


def _ask(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    ask_for_approval(frame.wiring.db, meeting, key=typed.key, by=person, now=frame.now)
    return ""


def _reopen(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    reopen_minutes(frame.wiring.db, meeting, typed["reason"], key=typed.key, by=person, now=frame.now)
    return ""


def _number(typed: Typed, name: str) -> int:
    if not re.fullmatch(r"\d{1,12}", typed[name]):
        raise Incomplete(Gap("form", ""))
    return int(typed[name])


FORMS: Mapping[str, Callable[[Frame, PersonId, Typed, MeetingId], str]] = {
    "skriv": _kept,
    "videre": _onward,
    "beslut": _decide,
    "deltagere": _attend,
    "deltager": _bring,
    "deltager-vaek": _send_away,
    "opgave": _task,
    "opgave-vaek": _no_task,
    "bemaerkning": _remark,
    "bemaerkning-vaek": _no_remark,
    "til-formand": _ask,
    "aabn": _reopen,
}
"""What can be done on the page, each by a form with an address of its own; where to come back to."""

AGAIN: Mapping[str, Callable[..., HTMLResponse]] = {
    "beslut-alle": decide_html,
    "godkend": approve_html,
    "send-tilbage": approve_html,
    "udsend": preview_html,
}
"""The pages of the forms that do not stand on the page where minutes are written, by the end of their address."""
