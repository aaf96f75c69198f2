"""A stand-in who is away too is not asked: an action knows who is, as the whole house does."""

from __future__ import annotations

from datetime import date

from kdflow.store import people
from kdflow.store.world import whole_world
from tests.make import IDA, House

BOTH_AWAY = (("jens", "ida"), ("ida", None))


def test_who_is_asked_for_an_absent_stand_in(house: House) -> None:
    with house.db.write() as tx:
        days = tx.day(date(2020, 1, 1)), tx.day(date(2020, 1, 31))
        for person, stand_in in BOTH_AWAY:
            tx.run(
                "insert into absence (person, valid_from, valid_to, stand_in) values (?, ?, ?, ?)",
                (person, *days, stand_in),
            )
        narrow, _ = people.authority(tx, ["kd-net"], date(2020, 1, 20))
        wide = whole_world(tx, house.now).authority
    assert narrow.answers_for("kd-net") == wide.answers_for("kd-net")
    assert IDA not in narrow.answers_for("kd-net")
