"""The ways a request can fail, each with what a caller needs to explain it to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class KdflowError(Exception):
    """Root of every error that kdflow raises on purpose."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a move is not possible now, guard by guard.

    `guard` is the registered name of the rule, `text` the Danish sentence that the author of the procedure
    wrote for it, and `field` the form field that would mend it (None when no field can).
    """

    guard: str
    text: str
    field: str | None = None


class Refused(KdflowError):
    """The rules say no; `reasons` says why, in Danish, one entry per guard that said no."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reason.text for reason in self.reasons))


class NoSuchMove(KdflowError):
    """The definition has no such move from the state that the step or sag is in."""

    def __init__(self, move: str, state: str, state_title: str) -> None:
        self.move, self.state, self.state_title = move, state, state_title
        super().__init__(f"no move {move!r} from state {state!r}")


class NotAllowed(KdflowError):
    """The move is possible, but not for this person. `who` names the actors who may, `body` where."""

    def __init__(self, move: str, who: Sequence[str], body: str) -> None:
        self.move, self.who, self.body = move, tuple(who), body
        super().__init__(f"{move!r} is for {', '.join(who)} ({body})")


class NotFound(KdflowError):
    """There is no such thing, or this person may not know of it: the two are not told apart."""

    def __init__(self, kind: str, key: object) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} {key!r}")


class Conflict(KdflowError):
    """The caller acted on a version that is no longer the current one; nothing was written."""

    def __init__(self, kind: str, key: object, *, expected: int | str, actual: int | str) -> None:
        self.kind, self.key, self.expected, self.actual = kind, key, expected, actual
        super().__init__(f"{kind} {key!r}: you acted on version {expected}, it is now version {actual}")


TOLD = "told"
"""The kind of conflict where others would be told, or something else, than somebody was shown."""


class KeyReused(KdflowError):
    """An idempotency key came back with another command: the first result cannot be the answer."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"idempotency key {key!r} was used for another command; send a new key")


class Frozen(KdflowError):
    """What shall be changed stands fast: `what` is "sag" or "step" (both are over), "indstilling" (decided), or
    "own_text" (of a station that is done)."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the {what} can no longer be changed; correct the decision or take it up again instead")


class Locked(KdflowError):
    """What shall be changed was approved as it is: it must be opened again first."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the {what} are approved and stand fast; open them again with a reason first")


class ItemsRefused(KdflowError):
    """Several things that were asked for at once: none was done. `items` says of each that cannot be why."""

    def __init__(self, items: Sequence[tuple[str, Sequence[Reason]]]) -> None:
        self.items = tuple((key, tuple(reasons)) for key, reasons in items)
        super().__init__("; ".join(f"{key}: {', '.join(r.text for r in reasons)}" for key, reasons in self.items))


class DownstreamAffected(KdflowError):
    """A corrected decision has been handed on: a person must choose to recall the sag or to add a note."""

    def __init__(self, stations: Sequence[str]) -> None:
        self.stations = tuple(stations)
        super().__init__(f"later steps stand on this decision ({', '.join(stations)}): choose recall or note")


class RouteBlocked(KdflowError):
    """A sag cannot move to a route; `obstacles` (of `domain/amendment`) say what does not map."""

    def __init__(self, obstacles: Sequence[object]) -> None:
        self.obstacles = tuple(obstacles)
        super().__init__("; ".join(str(obstacle) for obstacle in obstacles))


class Unreadable(KdflowError):
    """A value could not be read; the message says what was found and what would be accepted.

    `code` names the sentence that a page shows instead (a key of `words.missing`), `field` the form field that
    would mend it (None when no field can), `name` what the sentence is about, where it says so.
    """

    def __init__(self, message: str, code: str = "form", field: str | None = None, *, name: str = "") -> None:
        self.code, self.field, self.name = code, field, name
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong in a definition: where (path of keys and indices), what, and what to do about it.

    `rests_on` names the keys that a conclusion from a whole definition rests on: mend one, and it may vanish.
    """

    path: tuple[str | int, ...]
    message: str
    hint: str
    rests_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LocatedFlaw:
    """A flaw with its place in a file. `line` counts from 1; `code` names a sentence that a page shows instead."""

    file: str
    line: int
    message: str
    hint: str = field(default="")
    code: str = field(default="", compare=False)

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}: {self.message}{tail}"


class Flawed(KdflowError):
    """Definitions or configuration files that cannot be used; every flaw is listed, not only the first."""

    def __init__(self, flaws: Sequence[LocatedFlaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("\n".join(str(flaw) for flaw in self.flaws))
