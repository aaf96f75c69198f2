"""The pages for everybody: what is published and open of public bodies, their calendars and news; robots.txt.

Nobody is signed in here: whoever asks gets the same, without a cookie, and it may be kept on the way.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kdflow import ical, rendering
from kdflow.domain.publications import PublicationKind
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.ical import FeedEntry
from kdflow.queries.feed import BEFORE_ANY_CHANGE
from kdflow.queries.public_pages import (
    PublicMeeting,
    public_bodies,
    public_body,
    public_calendar,
    public_document,
    public_news,
    public_paper,
)
from kdflow.web import security
from kdflow.web.deps import PUBLIC, FrameDep, NowDep, PublicFrameDep, WiringDep
from kdflow.web.pages.abonnementer import MEETING_LASTS
from kdflow.web.pages.papers import disposition

router = APIRouter()

KEPT = "public, no-cache"
"""An answer may be kept on the way, but we are asked each time whether it is still so: what is closed is gone at
once."""

Body = Annotated[str, Path(max_length=60)]
Meeting = Annotated[str, Path(max_length=100)]
Seen = Annotated[str, Header(alias="if-none-match")]
Number = Annotated[int, Path(ge=1, le=9999)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Kind = Annotated[str, Path(pattern="^(dagsorden|referat)$")]

KINDS = {"dagsorden": PublicationKind.AGENDA, "referat": PublicationKind.MINUTES}


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Only what is for everybody may be indexed."""
    return PlainTextResponse(f"User-agent: *\nAllow: {PUBLIC}\nAllow: /static/\nDisallow: /\n")


@router.get("/privatliv")
def privacy(frame: FrameDep) -> HTMLResponse:
    """What is kept of people, why and how long, and what they can ask for."""
    settings = frame.wiring.settings
    cookies = {
        "session": security.session_cookie(settings),
        "visit": security.visit_cookie(settings),
        "answer": security.answer_cookie(settings),
        "away": security.away_cookie(settings),
        "known": security.known_cookie(settings),
        "language": security.language_cookie(secure=settings.secure_cookies),
    }
    return frame.page("privacy", cookies=cookies)


@router.get(PUBLIC)
def bodies(frame: PublicFrameDep, seen: Seen = "") -> Response:
    """The public bodies."""
    return _kept(frame.page("public_bodies", bodies=public_bodies(frame.wiring.db, frame.now)), seen)


@router.get(PUBLIC + "/{body}.ics")
def calendar(wiring: WiringDep, now: NowDep, body: Body, seen: Seen = "") -> Response:
    """The meetings of a public body, with the open points of their agendas."""
    found, meetings = public_calendar(wiring.db, body, now)
    entries = [_entry(found.short, one, wiring.settings.site) for one in meetings]
    content = ical.feed(found.name, entries, now=now)
    return _kept(Response(content, media_type="text/calendar; charset=utf-8"), seen, _last(meetings))


@router.get(PUBLIC + "/{body}.atom")
def news(wiring: WiringDep, now: NowDep, body: Body, seen: Seen = "") -> Response:
    """What was published of a public body last."""
    found, meetings = public_news(wiring.db, body, now)
    rows = sorted(
        ((version, one.meeting) for one in meetings for version in one.versions),
        key=lambda row: (row[0].made_at, row[1].id, row[0].kind, row[0].number),
        reverse=True,
    )
    text = rendering.feed(
        "atom", body=found, rows=rows, site=wiring.settings.site, last=_last(meetings) or BEFORE_ANY_CHANGE
    )
    return _kept(Response(text, media_type="application/atom+xml; charset=utf-8"), seen, _last(meetings))


@router.get(PUBLIC + "/{body}")
def one_body(
    frame: PublicFrameDep,
    body: Body,
    aar: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None,
    seen: Seen = "",
) -> Response:
    """The meetings of a public body in a year."""
    page = public_body(frame.wiring.db, body, aar, frame.now)
    return _kept(frame.page("public_body", page=page), seen, _last(page.rows))


@router.get(PUBLIC + "/{body}/{meeting}/bilag/{digest}")
def paper(
    wiring: WiringDep, now: NowDep, body: Body, meeting: Meeting, digest: Digest, seen: Seen = ""
) -> Response:
    """A paper that stood under an open point."""
    filename, media_type, content = public_paper(wiring.db, body, meeting, digest, now)
    headers = {"content-disposition": disposition(filename, media_type), "content-security-policy": "sandbox"}
    return _kept(Response(content, media_type=media_type, headers=headers), seen)


@router.get(PUBLIC + "/{body}/{meeting}/{kind}")
def newest(frame: PublicFrameDep, body: Body, meeting: Meeting, kind: Kind, seen: Seen = "") -> Response:
    """An agenda, or minutes, in the newest version."""
    return _document(frame, body, meeting, kind, None, seen)


@router.get(PUBLIC + "/{body}/{meeting}/{kind}/{number}")
def version(
    frame: PublicFrameDep, body: Body, meeting: Meeting, kind: Kind, number: Number, seen: Seen = ""
) -> Response:
    """The same in another version."""
    return _document(frame, body, meeting, kind, number, seen)


def _document(
    frame: PublicFrameDep, body: str, meeting: str, kind: str, number: int | None, seen: str
) -> Response:
    page = public_document(frame.wiring.db, body, meeting, KINDS[kind], number, frame.now)
    return _kept(frame.page("public_document", page=page, kind=kind), seen, page.version.made_at)


def _kept(response: Response, seen: str, changed: datetime | None = None) -> Response:
    """An answer that may be kept and indexed; only that it is the same where the browser has it already."""
    etag = ical.etag(bytes(response.body))
    headers = {"etag": etag, "cache-control": KEPT, "vary": "cookie", "x-robots-tag": "all"}
    if changed:
        headers["last-modified"] = format_datetime(changed.replace(microsecond=0), usegmt=True)
    if etag in {one.strip().removeprefix("W/") for one in seen.split(",")}:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def _last(meetings: Sequence[PublicMeeting]) -> datetime | None:
    return max((one.last_at for one in meetings if one.last_at), default=None)


def _entry(body: str, one: PublicMeeting, site: str) -> FeedEntry:
    meeting, agenda = one.meeting, one.newest.get(PublicationKind.AGENDA)
    starts = meeting.starts_at or meeting.on.earliest
    if starts is None:
        raise ValueError(f"{meeting.id} has no first day")
    table = rendering.words()["feeds"]
    said = str(table["meeting_body"]).format(body=body)
    if meeting.on.exact is None:
        said = str(table["undated"]).format(entry=said, on=rendering.fuzzy(meeting.on))
    points = agenda.content["points"] if agenda else ()
    address = f"{site}{PUBLIC}/{quote(meeting.body)}/{quote(meeting.id)}/dagsorden"
    return FeedEntry(
        uid=f"{meeting.id}@offentligt.kdflow",
        starts=starts,
        ends=meeting.starts_at + MEETING_LASTS if meeting.starts_at else meeting.on.latest,
        summary=said,
        description="\n".join(f"{point['number']} {point['title']}" for point in points if not point["gone"]),
        url=address if agenda else None,
        place=meeting.place,
        sequence=len(one.changes) + len(one.of(PublicationKind.AGENDA)),
        last_changed=one.last_at or BEFORE_ANY_CHANGE,
        cancelled=meeting.status == "cancelled",
        tentative=meeting.on.exact is None,
    )
