"""Moving points of an agenda that are not published yet: up and down, under another point, and out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kdflow.domain.agenda import Point, PointKey

Order = tuple[tuple[PointKey, PointKey | None], ...]
"""The points that are not published yet in a new order, each with the one that it is a part of."""


def siblings(points: Sequence[Point], key: str) -> tuple[PointKey, ...]:
    """The points that a point can change places with, itself among them; none where its place stands fast."""
    mine = next((one for one in points if one.key == key and not one.is_published), None)
    if mine is None:
        return ()
    parent = _parents(points)[mine.key]
    return tuple(
        one.key
        for one in points
        if not one.is_published and one.closed == mine.closed and _parents(points)[one.key] == parent
    )


def moved(points: Sequence[Point], key: str, index: int) -> Order:
    """The order with a point at place `index` among those that it can change places with; a place beyond the ends
    is the end."""
    among = [one for one in siblings(points, key) if one != key]
    at = min(max(index, 0), len(among))
    wanted = iter((*among[:at], PointKey(key), *among[at:]))
    places = {one: next(wanted) for one in siblings(points, key)}
    parents = _parents(points)
    families = {one.key: [one.key] for one in points if parents[one.key] is None}
    for one in points:
        if (parent := parents[one.key]) is not None:
            families[parent].append(one.key)
    tops = [places.get(one, one) for one in families]
    flat = [places.get(one, one) if one not in families else one for top in tops for one in families[top]]
    return _order(points, flat, parents)


def put_under(points: Sequence[Point], key: str) -> Order | None:
    """The order with a point as a part of the one before it; None where none is, or it has parts itself."""
    parents, among = _parents(points), siblings(points, key)
    at = among.index(PointKey(key)) if key in among else 0
    if at == 0 or parents[PointKey(key)] is not None or key in parents.values():
        return None
    return _order(points, [one.key for one in points], {**parents, PointKey(key): among[at - 1]})


def put_beside(points: Sequence[Point], key: str) -> Order | None:
    """The order with a part of a point as a point of its own after it; None where it is one already."""
    parents = _parents(points)
    parent = parents.get(PointKey(key))
    if parent is None:
        return None
    flat = [one.key for one in points if one.key != key]
    last = max(index for index, one in enumerate(flat) if one == parent or parents[one] == parent)
    flat.insert(last + 1, PointKey(key))
    return _order(points, flat, {**parents, PointKey(key): None})


def as_it_is(points: Sequence[Point]) -> Order:
    """The order as it stands."""
    return _order(points, [one.key for one in points], _parents(points))


def _parents(points: Sequence[Point]) -> Mapping[PointKey, PointKey | None]:
    """Of each point the one that it is a part of."""
    found: dict[PointKey, PointKey | None] = {}
    top: PointKey | None = None
    for one in points:
        found[one.key] = top if one.under else None
        top = top if one.under else one.key
    return found


def _order(
    points: Sequence[Point], flat: Iterable[PointKey], parents: Mapping[PointKey, PointKey | None]
) -> Order:
    fresh = {one.key for one in points if not one.is_published}
    return tuple((key, parents[key]) for key in flat if key in fresh)
