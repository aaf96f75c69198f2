"""The case text of each station of a sag's route: one of its own, or the shared one; and who may write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kdflow.domain.authority import PersonId
from kdflow.domain.rights import text_editor
from kdflow.domain.situation import Situation, body_at
from kdflow.domain.standing import standing
from kdflow.domain.station_texts import StationTexts
from kdflow.domain.workflow import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class StationText:
    """What is written for one station: its `own` case text ("": it reads the shared one), and the indstilling
    that came with a copy (`parts`). `title` tells it from others of the body `short`, where there are any."""

    station: str
    short: str
    title: str
    own: str
    parts: tuple[str, ...]
    may_write: bool


def station_texts(here: Situation, viewer: PersonId) -> Mapping[str, StationText]:
    """The texts of every station of the route, by its key and in its order."""
    sag, route, world = here.sag, here.definitions, here.world
    is_over = route.life.by_state[sag.life].final
    shorts = {station.key: world.short(body_at(station, sag.fills)) for station in route.workflow.stations}
    found = {}
    for station in route.workflow.stations:
        texts = sag.texts.get(station.key, StationTexts())
        is_done = is_over or standing(sag, station.key, route) == "done"
        found[station.key] = StationText(
            station=station.key,
            short=shorts[station.key],
            title=_title(station, shorts),
            own=texts.case_text,
            parts=texts.parts,
            may_write=not is_done and text_editor(here, station.key, viewer) is not None,
        )
    return found


def _title(station: Station, shorts: Mapping[str, str]) -> str:
    return (station.title or "") if list(shorts.values()).count(shorts[station.key]) > 1 else ""
