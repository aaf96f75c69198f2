"""Comments on a sag: who is mentioned in one, how long it can be changed, and who is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from kdflow.domain.authority import PersonId
from kdflow.domain.calling import called
from kdflow.domain.errors import Frozen, NotAllowed, Unreadable
from kdflow.domain.notices import COMMENTED, MENTIONED, Notice
from kdflow.domain.sag import Sag

MAX_COMMENT = 5_000
"""Letters in a comment."""

CHANGEABLE = timedelta(hours=24)
"""How long its author can change a comment; deleting it is always possible."""

NEARLY = 0.8
"""How like a name must be to what is written, by `difflib`, to be the one that is meant."""

_NAME_ENDS = re.compile(r"[,;:!?\n]|[.)](?:\s|$)")
_MENTION = re.compile(r"(?:^|(?<=[\s(]))@(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said about a sag; the text of a deleted comment is gone."""

    id: int
    person: PersonId
    text: str
    at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


def text_from(text: str) -> str:
    """A comment as it is kept.

    Raises:
        Unreadable: it says nothing, or too much.
    """
    kept = text.strip()
    if not 0 < len(kept) <= MAX_COMMENT:
        raise Unreadable(
            f"a comment has between 1 and {MAX_COMMENT} letters", "comment-long" if kept else "comment", "text"
        )
    return kept


def mentioned(text: str, names: Mapping[PersonId, str]) -> tuple[PersonId, ...]:
    """The people that a text mentions: "@" and what they are called (`domain/calling`), the longest that fits, in
    any case.

    Raises:
        Unreadable: nobody is called so, or several are.
    """
    longest = sorted(called(names).items(), key=lambda one: (-len(one[1]), one[0]))
    found: list[PersonId] = []
    for mark in _MENTION.finditer(text):
        rest = text[mark.end() :].casefold()
        who = next((person for person, name in longest if _begins(rest, name.casefold())), None)
        if who is None:
            _refuse_twins(rest, names)
            raise _unknown(text[mark.end() :], [name for _, name in longest])
        found.append(who)
    return tuple(dict.fromkeys(found))


def _unknown(rest: str, labels: Sequence[str]) -> Unreadable:
    """That nobody is called as `rest` begins, with the one who nearly is."""
    words = _NAME_ENDS.split(rest, maxsplit=1)[0].split()
    nearest = max(labels, key=lambda label: _likeness(words, label), default="")
    if nearest and _likeness(words, nearest) >= NEARLY:
        return Unreadable(f"nobody is called so: is it {nearest!r}?", "mention-near", "text", name=nearest)
    name = " ".join(words[:2])
    return Unreadable(f"nobody is called {name!r}", "mention-unknown", "text", name=name)


def _likeness(words: Sequence[str], label: str) -> float:
    begun = " ".join(words[: len(label.split())])
    return SequenceMatcher(None, begun.casefold(), label.casefold()).ratio()


def _refuse_twins(rest: str, names: Mapping[PersonId, str]) -> None:
    shared = next((name for name in names.values() if _begins(rest, name.casefold())), None)
    if shared is not None:
        found = sorted(label for person, label in called(names).items() if names[person] == shared)
        labels = ", ".join(f"@{label}" for label in found)
        raise Unreadable(
            f"several people are called {shared!r}: write {labels}", "mention-twins", "text", name=labels
        )


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()


def check_change(comment: Comment, person: PersonId, now: datetime) -> None:
    """Whether its author may change a comment now.

    Raises:
        NotAllowed: it is somebody else's. Frozen: it is too old.
    """
    check_own(comment, person)
    if now - comment.at > CHANGEABLE:
        raise Frozen("comment")


def check_own(comment: Comment, person: PersonId) -> None:
    """Raise NotAllowed where a comment is somebody else's, Frozen where it is deleted."""
    if comment.person != person:
        raise NotAllowed("comment", ("author",), "sagen")
    if comment.deleted_at is not None:
        raise Frozen("comment")


def notices_of(
    sag: Sag, text: str, *, mentions: Iterable[PersonId], followers: Iterable[PersonId], by: PersonId, name: str
) -> tuple[Notice, ...]:
    """Who is told of a comment: those mentioned, and the owner and the followers, each once; never its author."""
    data = {"by": name, "text": text}
    told = dict.fromkeys((sag.owner, *followers), COMMENTED) | dict.fromkeys(mentions, MENTIONED)
    return tuple(
        Notice(kind=kind, person=person, sag=sag.id, data=data) for person, kind in told.items() if person != by
    )
