"""A calendar file read into the calendar of a body: choose it, see what it would change, and say that it shall."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.change_calendar import change_calendars
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import hour_of
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotAllowed
from kdflow.domain.rights import CALENDAR_KEEPERS
from kdflow.queries.calendar_import import CalendarPreview, calendar_preview
from kdflow.queries.calendar_receipt import import_receipt
from kdflow.queries.calendars import kept_by
from kdflow.web.carried import pack, unpack
from kdflow.web.deps import FormDep, Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Gap, Incomplete, Typed, uploaded
from kdflow.web.notice_words import in_words

router = APIRouter()

FORM = "indlaes"
"""The name of both forms: the one that chooses a file, and the one that carries it on."""

ENDINGS = (".csv", ".yaml", ".yml", ".ics")


@router.get("/moeder/indlaes")
def choose(frame: FrameDep, person: PersonDep, organ: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """The form in which a file is chosen."""
    return choose_html(frame, person, Typed({"organ": organ, "form": FORM} if organ else {}), None)


def choose_html(frame: Frame, person: PersonId, typed: Typed, trouble: object, status: int = 200) -> HTMLResponse:
    """The form in which a file is chosen, with what was said before; a file cannot be chosen for anybody."""
    kept = kept_by(frame.wiring.db, person, frame.now)
    if not kept:
        raise NotAllowed("change_calendar", CALENDAR_KEEPERS, str(rendering.words()["calendar"]["any_body"]))
    return frame.page(
        "calendar_import", status=status, bodies=kept, endings=",".join(ENDINGS), typed=typed, trouble=trouble
    )


@router.post("/moeder/indlaes")
def read_in(frame: FrameDep, person: PersonDep, form: FormDep, typed: TypedDep) -> Response:
    """See what a file would change and whom that hits; change it."""
    match typed["trin"]:
        case "ret":
            return choose_html(frame, person, typed, None)
        case "gem":
            return _save(frame, person, typed)
    return preview_html(frame, person, _sent(form, typed), None)


def again_html(frame: Frame, person: PersonId, typed: Typed, trouble: object, status: int) -> HTMLResponse:
    """The form that could not be acted on once more: with the file, if it came so far."""
    if typed["trin"] == "gem":
        try:
            return preview_html(frame, person, typed, trouble, status)
        except Incomplete:
            pass
    return choose_html(frame, person, typed, trouble, status)


def preview_html(frame: Frame, person: PersonId, typed: Typed, trouble: object, status: int = 200) -> HTMLResponse:
    """What a file would change as the calendar is now; the page carries the file on."""
    found = _preview(frame, person, typed)
    return frame.page(
        "calendar_import_preview",
        status=status,
        page=found,
        letter_of=partial(in_words, today=local_day(frame.now)),
        typed=typed,
        trouble=trouble,
        hour=hour_of,
    )


def _sent(form: FormData, typed: Typed) -> Typed:
    """What was said, with the file that was chosen.

    Raises:
        Incomplete: no body or no file was chosen, or one that cannot be read here.
    """
    gaps = [] if typed["organ"] else [Gap("organ", "organ")]
    try:
        name, data = uploaded(form, "file")
        if not name.lower().endswith(ENDINGS):
            raise Incomplete(Gap("file-calendar", "file"))
        packed = pack(data, "file")
    except Incomplete as error:
        raise Incomplete(*gaps, *error.gaps) from None
    if gaps:
        raise Incomplete(*gaps)
    return Typed({**typed.values, "form": FORM, "filnavn": name[-100:], "indhold": packed})


def _preview(frame: Frame, person: PersonId, typed: Typed) -> CalendarPreview:
    return calendar_preview(
        frame.wiring.db,
        unpack(typed["indhold"]),
        typed["filnavn"],
        typed["organ"],
        reroute=bool(typed["reroute"]),
        reason=_reason(typed),
        viewer=person,
        now=frame.now,
    )


def _save(frame: Frame, person: PersonId, typed: Typed) -> Response:
    """Make the changes that were seen. A form that is sent again has changed the calendar already."""
    db, key = frame.wiring.db, typed.key
    if import_receipt(db, key, person) is None:
        found = _preview(frame, person, typed)
        found.refuse_other_than(typed["set"])
        if found.broken and not typed["rest"]:
            raise Incomplete(Gap("rest", "rest"))
        change_calendars(
            db,
            found.changes,
            reroute=bool(typed["reroute"]),
            reason=_reason(typed),
            versions=found.versions,
            seen=typed["besked"] or None,
            key=key,
            by=person,
            now=frame.now,
        )
    receipt = import_receipt(db, key, person)
    where = {"organ": receipt.body, "aar": receipt.year} if receipt else {}
    return RedirectResponse(f"/moeder?{urlencode({**where, 'indlaest': key})}#kvittering", 303)


def _reason(typed: Typed) -> str:
    """What was typed; a cancelled meeting has a reason even where nobody wrote one."""
    return typed["reason"] or str(rendering.words()["calendar"]["cancelled"])
