"""The administration on pages: who gets in, what is shown before it is saved, and what is refused."""

import re
from datetime import date

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.domain.authority import Appointment, Office, PersonId
from kdflow.domain.workflow import Validity
from kdflow.store import body_changes, offices, people
from tests.web import forms as form_of
from tests.web.forms import forms, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House, Walker

KD_NET = "/administration/organer/kd-net"


def appoint(house: House, who: PersonId, office: Office, body: str) -> None:
    """Give somebody an office, without more ado."""
    with house.wiring.db.write() as tx:
        offices.give(tx, Appointment(person=who, office=office, body=body, valid=Validity()))


@pytest.fixture
def admin(house: House) -> TestClient:
    """Lars, who is administrator."""
    appoint(house, LARS, Office.ADMINISTRATOR, "*")
    return house.client(LARS)


def test_only_those_who_keep_something_get_in(house: House) -> None:
    for path in ("/administration", "/administration/personer", "/administration/lukkedage", KD_NET):
        assert house.client(IDA).get(path).status_code == 403, path
        assert house.client(JENS).get(path).status_code == 403, path
        karin = house.client(KARIN)
    listed = karin.get("/administration").text
    assert "KD-Net" in listed
    assert "Trafikstyregruppen" not in listed
    assert "Nyt organ" not in listed
    assert "Ret organet" not in karin.get(KD_NET).text
    assert karin.get("/administration/organer/trafik-sg").status_code == 403
    assert karin.get("/administration/organer/findes-ikke").status_code == 404


def test_a_rule_is_changed_with_whom_it_hits_shown_first(house: House, admin: TestClient) -> None:
    seen = send(admin, KD_NET, "/frister", **{"days-submission": "15"}, reason="Mere tid")
    assert seen.status_code == 200
    assert "Fristen for indmelding" in seen.text
    assert "10 hverdage kl. 12.00 → 15 hverdage kl. 12.00" in text_of(seen.text)
    assert "sager" in text_of(seen.text)
    before = house.dump()
    again = admin.post(f"{KD_NET}/frister", data={**_fields(seen.text), "trin": "ret"})
    assert 'value="15"' in again.text
    assert house.dump() == before
    saved = admin.post(f"{KD_NET}/frister", data={**_fields(seen.text), "trin": "gem"})
    assert "de berørte har fået besked" in saved.text
    past = text_of(admin.get("/administration/historik").text)
    assert "Lars Fra Anden Kommune ændrede organet KD-Net" in past
    assert "»Mere tid«" in past
    assert "KD-Net har ændret fristen for indmelding" in text_of(house.client(JENS).get("/beskeder").text)
    stale = send(admin, KD_NET, "/pladser", version="1", most_items="5", trin="gem")
    assert stale.status_code == 409
    assert 'value="5"' in stale.text


def _fields(html: str) -> dict[str, str]:
    return next(fields for action, fields in forms(html) if "/frister" in action or "/ophor" in action)


def test_a_body_cannot_end_under_running_sager(house: House, admin: TestClient) -> None:
    seen = send(admin, KD_NET, "/ophor", valid_to="1. februar 2020")
    assert "Det kan ikke gøres" in seen.text
    assert seen.status_code == 422
    assert "Gem ændringen" not in seen.text
    assert "Besked til" not in text_of(seen.text)
    assert f"/sager/{house.numbers['fresh']}" in seen.text
    before = house.dump()
    forced = admin.post(f"{KD_NET}/ophor", data={**_fields(seen.text), "trin": "gem"})
    assert forced.status_code == 422
    assert f"/sager/{house.numbers['fresh']}" in forced.text
    assert house.dump() == before


