"""Two who lead a body together: both must answer, and each sees on every page who has, and who is missing."""

from dataclasses import replace

import pytest

from kdflow.actions.open_sag import open_sag
from kdflow.domain.authority import Appointment, Office
from kdflow.store import offices, people
from tests.web.forms import forms, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House, Walker
from tests.web.test_agenda import day

TITLE = "Fælles grundaftale"
ROLE = "gruppe-med-delt-formandskab"


class Led(Walker):
    """A sag that KKR has decided, which Dorte and Lars lead together: both must consent."""

    def __init__(self, house: House) -> None:
        self.wiring = house.wiring
        with house.wiring.db.write() as tx:
            dassos = people.bodies(tx, ["dassos"])["dassos"]
            people.keep_bodies(tx, [replace(dassos, plays=(ROLE,))])
            for one in (DORTE, LARS):
                offices.give(tx, Appointment(person=one, office=Office.CO_CHAIR, body="kkr-midt"))
            offices.give(tx, Appointment(person=KARIN, office=Office.SECRETARY, body="kkr-sekr"))
        self.on("2020-01-15")
        receipt = open_sag(
            house.wiring.db,
            TITLE,
            "delt-formandskab@1",
            owner=IDA,
            fills={ROLE: "dassos"},
            key=self.key(),
            by=IDA,
            now=self.at,
        )
        self.id, self.number = receipt.sag, receipt.number
        self.write("gruppe", "Gruppen indstiller.").go("gruppe", "decide", KARIN, outcome="anbefalet")
        self.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", KARIN)
        self.treated("kdnet", "2020-01-24", "kd-net-2020-01-24").go("kdnet", "approve", JENS)
        self.go("kdnet", "hand-on", KARIN)
        self.treated("kkr", "2020-02-05", "kkr-midt-2020-02-05")
        day(house, "2020-02-05")

    def treated(self, station: str, on: str, meeting: str) -> "Led":
        """Written, submitted, on the agenda, treated and decided."""
        self.write(station, "Det indstilles.").go(station, "submit", IDA, meeting=meeting)
        self.go(station, "accept", KARIN).on(on)
        self.go(station, "treat", KARIN).go(station, "decide", KARIN, outcome="godkendt")
        return self


@pytest.fixture
def led(house: House) -> Led:
    """The sag that waits for both."""
    return Led(house)


def test_each_sees_who_has_answered_on_every_page(house: House, led: Led) -> None:
    page = f"/sager/{led.number}"
    for who in (DORTE, LARS):
        queue = text_of(house.client(who).get("/godkendelser").text)
        assert TITLE in queue
        assert "Mangler: Dorte Formand og Lars Fra Anden Kommune." in queue
    done = send(house.client(DORTE), page, "/3", move="approve", approve__note="Fint for mig.")
    assert "Du godkendte" in text_of(done.text)
    start = {one: text_of(house.client(one).get("/").text.partition('id="beskeder"')[0]) for one in (DORTE, LARS)}
    assert [TITLE in start[one] for one in (DORTE, LARS)] == [False, True]
    assert "Den venter på Lars Fra Anden Kommune." in text_of(done.text)
    theirs = text_of(house.client(DORTE).get("/godkendelser").text)
    assert "Mangler: Lars Fra Anden Kommune." in theirs
    lars = text_of(house.client(LARS).get(page).text)
    assert "Godkendt onsdag den 5. februar 2020 kl. 10.00 af Dorte Formand. »Fint for mig.«" in lars
    assert "Mangler svar fra Lars Fra Anden Kommune" in lars


def test_nothing_goes_on_before_both_have_answered(house: House, led: Led) -> None:
    page = f"/sager/{led.number}"
    send(house.client(DORTE), page, "/3", move="approve")
    said = text_of(house.client(KARIN).get(page).text)
    assert "Mangler svar fra Lars Fra Anden Kommune." in said
    assert "Hele formandskabet skal godkende, før sagen går videre." in said
    fields = next(fields for at, fields in forms(house.client(KARIN).get(page).text) if at.endswith("/led/3"))
    refused = house.client(KARIN).post(f"{page}/led/3", data=fields | {"move": "hand-on"})
    assert refused.status_code in (403, 422)
    send(house.client(LARS), page, "/3", move="approve")
    assert "Mangler" not in text_of(house.client(KARIN).get(page).text)
