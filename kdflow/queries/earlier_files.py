"""The files that a sag showed before, and that its history keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kdflow.domain.sag import Paper, Sag
from kdflow.store.history import Entry


def earlier_files(entries: Iterable[Entry]) -> tuple[Paper, ...]:
    """The files that a history says were shown before."""
    return tuple(Paper(**fields) for entry in entries for fields in _gone(entry))


def _gone(entry: Entry) -> list[dict[str, Any]]:
    found = entry.event.data.get("gone")
    return found if isinstance(found, list) else []


def no_longer_shown(sag: Sag, entries: Iterable[Entry]) -> tuple[Paper, ...]:
    """Those among them that the sag does not show now, each once, the newest first; `entries` oldest first."""
    shown = {paper.digest for paper in sag.papers}
    found = {paper.digest: paper for paper in earlier_files(entries) if paper.digest not in shown}
    return tuple(reversed(found.values()))
