"""Places on the page of a meeting: what it says, and a word of the secretariat by a form without JavaScript."""

from dataclasses import replace
from datetime import date

from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.set_clock import set_clock
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_instant
from kdflow.store import people
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, KARIN, LARS, PEOPLE, House, Walker

AT = "/moeder/kd-net-2020-03-13"


def limited(house: House, most: int | None, sager: int, minutes: int | None = None) -> list[Walker]:
    """KD-Net takes so many sager and minutes; after its meeting in January more are on their way."""
    with house.wiring.db.write() as tx:
        body = people.bodies(tx, ["kd-net"])["kd-net"]
        people.keep_bodies(tx, [replace(body, most_items=most, most_minutes=minutes)])
    set_clock(house.wiring.db, local_instant(date(2020, 1, 27), 9))
    return [Walker(house.wiring, f"Sag nummer {number}", "droeftelse-kd-net@1") for number in range(sager)]


def said(client: TestClient, page: str = AT) -> str:
    return text_of(client.get(page).text)


def test_without_a_limit_nothing_is_said_of_places(house: House) -> None:
    assert "Plads til" not in said(house.client(KARIN))


def test_the_page_says_who_gets_a_place_who_slides_and_by_which_rule(house: House) -> None:
    walkers = limited(house, 3, 2)
    walkers[0].write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13")
    text = said(house.client(KARIN))
    # two sager of the house are on their way as well: "fresh" and the closed one
    assert "Plads til 3 punkter: 0 på dagsordenen, 1 indmeldt, 3 planlagt: denne ene glider til fredag" in text
    assert "den 29. maj 2020" in text
    assert "Sådan afgøres rækkefølgen" in text
    assert "Glider til fredag den 29. maj 2020 Sag nummer 1" in text
    assert "Indmeldt" in text


def test_a_limit_in_minutes_is_told_with_how_long_each_sag_takes(house: House) -> None:
    walkers = limited(house, None, 2, minutes=35)
    walkers[0].write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13")
    text = said(house.client(KARIN))
    told = "Plads til 35 minutter: 30 brugt; 0 sager på dagsordenen, 1 indmeldt, 3 planlagt: denne ene glider til"
    assert told in text
    assert "Glider til fredag den 29. maj 2020 Sag nummer 1" in text
    assert "Indmeldt, 10 minutter" in text
    assert "En sag tager 10 minutter, hvis dens rute ikke siger andet." in text


def test_a_limit_in_both_is_told_in_both(house: House) -> None:
    walkers = limited(house, 5, 2, minutes=1)
    for walker in walkers:
        walker.write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13")
        walker.go("kdnet", "accept", KARIN)
    text = said(house.client(KARIN))
    assert "Plads til 5 punkter og 1 minut: 20 minutter brugt; 2 sager på dagsordenen, 0 indmeldt" in text
    assert "Dagsordenen er 19 minutter for lang. Det, der står på dagsordenen" in text
    with house.wiring.db.write() as tx:
        body = people.bodies(tx, ["kd-net"])["kd-net"]
        people.keep_bodies(tx, [replace(body, most_items=1, most_minutes=19)])
    text = said(house.client(KARIN))
    assert "Plads til 1 punkt og 19 minutter: 20 minutter brugt" in text
    assert "Dagsordenen har 1 punkt for meget og er 1 minut for lang." in text


def test_those_who_may_not_know_of_a_closed_sag_see_no_trace_of_its_plans(house: House) -> None:
    limited(house, 1, 0)
    text = said(house.client(LARS))
    assert "Lukket" not in text
    assert "kanariesag" not in text
    assert "Tag med" not in text
    assert "/plads" not in house.client(LARS).get(AT).text


def test_the_secretary_takes_a_sag_in_and_leaves_it_to_the_order_again(house: House) -> None:
    walkers = limited(house, 2, 1)
    client = house.client(KARIN)
    before = said(client)
    assert f"Glider til fredag den 29. maj 2020 Sag nummer 0 {walkers[0].number}" in before
    found = forms(client.get(AT).text)
    mine = next(fields for address, fields in found if fields.get("sag") == str(walkers[0].id))
    preview = client.post(f"{AT}/plads", data={**mine, "word": "in", "reason": "Haster."})
    assert preview.status_code == 200
    assert said(client) == before, "a preview changes nothing"
    answer = client.post(f"{AT}/plads", data={**form(preview.text, "/plads"), "trin": "gem"})
    assert answer.status_code == 200
    assert answer.url.path == AT
    after = said(client)
    assert "Taget med af sekretariatet" in after
    assert f"Glider til fredag den 29. maj 2020 Sag nummer 0 {walkers[0].number}" not in after
    history = said(client, f"/sager/{walkers[0].number}")
    assert "Karin Sekretær gav sagen plads på et møde KD-Net, mødet fredag den 13. marts 2020 »Haster.«" in history
    again = client.post(f"{AT}/plads", data={**mine, "key": mine["key"] + "x", "word": "open", "trin": "gem"})
    assert again.status_code == 200
    assert f"Glider til fredag den 29. maj 2020 Sag nummer 0 {walkers[0].number}" in said(client)


