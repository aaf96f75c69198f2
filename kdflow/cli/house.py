"""What every command starts with: the options given, the wired house, and how JSON is printed."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from kdflow.bootstrap import Wiring

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


def new_key(key: str) -> str:
    """The key given, or one of its own."""
    return key or f"cli-{uuid.uuid4()}"


def print_json(value: Any) -> None:
    """Print a value as JSON: dataclasses as objects, dates in ISO form."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, (date, datetime)) else value
