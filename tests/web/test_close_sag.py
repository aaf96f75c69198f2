"""A sag is closed to others from its page, and opened again with a proof; what others find of it at once."""

import re

import pytest

from kdflow.actions.close_sag import close_sag, open_again
from kdflow.actions.keep_feed import make_feed
from kdflow.queries.sag_page import plain_sag
from tests.web.forms import form, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House, Walker
from tests.web.test_agenda import AGENDA, MEETING, accepted, day, key, point_form, publish, sag_form
from tests.web.test_gate import token_of

TITLE = "Personsag om lærken"
WHY = "Der står navne i den."
CLOSE = "/adgang"


@pytest.fixture
def walker(house: House) -> Walker:
    """An open sag at KD-Net."""
    return Walker(house.wiring, TITLE, "droeftelse-kd-net@1")


def page(walker: Walker) -> str:
    return f"/sager/{walker.number}"


def is_closed(walker: Walker) -> bool:
    return plain_sag(walker.wiring.db, walker.id).closed


def test_the_form_says_what_it_does_and_the_receipt_that_it_is_done(house: House, walker: Walker) -> None:
    ida = house.client(IDA)
    said = text_of(ida.get(page(walker)).text)
    assert "Luk sagen for andre" in said
    assert "dem, der har en post i KD-Net eller i deres sekretariat, se sagen" in said
    assert "forsvinder straks fra de offentlige sider" in said
    assert "se, hvem der har fået sagen tilsendt" in said
    answer = send(ida, page(walker), CLOSE, reason=WHY)
    assert "Du lukkede sagen for andre" in text_of(answer.text)
    assert WHY in text_of(answer.text)
    assert "Åbn sagen igen" in text_of(answer.text)
    assert is_closed(walker)


def test_it_is_gone_at_once_from_all_that_others_can_find(house: House, walker: Walker) -> None:
    lars = house.client(LARS)
    secret = make_feed(walker.wiring.db, "sag", walker.number, command=walker.key(), by=LARS, now=walker.at)
    places = ("/sager", "/soeg?q=lærken", "/sager.csv", "/api/sager?q=lærken", "/moeder/kd-net-2020-03-13")
    assert walker.number in lars.get("/sager?q=lærken").text
    counted = re.search(r"(\d+) sager", text_of(lars.get("/sager").text))
    send(house.client(IDA), page(walker), CLOSE, reason=WHY)
    for place in places:
        assert walker.number not in lars.get(place).text, place
        assert TITLE not in lars.get(place).text, place
    assert lars.get(page(walker)).status_code == 404
    assert lars.get(f"/abonnement/{secret}.ics").status_code == 404
    after = re.search(r"(\d+) sager", text_of(lars.get("/sager").text))
    assert counted
    assert after
    assert int(after[1]) == int(counted[1]) - 1
    assert walker.number in house.client(JENS).get("/sager").text


def test_a_reason_is_asked_for_and_what_was_typed_survives(house: House, walker: Walker) -> None:
    answer = send(house.client(IDA), page(walker), CLOSE, reason=" ")
    assert answer.status_code == 422
    assert "Skriv en begrundelse" in text_of(answer.text)
    assert not is_closed(walker)
    ida = house.client(IDA)
    old = form(ida.get(page(walker)).text, f"{page(walker)}{CLOSE}")
    send(ida, page(walker), CLOSE, reason=WHY)
    stale = ida.post(
        f"{page(walker)}{CLOSE}", data={**old, "reason": "En anden grund", "key": "en-anden-noegle-01"}
    )
    assert stale.status_code == 409
    assert "En anden grund" in stale.text


def test_others_are_not_offered_it_and_refused(house: House, walker: Walker) -> None:
    jens = house.client(JENS)
    assert "Luk sagen for andre" not in jens.get(page(walker)).text
    fields = form(house.client(KARIN).get(page(walker)).text, f"{page(walker)}{CLOSE}")
    assert fields["to"] == "lukket"
    fields |= {"token": token_of(jens), "reason": WHY}
    assert jens.post(f"{page(walker)}{CLOSE}", data=fields).status_code == 403
    assert jens.get(f"{page(walker)}/modtagere").status_code == 403
    assert not is_closed(walker)


def test_to_open_it_one_proves_who_one_is(house: House, walker: Walker) -> None:
    ida = house.client(IDA)
    send(ida, page(walker), CLOSE, reason=WHY)
    asked = send(ida, page(walker), CLOSE, reason="Navnene er fjernet.")
    assert asked.url.path == "/bekraeft"
    assert is_closed(walker)
    done = ida.post("/bekraeft", data=form(asked.text, "/bekraeft"))
    assert "Du åbnede sagen for alle igen" in text_of(done.text)
    assert "Navnene er fjernet." in done.text
    assert not is_closed(walker)
    seen = house.client(LARS).get(page(walker)).text
    assert "lukkede sagen for andre" in text_of(seen)
    assert WHY not in seen


