"""The page of a sag with real requests: approving, sending back, what was typed, and what others did meanwhile."""

import re
from dataclasses import replace

import pytest

from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.store import meetings
from tests.web.forms import form, forms, open_sag, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, House, Walker


def test_approve_is_one_form_and_the_receipt_says_where_the_sag_is(house: House) -> None:
    jens = house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    assert "Din godkendelse" in html
    assert 'name="move" value="approve"' in html
    assert not re.search(r'type="radio"[^>]*\bchecked', html)
    action = next(address for address, fields in forms(html) if fields.get("form", "").startswith("led-"))
    done = send(jens, page, action, move="approve")
    assert done.status_code == 200
    assert done.history[0].status_code == 303
    said = text_of(done.text)
    assert "Du godkendte, at sagen går videre" in said
    assert "fredag den 24. januar 2020 kl. 16.00" in said.lower()
    assert "Sagen er nu hos KD-Net" in said
    again = text_of(jens.get(page).text)
    assert "Godkendt fredag den 24. januar 2020" in again
    assert "Du har allerede godkendt." in again or "mangler ingen godkendelse" in again


def test_current_stop_is_the_only_one_with_aria_current(house: House) -> None:
    html = house.client(IDA).get(f"/sager/{house.numbers['consent'].lower()}").text
    assert html.count('aria-current="step"') == 1
    metro = text_of(html[html.index('<ol class="metro') : html.index('class="metro-link"')])
    assert re.search(r"DASSOS Administrativ gruppe Anbefalet 22\. jan\. 2020 Færdig KD-Net Besluttet", metro)
    assert "KKR Midtjylland Tidligst 5. feb. 2020" in metro
    assert "Kontaktudvalget Tidligst 17. jun. 2020" in metro  # nothing to make a condition of yet


def test_sending_back_without_a_reason_is_refused_and_keeps_what_was_typed(house: House) -> None:
    jens = house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    action = _decision(jens.get(page).text)
    answer = send(jens, page, action, move="return", approve__note="min bemærkning")
    assert answer.status_code == 422
    assert 'href="#led-' in answer.text
    assert "Skriv, hvorfor sagen sendes tilbage." in answer.text
    assert re.search(r'name="move" value="return" checked', answer.text)
    assert "<title>Fejl:" in answer.text
    assert house.sag("consent").at("kdnet").state == "decided"  # type: ignore[union-attr]
    target = re.search(r'class="summary".*?href="#([^"]+)"', answer.text, re.DOTALL)
    assert target
    assert f'id="{target[1]}"' in answer.text


def test_nothing_chosen_changes_nothing(house: House) -> None:
    jens = house.client(JENS)
    before = house.sag("consent")
    answer = send(jens, f"/sager/{house.numbers['consent']}", _decision_of(house, JENS))
    assert answer.status_code == 422
    assert "Vælg, hvad der skal ske." in answer.text
    assert house.sag("consent") == before


def test_a_stale_version_is_a_conflict_that_shows_both(house: House) -> None:
    karin, jens = house.client(KARIN), house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    action = _decision(jens.get(page).text)
    old = form(jens.get(page).text, action)
    send(karin, page, action, move="rework", rework__reason="Der kom nye tal.")
    answer = jens.post(action, data={**old, "move": "return", "return.reason": "Det her er min tekst."})
    assert answer.status_code == 409
    said = text_of(answer.text)
    assert "Sagen er ændret, siden du åbnede siden" in said
    assert "Det her er min tekst." in said
    assert "Karin Sekretær tog sagen op igen." in said
    assert "KD-Net : Under forberedelse" in said
    assert "Karin Sekretær" in said


def test_two_who_edit_one_text_see_both_versions_and_only_what_differs(house: House) -> None:
    ida, karin = house.client(IDA), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    old = form(ida.get(page).text, "/tekst")
    send(karin, page, "/tekst", case_text="Karins linje.")
    answer = ida.post(f"{page}/tekst", data={**old, "case_text": "Idas linje."})
    assert answer.status_code == 409
    said = text_of(answer.text)
    mine, now = said.index("Det ville du Sagsfremstilling Idas linje."), said.index("Sådan er det nu")
    assert mine < now < said.index("Sagsfremstilling Karins linje.", now)
    summary = said[mine : said.index("Sidst ændret")]
    assert "Titel" not in summary  # nobody changed it
    assert house.sag("consent").case_text == "Karins linje."


def test_two_who_edit_one_indstilling_see_both_versions_part_by_part(house: House) -> None:
    ida, karin = house.client(IDA), house.client(KARIN)
    page = f"/sager/{house.numbers['fresh']}"
    old = form(ida.get(page).text, "/indstilling")
    send(karin, page, "/indstilling", **{"part-1": "Karins del.", "part-2": "En del til."})
    answer = ida.post(_of(ida.get(page).text, "/indstilling"), data={**old, "part-1": "Idas del."})
    assert answer.status_code == 409
    said = text_of(answer.text)
    for words in (
        "Indstilling, del 1 Idas del.",
        "Indstilling, del 2 (tom)",
        "Karins del. Indstilling, del 2 En del til.",
    ):
        assert words in said, words


