"""The list of sager: its filters are a plain address, and its rows can be taken away as XLSX and CSV."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kdflow import rendering, sheets
from kdflow.domain.danish_words import order_key
from kdflow.domain.dates import local_day
from kdflow.domain.searching import number_in
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Outcome
from kdflow.queries.sag_list import COUNTED, MOST_TAKEN, PAGE, SagList, Taken, TooMany, every_row, sag_list
from kdflow.queries.sag_rows import BoardRow
from kdflow.sheets import Cell
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.filters import OPEN, Filters, cursor_text, filters_of, is_untidy
from kdflow.web.forms import Typed, faults

router = APIRouter()

FORM = "filter"
"""What the ids of the form's fields begin with."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/sager")
def listed(request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep) -> Response:
    """The list as its address asks for it; an exact number goes straight to its sag."""
    filters = filters_of(request.query_params, person)
    if number := number_in(filters.values.get("q", "")):
        return RedirectResponse(f"/sager/{number}", 303)
    if is_untidy(request.query_params):
        return RedirectResponse(filters.address(), 303)
    return _page(frame, filters, sag_list(wiring.db, person, now, filters.wanted, after=filters.after))


def _page(frame: Frame, filters: Filters, found: SagList, *, too_many: bool = False) -> Response:
    choices = _choices(found)
    return frame.page(
        "sag_list",
        status=422 if filters.gaps or too_many else 200,
        found=found,
        filters=filters,
        choices=choices,
        chips=_chips(filters, found, choices),
        more=filters.address(efter=cursor_text(found.more)) if found.more else "",
        counted=COUNTED,
        page_size=PAGE,
        too_many=MOST_TAKEN if too_many else 0,
        typed=Typed({"form": FORM, **filters.values} if filters.gaps else {}),
        trouble=faults(FORM, list(filters.gaps)),
    )


Choices = tuple[tuple[str, str], ...]
"""What a filter can be: each value, and what it is called."""


def _choices(found: SagList) -> dict[str, Choices]:
    """What each filter that is a list can be."""
    table = rendering.words()["sag_list"]
    bodies = _by_name(_told_apart(found.world.bodies.values()))
    return {
        "tilstand": ((OPEN, table["open"]), *table["lives"].items()),
        "hos": bodies,
        "organ": bodies,
        "ejer": _by_name(found.world.names.items()),
        "rute": _by_name(found.routes.items()),
        "beslutning": tuple((one.value, one.value) for one in Outcome),
        "adgang": tuple(table["access"].items()),
        "orden": tuple(table["orders"].items()),
    }


def _told_apart(bodies: Collection[Body]) -> Iterator[tuple[str, str]]:
    """What bodies are called; those that share their short name, as before and after a reform, by the long one."""
    shared = Counter(body.short for body in bodies)
    return ((body.key, body.short if shared[body.short] == 1 else body.name) for body in bodies)


def _by_name(choices: Iterable[tuple[str, str]]) -> Choices:
    return tuple(sorted(choices, key=lambda one: order_key(one[1])))


class Chip(NamedTuple):
    """A filter that is set, in words, and the address of the list without it."""

    said: str
    without: str


def _chips(filters: Filters, found: SagList, choices: Mapping[str, Choices]) -> Iterator[Chip]:
    table = rendering.words()["sag_list"]["chips"]
    for name, value in filters.values.items():
        if name == "orden":
            continue
        known = dict(choices.get(name, ()))
        said = known.get(value, value)
        if name == "moede" and found.meeting:
            said = f"{found.world.short(found.meeting.body)} {rendering.fuzzy(found.meeting.on)}"
        yield Chip(table[name].format(value=said), filters.address(**{name: ""}))


# --- rows to take away ------------------------------------------------------------------------------------------


@router.get("/sager.xlsx")
def as_xlsx(request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep) -> Response:
    """All rows of the list as a workbook."""
    return _taken(request, frame, person, wiring, now, "xlsx")


@router.get("/sager.csv")
def as_csv(request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep) -> Response:
    """All rows of the list as CSV."""
    return _taken(request, frame, person, wiring, now, "csv")


def _taken(
    request: Request, frame: Frame, person: PersonDep, wiring: WiringDep, now: NowDep, kind: str
) -> Response:
    filters = filters_of(request.query_params, person)
    try:
        taken = every_row(wiring.db, person, now, filters.wanted)
    except TooMany:
        return _page(frame, filters, sag_list(wiring.db, person, now, filters.wanted), too_many=True)
    table = rendering.words()["sag_list"]
    heads, rows = list(table["columns"].values()), [_cells(row, taken) for row in taken.rows]
    if kind == "xlsx":
        content, media = sheets.xlsx(table["sheet"], heads, rows), XLSX
    else:
        content, media = sheets.csv_text(heads, rows), "text/csv; charset=utf-8"
    name = f'attachment; filename="sager-{taken.world.today.isoformat()}.{kind}"'
    return Response(content, media_type=media, headers={"content-disposition": name, "cache-control": "no-store"})


def _cells(row: BoardRow, taken: Taken) -> tuple[Cell, ...]:
    """A row in the order of the columns."""
    sag, world = row.sag, taken.world
    holders = dict.fromkeys(name for stand in row.stands for name in stand.holder_names)
    outcomes = [f"{world.short(step.body)}: {step.outcome}" for step in sag.steps if step.outcome]
    due = taken.dues.get(sag.id)
    access = rendering.words()["sag_list"]["access"]["lukket" if sag.closed else "aaben"]
    return (
        sag.number,
        sag.title,
        row.life_title,
        ", ".join(f"{stand.body.short} ({stand.state})" for stand in row.stands),
        ", ".join(holders),
        row.next_on.exact or rendering.fuzzy(row.next_on) if row.next_on else None,
        due.on if due else None,
        str(rendering.words()["due_kinds"][due.kind]).format(body=due.body) if due else None,
        row.owner_name,
        sag.area,
        taken.routes.get(sag.route.partition("@")[0], sag.route),
        "; ".join(outcomes),
        access,
        local_day(sag.opened_at) if sag.opened_at else None,
    )
