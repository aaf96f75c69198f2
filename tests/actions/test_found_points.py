"""Points that are about no sag, and tasks, are found by their words by those who may know of them."""

from __future__ import annotations

from datetime import date

import pytest

from kdflow.actions.approve_minutes import reopen_minutes
from kdflow.actions.close_sag import close_sag
from kdflow.actions.take_back import take_task_back
from kdflow.actions.write_minutes import give_task
from kdflow.domain.authority import PersonId
from kdflow.domain.point_texts import Stands
from kdflow.queries.found_points import SHOWN, Skipped
from kdflow.queries.search_page import search_page
from kdflow.store import indexing, settings
from tests.actions.test_agenda import add, describe, publish
from tests.actions.test_minutes import MEETING, POINT, approved, asked, held, say, sent
from tests.make import IDA, JENS, KARIN, LARS, VIBE, House

OWN, OTHERS = (KARIN, JENS, VIBE), (IDA, LARS)
"""Who belongs to KD-Net, and who does not; Karin and Jens build its agenda."""


def points(house: House, text: str, who: PersonId = KARIN) -> list[str]:
    """The titles of the points that somebody finds."""
    found = search_page(house.db, who, house.now, text).said
    return ["".join(bit.text for bit in one.title) for one in found.points]


def tasks(house: House, text: str, who: PersonId = KARIN) -> list[str]:
    found = search_page(house.db, who, house.now, text).said
    return ["".join(bit.text for bit in one.said.bits) for one in found.tasks if one.said]


def give(house: House, text: str, person: PersonId = VIBE, point: str = POINT) -> int:
    number = give_task(house.db, MEETING, point, person, text, date(2020, 4, 1), **asked(house)).number
    assert number
    return number


def test_a_point_is_found_by_those_who_build_it_and_by_others_when_it_is_sent(house: House) -> None:
    add(house, "Orientering om lærkerne", text="De synger i skolegården.", presenter="Finn Fuglekender")
    for asks in ("lærke", "skolegård", "fuglekender"):
        assert {who: points(house, asks, who) for who in (KARIN, JENS, LARS, IDA)} == {
            KARIN: ["Orientering om lærkerne"],
            JENS: ["Orientering om lærkerne"],
            LARS: [],
            IDA: [],
        }
    publish(house)
    assert points(house, "synger", LARS) == ["Orientering om lærkerne"]
    (hit,) = search_page(house.db, LARS, house.now, "synger").said.points
    assert (hit.meeting.id, hit.text.stands) == (MEETING, Stands.AGENDA)
    assert hit.snippet
    assert [bit.text for bit in hit.snippet.bits if bit.is_hit] == ["synger"]


