"""The plan of a sag, and "hvad nu hvis": plain addresses with suppositions, of which nothing is kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse

from kdflow import drawing, rendering
from kdflow.domain.alternatives import MAIL_DAYS
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.departures import day_of, workdays_of
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workdays import LAST_YEAR
from kdflow.domain.workflow import Station, Submission
from kdflow.queries.plan_page import PlanPage, PlanRow, horizon, plan_page
from kdflow.queries.what_if import WhatIf
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.forms import Gap, Typed, exact_day, faults

router = APIRouter()

FORM = "plan"
"""What the ids of the form's fields begin with."""

Many = Annotated[list[str], Query(default_factory=list)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address supposes, as it was typed; the names are those of the form."""

    senest: str
    fra: str
    uden: Sequence[str]
    ekstra: str
    ekstra_den: str
    forud: Sequence[str]

    @property
    def typed(self) -> Typed:
        """The text fields, to be shown again."""
        fields = {"senest": self.senest, "fra": self.fra, "ekstra": self.ekstra, "ekstra_den": self.ekstra_den}
        return Typed({"form": FORM, **fields})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is supposed."""
        texts = (self.senest, self.fra, self.ekstra, self.ekstra_den)
        return not (self.uden or self.forud or any(text.strip() for text in texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be supposed: meetings left out, bodies that hold an extra one, stations submitted to ahead."""

    meetings: Mapping[str, str]
    bodies: Mapping[str, str]
    stations: Mapping[str, str]


@router.get("/sager/{number}/plan")
def plan(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    number: Annotated[str, Path(max_length=20)],
    uden: Many,
    forud: Many,
    senest: str = "",
    fra: str = "",
    ekstra: str = "",
    ekstra_den: str = "",
) -> HTMLResponse:
    """The plan of a sag, what can be supposed of it, and what the suppositions change."""
    asked = Asked(senest=senest, fra=fra, uden=uden, ekstra=ekstra, ekstra_den=ekstra_den, forud=forud)
    page = plan_page(wiring.db, number, person, now)
    choices = choices_of(page)
    gaps: list[Gap] = []
    if page.plan and not asked.is_empty:
        what_if = _read(asked, page, choices, gaps)
        page = page if gaps else plan_page(wiring.db, number, person, now, what_if)
    return frame.page(
        "plan",
        status=422 if gaps else 200,
        page=page,
        asked=asked,
        choices=_widened(choices, page),
        picture=_picture(page) if page.rows else "",
        marks=LEGEND,
        shut=_shut_days(page),
        mail_days=MAIL_DAYS,
        typed=asked.typed,
        trouble=faults(FORM, gaps),
    )


# --- reading the address -----------------------------------------------------------------------------------------


def _read(asked: Asked, page: PlanPage, choices: Choices, gaps: list[Gap]) -> WhatIf:
    """What is supposed; what cannot be used is left out and noted in `gaps`."""
    today = page.world.today
    by, start = _day(asked.senest, "senest", today, gaps), _day(asked.fra, "fra", today, gaps)
    if by and start and by < start:
        gaps.append(Gap("plan-order", "senest"))
        start = None
    meetings = {str(meeting) for meeting in page.world.timetable.by_id}
    return WhatIf(
        by=by,
        start=start,
        without=tuple(MeetingId(one) for one in _known(asked.uden, meetings, "uden", gaps)),
        extra=_extra(asked, page, choices, gaps),
        ahead=_known(asked.forud, choices.stations, "forud", gaps),
    )


def _day(text: str, name: str, today: date, gaps: list[Gap]) -> date | None:
    """One exact day from today on."""
    if not text.strip():
        return None
    found, key = exact_day(text)
    if found is None:
        gaps.append(Gap(key, name))
    elif found < today:
        gaps.append(Gap("plan-past", name))
    elif found.year > LAST_YEAR:
        gaps.append(Gap("plan-far", name))
    else:
        return found
    return None


def _known(keys: Iterable[str], among: Collection[str], name: str, gaps: list[Gap]) -> tuple[str, ...]:
    """Those of the keys that there are."""
    unique = tuple(dict.fromkeys(keys))
    if not all(key in among for key in unique):
        gaps.append(Gap(f"plan-{name}", name))
    return tuple(key for key in unique if key in among)


def _extra(asked: Asked, page: PlanPage, choices: Choices, gaps: list[Gap]) -> tuple[tuple[str, date], ...]:
    """The extra meeting: both its body and its day must be said."""
    if not asked.ekstra.strip() and not asked.ekstra_den.strip():
        return ()
    bodies = _known((asked.ekstra,), choices.bodies, "ekstra", gaps)
    day = _day(asked.ekstra_den, "ekstra_den", page.world.today, gaps)
    if not asked.ekstra_den.strip():
        gaps.append(Gap("plan-extra-day", "ekstra_den"))
    if not bodies or day is None:
        return ()
    if not page.world.bodies[bodies[0]].valid.covers(day):
        gaps.append(Gap("plan-extra-body", "ekstra_den"))
    return ((bodies[0], day),)


# --- what can be supposed ----------------------------------------------------------------------------------------


def choices_of(page: PlanPage) -> Choices:
    """What can be supposed of a sag as it really stands."""
    treated = [row for row in page.rows if row.leg.kind in ("meeting", "seat")]
    later = [row for row in treated if row.leg.kind == "meeting" and _may_go_ahead(row.station)]
    return Choices(
        meetings=_named(page, [row.leg.meeting for row in treated if row.leg.meeting]),
        bodies={row.leg.body: row.body.short for row in treated},
        stations={row.station.key: row.body.short for row in later},
    )


def _may_go_ahead(station: Station) -> bool:
    """Whether submitting ahead of its turn would be something new at a station."""
    return bool(station.after) and station.submit is not Submission.CONDITIONAL


def _named(page: PlanPage, meetings: Iterable[MeetingId]) -> dict[str, str]:
    """Meetings of the calendar by what they are called, in date order."""
    known = page.world.timetable.by_id
    found = [known[one] for one in dict.fromkeys(meetings) if one in known]
    found.sort(key=lambda meeting: (meeting.begins_on or date.max, meeting.id))
    return {one.id: f"{page.world.short(one.body)}, {rendering.fuzzy(one.on, 'weekday')}" for one in found}


def _widened(real: Choices, page: PlanPage) -> Choices:
    """The same, and with it the meetings that the shown plan has instead, and those left out."""
    shown = [row.leg.meeting for row in page.rows if row.leg.meeting]
    meetings = _named(page, [*map(MeetingId, real.meetings), *shown, *page.what_if.without])
    return Choices(meetings=meetings, bodies=real.bodies, stations=real.stations)


def _shut_days(page: PlanPage) -> tuple[date, ...]:
    """Days of extra meetings on which their body does not work."""
    bodies = page.world.bodies
    return tuple(day for body, day in page.what_if.extra if not workdays_of(bodies[body]).is_worked(day))


# --- the picture -------------------------------------------------------------------------------------------------

LEGEND = {"submission": drawing.mark_alone("submission"), "meeting": drawing.mark_alone("meeting")}
"""The marks of the picture, for the words beside it."""


def _picture(page: PlanPage) -> str:
    first, last = horizon(page)
    untimed = page.journey.untimed if page.journey else ()
    return drawing.timeline(
        f"plan-{page.sag.number.lower()}",
        [_span(row) for row in page.rows if row not in untimed],
        title=str(rendering.words()["plan"]["picture"]).format(number=page.sag.number),
        first=first,
        last=max(last, page.what_if.by or last),
        today=first,
        by=page.what_if.by,
    )


def _span(row: PlanRow) -> drawing.Span:
    leg, due = row.leg, row.due
    on = day_of(leg.begins if row.meeting else leg.decides) if leg.is_possible else None
    said = rendering.held(row.meeting.on if row.meeting else FuzzyDate.day(on)) if on else drawing.NOT_REACHED
    return drawing.Span(
        name=row.body.short,
        start=day_of(leg.after) if leg.is_possible else None,
        due=due.on if due else None,
        on=on,
        is_meeting=leg.kind in ("meeting", "seat"),
        said=f"{said}. {rendering.deadline_words(due)}" if due and on else said,
        is_undated=row.meeting is not None and row.meeting.on.exact is None,
    )
