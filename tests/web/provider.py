"""A provider of sign-in that lies, as a process of its own, and a browser that goes there and comes back.

It is a mock: what is put into a user's claims goes into the ID token as it is, signed, whatever the standard says.
A real provider cannot be made to do that, so what is not believed is tested here. But it checks next to nothing of
what we send, and tells addresses where others do not: what a provider demands of us is tested at the certified one
in `tests/identity/`.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow import clock
from kdflow.channels.oidc import Provider
from kdflow.settings import ProviderSettings
from tests.web.house import House
from tests.web.mails import in_earnest

HTTP = httpx2.Client(follow_redirects=False)
SITE = "http://testserver"
IDAS = {"email": "ida@kdflow.example", "email_verified": True}


@dataclass(frozen=True)
class Running:
    """A provider that runs."""

    issuer: str

    def knows(self, subject: str, **claims: Any) -> None:
        """Let it say this of somebody."""
        HTTP.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def consent(self, address: str, subject: str) -> str:
        """Sign in there as somebody: where it sends the browser back to."""
        answer = HTTP.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(*options: str) -> Iterator[Running]:
    """Start a provider, and stop it."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = Running(f"http://127.0.0.1:{port}")
        _wait(found.issuer)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(issuer: str) -> None:
    for _ in range(100):
        try:
            HTTP.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(issuer)


def settings_for(issuer: str, **values: Any) -> ProviderSettings:
    """A provider as the settings name it."""
    given = {"name": "kommunen", "title": "Kommunens login", "client_id": "kdflow", "domains": ["kdflow.example"]}
    return ProviderSettings.model_validate({**given, "issuer": issuer, **values})


def with_providers(house: House, *settings: ProviderSettings, site: str = SITE) -> House:
    """The house as a real installation, by the real clock, with these providers."""
    in_earnest(house)
    found = {one.name: Provider(one, site) for one in settings}
    house.wiring = replace(house.wiring, now=clock.now, providers=found)
    return house


def go(client: TestClient, path: str = "/log-ind/hos/kommunen") -> str:
    """Where the browser is sent."""
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def back(client: TestClient, address: str) -> Response:
    """Come back; redirects are followed."""
    return client.get(address.removeprefix(SITE))


def there_and_back(
    client: TestClient, provider: Running, subject: str, path: str = "/log-ind/hos/kommunen"
) -> Response:
    """The whole way."""
    return back(client, provider.consent(go(client, path), subject))


def asked(address: str) -> dict[str, str]:
    """What an address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
