"""Open and advance: rows, history and notices together; once for each key; nothing at all when refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.revise_sag import add_paper
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, KeyReused, NoSuchMove, NotAllowed, NotFound, Refused, Unreadable
from kdflow.domain.sag import SagId, StepSeq
from kdflow.queries.board import board
from kdflow.queries.proof import is_done, proof
from tests import make
from tests.make import IDA, JENS, KARIN, LARS, NOW, VIBE, House


def at_kdnet(house: House) -> SagId:
    """A sag that has come to KD-Net by mail, so to speak."""
    sag = house.on("2020-01-06").open("kun-kd-net@1", fills={"administrativ-gruppe": "dassos"})
    house.write(sag, "gruppe", "KD-Net godkender.")
    house.do(sag, "gruppe", "decide", "ida", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on", "ida")
    house.write(sag, "kdnet", "KD-Net godkender.")
    return sag


# --- open ------------------------------------------------------------------------------------------------------


def test_an_opened_sag_stands_at_its_start_and_the_secretary_is_told(house: House) -> None:
    receipt = house.do(house.open(title="  Fælles indsats "), None, "rest", "ida", reason="Vent.")
    sag = house.sag(receipt.sag)
    assert (sag.title, sag.owner, sag.route, sag.places) == ("Fælles indsats", IDA, "standard@1", ("gruppe",))
    assert sag.opened_at == NOW
    assert house.step(sag.id, "gruppe").body == "dassos"
    assert house.moves_made(sag.id)[:3] == ["sagen register", "sagen start", "gruppe open"]
    assert house.told("karin", sag.id) == ["step-opened", "resting"]
    assert house.told("ida", sag.id) == []
    assert sag.number.startswith("SAG-2020-")


def test_a_draft_has_no_step_until_it_is_started(house: House) -> None:
    sag = house.open(draft=True)
    assert (house.sag(sag).life, house.sag(sag).steps, house.told("karin", sag)) == ("draft", (), [])
    house.do(sag, None, "start", "ida")
    assert house.sag(sag).places == ("gruppe",)


CANNOT_OPEN: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "no title": ({"title": "  "}, Unreadable),
    "an unknown route": ({"ref": "findes-ikke@1"}, NotFound),
    "an unknown owner": ({"owner": PersonId("ukendt")}, NotFound),
    "no group": ({"fills": {}}, Unreadable),
    "an unknown body": ({"fills": {"administrativ-gruppe": "ukendt"}}, NotFound),
    "a body that does not play the part": ({"fills": {"administrativ-gruppe": "kkr-midt"}}, Unreadable),
}


@pytest.mark.parametrize("case", CANNOT_OPEN)
def test_a_sag_that_cannot_be_opened_leaves_nothing(case: str, house: House) -> None:
    values, error = CANNOT_OPEN[case]
    before = house.rows()
    with pytest.raises(error):
        house.open(**values)
    assert house.rows() == before


def test_numbers_go_up_and_are_never_given_twice(house: House) -> None:
    numbers = [house.sag(house.open()).number for _ in range(12)]
    assert numbers == sorted(set(numbers))


def test_numbers_go_on_after_9999(sqlite_house: House) -> None:
    for number in ("SAG-2020-9999", "SAG-2020-10000", "SAG-2020-10001", "SAG-2020-10002"):
        sag = sqlite_house.open()
        with sqlite_house.db.write() as tx:
            tx.run("update sag set number = ? where id = ?", (number, sag))
    assert sqlite_house.sag(sqlite_house.open()).number > "SAG-2020-10002"


def test_sager_opened_at_once_each_get_a_number(house: House) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: house.open(), range(24)))
    assert len({house.sag(sag).number for sag in opened}) == 24
    assert proof(house.db).broken is None


def test_the_history_says_who_opened_a_sag_for_somebody_else(house: House) -> None:
    sag = house.open(by="karin")
    assert {entry.actor for entry in house.history(sag)} == {KARIN}


# --- advance ---------------------------------------------------------------------------------------------------


def test_a_move_changes_the_step_its_history_and_tells_those_concerned(house: House) -> None:
    sag = at_kdnet(house)
    receipt = house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24")
    step = house.step(sag, "kdnet")
    assert (step.state, step.meeting) == ("submitted", "kd-net-2020-01-24")
    assert receipt == Receipt(
        sag=sag,
        number=house.sag(sag).number,
        version=house.sag(sag).version,
        step=step.seq,
        step_version=step.version,
        state="submitted",
    )
    last = house.history(sag)[-1]
    assert (last.event.station, last.event.move, last.event.old, last.event.new) == (
        "kdnet",
        "submit",
        "preparing",
        "submitted",
    )
    assert (last.actor, last.on_behalf_of, last.at, last.route) == (IDA, None, house.now, "kun-kd-net@1")
    assert house.agenda("kd-net-2020-01-24") == [(sag, "submitted")]
    assert house.told("karin", sag)[-1] == "submitted"
    assert proof(house.db).broken is None


def test_a_refused_move_writes_nothing(house: House) -> None:
    sag = at_kdnet(house)
    before = house.rows()
    with pytest.raises(Refused, match="Vælg et møde i KD-Net"):
        house.do(sag, "kdnet", "submit", "ida")
    with pytest.raises(Refused, match="Vælg et møde i KD-Net"):
        house.do(sag, "kdnet", "submit", "ida", meeting="kkr-midt-2020-02-05")
    with pytest.raises(NotAllowed):
        house.do(sag, "kdnet", "submit", "lars", meeting="2020-01-24")
    with pytest.raises(NoSuchMove):
        house.do(sag, "kdnet", "decide", outcome="godkendt")
    with pytest.raises(NotFound):
        advance_sag(house.db, sag, StepSeq(99), "submit", version=None, key="k", by=IDA, now=NOW)
    with pytest.raises(NotFound):
        house.do(SagId(99999), None, "rest", "ida", reason="Nej.")
    assert house.rows() == before
    assert not is_done(house.db, "k")


def test_a_move_on_a_version_that_is_no_longer_current_is_a_conflict_and_writes_nothing(house: House) -> None:
    sag = at_kdnet(house)
    seen = house.step(sag, "kdnet").version
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24", version=seen)
    before = house.rows()
    with pytest.raises(Conflict) as conflict:
        house.do(sag, "kdnet", "accept", version=seen)
    assert (conflict.value.kind, conflict.value.expected, conflict.value.actual) == ("step", seen, seen + 1)
    with pytest.raises(Conflict) as conflict:
        house.do(sag, None, "rest", "ida", reason="Vent.", version=house.sag(sag).version - 1)
    assert conflict.value.kind == "sag"
    assert house.rows() == before
    house.do(sag, "kdnet", "accept", version=seen + 1)


def test_eight_who_make_the_same_move_at_once_move_it_once(house: House) -> None:
    sag = at_kdnet(house)
    seen = house.step(sag, "kdnet")

    def submit(number: int) -> str:
        try:
            house.do(
                sag, "kdnet", "submit", "ida", meeting="2020-01-24", version=seen.version, key=f"race-{number}"
            )
        except (Conflict, NoSuchMove) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(submit, range(8)))
    assert ends.count("done") == 1
    assert house.moves_made(sag).count("kdnet submit") == 1
    assert house.step(sag, "kdnet").version == seen.version + 1
    assert proof(house.db).broken is None


# --- idempotency -----------------------------------------------------------------------------------------------


def test_a_command_that_comes_again_has_one_effect_and_the_same_answer(house: House) -> None:
    sag = at_kdnet(house)
    first = house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24", key="mit-klik")
    house.do(sag, "kdnet", "accept")
    before = house.rows()
    again = house.do(
        sag, "kdnet", "submit", "ida", meeting="2020-01-24", key="mit-klik", now=house.now.replace(year=2021)
    )
    assert again.repeated
    assert not first.repeated
    assert (again.sag, again.step, again.version, again.step_version, again.state) == (
        first.sag,
        first.step,
        first.version,
        first.step_version,
        "submitted",
    )
    assert house.rows() == before
    assert is_done(house.db, "mit-klik")


def test_a_sag_opened_twice_with_one_key_is_one_sag(house: House) -> None:
    assert house.open(key="aabn") == house.open(key="aabn")
    with pytest.raises(KeyReused):
        house.open(key="aabn", title="En anden sag")


def test_a_key_that_comes_back_with_another_content_is_refused(house: House) -> None:
    sag = at_kdnet(house)
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24", key="mit-klik")
    before = house.rows()
    with pytest.raises(KeyReused):
        house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13", key="mit-klik")
    with pytest.raises(KeyReused):
        house.do(sag, "kdnet", "submit", "karin", meeting="2020-01-24", key="mit-klik")
    with pytest.raises(KeyReused):
        house.do(sag, "kdnet", "accept", key="mit-klik")
    assert house.rows() == before


def test_a_refused_command_can_come_again_with_its_key(house: House) -> None:
    sag = at_kdnet(house)
    with pytest.raises(Refused):
        house.do(sag, "kdnet", "submit", "ida", key="mit-klik")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24", key="mit-klik")


def test_one_key_sent_eight_times_at_once_has_one_effect(house: House) -> None:
    sag = at_kdnet(house)
    with ThreadPoolExecutor(8) as pool:
        ends = list(
            pool.map(
                lambda _: house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24", key="et-klik"), range(8)
            )
        )
    assert sorted(end.repeated for end in ends) == [False] + [True] * 7
    assert len({(end.version, end.step_version, end.state) for end in ends}) == 1
    assert house.moves_made(sag).count("kdnet submit") == 1


def test_a_key_that_comes_back_with_another_paper_is_refused(house: House) -> None:
    sag = house.open()
    for number, content in enumerate((b"Udkast 1", b"Udkast 2")):
        if number == 0:
            add_paper(house.db, sag, "Bilag", "b.txt", content, version=None, key="bilag", by=IDA, now=NOW)
            continue
        with pytest.raises(KeyReused):
            add_paper(house.db, sag, "Bilag", "b.txt", content, version=None, key="bilag", by=IDA, now=NOW)


# --- consent ---------------------------------------------------------------------------------------------------


def absent_jens(house: House, stand_in: str) -> None:
    """Jens is away in January, and who stands in."""
    base = make.house_catalog()
    away = make.absences(f"jens {stand_in} 2020-01-01..2020-01-31")
    install_catalog(house.db, replace(base, absences=away), now=NOW)


def decided_at_kdnet(house: House, **more: Any) -> SagId:
    """A sag at KD-Net that needs the chair's consent to go on to KKR."""
    sag = house.on("2020-01-06").open("standard@1", **more)
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", "KD-Net indstiller sagen.", outcome="anbefalet")
    return sag


