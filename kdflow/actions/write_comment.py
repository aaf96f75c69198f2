"""Say something about a sag; those who are mentioned, who own it and who follow it are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, followers_of, once, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.comments import mentioned, notices_of, text_from
from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import Event, SagId
from kdflow.domain.situation import Situation
from kdflow.domain.visibility import may_see
from kdflow.store import comments, drafts, history, outbox, people, sager
from kdflow.store.database import Database, Tx

FORM = "kommentar"
"""The form that a comment is written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Answer):
    """What became of a comment: its number, and that of its sag."""

    comment: int
    number: str


def write_comment(db: Database, sag: SagId, text: str, *, key: str, by: PersonId, now: datetime) -> Said:
    """Keep a comment. Whoever may see the sag may say something; a mention is "@" and the name.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it.
        Unreadable: it says nothing or too much, or mentions somebody who is not there or may not see the sag.
    """

    def act(tx: Tx) -> Said:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        said = text_from(text)
        names = {PersonId(key): one.name for key, one in people.here(tx, here.world.today).items()}
        mentions = mentioned(said, names) if "@" in said else ()
        _check_sight(here, mentions, names)
        number = comments.add(tx, sag, by, said, now)
        event = Event(machine="record", move="comment", old="", new="", data={"comment": number})
        history.append(tx, (event,), sag=sag, route=here.sag.route, acting=Acting(person=by), at=now)
        followers = followers_of(tx, here.sag, here.definitions, here.world)
        told = notices_of(
            here.sag, said, mentions=mentions, followers=followers, by=by, name=names.get(by, str(by))
        )
        outbox.add(tx, told, now)
        drafts.remove(tx, by, sag, FORM)
        return Said(comment=number, number=here.sag.number)

    return once(Said, db, "write_comment", {"sag": sag, "text": text}, act, key=key, by=by, now=now)


def _check_sight(here: Situation, mentions: Iterable[PersonId], names: dict[PersonId, str]) -> None:
    """A closed sag is not betrayed to those who may not see it, and nobody thinks that they have been told."""
    for person in mentions:
        if not may_see(here.sag, person, here.definitions, here.world):
            name = names[person]
            raise Unreadable(f"{name} may not see the sag", "mention-blind", "text", name=name)
