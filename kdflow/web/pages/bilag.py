"""The papers of a sag: add one, put a new file in its place, rename it, move it, take it away."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Path
from starlette.datastructures import FormData
from starlette.responses import Response

from kdflow.actions.change_papers import File, change_papers
from kdflow.actions.revise_sag import add_paper
from kdflow.domain.papers import Change
from kdflow.queries.sag_work import id_of
from kdflow.web import forms
from kdflow.web.deps import FormDep, Frame, FrameDep, NowDep, PersonDep, TypedDep, see_receipt
from kdflow.web.forms import Gap, Incomplete, Typed

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

What = Literal["replace", "rename", "remove", "up", "down"]


@router.post("/sager/{number}/papirer")
def upload(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, form: FormDep, number: Number
) -> Response:
    """Add a paper."""
    sag, file = id_of(frame.wiring.db, number, person, now), _file(frame, form)
    receipt = add_paper(
        frame.wiring.db,
        sag,
        typed["title"],
        file.name,
        file.content,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "revise")


@router.post("/sager/{number}/papirer/{digest}")
def change(
    frame: FrameDep,
    person: PersonDep,
    now: NowDep,
    typed: TypedDep,
    form: FormDep,
    number: Number,
    digest: Digest,
) -> Response:
    """Change one paper; the button that was pressed says how."""
    what = _what(typed)
    receipt = change_papers(
        frame.wiring.db,
        id_of(frame.wiring.db, number, person, now),
        Change(digest=digest, what=what, title=typed["title"] if what in ("rename", "replace") else ""),
        _file(frame, form) if what == "replace" else None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "revise")


def _what(typed: Typed) -> What:
    found: What | None = next((one for one in get_args(What) if one == typed["what"]), None)
    if found is None:
        raise Incomplete(Gap("form", ""))
    return found


def _file(frame: Frame, form: FormData) -> File:
    file = File(*forms.uploaded(form, "file"))
    frame.wiring.scan(file.content)
    return file
