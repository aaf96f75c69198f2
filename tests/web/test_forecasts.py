"""Meetings that take only so many, in the forecasts: before a change is saved, and in a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kdflow import rendering
from kdflow.actions.set_clock import set_clock
from kdflow.domain.dates import local_instant
from kdflow.domain.timetable import MeetingId
from kdflow.queries.plan_page import plan_page
from kdflow.store import people
from tests.web.forms import send, text_of
from tests.web.house import IDA, KARIN, House, Walker
from tests.web.test_feeds import entries, make, read

AT = "/moeder/kd-net-2020-03-13"


def limited(house: House, most: int | None) -> None:
    """KD-Net takes so many sager."""
    with house.wiring.db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx, ["kd-net"])["kd-net"], most_items=most)])


def on_the_way(house: House, count: int) -> list[Walker]:
    """Some more sager on their way to KD-Net, after its meeting in January."""
    set_clock(house.wiring.db, local_instant(date(2020, 1, 27), 9))
    return [Walker(house.wiring, f"Sag nummer {number}", "droeftelse-kd-net@1") for number in range(count)]


def test_lowering_a_maximum_shows_whom_it_hits_before_it_is_saved(house: House) -> None:
    walkers = on_the_way(house, 2)
    client = house.client(KARIN)
    answer = send(client, AT, "/ret", most_items="3", trin="se")
    text = text_of(answer.text)
    assert f"Sag nummer 1 {walkers[1].number}" in text, text
    assert "Der er ikke længere plads på mødet, så sagen glider (prognose)." in text
    assert "Sag nummer 0" not in text


def test_a_feed_shows_a_sag_at_the_meeting_that_has_room_for_it_as_a_forecast(house: House) -> None:
    sag = on_the_way(house, 1)[0].number
    path = make(house, IDA, f"sag:{sag}")
    stem = f"{sag.lower()}-kdnet"
    before = entries(read(house, path))
    assert f"kd-net-2020-03-13-{stem}@kdflow" in before
    limited(house, 2)
    found = entries(read(house, path))
    meeting = found.pop(f"kd-net-2020-05-29-{stem}-slides@kdflow")
    due = found.pop(f"submission-kd-net-2020-05-29-{stem}-slides@kdflow")
    assert str(meeting["description"]) == "Prognose: alle pladser på et tidligere møde er optaget."
    assert str(due["description"]).startswith("Prognose: alle pladser på et tidligere møde er optaget. ")
    assert {str(one["status"]) for one in (meeting, due)} == {"TENTATIVE"}
    assert not any("kd-net-2020" in uid for uid in found)
    mine = entries(read(house, make(house, IDA, "person:")))
    assert f"kd-net-2020-05-29-{stem}-slides@kdflow" in mine
    assert f"kd-net-2020-03-13-{stem}@kdflow" not in mine


def test_a_sag_submitted_to_a_full_meeting_is_said_to_be_wherever_its_plan_is_told(house: House) -> None:
    first, second = on_the_way(house, 2)
    for one in (first, second):
        one.write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting=MeetingId("kd-net-2020-03-13"))
    limited(house, 1)
    says = "Indmeldt til mødet fredag den 13. marts 2020, men der er ikke plads (prognose)."
    page = plan_page(house.wiring.db, second.number, None, house.wiring.now())
    told = rendering.text("plan", page=page, names=page.names, world=page.world)
    assert told.count(says) == 1
    assert "13. marts 2020 nås ikke" not in told
    ida = house.client(IDA)
    leg = ida.get(f"/api/sager/{second.number}/plan").json()["legs"][0]
    assert (leg["kind"], leg["seat"], leg["crowded_out"]) == ("meeting", "kd-net-2020-03-13", True)
    assert leg["meeting"] > leg["seat"]
    for address in (f"/sager/{second.number}", f"/sager/{second.number}/plan"):
        said = text_of(ida.get(address).text)
        assert says in said, said
        assert "men der er ikke plads (prognose) · Ny indmelding senest" in said, said
    assert says not in text_of(ida.get(f"/sager/{first.number}/plan").text)
    shown = text_of(send(house.client(KARIN), AT, "/flyt", on="2020-03-20").text)
    assert "Punktet er indmeldt til mødet fredag den 20. marts 2020, men der er ikke plads (prognose)." in shown
