"""The calendars in a browser without JavaScript: see whom a change hits, then make it; nothing typed is lost."""

import re

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.plan_again import plan_again
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House, Walker
from tests.web.test_two_versions import treated

MEETING = "/moeder/kd-net-2020-03-13"


def seated(house: House) -> House:
    """The fresh sag is submitted to the meeting of 13 March."""
    ida = house.client(IDA)
    send(ida, f"/sager/{house.numbers['fresh']}", "/led/1", move="submit", submit__meeting="kd-net-2020-03-13")
    return house


def test_a_meeting_is_moved_in_two_steps(house: House) -> None:
    karin = seated(house).client(KARIN)
    before = house.dump()
    seen = send(karin, MEETING, "/flyt", on="20. marts 2020", at="13.30", reason="Lokalet er optaget.")
    assert seen.status_code == 200
    said = text_of(seen.text)
    assert "Fra fredag den 13. marts 2020 til fredag den 20. marts 2020 kl. 13.30" in said
    assert f"{TITLES['fresh']} {house.numbers['fresh']}" in said
    assert "Punktet bliver på mødet." in said
    assert "7 dage senere" in said
    assert house.dump() == before
    address, fields = next(one for one in forms(seen.text) if one[0].endswith("/flyt"))
    assert fields["reason"] == "Lokalet er optaget."
    done = karin.post(address, data={**fields, "trin": "gem"})
    assert done.url.path == MEETING
    said = text_of(done.text)
    assert "Du har flyttet mødet" in said
    assert "2 sager har fået nye datoer" in said
    assert "Møde fredag den 20. marts 2020 kl. 13.30" in said
    assert "Flyttet fra fredag den 13. marts 2020 af Karin Sekretær den 24. jan. 2020" in said
    assert "Lokalet er optaget." in said
    again = karin.post(address, data={**fields, "trin": "gem"})
    assert "Du har flyttet mødet" in text_of(again.text)
    assert text_of(house.client(IDA).get("/beskeder").text).count("er flyttet til 20. mar. 2020") == 1


