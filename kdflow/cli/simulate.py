"""`kdflow simulate`: years of work upon a house of its own with everything going wrong, or a forecast."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import JSON, config_file, given, print_json
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.simulation.forecast import Forecast
    from kdflow.simulation.running import Run
    from kdflow.simulation.staging import Request


CALENDARS = typer.Option(
    "shipped",
    "--calendars",
    help="shipped, made-up, installed (those of the database named before the command), or a folder.",
)

REPORT = typer.Option(
    False,
    "--report",
    help="Forecast the load, body by body and month by month. It starts from an empty house: the calendars are "
    "real, the sager that are under way now are not in it.",
)


def register(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(simulate)


def simulate(
    context: typer.Context,
    years: float = typer.Option(1, "--years", min=0.05, max=30, help="How many years, e.g. 10 or 0.5."),
    seed: int = typer.Option(1, "--seed", help="What all chance comes from; the same seed is the same run."),
    seeds: str = typer.Option("", "--seeds", help="Several seeds, one after the other: 1..10."),
    db: str = typer.Option("", "--db", help="An empty database to run in (default: one that is thrown away)."),
    faults: bool = typer.Option(True, "--faults/--no-faults", help="Whether anything goes wrong."),
    calendars: str = CALENDARS,
    start: str = typer.Option("", "--from", help="The first day, e.g. 2026-01-05."),
    sager: int = typer.Option(200, "--sager", min=1, max=5000, help="How many sager are opened in a year."),
    report: bool = REPORT,
    as_json: bool = JSON,
) -> None:
    """Let years pass in minutes, and prove that nothing was lost, told twice, or told wrongly."""
    from kdflow import settings
    from kdflow.simulation import staging

    wish = staging.Request(
        years=years,
        database=db,
        has_faults=faults and not report,
        calendars=calendars,
        start=_day(start) if start else None,
        sager_a_year=sager,
        settings=settings.load(config_file(), **given(context)),
    )
    chosen = _seeds(seeds) if seeds else [seed]
    if report:
        _print_forecast(staging.forecast(wish, chosen[0]), as_json=as_json)
        return
    runs = [_one(wish, number, as_json=as_json) for number in chosen]
    if as_json:
        print_json([run.plain() for run in runs] if seeds else runs[0].plain())


def _one(wish: Request, seed: int, *, as_json: bool) -> Run:
    from kdflow.simulation import staging
    from kdflow.simulation.broken import Broken

    try:
        run = staging.run(wish, seed)
    except Broken as broken:
        typer.echo(f"kdflow: {broken}", err=True)
        raise typer.Exit(1) from broken
    if not as_json:
        typer.echo(
            f"kdflow: seed {run.seed}, {run.years:g} years: {run.opened} sager, {run.mails} mails "
            f"({run.copies} of them copies), {run.counts.crashes} crashes, {run.counts.freezes} sleeps, "
            f"{run.counts.outage_hours} hours of outage; every invariant holds; trace {run.trace}"
        )
    return run


def _print_forecast(found: Forecast, *, as_json: bool) -> None:
    from kdflow import rendering

    if as_json:
        print_json(found.plain())
        return
    typer.echo(rendering.text("forecast", forecast=found), nl=False)


def _seeds(text: str) -> list[int]:
    first, dots, last = text.partition("..")
    try:
        found = list(range(int(first), int(last if dots else first) + 1))
    except ValueError as error:
        raise Unreadable(f"{text!r} names no seeds: write 1..10") from error
    if not found:
        raise Unreadable(f"{text!r} names no seeds: the last comes before the first")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"{text!r} is not a day: write it as 2026-01-05") from error
