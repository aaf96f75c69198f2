"""The case text of one station: who may write it, what follows from it, and where it goes."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow.actions.copy_sag import copy_sag
from kdflow.actions.keep_draft import keep_draft
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, NotAllowed, NotFound, Refused
from kdflow.domain.publications import PublicationKind
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId
from kdflow.domain.station_texts import OwnText, StationTexts
from kdflow.domain.timetable import MeetingId
from kdflow.queries.sag_work import sag_and_work
from kdflow.store import publications
from tests.make import IDA, JENS, KARIN, LARS, House

MEETING = MeetingId("kd-net-2020-03-13")
CPR = "010190-1234"


def opened(house: House, **more: Any) -> SagId:
    """A sag of Ida's with a shared case text."""
    return house.on("2020-02-03").open("droeftelse-kd-net@1", "En sag", case_text="Fælles.", **more)


def write(
    house: House,
    sag: SagId,
    text: str,
    *,
    station: str = "kdnet",
    by: PersonId = IDA,
    version: int | None = None,
    draft: str = "",
) -> None:
    """Write the case text of a station."""
    wish = Revision(own_text=OwnText(station, text))
    revise_sag(house.db, sag, None, wish, version=version, draft=draft, key=house.key(), by=by, now=house.now)


def published(house: House) -> list[str]:
    """What the newest agenda says of its sager."""
    with house.db.read() as tx:
        found = publications.newest(tx, MEETING, PublicationKind.AGENDA)
    assert found
    return [point["sag"]["case_text"] for point in found.content["points"] if point["sag"]]


def on_agenda(house: House) -> SagId:
    """A sag on the agenda of the meeting."""
    sag = opened(house)
    house.write(sag, "kdnet", "KD-Net drøfter.")
    house.do(sag, "kdnet", "submit", by=IDA, meeting="2020-03-13")
    house.do(sag, "kdnet", "accept")
    return sag


def publish(house: House) -> None:
    publish_agenda(house.db, MEETING, key=house.key(), by=KARIN, now=house.now)


def test_the_owner_and_the_secretary_write_it_and_nobody_else(house: House) -> None:
    sag = opened(house)
    write(house, sag, "Idas.")
    write(house, sag, "Karins.", by=KARIN)
    assert house.sag(sag).case_text_at("kdnet") == "Karins."
    for who in (JENS, LARS):
        with pytest.raises(NotAllowed) as refused:
            write(house, sag, "Nej.", by=who)
        assert refused.value.body == "KD-Net"
    with pytest.raises(NotFound):
        write(house, sag, "Hvor?", station="kosu")


def test_a_closed_sag_is_to_lars_as_if_it_were_not_there(house: House) -> None:
    sag = opened(house, closed=True)
    with pytest.raises(NotFound):
        write(house, sag, "Nej.", by=LARS)


def test_a_stale_text_is_refused_and_the_draft_stays_until_it_is_saved(house: House) -> None:
    sag = opened(house)
    form = "fremstilling-kdnet"
    seen = house.sag(sag).version
    keep_draft(house.db, sag, form, {"case_text": "Halvt."}, version=seen, key="k", by=IDA, now=house.now)
    write(house, sag, "Karins.", by=KARIN)
    with pytest.raises(Conflict):
        write(house, sag, "Idas.", version=seen, draft=form)
    number = house.sag(sag).number
    assert sag_and_work(house.db, number, IDA, house.now)[1].drafts[form].texts == {"case_text": "Halvt."}
    write(house, sag, "Idas.", version=seen + 1, draft=form)
    assert not sag_and_work(house.db, number, IDA, house.now)[1].drafts


def test_an_agenda_says_what_its_body_reads_and_keeps_saying_it(house: House) -> None:
    sag = on_agenda(house)
    write(house, sag, "KD-Nets.")
    publish(house)
    assert published(house) == ["KD-Nets."]
    write(house, sag, "")
    assert published(house) == ["KD-Nets."]
    publish(house)
    assert published(house) == ["Fælles."]


def test_a_personal_number_in_the_text_that_would_be_published_stops_it(house: House) -> None:
    sag = on_agenda(house)
    with house.db.write() as tx:
        tx.run("update body set reckoning = replace(reckoning, '\"public\":false', '\"public\":true')")
    write(house, sag, f"Borgeren {CPR} klager.")
    with pytest.raises(Refused) as refused:
        publish(house)
    assert [one.guard for one in refused.value.reasons] == ["personal_numbers"]
    write(house, sag, "En borger klager.")
    publish(house)


@pytest.mark.parametrize("takes", [True, False])
def test_a_copy_takes_the_texts_of_stations_along(house: House, takes: bool) -> None:
    sag = house.on("2020-02-03").open("standard@1", "Budget 2020")
    house.write(sag, "gruppe", "DASSOS anbefaler.")
    write(house, sag, "KKRs.", station="kkr")
    receipt = copy_sag(
        house.db,
        sag,
        "Budget 2021",
        with_text=takes,
        with_parts=takes,
        key=house.key(),
        by=KARIN,
        now=house.now,
    )
    expected = {"gruppe": StationTexts(parts=("DASSOS anbefaler.",)), "kkr": StationTexts(case_text="KKRs.")}
    assert house.sag(receipt.sag).texts == (expected if takes else {})
    house.do(receipt.sag, None, "start", by=KARIN)
    assert house.step(receipt.sag, "gruppe").parts == ()  # nobody is asked by a copy


def test_the_history_says_who_wrote_whose_text(house: House) -> None:
    sag = opened(house)
    write(house, sag, "Karins.", by=KARIN)
    write(house, sag, "", by=IDA)
    told = [(e.actor, e.event.new, e.event.station, dict(e.event.data)) for e in house.history(sag)][-2:]
    assert told == [
        (KARIN, "own_text", "kdnet", {}),
        (IDA, "own_text", "kdnet", {"own_text": "Karins."}),
    ]
