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


# --- what a move rests on has changed, though its own step has not ---------------------------------------------


def sent_late(who: TestClient, html: str, action: str, **values: str) -> Response:
    """A form of a page that was opened a while ago."""
    address = next(one for one, _ in forms(html) if one.endswith(action))
    return who.post(
        address, data={**form(html, action), **{name.replace("__", "."): text for name, text in values.items()}}
    )


def test_a_decision_when_the_case_text_has_changed(house: House) -> None:
    karin, page, action = treated(house)
    html = karin.get(page).text
    send(house.client(IDA), page, "/tekst", case_text="Noget helt andet.")
    answer = sent_late(karin, html, action, move="decide", decide__outcome="drøftet")
    mine, now = both(answer)
    assert "Sagsfremstilling, som du så det Sagen handler om" in mine
    assert "Sagsfremstilling Noget helt andet." in now
    assert "Intet er gemt endnu." in answer.text
    assert "Du har ikke godkendt endnu" not in answer.text
    assert re.search(r'value="drøftet" selected', answer.text), "the indstilling is the same, so the choice stands"
    step = house.sag("agenda").at("kdnet")
    assert step
    assert step.outcome is None
    assert sent_late(karin, answer.text, action, move="decide").status_code == 200


def test_a_submission_when_the_case_text_has_changed(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    html = ida.get(page).text
    meeting = house.page("fresh", IDA).panels[0].meetings[0].id
    send(ida, page, "/tekst", case_text="Noget helt andet.")
    _, now = both(sent_late(ida, html, decision(html), move="submit", submit__meeting=meeting))
    assert "Sagsfremstilling Noget helt andet." in now


def test_a_submission_when_the_indstilling_has_changed_shows_both(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    html = ida.get(page).text
    meeting = house.page("fresh", IDA).panels[0].meetings[0].id
    send(ida, page, "/indstilling", **{"part-1": "KD-Net udskyder planen."})
    mine, now = both(sent_late(ida, html, decision(html), move="submit", submit__meeting=meeting))
    assert "Indstilling, del 1, som du så det KD-Net drøfter planen." in mine
    assert "Indstilling, del 1 KD-Net udskyder planen." in now


def test_a_decision_on_parts_that_were_written_anew_is_chosen_anew(house: House) -> None:
    karin, page, action = treated(house, parts=("Del et.", "Del to."))
    html = karin.get(page).text
    send(karin, page, "/indstilling", **{"part-1": "Noget andet.", "part-2": "Del to."})
    chosen = {"decide__outcome-1": "godkendt", "decide__outcome-2": "forkastet", "decide__note": "Enstemmigt."}
    answer = sent_late(karin, html, action, move="decide", **chosen)
    mine, now = both(answer)
    assert "Beslutning om del 1 godkendt" in mine
    assert "Indstilling, del 1 Noget andet." in now
    assert "Teksten er en anden nu, så beslutningen skal vælges igen nedenfor." in mine
    again = form(answer.text, action)
    assert (again["decide.outcome-1"], again["decide.outcome-2"], again["decide.note"]) == ("", "", "Enstemmigt.")
    assert sent_late(karin, answer.text, action, move="decide").status_code == 422
    step = house.sag("agenda").at("kdnet")
    assert step
    assert step.outcome is None


def test_a_correction_when_the_case_text_has_changed(house: House) -> None:
    dorte, page = house.client(DORTE), f"/sager/{house.numbers['consent']}"
    html = dorte.get(page).text
    send(house.client(IDA), page, "/tekst", case_text="Noget helt andet.")
    values = {"outcome": "besluttet", "reason": "Referatet sagde besluttet.", "downstream": "note"}
    _, now = both(sent_late(dorte, html, "/rettelse", **values))
    assert "Sagsfremstilling Noget helt andet." in now


def test_a_submission_on_condition_when_what_it_rests_on_has_changed(house: House) -> None:
    page, ida = at_kkr(house), house.client(IDA)
    send(ida, page, "/indstilling", **{"part-1": "KKR godkender."})
    html = ida.get(page).text
    assert form(html, "/forud/kontaktudvalg")["part-1"] == "KKR godkender."
    send(ida, page, "/indstilling", **{"part-1": "KKR afviser."})
    meeting = house.page("consent", IDA).ahead[0].meetings[0].id
    answer = sent_late(ida, html, "/forud/kontaktudvalg", meeting=meeting)
    assert form(answer.text, "/forud/kontaktudvalg")["part-1"] == "KKR afviser.", "nobody had changed the old one"
    own = sent_late(ida, html, "/forud/kontaktudvalg", meeting=meeting, **{"part-1": "Udvalget tiltræder."})
    assert form(own.text, "/forud/kontaktudvalg")["part-1"] == "Udvalget tiltræder."
    mine, now = both(answer)
    assert "Indstilling, del 1, som du så det KKR godkender." in mine
    assert "Indstilling, del 1 KKR afviser." in now
    assert house.sag("consent").at("kontaktudvalg") is None
    html = ida.get(page).text
    send(ida, page, "/tekst", case_text="Noget helt andet.")
    _, now = both(sent_late(ida, html, "/forud/kontaktudvalg", meeting=meeting))
    assert "Sagsfremstilling Noget helt andet." in now


def test_a_consent_when_the_decision_was_corrected_shows_both_decisions(house: House) -> None:
    jens, karin = house.client(JENS), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    seq = next(one.step.seq for one in house.page("consent", KARIN).corrections if one.step.station == "kdnet")
    values = {"outcome-1": "godkendt", "outcome-2": "bevilget", "reason": "Referatet."}
    assert send(karin, page, f"/led/{seq}/rettelse", **values).status_code == 200
    mine, now = both(sent_late(jens, html, decision(html), move="approve"))
    assert "Beslutning om del 2, som du så det anbefalet" in mine
    assert "Beslutning om del 2 bevilget" in now


def test_the_box_of_two_versions_says_who_changed_it_in_a_sentence(house: House) -> None:
    jens, karin = house.client(JENS), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    send(jens, page, decision(html), move="approve")
    late = karin.get(page).text
    send(karin, page, decision(late), move="hand-on")
    answer = sent_late(karin, late, decision(late), move="hand-on")
    assert answer.status_code == 409
    assert "Karin Sekretær sendte sagen videre." in text_of(answer.text)
