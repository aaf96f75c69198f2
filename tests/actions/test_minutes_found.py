"""What minutes say of a sag is found by its words, when they are sent, and by those who may see it."""

from __future__ import annotations

from kdflow.actions.close_sag import open_again
from kdflow.actions.decide_items import decide_items
from kdflow.actions.write_minutes import add_remark
from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.queries.search_page import SearchPage, search_page
from kdflow.store import indexing
from tests.actions.test_close_sag import closed_by_hand
from tests.actions.test_minutes import MEETING, approved, asked, decision, held, say, sent
from tests.make import IDA, JENS, KARIN, LARS, House


def found(house: House, text: str, viewer: PersonId = IDA) -> SearchPage:
    return search_page(house.db, viewer, house.now, text)


def hits(house: House, text: str, viewer: PersonId = IDA) -> list[SagId]:
    return [hit.sag.id for hit in found(house, text, viewer).hits]


def _held_and_decided(house: House, *, closed: bool = False) -> SagId:
    (sag,) = held(house, "Sagen", closed=closed)
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    return sag


def test_minutes_are_found_when_they_are_sent_and_as_they_were_corrected(house: House) -> None:
    sag = _held_and_decided(house)
    say(house, "Der blev spurgt til **finansieringen** af cykelstierne.", f"sag:{sag}:1")
    add_remark(house.db, MEETING, f"sag:{sag}:1", "dassos", "Husk regnvandsbassinet.", **asked(house))
    approved(house)
    assert hits(house, "cykelsti") == []
    sent(house)
    assert hits(house, "cykelsti") == hits(house, "regnvand") == [sag]
    snippet = found(house, "cykelsti").hits[0].snippet
    assert snippet
    assert snippet.where == "minutes"
    assert [bit.text for bit in snippet.bits if bit.is_hit] == ["cykelstierne"]
    assert indexing.rebuild(house.db) == 1
    assert hits(house, "cykelsti") == [sag]


def test_minutes_of_a_closed_sag_are_found_by_those_who_may_see_it(house: House) -> None:
    sag = _held_and_decided(house, closed=True)
    say(house, "Om kanariefuglen.", f"sag:{sag}:1")
    approved(house)
    sent(house)
    assert hits(house, "kanariefugl", JENS) == [sag]
    assert hits(house, "kanariefugl", LARS) == []


def test_what_stands_under_a_point_that_was_closed_by_itself_is_not_found(house: House) -> None:
    (sag,) = held(house, "Sagen")
    closed_by_hand(house, f"sag:{sag}:1", MEETING)
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    say(house, "Om kanariefuglen.", f"sag:{sag}:1")
    approved(house)
    sent(house)
    assert hits(house, "kanariefugl", KARIN) == []
    assert hits(house, "sagen", LARS) == [sag]


def test_minutes_are_not_found_when_their_point_was_closed_by_itself_after_they_were_sent(house: House) -> None:
    sag = _held_and_decided(house)
    say(house, "Om kanariefuglen.", f"sag:{sag}:1")
    approved(house)
    sent(house)
    assert hits(house, "kanariefugl", LARS) == [sag]
    closed_by_hand(house, f"sag:{sag}:1", MEETING)
    assert hits(house, "kanariefugl", LARS) == []
    assert indexing.rebuild(house.db) == 1
    assert hits(house, "kanariefugl", LARS) == []


def test_what_was_sent_while_a_sag_was_closed_is_not_found_when_it_is_open_again(house: House) -> None:
    sag = _held_and_decided(house, closed=True)
    say(house, "Om kanariefuglen.", f"sag:{sag}:1")
    approved(house)
    sent(house)
    open_again(house.db, sag, reason="Navnene er ude.", version=None, **asked(house))
    assert hits(house, "Sagen", LARS) == [sag]
    assert hits(house, "kanariefugl", LARS) == []
