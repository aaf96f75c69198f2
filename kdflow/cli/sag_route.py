"""`kdflow sag amend | migrate`: another route for a running sag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import AS, JSON, KEY, house, new_key, person_of, print_json
from kdflow.cli.sag import SAG, VERSION, done, page_of, pairs
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.domain.amendment import Amendment, RouteChange


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.command()(amend)
    app.command()(migrate)


def amend(
    context: typer.Context,
    sag: str = SAG,
    remove: list[str] = typer.Option([], "--remove", help="Station to take out."),
    add: str = typer.Option("", "--add", help="KEY=BODY of a station to put in."),
    asks: str = typer.Option("drøftelse", "--asks", help="What the new station is asked for."),
    procedure: str = typer.Option("meeting@1", "--procedure", help="Procedure of the new station."),
    replace: list[str] = typer.Option([], "--replace", help="KEY=BODY: another body for a station not begun."),
    after: list[str] = typer.Option([], "--after", help="Station the new one waits for."),
    before: list[str] = typer.Option([], "--before", help="Station that shall wait for the new one."),
    reason: str = typer.Option(..., "--reason", help="Why."),
    version: int = VERSION,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Change the route of this one sag; the amended route is verified before it is taken."""
    from kdflow.actions.amend_route import amend_route

    page = page_of(context, sag)
    home = house(context)
    receipt = amend_route(
        home.db,
        page.sag.id,
        _amendment(remove, replace, add, asks, procedure, after, before),
        reason=reason,
        version=version or page.sag.version,
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)


def _amendment(
    remove: list[str], replace: list[str], add: str, asks: str, procedure: str, after: list[str], before: list[str]
) -> Amendment:
    from pydantic import ValidationError

    from kdflow.domain.amendment import Amendment
    from kdflow.domain.workflow import Station

    if not (add or remove or replace):
        raise Unreadable("say what to change: --add, --remove or --replace")
    if not add:
        return Amendment(remove=tuple(remove), rebody=pairs(replace, "KEY=BODY"))
    ((station, body),) = pairs([add], "KEY=BODY").items()
    try:
        new = Station.model_validate(
            {"key": station, "body": body, "asks": asks, "procedure": procedure, "after": tuple(after)}
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise Unreadable(f"the new station's {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    rebody = pairs(replace, "KEY=BODY")
    return Amendment(remove=tuple(remove), add=((new, tuple(before)),), rebody=rebody)


def migrate(
    context: typer.Context,
    sag: str = SAG,
    to: str = typer.Option(..., "--to", help="Workflow version to move to, as name@version."),
    rename: list[str] = typer.Option([], "--rename", help="OLD=NEW for a station that changed its key."),
    reason: str = typer.Option("", "--reason", help="Why; needed to do it."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what would happen."),
    yes: bool = typer.Option(False, "--yes", help="Do it without asking."),
    version: int = VERSION,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Move a sag to another workflow version: first what maps and what cannot, then, if you say so, the move."""
    from kdflow.actions.amend_route import migrate_sag
    from kdflow.domain.errors import RouteBlocked
    from kdflow.queries.routes import migration

    home = house(context)
    renamed = pairs(rename, "OLD=NEW")
    change = migration(home.db, sag, to, renamed)
    _show_change(change, as_json and dry_run)
    if change.obstacles:
        raise RouteBlocked(change.obstacles)
    if dry_run or not (yes or typer.confirm(f"Move {sag} to {to}?", err=True)):
        return
    page = page_of(context, sag)
    receipt = migrate_sag(
        home.db,
        page.sag.id,
        to,
        renamed=renamed,
        reason=reason,
        version=version or page.sag.version,
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)


def _show_change(change: RouteChange, as_json: bool) -> None:
    if as_json:
        print_json(change)
        return
    typer.echo(f"{change.old} -> {change.new}", err=True)
    for old, new in change.places.items():
        typer.echo(f"  stands at {old} -> {new}", err=True)
    for old, new in sorted(change.stations.items()):
        typer.echo(f"  station {old} -> {new}", err=True)
    typer.echo(f"  added: {', '.join(change.added) or '-'}; removed: {', '.join(change.removed) or '-'}", err=True)