def wanted(client: TestClient, walker: Walker, word: str, **values: str) -> Response:
    """Ask for a word on a sag by its form on the page of the meeting."""
    found = forms(client.get(AT).text)
    mine = next(fields for _, fields in found if fields.get("sag") == str(walker.id))
    return client.post(f"{AT}/plads", data={**mine, "word": word, **values})


def told(house: House) -> list[tuple[str, str]]:
    """Who has been told of places, and the mail's first line."""
    with house.wiring.db.read() as tx:
        rows = tx.run("select person, kind from notice where kind = 'place' order by person").fetchall()
    return [(str(one[0]), str(one[1])) for one in rows]


def test_who_is_told_and_the_very_text_are_shown_before_anything_is_sent(house: House) -> None:
    walkers = limited(house, 2, 1)
    client = house.client(KARIN)
    page = wanted(client, walkers[0], "in", reason="Haster.")
    text = text_of(page.text)
    assert page.status_code == 200
    assert told(house) == []
    assert "Intet er gemt endnu." in text
    assert "Det rammer 2 sager" in text
    assert "Besked til 2 personer" in text
    assert f"Plads i KD-Net: Sag nummer 0 ({walkers[0].number})" in text
    assert "Sekretariatet tager sagen med" in text
    assert "Haster." in text
    assert "Der er ikke længere plads på mødet, så sagen glider" in text
    client.post(f"{AT}/plads", data={**form(page.text, "/plads"), "trin": "gem"})
    names = [PEOPLE[PersonId(person)] for person, _ in told(house)]
    assert len(names) == 2
    assert all(f"{name} " in text for name in names)


def test_going_back_keeps_what_was_typed_and_says_nothing(house: House) -> None:
    walkers = limited(house, 2, 1)
    client = house.client(KARIN)
    page = wanted(client, walkers[0], "in", reason="Haster.")
    back = client.post(f"{AT}/plads", data={**form(page.text, "/plads"), "trin": "ret"})
    assert back.status_code == 200
    assert next(fields for _, fields in forms(back.text) if fields.get("sag") == str(walkers[0].id))["reason"] == (
        "Haster."
    )
    assert told(house) == []


def test_where_others_would_be_told_than_was_seen_it_is_shown_again_and_nothing_is_sent(house: House) -> None:
    walkers = limited(house, 2, 1)
    client = house.client(KARIN)
    page = wanted(client, walkers[0], "in")
    with house.wiring.db.write() as tx:
        body = people.bodies(tx, ["kd-net"])["kd-net"]
        people.keep_bodies(tx, [replace(body, most_items=5)])
    late = client.post(f"{AT}/plads", data={**form(page.text, "/plads"), "trin": "gem"})
    assert late.status_code == 409
    assert "Det er ikke længere det samme, der sker" in text_of(late.text)
    assert told(house) == []
    assert client.post(f"{AT}/plads", data={**form(late.text, "/plads"), "trin": "gem"}).status_code == 200
    assert ("ida", "place") in told(house)


def test_a_preview_is_only_for_those_who_may_say_the_word(house: House) -> None:
    walkers = limited(house, 1, 1)
    token = forms(house.client(LARS).get("/").text)[0][1]["token"]
    sent = {"form": "plads", "key": "a-key-of-lars", "token": token, "sag": str(walkers[0].id), "word": "in"}
    answer = house.client(LARS).post(f"{AT}/plads", data=sent)
    assert answer.status_code == 403
    assert "Besked til" not in answer.text


def test_a_form_that_says_nothing_is_refused(house: House) -> None:
    limited(house, 1, 1)
    client = house.client(KARIN)
    assert send(client, AT, "/plads", word="sideways").status_code == 422
    assert send(client, AT, "/plads", word="in", sag="12; drop").status_code == 422


def test_others_than_the_secretariat_and_the_chair_give_no_places(house: House) -> None:
    walkers = limited(house, 1, 1)
    found = forms(house.client(KARIN).get(AT).text)
    fields = next(fields for address, fields in found if address.endswith("/plads"))
    ida = house.client(IDA)
    token = forms(ida.get("/").text)[0][1]["token"]
    sent = {**fields, "token": token, "sag": str(walkers[0].id), "word": "in"}
    assert ida.post(f"{AT}/plads", data=sent).status_code == 403


def test_an_agenda_with_too_many_items_is_shown_as_such(house: House) -> None:
    walkers = limited(house, 3, 2)
    for walker in walkers:
        walker.write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13")
        walker.go("kdnet", "accept", KARIN)
    with house.wiring.db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx, ["kd-net"])["kd-net"], most_items=1)])
    assert "Dagsordenen har 1 punkt for meget" in said(house.client(KARIN))
