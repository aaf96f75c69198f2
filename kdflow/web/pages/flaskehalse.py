"""Where sager wait, in numbers: the days at each body in a period, and who stands where now."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from kdflow import drawing, rendering
from kdflow.domain.waiting import months_before
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.drawing import Bar
from kdflow.queries.bottlenecks import FEW, MONTHS, Bottlenecks, Neck, bottlenecks
from kdflow.web.deps import FrameDep, NowDep, PersonDep, WiringDep
from kdflow.web.forms import Gap, Typed, exact_day, faults

router = APIRouter()

FORM = "periode"
"""What the ids of the form's fields begin with."""

CHOICES = (3, MONTHS, 36)
"""Periods to choose from, in months until today."""

Day = Annotated[str, Query(max_length=60)]


@router.get("/flaskehalse")
def necks(
    frame: FrameDep, _person: PersonDep, wiring: WiringDep, now: NowDep, fra: Day = "", til: Day = ""
) -> HTMLResponse:
    """Where sager wait; `fra` and `til` are the first and the last day of the period that is counted."""
    gaps: list[Gap] = []
    start, end = _day(fra, "fra", gaps), _day(til, "til", gaps)
    if start and end and end < start:
        gaps.append(Gap("period-order", "til"))
    found = bottlenecks(wiring.db, now) if gaps else bottlenecks(wiring.db, now, start=start, end=end)
    return frame.page(
        "bottlenecks",
        status=422 if gaps else 200,
        found=found,
        choices=[(months, months_before(found.today, months)) for months in CHOICES],
        slow=slow_picture(found),
        full=full_picture(found),
        few=FEW,
        typed=Typed({"form": FORM, "fra": fra, "til": til} if gaps else {}),
        trouble=faults(FORM, gaps),
    )


def _day(text: str, name: str, gaps: list[Gap]) -> date | None:
    """One day within reach; what cannot be read is noted in `gaps`."""
    if not text.strip():
        return None
    found, key = exact_day(text)
    if found and FIRST_YEAR <= found.year <= LAST_YEAR:
        return found
    gaps.append(Gap("period-far" if found else key, name))
    return None


def slow_picture(found: Bottlenecks) -> str:
    """The days at each body: a full bar to the median, and on to what nine of ten keep within."""
    rows = [
        Bar(name=neck.name, value=neck.days.median, reach=neck.days.ninety, said=_slow(neck))
        for neck in found.slow
        if neck.days
    ]
    return drawing.bars("ventetid", rows, title=rendering.words()["necks"]["slow"])


def _slow(neck: Neck) -> str:
    table = rendering.words()["necks"]
    if neck.days is None:
        return ""
    words = table["row"] if neck.days.count > 1 else table["row_of_one"]
    return str(words).format(median=rendering.decimal(f"{neck.days.median:g}"), ninety=neck.days.ninety)


def full_picture(found: Bottlenecks) -> str:
    """How many sager stand at each body now."""
    table = rendering.words()["necks"]
    rows = [
        Bar(
            name=neck.name,
            value=neck.now.count,
            reach=neck.now.count,
            said=table["now_one" if neck.now.count == 1 else "now"].format(
                count=neck.now.count, longest=neck.now.longest
            ),
        )
        for neck in found.full
        if neck.now
    ]
    return drawing.bars("staar-nu", rows, title=table["full"])
