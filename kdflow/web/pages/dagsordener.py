"""The agenda of a meeting: built point by point, shown before it is published, and as it was published."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.accept_item import accept_item
from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.build_agenda import (
    Details,
    Way,
    add_point,
    arrange_point,
    describe_point,
    drop_point,
    restore_standing,
)
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotFound
from kdflow.domain.publications import PublicationKind
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Effect
from kdflow.queries.agenda_page import agenda_page, agenda_preview
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete, Typed, allowed_in
from kdflow.web.notice_words import in_words
from kdflow.web.published import JustSent, Number, version_html

router = APIRouter(prefix="/moeder/{meeting}/dagsorden")

Meeting = Annotated[str, Path(max_length=100)]
Key = Annotated[str, Query(max_length=100)]
LONGEST = 600
"""Minutes that a point can take."""


@router.get("")
def build(frame: FrameDep, person: PersonDep, meeting: Meeting, gjort: Key = "", punkt: Key = "") -> HTMLResponse:
    """The agenda as it is built; `gjort` and `punkt` say what was just done to which point."""
    return builder_html(frame, person, meeting, done=gjort, point=punkt)


def builder_html(
    frame: Frame,
    person: PersonId,
    meeting: str,
    *,
    done: str = "",
    point: str = "",
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page where an agenda is built, with what was typed and why it could not be done, if so."""
    page = agenda_page(frame.wiring.db, meeting, person, frame.now)
    moved = next((one for one in page.agenda.points if one.key == point), None)
    return frame.page(
        "agenda_build",
        status=status,
        page=page,
        done=done,
        moved=moved,
        typed=typed or Typed(),
        trouble=trouble,
    )


# --- published -------------------------------------------------------------------------------------------------


@router.get("/udsend")
def preview(frame: FrameDep, person: PersonDep, meeting: Meeting) -> HTMLResponse:
    """What would be published, who would be told, and the very mail that they would get."""
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
    """The page before an agenda is published."""
    reason = typed["reason"] if typed else ""
    found = agenda_preview(frame.wiring.db, meeting, person, frame.now, reason=reason or None)
    return frame.page(
        "agenda_publish",
        status=status,
        found=found,
        typed=typed or Typed(),
        trouble=trouble,
        letter_of=partial(in_words, today=local_day(frame.now)),
    )


@router.post("/udsend")
def publish(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting) -> Response:
    """Publish what was seen."""
    publish_agenda(
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


@router.get("/nyeste")
def newest(frame: FrameDep, person: PersonDep, meeting: Meeting, udsendt: JustSent = "") -> Response:
    """The last version that was published, as the reader knows it."""
    return version_html(frame, person, meeting, PublicationKind.AGENDA, None, udsendt)


@router.get("/{version}")
def published(
    frame: FrameDep, person: PersonDep, meeting: Meeting, version: Number, udsendt: JustSent = ""
) -> Response:
    """A version as it was published, as the reader knows it."""
    return version_html(frame, person, meeting, PublicationKind.AGENDA, version, udsendt)


# --- built -----------------------------------------------------------------------------------------------------


@router.post("/{what}")
def change(frame: FrameDep, person: PersonDep, typed: TypedDep, meeting: Meeting, what: str) -> Response:
    """Do one thing to the agenda, and come back to where it stands now."""
    if what not in FORMS:
        raise NotFound("form", what)
    point = FORMS[what](frame, person, typed, MeetingId(meeting))
    done = f"{_address(meeting)}?gjort={what}&punkt={quote(point)}"
    return RedirectResponse(f"{done}#bygger", 303)


def _address(meeting: str) -> str:
    return f"/moeder/{quote(meeting)}/dagsorden"


def _move(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    if typed["way"] not in set(Way):
        raise Incomplete(Gap("form", ""))
    place = _number(typed, "place", 9999) or 0
    arrange_point(
        frame.wiring.db,
        meeting,
        typed["point"],
        Way(typed["way"]),
        place,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return typed["point"]


def _describe(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    describe_point(
        frame.wiring.db,
        meeting,
        typed["point"],
        _details(typed),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return typed["point"]


def _add(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    typed.demand("title")
    return add_point(frame.wiring.db, meeting, _details(typed), key=typed.key, by=person, now=frame.now).point


def _drop(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    drop_point(frame.wiring.db, meeting, typed["point"], key=typed.key, by=person, now=frame.now)
    return typed["point"]


def _restore(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    return restore_standing(frame.wiring.db, meeting, typed["name"], key=typed.key, by=person, now=frame.now).point


def _accept(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    sag, step = _step(typed)
    accept_item(
        frame.wiring.db,
        meeting,
        sag,
        step,
        typed["why_late"],
        place=_number(typed, "place", 9999),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return sag_key(sag, step)


def _later(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    inputs = Inputs(meeting=MeetingId(typed["meeting"]) or None, reason=typed["reason"] or None)
    return _by_move(frame, person, typed, meeting, Effect.NEXT_MEETING, inputs)


def _take_off(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId) -> str:
    """Off the agenda, or declined before it came on: it goes back to its owner with the reason."""
    typed.demand("reason")
    return _by_move(frame, person, typed, meeting, Effect.LEAVE_SEAT, Inputs(reason=typed["reason"]))


def _by_move(
    frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId, effect: Effect, inputs: Inputs
) -> str:
    """Make the move of a sag's own procedure that has this effect."""
    sag, step = _step(typed)
    seated = agenda_page(frame.wiring.db, meeting, person, frame.now).agenda.seated.get(sag_key(sag, step))
    move = seated.move(effect) if seated else None
    advance_sag(
        frame.wiring.db,
        sag,
        step,
        move or effect.value,
        inputs,
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return sag_key(sag, step)


def _step(typed: Typed) -> tuple[SagId, StepSeq]:
    if not re.fullmatch(r"[0-9]{1,18}", typed["sag"]) or not re.fullmatch(r"[0-9]{1,9}", typed["step"]):
        raise Incomplete(Gap("form", ""))
    return SagId(int(typed["sag"])), StepSeq(int(typed["step"]))


def _details(typed: Typed) -> Details:
    return Details(
        title=typed["title"],
        text=typed["text"],
        presenter=typed["presenter"],
        minutes=_number(typed, "minutes", LONGEST),
        closed=bool(typed["closed"]),
        why_late=typed["why_late"],
    )


def _number(typed: Typed, name: str, most: int) -> int | None:
    text = typed[name]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not (0 if name == "place" else 1) <= int(text) <= most:
        raise Incomplete(Gap("point_minutes", name))
    return int(text)


FORMS: Mapping[str, Callable[[Frame, PersonId, Typed, MeetingId], str]] = {
    "flyt": _move,
    "ret": _describe,
    "nyt": _add,
    "fjern": _drop,
    "vis": _restore,
    "saet-paa": _accept,
    "naeste-moede": _later,
    "tag-af": _take_off,
    "afvis": _take_off,
}
"""What can be done on the page, each by a form with an address of its own; the point that it was done to."""
