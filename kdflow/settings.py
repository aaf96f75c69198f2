"""How this installation runs: `config/kdflow.toml`, then the environment (`KDFLOW_...`), which wins."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from kdflow.domain import addresses
from kdflow.domain.errors import Flawed, LocatedFlaw


class ProviderSettings(BaseModel):
    """Another provider that people can sign in at, by OpenID Connect.

    `name` stands in addresses, `title` on the button. `domains` are the mail domains that it is believed about:
    nobody else's address gets anybody in. With `vouches` it is believed about them even where it does not say
    that an address is verified (Entra ID never says so; see `kdflow/channels/oidc.py`). Its secret comes from the
    environment: KDFLOW_SIGN_IN_SECRET_<NAME>.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title: str = Field(min_length=1, max_length=80)
    issuer: str
    client_id: str = Field(min_length=1, max_length=200)
    domains: tuple[str, ...] = Field(min_length=1)
    vouches: bool = False

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, issuer: str) -> str:
        """One tenant's own: "common" stands for all tenants there are, and each could say it is anybody."""
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and addresses.is_loopback(parts.hostname or "")
        ):
            raise _unusable("must be https://")
        if not parts.hostname or parts.query or parts.fragment:
            raise _unusable("must be the address of an issuer, with nothing after its path")
        if {"common", "organizations", "consumers", "{tenantid}"} & set(parts.path.lower().split("/")):
            raise _unusable("must be the issuer of one tenant: https://login.microsoftonline.com/TENANT-ID/v2.0")
        return issuer

    @field_validator("domains")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_host(one) for one in domains)

    @property
    def variable(self) -> str:
        """The environment variable that holds its secret."""
        return f"KDFLOW_SIGN_IN_SECRET_{self.name.upper().replace('-', '_')}"

    @property
    def secret(self) -> SecretStr:
        """What the provider knows kdflow by; empty where it wants none."""
        return SecretStr(os.environ.get(self.variable, ""))