def test_who_was_sent_it_is_listed_with_what_they_got(house: House) -> None:
    walker = accepted(house, TITLE)
    ida = house.client(IDA)
    assert "ikke stået i en dagsorden" in ida.get(f"{page(walker)}/modtagere").text
    day(house, "2020-03-04")
    publish(house)
    said = text_of(house.client(IDA).get(f"{page(walker)}/modtagere").text)
    assert "Dagsorden: KD-Net fredag den 13. marts 2020" in said
    assert "Jens Formand" in said


# --- the point of a sag on an agenda ----------------------------------------------------------------------------

HINT = "Punktet er lukket, når sagen er det."
NOTE = "Punktet er lukket, men sagen er åben"


def test_the_point_of_a_sag_is_closed_from_the_page_of_the_sag(house: House) -> None:
    walker = accepted(house, TITLE)
    karin = house.client(KARIN)
    html = karin.get(AGENDA).text
    assert html.count("Lukket punkt</label>") == 1 + 4  # the standing items, and the form for another point
    assert f'<a href="{page(walker)}#adgang">Luk sagen, så er punktet også lukket</a>' in html
    assert 'id="adgang"' in karin.get(page(walker)).text
    jens = house.client(JENS).get(AGENDA).text
    assert f"{page(walker)}#adgang" not in jens
    assert f"{HINT} Sagen lukkes af sagsejeren, en administrator eller en sekretær" in text_of(jens)


def test_to_close_it_by_itself_is_refused_with_what_to_do_and_nothing_typed_is_lost(house: House) -> None:
    walker = accepted(house, TITLE)
    karin = house.client(KARIN)
    sent = {**point_form(karin, key(walker), "/ret"), "closed": "1", "text": "Min tekst"}
    before = house.dump()
    answer = karin.post(f"{AGENDA}/ret", data=sent)
    assert answer.status_code == 422
    assert house.dump() == before
    assert "Et punkt med en sag kan ikke lukkes for sig. Luk sagen, så er punktet også lukket." in text_of(
        answer.text
    )
    assert "Min tekst" in answer.text
    field = f"ret-{key(walker)}-closed".replace(":", "-")
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert karin.post(f"{AGENDA}/ret", data={**sent, "closed": ""}).status_code == 200
    assert HINT in text_of(karin.get(AGENDA).text)


def test_the_point_goes_to_the_closed_part_with_its_sag(house: House) -> None:
    walker = accepted(house, TITLE)
    send(house.client(IDA), page(walker), CLOSE, reason=WHY)
    karin = house.client(KARIN)
    html = karin.get(AGENDA).text
    assert f"L1 {TITLE} Lukket" in text_of(html)
    assert HINT not in text_of(html)
    sent = {**point_form(karin, key(walker), "/ret"), "presenter": "Ida"}
    answer = karin.post(f"{AGENDA}/ret", data=sent)
    assert "v. Ida" in text_of(answer.text)


def test_one_that_is_off_the_agenda_is_closed_with_its_sag_too(house: House) -> None:
    walker = accepted(house, TITLE)
    day(house, "2020-03-04")
    publish(house)
    karin = house.client(KARIN)
    leaving = {**sag_form(karin, walker, "/tag-af"), "reason": "Mangler tal."}
    html = karin.post(f"{AGENDA}/tag-af", data=leaving).text
    assert "Luk punktet for andre" not in html
    assert f"{page(walker)}#adgang" in html


def test_where_a_point_is_closed_and_its_sag_open_it_is_said_what_others_read(house: House) -> None:
    walker = accepted(house, TITLE)
    db, given = walker.wiring.db, {"version": None, "now": walker.at}
    close_sag(db, walker.id, reason=WHY, key=walker.key(), by=IDA, **given)  # type: ignore[arg-type]
    day(house, "2020-03-04")
    publish(house)
    karin = house.client(KARIN)
    for place in (AGENDA, f"{MEETING}/referat", f"{MEETING}/referat/beslut"):
        assert NOTE not in text_of(karin.get(place).text)
    open_again(db, walker.id, reason="Navnene er ude.", key=walker.key(), by=IDA, **given)  # type: ignore[arg-type]
    day(house, "2020-03-13")
    for place in (AGENDA, f"{MEETING}/referat", f"{MEETING}/referat/beslut"):
        for who, may in ((KARIN, True), (JENS, False)):
            html = house.client(who).get(place).text
            assert NOTE in text_of(html), place
            assert (f"{page(walker)}#adgang" in html) is may, place
    assert "bliver ved med at være lukket, men hvad der besluttes om sagen, kan alle læse" in said_to_open(house)


def said_to_open(house: House) -> str:
    """What the form says by which a closed sag is opened."""
    return text_of(house.client(IDA).get(f"/sager/{house.numbers['closed']}").text)
