"""Settings: the file, the environment over it, what is given over both; every flaw is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kdflow import catalog, settings
from kdflow.domain.errors import Flawed
from kdflow.settings import Settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KDFLOW_{name.upper()}", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file, still to be written."""
    return tmp_path / "kdflow.toml"


def _flaws(file: Path | None, **given: object) -> list[str]:
    with pytest.raises(Flawed) as caught:
        settings.load(file, **given)
    return [str(flaw) for flaw in caught.value.flaws]


def test_without_anything_the_site_is_for_this_machine_alone() -> None:
    found = settings.load()
    assert (found.host, found.port, found.secure_cookies, found.demo) == ("127.0.0.1", 8000, True, False)
    assert (found.synchronous, found.files, found.secret.get_secret_value()) == ("FULL", (), "")


def test_the_shipped_file_says_what_is_said_without_it() -> None:
    assert settings.load(catalog.shipped_root() / "config" / "kdflow.toml") == settings.load()


def test_the_environment_wins_over_the_file_and_what_is_given_over_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('host = "file"\nport = 1001\nsession_days = 7\n', "utf-8")
    assert (settings.load(file).host, settings.load(file).port) == ("file", 1001)
    monkeypatch.setenv("KDFLOW_HOST", "environment")
    monkeypatch.setenv("KDFLOW_PORT", "1002")
    found = settings.load(file, port=1003)
    assert (found.session_days, found.host, found.port) == (7, "environment", 1003)


def test_folders_can_be_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KDFLOW_FILES", '["one", "two"]')
    assert settings.load().files == (Path("one"), Path("two"))


def test_settings_do_not_change_once_they_are_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().port = 1


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("port = 0", "port"),
        ("port = 65536", "port"),
        ('port = "x"', "port"),
        ("session_days = 0", "session_days"),
        ('synchronous = "SOMETIMES"', "synchronous"),
        ('secure_cookies = "perhaps"', "secure_cookies"),
        ("nope = 1", "nope"),
        ("db_connections = 0", "db_connections"),
        ("db_wait_seconds = 0", "db_wait_seconds"),
        ('files = "config"', "files"),
        ('site = "kdflow.example"', "site"),
        ('site = "ftp://kdflow.example"', "site"),
        ('site = "https://kdflow.example/sager"', "site"),
        ('site = "https://kdflow.example?a=1"', "site"),
        ('site = "https://user@kdflow.example"', "site"),
        ('site = "https://kdflow.example:99999"', "site"),
        ('site = "https://[::1"', "site"),
        ('mail_host = "mail example"', "mail_host"),
        ('mail_host = "smtp://mail.example"', "mail_host"),
        ('mail_host = "mail.example:25"', "mail_host"),
        ("mail_port = 0", "mail_port"),
        ('mail_security = "ssl"', "mail_security"),
        ('mail_from = "kdflow"', "mail_from"),
        ('mail_reply_to = "a@x.example, b@x.example"', "mail_reply_to"),
        ("mail_timeout = 0", "mail_timeout"),
        ("mail_timeout = 121", "mail_timeout"),
        ('webhook_hosts = ["https://hook.example/"]', "webhook_hosts"),
        ("sweep_seconds = 0", "sweep_seconds"),
        ("delivery_seconds = 0", "delivery_seconds"),
        ("housekeeping_seconds = 0", "housekeeping_seconds"),
    ],
)
def test_a_flaw_in_the_file_is_named_with_its_line(file: Path, line: str, name: str) -> None:
    file.write_text(f'# How this installation runs.\nhost = "127.0.0.1"\n\n{line}\n', "utf-8")
    (flaw,) = _flaws(file)
    assert flaw.startswith(f"{file}:4: {name}: ")
    assert "known settings are: db, db_connections, db_wait_seconds, files, host, " in flaw
    assert [str(one) for one in settings.flaws(file)] == [flaw]


def test_every_flaw_in_the_file_is_named(file: Path) -> None:
    file.write_text("port = 0\nnope = 1\nsession_days = 1000\n", "utf-8")
    assert [flaw.split(": ")[0] for flaw in _flaws(file)] == [f"{file}:{n}" for n in (1, 3, 2)]


def test_a_sound_file_has_no_flaws(file: Path) -> None:
    file.write_text("port = 8080\n", "utf-8")
    assert settings.flaws(file) == ()


def test_a_flaw_in_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KDFLOW_SESSION_DAYS", "many")
    (flaw,) = _flaws(None)
    assert "KDFLOW_SESSION_DAYS" in flaw
    assert "session_days: " in flaw


def test_a_secret_in_a_file_is_refused_and_not_repeated(file: Path) -> None:
    file.write_text('secret = "canary-of-a-secret"\n', "utf-8")
    (flaw,) = _flaws(file)
    assert flaw == f"{file}:1: a secret does not belong in a file (set KDFLOW_SECRET)"


