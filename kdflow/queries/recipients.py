"""Who would be told of what is not saved yet, and what they would read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions

Sager = Mapping[SagId, tuple[Sag, Definitions]]
"""The sager that a change concerns, with their routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who would be told, and what they would read: one notice, or several in one mail."""

    name: str
    told: tuple[Told, ...]


def readers_of(
    notices: Iterable[Notice], world: World, by: PersonId | None, sager: Sager
) -> tuple[Recipient, ...]:
    """Everybody who would be told, by name, with the very notices that the change would write. Whoever makes the
    change (None: the operator) reads no more of them here than they may know: who hears only of other sager is
    left out."""

    def are_known(notice: Notice) -> dict[SagId, Sag]:
        known = {one: sager[one] for one in notice.sager if one in sager}
        readers = (notice.person,) if by is None else (notice.person, by)
        return {
            key: sag
            for key, (sag, route) in known.items()
            if all(may_see(sag, who, route, world) for who in readers)
        }

    return by_person([as_seen(one, are_known(one)) for one in notices], world.names)


def by_person(told: Iterable[Told | None], names: Mapping[str, str]) -> tuple[Recipient, ...]:
    """Notices put together by who reads them, in the order of their names."""
    found: dict[PersonId, list[Told]] = {}
    for one in told:
        if one is not None:
            found.setdefault(one.notice.person, []).append(one)
    readers = [Recipient(name=names.get(person, person), told=tuple(them)) for person, them in found.items()]
    return tuple(sorted(readers, key=lambda one: one.name))
