"""What stations, moves, states and people are called on the page of a sag, and its history in those words.

Looked up here once for each entry: a call within a template costs many times more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.sag import Event
from kdflow.queries.sag_page import SagPage
from kdflow.store.history import Entry


class Names:
    """What is called what. What is not on the route any more is called by its key."""

    def __init__(self, page: SagPage) -> None:
        self._page, self._route, self._people = page, page.workflow.by_key, page.world.names
        self._places = {stop.station.key: stop.body.short for stop in page.stops}
        self._titles: dict[str, dict[str, str]] = {}

    def place(self, station: str) -> str:
        """The body at a station."""
        return self._places.get(station, "") if station in self._route else station

    def title_of(self, station: str | None, name: str) -> str:
        """A move, at a station or of the sag's own life."""
        definitions = self._page.definitions
        is_here = station is not None and station in self._route
        own = definitions.procedure_of(station) if station is not None and is_here else definitions.life
        known = self._titles.get(own.ref)
        if known is None:
            known = self._titles[own.ref] = {move.name: move.title for move in reversed(own.moves)}
        return known.get(name, name)

    def state_title(self, station: str, key: str) -> str:
        """A state of a step."""
        is_here = station in self._route
        state = self._page.definitions.procedure_of(station).by_state.get(key) if is_here else None
        return state.title if state else key

    def who(self, person: str) -> str:
        """A person."""
        return self._people.get(person, person)


def names_on(page: SagPage) -> dict[str, Callable[..., str]]:
    """The names, each kind by what the templates call it."""
    names = Names(page)
    return {"place": names.place, "title_of": names.title_of, "who": names.who}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry of the history by its names: where, who, on whose behalf, by which move, and its states."""

    event: Event
    when: datetime
    at: str
    place: str
    who: str
    behalf: str
    title: str
    old: str
    new: str


def history_of(page: SagPage) -> list[Line]:
    """The history of a sag, newest first, without the moves of the route machine, by which the engine walks."""
    names = Names(page)
    return [_line(entry, names) for entry in reversed(page.history) if entry.event.machine != "route"]


def _line(entry: Entry, names: Names) -> Line:
    event = entry.event
    station = event.station or ""
    is_step = event.machine == "step" and bool(station)
    return Line(
        event=event,
        when=entry.at,
        at=entry.at.isoformat(),
        place=names.place(station) if station else "",
        who=names.who(entry.actor),
        behalf=names.who(entry.on_behalf_of) if entry.on_behalf_of else "",
        title=names.title_of(event.station, event.move),
        old=names.state_title(station, event.old) if is_step and event.old else event.old,
        new=names.state_title(station, event.new) if is_step and event.new else event.new,
    )
