"""The calendars as pictures: the year wheel, and the last meeting before another body's."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from kdflow import drawing, rendering
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.terms import DeadWindow
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.drawing import Mark, MarkKind, Ring
from kdflow.queries.connections_page import connections_page
from kdflow.queries.year_wheel import ClosedDays, MeetingRow, YearWheel, year_wheel
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep

router = APIRouter()
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]
BodyKey = Annotated[str, Query(max_length=60)]

DRAWN: dict[DeadlineKind, MarkKind] = {
    DeadlineKind.SUBMISSION: "submission",
    DeadlineKind.AGENDA: "agenda",
    DeadlineKind.MINUTES: "minutes",
}
"""The deadlines that have a mark on the wheel; the table behind it has all of them."""

LEGEND: tuple[MarkKind, ...] = (
    *("meeting", "submission", "agenda", "minutes"),
    *("moved", "was", "cancelled", "unsure"),
)


@router.get("/aarshjul")
def year(
    frame: FrameDep,
    _person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    aar: Year = None,
    organ: Annotated[list[BodyKey] | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """A year's meetings and deadlines, of all bodies or of some."""
    found = year_wheel(wiring.db, aar, organ or (), now)
    return frame.page(
        "year",
        wheel=found,
        picture=wheel_picture(found),
        legend=[(k, drawing.mark_alone(k)) for k in LEGEND],
        paused=[pause_said(lane.name, pause) for lane in found.lanes for pause in lane.pauses],
    )


@router.get("/forbindelser")
def connections(
    frame: FrameDep,
    _person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    fra: BodyKey = "",
    til: BodyKey = "",
    aar: Year = None,
) -> HTMLResponse:
    """The last meeting of one body before each meeting of another."""
    found = connections_page(wiring.db, fra or None, til or None, aar, now)
    names = {found.first.key: found.first_name, found.second.key: found.second_name}
    return frame.page(
        "connections", page=found, paused=[pause_said(names[key], pause) for key, pause in found.pauses]
    )


# --- from what was asked to what is drawn ------------------------------------------------------------------------


def wheel_picture(found: YearWheel) -> str:
    """The wheel as SVG."""
    words = rendering.words()["wheel"]
    rings = [
        Ring(
            name=lane.name,
            marks=tuple(mark for row in lane.rows for mark in _marks(row)),
            spans=tuple(span for row in lane.rows if (span := _span(row))),
            closed=_closed(lane.closed),
            pauses=tuple(
                (one.starts, one.ends if one.first else one.term, pause_said(lane.name, one))
                for one in lane.pauses
            ),
        )
        for lane in found.lanes
    ]
    said = [
        f"{ring.name}: {', '.join(mark.said for mark in ring.marks if mark.kind not in DRAWN.values())}."
        for ring in rings
    ]
    said += [text for ring in rings for _, _, text in ring.pauses]
    return drawing.year_wheel(
        found.year,
        rings,
        title=words["title"].format(year=found.year),
        said="\n".join([words["said"], *said]),
        holidays=_closed(found.holidays),
        today=found.today,
    )


def _closed(days: ClosedDays) -> ClosedDays:
    """Days that are not worked, with what is said of them."""
    return tuple((day, f"{rendering.short_day(day)}: {rendering.said(name)}") for day, name in days)


def pause_said(name: str, pause: DeadWindow) -> str:
    """The pause of a body round an election in words."""
    words = rendering.words()["pauses"]
    days = {"starts": pause.starts, "ends": pause.ends, "last": pause.last, "election": pause.election}
    said = {"body": name, **{key: rendering.day(day) for key, day in days.items()}}
    if pause.first is None:
        return str(words["open"]).format(**said)
    form = words["known" if pause.is_of_election else "longer"]
    return str(form).format(**said, first=rendering.day(pause.first), days=pause.days)


def _marks(row: MeetingRow) -> Iterator[Mark]:
    words, meeting = rendering.words()["wheel"], row.meeting
    on, was = rendering.held(meeting.on, "weekday"), rendering.fuzzy(meeting.was, "weekday")
    kind: MarkKind = "moved" if row.is_moved else "meeting"
    kind = "cancelled" if row.is_cancelled else kind if meeting.on.exact else "unsure"
    if meeting.on.earliest and meeting.on.latest:
        middle = meeting.on.earliest + (meeting.on.latest - meeting.on.earliest) / 2
        yield Mark(on=middle, kind=kind, said=words[kind].format(name=row.name, on=on, was=was))
    if meeting.was and meeting.was.exact:
        yield Mark(on=meeting.was.exact, kind="was", said=words["was"].format(name=row.name, on=on, was=was))
    for one in row.deadlines:
        if one.kind in DRAWN:
            yield Mark(on=one.on, kind=DRAWN[one.kind], said=f"{row.name}: {rendering.deadline_words(one)}")


def _span(row: MeetingRow) -> tuple[date, date] | None:
    """From the first drawn deadline of a meeting to the last."""
    days = [one.on for one in row.deadlines if one.kind in DRAWN]
    return (min(days), max(days)) if days else None
