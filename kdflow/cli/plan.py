"""`kdflow plan SAG`: the journey of a sag through the calendars, and what if."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import JSON, house, print_json
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.queries.plan_page import PlanPage

SAG = typer.Argument(..., help="The number of a sag, such as SAG-2020-0012.")


def register(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(plan)


def plan(
    context: typer.Context,
    sag: str = SAG,
    by: str = typer.Option("", "--by", help="Decided by this day: count back (YYYY-MM-DD, or as Danes write it)."),
    start: str = typer.Option("", "--from", help="Suppose that the papers are ready on this day."),
    without: list[str] = typer.Option([], "--without", help="Suppose that a meeting (by its id) is not held."),
    extra: list[str] = typer.Option([], "--extra", help="Suppose an extra meeting: BODY=DATE."),
    ahead: list[str] = typer.Option([], "--ahead", help="Suppose conditional submission to a station."),
    as_json: bool = JSON,
) -> None:
    """The earliest journey of a sag: its meetings and deadlines, the slack, and what missing one costs."""
    from kdflow.domain.timetable import MeetingId
    from kdflow.queries.plan_page import plan_page
    from kdflow.queries.what_if import WhatIf

    home = house(context)
    what_if = WhatIf(
        by=exact_day(by, "--by"),
        start=exact_day(start, "--from"),
        without=tuple(MeetingId(meeting) for meeting in without),
        extra=tuple(_extra(one) for one in extra),
        ahead=tuple(ahead),
    )
    print_plan(plan_page(home.db, sag, None, home.now(), what_if), as_json)


def print_plan(page: PlanPage, as_json: bool) -> None:
    """Say what is planned."""
    from kdflow import rendering
    from kdflow.queries.plan_documents import of_plan

    if as_json:
        print_json(of_plan(page))
        return
    typer.echo(rendering.text("plan", page=page, names=page.names, world=page.world), nl=False)


def _extra(text: str) -> tuple[str, date]:
    body, _, day = text.partition("=")
    found = exact_day(day, "--extra") if day else None
    if not body or found is None:
        raise Unreadable(f"--extra: {text!r} is not BODY=DATE")
    return body, found


def exact_day(text: str, option: str) -> date | None:
    """The day that a text names; None for an empty one."""
    from kdflow.domain.dates import read_date

    if not text:
        return None
    try:
        day = read_date(text).exact
    except Unreadable as error:
        raise Unreadable(f"{option}: {error}") from error
    if day is None:
        raise Unreadable(f"{option}: {text!r} is not one day; write it as 2020-10-15")
    return day
