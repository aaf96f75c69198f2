"""`kdflow calendar import`: read a calendar file, having shown what it would change and whom that hits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kdflow.cli.calendar import REROUTE, YES, asked, done, say_done
from kdflow.cli.house import AS, JSON, KEY, house, letter_of, new_key, person_of, print_json
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.actions.change_calendar import CalendarReceipt
    from kdflow.bootstrap import Wiring
    from kdflow.queries.calendar_import import CalendarPreview


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("import")(import_)


def import_(
    context: typer.Context,
    file: Path = typer.Argument(..., help="A calendar: .csv, .yaml, .yml or .ics."),
    body: str = typer.Option(..., "--body", help="The body whose calendar it is (its key)."),
    skip_broken: bool = typer.Option(False, "--skip-broken", help="Read in the rest where lines are broken."),
    reason: str = typer.Option("", "--reason", help="Sent to those whom it concerns."),
    reroute: bool = REROUTE,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what would happen."),
    yes: bool = YES,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Read a calendar file: first what it would change and whom that hits, then, if you say so, all of it as one.

    Broken lines are named, and then nothing is done without --skip-broken. Nothing is removed because the file
    does not hold it.
    """
    from kdflow.queries.calendar_import import calendar_preview

    home = house(context)
    person, why = person_of(home, by), reason or _cancelled()
    page = calendar_preview(
        home.db, _content(file), str(file), body, reroute=reroute, reason=why, viewer=person, now=home.now()
    )
    _show_import(home, page, to_err=as_json)
    is_refused = bool(page.broken) and not (skip_broken and (page.rows or page.same))
    receipt = None
    if page.rows and not (is_refused or dry_run) and (yes or asked(f"Read {file.name} into {body}?")):
        receipt = _import(home, page, reroute=reroute, reason=why, by=by, key=key)
    _end_import(page, receipt, as_json=as_json)
    if is_refused:
        typer.echo("kdflow: nothing was read in; --skip-broken reads in the rest", err=True)
        raise typer.Exit(1)


def _import(
    home: Wiring, page: CalendarPreview, *, reroute: bool, reason: str, by: str, key: str
) -> CalendarReceipt:
    from kdflow.actions.change_calendar import change_calendars

    return change_calendars(
        home.db,
        page.changes,
        reroute=reroute,
        reason=reason,
        versions=page.versions,
        seen=page.digest,
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )


def _show_import(home: Wiring, page: CalendarPreview, *, to_err: bool) -> None:
    from kdflow import rendering
    from kdflow.domain.calendar_change import hour_of

    text = rendering.text("calendar_import", page=page, hour=hour_of, letter_of=letter_of(home))
    typer.echo(text, err=to_err)
    for one in page.broken:
        typer.echo(str(one.flaw), err=True)


def _end_import(page: CalendarPreview, receipt: CalendarReceipt | None, *, as_json: bool) -> None:
    from kdflow.queries.calendar_documents import of_import

    if as_json:
        print_json(of_import(page, done(receipt)))
    elif page.rows:
        say_done(receipt)


def _cancelled() -> str:
    """What is said of cancelled meetings where no reason was given."""
    from kdflow import rendering

    return str(rendering.words()["calendar"]["cancelled"])


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot read {file}: {error.strerror}") from error
