"""A change of bodies thought through: the world before and after it, refused where the bodies could not be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kdflow.domain.body_change import (
    EVERYWHERE,
    ClosingDay,
    changed,
    differing,
    refuse_unsound,
    with_closing_days,
)
from kdflow.domain.errors import NotFound, Reason, Refused
from kdflow.domain.network import Network, network
from kdflow.domain.offices import in_order
from kdflow.domain.situation import World
from kdflow.domain.stranding import Between
from kdflow.domain.timetable import Body


def reshaped(
    world: World, key: str, values: Mapping[str, Any], valid_from: date
) -> tuple[Between, dict[str, Any]]:
    """The world before and after a body changes from a day on, and what of the wished values is new in it.

    Raises:
        NotFound: there is no such body. Refused: it could not be so, nothing would change, or the day has passed.
    """
    body = world.bodies.get(key)
    if body is None:
        raise NotFound("body", key)
    if valid_from < world.today:
        raise Refused([Reason("from_today", "the day has passed", "from")])
    new = differing(body, values)
    if not new:
        raise Refused([Reason("something_differs", "nothing would change", None)])
    return between(world, {key: changed(body, new)}, key, valid_from), new


def between(world: World, bodies: Mapping[str, Body], key: str | None, on: date) -> Between:
    """The world before and after some bodies are others; `key` is the one that is looked through.

    Raises:
        Refused: the body could not be so.
    """
    after = {**world.bodies, **bodies}
    if key is not None:
        refuse_unsound(after, key)
    return Between(
        before=world,
        after=replace(world, bodies=after),
        old=network(world),
        new=Network(after, world.timetable),
        on=max(on, world.today),
    )


def with_days(world: World, bases: Mapping[str, Body], body: str, days: Iterable[ClosingDay]) -> Between:
    """The world before and after the closing days by hand of a body (or of all) are `days`; `bases` are bodies
    with all but those."""
    known = list(days)
    keys = bases if body == EVERYWHERE else [body]
    return between(world, {key: with_closing_days(bases[key], known) for key in keys}, None, world.today)


def refuse_unsound_day(world: World, day: ClosingDay) -> None:
    """Refuse a day that stands for no date, or changes nothing.

    Raises:
        Refused: with the reason.
    """
    if not in_order(day.valid):
        raise Refused([Reason("days_in_order", "the last day lies before the first", "valid_to")])
    if not day.days or not day.name.strip():
        raise Refused([Reason("closing_sound", "this stands for no day", "day")])
    bodies = [body for key, body in world.bodies.items() if day.body in (EVERYWHERE, key)]
    dates = {one for one, _ in day.days}
    closed = [{one for one, _ in body.closing_days} for body in bodies]
    if all(dates.isdisjoint(one) if day.is_worked else dates <= one for one in closed):
        raise Refused([Reason("something_differs", "nothing would change", "day")])
