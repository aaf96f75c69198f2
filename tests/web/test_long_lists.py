"""Lists that are cut off say so, and what is cut off is not what matters."""

import pytest

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.plan_again import plan_again
from kdflow.domain.authority import PersonId
from kdflow.domain.situation import Inputs
from kdflow.queries import start_page
from kdflow.web.pages import bord
from tests.web.forms import text_of
from tests.web.house import IDA, JENS, KARIN, TITLES, House, Walker

DESK = "/organer/kd-net/bord"


def prepared(house: House, count: int, route: str = "droeftelse-kd-net@1") -> list[str]:
    """Sager that nobody has submitted yet."""
    titles = [f"Under forberedelse {number}" for number in range(count)]
    for title in titles:
        Walker(house.wiring, title, route)
    plan_again(house.wiring.db, now=house.wiring.now())
    return titles


def test_a_desk_says_that_there_is_more_and_shows_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = prepared(house, 4)
    karin = house.client(KARIN)
    everything = text_of(karin.get(DESK).text)
    assert all(title in everything for title in titles)
    assert "Vis flere" not in everything
    monkeypatch.setattr(bord, "SHOWN", 2)
    first = text_of(karin.get(DESK).text)
    assert "men ikke indmeldt 2+" in first
    assert "Her er de første. Vis flere" in first
    assert sum(title in first for title in titles) < len(titles)
    assert all(title in text_of(karin.get(f"{DESK}?vis=alle").text) for title in titles)


def test_a_desk_waits_for_no_sag_that_rests(house: House) -> None:
    titles = prepared(house, 2)
    walker = Walker(house.wiring, "En hvilende sag", "droeftelse-kd-net@1")
    db, now = house.wiring.db, house.wiring.now()
    plan_again(db, now=now)
    karin = house.client(KARIN)
    assert "En hvilende sag" in text_of(karin.get(DESK).text)
    why = Inputs(reason="Venter på staten")
    advance_sag(db, walker.id, None, "rest", why, version=None, key=walker.key(), by=IDA, now=now)
    plan_again(db, now=now)
    found = text_of(karin.get(DESK).text)
    assert "En hvilende sag" not in found
    assert all(title in found for title in titles)


def test_a_desk_says_where_it_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(house, 4)
    monkeypatch.setattr(bord, "SHOWN", 1)
    monkeypatch.setattr(bord, "MOST", 2)
    assert "Der er flere. Højst 2 vises." in text_of(house.client(KARIN).get(f"{DESK}?vis=alle").text)


def test_the_start_page_counts_the_others_to_a_point(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(house, 6)
    monkeypatch.setattr(start_page, "WAITING", 2)
    exact = start_page.start_page(house.wiring.db, KARIN, house.wiring.now())
    assert exact.others > 2
    assert not exact.are_others_more
    monkeypatch.setattr(start_page, "COUNTED", 2)
    found = start_page.start_page(house.wiring.db, KARIN, house.wiring.now())
    assert [row.number for row in found.waiting] == [row.number for row in exact.waiting]
    assert (found.others, found.are_others_more) == (2, True)
    assert "Mindst 2 sager mere" in text_of(house.client(KARIN).get("/").text)


@pytest.mark.parametrize("person", [IDA, JENS, KARIN])
def test_what_waits_is_found_behind_what_only_looks_alike(
    house: House, monkeypatch: pytest.MonkeyPatch, person: PersonId
) -> None:
    prepared(house, 5)
    whole = start_page.start_page(house.wiring.db, person, house.wiring.now())
    monkeypatch.setattr(start_page, "COUNTED", 0)
    monkeypatch.setattr(start_page, "WAITING", 1)
    first = start_page.start_page(house.wiring.db, person, house.wiring.now())
    assert [row.number for row in first.waiting] == [row.number for row in whole.waiting][: len(first.waiting)]
    assert TITLES["consent"] in [row.title for row in whole.waiting] or person != JENS
