"""How this installation runs: `config/kdflow.toml`, then the environment (`KDFLOW_...`), which wins."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from kdflow.domain.errors import Flawed, LocatedFlaw


class Settings(BaseSettings):
    """Settings of one installation. Secrets come from the environment only.

    `db` is an SQLAlchemy URL, `files` the folders with definitions and configuration (empty: those shipped),
    `secret` signs the form token of visitors who are not signed in (empty: one is made up at every start).
    """

    model_config = SettingsConfigDict(env_prefix="KDFLOW_", frozen=True, extra="forbid", toml_file=None)

    db: str = "sqlite:///kdflow.db"
    files: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    secure_cookies: bool = True
    session_days: int = Field(default=30, ge=1, le=365)
    synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL"
    secret: SecretStr = SecretStr("")
    demo: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(file: Path | None = None, **given: object) -> Settings:
    """The settings of this installation; `given` wins, then the environment, then the TOML file.

    Raises:
        Flawed: a setting is unknown or cannot be used; every one of them is named.
    """

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        _refuse_secrets(file)
        return Settings.model_validate(FromFile(**given).model_dump())  # type: ignore[arg-type]
    except ValidationError as error:
        raise Flawed([_located(file, given, dict(fault)) for fault in error.errors()]) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = int(line[1]) if line else 1
        raise Flawed([LocatedFlaw(str(file), where, f"this is not TOML: {error}")]) from error
    except SettingsError as error:
        name = re.search(r'"(\w+)"', str(error))
        which = f"KDFLOW_{name[1].upper()}" if name else "KDFLOW_..."
        raise Flawed([LocatedFlaw(f"environment, {which}", 1, f"cannot be read: {error}")]) from error


def _refuse_secrets(file: Path | None) -> None:
    text = _text(file)
    if "secret" in tomllib.loads(text):
        line = next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith("secret")), 1)
        flaw = LocatedFlaw(str(file), line, "a secret does not belong in a file", "set KDFLOW_SECRET")
        raise Flawed([flaw])


def flaws(file: Path) -> tuple[LocatedFlaw, ...]:
    """Everything that is wrong in a settings file."""
    try:
        load(file)
    except Flawed as error:
        return error.flaws
    return ()


def _located(file: Path | None, given: Mapping[str, object], fault: Mapping[str, Any]) -> LocatedFlaw:
    """A fault with the place it comes from: what was given, the environment, or a line of the file."""
    name = str(fault["loc"][0]) if fault["loc"] else ""
    known = f"known settings are: {', '.join(Settings.model_fields)}"
    message = f"{name}: {fault['msg']}"
    if name in given:
        return LocatedFlaw("command line", 1, message, known)
    if f"KDFLOW_{name.upper()}" in os.environ:
        return LocatedFlaw(f"environment, KDFLOW_{name.upper()}", 1, message, known)
    lines = _text(file).splitlines()
    line = next((n for n, text in enumerate(lines, start=1) if text.split("=")[0].strip() == name), 1)
    return LocatedFlaw(str(file), line, message, known)


def _text(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except UnicodeDecodeError as error:
        raise Flawed([LocatedFlaw(str(file), 1, "this is not UTF-8 text", "save it as UTF-8")]) from error
