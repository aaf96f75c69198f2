"""The headline journey on `standard@1`: from a group to Kontaktudvalget, smoothly and with every hindrance."""

from __future__ import annotations

import pytest

from kdflow.domain.errors import NoSuchMove, Refused
from kdflow.domain.sag import SeatStatus
from kdflow.queries.proof import proof
from tests.make import House


def test_a_sag_goes_from_group_to_kontaktudvalg_and_is_concluded(house: House) -> None:
    sag = house.on("2020-01-06").open("standard@1", "Fælles indsats")
    house.treated(sag, "gruppe", "2020-01-22", "Styregruppen indstiller sagen til KD-Net.", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on", "ida")
    house.treated(sag, "kdnet", "2020-01-24", "KD-Net indstiller sagen til KKR.", outcome="anbefalet")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    house.treated(sag, "kkr", "2020-02-05", "KKR godkender.", outcome="godkendt")
    house.do(sag, "kkr", "hand-on")
    house.treated(sag, "kontaktudvalg", "2020-06-17", "Kontaktudvalget godkender.", outcome="godkendt")
    house.do(sag, "kontaktudvalg", "hand-on")

    page = house.page(sag, "ida")
    assert [stop.state for stop in page.stops] == ["done"] * 4
    assert page.life == "Afsluttet"
    assert page.sag.places == ()
    assert page.panels == ()
    assert page.flags == ()
    assert [step.outcome for step in page.sag.steps] == ["anbefalet", "anbefalet", "godkendt", "godkendt"]
    assert house.told("ida", sag)[-1] == "concluded"
    assert proof(house.db).broken is None


def test_a_sag_that_is_postponed_returned_and_rejected_keeps_every_trace(house: House) -> None:
    sag = house.on("2020-01-06").open("standard@1", "En sag med modgang")
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")

    # KD-Net has no time for it on 24 January, and postpones a decision on 13 March.
    house.write(sag, "kdnet", "KD-Net indstiller sagen til KKR.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-01-24")
    house.do(sag, "kdnet", "accept")
    house.do(sag, "kdnet", "postpone", reason="Der er ikke tid på mødet.")
    house.do(sag, "kdnet", "accept")
    house.on("2020-03-13").do(sag, "kdnet", "treat")
    house.decide(sag, "kdnet", "udsat", note="Regnestykket mangler.", confirmed=True)
    house.do(sag, "kdnet", "hold-over")
    assert house.step(sag, "kdnet").meeting == "kd-net-2020-05-29"
    house.treated(sag, "kdnet", "2020-05-29", outcome="anbefalet")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    agendas = {seat.meeting: seat.status for seat in house.step(sag, "kdnet").seats}
    assert agendas == {
        "kd-net-2020-01-24": SeatStatus.POSTPONED,
        "kd-net-2020-03-13": SeatStatus.POSTPONED,
        "kd-net-2020-05-29": SeatStatus.ON_AGENDA,
    }

    # KKR sends it back to KD-Net, which treats it again and hands it on once more.
    house.treated(sag, "kkr", "2020-06-17", outcome="tilbagesendt")
    with pytest.raises(Refused) as refused:
        house.do(sag, "kkr", "return", reason="Økonomien skal belyses.")
    assert [reason.field for reason in refused.value.reasons] == ["back_to"]
    house.do(sag, "kkr", "return", reason="Økonomien skal belyses.", back_to="kdnet")
    assert house.sag(sag).places == ("kdnet",)
    assert house.step(sag, "kdnet").parts[0].text == "KD-Net indstiller sagen til KKR."
    house.treated(sag, "kdnet", "2020-08-28", outcome="anbefalet")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")

    # KKR rejects it in the end, and no later body treats it.
    house.treated(sag, "kkr", "2020-09-09", outcome="forkastet")
    with pytest.raises(Refused, match="sender ikke sagen videre"):
        house.do(sag, "kkr", "hand-on")
    house.do(sag, "kkr", "conclude")
    page = house.page(sag, "ida")
    assert page.life == "Afsluttet"
    assert [stop.state for stop in page.stops] == ["done", "done", "dropped", "dropped"]
    assert [step.station for step in page.sag.steps] == ["gruppe", "kdnet", "kkr", "kdnet", "kkr"]
    assert [step.state for step in page.sag.steps] == [
        "handed-on",
        "handed-on",
        "returned",
        "handed-on",
        "rejected",
    ]
    with pytest.raises(NoSuchMove):
        house.do(sag, "kkr", "submit", meeting="2020-11-13")
    assert house.told("ida", sag).count("postponed") == 2
    assert "returned" in house.told("ida", sag)
