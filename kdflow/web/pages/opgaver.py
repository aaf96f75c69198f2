"""My tasks: what meetings asked me to do."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.finish_task import finish_task
from kdflow.queries.tasks import tasks_of
from kdflow.web.deps import FrameDep, PersonDep, TypedDep

router = APIRouter(prefix="/opgaver")


@router.get("")
def mine(
    frame: FrameDep,
    person: PersonDep,
    gjort: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> HTMLResponse:
    """What I have to do, and what I did last; `gjort` is the task that was just done, which can be taken back."""
    found = tasks_of(frame.wiring.db, person, frame.now)
    just_done = next((one for one in found.done if one.task.id == gjort), None)
    return frame.page("tasks", found=found, just_done=just_done)


@router.post("/{task}")
def finish(
    frame: FrameDep, person: PersonDep, typed: TypedDep, task: Annotated[int, Path(ge=1, le=2**53)]
) -> Response:
    """Mark one as done, or as not done after all."""
    is_done = typed["done"] == "1"
    finish_task(frame.wiring.db, task, is_done=is_done, key=typed.key, by=person, now=frame.now)
    return RedirectResponse(f"/opgaver?gjort={task}#nyt" if is_done else "/opgaver", 303)