def test_a_change_from_a_later_day_waits_for_it(house: House, admin: TestClient) -> None:
    done = send(admin, KD_NET, "/stamdata", name="Nyt netværk", **{"from": "1. marts 2020"}, trin="gem")
    assert "gælder fra den valgte dag" in done.text
    with house.wiring.db.read() as tx:
        assert people.bodies(tx, ["kd-net"])["kd-net"].name != "Nyt netværk"
        (waiting,) = body_changes.of(tx)["kd-net"]
    assert (waiting.in_force, waiting.valid_from) == (False, date(2020, 3, 1))
    asked = send(admin, KD_NET, "/fortryd")
    assert "Ingen får besked." in text_of(asked.text)
    undone = press(admin, asked, "/fortryd")
    assert "taget tilbage" in undone.text


def press(client: TestClient, page: Response, action: str, trin: str = "gem") -> Response:
    """Press the button of a page that shows first who is told."""
    address, fields = next(one for one in forms(page.text) if one[0].endswith(action))
    return client.post(address, data={**fields, "trin": trin})


def test_who_is_told_that_a_change_is_taken_back_is_seen_first_and_holds(house: House, admin: TestClient) -> None:
    """It is shown again, and nothing is kept, where it is told to others meanwhile."""
    send(admin, KD_NET, "/frister", **{"days-submission": "25"}, trin="gem")
    before = house.dump()
    asked = send(admin, KD_NET, "/fortryd")
    assert house.dump() == before
    said = text_of(asked.text)
    assert "Hvem får besked?" in said
    assert "Ida Sagsejer" in said[said.index("Besked til") :]
    back = press(admin, asked, "/fortryd", "ret")
    assert "Tag ændringen tilbage" in back.text
    Walker(house.wiring, "En sag mere", "droeftelse-kd-net@1")
    before = house.dump()
    late = press(admin, asked, "/fortryd")
    assert late.status_code == 409
    assert "Det er ikke længere det samme, der sker" in late.text
    assert house.dump() == before
    for _ in range(2):
        assert "taget tilbage" in press(admin, late, "/fortryd").text
    assert "Tag ændringen tilbage" not in admin.get(KD_NET).text


def test_what_is_told_of_a_change_is_what_was_seen_or_it_is_shown_again(house: House, admin: TestClient) -> None:
    seen = send(admin, KD_NET, "/frister", **{"days-submission": "25"})
    Walker(house.wiring, "En sag mere", "droeftelse-kd-net@1")
    before = house.dump()
    late = press(admin, seen, "/frister")
    assert late.status_code == 409
    assert "Det er ikke længere det samme, der sker" in late.text
    assert house.dump() == before
    assert "Ændringen er gemt" in press(admin, late, "/frister").text


def test_what_cannot_be_read_is_said_beside_its_field(admin: TestClient) -> None:
    for action, values, words in [
        ("/frister", {"days-submission": "mange"}, "Skriv et helt tal."),
        ("/ophor", {"valid_to": "1999-01-01"}, "Den sidste dag ligger før den første."),
        ("/pladser", {}, "Der er intet at ændre"),
        ("/stamdata", {"name": ""}, "Skriv både navn og kort navn."),
        ("/pladser", {"from": "1. januar 2020", "most_items": "4"}, "Dagen er passeret"),
    ]:
        answer = send(admin, KD_NET, action, **values)
        assert answer.status_code == 422, action
        assert words in text_of(answer.text), action


def test_a_new_body_is_made_like_another(admin: TestClient, house: House) -> None:
    values = {"name": "Klimanævnet", "key_of": "klimanaevn", "kind": "forum", "like": "kd-net", "chairing": "none"}
    made = send(admin, "/administration/organer/ny", "/organer/ny", **values)
    assert "Organet er oprettet" in made.text
    with house.wiring.db.read() as tx:
        new, model = (people.bodies(tx)[key] for key in ("klimanaevn", "kd-net"))
    assert new.rules == model.rules
    again = send(admin, "/administration/organer/ny", "/organer/ny", **values)
    assert "Der er allerede et organ med den kode." in again.text