def test_what_is_changed_and_not_sent_is_found_by_those_who_build_it_only(house: House) -> None:
    point = add(house, "Orientering om lærkerne")
    publish(house)
    describe(house, point, title="Orientering om lærkerne", text="Også om viben.")
    assert points(house, "viben") == ["Orientering om lærkerne"]
    assert search_page(house.db, KARIN, house.now, "viben").said.points[0].text.stands is Stands.DRAFT
    assert points(house, "viben", LARS) == []
    assert points(house, "lærke", LARS) == ["Orientering om lærkerne"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_closed_point_is_found_by_the_bodys_own_only_whenever_it_was_closed(house: House, when: str) -> None:
    point = add(house, "Om lærken", closed=when == "before")
    publish(house)
    if when == "after":
        assert points(house, "lærken", LARS) == ["Om lærken"]
        describe(house, point, title="Om lærken", closed=True)
    assert {who: points(house, "lærken", who) for who in (*OWN, *OTHERS)} == {
        **{who: ["Om lærken"] for who in OWN},
        **{who: [] for who in OTHERS},
    }


def test_minutes_of_a_point_closed_after_its_agenda_are_found_by_the_bodys_own(
    house: House,
) -> None:
    point = add(house, "Om lærken")
    held(house, "En sag")
    publish(house)
    describe(house, point, title="Om lærken", closed=True)
    say(house, "Viben blev nævnt.", point)
    approved(house)
    sent(house)
    for asks in ("lærken", "viben"):
        assert {who: points(house, asks, who) for who in (*OWN, *OTHERS)} == {
            **{who: ["Om lærken"] for who in OWN},
            **{who: [] for who in OTHERS},
        }


def test_a_standing_item_is_found_by_what_the_minutes_say_of_it_when_they_are_sent(house: House) -> None:
    held(house, "En sag")
    assert points(house, "eventuelt") == []  # it stands on every agenda
    say(house, "Viben spurgte til lærken.")
    assert points(house, "lærken", IDA) == []
    approved(house)
    sent(house)
    assert points(house, "lærken", IDA) == ["Eventuelt"]
    assert search_page(house.db, IDA, house.now, "lærken").said.points[0].text.stands is Stands.MINUTES


def test_a_task_is_found_by_who_has_it_at_once_and_by_others_when_the_minutes_are_sent(house: House) -> None:
    held(house, "En sag")
    give(house, "Tæl lærkerne i parken")
    assert {who: tasks(house, "lærke", who) for who in (KARIN, VIBE, IDA)} == {
        KARIN: ["Tæl lærkerne i parken"],
        VIBE: ["Tæl lærkerne i parken"],
        IDA: [],
    }
    assert tasks(house, "Vibe parken") == ["Tæl lærkerne i parken"]  # by who has it, too
    approved(house)
    sent(house)
    assert tasks(house, "lærke", LARS) == ["Tæl lærkerne i parken"]


def test_a_task_like_one_that_is_sent_is_not_found_before_it_is_sent_too(house: House) -> None:
    held(house, "En sag")
    give(house, "Følg op på lærkerne")
    approved(house)
    sent(house)
    reopen_minutes(house.db, MEETING, "Den skal Jens også.", **asked(house))
    give(house, "Følg op på lærkerne", JENS)
    assert len(tasks(house, "lærkerne")) == 2
    assert len(tasks(house, "lærkerne", LARS)) == 1


def test_a_task_that_is_taken_back_is_not_found(house: House) -> None:
    held(house, "En sag")
    number = give(house, "Tæl lærkerne")
    take_task_back(house.db, MEETING, number, **asked(house))
    assert tasks(house, "lærke") == []


def test_a_task_of_a_sag_that_is_closed_is_found_by_those_it_concerns(house: House) -> None:
    (sag,) = held(house, "En sag")
    give(house, "Tæl lærkerne", JENS, f"sag:{sag}:1")
    approved(house)
    sent(house)
    assert tasks(house, "lærke", LARS) == ["Tæl lærkerne"]
    close_sag(house.db, sag, reason="Om en person.", version=None, **asked(house, IDA))
    assert {who: len(tasks(house, "lærke", who)) for who in (KARIN, JENS, IDA, LARS)} == {
        KARIN: 1,
        JENS: 1,
        IDA: 1,
        LARS: 0,
    }


def test_a_task_of_a_closed_point_is_found_by_the_bodys_own(house: House) -> None:
    point = add(house, "Om en leder", closed=True)
    held(house, "En sag")
    give(house, "Ring til lærken", JENS, point)
    assert tasks(house, "lærken", KARIN) == ["Ring til lærken"]
    approved(house)
    sent(house)
    assert {who: len(tasks(house, "lærken", who)) for who in (*OWN, *OTHERS)} == {
        **dict.fromkeys(OWN, 1),
        **dict.fromkeys(OTHERS, 0),
    }


def test_all_of_many_are_reached_page_by_page(house: House) -> None:
    for number in range(SHOWN + 3):
        add(house, f"Lærke nummer {number}")
    first = search_page(house.db, KARIN, house.now, "lærke").said
    assert (len(first.points), first.more_points) == (SHOWN, SHOWN)
    rest = search_page(house.db, KARIN, house.now, "lærke", skipped=Skipped(points=SHOWN)).said
    assert (len(rest.points), rest.more_points) == (3, None)
    assert len({one.text.key for one in (*first.points, *rest.points)}) == SHOWN + 3


def test_an_upgrade_with_other_rules_makes_it_again(house: House) -> None:
    add(house, "Om lærken")
    publish(house)
    with house.db.write() as tx:
        settings.keep(tx, "search_rules", "0")
        tx.run('update point_text set shown = \'["Forældet", "draft", []]\'')
    assert points(house, "lærken", LARS) == ["Forældet"]
    indexing.catch_up(house.db)
    assert points(house, "lærken", LARS) == ["Om lærken"]
    assert points(house, "lærken") == ["Om lærken"]