def test_what_the_bodies_before_decided_stays_on_the_page_part_by_part(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    send(karin, page, _decision_of(house, KARIN), move="rework", rework__reason="Delene skal skilles.")
    walker = house.page("consent", KARIN)
    said = text_of(karin.get(page).text)
    past = said[said.index("Tidligere beslutninger") :]
    assert "DASSOS, onsdag den 22. januar 2020: anbefalet" in past
    assert "DASSOS indstiller forankringen til KD-Net." in past
    assert [one.body.key for one in walker.past] == ["dassos"]


def test_a_form_sent_twice_acts_once(house: House) -> None:
    jens = house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    html = jens.get(page).text
    action = _decision(html)
    data = {**form(html, action), "move": "approve"}
    first, second = jens.post(action, data=data), jens.post(action, data=data)
    assert (first.status_code, second.status_code) == (200, 200)
    step = house.sag("consent").at("kdnet")
    assert step
    assert len(step.approvals) == 1


def test_a_key_used_for_something_else_is_refused(house: House) -> None:
    jens = house.client(JENS)
    html = jens.get(f"/sager/{house.numbers['consent']}").text
    action = _decision(html)
    data = {**form(html, action), "move": "approve"}
    jens.post(action, data=data)
    answer = jens.post(action, data={**data, "move": "return", "return.reason": "nej"})
    assert answer.status_code == 409
    assert "Skemaet er allerede brugt" in answer.text


def test_a_changed_text_lets_the_consent_lapse_visibly(house: House) -> None:
    ida, jens = house.client(IDA), house.client(JENS)
    page = f"/sager/{house.numbers['consent']}"
    send(jens, page, _decision_of(house, JENS), move="approve")
    receipt = send(ida, page, "/tekst", case_text="Noget helt andet.")
    assert "Du ændrede sagens indhold" in text_of(receipt.text)
    said = text_of(jens.get(page).text)
    assert "Godkendelsen er bortfaldet." in said
    assert "fordi sagsfremstillingen er ændret" in said
    assert "Din godkendelse" in said


def test_correcting_a_handed_on_decision_asks_what_becomes_of_the_rest(house: House) -> None:
    dorte = house.client(DORTE)
    page = f"/sager/{house.numbers['consent']}"
    values = {"outcome": "besluttet", "reason": "Det stod forkert i referatet."}
    answer = send(dorte, page, "/rettelse", **values)
    assert answer.status_code == 409
    assert "Sagen er gået videre på den gamle beslutning" in answer.text
    assert "KD-Net (besluttet)" in text_of(answer.text)
    assert "Det stod forkert i referatet." in answer.text
    done = send(dorte, page, "/rettelse", **values, downstream="note")
    assert done.status_code == 200
    assert "anbefalet → besluttet" in text_of(done.text)


def test_a_chair_may_not_revise(house: House) -> None:
    jens = house.client(JENS)
    html = jens.get(f"/sager/{house.numbers['fresh']}").text
    assert "/tekst" not in html
    token = forms(html)[0][1]["token"]
    data = {"form": "tekst", "token": token, "key": "k" * 16, "version": "2", "title": "x"}
    answer = jens.post(f"/sager/{house.numbers['fresh']}/tekst", data=data)
    assert answer.status_code == 403
    assert "Det kan kun sagsejeren eller" in text_of(answer.text)


def test_submitting_to_a_meeting(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    action = _decision_of(house, IDA, "fresh")
    without = send(ida, page, action, move="submit")
    assert without.status_code == 422
    assert "Vælg et møde i KD-Net." in without.text
    done = send(ida, page, action, move="submit", submit__meeting="kd-net-2020-03-13")
    assert "Du indmeldte sagen til møde" in text_of(done.text)
    assert "Karin Sekretær" in text_of(done.text)


def options(html: str) -> tuple[str, str]:
    """The meetings that can be chosen for a submission: the coming ones, and those that were held."""
    found = re.search(r'<select id="[^"]*" name="submit.meeting".*?</select>', html, re.DOTALL)
    assert found
    coming, _, held = found[0].partition("<optgroup")
    return coming, held


def test_a_meeting_that_is_over_is_offered_to_secretaries_alone_and_only_without_minutes(house: House) -> None:
    page = f"/sager/{Walker(house.wiring, 'En sen sag', 'droeftelse-kd-net@1').write('kdnet', 'Ja.').number}"
    coming, held = options(house.client(IDA).get(page).text)
    assert "kd-net-2020-03-13" in coming
    assert not held
    coming, held = options(house.client(KARIN).get(page).text)
    assert "kd-net-2019-08-16" not in coming
    assert "kd-net-2019-08-16" in held
    assert "kd-net-2019-10-25" in held
    with house.wiring.db.write() as tx:
        old = meetings.timetable(tx).find(MeetingId("kd-net-2019-10-25"))
        assert old
        sent = replace(old, status=MeetingStatus.MINUTES_SENT)
        meetings.change(tx, old, sent, by=KARIN, reason=None, now=house.wiring.now())
    coming, held = options(house.client(KARIN).get(page).text)
    assert "kd-net-2019-08-16" in held
    assert "kd-net-2019-10-25" not in coming + held
    html = house.client(KARIN).get(page).text
    action = next(at for at, fields in forms(html) if fields.get("form", "").startswith("led-"))
    chosen = {"move": "submit", "submit__meeting": "kd-net-2019-10-25"}
    answer = send(house.client(KARIN), page, action, **chosen)
    assert answer.status_code == 422
    assert "Referatet af mødet i KD-Net fredag den 25. oktober 2019 er sendt ud" in text_of(answer.text)


def test_a_date_that_is_none_is_said_beside_its_field(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['agenda']}"
    action = _decision_of(house, KARIN, "agenda")
    send(karin, page, action, move="treat")
    answer = send(karin, page, action, move="decide", decide__outcome="drøftet", decide__decided_on="30. februar")
    assert answer.status_code == 422
    assert "Datoen kan ikke læses" in answer.text
    assert 'value="30. februar"' in answer.text
    done = send(karin, page, action, move="decide", decide__outcome="drøftet", decide__decided_on="januar 2020")
    assert "Beslutning: drøftet" in text_of(done.text)


def test_text_from_people_is_never_markup(house: House) -> None:
    html = house.client(IDA).get(f"/sager/{house.numbers['agenda']}").text
    assert "<b>COK</b>" not in html
    assert "&lt;b&gt;COK&lt;/b&gt; &amp; andre" in html
    assert "<i>det</i>" not in html


def test_papers_are_saved_under_a_safe_name(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['consent']}"
    html = ida.get(page).text
    assert "PDF, 46 kB" in text_of(html)
    link = re.search(r'href="(/papirer/[^"]+)"', html)
    assert link
    answer = ida.get(link[1])
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"notat ___.pdf\"; filename*=UTF-8''notat%20%3C%C3%A6%3E.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("brev.pdf", b"%PDF-1.7 hej", 200, "Mit bilag"),
        ("side.pdf", b"<html><script>1</script>", 422, "Filen kan ikke tages imod"),
        ("tom.txt", b"", 422, "Filen er tom."),
    ],
)
def test_uploading_a_paper(house: House, name: str, content: bytes, status: int, words: str) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    data = {**form(ida.get(page).text, "/papirer"), "title": "Mit bilag"}
    answer = ida.post(f"{page}/papirer", data=data, files={"file": (name, content)})
    assert answer.status_code == status
    assert words in answer.text