class SignInSettings(BaseModel):
    """Where else than here people can sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    providers: tuple[ProviderSettings, ...] = ()

    @field_validator("providers")
    @classmethod
    def _providers(cls, providers: tuple[ProviderSettings, ...]) -> tuple[ProviderSettings, ...]:
        for what in ("name", "issuer"):
            found = [getattr(one, what) for one in providers]
            if len(set(found)) < len(found):
                raise _unusable(f"two providers have the same {what}")
        return providers


class Settings(BaseSettings):
    """Settings of one installation. Secrets come from the environment only.

    `db` is an SQLAlchemy URL; of PostgreSQL's connections each process takes `db_connections` at the most, and
    waits `db_wait_seconds` for one to be free. `files` are the folders with definitions and configuration (empty:
    those shipped).
    A session ends after `session_days`, and where nobody has used it for `session_idle_hours`: a chair who comes
    at each meeting, 11 or 12 weeks apart, is still signed in. `secret` signs the form token of visitors who are
    not signed in (empty: one is made up at every start), `site` is where links in mails lead, `contact` whom
    people can ask about it and about what is kept of them: a line of text; `authority` is the public body that
    answers for the accessibility statement, and `statement_date` the day on which it last went through it.
    Without `mail_host` no mail is sent (webhooks are); a mail has `mail_timeout` seconds until the server asks
    for it, and as many until it has answered. `webhook_hosts` may be internal, others may not. `clamd`, where
    there is one, looks at papers before they are kept. The beats are seconds between two sweeps, deliveries and
    rounds of housekeeping.
    """

    model_config = SettingsConfigDict(env_prefix="KDFLOW_", frozen=True, extra="forbid", toml_file=None)

    db: str = "sqlite:///kdflow.db"
    db_connections: int = Field(default=15, ge=1, le=1000)
    db_wait_seconds: int = Field(default=30, ge=1, le=120)
    files: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    secure_cookies: bool = True
    session_days: int = Field(default=180, ge=1, le=365)
    session_idle_hours: int = Field(default=2400, ge=1, le=8760)
    synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL"
    secret: SecretStr = SecretStr("")
    demo: bool = False
    site: str = "http://127.0.0.1:8000"
    contact: str = Field(default="", max_length=300)
    authority: str = Field(default="", max_length=200)
    statement_date: date | None = None
    mail_host: str = ""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_security: Literal["none", "starttls", "tls"] = "starttls"
    mail_password: SecretStr = SecretStr("")
    mail_user: str = Field(default="", validate_default=True)
    mail_from: str = Field(default="", validate_default=True)
    mail_reply_to: str = ""
    mail_timeout: int = Field(default=60, ge=1, le=120)
    webhook_hosts: tuple[str, ...] = ()
    clamd: str = Field(default="", pattern=r"^(/.+|\S+:\d{1,5})?$")
    sign_in: SignInSettings = SignInSettings()
    sweep_seconds: int = Field(default=30, ge=1, le=3600)
    delivery_seconds: int = Field(default=5, ge=1, le=3600)
    housekeeping_seconds: int = Field(default=3600, ge=1, le=86400)

    @field_validator("site")
    @classmethod
    def _site(cls, site: str) -> str:
        """As it stands before the path of every link."""
        try:
            parts = urlsplit(site)
            good = bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+/?", site):
            raise _unusable("must be http:// or https:// and a host, with nothing after it")
        return site.rstrip("/")

    @field_validator("mail_host")
    @classmethod
    def _mail_host(cls, host: str) -> str:
        return _host(host) if host else host

    @field_validator("webhook_hosts")
    @classmethod
    def _webhook_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_host(host) for host in hosts)

    @field_validator("mail_user")
    @classmethod
    def _mail_user(cls, user: str, info: ValidationInfo) -> str:
        """A password only goes where nobody else can read it, in letters that all servers read alike."""
        given = info.data
        if not given.get("mail_host") or "mail_security" not in given:  # no mail, or flaws of their own
            return user
        password = given["mail_password"].get_secret_value()
        if bool(user) != bool(password):
            raise _unusable("mail_user and the password (KDFLOW_MAIL_PASSWORD) need each other")
        if user and given["mail_security"] == "none" and not addresses.is_loopback(given["mail_host"]):
            raise _unusable("a password is not sent without TLS: set mail_security to starttls or tls")
        if not (user + password).isascii():
            raise _unusable("mail_user and its password must be ASCII")
        return user

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _mailbox(cls, text: str, info: ValidationInfo) -> str:
        if not text:
            if info.field_name == "mail_from" and info.data.get("mail_host"):
                raise _unusable("is needed, as mail_host is set")
            return text
        try:
            addresses.mailbox(text)
        except ValueError as error:
            raise _unusable(str(error)) from error
        return text

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


def _unusable(why: str) -> PydanticCustomError:
    return PydanticCustomError("unusable", "{why}", {"why": why})


def _host(host: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:]{2,45}", host, re.ASCII):
        raise _unusable(f"{host[:100]!r} is not the name or address of a host (and nothing else)")
    return host.lower()


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
    message = "a secret does not belong in a file"
    secrets = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
    found = [
        LocatedFlaw(str(file), _line(text, name), message, f"set KDFLOW_{name.upper()}")
        for name in secrets
        if name in tomllib.loads(text)
    ]
    if found:
        raise Flawed(found)


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
    message = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    if name in given:
        return LocatedFlaw("command line", 1, message, known)
    if f"KDFLOW_{name.upper()}" in os.environ:
        return LocatedFlaw(f"environment, KDFLOW_{name.upper()}", 1, message, known)
    where = str(file) if file else f"environment, KDFLOW_{name.upper()}"  # not given at all, though it is needed
    return LocatedFlaw(where, _line_of(_text(file), fault["loc"]), message, known)


def _line_of(text: str, loc: tuple[str | int, ...]) -> int:
    """The line that a fault stands on: of a table, where it is in one, the line of the key in that table."""
    name = str(loc[0]) if loc else ""
    numbers = [part for part in loc if isinstance(part, int)]
    if not numbers:
        return _line(text, name)
    heads = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip().startswith(f"[[{name}.")]
    start = heads[numbers[0]] if numbers[0] < len(heads) else 1
    inside = "\n".join(text.splitlines()[start:])
    last = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    names = {line.split("=")[0].strip() for line in inside.split("\n[")[0].splitlines()}
    return start + _line(inside, last) if last in names else start


def _line(text: str, name: str) -> int:
    """The line of a TOML file where a name is set."""
    lines = enumerate(text.splitlines(), start=1)
    return next((n for n, line in lines if line.split("=")[0].strip().strip("\"'") == name), 1)


def _text(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except UnicodeDecodeError as error:
        raise Flawed([LocatedFlaw(str(file), 1, "this is not UTF-8 text", "save it as UTF-8")]) from error
