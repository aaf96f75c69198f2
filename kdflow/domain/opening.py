"""What a sag is opened on: a route in force, with a body for each role; and the next year's sag made of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.sag import Sag
from kdflow.domain.station_texts import StationTexts
from kdflow.domain.timetable import Body, body_flag
from kdflow.domain.workflow import BodyRole, Workflow

_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:([-/–])(\d\d))?(?!\d)")


def check_opening(workflow: Workflow, fills: Mapping[str, str], known: Mapping[str, Body], today: date) -> None:
    """Whether a sag can be opened on a workflow today, with these bodies in its roles.

    Raises:
        NotFound: there is no such body. Unreadable: a role is not filled or is none of the route's, or something
            is not in force today.
    """
    if workflow.amends:
        raise Unreadable(f"{workflow.ref} is the private route of one sag", "route-private", "route")
    if workflow.valid.end and workflow.valid.end < today:
        raise Unreadable(
            f"{workflow.ref} was in force until {workflow.valid.end}; choose another route", "route-over", "route"
        )
    roles = roles_of(workflow)
    if roles - set(fills):
        raise Unreadable(
            f"say which body is {', '.join(sorted(roles - set(fills)))} on this route", "fills", "route"
        )
    for role, body in fills.items():
        _check_fill(role, body, roles, known, today)


def roles_of(workflow: Workflow) -> set[str]:
    """The roles on a route that a body must be named for."""
    return {station.body.role for station in workflow.stations if isinstance(station.body, BodyRole)}


def _check_fill(role: str, body: str, roles: set[str], known: Mapping[str, Body], today: date) -> None:
    if body not in known:
        raise NotFound("body", body)
    if role not in roles:
        raise Unreadable(
            f"this route has no role {role}; its roles are: {', '.join(sorted(roles)) or 'none'}", "fills", "route"
        )
    if role not in known[body].plays:
        raise Unreadable(f"{body} does not play the role {role}", "fills", "route")
    if body_flag(known[body], today) == "ended":
        raise Unreadable(f"{body} ended on {known[body].valid.end}", "body-ended", "route")


def latest_version(ref: str, known: Iterable[Workflow], today: date) -> Workflow:
    """The newest version in force of the workflow that a route (a private one too) is a version of.

    Raises:
        Unreadable: none is in force.
    """
    name = ref.partition("@")[0]
    found = [one for one in known if one.name == name and not one.amends and one.valid.covers(today)]
    if not found:
        raise Unreadable(f"no version of {name} is in force", "route-over", "route")
    return max(found, key=lambda one: one.version)


def next_year(title: str) -> str:
    """A title with every year in it counted up by one: "Budget 2020" -> "Budget 2021", also "2021-22"."""

    def later(found: re.Match[str]) -> str:
        year, mark, end = found.groups()
        return f"{int(year) + 1}{mark or ''}{f'{(int(end) + 1) % 100:02d}' if end else ''}"

    return _YEARS.sub(later, title)


def copied_texts(
    old: Sag, stations: Iterable[str], *, with_text: bool, with_parts: bool
) -> dict[str, StationTexts]:
    """What a copy takes along for the stations of its route that the old sag has, too: their own case texts, and
    what was asked there last, as a beginning."""
    found = {
        key: StationTexts(
            case_text=old.own_text(key) if with_text else "",
            parts=_last_asked(old, key) if with_parts else (),
        )
        for key in stations
    }
    return {key: texts for key, texts in found.items() if texts != StationTexts()}


def _last_asked(old: Sag, station: str) -> tuple[str, ...]:
    for step in reversed(old.steps):
        if step.station == station and step.parts:
            return tuple(part.text for part in step.parts)
    return old.texts.get(station, StationTexts()).parts
