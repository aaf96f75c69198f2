"""While somebody writes about a sag: what they wrote is kept beside it, and shown as it will look."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.keep_draft import drop_draft, keep_draft
from kdflow.domain.dates import COPENHAGEN
from kdflow.queries.sag_work import id_of
from kdflow.web.deps import FrameDep, NowDep, PersonDep, TypedDep
from kdflow.web.forms import CHOSEN, WRITTEN, Gap, Incomplete, Typed
from kdflow.web.pages.sager import sag_html

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]

FORM = re.compile(r"tekst|kommentar|(indstilling|videre)-\d{1,6}|fremstilling-[a-z][a-z0-9-]{0,39}")
"""The forms whose text is kept."""

SHOWN = re.compile(r"case_text|text|part-\d{1,2}")
"""Their fields that are written in Markdown."""


def is_piece(request: Request) -> bool:
    """Whether a script asks, for a piece of the page and not for a whole one."""
    return request.headers.get("hx-request") == "true"


def _form(typed: Typed) -> str:
    if not FORM.fullmatch(typed.form):
        raise Incomplete(Gap("form", ""))
    return typed.form


@router.post("/sager/{number}/kladde")
def keep(
    request: Request, frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number
) -> Response:
    """Keep what is written in a form, or throw it away (`kassér`); nothing about the sag changes."""
    form, db = _form(typed), frame.wiring.db
    sag = id_of(db, number, person, now)
    if typed["kladde"] == "kasser":
        drop_draft(db, sag, form, by=person)
        return RedirectResponse(f"/sager/{number}#{form}", 303)
    texts = {name: text for name, text in typed.values.items() if WRITTEN.search(name) or CHOSEN.search(name)}
    keep_draft(db, sag, form, texts, version=typed.version, key=typed.key, by=person, now=now)
    if is_piece(request):
        return HTMLResponse(rendering.page("piece_saved", at=now.astimezone(COPENHAGEN).time()))
    return RedirectResponse(f"/sager/{number}#{form}", 303)


@router.post("/sager/{number}/vis")
def preview(
    request: Request, frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number
) -> Response:
    """What is written in a form as it will look; nothing is saved."""
    form = _form(typed)
    id_of(frame.wiring.db, number, person, now)
    shown = {name: text for name, text in typed.values.items() if SHOWN.fullmatch(name) and text.strip()}
    if is_piece(request):
        return HTMLResponse(rendering.page("piece_preview", texts=shown))
    return sag_html(frame, person, number, typed=typed, preview={form: shown})
