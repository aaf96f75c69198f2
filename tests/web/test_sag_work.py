"""Working on a sag with real requests: Markdown, preview, drafts, papers, comments, followers, related sager."""

import re
from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.store import company
from tests.web.forms import form, forms, press, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House, Walker

HTMX = {"hx-request": "true"}


def page_of(house: House, what: str = "consent") -> str:
    """The address of a sag."""
    return f"/sager/{house.numbers[what]}"


def post(client: TestClient, house: House, action: str, sag: str = "consent", **values: Any) -> Response:
    """Send something with the token of the page's forms and a fresh key."""
    token = forms(client.get("/").text)[0][1]["token"]
    headers = values.pop("headers", {})
    files = values.pop("files", None)
    data = {"token": token, "key": f"noegle-{len(house.dump())}-{action}", **values}
    return client.post(f"{page_of(house, sag)}{action}", data=data, headers=headers, files=files)


# --- Markdown, preview and drafts ------------------------------------------------------------------------------


def test_case_text_and_indstilling_are_markdown_and_nothing_else(house: House) -> None:
    ida, page = house.client(IDA), page_of(house, "fresh")
    send(ida, page, "/tekst", case_text="## Økonomi\n\n**Vigtigt** <script>alert(1)</script>")
    html = send(ida, page, "/indstilling", **{"part-1": "KD-Net *drøfter* [planen](https://x.example)"}).text
    assert "<h3>Økonomi</h3>" in html
    assert "<strong>Vigtigt</strong> &lt;script&gt;" in html
    assert 'KD-Net <em>drøfter</em> <a href="https://x.example"' in html
    assert "<script>alert" not in html


def test_a_preview_is_a_piece_for_a_script_and_a_page_for_a_button(house: House) -> None:
    ida = house.client(IDA)
    sent = {"form": "tekst", "version": "1", "title": "En titel", "case_text": "# Fed\n\n**ja**"}
    piece = post(ida, house, "/vis", headers=HTMX, **sent)
    assert piece.text.count("<html") == 0
    assert "<h4>Fed</h4>" in piece.text
    whole = post(ida, house, "/vis", **sent)
    assert whole.status_code == 200
    assert "<h4>Fed</h4>" in whole.text
    assert form(whole.text, "/tekst")["case_text"] == "# Fed\n\n**ja**"
    assert not [line for line in house.dump() if line.startswith('INSERT INTO "draft"')]
    assert house.sag("consent").case_text.startswith("Sagen handler om")


def test_a_draft_comes_back_with_a_notice_and_goes_when_it_is_saved(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, "/tekst")
    version = house.sag("consent").version
    saved = ida.post(f"{page}/kladde", data={**fields, "case_text": "Halvt færdigt"}, headers=HTMX)
    assert saved.text.strip() == "Gemt kl. 16 som kladde"
    assert house.sag("consent").version == version
    html = ida.get(page).text
    assert form(html, "/tekst")["case_text"] == "Halvt færdigt"
    assert "Du har en kladde fra fredag den 24. januar 2020 kl. 16.00" in text_of(html)
    assert "Halvt færdigt" not in house.client(KARIN).get(page).text
    send(ida, page, "/tekst")
    assert house.sag("consent").case_text == "Halvt færdigt"
    assert "Du har en kladde" not in ida.get(page).text


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_wished_day_stands_in_words_and_goes_back_as_it_stands(house: House, language: str) -> None:
    ida, page = house.client(IDA), page_of(house)
    send(ida, page, "/tekst", wished="29. maj 2020")
    ida.get(f"/sprog/{language}")
    stands = form(ida.get(page).text, "/tekst")["wished"]
    assert stands == {"da": "fredag den 29. maj 2020", "en": "Friday 29 May 2020"}[language]
    send(ida, page, "/tekst", title="En anden titel")
    assert house.sag("consent").wished == date(2020, 5, 29)


