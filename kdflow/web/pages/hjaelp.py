"""The guide: what one can do here and how, for all and for each role."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from kdflow import rendering
from kdflow.web.deps import Frame, FrameDep, PersonDep

router = APIRouter(prefix="/hjaelp")

Role = Literal["sagsejer", "formand", "sekretariat", "administrator"]


@router.get("")
def everybody(frame: FrameDep, _person: PersonDep) -> HTMLResponse:
    """What is the same for all, and the keys."""
    return _html(frame, "alle")


@router.get("/{role}")
def one_role(frame: FrameDep, _person: PersonDep, role: Role) -> HTMLResponse:
    """What one role does."""
    return _html(frame, role)


def _html(frame: Frame, name: str) -> HTMLResponse:
    guide = rendering.with_links(rendering.guide(name), frame.may_open)
    return frame.page("help", guide=guide, is_for_all=name == "alle")
