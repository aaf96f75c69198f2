"""Where what a walk tries is possible: sager that stand where each can be done, and what is sent there."""

from collections.abc import Sequence
from datetime import timedelta

from kdflow.actions.end_person import end_person
from kdflow.actions.keep_absence import enter_absence
from kdflow.actions.keep_offices import add_person
from kdflow.actions.write_comment import write_comment
from kdflow.domain.authority import Absence, PersonId
from kdflow.domain.workflow import Validity
from kdflow.queries.sag_page import sag_page
from tests.web.behind import HELD, Values, key
from tests.web.forms import forms
from tests.web.house import DORTE, IDA, JENS, KARIN, NOW, House, Walker
from tests.web.walk import ANNA, Place

BY_STATION = "/sager/{number}/forud/{station}"
PARTS = "/sager/{number}/led/{seq}/indstilling"
ONWARD = "/sager/{number}/led/{seq}/videre"
CORRECTED = "/sager/{number}/led/{seq}/rettelse"


def walk_further(house: House) -> Sequence[str]:
    """Sager that have come further, one open and two closed: their numbers. Before any minutes are sent."""
    return (
        _decided(house, "Sag hos KKR", handed_on=True),
        _decided(house, "Lukket og besluttet", closed=True),
        _decided(house, "Lukket hos KKR", closed=True, handed_on=True),
    )


def make_possible(place: Place, numbers: Sequence[str]) -> None:
    """Let every thing be possible somewhere, and let the addresses lead there."""
    house = place.house
    fresh = {"number": house.numbers["fresh"], "seq": "1"}
    there, decided, closed_there = numbers
    remark = {"comment": _remark(house, place.closed["number"])}
    place.behind = {
        "/moeder/{meeting}/referat/aabn": {"meeting": HELD},
        **place.behind,
        PARTS: fresh,
        "/sager/{number}/fremstilling/{station}": {"number": house.numbers["consent"], "station": "kdnet"},
        BY_STATION: {"number": there},
        "/administration/personer/{who}/tilbage": {"who": _gone(house)},
        "/administration/personer/{who}/stop": {"who": "lars"},
    }
    place.behind_closed = {
        BY_STATION: {"number": closed_there, "station": "kontaktudvalg"},
        ONWARD: {"number": decided, "seq": "2"},
        CORRECTED: {"number": decided, "seq": "2"},
        "/sager/{number}/kommentarer/{comment}": remark,
    }
    for values in (place.open, place.closed):
        values["fresh"] = house.numbers["fresh"]
    _away(house)


def _decided(house: House, title: str, *, closed: bool = False, handed_on: bool = False) -> str:
    """Decided in KD-Net on the day of its meeting; the consent is missing, or it is at KKR already."""
    walker = Walker(house.wiring, title, "standard@1", closed=closed)
    walker.write("gruppe", "DASSOS indstiller det til KD-Net.")
    walker.go("gruppe", "submit", IDA, meeting="dassos-2020-01-22").go("gruppe", "accept", KARIN)
    walker.on("2020-01-22").go("gruppe", "treat", KARIN).go("gruppe", "decide", KARIN, outcome="anbefalet")
    walker.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", KARIN)
    walker.write("kdnet", "KD-Net godkender det.")
    walker.go("kdnet", "submit", IDA, meeting="kd-net-2020-01-24").go("kdnet", "accept", KARIN)
    walker.on("2020-01-24").go("kdnet", "treat", KARIN).go("kdnet", "decide", KARIN, outcome="anbefalet")
    if handed_on:
        walker.go("kdnet", "approve", JENS).go("kdnet", "hand-on", KARIN)
    return walker.number


def _remark(house: House, number: str) -> str:
    """A fresh comment on the closed sag."""
    sag = sag_page(house.wiring.db, number, JENS, NOW).sag.id
    return str(write_comment(house.wiring.db, sag, "Nyt.", key=key(), by=JENS, now=NOW).comment)


def _gone(house: House) -> PersonId:
    db = house.wiring.db
    who = add_person(db, "Ny Borte", "borte@kdflow.example", key=key(), by=ANNA, now=NOW).person
    end_person(db, PersonId(who), NOW.date() - timedelta(days=1), version=None, key=key(), by=ANNA, now=NOW)
    return PersonId(who)


def _away(house: House) -> None:
    days = Validity.model_construct(start=NOW.date().replace(month=8), end=NOW.date().replace(month=9))
    absence = Absence(person=IDA, valid=days)
    enter_absence(house.wiring.db, absence, version=None, key=key(), by=IDA, now=NOW)


def chosen_consents(place: Place) -> tuple[str, Values]:
    """The form by which the chair, who has read it, consents to what waits for it."""
    client, number = place.client("chair"), place.open["number"]
    client.get(f"/sager/{number}")
    html = client.get(f"/godkendelser/samlet?valgt={number}.{place.open['seq']}").text
    return next((action, fields) for action, fields in forms(html) if action == "/godkendelser/samlet")
