"""Commands about the clock: one beat of everything."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import JSON, house, print_json, say_if_no_mail
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.bootstrap import Wiring


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(tick)


def tick(
    context: typer.Context,
    now: str = typer.Option("", "--now", help="The time to act at, e.g. 2026-03-02T09:00 (Copenhagen time)."),
    trust_clock: bool = typer.Option(
        False, "--trust-clock", help="The clock is right, although it has gone back or leapt ahead."
    ),
    as_json: bool = JSON,
) -> None:
    """Do one beat: remind of what is due, put notices into letters, send them. For cron."""
    from kdflow import scheduler

    home = house(context)
    at = _instant(now) if now else None
    if at is None and trust_clock:
        _trust_clock(home)
    done = scheduler.beat(home, at)
    if as_json:
        print_json(done)
        return
    swept, letters = done.swept, done.delivered
    typer.echo(
        f"kdflow: looked at {swept.sager} sager and {swept.meetings} meetings, wrote {swept.notices} notices; "
        f"{done.letters} letters made, {letters.sent} sent, {letters.put_off} put off, {letters.given_up} given up"
    )
    say_if_no_mail(home)


def _trust_clock(home: Wiring) -> None:
    from kdflow.actions.trust_clock import trust_clock

    trust_clock(home.db, now=home.now())


def _instant(text: str) -> datetime:
    from kdflow.domain.dates import COPENHAGEN

    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"{text!r} is not a time: write it as 2026-03-02T09:00") from error
    return found if found.tzinfo else found.replace(tzinfo=COPENHAGEN)