def test_a_ladder_shows_when_its_reminders_fall(admin: TestClient) -> None:
    html = admin.get(KD_NET).text
    assert "Ved næste møde fredag den 13. marts 2020" in text_of(html)
    address = f"{KD_NET}/rykkere"
    fields = next(f for action, f in forms(html) if action.endswith("/rykkere") and f["kind"] == "agenda")
    seen = admin.post(address, data={**fields, "days-0": "-2", "to-0-chair": "1"})
    assert "2 hverdage før fristen, til formanden og sekretariatet" in text_of(seen.text)
    saved = admin.post(address, data={**fields, "days-0": "-2", "to-0-chair": "1", "trin": "gem"})
    assert "Ændringen er gemt" in saved.text


def test_a_reminder_that_comes_again_keeps_doing_so_and_can_be_changed(admin: TestClient) -> None:
    address = f"{KD_NET}/rykkere"
    html = admin.get(KD_NET).text
    fields = next(f for action, f in forms(html) if action.endswith("/rykkere") and f["kind"] == "decision")
    assert (fields["every-2"], fields["times-2"]) == ("10", "12")
    assert "til sekretariatet og formanden, derefter hver 10. hverdag, højst 12 gange" in text_of(html)
    seen = admin.post(address, data={**fields, "every-2": "5", "times-2": "3"})
    assert "til formanden og sekretariatet, derefter hver 5. hverdag, højst 3 gange" in text_of(seen.text)
    before = admin.post(address, data={**fields, "days-2": "-2"})
    assert before.status_code == 422


def test_bodies_that_are_called_the_same_are_told_apart(admin: TestClient) -> None:
    others = (f"/administration/{one}" for one in ("organer/ny", "lukkedage", "personer/jens"))
    for page in (KD_NET, *others):
        said = text_of(admin.get(page).text)
        assert "KOSU (til og med 31. dec. 2021)" in said, page
        assert "KOSU (fra 1. jan. 2022)" in said, page
        assert "DASSOS (" not in said, page


def test_bodies_to_choose_from_stand_in_the_danish_alphabet(admin: TestClient) -> None:
    where = "/administration/organer/ny"
    for key, name in (("aa-sg", "Ågruppen"), ("oe-sg", "Økonomigruppen"), ("ae-sg", "Ældregruppen")):
        send(admin, where, where, name=name, key_of=key, kind="administrativ", like="dassos", chairing="chair")
    found = re.findall(r'<option value="(..-sg)"', admin.get(where).text)
    assert [one for one in found if one in ("aa-sg", "oe-sg", "ae-sg")] == ["ae-sg", "oe-sg", "aa-sg"]
    listed = admin.get("/administration").text
    assert listed.index("Ældregruppen") < listed.index("Økonomigruppen") < listed.index("Ågruppen")


def test_a_closing_day_tells_those_it_hits(admin: TestClient, house: House) -> None:
    where = "/administration/lukkedage?organ=kd-net"
    values = {"day": "2.3.2020", "name": "Kursusdag"}
    karin = house.client(KARIN)
    seen = send(karin, where, "/lukkedage/ny", **values)
    assert seen.status_code == 200
    assert "Det rammer" in seen.text
    Walker(house.wiring, "En sag mere", "droeftelse-kd-net@1")
    late = press(karin, seen, "/lukkedage/ny")
    assert late.status_code == 409
    assert "Det er ikke længere det samme, der sker" in late.text
    saved = press(karin, late, "/lukkedage/ny")
    assert "de berørte har fået besked" in saved.text
    assert "Kursusdag" in saved.text
    forbidden = {**values, "organ": "*", "trin": "gem"}
    assert send(karin, where, "/lukkedage/ny", **forbidden).status_code == 403
    asked = send(admin, where, "/lukkedage/slut")
    assert "Besked til" in text_of(asked.text)
    assert "Kursusdag" in press(admin, asked, "/lukkedage/slut", "ret").text
    gone = press(admin, asked, "/lukkedage/slut")
    assert "Dagen gælder ikke længere" in gone.text
    wrong = send(admin, "/administration/lukkedage", "/lukkedage/ny", day="32-13", name="X")
    assert wrong.status_code == 422