def test_a_chair_consents_and_only_then_the_sag_goes_on(house: House) -> None:
    sag = decided_at_kdnet(house)
    assert house.told("jens", sag) == ["consent-wanted"]
    with pytest.raises(Refused, match="Formanden for KD-Net har ikke godkendt endnu"):
        house.do(sag, "kdnet", "hand-on", "ida")
    with pytest.raises(NotAllowed):
        house.do(sag, "kdnet", "approve", "vibe")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on", "ida")
    assert house.sag(sag).places == ("kkr",)


def test_the_vice_chair_consents_on_behalf_of_an_absent_chair_and_history_says_so(house: House) -> None:
    absent_jens(house, "-")
    sag = decided_at_kdnet(house)
    assert (house.told("vibe", sag), house.told("jens", sag)) == (["consent-wanted"], [])
    house.do(sag, "kdnet", "approve", "vibe")
    last = house.history(sag)[-1]
    assert (last.event.move, last.actor, last.on_behalf_of) == ("approve", VIBE, JENS)
    (approval,) = house.step(sag, "kdnet").approvals
    assert (approval.person, approval.on_behalf_of) == (VIBE, JENS)
    house.do(sag, "kdnet", "hand-on", "ida")


def test_a_stand_in_who_holds_no_office_can_consent_for_an_absent_chair(house: House) -> None:
    absent_jens(house, "ida")
    sag = decided_at_kdnet(house, owner=PersonId("sagsejer-social"), by="sagsejer-social")
    house.do(sag, "kdnet", "approve", "ida")
    assert house.history(sag)[-1].on_behalf_of == JENS


