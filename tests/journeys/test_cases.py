"""Real cases walk through the engine, step by step, to the last step that the papers record.

Where the papers note no outcome, "ikke noteret" is recorded and confirmed; no day is made
up where they give none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import SagId, SeatStatus, Step
from kdflow.queries.proof import proof
from tests.make import House

NOT_NOTED: dict[str, Any] = {
    "outcome": "ikke noteret",
    "note": "Papirerne nævner ingen beslutning.",
    "confirmed": True,
}
NO_DAY: dict[str, Any] = {"decided_on": FuzzyDate.unknown()}


def worked_out(house: House, sag: SagId, station: str, text: str, **inputs: Any) -> None:
    """A group's work without a meeting; its result is not noted unless `inputs` says otherwise."""
    house.write(sag, station, text)
    house.do(sag, station, "decide", **(NOT_NOTED | inputs))


# --- the walks -------------------------------------------------------------------------------------------------


def walk_c01(house: House) -> SagId:
    sag = house.on("2020-01-06").open("c01-resultatkontrakt@1", "Resultatkontrakt 2020")
    worked_out(house, sag, "erhvervssg", "Forslag til resultatkontrakt fremlægges.", **NO_DAY)
    house.do(sag, "erhvervssg", "approve", "formand-erhvervssg")
    house.do(sag, "erhvervssg", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", "Kontrakten indstilles til KKR.", outcome="godkendt")
    house.do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    worked_out(house, sag, "bemaerkninger", "To bemærkninger tages med retur.")
    house.do(sag, "bemaerkninger", "hand-on")
    house.write(sag, "kkr", "Kontrakten godkendes.")
    house.do(sag, "kkr", "submit", "ida", meeting="2020-02-05")
    return sag


def walk_c02(house: House) -> SagId:
    sag = house.on("2021-09-01").open("c02-resultatkontrakt@1", "Resultatkontrakt 2022")
    worked_out(house, sag, "erhvervssg", "Kontrakten drøftes.", **NO_DAY)
    house.do(sag, "erhvervssg", "hand-on")
    house.treated(sag, "kdnet", "2021-09", "KD-Net godkender kontrakten.", outcome="godkendt")
    house.do(sag, "kdnet", "hand-on")
    house.write(sag, "kkr", "Kontrakten godkendes.")
    house.do(sag, "kkr", "submit", "ida", meeting="2021-10-11")
    return sag


def walk_c05(house: House) -> SagId:
    sag = house.on("2020-01-06").open("c05-naer-psykiatri@1", "Finansiering i den nære psykiatri")
    worked_out(house, sag, "alliancen", "Afprøvningen samfinansieres.", **NO_DAY)
    house.do(sag, "alliancen", "hand-on")
    house.treated(
        sag,
        "kdnet-1",
        "2020-01-24",
        "KD-Net drøfter modellen for finansiering.",
        "KD-Net bevilger 150.000 kr.",
        outcome=("drøftet", "ikke noteret"),
        note="Modellen behandles på næste møde; bevillingen nævnes ikke i referatet.",
        confirmed=True,
    )
    house.do(sag, "kdnet-1", "hand-on")
    return sag


def walk_c17(house: House) -> SagId:
    sag = house.on("2021-08-02").open("c17-ny-forankring@1", "Ny forankring")
    for group in ("alliancen", "dks", "dassos"):
        worked_out(house, sag, group, "Samarbejdet forankres i sundhedsaftalesystemet.", **NO_DAY)
        house.do(sag, group, "hand-on")
    house.treated(sag, "kdnet", "2021-09", "KD-Net godkender forankringen.", outcome="godkendt")
    house.do(sag, "kdnet", "hand-on")
    house.on("2021-10-01")
    house.treated(sag, "kvartalsmoede", "2021-10-04", "Processen drøftes.", outcome="ikke noteret")
    house.do(sag, "kvartalsmoede", "hand-on")
    house.ahead(sag, "kontaktudvalg", "kontaktudvalg-2021-10-14", "Kontaktudvalget tiltræder.")
    house.do(sag, "kontaktudvalg", "accept")
    house.treated(sag, "kkr", "2021-10-11", "KKR beslutter forankringen.", outcome="besluttet")
    house.do(sag, "kkr", "hand-on")
    return sag


def walk_c19(house: House) -> SagId:
    sag = house.on("2018-08-20").open("c19-kollektiv-trafik@1", "Udgifterne til den kollektive trafik")
    house.treated(sag, "bestilling", "2018-08-25", "Der udarbejdes en analyse.", **NOT_NOTED)
    house.do(sag, "bestilling", "hand-on")
    worked_out(house, sag, "analyse", "Analysen udarbejdes.", **NO_DAY)
    house.do(sag, "analyse", "hand-on")
    for station, meeting in (("kdnet", "2018-02-02"), ("kkr", "2018-03-18"), ("kontaktudvalg", "2018-04-13")):
        house.treated(sag, station, meeting, "Analysen drøftes.", **NOT_NOTED)
        house.on("2018-08-25").do(sag, station, "hand-on")
    worked_out(house.on("2018-10-18"), sag, "realisering", "Kataloget realiseres.", decided_on="2018-10-18")
    house.on("2018-10-18").do(sag, "realisering", "hand-on")
    return sag


WALKS: dict[str, Callable[[House], SagId]] = {
    "C01": walk_c01,
    "C02": walk_c02,
    "C05": walk_c05,
    "C17": walk_c17,
    "C19": walk_c19,
}


# --- what came of them -----------------------------------------------------------------------------------------


def decided(house: House, sag: SagId) -> list[Step]:
    """The steps that have come to a decision, in the order they were opened."""
    return [step for step in house.sag(sag).steps if step.outcome]


def states(house: House, sag: SagId) -> dict[str, str]:
    """The state of the newest step at each station."""
    return {step.station: step.state for step in house.sag(sag).steps}


def test_c01_goes_to_kkr_while_the_remarks_go_back_to_the_group(house: House) -> None:
    sag = walk_c01(house)
    assert states(house, sag) == {
        "erhvervssg": "handed-on",
        "kdnet": "handed-on",
        "bemaerkninger": "handed-on",
        "kkr": "submitted",
    }
    assert house.sag(sag).places == ("kkr",)
    assert house.sag(sag).life == "under-way"
    assert house.agenda("kkr-midt-2020-02-05") == [(sag, SeatStatus.SUBMITTED)]


def test_c02_passes_kd_net_by_mail_in_a_month_without_a_day(house: House) -> None:
    sag = walk_c02(house)
    mail = house.step(sag, "kdnet")
    assert mail.decided_on is not None
    assert (mail.decided_on.text, mail.decided_on.precision, mail.decided_on.exact) == ("2021-09", "month", None)
    assert house.page(sag).flags == ()
    assert house.sag(sag).places == ("kkr",)


def test_c05_has_an_outcome_for_each_of_two_parts_and_loops_by_two_groups(house: House) -> None:
    sag = walk_c05(house)
    step = house.step(sag, "kdnet-1")
    assert [part.outcome for part in step.parts] == ["drøftet", "ikke noteret"]
    assert step.outcome == "drøftet"
    assert step.outcome_note == "Modellen behandles på næste møde; bevillingen nævnes ikke i referatet."
    assert house.sag(sag).places == ("kosu", "dassos")
    for group in ("kosu", "dassos"):
        worked_out(house, sag, group, "Kommunerne tilkendegiver.")
        house.do(sag, group, "hand-on")
    assert house.sag(sag).places == ("kdnet-2",)
    assert house.step(sag, "kdnet-2").body == "kd-net"


def test_c17_waits_for_three_groups_and_is_at_kontaktudvalget_before_kkr_has_decided(house: House) -> None:
    sag = walk_c17(house)
    assert house.sag(sag).places == ("kontaktudvalg",)
    ahead = house.step(sag, "kontaktudvalg")
    assert (ahead.state, ahead.conditional_on) == ("on-agenda", ())
    opened = [e.event.station for e in house.history(sag) if e.event.move == "open"]
    assert opened == ["alliancen", "dks", "dassos", "kdnet", "kvartalsmoede", "kkr", "kontaktudvalg"]
    assert "kontaktudvalg condition-met" in house.moves_made(sag)
    house.on("2021-10-14").do(sag, "kontaktudvalg", "treat")


def test_c19_keeps_its_impossible_first_date_and_says_so(house: House) -> None:
    sag = walk_c19(house)
    assert [step.decided_on and step.decided_on.text for step in decided(house, sag)] == [
        "2018-08-25",
        "",
        "2018-02-02",
        "2018-03-18",
        "2018-04-13",
        "2018-10-18",
    ]
    assert [(flag.kind, flag.station) for flag in house.page(sag).flags] == [
        ("weekend", "bestilling"),
        ("impossible-order", "kdnet"),
        ("weekend", "kkr"),
        ("impossible-order", "kkr"),
        ("impossible-order", "kontaktudvalg"),
    ]
    assert house.sag(sag).life == "concluded"
    assert proof(house.db).broken is None


# --- against the papers ----------------------------------------------------------------------------------------


def recorded(shared: Path, case: str) -> list[dict[str, Any]]:
    """The steps of a case in the order of the papers."""
    facts = json.loads((shared / "facts.json").read_text("utf-8"))
    routes: list[dict[str, Any]] = next(one["routes"] for one in facts["cases"] if one["id"] == case)
    return sorted(routes, key=lambda step: int(step["seq"]))


def outcomes_in(step: dict[str, Any]) -> list[str]:
    """The outcomes that the papers name, in our words; what they do not name is "ikke noteret"."""
    text = str(step["outcome"] or "")
    if text.startswith("(1)"):
        assert "behandles på næste møde" in text
        assert "(2) INGEN beslutning" in text
        return ["drøftet", "ikke noteret"]
    words = ("godkendt", "besluttet")
    return [word for word in words if text.endswith(word)] or ["ikke noteret"]


@pytest.mark.parametrize("case", WALKS)
def test_a_case_has_the_bodies_dates_and_outcomes_of_the_papers(
    case: str, sqlite_house: House, shared: Path
) -> None:
    sag = WALKS[case](sqlite_house)
    papers = recorded(shared, case)
    last = max(number for number, row in enumerate(papers) if row["status"] == "done")
    walked = decided(sqlite_house, sag)
    assert len(walked) == last + 1
    for row, step in zip(papers, walked, strict=False):
        assert step.body == row["body"]
        assert step.decided_on is not None
        assert step.decided_on.text == (row["date"] or "")
        assert [part.outcome for part in step.parts] == outcomes_in(row)
    route = sqlite_house.page(sag).workflow
    assert sorted(str(station.body) for station in route.stations) == sorted(row["body"] for row in papers)
    for row, step in zip(papers[last + 1 :], sqlite_house.sag(sag).steps[last + 1 :], strict=False):
        assert (step.body, step.outcome) == (row["body"], None)
        assert row["status"] == "planned"
