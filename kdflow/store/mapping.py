"""Between rows and values: JSON text for lists and maps, bounds for dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import FuzzyDate, Precision
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.ladders import DutyKind, Recipient, Rung
from kdflow.domain.sag import Approval, Paper, Part
from kdflow.domain.station_texts import StationTexts
from kdflow.domain.timetable import Body, Meeting, StandingItem, StandingShows
from kdflow.domain.workflow import Outcome


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_iso)


def to_json(value: Any) -> str:
    """Canonical JSON text: sorted keys, no white space, days in ISO form; equal values are equal texts."""
    return _ENCODER.encode(value)


def from_json(text: str) -> Any:
    """The value of JSON text."""
    return json.loads(text)


def strings(text: str) -> tuple[str, ...]:
    """A tuple of strings from JSON text."""
    return tuple(json.loads(text)) if text != "[]" else ()


def date_to_json(value: FuzzyDate | None) -> str | None:
    """A fuzzy date as JSON text."""
    if value is None:
        return None
    low, high = (day.isoformat() if day else None for day in (value.earliest, value.latest))
    return to_json([low, high, value.precision, value.text])


def date_from_json(text: str | None) -> FuzzyDate | None:
    """A fuzzy date from JSON text."""
    if text is None:
        return None
    low, high, precision, written = json.loads(text)
    return fuzzy(_day(low), _day(high), precision, written)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def fuzzy(earliest: date | None, latest: date | None, precision: str, written: str) -> FuzzyDate:
    """A fuzzy date from its columns."""
    return FuzzyDate(earliest=earliest, latest=latest, precision=Precision(precision), text=written)


def parts_to_json(parts: tuple[Part, ...]) -> str:
    """The parts of an indstilling as JSON text."""
    if not parts:
        return "[]"
    return to_json([[part.text, part.outcome, part.note] for part in parts])


def parts_from_json(text: str) -> tuple[Part, ...]:
    """The parts of an indstilling from JSON text."""
    if text == "[]":
        return ()
    return tuple(
        Part(text=words, outcome=Outcome(outcome) if outcome else None, note=note)
        for words, outcome, note in json.loads(text)
    )


def approvals_to_json(approvals: tuple[Approval, ...]) -> str:
    """Consents as JSON text."""
    if not approvals:
        return "[]"
    return to_json(
        [
            [
                a.person,
                a.on_behalf_of,
                a.content,
                a.at.isoformat(),
                a.lapsed_at.isoformat() if a.lapsed_at else None,
            ]
            for a in approvals
        ]
    )


def approvals_from_json(text: str) -> tuple[Approval, ...]:
    """Consents from JSON text."""
    if text == "[]":
        return ()
    return tuple(
        Approval(
            person=PersonId(person),
            on_behalf_of=PersonId(behalf) if behalf else None,
            content=content,
            at=datetime.fromisoformat(at),
            lapsed_at=datetime.fromisoformat(lapsed) if lapsed else None,
        )
        for person, behalf, content, at, lapsed in json.loads(text)
    )


def papers_to_json(papers: tuple[Paper, ...]) -> str:
    """The list of papers as JSON text."""
    if not papers:
        return "[]"
    return to_json([_paper_to_list(paper) for paper in papers])


def _paper_to_list(paper: Paper) -> list[Any]:
    """A first version is written as it was before papers had versions, so that equal values stay equal texts."""
    fields = [paper.title, paper.filename, paper.media_type, paper.size, paper.digest]
    return [*fields, paper.version] if paper.version > 1 else fields


def papers_from_json(text: str) -> tuple[Paper, ...]:
    """The list of papers from JSON text."""
    if text == "[]":
        return ()
    return tuple(
        Paper(title=title, filename=filename, media_type=kind, size=size, digest=digest, version=(*more, 1)[0])
        for title, filename, kind, size, digest, *more in json.loads(text)
    )


def texts_to_json(texts: Mapping[str, StationTexts]) -> str:
    """The texts of the stations of a route as JSON text."""
    return to_json({station: [found.case_text, found.parts] for station, found in texts.items()})


def texts_from_json(text: str) -> dict[str, StationTexts]:
    """The texts of the stations of a route from JSON text."""
    if text == "{}":
        return {}
    kept = json.loads(text).items()
    return {station: StationTexts(case_text=own, parts=tuple(parts)) for station, (own, parts) in kept}


def mapping_to_json(values: Mapping[str, Any]) -> str:
    """A map as JSON text."""
    return to_json(dict(values))


def meeting_to_json(meeting: Meeting) -> str:
    """A meeting as JSON text, for people who ask what it was."""
    instants = {"starts_at": meeting.starts_at, "moved_at": meeting.moved_at}
    return to_json(
        {
            "id": meeting.id,
            "body": meeting.body,
            "on": meeting.on.text,
            "earliest": meeting.on.earliest.isoformat() if meeting.on.earliest else None,
            "latest": meeting.on.latest.isoformat() if meeting.on.latest else None,
            "format": meeting.format,
            "place": meeting.place,
            "status": meeting.status,
            "note": meeting.note,
            "was": meeting.was.text if meeting.was else None,
            "moved_by": meeting.moved_by,
            "most_items": meeting.most_items,
            "most_minutes": meeting.most_minutes,
            "version": meeting.version,
            **{name: at.isoformat() if at else None for name, at in instants.items()},
        }
    )


_PLAIN_RECKONING = ("saturday", "most_items", "most_minutes", "minutes_per_item")


def reckoning_to_json(body: Body) -> str:
    """How a body reckons its deadlines and places, and reminds of its duties, as JSON text."""
    rules = {kind: rule_to_plain(rule) for kind, rule in body.rules.items()}
    closed = sorted([day.isoformat(), name] for day, name in body.closing_days)
    plain = {"public": body.public, **{name: getattr(body, name) for name in _PLAIN_RECKONING}}
    ladders = {kind: [rung_to_plain(rung) for rung in rungs] for kind, rungs in body.ladders.items()}
    standing = [standing_to_plain(item) for item in body.standing]
    return to_json({"rules": rules, "closed": closed, "ladders": ladders, "standing": standing, **plain})


def reckoning_from_json(text: str) -> dict[str, Any]:
    """The fields of a body that say how it reckons its deadlines and places."""
    if text == "{}":
        return {}
    kept = json.loads(text)
    return {
        "rules": {DeadlineKind(kind): rule_from_plain(one) for kind, one in kept["rules"].items()},
        "closing_days": _closing_days(tuple((day, name) for day, name in kept["closed"])),
        "ladders": {
            DutyKind(kind): tuple(map(rung_from_plain, rungs)) for kind, rungs in kept.get("ladders", {}).items()
        },
        "standing": tuple(map(standing_from_plain, kept.get("standing", []))),
        "public": kept.get("public", False),
        **{name: kept[name] for name in _PLAIN_RECKONING},
    }


@lru_cache(maxsize=64)
def _closing_days(closed: tuple[tuple[str, str], ...]) -> frozenset[tuple[date, str]]:
    # Many bodies have the same: as one value they are compared at once, wherever they are looked up.
    return frozenset((date.fromisoformat(day), name) for day, name in closed)


def standing_to_plain(item: StandingItem) -> list[Any]:
    """A standing item as JSON holds it."""
    return [item.key, item.title, item.is_last, item.shows, item.minutes]


def standing_from_plain(values: list[Any]) -> StandingItem:
    """A standing item as JSON held it."""
    key, title, is_last, shows, minutes = values
    listed = StandingShows(shows) if shows else None
    return StandingItem(key=key, title=title, is_last=is_last, shows=listed, minutes=minutes)


def rule_to_plain(rule: Rule) -> list[Any]:
    """A deadline's rule as JSON holds it."""
    return [rule.days, rule.unit, rule.at.isoformat("minutes"), rule.roll]


def rule_from_plain(values: list[Any]) -> Rule:
    """A deadline's rule as JSON held it."""
    days, unit, at, roll = values
    return Rule(days=days, unit=unit, at=time.fromisoformat(at), roll=roll)


def rung_to_plain(rung: Rung) -> list[Any]:
    """A reminder of a ladder as JSON holds it."""
    again = [rung.every, rung.times] if rung.every else []
    return [rung.days, rung.unit, rung.at.isoformat("minutes"), rung.after, rung.to, rung.text, *again]


def rung_from_plain(values: list[Any]) -> Rung:
    """A reminder of a ladder as JSON held it."""
    days, unit, at, after, to, text, *again = values
    every, times = again or (0, 0)
    return Rung(
        days=days,
        unit=unit,
        at=time.fromisoformat(at),
        after=after,
        to=tuple(Recipient(one) for one in to),
        text=text,
        every=every,
        times=times,
    )
