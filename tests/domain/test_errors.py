"""Every error carries what a caller needs to explain it, and says it in one line."""

from __future__ import annotations

from kdflow.channels import NotSent
from kdflow.domain.amendment import Obstacle
from kdflow.domain.errors import (
    Conflict,
    DownstreamAffected,
    Flawed,
    Frozen,
    ItemsRefused,
    KdflowError,
    KeyReused,
    LocatedFlaw,
    Locked,
    NoSuchMove,
    NotAllowed,
    NotFound,
    Reason,
    Refused,
    RouteBlocked,
    Unreadable,
)
from kdflow.domain.proof import ProofNeeded

# error: what it says
SAID: dict[KdflowError, str] = {
    Refused([Reason("g", "Nej.", "reason"), Reason("h", "Heller ikke.")]): "Nej.; Heller ikke.",
    NoSuchMove("fly", "preparing", "Under forberedelse"): "no move 'fly' from state 'preparing'",
    NotAllowed("Indmeld", ("owner", "secretary"), "KKR"): "'Indmeld' is for owner, secretary (KKR)",
    NotFound("sag", "SAG-2020-0001"): "no sag 'SAG-2020-0001'",
    Conflict("step", "SAG-2020-0001/2", expected=1, actual=2): (
        "step 'SAG-2020-0001/2': you acted on version 1, it is now version 2"
    ),
    KeyReused("k"): "idempotency key 'k' was used for another command; send a new key",
    Frozen("step"): "the step can no longer be changed; correct the decision or take it up again instead",
    Locked("minutes"): "the minutes are approved and stand fast; open them again with a reason first",
    ItemsRefused([("2", [Reason("g", "Nej."), Reason("h", "Heller ikke.")]), ("3", [Reason("g", "Nej.")])]): (
        "2: Nej., Heller ikke.; 3: Nej."
    ),
    ProofNeeded(): "a decision on a closed sag: prove first that it is you",
    DownstreamAffected(["kkr"]): "later steps stand on this decision (kkr): choose recall or note",
    Unreadable("'x' names no day", "decided_on", "decided_on"): "'x' names no day",
    RouteBlocked(
        [Obstacle(kind="station-gone", station="kkr"), Obstacle(kind="role-open", station="x", detail="r")]
    ): ("kkr: station-gone; x: role-open (r)"),
    Flawed([LocatedFlaw("a.yaml", 3, "wrong", "mend it"), LocatedFlaw("b.yaml", 1, "odd")]): (
        "a.yaml:3: wrong (mend it)\nb.yaml:1: odd"
    ),
    NotSent("mail.example:\r\n451 try again"): "mail.example: 451 try again",
}


def test_every_error_says_what_is_wrong() -> None:
    assert {error: str(error) for error in SAID} == SAID
    assert {type(error) for error in SAID} >= set(KdflowError.__subclasses__()) - unnamed()


def unnamed() -> set[type[KdflowError]]:
    """Errors that bear a message of their own making, and those of other floors."""
    return {kind for kind in KdflowError.__subclasses__() if "__init__" not in vars(kind)}