def test_a_second_meeting_on_a_day_is_asked_about_and_nothing_comes_earlier_by_it(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = send(karin, "/moeder/nyt", "/moeder/nyt", organ="kd-net", on="13. marts 2020", at="10.00")
    said = text_of(seen.text)
    assert "Organet har allerede et møde den dag. Skal der være to?" in said
    assert "Kan nu nå det tidligere" not in said
    other = send(karin, "/moeder/nyt", "/moeder/nyt", organ="kd-net", on="20. marts 2020", at="10.00")
    assert "Organet har allerede" not in text_of(other.text)


def test_a_notice_says_old_and_new(house: House) -> None:
    karin = seated(house).client(KARIN)
    save(karin, send(karin, MEETING, "/flyt", on="2020-03-20"), "/flyt")
    said = text_of(house.client(IDA).get("/beskeder").text)
    assert "Mødet i KD-Net 13. mar. 2020 er flyttet til 20. mar. 2020" in said
    assert f"{TITLES['fresh']} ({house.numbers['fresh']}): - KD-Net: fredag den 13. marts 2020" in said


def save(client: TestClient, seen: Response, address: str) -> Response:
    """Confirm what a page of impact shows."""
    where, fields = next(one for one in forms(seen.text) if one[0].endswith(address))
    return client.post(where, data={**fields, "trin": "gem"})


def test_a_cancelled_meeting_takes_its_items_along_if_that_is_wanted(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = send(karin, MEETING, "/aflys")
    assert "Punktet skal have et nyt møde." in text_of(seen.text)
    assert "Punkterne bliver stående på det aflyste møde" in text_of(seen.text)
    seen = send(karin, MEETING, "/aflys", reroute="1")
    assert "Punktet er taget med til det nye møde." in text_of(seen.text)
    done = text_of(save(karin, seen, "/aflys").text)
    assert "Du har aflyst mødet" in done
    assert "Udsat til et senere møde: Mødet er aflyst" in done
    assert house.sag("fresh").steps[0].meeting == "kd-net-2020-05-29"
    page = karin.get(MEETING).text
    assert "Aflyst" in text_of(page)
    assert "/flyt" not in page
    restored = save(karin, send(karin, MEETING, "/genopret"), "/genopret")
    assert "Mødet holdes alligevel" in text_of(restored.text)


def test_a_meeting_is_added_with_a_warning_for_a_day_that_is_not_worked(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, "/moeder/nyt?organ=kd-net", "/moeder/nyt", organ="kd-net", on="2020-04-12", place="Viborg")
    said = text_of(seen.text)
    assert "Søndag den 12. april 2020 er påskedag. Er datoen rigtig?" in said
    done = save(karin, seen, "/moeder/nyt")
    assert "Du har oprettet mødet" in text_of(done.text)
    assert done.url.path == "/moeder/kd-net-2020-04-12"
    assert "Viborg" in text_of(karin.get("/moeder?aar=2020").text)


def test_the_details_of_a_meeting_are_put_right(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = send(karin, MEETING, "/ret", place="Viborg", format="virtuelt", status="agenda-sent", note="Husk kort.")
    rows, letters = seen.text.split('id="besked"')
    assert TITLES["fresh"] not in rows  # it is on the meeting already,
    assert "Stedet er Viborg." in letters  # and hears where that is now
    assert TITLES["closed"] in rows  # it cannot come on it any more
    said = text_of(save(karin, seen, "/ret").text)
    assert "Du har rettet mødet" in said
    assert "Dagsordenen er sendt · Viborg · Virtuelt" in said
    assert "Husk kort." in said


def test_a_meeting_gets_its_own_maximum_of_minutes(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, MEETING, "/ret", most_minutes="45")
    assert "Du har rettet mødet" in text_of(save(karin, seen, "/ret").text)
    assert "Plads til 45 minutter" in text_of(karin.get(MEETING).text)
    assert form(karin.get(MEETING).text, "/ret")["most_minutes"] == "45"
    new = send(
        karin, "/moeder/nyt", "/moeder/nyt", organ="kd-net", on="2020-04-20", most_minutes="90", most_items="4"
    )
    said = text_of(save(karin, new, "/moeder/nyt").text)
    assert "Plads til 4 punkter og 90 minutter" in said
    save(karin, send(karin, MEETING, "/ret", most_minutes=""), "/ret")
    assert "Plads til" not in text_of(karin.get(MEETING).text)


@pytest.mark.parametrize("name", ["most_items", "most_minutes"])
@pytest.mark.parametrize("typed", ["0", "-5", "1000", "en time", "1,5"])
def test_a_maximum_that_is_no_number_is_refused_beside_its_field(house: House, name: str, typed: str) -> None:
    answer = send(house.client(KARIN), MEETING, "/ret", **{name: typed})
    assert answer.status_code == 422
    assert "Skriv et helt tal fra 1 til 999" in text_of(answer.text)
    assert f'href="#ret-{name}"' in answer.text
    assert form(answer.text, "/ret")[name] == typed


@pytest.mark.parametrize(
    ("typed", "message", "field"),
    [
        ({"on": ""}, "Skriv mødets dato", "flyt-on"),
        ({"on": "31. februar 2020"}, "Skriv mødets dato", "flyt-on"),
        ({"on": "engang"}, "Skriv mødets dato, eller en måned", "flyt-on"),
        ({"on": "2020-05-29"}, "Organet har allerede et møde på det tidspunkt.", "flyt-at"),
        ({"on": "2020-01-10"}, "Datoen er passeret. Sæt kryds, hvis den er rigtig.", "flyt-confirmed"),
        ({"on": "2020-03-20", "at": "kvart i ti"}, "Klokkeslættet kan ikke læses", "flyt-at"),
        ({"on": "torsdag den 6. maj 2020"}, "Ugedagen passer ikke til datoen.", "flyt-on"),
        ({"on": "29. marts 2020", "at": "2.30"}, "Det klokkeslæt findes ikke den dag", "flyt-at"),
        ({"on": "2020-03-13"}, "Sådan er mødet allerede.", ""),
    ],
)
def test_what_cannot_be_done_is_said_beside_what_was_typed(
    house: House, typed: dict[str, str], message: str, field: str
) -> None:
    karin, before = house.client(KARIN), house.dump()
    answer = send(karin, MEETING, "/flyt", reason="Fordi.", **typed)
    assert answer.status_code == 422
    assert message in text_of(answer.text)
    if field:
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    fields = form(answer.text, "/flyt")
    assert (fields["on"], fields["reason"].strip()) == (typed["on"], "Fordi.")
    before_session = [line for line in before if "session" not in line]
    assert [line for line in house.dump() if "session" not in line] == before_session


def test_a_date_that_has_passed_can_be_confirmed(house: House) -> None:
    karin = house.client(KARIN)
    refused = send(karin, MEETING, "/flyt", on="2020-01-10")
    fields = form(refused.text, "/flyt")
    seen = karin.post(f"{MEETING}/flyt", data={**fields, "confirmed": "1"})
    assert "Du har flyttet mødet" in text_of(save(karin, seen, "/flyt").text)


def test_a_meeting_that_has_treated_something_is_not_moved_to_a_day_to_come(house: House) -> None:
    held = "/moeder/kd-net-2020-01-24"
    first = house.client(KARIN)
    early = send(first, held, "/flyt", on="7. februar 2020")
    karin, _, _ = treated(house)
    before = [line for line in house.dump() if "session" not in line]
    for answer in (send(karin, held, "/flyt", on="7. februar 2020"), save(first, early, "/flyt")):
        assert answer.status_code == 422
        assert "så det kan ikke flyttes til en dag, der ikke er kommet endnu" in text_of(answer.text)
        assert 'href="#flyt-on"' in answer.text
        assert form(answer.text, "/flyt")["on"] == "7. februar 2020"
    assert [line for line in house.dump() if "session" not in line] == before
    seen = send(karin, held, "/flyt", on="23. januar 2020", confirmed="1")
    assert "Du har flyttet mødet" in text_of(save(karin, seen, "/flyt").text)


def test_a_notice_says_how_much_a_changed_meeting_takes_now(house: House) -> None:
    karin, ida = seated(house).client(KARIN), house.client(IDA)
    save(karin, send(karin, MEETING, "/ret", most_items="1", most_minutes="45"), "/ret")
    said = text_of(ida.get("/beskeder").text)
    assert "Mødet i KD-Net fredag den 13. marts 2020 er ændret. Det tager nu højst 1 punkt og 45 minutter." in said
    save(karin, send(karin, MEETING, "/ret", most_items="", most_minutes=""), "/ret")
    said = text_of(ida.get("/beskeder").text)
    assert "er ændret. Det tager nu så mange punkter, som der kommer." in said


def test_going_back_keeps_what_was_typed(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, MEETING, "/flyt", on="2020-03-20", reason="Fordi.")
    where, fields = next(one for one in forms(seen.text) if one[0].endswith("/flyt"))
    back = karin.post(where, data={**fields, "trin": "ret"})
    again = form(back.text, "/flyt")
    assert (again["on"], again["reason"].strip()) == ("2020-03-20", "Fordi.")
    assert again["key"] != fields["key"]
    new = send(karin, "/moeder/nyt", "/moeder/nyt", organ="kd-net", on="2020-04-20", note="Ekstra.")
    where, fields = next(one for one in forms(new.text) if one[0].endswith("/moeder/nyt"))
    assert form(karin.post(where, data={**fields, "trin": "ret"}).text, "/moeder/nyt")["note"].strip() == "Ekstra."


def test_a_meeting_that_somebody_changed_meanwhile_is_a_conflict(house: House) -> None:
    karin, jens = house.client(KARIN), house.client(JENS)
    seen = send(karin, MEETING, "/flyt", on="2020-03-20", reason="Fordi.")
    save(jens, send(jens, MEETING, "/flyt", on="2020-03-27"), "/flyt")
    answer = save(karin, seen, "/flyt")
    assert answer.status_code == 409
    assert "Mødet er ændret, siden du åbnede siden" in text_of(answer.text)
    fields = form(answer.text, "/flyt")
    assert (fields["on"], fields["version"]) == ("2020-03-20", "2")


def test_when_others_are_told_than_was_seen_the_meeting_stays_and_it_is_shown_again(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, MEETING, "/flyt", on="2020-03-20", reason="Fordi.")
    Walker(house.wiring, "En sag mere", "droeftelse-kd-net@1")
    before = house.dump()
    late = save(karin, seen, "/flyt")
    assert late.status_code == 409
    assert house.dump() == before
    said = text_of(late.text)
    assert "Det er ikke længere det samme, der sker" in said
    assert "En sag mere" in said
    fields = form(late.text, "/flyt")
    assert (fields["on"], fields["reason"]) == ("2020-03-20", "Fordi.")
    assert "Du har flyttet mødet" in text_of(save(karin, late, "/flyt").text)


def test_only_those_who_keep_a_calendar_can_change_it(house: House) -> None:
    fields = form(house.client(KARIN).get(MEETING).text, "/flyt")
    for who in (IDA, LARS):
        client = house.client(who)
        page = client.get(MEETING)
        assert page.status_code == 200
        assert "Flyt mødet" not in page.text
        assert "Nyt møde" not in client.get("/moeder").text
        assert client.get("/moeder/nyt").status_code == 403
        token = form(page.text, "/log-ud")["token"]
        for step in ("", "gem"):
            mine = {**fields, "token": token, "on": "2020-03-20", "trin": step}
            assert client.post(f"{MEETING}/flyt", data=mine).status_code == 403
    assert house.client(KARIN).post(f"{MEETING}/findes-ikke", data=fields).status_code in (403, 404)
    assert house.client(KARIN).get("/moeder/findes-ikke").status_code == 404


def test_the_calendars_show_every_meeting_with_its_status_and_its_old_date(house: House) -> None:
    karin = house.client(KARIN)
    save(karin, send(karin, MEETING, "/flyt", on="2020-03-20"), "/flyt")
    save(karin, send(karin, "/moeder/kd-net-2020-05-29", "/aflys"), "/aflys")
    page = karin.get("/moeder?aar=2020&organ=kd-net").text
    said = text_of(page)
    assert "Fredag den 20. marts 2020 Flyttet Flyttet fra fredag den 13. marts 2020 af Karin Sekretær" in said
    assert "Fredag den 29. maj 2020 Aflyst" in said
    assert "KKR" not in re.sub(r"<option.*?</option>", "", page[page.index("<main") :])
    assert "Ingen organer har møder" in text_of(karin.get("/moeder?aar=2055").text)
    assert karin.get("/moeder?aar=1").status_code == 404


def test_a_closed_sag_is_not_named_to_those_who_may_not_know_of_it(house: House) -> None:
    plan_again(house.wiring.db, now=house.wiring.now())
    karin = house.client(KARIN)
    seen = send(karin, MEETING, "/flyt", on="2020-03-20")
    assert TITLES["closed"] in seen.text  # Karin serves KD-Net
    save(karin, seen, "/flyt")
    notices = house.client(IDA).get("/beskeder").text
    assert house.numbers["closed"] in notices
    assert TITLES["closed"] not in notices
