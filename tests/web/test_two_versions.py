"""Two tabs, or two people, on one sag: whoever comes second gets 409 with both versions, and nothing is lost."""

import re
from collections.abc import Mapping

from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.forms import form, forms, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, House


def decision(html: str) -> str:
    """The address of the first decision form of a page."""
    return next(address for address, fields in forms(html) if fields.get("form", "").startswith("led-"))


def two_tabs(
    client: TestClient, page: str, action: str, first: Mapping[str, str], second: Mapping[str, str]
) -> Response:
    """One person opens a form in two tabs and sends the first, then the second."""
    html = [client.get(page).text, client.get(page).text]
    address = next(one for one, _ in forms(html[0]) if one.endswith(action))
    done = client.post(address, data={**form(html[0], action), **first})
    assert done.status_code == 200, text_of(done.text)
    return client.post(address, data={**form(html[1], action), **second})


def both(answer: Response) -> tuple[str, str]:
    """What the box of two versions says: mine, and what is there now."""
    assert answer.status_code == 409
    said = text_of(answer.text)
    start, middle = said.index("Det ville du"), said.index("Sådan er det nu")
    return said[start:middle], said[middle : said.index("Sidst ændret")]


def treated(house: House, *, parts: tuple[str, ...] = ()) -> tuple[TestClient, str, str]:
    """Karin at the page of a sag that KD-Net has treated and not decided."""
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['agenda']}"
    if parts:
        send(karin, page, "/indstilling", **{f"part-{n}": text for n, text in enumerate(parts, 1)})
    action = decision(karin.get(page).text)
    send(karin, page, action, move="treat")
    return karin, page, action


def at_kkr(house: House) -> str:
    """The page of a sag that has come to KKR."""
    page = f"/sager/{house.numbers['consent']}"
    jens, karin = house.client(JENS), house.client(KARIN)
    send(jens, page, decision(jens.get(page).text), move="approve")
    send(karin, page, decision(karin.get(page).text), move="hand-on")
    return page


def test_a_submission_on_condition_from_two_tabs(house: House) -> None:
    page, ida = at_kkr(house), house.client(IDA)
    meetings = [one.id for one in house.page("consent", IDA).ahead[0].meetings]
    first = {"meeting": meetings[0], "part-1": "Udvalget godkender."}
    answer = two_tabs(
        ida, page, "/forud/kontaktudvalg", first, {"meeting": meetings[1], "part-1": "Min anden tekst."}
    )
    mine, now = both(answer)
    assert "Min anden tekst." in mine
    assert "Udvalget godkender." in now
    assert "Møde" in mine
    assert "Kontaktudvalget : Indmeldt til møde" in now
    assert "Kopiér det, du vil beholde" in mine
    assert "nedenfor" not in mine
    step = house.sag("consent").at("kontaktudvalg")
    assert step
    assert [part.text for part in step.parts] == ["Udvalget godkender."]


def test_a_consent_to_a_text_that_was_changed_meanwhile(house: House) -> None:
    ida, jens = house.client(IDA), house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    old = {**form(html, decision(html)), "move": "approve"}
    before = house.sag("consent").case_text
    send(ida, page, "/tekst", case_text="Noget helt andet.")
    send(ida, page, "/videre", **{"part-1": "KKR godkender alt."})
    answer = jens.post(decision(html), data=old)
    mine, now = both(answer)
    assert "Ændret er: sagsfremstillingen og indstillingen til næste led." in text_of(answer.text)
    assert "Godkend, at sagen går videre" in mine
    assert " ".join(before.split()) in mine
    assert "Indstilling til næste led, del 1, som du så det (tom)" in mine
    assert "Sagsfremstilling Noget helt andet." in now
    assert "Indstilling til næste led, del 1 KKR godkender alt." in now
    assert "Dit valg står stadig nedenfor." in mine
    assert re.search(r'name="move" value="approve" checked', answer.text)
    step = house.sag("consent").at("kdnet")
    assert step
    assert not step.approvals
    again = jens.post(decision(answer.text), data={**form(answer.text, decision(answer.text)), "move": "approve"})
    assert again.status_code == 200


def test_a_consent_when_only_the_case_text_has_changed_is_a_conflict_too(house: House) -> None:
    ida, jens = house.client(IDA), house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    send(ida, page, "/tekst", case_text="Noget helt andet.")
    answer = jens.post(decision(html), data={**form(html, decision(html)), "move": "approve"})
    _, now = both(answer)
    assert "Indholdet er ændret, siden du åbnede siden" in answer.text
    assert "Ændret er: sagsfremstillingen." in text_of(answer.text)
    assert "Sagsfremstilling Noget helt andet." in now


def test_a_decision_from_two_tabs_shows_both_outcomes_and_notes(house: House) -> None:
    karin, page, action = treated(house)
    answer = two_tabs(
        karin,
        page,
        action,
        {"move": "decide", "decide.outcome": "tiltrådt", "decide.note": "Enstemmigt."},
        {"move": "decide", "decide.outcome": "forkastet", "decide.note": "Flertallet var imod."},
    )
    mine, now = both(answer)
    assert "Registrér beslutningen" in mine
    assert "Beslutning forkastet" in mine
    assert "Flertallet var imod." in mine
    assert "Beslutning tiltrådt" in now
    assert "Enstemmigt." in now
    assert "nedenfor" not in mine


def test_a_decision_in_parts_from_two_tabs_shows_the_parts_that_differ(house: House) -> None:
    karin, page, action = treated(house, parts=("Del et.", "Del to."))
    chosen = {"move": "decide", "decide.outcome-1": "godkendt", "decide.outcome-2": "godkendt"}
    answer = two_tabs(karin, page, action, chosen, {**chosen, "decide.outcome-2": "forkastet"})
    mine, now = both(answer)
    assert "Beslutning om del 2 forkastet" in mine
    assert "Beslutning om del 2 godkendt" in now
    assert "del 1" not in mine


def test_a_correction_from_two_tabs_shows_both_outcomes_and_reasons(house: House) -> None:
    dorte = house.client(DORTE)
    page = f"/sager/{house.numbers['consent']}"
    first = {"outcome": "besluttet", "reason": "Referatet sagde besluttet.", "downstream": "note"}
    second = {"outcome": "tiltrådt", "reason": "Formanden husker tiltrådt.", "downstream": "note"}
    mine, now = both(two_tabs(dorte, page, "/rettelse", first, second))
    assert "Beslutning tiltrådt" in mine
    assert "Formanden husker tiltrådt." in mine
    assert "Lad sagen gå videre med en note" in mine
    assert "Beslutning besluttet" in now
    assert "Referatet sagde besluttet." in now
    assert "felterne nedenfor" in mine


def test_two_tabs_that_change_only_what_is_asked_for(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    answer = two_tabs(ida, page, "/indstilling", {"proposes": "orientering"}, {"proposes": "bevilling"})
    mine, now = both(answer)
    assert "Der indstilles om bevilling" in mine
    assert "Der indstilles om orientering" in now
    assert "det samme" not in mine


def test_a_second_paper_is_to_be_chosen_again(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    old = form(ida.get(page).text, "/papirer")
    send(ida, page, "/tekst", case_text="Ny tekst.")
    answer = ida.post(f"{page}/papirer", data={**old, "title": "Mit bilag"}, files={"file": ("a.txt", b"hej")})
    mine, _ = both(answer)
    assert "Mit bilag" in mine
    assert "Bilaget er ikke tilføjet. Vælg filen igen." in mine
