"""The command line: `kdflow COMMAND`. Exit codes: 0 done, 1 refused or wrong (said on stderr), 2 misused."""

from __future__ import annotations

import sys

import typer

from kdflow.cli import (
    calendar,
    calendar_import,
    clock,
    installation,
    plan,
    sag,
    sag_access,
    sag_route,
    simulate,
    webhook,
    workflow,
)
from kdflow.cli.house import Options
from kdflow.domain.errors import Flawed, KdflowError, Refused, RouteBlocked

app = typer.Typer(
    help="kdflow: sager and the meeting calendars they travel through.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
sag_route.register(sag.app)
sag_access.register(sag.app)
calendar_import.register(calendar.app)
app.add_typer(sag.app, name="sag")
app.add_typer(workflow.app, name="workflow")
app.add_typer(calendar.app, name="calendar")
app.add_typer(webhook.app, name="webhook")
installation.register(app)
plan.register(app)
clock.register(app)
simulate.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed_version

        typer.echo(installed_version("kdflow"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    db: str = typer.Option("", "--db", envvar="KDFLOW_DB", help="Database URL (SQLite or PostgreSQL)."),
    files: list[str] = typer.Option([], "--files", help="Folders with definitions and configuration."),
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Say the version."),
) -> None:
    """Options for every command, given before it."""
    context.obj = Options(db=db, files=tuple(files))


def main() -> None:
    """Run the command line."""
    try:
        app()
    except KdflowError as error:
        for line in _explained(error):
            typer.echo(line, err=True)
        sys.exit(1)


def _explained(error: KdflowError) -> list[str]:
    if isinstance(error, Refused):
        return ["kdflow: refused:", *(f"  - {reason.text} [{reason.guard}]" for reason in error.reasons)]
    if isinstance(error, Flawed):
        return [
            *(str(flaw) for flaw in error.flaws),
            f"kdflow: {len(error.flaws)} flaw{'s' if len(error.flaws) > 1 else ''}",
        ]
    if isinstance(error, RouteBlocked):
        return ["kdflow: the sag cannot take that route:", *(f"  - {obstacle}" for obstacle in error.obstacles)]
    return [f"kdflow: {error}"]
