"""The plans of all my sager on one timeline; behind it the same as a table."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from kdflow import drawing, rendering
from kdflow.queries.my_plans import MyPlans, OwnPlan, my_plans
from kdflow.web.deps import FrameDep, PersonDep

router = APIRouter()

LEGEND = {"submission": drawing.mark_alone("submission"), "meeting": drawing.mark_alone("meeting")}
"""The marks of the picture, for the words beside it."""


@router.get("/planer")
def plans(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """The plans of the sager that somebody owns."""
    page = my_plans(frame.wiring.db, person, frame.now)
    return frame.page("my_plans", page=page, picture=_picture(page), marks=LEGEND)


def _picture(page: MyPlans) -> str:
    if not page.planned:
        return ""
    today = page.world.today
    return drawing.journeys(
        "planer",
        [_journey(one) for one in page.planned],
        title=str(rendering.words()["my_plans"]["picture"]),
        first=today,
        last=page.last,
        today=today,
    )


def _journey(one: OwnPlan) -> drawing.Journey:
    said = [f"{stop.body.short} {rendering.fuzzy(stop.meeting.on, 'short_day')}" for stop in one.stops]
    return drawing.Journey(
        name=one.sag.title,
        meetings=tuple(stop.meeting.begins_on for stop in one.stops if stop.meeting.begins_on),
        dues=tuple(stop.due.on for stop in one.stops if stop.due),
        ends=one.ends,
        said=", ".join(said) or drawing.NOT_REACHED,
    )
