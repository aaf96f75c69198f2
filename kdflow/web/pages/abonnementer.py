"""Calendar feeds: the secret addresses themselves, and the page on which one makes them and takes them back."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import ical, rendering
from kdflow.actions.keep_feed import make_feed, revoke_feed
from kdflow.domain.errors import NotFound
from kdflow.ical import FeedEntry
from kdflow.queries.feed import FeedPage, FeedRow, bodies_with_meetings, feed_page, feeds_of
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep
from kdflow.web.forms import Gap, Incomplete
from kdflow.web.guesses import Guess, guess_of

router = APIRouter()

ALARMS = (3 * 24 * 60, 24 * 60)
"""Minutes before a deadline at which a calendar program says so."""

MEETING_LASTS = timedelta(hours=2)
"""How long a meeting is shown whose end nobody has said."""


@router.get("/abonnementer")
def every(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    sag: Annotated[str, Query(pattern=r"^SAG-\d{4}-\d{1,6}$|^$")] = "",
) -> HTMLResponse:
    """One's own feeds, and the form that makes another: about oneself, a body, or the sag one comes from."""
    return _page(frame, person, wiring, now, sag=sag)


def _page(
    frame: Frame,
    person: PersonDep,
    wiring: WiringDep,
    now: datetime,
    *,
    made: str = "",
    again: bool = False,
    sag: str = "",
) -> HTMLResponse:
    return frame.page(
        "feeds",
        feeds=feeds_of(wiring.db, person),
        bodies=bodies_with_meetings(wiring.db, now),
        made=made,
        again=again,
        sag=sag,
    )


@router.post("/abonnementer")
def make(
    request: Request, frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep, typed: TypedDep
) -> HTMLResponse:
    """Make a feed; its address is shown this once."""
    about, _, key = typed["about"].partition(":")
    if about not in ("person", "body", "sag"):
        raise Incomplete(Gap("about", "about"))
    secret = make_feed(wiring.db, about, key, command=typed.key, by=person, now=now)  # type: ignore[arg-type]
    if secret is None:
        return _page(frame, person, wiring, now, again=True)
    address = str(request.url_for("feed", secret=secret))
    return _page(frame, person, wiring, now, made=address)


@router.post("/abonnementer/{handle}/slet")
def revoke(
    person: PersonDep, wiring: WiringDep, typed: TypedDep, handle: Annotated[str, Path(max_length=16)]
) -> Response:
    """Take a feed back."""
    revoke_feed(wiring.db, handle, by=person)
    return RedirectResponse("/abonnementer", 303)


@router.get("/abonnement/{secret}.ics", name="feed")
def feed(
    wiring: WiringDep,
    now: NowDep,
    guess: Annotated[Guess, Depends(guess_of("feed"))],
    secret: Annotated[str, Path(max_length=100)],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """The feed itself: whoever has the address reads it, without signing in."""
    try:
        page = feed_page(wiring.db, secret, now)
    except NotFound:
        guess.missed()
        return Response("Abonnementet findes ikke (mere).\n", 404, media_type="text/plain; charset=utf-8")
    content = ical.feed(_name(page), [_entry(row) for row in page.rows], now=now)
    etag = ical.etag(content)
    headers = {"etag": etag, "cache-control": "private, max-age=0, must-revalidate"}
    if etag in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _name(page: FeedPage) -> str:
    return str(rendering.words()["feeds"]["name"]).format(name=page.name)


def _entry(row: FeedRow) -> FeedEntry:
    meeting, deadline = row.meeting, row.deadline
    about = f"-{row.sag.number.lower()}-{row.station}" if row.sag else ""
    about += "-slides" if row.slides else ""  # an entry of its own: nothing counts how often a forecast changes
    common = {
        "sequence": row.sequence,
        "last_changed": row.changed_at,
        "cancelled": meeting.status == "cancelled",
        "tentative": meeting.on.exact is None or row.slides,
    }
    if deadline is not None:
        return FeedEntry(
            uid=f"{deadline.kind}-{meeting.id}{about}@kdflow",
            starts=deadline.at,
            ends=deadline.at,
            summary=_words(row, f"deadline_{'sag' if row.sag else 'body'}", kind=deadline.kind),
            description=_forecast(row, rendering.deadline_words(deadline)),
            is_deadline=True,
            alarm_minutes=ALARMS,
            **common,  # type: ignore[arg-type]
        )
    starts = meeting.starts_at or meeting.on.earliest
    if starts is None:
        raise ValueError(f"{meeting.id} has no first day")
    return FeedEntry(
        uid=f"{meeting.id}{about}@kdflow",
        starts=starts,
        ends=meeting.starts_at + MEETING_LASTS if meeting.starts_at else meeting.on.latest,
        summary=_words(row, "meeting_sag" if row.sag else "meeting_body"),
        description=_forecast(row, _moved(row)),
        place=meeting.place,
        **common,  # type: ignore[arg-type]
    )


def _words(row: FeedRow, name: str, kind: str = "") -> str:
    table = rendering.words()
    sag = row.sag
    title = f"{sag.number} {sag.title}" if sag and not sag.closed else sag.number if sag else ""
    what = table["deadlines"]["names"].get(kind, "")
    said = str(table["feeds"][name]).format(body=row.body.short, sag=title, what=what)
    if row.meeting.on.exact:
        return said
    return str(table["feeds"]["undated"]).format(entry=said, on=rendering.fuzzy(row.meeting.on))


def _forecast(row: FeedRow, said: str | None) -> str | None:
    """What an entry says; first, where the sag is there only because an earlier meeting is full, that it is so."""
    return " ".join(filter(None, (rendering.words()["feeds"]["slides"], said))) if row.slides else said


def _moved(row: FeedRow) -> str | None:
    was = row.meeting.was
    if was is None:
        return row.meeting.note
    moved = str(rendering.words()["feeds"]["moved"]).format(was=rendering.fuzzy(was))
    return f"{moved} {row.meeting.note}" if row.meeting.note else moved
