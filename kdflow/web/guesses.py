"""How often an address with a secret may be tried over one network before nobody looks any more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from starlette.exceptions import HTTPException

from kdflow.actions.guess_secret import WAIT, may_guess, note_miss
from kdflow.bootstrap import Wiring
from kdflow.web.browsers import host_of
from kdflow.web.deps import NowDep, WiringDep


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One try at an address of a kind, over a network that may still try."""

    wiring: Wiring
    kind: str
    network: str
    now: datetime

    def missed(self) -> None:
        """Count it: it was no secret of ours."""
        note_miss(self.wiring.db, self.kind, network=self.network, now=self.now)


def guess_of(kind: str) -> Callable[..., Guess]:
    """What an endpoint behind a secret depends on: after too many misses over the network of a request it is
    answered with 429, whatever it asks for. Each kind is counted for itself."""

    def guess(request: Request, wiring: WiringDep, now: NowDep) -> Guess:
        network = host_of(request)
        if not may_guess(wiring.db, kind, network=network, now=now):
            raise HTTPException(429, headers={"retry-after": str(int(WAIT.total_seconds()))})
        return Guess(wiring=wiring, kind=kind, network=network, now=now)

    return guess
