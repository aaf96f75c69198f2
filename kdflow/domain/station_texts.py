"""What is written for one station of a route: its own case text, and an indstilling that lies ready for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class StationTexts:
    """`case_text` is the station's own; "" is none: it reads the one that all stations share. `parts` is the
    indstilling that the sag was copied with: a beginning that asks nobody for anything until somebody saves it.
    """

    case_text: str = ""
    parts: tuple[str, ...] = ()


class OwnText(NamedTuple):
    """The case text of one station; "" is none of its own."""

    station: str
    text: str


def with_own(texts: Mapping[str, StationTexts], own: OwnText) -> dict[str, StationTexts]:
    """The texts of all stations with another case text for one of them; a station without any text is left out."""
    changed = {**texts, own.station: replace(texts.get(own.station, StationTexts()), case_text=own.text)}
    return {station: found for station, found in changed.items() if found != StationTexts()}


def on_route(
    texts: Mapping[str, StationTexts], renamed: Mapping[str, str], stations: Collection[str]
) -> tuple[dict[str, StationTexts], tuple[OwnText, ...]]:
    """The texts under the keys that their stations have on another route, and those whose station is not on it."""
    carried = {renamed.get(key, key): found for key, found in texts.items() if renamed.get(key, key) in stations}
    left = ((key, found.case_text) for key, found in texts.items() if renamed.get(key, key) not in stations)
    return carried, tuple(OwnText(key, text) for key, text in left if text)
