"""A notice as its reader may see it: with the names of the sager that they may know of, and of no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from kdflow.domain.notices import CONSENT_WANTED, Notice
from kdflow.domain.pace import ACCOUNT
from kdflow.domain.sag import Sag, SagId, Step, content_digest
from kdflow.domain.timetable import MeetingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice for its reader: number and title of the (first) sag that it is about, "" where it is about none or
    the title is nobody else's business; `path` is where it leads to on this site, `version` that of its step, and
    `content` the digest of what a consent would be to now. `meetings` are those that it puts into a calendar."""

    notice: Notice
    number: str = ""
    title: str = ""
    path: str = "/"
    version: int | None = None
    content: str = ""
    meetings: tuple[MeetingId, ...] = ()

    @property
    def wants_answer(self) -> bool:
        """Whether it asks its reader for a consent, for the first time or again."""
        return self.notice.kind == CONSENT_WANTED or bool(self.notice.data.get("may_answer"))

    @property
    def values(self) -> dict[str, object]:
        """What the templates of its kind are filled with."""
        return {"number": self.number, "title": self.title, "data": self.notice.data}


PATHS = {
    "stand-in": "/konto/fravaer",
    "office": "/",
    "task": "/opgaver",
    "task-taken-back": "/opgaver",
    ACCOUNT: "/konto",
}
"""Where notices lead to that are about a person, by their kind."""


def as_seen(notice: Notice, seen: Mapping[SagId, Sag]) -> Told | None:
    """A notice as a reader may see it who may know of the sager in `seen`; None where nothing of it is left."""
    if not notice.sager:
        meeting = None if notice.kind in PATHS else notice.data.get("meeting_id")
        page = notice.data.get("page")
        path = f"/moeder/{meeting}{f'/{page}' if page else ''}" if meeting else PATHS.get(notice.kind, "/moeder")
        if away := notice.data.get("away"):  # whoever serves an absent leader can choose who stands in
            path += f"?hvem={quote(str(away))}"
        return Told(notice=notice, path=path, meetings=_meetings(notice, None))
    sag = next((seen[one] for one in notice.sager if one in seen), None)
    if sag is None:
        return None
    step = next((step for step in sag.steps if step.seq == notice.step), None)
    return Told(
        notice=_without_others(notice, seen),
        number=sag.number,
        title=title_outside(sag),
        path=PATHS.get(notice.kind, f"/sager/{sag.number}"),
        version=step.version if step else None,
        content=content_digest(sag, step) if step else "",
        meetings=_meetings(notice, step),
    )


DATED = frozenset({"on-agenda", "submitted", "postponed"})
"""Kinds that say at which meeting a sag is treated."""


def _meetings(notice: Notice, step: Step | None) -> tuple[MeetingId, ...]:
    if notice.kind in DATED and step and step.meeting:
        return (step.meeting,)
    changes = notice.data.get("changes")
    found = changes if isinstance(changes, list) else []
    return tuple(MeetingId(one["meeting"]) for one in found if isinstance(one, dict) and "meeting" in one)


def title_outside(sag: Sag) -> str:
    """The title of a sag where others may look over one's shoulder; that of a closed one is left out."""
    return "" if sag.closed else sag.title


def _without_others(notice: Notice, seen: Mapping[SagId, Sag]) -> Notice:
    told = notice.about_sager
    if not told:
        return notice
    shown = [{**one, "title": title_outside(seen[one["sag"]])} for one in told if one["sag"] in seen]
    return replace(notice, data={**notice.data, "sager": shown})