# --- people ----------------------------------------------------------------------------------------------------


def test_a_person_is_made_appointed_and_leaves(admin: TestClient, house: House) -> None:
    made = send(admin, "/administration/personer", "/personer/ny", name="Nye Ny", email="ny@ny.example")
    assert "Personen er oprettet" in made.text
    page = "/administration/personer/nye-ny"
    given = send(admin, page, "/post", office="vice-chair", body="kd-net", valid_from="1. februar 2020")
    assert "Posten er givet" in given.text
    twice = send(admin, page, "/post", office="vice-chair", body="kd-net")
    assert "Personen har allerede den post" in text_of(twice.text)
    seen = send(admin, "/administration/personer/jens", "/slut", last="26. januar 2020")
    assert "Det kan ikke gøres" in seen.text
    assert seen.status_code == 422
    assert house.numbers["consent"] in seen.text
    later = send(admin, "/administration/personer/jens", "/slut", last="20. februar 2020")
    assert "Venter på godkendelse nu" in later.text
    done = send(admin, "/administration/personer/jens", "/slut", last="20. februar 2020", trin="gem")
    assert "Postens slutdag er gemt" in done.text


def test_a_leaving_owner_hands_everything_over(admin: TestClient, house: House) -> None:
    page = admin.get("/administration/personer/ida").text
    assert house.numbers["fresh"] in page
    done = send(admin, "/administration/personer/ida", "/sager", to="dorte", reason="Ny stilling")
    assert "Sagerne har fået en ny ejer" in done.text
    assert house.sag("fresh").owner == DORTE
    assert house.client(IDA).get(f"/sager/{house.numbers['closed']}").status_code == 404


def test_a_closed_sag_is_not_even_counted_for_who_may_not_see_it(house: House) -> None:
    appoint(house, LARS, Office.SECRETARY, "trafik-sg")
    page = house.client(LARS).get("/administration/personer/ida").text
    assert house.numbers["closed"] not in page
    assert "kanariesag" not in page
    assert "som du ikke kan se" not in page
    assert house.client(LARS).get("/administration/personer/ida").text.count("Ret navn") == 0


def test_an_owner_gives_a_sag_away(house: House) -> None:
    number = house.numbers["fresh"]
    where = f"/sager/{number}/ejer"
    assert house.client(JENS).get(where).status_code == 403
    assert house.client(LARS).get(f"/sager/{house.numbers['closed']}/ejer").status_code == 404
    ida = house.client(IDA)
    assert "Vælg den nye sagsejer." in send(ida, where, "/ejer").text
    done = send(ida, where, "/ejer", to="lars", reason="Jeg går på barsel")
    assert "gav sagen en ny ejer" in done.text
    assert house.sag("fresh").owner == LARS
    assert "Ny sagsejer" in house.client(LARS).get("/beskeder").text


# --- out of office ---------------------------------------------------------------------------------------------


def test_a_chair_enters_an_absence_with_a_stand_in(house: House) -> None:
    appoint(house, DORTE, Office.MEMBER, "kd-net")
    jens = house.client(JENS)
    days = {"valid_from": "24. januar 2020", "valid_to": "7. februar 2020"}
    wrong = send(jens, "/konto/fravaer", "/konto/fravaer", **days, stand_in="lars")
    assert wrong.status_code == 422
    assert "kan ikke svare på vegne af" in wrong.text
    assert 'value="24. januar 2020"' in wrong.text
    done = send(jens, "/konto/fravaer", "/konto/fravaer", **days, stand_in="dorte")
    assert "Fraværet er lagt ind" in done.text
    assert "Dorte Formand svarer for dig i KD-Net." in text_of(done.text)
    assert "Du er stedfortræder for Jens Formand" in text_of(house.client(DORTE).get("/beskeder").text)
    assert house.numbers["consent"] in house.client(DORTE).get("/").text
    overlap = send(jens, "/konto/fravaer", "/konto/fravaer", **days)
    assert "Der er allerede fravær" in overlap.text
    assert "Fraværet er afsluttet" in send(jens, "/konto/fravaer", "/fravaer/slut").text


