"""A person is stopped on the page of persons: refused with a list, done, told, taken back; and what they meet."""

from starlette.testclient import TestClient

from tests.web.forms import send, text_of
from tests.web.house import IDA, KARIN, House
from tests.web.test_administration import admin

__all__ = ["admin"]

IDAS = "/administration/personer/ida"
DORTES = "/administration/personer/dorte"


def stop(admin: TestClient, page: str, day: str = "") -> str:
    """Stop somebody from a day on; the text of the answer."""
    return text_of(send(admin, page, "/stop", **{"from": day}).text)


def test_an_owner_is_handed_over_before_they_stop(admin: TestClient, house: House) -> None:
    refused = send(admin, IDAS, "/stop", **{"from": "1. februar 2020"})
    assert refused.status_code == 422
    assert "personen ejer sagen" in refused.text
    assert house.numbers["fresh"] in refused.text
    assert f'href="{IDAS}#sager"' in refused.text
    send(admin, IDAS, "/sager", to="lars")
    assert "Personens sidste dag er gemt" in stop(admin, IDAS, "1. februar 2020")
    page = text_of(admin.get(IDAS).text)
    assert "Personen stopper. Sidste dag er" in page
    assert "31. januar 2020" in page
    assert "(stopper)" in admin.get("/administration/personer").text


def test_who_has_stopped_meets_the_sign_in_and_cannot_be_chosen(admin: TestClient, house: House) -> None:
    ida = house.client(IDA)
    send(admin, IDAS, "/sager", to="lars")
    assert ida.get("/").status_code == 200
    stop(admin, IDAS)
    assert ida.get("/sager", follow_redirects=False).headers["location"].startswith("/log-ind")
    assert ida.get(f"/sager/{house.numbers['fresh']}").url.path == "/log-ind"
    assert ida.get("/api/sager").status_code == 401
    assert "Ida Sagsejer" not in ida.get("/log-ind").text
    handed = admin.get(f"/sager/{house.numbers['fresh']}/ejer").text
    assert "Dorte Formand" in handed
    assert '"ida"' not in handed
    assert "Ida Sagsejer" in admin.get(f"/sager/{house.numbers['fresh']}").text


def test_who_comes_back_signs_in_again(admin: TestClient, house: House) -> None:
    send(admin, IDAS, "/sager", to="lars")
    stop(admin, IDAS)
    assert "Personen stopper ikke længere" in text_of(send(admin, IDAS, "/tilbage").text)
    assert house.client(IDA).get("/").status_code == 200
    assert "Personen er stoppet" not in admin.get(IDAS).text


def test_the_only_chair_is_not_stopped_under_a_running_sag(admin: TestClient, house: House) -> None:
    refused = send(admin, "/administration/personer/jens", "/stop")
    assert refused.status_code == 422
    assert "der er ingen formand i KD-Net til at godkende" in refused.text


def test_only_administrators_see_the_form_and_may(house: House) -> None:
    karin = house.client(KARIN)
    page = karin.get(DORTES).text
    assert "Stop personen" not in page
    answer = karin.post(f"{DORTES}/stop", data={"token": token_of(page), "key": "stop-dorte-1", "version": "1"})
    assert answer.status_code == 403


def token_of(page: str) -> str:
    """The form token of a page."""
    return page.split('name="token" value="')[1].split('"')[0]


def test_a_day_that_cannot_be_read_is_said_beside_its_field(admin: TestClient, house: House) -> None:
    answer = send(admin, DORTES, "/stop", **{"from": "31. februar 2020"})
    assert answer.status_code == 422
    assert 'id="stop-from-fejl"' in answer.text
    assert 'value="31. februar 2020"' in answer.text
