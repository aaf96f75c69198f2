"""What cannot be done is said in Danish at the field that mends it, with everything that was typed kept."""

import ast
import re
from pathlib import Path

import pytest

import kdflow
from kdflow import rendering
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from tests.web.forms import form, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, House, Walker
from tests.web.test_two_versions import at_kkr, decision, treated

PACKAGE = Path(kdflow.__file__).parent
REACHED = [
    *(PACKAGE / "actions" / f"{name}.py" for name in ("advance_sag", "open_sag", "revise_sag", "submit_ahead")),
    *(PACKAGE / "actions" / f"{name}.py" for name in ("correct_decision", "consequences")),
    *(PACKAGE / "actions" / f"{name}.py" for name in ("change_calendar", "give_place", "keep_feed")),
    PACKAGE / "domain" / "sag.py",
    PACKAGE / "queries" / "what_if.py",
]
"""Where forms can make something unreadable."""


@pytest.mark.parametrize("file", REACHED, ids=lambda file: file.stem)
def test_whatever_a_form_can_be_refused_for_has_a_danish_sentence(file: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Unreadable"]
    for call in raised:
        assert len(call.args) > 1, f"line {call.lineno} has no code"
        codes = [
            n.value for n in ast.walk(call.args[1]) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        assert codes
        assert set(codes) <= set(rendering.words()["missing"]), f"line {call.lineno}"


DATES = {
    "2020-02-01": "Datoen er ikke kommet endnu.",
    "i går": "Datoen kan ikke læses.",
    "xyz": "Datoen kan ikke læses.",
    "24/1-20": "Skriv årstallet med fire cifre",
}


@pytest.mark.parametrize("text", DATES)
def test_a_day_that_cannot_be_the_day_of_a_decision(house: House, text: str) -> None:
    karin, page, action = treated(house)
    answer = send(karin, page, action, move="decide", decide__outcome="drøftet", decide__decided_on=text)
    assert answer.status_code == 422
    assert DATES[text] in answer.text
    assert "på engelsk" not in answer.text
    target = re.search(r'class="summary".*?href="#([^"]+)"', answer.text, re.DOTALL)
    assert target
    assert target[1].endswith("-decide-decided_on")
    assert f'id="{target[1]}"' in answer.text
    assert f'value="{text}"' in answer.text
    done = send(karin, page, action, move="decide", decide__outcome="drøftet", decide__decided_on="24/1 2020")
    assert done.status_code == 200


def test_a_correction_that_needs_a_note(house: House) -> None:
    dorte = house.client(DORTE)
    page = f"/sager/{house.numbers['consent']}"
    values = {"outcome": "taget til efterretning", "reason": "Det står i referatet.", "downstream": "note"}
    answer = send(dorte, page, "/rettelse", **values)
    assert answer.status_code == 422
    assert "Bekræft, at det er rigtigt, og skriv hvorfor i bemærkningen." in answer.text
    assert re.search(r'href="#rettelse-\d+-confirmed"', answer.text)
    answer = send(dorte, page, "/rettelse", **values, confirmed="1")
    assert answer.status_code == 422
    assert "Skriv, hvorfor beslutningen ikke svarer på det, der blev spurgt om." in answer.text
    assert re.search(r'href="#rettelse-\d+-note"', answer.text)
    assert "does not answer" not in answer.text
    assert "Det står i referatet." in answer.text


def test_the_note_to_a_decision_stands_in_the_form_that_corrects_it(house: House) -> None:
    karin, page, action = treated(house)
    send(karin, page, action, move="decide", decide__outcome="drøftet", decide__note="Et mindretal var imod.")
    assert form(karin.get(page).text, "/rettelse")["note"] == "Et mindretal var imod."
    send(karin, page, "/rettelse", outcome="tiltrådt", reason="Referatet.")
    step = house.sag("agenda").steps[0]
    assert (step.outcome, step.outcome_note) == ("tiltrådt", "Et mindretal var imod.")
    send(karin, page, "/rettelse", outcome="drøftet", reason="Referatet.", note="")
    assert house.sag("agenda").steps[0].outcome_note is None


def test_what_is_asked_for_can_be_set_back_to_what_the_route_says(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    send(ida, page, "/indstilling", proposes="godkendelse")
    assert house.sag("fresh").steps[0].proposes == "godkendelse"
    send(ida, page, "/indstilling", proposes="")
    assert house.sag("fresh").steps[0].proposes is None


def test_a_text_that_is_too_long_is_kept_on_the_page_and_not_cut(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    text = "å" * 50_000 + " slutningen."
    before = house.sag("fresh")
    answer = send(ida, page, "/tekst", case_text=text)
    assert answer.status_code == 422
    assert "et felt kan højst have 50.000 tegn" in answer.text
    assert 'href="#tekst-case_text"' in answer.text
    assert form(answer.text, "/tekst")["case_text"] == text
    assert house.sag("fresh") == before
    assert 'maxlength="50000"' in answer.text


def test_a_title_that_is_too_long(house: House) -> None:
    answer = send(house.client(IDA), f"/sager/{house.numbers['fresh']}", "/tekst", title="x" * 301)
    assert answer.status_code == 422
    assert "den kan højst have 300 tegn" in answer.text
    assert 'href="#tekst-title"' in answer.text


def test_a_letter_that_cannot_be_kept(house: House) -> None:
    answer = send(house.client(IDA), f"/sager/{house.numbers['fresh']}", "/tekst", case_text="a\x00b")
    assert answer.status_code == 422
    assert "et tegn, der ikke kan gemmes" in answer.text


def test_the_first_station_has_nowhere_to_send_the_sag_back_to(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['agenda']}"
    html = karin.get(page).text
    assert 'value="return"' not in html
    held = text_of(html[html.index("Det kan ikke gøres nu") :])
    assert "Send tilbage Leddet er det første på ruten" in held
    moves = karin.get(f"/api{page}").json()["steps"][0]["moves"]
    (back,) = [move for move in moves if move["name"] == "return"]
    assert not back["possible"]
    assert "intet tidligere led" in back["reasons"][0]


def test_a_sag_is_postponed_to_a_later_meeting_only(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['agenda']}"
    html = karin.get(page).text
    field = re.search(r'name="postpone.meeting".*?</select>', html, re.DOTALL)
    assert field
    offered = re.findall(r'value="(kd-net-[^"]+)"', field[0])
    assert offered[0] == "kd-net-2020-03-13"
    assert all(meeting > "kd-net-2020-01-24" for meeting in offered)
    data = {**form(html, decision(html)), "move": "postpone", "postpone.meeting": "kd-net-2020-01-24"}
    answer = karin.post(decision(html), data=data)
    assert answer.status_code == 422
    assert "Det valgte møde ligger ikke efter det møde, sagen er på nu (fredag den 24. januar 2020)" in answer.text
    assert "-postpone-meeting" in answer.text


def test_no_consent_is_said_to_be_missing_for_what_does_not_go_on(house: House) -> None:
    jens, karin = house.client(JENS), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    assert "Mangler: Jens Formand" in text_of(jens.get(page).text)
    values = {"outcome-1": "godkendt", "outcome-2": "udsat", "reason": "Del 2 blev udsat."}
    send(karin, page, "/led/2/rettelse", **values)
    said = text_of(jens.get(page).text)
    assert "udsat" in said
    assert "Mangler:" not in said
    assert "skal godkende, før sagen går videre" not in said


def test_a_decision_is_called_what_its_own_procedure_calls_it(house: House) -> None:
    walker = Walker(house.wiring, "To slags led", "kun-kd-net@1").write("gruppe", "Gruppen anbefaler.")
    walker.on("2020-01-22").go("gruppe", "decide", KARIN, outcome=Outcome.RECOMMENDED)
    walker.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", IDA).write("kdnet", "KD-Net godkender.")
    walker.go("kdnet", "submit", IDA, meeting=MeetingId("kd-net-2020-01-24")).go("kdnet", "accept", KARIN)
    walker.on("2020-01-24").go("kdnet", "treat", KARIN)
    karin, page = house.client(KARIN), f"/sager/{walker.number}"
    html = karin.get(page).text
    data = {**form(html, decision(html)), "move": "decide", "decide.outcome": "godkendt"}
    karin.post(decision(html), data=data)
    answer = karin.post(decision(html), data={**data, "key": "k" * 16})
    assert answer.status_code == 409
    said = text_of(answer.text)
    assert "Registrér beslutningen" in said[said.index("Det ville du") : said.index("Sådan er det nu")]


def test_the_form_says_when_the_next_body_has_an_indstilling_already(house: House) -> None:
    page, ida = at_kkr(house), house.client(IDA)
    meeting = house.page("consent", IDA).ahead[0].meetings[0].id
    assert "har allerede en indstilling" not in ida.get(page).text
    send(ida, page, "/forud/kontaktudvalg", meeting=meeting, **{"part-1": "Udvalget godkender."})
    assert "Kontaktudvalget har allerede en indstilling" in ida.get(page).text