def test_a_draft_that_comes_after_its_form_was_sent_is_not_kept(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, "/tekst")
    written = {**fields, "case_text": "Færdigt"}
    assert ida.post(f"{page}/tekst", data=written).status_code == 200
    assert ida.post(f"{page}/kladde", data=written, headers=HTMX).status_code == 200
    assert "Du har en kladde" not in ida.get(page).text


def test_a_draft_that_began_at_an_older_version_never_overwrites(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, "/tekst")
    ida.post(f"{page}/kladde", data={**fields, "case_text": "Idas"}, headers=HTMX)
    send(house.client(KARIN), page, "/tekst", case_text="Karins")
    answer = send(ida, page, "/tekst")
    assert answer.status_code == 409
    assert "Karins" in answer.text
    assert form(answer.text, "/tekst")["case_text"] == "Idas"
    assert house.sag("consent").case_text == "Karins"


def test_a_draft_is_thrown_away_or_can_be_copied_when_its_form_is_gone(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    fields = form(ida.get(page).text, "/tekst")
    ida.post(f"{page}/kladde", data={**fields, "case_text": "Væk"}, headers=HTMX)
    assert "Væk" not in send(ida, page, "/kladde", kladde="kasser").text
    post(ida, house, "/kladde", form="indstilling-1", version="1", **{"part-1": "For sent"})
    said = text_of(ida.get(page).text)
    assert "En kladde, der ikke kan gemmes længere" in said
    assert "For sent" in said


def test_only_our_own_forms_are_kept(house: House) -> None:
    ida = house.client(IDA)
    assert post(ida, house, "/kladde", form="led-2", version="1").status_code == 422
    assert post(ida, house, "/vis", form="<b>", version="1").status_code == 422


# --- papers ------------------------------------------------------------------------------------------------------


def test_a_new_version_is_shown_and_the_old_one_can_still_be_had(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    old = house.sag("consent").papers[0]
    version = str(house.sag("consent").version)
    sent = {"form": f"bilag-{old.digest[:12]}", "version": version, "what": "replace", "title": "Notat"}
    done = post(ida, house, f"/papirer/{old.digest}", files={"file": ("ny.pdf", b"%PDF-1.7 ny")}, **sent)
    said = text_of(done.text)
    assert "Du ændrede sagens indhold" in said
    assert "Notat PDF, 1 kB, version 2" in said
    assert "Tidligere vist: Notat om forankring PDF, 46 kB, version 1" in said
    assert "Bilagene Ny fil i bilaget »Notat«" in said
    assert "Filer, der ikke vises længere (1) PDF Notat om forankring PDF, 46 kB, version 1" in said
    new = house.sag("consent").papers[0]
    number = house.numbers["consent"]
    for digest in (old.digest, new.digest):
        answer = ida.get(f"/papirer/{number}/{digest}")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"] == "sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert ida.get(f"/papirer/{house.numbers['fresh']}/{old.digest}").status_code == 404
    assert page in str(done.url)


def test_the_history_says_as_what_a_sag_was_opened(house: House) -> None:
    said = text_of(house.client(IDA).get(page_of(house)).text)
    assert "oprettede sagen Oprettet som kladde" in said
    assert "oprettede sagen →" not in said


def test_what_is_wrong_with_a_paper_is_said_beside_its_field(house: House) -> None:
    ida = house.client(IDA)
    old = house.sag("consent").papers[0]
    f = f"bilag-{old.digest[:12]}"
    version = str(house.sag("consent").version)
    sent = {"form": f, "version": version, "title": "Notat"}
    nothing = post(ida, house, f"/papirer/{old.digest}", what="replace", **sent)
    assert (nothing.status_code, f'id="{f}-file-fejl"' in nothing.text) == (422, True)
    file = {"file": ("x.exe", b"MZ\0")}
    program = post(ida, house, f"/papirer/{old.digest}", what="replace", files=file, **sent)
    assert "Filen kan ikke tages imod." in program.text
    untitled = post(ida, house, f"/papirer/{old.digest}", what="rename", **{**sent, "title": " "})
    assert "Skriv bilagets titel" in untitled.text
    assert post(ida, house, f"/papirer/{old.digest}", what="eksplodér", **sent).status_code == 422
    assert house.sag("consent").papers == (old,)


# --- comments ----------------------------------------------------------------------------------------------------


def test_a_comment_with_a_mention_reaches_its_reader(house: House) -> None:
    karin, page = house.client(KARIN), page_of(house)
    done = send(karin, page, "/kommentarer", text="Er **tallene** fra i år?", mention="Jens Formand")
    said = text_of(done.text)
    assert "Karin Sekretær · fredag den 24. januar 2020 kl. 16.00 @Jens Formand Er tallene fra i år?" in said
    told = text_of(house.client(JENS).get("/beskeder").text)
    assert "Karin Sekretær har nævnt dig: Ny forankring" in told
    assert "Er tallene fra i år?" in told
    assert "Kommentar fra Karin Sekretær" in text_of(house.client(IDA).get("/beskeder").text)


def test_a_mention_that_cannot_be_is_refused_and_the_text_kept(house: House) -> None:
    ida = house.client(IDA)
    answer = send(ida, page_of(house, "closed"), "/kommentarer", text="Hvad siger @Lars Fra Anden Kommune?")
    assert answer.status_code == 422
    assert "Lars Fra Anden Kommune kan ikke se sagen" in text_of(answer.text)
    assert 'id="kommentar-text-fejl"' in answer.text
    assert form(answer.text, "/kommentarer")["text"] == "Hvad siger @Lars Fra Anden Kommune?"
    assert "Lars" not in [*re.findall(r'<option value="(Lars[^"]*)"', answer.text)]


def test_one_changes_and_deletes_ones_own_comment(house: House) -> None:
    karin, page = house.client(KARIN), page_of(house)
    send(karin, page, "/kommentarer", text="Første")
    action = next(address for address, _ in forms(karin.get(page).text) if "/kommentarer/" in address)
    send(karin, page, action, text="Anden", what="edit")
    assert "Anden" in text_of(karin.get(page).text)
    assert not [one for one, _ in forms(house.client(IDA).get(page).text) if "/kommentarer/" in one]
    fields = form(karin.get(page).text, action)
    gone = text_of(karin.post(action, data={**fields, "what": "delete"}).text)
    assert "Kommentaren er slettet af Karin Sekretær" in gone
    assert "Anden" not in gone
    assert "Karin Sekretær slettede sin kommentar" in gone


# --- followers, related sager and copies -------------------------------------------------------------------------


def test_one_follows_and_stops_following(house: House) -> None:
    lars, page = house.client(LARS), page_of(house)
    assert "Du følger sagen." in send(lars, page, "/foelg").text
    assert "Du følger sagen." not in send(lars, page, "/foelg").text


def test_related_sager_are_linked_both_ways(house: House) -> None:
    ida = house.client(IDA)
    send(ida, page_of(house), "/relaterede", other=house.numbers["fresh"].lower())
    assert house.numbers["consent"] in ida.get(page_of(house, "fresh")).text
    unknown = send(ida, page_of(house, "fresh"), "/relaterede", other="SAG-1999-0001")
    assert unknown.status_code in (200, 422)
    answer = post(ida, house, "/relaterede", form="relateret", other="SAG-1999-0001")
    assert answer.status_code == 422
    assert 'id="relateret-other-fejl"' in answer.text
    post(ida, house, "/relaterede", form="x", other=house.numbers["closed"])
    lars = house.client(LARS).get(page_of(house)).text
    assert house.numbers["closed"] not in lars
    assert TITLES["closed"] not in lars
    gone = post(ida, house, "/relaterede", form="x", other=house.numbers["fresh"], what="unrelate")
    assert "Du fjernede en forbindelse" in gone.text


def test_a_copy_takes_along_what_was_ticked(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    html = ida.get(f"{page}/kopi").text
    assert "Notat om forankring" in html
    digest = house.sag("consent").papers[0].digest
    untitled = send(ida, f"{page}/kopi", "/kopi", title="", **{f"paper-{digest}": "1"})
    assert untitled.status_code == 422
    assert re.search(rf'name="paper-{digest}" value="1" checked', untitled.text)
    done = send(ida, f"{page}/kopi", "/kopi", title="Næste år", **{f"paper-{digest}": "1"})
    said = text_of(done.text)
    assert "Du oprettede sagen som kopi af en anden" in said
    assert "Næste år" in said
    assert "Notat om forankring" in said
    assert house.numbers["consent"] in said


def test_the_plan_of_a_copy_is_seen_before_it_is_opened(house: House) -> None:
    ida, page = house.client(IDA), page_of(house)
    html = ida.get(f"{page}/kopi").text
    before = house.dump()
    assert "DASSOS har ingen møder i kalenderen, som sagen kan nå." in html
    assert "Eller regn baglæns" not in html
    digest = house.sag("consent").papers[0].digest
    for seen in ("", "0" * 64):
        again = press(ida, html, "/kopi", title="Min titel", seen=seen, **{f"paper-{digest}": "1"})
        assert again.status_code == 200
        assert 'value="Min titel"' in again.text
        assert re.search(rf'name="paper-{digest}" value="1" checked', again.text)
        assert ("Planen er en anden, end da du så den." in again.text) == bool(seen)
    assert house.dump() == before
    assert "Du oprettede sagen som kopi af en anden" in text_of(press(ida, again.text, "/kopi").text)


# --- those who may not -------------------------------------------------------------------------------------------


def test_a_closed_sag_is_not_there_for_lars_whatever_he_sends(house: House) -> None:
    lars, before = house.client(LARS), house.sag("closed")
    send(house.client(IDA), page_of(house, "closed"), "/kommentarer", text="Fortroligt")
    for action in ("/kladde", "/vis", "/kommentarer", "/kommentarer/1", "/foelg", "/relaterede", "/kopi"):
        sent = {"form": "tekst", "version": "1", "title": "x", "text": "x", "other": "SAG-1", "follows": "1"}
        answer = post(lars, house, action, "closed", **sent)
        assert answer.status_code == 404, action
        assert "Fortroligt" not in answer.text
    assert lars.get(f"{page_of(house, 'closed')}/kopi").status_code == 404
    assert house.sag("closed") == before
    with house.wiring.db.read() as tx:
        assert LARS not in company.followers(tx, before.id)


# --- the first indstilling ---------------------------------------------------------------------------------------


def test_who_is_waited_for_is_told_so_and_what_is_missing(house: House) -> None:
    new = Walker(house.wiring, "Ny og tom", "droeftelse-kd-net@1")
    html = house.client(IDA).get(f"/sager/{new.number}").text
    assert "Sagen venter på dig : indmeld til møde." in text_of(html)
    assert '<details class="held-list" open>' in html
    theirs = house.client(JENS).get(f"/sager/{new.number}").text
    assert "Venter på Ida Sagsejer : indmeld til møde." in text_of(theirs)
    assert '<details class="held-list">' in theirs


def test_nobody_is_asked_why_a_first_text_is_mended(house: House) -> None:
    ida, new = house.client(IDA), Walker(house.wiring, "Ny og tom", "droeftelse-kd-net@1")
    page = f"/sager/{new.number}"
    first = form(ida.get(page).text, "/indstilling")
    assert "reason" not in first
    again = send(ida, page, "/indstilling", **{"part-1": "KD-Net drøfter sagen."})
    assert "reason" in form(again.text, "/indstilling")


def test_text_is_never_saved_under_a_name_that_runs(house: House) -> None:
    ida, page = house.client(IDA), page_of(house, "fresh")
    data = form(ida.get(page).text, "/papirer")
    assert ida.post(f"{page}/papirer", data=data, files={"file": ("ryd.bat", b"del alt")}).status_code == 200
    kept = next(one for one in house.sag("fresh").papers if one.filename.startswith("ryd.bat"))
    answer = ida.get(f"/papirer/{house.numbers['fresh']}/{kept.digest}")
    assert 'filename="ryd.bat.txt"' in answer.headers["content-disposition"]
