"""Commands about the installation: demo, serve, check, schema, verify, sign-in, db."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kdflow.cli.house import (
    JSON,
    config_file,
    given,
    house,
    letter_of,
    options_of,
    print_json,
    say_if_no_mail,
    say_if_no_statement,
)
from kdflow.domain.errors import Unreadable

if TYPE_CHECKING:
    from kdflow.bootstrap import Wiring

DEMO_DB = "sqlite:///kdflow-demo.db"

DEMO: dict[str, Any] = {
    "demo": True,
    "secure_cookies": False,
    "synchronous": "NORMAL",
    "sweep_seconds": 2,
    "delivery_seconds": 2,
}
"""A demo is on this machine and can be made again: no TLS, no wait for the disk at every commit, and a heart that
beats as fast as one looks."""

db_app = typer.Typer(help="The database's schema.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    for command in (demo, serve, check, schema, verify):
        app.command()(command)
    app.command("sign-in")(sign_in)
    app.command("reset-sign-in")(reset)
    app.add_typer(db_app, name="db")


def demo(
    context: typer.Context,
    db: str = typer.Option("", "--db", help=f"Database URL (default {DEMO_DB})."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Build and print, but do not serve."),
    port: int = typer.Option(8000, "--port", help="Port to serve at."),
) -> None:
    """Build the demo (KD-Net in January 2020) and serve it; doing it twice is safe."""
    from kdflow import bootstrap, settings
    from kdflow.cli.printing import print_board
    from kdflow.demo import claim, play
    from kdflow.queries.board import board

    values = {"db": DEMO_DB, **given(context)}
    if db:
        values["db"] = db
    chosen = settings.load(None, **values, port=port, site=f"http://127.0.0.1:{port}", **DEMO)
    home = bootstrap.wire(chosen)
    scenario = bootstrap.load_catalog(chosen).scenario
    if scenario is None:
        raise Unreadable("there is no config/scenario.yaml to play")
    bootstrap.upgrade_schema(home)
    claim(home.db, scenario)
    bootstrap.prepare(home)
    play(home.db, scenario)
    now = home.now()
    print_board(board(home.db, None, now), f"{scenario.title} · demoens ur: {now:%d.%m.%Y}")
    if not no_serve:
        _serve(home)


def serve(
    context: typer.Context,
    host: str = typer.Option("", "--host", help="Address to serve at."),
    port: int = typer.Option(0, "--port", help="Port to serve at."),
) -> None:
    """Serve the web site on a database that is set up (`kdflow db upgrade`)."""
    from kdflow import bootstrap, settings

    values = given(context)
    values |= {name: value for name, value in (("host", host), ("port", port)) if value}
    _serve(bootstrap.open_house(settings.load(config_file(), **values)))


def _serve(home: Wiring) -> None:
    import uvicorn

    from kdflow.cli.logs import TO_STDERR
    from kdflow.scheduler import Heartbeat
    from kdflow.web.app import create_app

    chosen = home.settings
    typer.echo(f"kdflow: http://{chosen.host}:{chosen.port}/  (stop: Ctrl+C)")
    say_if_no_mail(home)
    say_if_no_statement(home)
    app = create_app(home, Heartbeat(home))
    # When all is shut down in good order, uvicorn raises the signal once more: then it is a good end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        app, host=chosen.host, port=chosen.port, log_config=TO_STDERR, log_level="warning", access_log=False
    )


def check(
    context: typer.Context,
    paths: list[Path] = typer.Argument(
        None, help="Files or folders (default: those of --files, else everything shipped)."
    ),
) -> None:
    """Verify definitions and configuration: every flaw with file:line and what to do; exit 1 if there is one."""
    from kdflow import catalog, settings

    given_paths = paths or [Path(one) for one in options_of(context).files] or [catalog.shipped_root()]
    missing = [path for path in given_paths if not path.exists()]
    if missing:
        raise Unreadable(f"{missing[0]}: no such file or folder")
    definitions = [path for path in given_paths if path.suffix != ".toml"]
    for warning in catalog.warnings(definitions):
        typer.echo(f"{warning} [warning]")
    flaws = [
        *catalog.check(definitions),
        *(flaw for file in _toml_in(given_paths) for flaw in settings.flaws(file)),
    ]
    for flaw in flaws:
        typer.echo(str(flaw), err=True)
    if flaws:
        typer.echo(f"kdflow: {len(flaws)} {'flaw' if len(flaws) == 1 else 'flaws'}", err=True)
        raise typer.Exit(1)
    typer.echo("kdflow: everything is sound")


def _toml_in(paths: list[Path]) -> list[Path]:
    """The settings files among or in the paths given."""
    direct = [path for path in paths if path.suffix == ".toml"]
    inside = [folder / name for folder in paths for name in ("kdflow.toml", "config/kdflow.toml")]
    return [*direct, *(file for file in inside if file.is_file())]


def schema(
    folder: Path | None = typer.Argument(None, help="Folder to write the JSON Schemas to (default: print them)."),
) -> None:
    """JSON Schemas for editors, generated from the types that read the files."""
    from kdflow import catalog

    found = catalog.schemas()
    if not folder:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unreadable(f"cannot make the folder {folder}: {error.strerror}") from error
    for name, content in found.items():
        target = folder / f"{name}.schema.json"
        target.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        typer.echo(str(target))


def verify(
    context: typer.Context,
    head: str = typer.Option(
        "", "--head", help="ROWS:DIGEST noted down earlier, to find rows cut off at the end."
    ),
    as_json: bool = JSON,
) -> None:
    """Prove the history's chain; exit 1 and name the first broken row if it does not hold. Name also the closed
    points whose sag is open."""
    from kdflow.queries.proof import head_from, proof

    home = house(context)
    result = proof(home.db, head_from(head) if head else None)
    if as_json:
        print_json(result)
    elif result.broken:
        typer.echo(f"kdflow: row {result.broken.seq} is broken: {result.broken.fault}", err=True)
    else:
        typer.echo(f"kdflow: {result.head.seq} rows prove themselves; head {result.head.seq}:{result.head.digest}")
    if result.broken:
        raise typer.Exit(1)
    if not as_json:
        _say_closed_points(home)


def _say_closed_points(home: Wiring) -> None:
    from kdflow.queries.closed_points import closed_of_open

    for one in closed_of_open(home.db):
        named, mend = ("a point", " or open the point,") if not one.number else (f"point {one.number}", "")
        typer.echo(
            f"kdflow: {one.meeting}: {named} is closed, but its sag {one.sag} is open, where everybody reads what "
            f"is decided: close the sag,{mend} unless it was opened on purpose"
        )


def sign_in(
    context: typer.Context,
    person: str = typer.Argument(..., help="Whom the link is for (an id from people.yaml)."),
) -> None:
    """Make a sign-in link for a person: good for 15 minutes, used once."""
    from kdflow.actions.sign_in import make_link
    from kdflow.domain.authority import PersonId

    home = house(context)
    typer.echo(f"/log-ind/{make_link(home.db, PersonId(person), now=home.now())}")


def reset(
    context: typer.Context,
    person: str = typer.Argument(..., help="Whose sign-in it is (an id from people.yaml)."),
) -> None:
    """End every session of a person, and forget their authenticator and their identities at other providers."""
    from kdflow.actions.prove import reset_sign_in
    from kdflow.domain.authority import PersonId

    home = house(context)
    had_one = reset_sign_in(home.db, PersonId(person), now=home.now())
    typer.echo(
        f"kdflow: {person} is signed out everywhere{' and has no authenticator any more' if had_one else ''}"
    )


@db_app.command()
def upgrade(
    context: typer.Context,
    preview: bool = typer.Option(False, "--preview", help="Only show who would be told what of changed files."),
) -> None:
    """Bring the database to the newest schema and to what the files say; doing it twice is safe."""
    from kdflow import bootstrap, rendering, settings

    if preview:
        home = house(context)
        told = bootstrap.told_by_files(home)
        typer.echo(rendering.text("upgrade_preview", recipients=told, letter_of=letter_of(home)), nl=False)
        return
    home = bootstrap.wire(settings.load(config_file(), **given(context)))
    loaded = bootstrap.prepare(home, lambda line: typer.echo(f"kdflow: {line}", err=True))
    typer.echo(
        f"kdflow: schema {bootstrap.schema_version(home)}, {len(loaded.workflows)} workflows, "
        f"{len(loaded.bodies)} bodies, {len(loaded.people)} people, {len(loaded.meetings)} meetings"
    )


@db_app.command()
def index(context: typer.Context) -> None:
    """Make the index that is searched in again, from what is kept; an upgrade does it where it is missing."""
    from kdflow import bootstrap

    typer.echo(f"kdflow: {bootstrap.index_again(house(context))} sager in the index")