def test_the_board_of_a_stand_in_has_what_waits_for_them(house: House) -> None:
    absent_jens(house, "ida")
    sag = decided_at_kdnet(house, owner=PersonId("sagsejer-social"), by="sagsejer-social")
    assert [row.number for row in board(house.db, IDA, house.now).mine] == [house.sag(sag).number]


def test_the_board_of_the_chair_has_what_waits_for_them_and_nobody_elses(house: House) -> None:
    sag = decided_at_kdnet(house)
    mine = {p: [row.number for row in board(house.db, p, house.now).mine] for p in (JENS, KARIN, IDA, LARS)}
    assert mine == {JENS: [house.sag(sag).number], KARIN: [], IDA: [], LARS: []}
    (row,) = board(house.db, JENS, house.now).mine
    (stand,) = row.stands
    assert (stand.state, stand.holders) == ("Besluttet", (JENS,))
    assert [one.number for one in board(house.db, LARS, house.now).rows] == [row.number]


@pytest.mark.parametrize("what", ["case text", "paper", "forwards"])
def test_a_consent_lapses_when_the_content_is_changed_and_is_asked_for_again(what: str, house: House) -> None:
    sag = decided_at_kdnet(house)
    house.do(sag, "kdnet", "approve", "jens")
    if what == "case text":
        house.revise(sag, case_text="Nye oplysninger.")
    elif what == "paper":
        add_paper(house.db, sag, "Bilag", "b.txt", b"Nyt", version=None, key=house.key(), by=IDA, now=house.now)
    else:
        house.revise(sag, "kdnet", forwards=("KKR godkender.",))
    (approval,) = house.step(sag, "kdnet").approvals
    assert approval.lapsed_at == house.now
    assert house.told("jens", sag)[-1] == "consent-wanted"
    assert "consent-lapsed" in house.told("karin", sag)
    assert house.moves_made(sag)[-2:] == [
        f"{'kdnet' if what == 'forwards' else 'sagen'} revise",
        "kdnet consent-lapsed",
    ]
    with pytest.raises(Refused, match="har ikke godkendt"):
        house.do(sag, "kdnet", "hand-on")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")


