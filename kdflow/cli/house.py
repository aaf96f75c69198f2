"""What every command starts with: the options given, the wired house, and how JSON is printed."""

from __future__ import annotations

import dataclasses
import json
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from kdflow.bootstrap import Wiring
    from kdflow.domain.authority import PersonId
    from kdflow.domain.told import Told
    from kdflow.web.notice_words import Words

AS = typer.Option(..., "--as", envvar="KDFLOW_AS", help="The person who acts (an id from people.yaml).")
JSON = typer.Option(False, "--json", help="Print JSON.")
KEY = typer.Option("", "--key", help="Idempotency key; sent again, the command is done once.")


@dataclass(frozen=True, slots=True)
class Options:
    """What was given before the command."""

    db: str = ""
    files: tuple[str, ...] = ()


def options_of(context: typer.Context) -> Options:
    """The options given before the command."""
    found = context.find_root().obj
    return found if isinstance(found, Options) else Options()


def given(context: typer.Context) -> dict[str, Any]:
    """The settings given on the command line; the rest comes from the environment and the file."""
    options = options_of(context)
    values: dict[str, Any] = {}
    if options.db:
        values["db"] = options.db
    if options.files:
        values["files"] = tuple(Path(name) for name in options.files)
    return values


def config_file() -> Path | None:
    """`config/kdflow.toml` where the command is run, if it is there."""
    here = Path("config/kdflow.toml")
    return here if here.is_file() else None


def house(context: typer.Context) -> Wiring:
    """The house on a database that is set up; the demo's clock where it is a demo's."""
    from kdflow import bootstrap, settings

    return bootstrap.open_house(settings.load(config_file(), **given(context)))


def person_of(home: Wiring, by: str) -> PersonId:
    """The person who acts; NotFound when nobody has that id."""
    from kdflow.queries.people import person

    return person(home.db, by).id


def letter_of(home: Wiring) -> Callable[[Told], Words]:
    """What somebody would read who is told today."""
    from kdflow.domain.dates import local_day
    from kdflow.web.notice_words import in_words

    return partial(in_words, today=local_day(home.now()))


def new_key(key: str) -> str:
    """The key given, or one of its own."""
    return key or f"cli-{uuid.uuid4()}"


def print_json(value: Any) -> None:
    """Print a document, or a dataclass of plain values, as JSON."""
    text = value.model_dump_json(indent=2) if hasattr(value, "model_dump_json") else _json(value)
    typer.echo(text)


def _json(value: Any) -> str:
    plain = dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(plain, ensure_ascii=False, indent=2)


def say_if_no_statement(home: Wiring) -> None:
    """Tell the operator what the accessibility statement, which the law demands, does not say yet."""
    chosen = home.settings
    wanted = {"authority": chosen.authority, "contact": chosen.contact, "statement_date": chosen.statement_date}
    if not chosen.demo and (missing := [name for name, value in wanted.items() if not value]):
        typer.echo(f"kdflow: /tilgaengelighed is not complete: {', '.join(missing)} not set", err=True)


def say_if_no_mail(home: Wiring) -> None:
    """Tell the operator where mail waits because no server is named."""
    if home.ways.mail is None:
        typer.echo("kdflow: no mail is sent: mail_host is not set", err=True)
