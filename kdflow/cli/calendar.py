"""`kdflow calendar ...`: list the calendars, and change them by hand, having shown whom it hits."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import AS, JSON, KEY, house, letter_of, new_key, person_of, print_json
from kdflow.domain.errors import NotFound, Unreadable

if TYPE_CHECKING:
    from kdflow.actions.change_calendar import CalendarReceipt
    from kdflow.bootstrap import Wiring
    from kdflow.domain.calendar_change import CalendarChange
    from kdflow.domain.dates import FuzzyDate
    from kdflow.queries.calendar_documents import DoneDocument
    from kdflow.queries.impact import Impact

app = typer.Typer(
    help="Meeting calendars: list, import, add, move, cancel.", no_args_is_help=True, rich_markup_mode=None
)

MEETING = typer.Argument(..., help="The id of a meeting, as `kdflow calendar list` shows it.")
ON = typer.Option(..., "--on", help="Its date: 2020-03-20, 20. marts 2020; or a month, 2020-09.")
AT = typer.Option("", "--at", help="The hour it begins: HH:MM.")
YES = typer.Option(False, "--yes", help="Do it without asking.")
PAST = typer.Option(False, "--past", help="A date that has passed is meant.")
REROUTE = typer.Option(False, "--reroute", help="Take the items of a cancelled meeting to the next one they make.")


@app.command("list")
def list_(
    context: typer.Context,
    body: str = typer.Option("", "--body", help="Only the calendar of this body (its key)."),
    year: int = typer.Option(0, "--year", help="Another year than this."),
    as_json: bool = JSON,
) -> None:
    """The meetings of a year."""
    from kdflow import rendering
    from kdflow.domain.authority import PersonId
    from kdflow.domain.calendar_change import hour_of
    from kdflow.queries.calendar_documents import of_calendars
    from kdflow.queries.calendars import calendars

    home = house(context)
    page = calendars(home.db, PersonId(""), home.now(), year=year or None, body=body)
    if body and page.chosen is None:
        raise NotFound("body", body)
    if as_json:
        print_json(of_calendars(page))
    else:
        typer.echo(rendering.text("calendar_list", page=page, hour=hour_of), nl=False)


@app.command()
def add(
    context: typer.Context,
    body: str = typer.Option(..., "--body", help="The body that meets (its key)."),
    on: str = ON,
    at: str = AT,
    place: str = typer.Option("", "--place", help="Where."),
    format_: str = typer.Option("fysisk", "--format", help="fysisk, virtuelt or mail."),
    note: str = typer.Option("", "--note", help="Shown with the meeting."),
    reason: str = typer.Option("", "--reason", help="Sent to those whom it concerns."),
    past: bool = PAST,
    yes: bool = YES,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Add a meeting."""
    from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
    from kdflow.domain.timetable import Format

    if format_ not in set(Format):
        raise Unreadable(f"--format: {format_!r} is not one of {', '.join(Format)}")
    details = Details(at=_hour(at), format=Format(format_), place=place or None, note=note or None)
    wish = CalendarChange(kind=ChangeKind.ADD, body=body, on=_date(on), details=details, confirmed=past)
    _see_and_do(house(context), wish, by=by, reason=reason, key=key, yes=yes, as_json=as_json)


@app.command()
def move(
    context: typer.Context,
    meeting: str = MEETING,
    on: str = ON,
    at: str = typer.Option("", "--at", help="The hour it begins: HH:MM (default: the hour it has)."),
    reason: str = typer.Option(..., "--reason", help="Why; sent to those whom it concerns."),
    past: bool = PAST,
    yes: bool = YES,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Move a meeting to another date."""
    from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
    from kdflow.domain.timetable import MeetingId

    home = house(context)
    wish = CalendarChange(
        kind=ChangeKind.MOVE,
        body=_body_of(home, meeting),
        meeting=MeetingId(meeting),
        on=_date(on),
        details=Details(at=_hour(at)) if at else None,
        confirmed=past,
    )
    _see_and_do(home, wish, by=by, reason=reason, key=key, yes=yes, as_json=as_json)


@app.command()
def cancel(
    context: typer.Context,
    meeting: str = MEETING,
    reason: str = typer.Option(..., "--reason", help="Why; sent to those whom it concerns."),
    reroute: bool = REROUTE,
    yes: bool = YES,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Cancel a meeting."""
    from kdflow.domain.calendar_change import CalendarChange, ChangeKind
    from kdflow.domain.timetable import MeetingId

    home = house(context)
    body = _body_of(home, meeting)
    wish = CalendarChange(kind=ChangeKind.CANCEL, body=body, meeting=MeetingId(meeting))
    _see_and_do(home, wish, by=by, reason=reason, key=key, yes=yes, as_json=as_json, reroute=reroute)


def _see_and_do(
    home: Wiring,
    wish: CalendarChange,
    *,
    by: str,
    reason: str,
    key: str,
    yes: bool,
    as_json: bool,
    reroute: bool = False,
) -> None:
    """Show whom a change hits, and make it if that is said; only if nobody has changed the meeting meanwhile."""
    from kdflow.actions.change_calendar import change_calendar
    from kdflow.queries.calendar_documents import of_change
    from kdflow.queries.impact import impact

    person = person_of(home, by)
    seen = impact(home.db, wish, reroute=reroute, reason=reason, viewer=person, now=home.now())
    _show_change(home, seen, wish, reroute=reroute, to_err=as_json)
    receipt = None
    if yes or asked(f"{wish.kind.capitalize()} {seen.new.id}?"):
        receipt = change_calendar(
            home.db,
            wish,
            reroute=reroute,
            reason=reason,
            version=seen.old.version if seen.old else None,
            seen=seen.digest,
            key=new_key(key),
            by=person,
            now=home.now(),
        )
    if as_json:
        print_json(of_change(seen, done(receipt)))
    else:
        say_done(receipt)


def _show_change(home: Wiring, seen: Impact, wish: CalendarChange, *, reroute: bool, to_err: bool) -> None:
    from kdflow import rendering
    from kdflow.domain.calendar_change import EVENTS, hour_of

    text = rendering.text(
        "calendar_change",
        impact=seen,
        kind=EVENTS[wish.kind],
        reroute=reroute,
        hour=hour_of,
        letter_of=letter_of(home),
    )
    typer.echo(text, err=to_err)


def asked(question: str) -> bool:
    """Whether the answer is yes."""
    return typer.confirm(question, err=True)


def say_done(receipt: CalendarReceipt | None) -> None:
    """Print what came of it; None: nothing was done."""
    from kdflow import rendering

    typer.echo(rendering.text("calendar_done", receipt=receipt), nl=False)


def done(receipt: CalendarReceipt | None) -> DoneDocument | None:
    """What came of it as a document."""
    from kdflow.queries.calendar_documents import DoneDocument

    return DoneDocument.model_validate(receipt, from_attributes=True) if receipt else None


def _body_of(home: Wiring, meeting: str) -> str:
    """The body that holds a meeting.

    Raises:
        NotFound: there is no such meeting.
    """
    from kdflow.queries.meeting_page import meeting_page

    return meeting_page(home.db, meeting, None, home.now()).body.key


def _date(text: str) -> FuzzyDate:
    from kdflow.domain.dates import read_date

    try:
        return read_date(text)
    except Unreadable as error:
        raise Unreadable(f"--on: {error}") from error


def _hour(text: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text.strip())
    if text and not found:
        raise Unreadable(f"--at: {text!r} is not an hour; write it as 10:00")
    return time(int(found[1]), int(found[2])) if found else None
