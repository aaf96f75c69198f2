"""A beat with nothing to do is cheap: one transaction for each of its parts, and no second round for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kdflow.actions.deliver_notices import Ways, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.simulation.faults import Point, Watched
from kdflow.store.database import Database
from tests.actions.test_deliver_notices import SITE, Post, decided
from tests.make import House


@pytest.fixture
def post() -> Post:
    """A way out of the house that takes everything."""
    return Post()


def begun(house: House, post: Post) -> list[int]:
    """How many writing transactions sweeping, gathering and delivering take."""
    found: list[int] = []
    parts: tuple[Callable[[Database], object], ...] = (
        lambda db: pass_deadlines(db, now=house.now),
        lambda db: gather_notices(db, now=house.now),
        lambda db: deliver_notices(db, Ways(mail=post, post=post.post, site=SITE), clock=lambda: house.now),
    )
    for part in parts:
        points: list[Point] = []
        part(Watched(house.db, points.append))
        found.append(points.count("before"))
    return found


def test_each_part_of_a_beat_is_one_transaction(house: House, post: Post) -> None:
    decided(house)
    sweep, gather, deliver = begun(house, post)
    assert (sweep, gather) == (1, 1)
    assert deliver == 1 + 2 * len(post.taken) > 1
    assert begun(house, post) == [1, 1, 1]
