"""Tasks and remarks that are taken back: whoever was told of them hears that they stand no longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kdflow.actions.build_agenda import drop_point
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.take_back import take_remark_back, take_task_back
from kdflow.actions.write_minutes import add_remark, give_task
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import KeyReused, Locked, NotAllowed, NotFound
from kdflow.store import outbox
from kdflow.store.minutes import states
from tests.actions.test_agenda import add
from tests.actions.test_minutes import MEETING, POINT, approved, asked, draft, held
from tests.make import IDA, JENS, KARIN, LARS, VIBE, House

TASK, REMARK = ["task", "task-taken-back"], ["remark", "remark-taken-back"]


def given(house: House, person: PersonId = VIBE, point: str = POINT) -> int:
    """A task, by its number."""
    number = give_task(house.db, MEETING, point, person, "Skriv et notat", date(2020, 4, 1), **asked(house)).number
    assert number
    return number


def remarked(house: House, point: str = POINT, *, by: PersonId = JENS) -> int:
    """A remark to the secretariat of DASSOS, which is Karin; by its number."""
    number = add_remark(house.db, MEETING, point, "dassos", "Tallene skal med.", **asked(house, by)).number
    assert number
    return number


def mailed(house: House, person: str) -> list[str]:
    """The kinds of notices that are in letters to somebody, or wait for one, after all that waits is gathered."""
    gather_notices(house.db, now=house.now)
    with house.db.read() as tx:
        rows = tx.run(
            "select kind from notice where person = ? and why_dropped is null and (letter is not null "
            "or due_at is not null) order by id",
            (person,),
        ).fetchall()
    return [row[0] for row in rows if row[0] in (*TASK, *REMARK)]


def test_a_task_is_taken_back_and_who_was_mailed_of_it_is_mailed_of_that(house: House) -> None:
    held(house, "En sag")
    number = given(house)
    assert mailed(house, "vibe") == ["task"]
    receipt = take_task_back(house.db, MEETING, number, **asked(house))
    assert (receipt.point, draft(house).minutes.tasks) == (POINT, ())
    assert mailed(house, "vibe") == TASK
    told = house.notices("vibe")[0].notice
    assert (told.data["text"], told.data["due"], told.data["by"]) == (
        "Skriv et notat",
        "2020-04-01",
        "Karin Sekretær",
    )


def test_of_a_task_that_is_taken_back_before_its_mail_no_mail_is_sent_at_all(house: House) -> None:
    held(house, "En sag")
    take_task_back(house.db, MEETING, given(house), **asked(house))
    assert mailed(house, "vibe") == []
    assert house.told("vibe")[-2:] == TASK  # they may have read it on their page
    with house.db.read() as tx:
        dropped = [(one.kept.notice.kind, one.why) for one in outbox.newest_dropped(tx, limit=2)]
    assert sorted(dropped) == [("task", "over"), ("task-taken-back", "over")]


def test_a_task_that_is_given_again_at_once_is_told_again(house: House) -> None:
    held(house, "En sag")
    for _ in range(2):
        take_task_back(house.db, MEETING, given(house), **asked(house))
    assert house.told("vibe")[-4:] == TASK * 2
    again = given(house)
    assert mailed(house, "vibe") == ["task"]
    take_task_back(house.db, MEETING, again, **asked(house))
    assert mailed(house, "vibe") == TASK


def test_of_a_task_from_before_its_notice_was_known_by_a_key_both_mails_are_sent(house: House) -> None:
    held(house, "En sag")
    number = given(house)
    with house.db.write() as tx:
        tx.run("update notice set key = null where kind = 'task'")
    take_task_back(house.db, MEETING, number, **asked(house))
    assert mailed(house, "vibe") == TASK


def test_a_remark_is_taken_back_and_the_secretariat_that_heard_of_it_hears_of_that(house: House) -> None:
    (sag,) = held(house, "Sagen")
    number = remarked(house, f"sag:{sag}:1")
    assert mailed(house, "karin") == ["remark"]
    with house.db.read() as tx:
        assert states(tx, [MEETING])
    receipt = take_remark_back(house.db, MEETING, number, **asked(house, JENS))
    assert (receipt.point, draft(house).minutes.remarks) == (f"sag:{sag}:1", ())
    assert mailed(house, "karin") == REMARK
    told = house.notices("karin")[0].notice
    assert (told.sag, told.data["to"], told.data["text"]) == (sag, "DASSOS", "Tallene skal med.")
    with house.db.read() as tx:
        assert states(tx, [MEETING]) == {}


def test_of_a_remark_that_is_taken_back_before_its_mail_no_mail_is_sent_at_all(house: House) -> None:
    held(house, "En sag")
    take_remark_back(house.db, MEETING, remarked(house), **asked(house, JENS))
    assert mailed(house, "karin") == []
    assert house.told("karin")[-2:] == REMARK


def test_nobody_is_told_of_what_they_took_back_themselves(house: House) -> None:
    held(house, "En sag")
    take_remark_back(house.db, MEETING, remarked(house), **asked(house, KARIN))
    assert mailed(house, "karin") == []  # not of the remark either
    assert house.told("karin")[-1] == "remark"
    take_task_back(house.db, MEETING, given(house, KARIN), **asked(house))
    assert not set(TASK) & set(house.told("karin"))


def test_only_what_was_asked_for_is_taken_back(house: House) -> None:
    held(house, "En sag")
    first, second = remarked(house), remarked(house)
    take_remark_back(house.db, MEETING, first, **asked(house, JENS))
    assert [one.id for one in draft(house).minutes.remarks] == [second]
    assert mailed(house, "karin") == ["remark"]


def test_of_a_closed_point_nothing_is_said(house: House) -> None:
    (sag,) = held(house, "Hemmelig", closed=True)
    point = f"sag:{sag}:1"
    take_task_back(house.db, MEETING, given(house, JENS, point), **asked(house))
    take_remark_back(house.db, MEETING, remarked(house, point), **asked(house, JENS))
    for who, kind in (("jens", TASK[1]), ("karin", REMARK[1])):
        told = house.notices(who)[0].notice
        assert told.kind == kind
        assert told.data["closed"] is True
        assert {"text", "to", "point", "point_title", "key"} & set(told.data) == set()


Take = Callable[..., object]


@pytest.mark.parametrize(("take", "give"), [(take_task_back, given), (take_remark_back, remarked)])
def test_it_is_done_once_by_who_may_as_long_as_the_minutes_are_open(
    house: House, take: Take, give: Callable[[House], int]
) -> None:
    held(house, "En sag")
    number, other = give(house), give(house)
    before = house.rows()
    for who in (IDA, LARS, VIBE):  # told so whether there is such a thing or not
        for one in (number, 999):
            with pytest.raises(NotAllowed):
                take(house.db, MEETING, one, **asked(house, who))
    with pytest.raises(NotFound):
        take(house.db, MEETING, 999, **asked(house))
    assert house.rows() == before
    once = asked(house, JENS)
    receipt = take(house.db, MEETING, number, **once)
    assert take(house.db, MEETING, number, **once) == replace(receipt, repeated=True)  # type: ignore[type-var]
    with pytest.raises(KeyReused):
        take(house.db, MEETING, other, **once)
    with pytest.raises(NotFound):
        take(house.db, MEETING, number, **asked(house))
    told = house.told("vibe") + house.told("karin")
    assert sum(one.endswith("-taken-back") for one in told) == 1
    approved(house)
    with pytest.raises(Locked):
        take(house.db, MEETING, other, **asked(house))
    kept = draft(house).minutes
    assert [*(one.id for one in kept.tasks), *(one.id for one in kept.remarks)] == [other]


def test_a_mail_that_waits_for_the_morning_is_not_sent_of_what_is_taken_back_in_the_evening(house: House) -> None:
    held(house, "En sag")
    number, evening = given(house), house.now.replace(hour=20)
    gather_notices(house.db, now=evening)  # it is quiet now: the notice is held
    take_task_back(house.db, MEETING, number, **(asked(house) | {"now": evening}))
    gather_notices(house.db, now=evening + timedelta(days=4))
    with house.db.read() as tx:
        gone = tx.run("select kind from notice where letter is not null and person = 'vibe'").fetchall()
    assert not {row[0] for row in gone} & set(TASK)


def test_what_was_given_at_a_point_that_has_left_the_agenda_can_be_taken_back(house: House) -> None:
    held(house, "En sag")
    point = add(house, "Om lærken")
    number, remark = given(house, VIBE, point), remarked(house, point)
    mailed(house, "vibe")
    drop_point(house.db, MEETING, point, **asked(house))
    take_task_back(house.db, MEETING, number, **asked(house))
    take_remark_back(house.db, MEETING, remark, **asked(house))
    assert mailed(house, "vibe") == TASK
    assert (draft(house).minutes.tasks, draft(house).minutes.remarks) == ((), ())
    told = house.notices("vibe")[0].notice
    assert told.data["closed"] is True
    assert "text" not in told.data


def test_a_number_that_was_taken_back_is_never_anothers(house: House) -> None:
    held(house, "En sag")
    first = given(house)
    take_task_back(house.db, MEETING, first, **asked(house))
    assert given(house, JENS) > first
    remark = remarked(house)
    take_remark_back(house.db, MEETING, remark, **asked(house, JENS))
    assert remarked(house) > remark


def test_who_never_heard_of_a_remark_does_not_hear_that_it_is_taken_back(house: House) -> None:
    held(house, "En sag")
    number = remarked(house)
    with house.db.write() as tx:
        tx.run("update notice set person = 'vibe', key = replace(key, 'karin', 'vibe') where person = 'karin'")
    take_remark_back(house.db, MEETING, number, **asked(house, JENS))
    assert "remark-taken-back" not in house.told("karin")
    assert mailed(house, "vibe") == []  # they look after it no more: what waited is not sent
