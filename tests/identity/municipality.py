"""The provider as a process that runs, and somebody who goes there with a browser that keeps cookies."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2
from httpx2 import Response

from tests.identity.modules import NODE, PROGRAM
from tests.web.forms import forms

CLIENT = "kdflow"
SECRET = "what kdflow and the municipality share"
PASSWORD = "a password of the municipality"
BACK = "/log-ind/hos/kommunen/retur"
MOST_STEPS = 10


@dataclass(frozen=True)
class Municipality:
    """A provider that runs."""

    issuer: str
    process: subprocess.Popen[str]
    people: dict[str, Any] = field(default_factory=dict)

    def knows(self, username: str, **claims: Any) -> None:
        """Let it know somebody, and tell this of them from now on."""
        self.people[username] = {"password": PASSWORD, "claims": claims}
        self._do({"people": self.people})

    def take_new_keys(self) -> None:
        """Let it sign with new keys; the old ones are gone."""
        self._do({"keys": "new"})

    def _do(self, wanted: dict[str, Any]) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "{}\n"


@contextmanager
def municipality(
    modules: Path, site: str, *, host: str = "127.0.0.1", in_token: bool = False
) -> Iterator[Municipality]:
    """Start a provider that sends browsers back to this site, and stop it. It ends with us, whatever happens: it
    listens to what we write."""
    given = {"modules": str(modules), "host": host, "client": CLIENT, "secret": SECRET}
    argument = json.dumps({**given, "back": site + BACK, "in_token": in_token})
    with subprocess.Popen(
        [NODE, PROGRAM, argument],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        issuer = process.stdout.readline().strip()
        assert issuer, f"the provider does not start: {NODE} {PROGRAM}"
        yield Municipality(issuer, process)
        process.terminate()


class Visitor:
    """A browser at the provider: it keeps cookies, follows redirects and fills in forms, until it is sent back."""

    def __init__(self, provider: Municipality) -> None:
        self.provider = provider
        self.http = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))
        self.seen: list[str] = []

    def sign_in(self, address: str, username: str, password: str = PASSWORD) -> str:
        """Go where kdflow sends one, and do what is asked there: where it sends the browser back to. `seen` are
        the headings of the pages on the way."""
        self.seen = []
        answer = self.http.get(address)
        for _ in range(MOST_STEPS):
            if answer.has_redirect_location:
                onward = urljoin(str(answer.url), answer.headers["location"])
                if not onward.startswith(f"{self.provider.issuer}/"):
                    return onward
                answer = self.http.get(onward)
            else:
                answer = self._filled_in(answer, username, password)
        raise AssertionError(f"never sent back: {self.seen}")

    def _filled_in(self, answer: Response, username: str, password: str) -> Response:
        assert answer.status_code == 200, answer.text
        self.seen.append(answer.text.partition("<h1>")[2].partition("</h1>")[0])
        [(_, fields)] = forms(answer.text)
        typed = {"username": username, "password": password}
        chosen = {name: typed.get(name, text) for name, text in fields.items() if name != "cancel"}
        return self.http.post(str(answer.url), data=chosen)

    def cancel(self, address: str) -> str:
        """Say no there."""
        answer = self.http.get(address, follow_redirects=True)
        answer = self.http.post(str(answer.url), data={"cancel": "1"})
        answer = self.http.get(answer.headers["location"])
        return str(answer.headers["location"])
