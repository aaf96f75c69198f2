"""The case text of one station: written, kept as a draft, shown where it is read, and dropped again."""

from __future__ import annotations

import re

from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House, Walker

HTMX = {"hx-request": "true"}
OWN = "/fremstilling/kdnet"
SHARED = "Sagen handler om, hvordan samarbejdet forankres fra 2021."


def page_of(house: House, what: str = "consent") -> str:
    """The address of a sag."""
    return f"/sager/{house.numbers[what]}"


def the_text(html: str) -> str:
    """What the first section of the page that holds the case text says."""
    found = re.search(r'<section aria-labelledby="fremstilling">(.*?)</section>', html, re.DOTALL)
    assert found
    return text_of(found[1])


def test_a_station_gets_its_own_text_which_begins_with_the_one_it_reads(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    html = ida.get(page).text
    assert form(html, OWN)["case_text"] == house.sag("consent").case_text
    assert "Indtil nu gælder sagens fælles sagsfremstilling for KD-Net" in text_of(html)
    assert "Brug sagens fælles tekst igen" not in html
    done = send(ida, page, OWN, case_text="KD-Nets **egen**.")
    said = text_of(done.text)
    assert the_text(done.text).startswith(
        "Sagsfremstilling Her er en særlig sagsfremstilling til KD-Net. KD-Nets egen ."
    )
    assert "Her er en særlig sagsfremstilling til KD-Net." in said
    assert "De led, der har en særlig sagsfremstilling, læser fortsat den." in said
    assert "KD-Net Ida Sagsejer ændrede sagens indhold Leddets særlige sagsfremstilling" in said
    assert house.sag("consent").case_text.startswith(SHARED)
    assert "KD-Nets egen ." in the_text(house.client(JENS).get(page).text)


def test_a_sag_without_a_text_gets_the_one_that_all_stations_read_first(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    assert "Skriv en særlig sagsfremstilling" in text_of(ida.get(page).text)
    send(ida, page, "/tekst", case_text="")
    said = the_text(ida.get(page).text)
    assert "Skriv den under »Ret titel og sagsfremstilling«." in said
    assert "særlig" not in said


def test_a_station_reads_the_shared_text_again_and_the_history_keeps_its_own(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    send(ida, page, OWN, case_text="KD-Nets egen.")
    done = send(ida, page, OWN, shared="1", reason="Den var ikke bedre.")
    assert the_text(done.text).startswith(f"Sagsfremstilling {SHARED}")
    said = text_of(done.text)
    assert "Den særlige sagsfremstilling, der ikke gælder længere KD-Nets egen. »Den var ikke bedre.«" in said
    assert house.sag("consent").texts == {}


def test_a_consent_lapses_and_a_stale_one_shows_both_texts(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    jens = house.client(JENS)
    consent = form(jens.get(page).text, "/led/2")
    send(ida, page, OWN, case_text="KD-Nets egen.")
    answer = jens.post(f"{page}/led/2", data={**consent, "move": "approve"})
    assert answer.status_code == 409
    said = text_of(answer.text)
    assert "Ændret er: sagsfremstillingen." in said
    assert f"Sagsfremstilling, som du så det {SHARED}" in said
    send(jens, page, "/led/2", move="approve")
    done = send(ida, page, OWN, case_text="KD-Nets nye.")
    assert "fordi leddets særlige sagsfremstilling er ændret" in text_of(done.text)


def test_a_draft_and_a_preview_of_the_text_of_a_station(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, OWN) | {"case_text": "Halvt **færdig**"}
    assert "Gemt kl. 16 som kladde" in ida.post(f"{page}/kladde", data=fields, headers=HTMX).text
    html = ida.get(page).text
    assert form(html, OWN)["case_text"] == "Halvt **færdig**"
    assert "Du har en kladde" in text_of(html)
    assert house.sag("consent").texts == {}
    whole = ida.post(f"{page}/vis", data=fields)
    assert "Halvt <strong>færdig</strong>" in whole.text
    send(ida, page, OWN)
    assert house.sag("consent").own_text("kdnet") == "Halvt **færdig**"
    assert "Du har en kladde" not in ida.get(page).text


def test_two_writers_of_one_text_get_both_versions(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    old = form(ida.get(page).text, OWN)
    send(house.client(KARIN), page, OWN, case_text="Karins linje.")
    answer = ida.post(f"{page}{OWN}", data={**old, "case_text": "Idas linje."})
    assert answer.status_code == 409
    said = text_of(answer.text)
    mine, now = said.index("Det ville du Sagsfremstilling Idas linje."), said.index("Sådan er det nu")
    assert mine < now < said.index("Sagsfremstilling Karins linje.", now)
    assert form(answer.text, OWN)["case_text"] == "Idas linje."
    assert house.sag("consent").own_text("kdnet") == "Karins linje."


def test_the_text_of_a_station_that_the_sag_has_not_come_to_is_written_ahead(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    html = ida.get(page).text
    assert not [one for one, _ in forms(html) if one.endswith("/fremstilling/kkr")]
    assert f'href="{page}?fremstilling=kkr#fremstilling-kkr"' in html
    done = send(ida, f"{page}?fremstilling=kkr", "/fremstilling/kkr", case_text="KKRs egen.")
    assert the_text(done.text).startswith(f"Sagsfremstilling {SHARED}")
    assert "Særlig sagsfremstilling til KKR Midtjylland KKRs egen." in the_text(done.text)
    assert house.sag("consent").case_text_at("kdnet").startswith(SHARED)
    fields = form(ida.get(f"{page}?fremstilling=kkr").text, "/fremstilling/kkr") | {"case_text": "Ny"}
    ida.post(f"{page}/kladde", data=fields, headers=HTMX)
    assert form(ida.get(page).text, "/fremstilling/kkr")["case_text"] == "Ny"


def test_what_a_station_has_read_stands_fast_and_nobody_else_writes(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, OWN)
    late = ida.post(f"{page}/fremstilling/gruppe", data={**fields, "form": "fremstilling-gruppe"})
    assert late.status_code == 409
    assert "Leddet har behandlet sagen" in text_of(late.text)
    assert not [one for one, _ in forms(late.text) if one.endswith("/fremstilling/gruppe")]
    assert ida.post(f"{page}/fremstilling/ukendt", data=fields).status_code == 404
    for who in (JENS, LARS):
        client = house.client(who)
        html = client.get(page).text
        assert "/fremstilling/" not in html
        token = forms(html)[0][1]["token"]
        refused = client.post(f"{page}{OWN}", data={**fields, "token": token})
        assert refused.status_code == 403
    assert house.sag("consent").texts == {}


def test_a_text_that_is_too_long_is_not_cut(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    answer = send(ida, page, OWN, case_text="x" * 50_001)
    assert answer.status_code == 422
    assert 'href="#fremstilling-kdnet-case_text"' in answer.text


def test_a_program_reads_whose_text_is_whose(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    send(ida, page, OWN, case_text="KD-Nets egen.")
    document = ida.get(f"/api{page}").json()
    assert document["own_case_texts"] == {"kdnet": "KD-Nets egen."}
    assert document["case_text"].startswith(SHARED)


def test_the_text_of_a_station_is_found_by_its_words(house: House) -> None:
    ida = house.client(IDA)
    send(ida, page_of(house), OWN, case_text="Om fodgængerfelter.")
    said = text_of(ida.get("/soeg?q=fodgænger").text)
    assert house.numbers["consent"] in said
    assert "fodgængerfelter" in said


def test_a_copy_offers_what_was_asked_as_a_beginning(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    send(ida, page, OWN, case_text="KD-Nets egen.")
    done = send(ida, f"{page}/kopi", "/kopi")
    assert the_text(done.text).endswith("Særlig sagsfremstilling til KD-Net KD-Nets egen.")
    copy = str(done.url).partition("?")[0]
    started = send(ida, copy, "/liv", move="start")
    assert "Felterne er udfyldt med indstillingen fra den sag, denne er en kopi af." in text_of(started.text)
    assert "Der er ikke skrevet en indstilling til DASSOS endnu." in text_of(started.text)
    assert form(started.text, "/videre")["part-1"] == "KD-Net godkender forankringen."


def test_branches_beside_each_other_show_each_the_text_it_reads(house: House) -> None:
    number = Walker(house.wiring, "Tre grupper", "c17-ny-forankring@1").number
    ida, page = house.client(IDA), f"/sager/{number}"
    shown = send(ida, page, "/fremstilling/dks", case_text="Til DKS alene.")
    assert the_text(shown.text).startswith(f"Sagsfremstilling {SHARED}")
    assert text_of(shown.text).count("Sagsfremstilling til DKS Til DKS alene.") == 1
    assert "Sagsfremstilling til DASSOS Til" not in text_of(shown.text)
    assert len({one for one, _ in forms(shown.text) if "/fremstilling/" in one}) == 3


def test_a_body_that_is_on_the_route_twice_is_called_by_the_title_of_the_station(house: House) -> None:
    number = Walker(house.wiring, "Tre grupper", "c17-ny-forankring@1").number
    said = text_of(house.client(IDA).get(f"/sager/{number}").text)
    assert said.count("Skriv en særlig sagsfremstilling til leddet »KD-Net om den administrative del«") == 1
    assert said.count("Skriv en særlig sagsfremstilling til KD-Net") == 1
