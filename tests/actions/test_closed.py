"""A closed sag is to Lars as if it were not there: in every action, in every query, whatever he sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kdflow.actions.amend_route import amend_route, migrate_sag
from kdflow.actions.correct_decision import correct_decision
from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain.amendment import Amendment
from kdflow.domain.errors import NotFound
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.queries.board import board
from kdflow.queries.sag_page import sag_page
from kdflow.queries.sag_work import paper
from tests.make import IDA, JENS, KARIN, LARS, House

VERSIONS = (None, 999)


def closed_sag(house: House) -> SagId:
    """A closed sag with a paper, that has come to KKR and could be submitted to Kontaktudvalget."""
    sag = house.on("2020-01-06").open("standard@1", "Personsag", closed=True)
    add_paper(
        house.db, sag, "Bilag", "bilag.txt", b"Fortroligt", version=None, key=house.key(), by=IDA, now=house.now
    )
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", outcome="anbefalet").do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    return sag


Try = Callable[[House, SagId, int | None], object]

ACTIONS: dict[str, Try] = {
    "a move of a step": lambda h, sag, v: h.do(sag, "kkr", "submit", "lars", meeting="2020-02-05", version=v),
    "a move of its life": lambda h, sag, v: h.do(sag, None, "withdraw", "lars", reason="x", version=v),
    "a move it does not have": lambda h, sag, v: h.do(sag, "kkr", "fly", "lars", version=v),
    "a revision": lambda h, sag, v: revise_sag(
        h.db, sag, None, Revision(title="x"), version=v, key=h.key(), by=LARS, now=h.now
    ),
    "a revision of a step": lambda h, sag, v: revise_sag(
        h.db, sag, StepSeq(3), Revision(parts=("x",)), version=v, key=h.key(), by=LARS, now=h.now
    ),
    "a paper": lambda h, sag, v: add_paper(
        h.db, sag, "x", "x.txt", b"x", version=None, key=h.key(), by=LARS, now=h.now
    ),
    "a correction": lambda h, sag, v: correct_decision(
        h.db,
        sag,
        StepSeq(2),
        {},
        Outcome.REJECTED,
        reason="x",
        version=v,
        key=h.key(),
        by=LARS,
        now=h.now,
    ),
    "a migration": lambda h, sag, v: migrate_sag(
        h.db, sag, "standard@1", reason="x", version=v, key=h.key(), by=LARS, now=h.now
    ),
    "an amendment": lambda h, sag, v: amend_route(
        h.db,
        sag,
        Amendment(remove=("kontaktudvalg",)),
        reason="x",
        version=v,
        key=h.key(),
        by=LARS,
        now=h.now,
    ),
    "a submission ahead": lambda h, sag, v: submit_ahead(
        h.db,
        sag,
        "kontaktudvalg",
        MeetingId("kontaktudvalg-2020-06-17"),
        ("x",),
        version=v,
        key=h.key(),
        by=LARS,
        now=h.now,
    ),
}

TRIES = [(name, version) for name in ACTIONS for version in VERSIONS]


@pytest.mark.parametrize(("name", "version"), TRIES)
def test_a_closed_sag_is_not_found_by_lars_in_an_action(name: str, version: int | None, house: House) -> None:
    sag = closed_sag(house)
    before = house.rows()
    with pytest.raises(NotFound) as refused:
        ACTIONS[name](house, sag, version)
    assert refused.value.kind == "sag"
    assert house.rows() == before


def test_a_closed_sag_is_not_found_by_lars_in_a_query(house: House) -> None:
    sag = closed_sag(house)
    number, digest = house.sag(sag).number, house.sag(sag).papers[0].digest
    with pytest.raises(NotFound):
        sag_page(house.db, number, LARS, house.now)
    with pytest.raises(NotFound):
        paper(house.db, number, digest, LARS, house.now)
    seen = board(house.db, LARS, house.now, over=True)
    assert (seen.mine, seen.rows, seen.notices, seen.more) == ((), (), (), None)
    assert board(house.db, LARS, house.now, text="Personsag").rows == ()


def test_a_closed_sag_is_there_for_those_it_concerns(house: House) -> None:
    sag = closed_sag(house)
    number, digest = house.sag(sag).number, house.sag(sag).papers[0].digest
    for person in (IDA, JENS, KARIN, None):
        assert sag_page(house.db, number, person, house.now).sag.title == "Personsag"
        assert [row.number for row in board(house.db, person, house.now).rows] == [number]
    assert paper(house.db, number, digest, KARIN, house.now) == (
        "bilag.txt",
        "text/plain; charset=utf-8",
        b"Fortroligt",
    )
    with pytest.raises(NotFound):
        paper(house.db, number, "0" * 64, KARIN, house.now)


def answer(house: House, sag: SagId) -> str:
    """What Lars is told of a sag when he tries to let it rest."""
    with pytest.raises(NotFound) as refused:
        house.do(sag, None, "rest", "lars", reason="x")
    return str(refused.value).replace(str(sag), "#")


def test_a_closed_sag_and_none_at_all_have_the_same_answer(house: House) -> None:
    assert answer(house, closed_sag(house)) == answer(house, SagId(987654))


def test_a_closed_sags_steps_are_not_told_apart_from_none(house: House) -> None:
    sag = closed_sag(house)
    told = set()
    for seq in (StepSeq(1), StepSeq(99)):
        with pytest.raises(NotFound) as refused:
            revise_sag(
                house.db, sag, seq, Revision(parts=("x",)), version=None, key=house.key(), by=LARS, now=house.now
            )
        told.add(refused.value.kind)
    assert told == {"sag"}


def test_an_open_sag_is_found_by_lars_who_can_do_nothing_with_it(house: House) -> None:
    sag = house.on("2020-01-06").open("standard@1")
    page = house.page(sag, "lars")
    assert [move.move.name for panel in page.panels for move in panel.moves if move.possible] == []
    assert [move.move.name for move in page.life_moves if move.possible] == []
    assert (page.can_revise, page.ahead, page.corrections) == (False, (), ())