def test_every_secret_in_a_file_is_refused(file: Path) -> None:
    file.write_text('"secret" = "canary-of-a-secret"\nmail_password = "canary-of-a-secret"\n', "utf-8")
    assert _flaws(file) == [
        f"{file}:1: a secret does not belong in a file (set KDFLOW_SECRET)",
        f"{file}:2: a secret does not belong in a file (set KDFLOW_MAIL_PASSWORD)",
    ]


def test_a_secret_of_the_environment_is_kept_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KDFLOW_SECRET", "canary-of-a-secret")
    found = settings.load()
    assert found.secret.get_secret_value() == "canary-of-a-secret"
    assert "canary" not in repr(found)
    assert "canary" not in str(found.model_dump())


def test_a_file_that_is_not_toml_is_refused(file: Path) -> None:
    file.write_text("port = = 1\n", "utf-8")
    (flaw,) = _flaws(file)
    assert flaw.startswith(f"{file}:1: this is not TOML: ")


# --- where a flaw is said to be -----------------------------------------------------------------------


def test_a_syntax_error_is_named_with_its_line(file: Path) -> None:
    file.write_text('host = "127.0.0.1"\n\nport = = 1\n', "utf-8")
    assert _flaws(file)[0].startswith(f"{file}:3: ")


def test_a_secret_in_a_file_is_named_with_its_line(file: Path) -> None:
    file.write_text('host = "127.0.0.1"\n\nsecret = "x"\n', "utf-8")
    assert _flaws(file)[0].startswith(f"{file}:3: ")


def test_a_flaw_in_the_environment_is_not_blamed_on_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("port = 8000\n", "utf-8")
    monkeypatch.setenv("KDFLOW_PORT", "x")
    assert "KDFLOW_PORT" in _flaws(file)[0]


def test_a_flaw_in_what_is_given_is_not_blamed_on_the_environment() -> None:
    assert "environment" not in _flaws(None, port=99999)[0]


def test_a_file_that_is_not_utf_8_is_refused(file: Path) -> None:
    file.write_bytes(b'host = "\xff"\n')
    assert _flaws(file)[0].startswith(f"{file}:1: ")


# --- mail ---------------------------------------------------------------------------------------------

MAIL = 'mail_host = "Mail.Example"\nmail_from = "kdflow <kdflow@region.example>"\n'


def test_nobody_is_written_to_before_somebody_says_by_which_server() -> None:
    found = settings.load()
    assert (found.mail_host, found.mail_port, found.mail_security) == ("", 587, "starttls")
    assert (found.sweep_seconds, found.delivery_seconds, found.housekeeping_seconds) == (30, 5, 3600)
    assert (found.site, found.webhook_hosts) == ("http://127.0.0.1:8000", ())


def test_a_mail_server_with_a_password(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(f'{MAIL}mail_user = "kdflow"\nsite = "https://kdflow.example/"\n', "utf-8")
    monkeypatch.setenv("KDFLOW_MAIL_PASSWORD", "canary-of-a-secret")
    monkeypatch.setenv("KDFLOW_WEBHOOK_HOSTS", '["Hook.Intern", "10.0.0.1", "::1"]')
    found = settings.load(file)
    assert (found.mail_host, found.mail_user, found.site) == ("mail.example", "kdflow", "https://kdflow.example")
    assert found.mail_password.get_secret_value() == "canary-of-a-secret"
    assert found.webhook_hosts == ("hook.intern", "10.0.0.1", "::1")
    assert "canary" not in repr(found)


def test_a_mail_server_needs_somebody_to_write_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('mail_host = "mail.example"\n', "utf-8")
    assert "mail_from: is needed, as mail_host is set" in _flaws(file)[0]
    monkeypatch.setenv("KDFLOW_MAIL_HOST", "mail.example")
    assert _flaws(None)[0].startswith("environment, KDFLOW_MAIL_FROM:1: mail_from: is needed")


@pytest.mark.parametrize(
    ("lines", "password", "says"),
    [
        ('mail_user = "kdflow"', "", "need each other"),
        ("", "canary", "need each other"),
        ('mail_user = "kdflow"\nmail_security = "none"', "canary", "without TLS"),
        ('mail_user = "kdflow"', "canary-på", "ASCII"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_and_not_repeated(
    file: Path, monkeypatch: pytest.MonkeyPatch, lines: str, password: str, says: str
) -> None:
    file.write_text(f"{MAIL}{lines}\n", "utf-8")
    monkeypatch.setenv("KDFLOW_MAIL_PASSWORD", password)
    (flaw,) = _flaws(file)
    assert "mail_user: " in flaw
    assert says in flaw
    assert "canary" not in flaw


def test_a_password_may_go_without_tls_to_this_machine(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = MAIL.replace("Mail.Example", "localhost")
    file.write_text(f'{local}mail_user = "kdflow"\nmail_security = "none"\n', "utf-8")
    monkeypatch.setenv("KDFLOW_MAIL_PASSWORD", "word")
    assert settings.load(file).mail_host == "localhost"
