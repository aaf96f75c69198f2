"""Comments on a sag."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from kdflow.actions.delete_comment import delete_comment
from kdflow.actions.edit_comment import edit_comment
from kdflow.actions.write_comment import write_comment
from kdflow.queries.sag_work import id_of
from kdflow.web.deps import FrameDep, NowDep, PersonDep, TypedDep

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]
Comment = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/sager/{number}/kommentarer")
def write(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Say something; whoever is chosen in the list is mentioned first."""
    db = frame.wiring.db
    text = f"@{typed['mention']} {typed['text']}" if typed["mention"] and typed["text"] else typed["text"]
    said = write_comment(db, id_of(db, number, person, now), text, key=typed.key, by=person, now=now)
    return RedirectResponse(f"/sager/{number}#kommentar-{said.comment}", 303)


@router.post("/sager/{number}/kommentarer/{comment}")
def change(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, comment: Comment
) -> Response:
    """Change a comment of one's own, or delete it."""
    db = frame.wiring.db
    sag = id_of(db, number, person, now)
    if typed["what"] == "delete":
        delete_comment(db, sag, comment, key=typed.key, by=person, now=now)
    else:
        edit_comment(db, sag, comment, typed["text"], key=typed.key, by=person, now=now)
    return RedirectResponse(f"/sager/{number}#kommentar-{comment}", 303)