def test_that_nobody_answers_is_said_before_an_absence_is_saved(house: House) -> None:
    jens = house.client(JENS)
    page = text_of(jens.get("/konto/fravaer").text)
    assert "Ingen svarer for dig i KD-Net: sagerne venter, til du er tilbage. Bed administratoren om" in page
    assert "Der er ingen stedfortræder at vælge." in page
    assert "svarer stedfortræderen" not in page
    valid = Validity.model_validate({"to": date(2020, 1, 31)})
    with house.wiring.db.write() as tx:  # a vice-chair today, who will not be on all of the days
        offices.give(tx, Appointment(person=DORTE, office=Office.VICE_CHAIR, body="kd-net", valid=valid))
    assert "Uden en stedfortræder: Dorte Formand svarer for dig i KD-Net." in text_of(
        jens.get("/konto/fravaer").text
    )
    days = {"valid_from": "24. januar 2020", "valid_to": "7. februar 2020"}
    asked = send(jens, "/konto/fravaer", "/konto/fravaer", **days)
    assert asked.status_code == 422
    assert "Intet er gemt endnu Dorte Formand svarer i KD-Net, men ikke i alle dagene" in text_of(asked.text)
    assert 'value="24. januar 2020"' in asked.text
    done = form_of.press(jens, asked.text, "/konto/fravaer")
    assert "Fraværet er lagt ind" in done.text
    told = text_of(house.client(KARIN).get("/beskeder").text)
    assert "Dage uden svar i KD-Net: Jens Formand er fraværende" in told
    assert "/konto/fravaer?hvem=jens" in house.client(KARIN).get("/beskeder").text


def test_who_leads_several_bodies_reads_why_so_few_can_stand_in(house: House) -> None:
    appoint(house, DORTE, Office.CHAIR, "kd-net-formandskab")
    appoint(house, LARS, Office.MEMBER, "dassos")
    said = text_of(house.client(DORTE).get("/konto/fravaer").text)
    assert "Kun den, der sidder i alle de organer, du leder, kan vælges: DASSOS og" in said
    appoint(house, LARS, Office.MEMBER, "kd-net-formandskab")
    page = house.client(DORTE).get("/konto/fravaer").text
    assert '<option value="lars">' in page
    assert "Kun den, der sidder i alle de organer, du leder" in page


def test_an_owner_is_promised_no_stand_in(house: House) -> None:
    ida = house.client(IDA)
    for address in ("/konto", "/konto/fravaer"):
        said = text_of(ida.get(address).text)
        assert "Dine sager bliver hos dig" in said
        assert "Giv sagen en ny ejer" in said
        assert "edfortræder" not in said
        assert 'href="/sager?mine=1&amp;tilstand=aabne"' in ida.get(address).text
    assert "se, hvem der svarer for dig imens" in text_of(house.client(JENS).get("/konto").text)


def test_a_secretary_enters_it_for_the_chair_and_for_nobody_else(house: House) -> None:
    karin = house.client(KARIN)
    assert "Jens Formand" in karin.get("/konto/fravaer").text
    where = "/konto/fravaer?hvem=jens"
    days = {"valid_from": "27. januar 2020", "valid_to": "7. februar 2020"}
    assert "Fraværet er lagt ind" in send(karin, where, "/konto/fravaer", **days).text
    assert karin.get("/konto/fravaer?hvem=ida").status_code == 403
    assert send(karin, where, "/konto/fravaer", **{**days, "who": "ida"}).status_code == 403
    assert house.client(IDA).get(where).status_code == 403
