"""What commands would do, seen before they are given: who is told what, and nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.amend_route import amend_route
from kdflow.actions.decide_items import decide_items
from kdflow.actions.follow_sag import follow_sag
from kdflow.domain.amendment import Amendment
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, ItemsRefused, NoSuchMove
from kdflow.domain.notices import Notice, digest_of
from kdflow.domain.sag import SagId
from kdflow.queries.rehearsed import Rehearsed, rehearsed
from kdflow.store import outbox, sager
from kdflow.store.database import Database
from tests.actions.test_minutes import MEETING, asked, decision, held
from tests.make import IDA, KARIN, LARS, VIBE, House


def deciding(house: House, *sags: SagId) -> Callable[[Database], object]:
    wanted = [decision(house, sag) for sag in sags]
    return lambda db: decide_items(db, MEETING, wanted, key=house.key(), by=KARIN, now=house.now)


def seen_by(house: House, *commands: Callable[[Database], object], by: PersonId = KARIN) -> Rehearsed:
    return rehearsed(house.db, commands, by=by, now=house.now)


def all_told(house: House) -> list[Notice]:
    """Every notice there is of a decision, by who is told."""
    with house.db.read() as tx:
        people = tx.run("select id from person order by name").fetchall()
        kept = [one.notice for (person,) in people for one in reversed(outbox.for_person(tx, person))]
    return [one for one in kept if one.kind == "decided"]


def test_what_is_rehearsed_is_what_happens_and_nothing_is_written(house: House) -> None:
    first, second = held(house, "Første sag", "Anden sag")
    before = house.rows()
    found = seen_by(house, deciding(house, first, second))
    assert house.rows() == before
    (ida,) = [one for one in found.recipients if one.told[0].notice.person == IDA]
    assert [(one.notice.kind, one.title) for one in ida.told] == [
        ("decided", "Første sag"),
        ("decided", "Anden sag"),
    ]
    decide_items(
        house.db,
        MEETING,
        [decision(house, one) for one in (first, second)],
        seen=found.digest,
        **asked(house),
    )
    shown = [told.notice for one in found.recipients for told in one.told]
    assert [one for one in shown if one.kind == "decided"] == all_told(house)


def test_it_holds_an_hour_later_and_no_more_when_somebody_else_is_told(house: House) -> None:
    first, second = held(house, "Første sag", "Anden sag")
    seen = seen_by(house, deciding(house, first, second)).digest
    house.now += timedelta(hours=1)
    assert seen_by(house, deciding(house, first, second)).digest == seen
    follow_sag(house.db, second, follows=True, **asked(house, VIBE))
    before, key = house.rows(), house.key()
    wanted = [decision(house, one) for one in (first, second)]
    given: dict[str, Any] = {"key": key, "by": KARIN, "now": house.now}
    with pytest.raises(Conflict):
        decide_items(house.db, MEETING, wanted, seen=seen, **given)
    assert house.rows() == before
    again = seen_by(house, deciding(house, first, second))
    assert VIBE in [one.told[0].notice.person for one in again.recipients]
    assert not decide_items(house.db, MEETING, wanted, seen=again.digest, **given).repeated
    assert decide_items(house.db, MEETING, wanted, seen=again.digest, **given).repeated
    assert decide_items(house.db, MEETING, wanted, seen="something else", **given).repeated


def test_what_would_be_refused_is_refused_as_the_command_does(house: House) -> None:
    first, second = held(house, "Første sag", "Anden sag")
    decide_items(house.db, MEETING, [decision(house, second)], **asked(house))
    before = house.rows()
    found = seen_by(house, deciding(house, first, second))
    assert found.recipients == ()
    with pytest.raises(ItemsRefused):
        _ = found.digest
    assert house.rows() == before


def test_each_command_finds_what_those_before_it_did_and_one_that_fails_leaves_nothing(house: House) -> None:
    first, second = held(house, "Første sag", "Anden sag")
    before = house.rows()
    fails = deciding(house, first, second)
    found = seen_by(house, deciding(house, second), fails, deciding(house, first))
    assert [type(one.error) for one in found.tried] == [type(None), ItemsRefused, type(None)]
    assert {told.notice.sag for one in found.recipients for told in one.told} == {first, second}
    alone = seen_by(house, deciding(house, second)).digest
    assert found.tried[0].digest == alone != found.tried[2].digest
    assert house.rows() == before


def test_a_command_reads_what_was_rehearsed_before_it(house: House) -> None:
    (sag,) = held(house, "En sag")
    seen = list[str]()

    def reads(db: Database) -> None:
        with db.read() as tx:
            seen.append(sager.load(tx, sag).steps[0].state)

    seen_by(house, reads, deciding(house, sag), reads)
    assert seen == ["on-agenda", "decided"]
    assert house.step(sag, "kdnet").state == "on-agenda"


def test_who_may_not_know_of_a_sag_reads_nothing_of_it_in_a_rehearsal(house: House) -> None:
    (sag,) = held(house, "Hemmelig sag", closed=True)
    assert seen_by(house, deciding(house, sag), by=LARS).recipients == ()
    told = [told for one in seen_by(house, deciding(house, sag)).recipients for told in one.told]
    assert told
    assert {one.title for one in told} == {""}


def test_a_fault_leaves_nothing_and_the_house_goes_on(house: House) -> None:
    (sag,) = held(house, "En sag")
    before = house.rows()

    def breaks(db: Database) -> None:
        decide_items(db, MEETING, [decision(house, sag)], key=house.key(), by=KARIN, now=house.now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        seen_by(house, breaks)
    assert house.rows() == before
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))


def test_what_was_only_rehearsed_is_not_remembered(house: House) -> None:
    """A route that a rehearsal made is unknown afterwards, and made for good under the same name."""
    sag = house.on("2020-02-03").open("standard@1")
    amendment = Amendment(remove=("kkr",))
    given: dict[str, Any] = {"reason": "Haster.", "version": None, "by": IDA, "now": house.now}
    found = seen_by(house, lambda db: amend_route(db, sag, amendment, key=house.key(), **given), by=IDA)
    assert found.tried[0].error is None
    assert house.sag(sag).route == "standard@1"
    amend_route(house.db, sag, amendment, key=house.key(), **given)
    assert house.sag(sag).route != "standard@1"


def test_others_go_on_when_a_rehearsal_is_over(house: House) -> None:
    (sag,) = held(house, "En sag")

    def rehearse() -> None:
        for _ in range(5):
            seen_by(house, deciding(house, sag))

    threads = [threading.Thread(target=rehearse) for _ in range(3)]
    for one in threads:
        one.start()
    for _ in range(5):
        follow_sag(house.db, sag, follows=True, **asked(house, VIBE))
    for one in threads:
        one.join(60)
    assert "decided" not in house.told(IDA, sag)


def test_a_single_move_may_carry_what_was_seen_too(house: House) -> None:
    (sag,) = held(house, "En sag")
    house.do(sag, "kdnet", "treat")
    step = house.step(sag, "kdnet")
    given: dict[str, Any] = {"version": step.version, "by": KARIN, "now": house.now}
    with pytest.raises(Conflict):
        advance_sag(house.db, sag, step.seq, "postpone", seen="x", key=house.key(), **given)
    with pytest.raises(NoSuchMove):
        _ = seen_by(house, lambda db: advance_sag(db, sag, step.seq, "no-move", key=house.key(), **given)).digest


def test_the_digest_says_who_is_told_what_in_any_order() -> None:
    one, other = (
        Notice(kind="decided", person=who, sag=SagId(1), data={"outcome": "godkendt"}) for who in (IDA, KARIN)
    )
    assert digest_of([one, other]) == digest_of([other, one]) != digest_of([one])
    assert digest_of([]) != digest_of([one])
