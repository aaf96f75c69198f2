"""Searching for words, and a number in the address that leads to its sag."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse, Response

from kdflow.domain.errors import NotFound
from kdflow.domain.searching import number_in
from kdflow.queries.found_points import Skipped
from kdflow.queries.search_page import COUNTED, search_page
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.filters import plain

router = APIRouter()


@router.get("/soeg")
def searched(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    q: Annotated[str, Query(max_length=2000)] = "",
    efter: Annotated[str, Query(max_length=30)] = "",
    punkter: Annotated[str, Query(max_length=9)] = "",
    opgaver: Annotated[str, Query(max_length=9)] = "",
) -> Response:
    """What is found by words; an exact number goes straight to its sag."""
    text = plain(q)
    if number := number_in(text):
        return RedirectResponse(f"/sager/{number}", 303)
    skipped = Skipped(points=_skipped(punkter), tasks=_skipped(opgaver))
    found = search_page(wiring.db, person, now, text, after=_after(efter), skipped=skipped)
    more = f"/soeg?{urlencode({'q': text, 'efter': f'{found.more[0]}.{found.more[1]}'})}" if found.more else ""
    more_of = {
        name: f"/soeg?{urlencode({'q': text, name: before})}#fundne-{name}" if before else ""
        for name, before in (("punkter", found.said.more_points), ("opgaver", found.said.more_tasks))
    }
    as_list = f"/sager?{urlencode({'q': text})}"
    return frame.page("search", q=text, found=found, counted=COUNTED, more=more, more_of=more_of, as_list=as_list)


def _after(text: str) -> tuple[int, int] | None:
    tier, _, number = text.partition(".")
    if tier in ("0", "1", "2") and number.isascii() and number.isdigit() and len(number) <= 18:
        return int(tier), int(number)
    return None


def _skipped(text: str) -> int:
    """How many were shown before; a page that nobody was led to is the first one."""
    return int(text) if text.isascii() and text.isdigit() else 0


@router.get("/SAG-{number}")
@router.get("/Sag-{number}")
@router.get("/sag-{number}")
def numbered(_person: PersonDep, number: Annotated[str, Path(max_length=20)]) -> Response:
    """A sag's number typed in the address bar, in capitals or not, leads to its page."""
    if known := number_in(f"SAG-{number}"):
        return RedirectResponse(f"/sager/{known}", 303)
    raise NotFound("sag", number)
