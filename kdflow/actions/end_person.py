"""A person leaves from a day on, or comes back: who has left cannot sign in, leads nothing and is told nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain import administration
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.offices import bodies_led_or_served, leaving
from kdflow.domain.rights import ADMINISTRATORS
from kdflow.store import codes, duties, history, offices, people, sessions
from kdflow.store.database import Database, Tx
from kdflow.store.passing import refuse_stranding
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Answer):
    """Who leaves, or is back."""

    person: str


def end_person(
    db: Database,
    who: PersonId,
    last: date | None,
    *,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Left:
    """Let a person be here until a day, or (None) for good; from now on no file changes them. Their offices are
    kept as they are and last no longer than the person is here. Who is not here is signed out everywhere.

    Raises:
        NotAllowed: `by` is no administrator. NotFound: there is no such person. Stranded: they own open sager, or
            running sager would be left without a chair or a secretary. Refused: as `leaving`. Conflict, KeyReused.
    """

    def act(tx: Tx) -> Left:
        world = whole_world(tx, now)
        if not world.authority.is_administrator(by):
            raise NotAllowed("end_person", ADMINISTRATORS, "")
        offices.check_version(tx, who, version)
        old, held = people.person(tx, who), [one.office for one in offices.of_person(tx, who)]
        between = leaving(world, old, last, held)
        at = sorted({key for one in held for key in bodies_led_or_served(world.bodies, one.body)})
        if last is not None:
            refuse_stranding(tx, between, at, by, leaver=who)
        offices.end_person(tx, who, last)
        if not (old.is_here(world.today) and people.person(tx, who).is_here(world.today)):
            _sign_out(tx, who)
        duties.wake_bodies(tx, at)
        event = administration.person_ended(old, last, reason)
        history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=now)
        return Left(person=who)

    values = {"who": who, "last": last.isoformat() if last else None, "reason": reason}
    return once(Left, db, "end_person", values, act, key=key, by=by, now=now)


def _sign_out(tx: Tx, who: PersonId) -> None:
    """End every session, and whatever else they could sign in by: none comes back with them."""
    sessions.remove_all(tx, who)
    sessions.drop_links(tx, who)
    codes.use_up_all(tx, who)
