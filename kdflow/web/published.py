"""A version of an agenda, or of minutes, as its reader knows it; and the way to the last one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from kdflow.domain.authority import PersonId
from kdflow.domain.publications import PublicationKind
from kdflow.queries.agenda_page import published_agenda
from kdflow.web.deps import Frame

Number = Annotated[int, Path(ge=1, le=9999)]
JustSent = Annotated[str, Query(pattern=r"^(ja)?$")]

WORDS = {PublicationKind.AGENDA: "dagsorden", PublicationKind.MINUTES: "referat"}
"""What a publication is called in its address."""


def version_html(
    frame: Frame, person: PersonId, meeting: str, kind: PublicationKind, number: int | None, sent: str = ""
) -> Response:
    """A version as it was published, as far as the reader may know of its points; made to be printed. A number
    that they have no version of leads to their last one: somebody else may have more."""
    page = published_agenda(frame.wiring.db, meeting, number, person, frame.now, kind)
    if page.edition.number != number:
        asked = "?udsendt=ja" if sent else ""
        return RedirectResponse(f"/moeder/{quote(meeting)}/{WORDS[kind]}/{page.edition.number}{asked}", 303)
    return frame.page(f"{kind}_published", page=page, just_sent=bool(sent))