def test_a_consent_to_a_text_that_was_not_seen_is_refused(house: House) -> None:
    sag = decided_at_kdnet(house)
    seen = house.page(sag, "jens").panels[0].content
    house.revise(sag, case_text="Nye oplysninger.")
    with pytest.raises(Refused, match="er ændret, siden du åbnede siden"):
        house.do(sag, "kdnet", "approve", "jens", content=seen)


# --- the whole life --------------------------------------------------------------------------------------------


def test_a_withdrawn_sag_leaves_the_agenda_and_can_never_be_moved_again(house: House) -> None:
    sag = at_kdnet(house)
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24")
    house.do(sag, None, "withdraw", "ida", reason="Ikke længere relevant.")
    assert house.agenda("kd-net-2020-01-24") == [(sag, "taken-off")]
    assert (house.sag(sag).life, house.sag(sag).places) == ("withdrawn", ())
    for move in ("start", "resume", "rest"):
        with pytest.raises(NoSuchMove):
            house.do(sag, None, move, "ida", reason="Om igen.")
    assert [row.number for row in board(house.db, IDA, house.now).rows] == []
    assert [row.life_title for row in board(house.db, IDA, house.now, over=True).rows] == ["Trukket"]


def test_postponement_leaves_a_trace_on_the_old_agenda(house: House) -> None:
    sag = at_kdnet(house)
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24")
    house.do(sag, "kdnet", "postpone", reason="Ikke tid.")
    assert house.agenda("kd-net-2020-01-24") == [(sag, "postponed")]
    assert house.agenda("kd-net-2020-03-13") == [(sag, "submitted")]
    assert [(seat.meeting, seat.note) for seat in house.step(sag, "kdnet").seats if seat.note] == [
        ("kd-net-2020-01-24", "Ikke tid.")
    ]