def test_a_new_sag(house: House) -> None:
    ida = house.client(IDA)
    answer = send(ida, "/sager/ny", "/sager/ny", title="", route="standard@1")
    assert answer.status_code == 422
    assert "Skriv sagens titel." in answer.text
    assert re.search(r'value="standard@1" checked', answer.text)
    answer = send(ida, "/sager/ny", "/sager/ny", title="Min nye sag", route="standard@1")
    assert "Vælg, hvem der er den administrative gruppe." in answer.text
    fills = {"standard@1.administrativ-gruppe": "dassos"}
    done = open_sag(ida, title="Min nye sag", route="standard@1", **fills)
    assert done.status_code == 200
    assert "Du satte sagen i gang" in text_of(done.text)


def test_resting_and_resuming(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    answer = send(ida, page, "/liv", move="rest")
    assert "Skriv, hvorfor sagen skal hvile." in answer.text
    send(ida, page, "/liv", move="rest", rest__reason="Vi venter på tal.")
    assert "Hviler" in ida.get(page).text
    done = send(ida, page, "/liv", move="resume")
    assert "Du genoptog sagen" in text_of(done.text)


def test_submitting_on_condition(house: House) -> None:
    karin, ida = house.client(KARIN), house.client(IDA)
    page = f"/sager/{house.numbers['consent']}"
    send(house.client(JENS), page, _decision_of(house, JENS), move="approve")
    send(karin, page, _decision_of(house, KARIN), move="hand-on")
    html = ida.get(page).text
    assert "Indmeld til Kontaktudvalget under forudsætning" in text_of(html)
    assert "Kontaktudvalget Kan indmeldes under forudsætning Tidligst" in text_of(html)
    meeting = house.page("consent", IDA).ahead[0].meetings[0].id
    done = send(ida, page, "/forud/kontaktudvalg", meeting=meeting, **{"part-1": "Udvalget godkender."})
    assert done.status_code == 200, text_of(done.text)
    assert "Under forudsætning" in text_of(done.text)


def test_the_indstilling_to_the_next_body_is_shown_before_the_consent(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['consent']}"
    send(ida, page, "/videre", **{"part-1": "KKR godkender forankringen."})
    said = text_of(house.client(JENS).get(page).text)
    assert "Indstilling til næste led KKR godkender forankringen." in said


def _decision(html: str) -> str:
    return next(address for address, fields in forms(html) if fields.get("form", "").startswith("led-"))


def _of(html: str, action: str) -> str:
    return next(address for address, _ in forms(html) if address.endswith(action))


def _decision_of(house: House, who: str, what: str = "consent") -> str:
    return _decision(house.client(who).get(f"/sager/{house.numbers[what]}").text)  # type: ignore[arg-type]
