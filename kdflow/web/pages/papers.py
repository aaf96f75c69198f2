"""Papers to download: always as a file, never shown inside the site."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import Response

from kdflow.domain.file_kinds import name_of
from kdflow.queries.sag_work import paper
from kdflow.web.deps import NowDep, PersonDep, WiringDep

router = APIRouter()


@router.get("/papirer/{number}/{digest}")
def download(
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    number: Annotated[str, Path(max_length=20)],
    digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
) -> Response:
    """One paper of a sag."""
    filename, media_type, content = paper(wiring.db, number, digest, person, now)
    headers = {"content-disposition": disposition(filename, media_type), "content-security-policy": "sandbox"}
    return Response(content, media_type=media_type, headers=headers)


def disposition(filename: str, media_type: str) -> str:
    """A header that saves a file under its own name, whatever that name was made of, and as what it is."""
    shown = name_of(filename, media_type)
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"
