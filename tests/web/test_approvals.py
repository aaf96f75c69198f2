"""The chair's queue, several consents at once, waiting for a later meeting, and the receipt that stays."""

from datetime import date

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.authority import Absence, Appointment, Office, PersonId
from kdflow.domain.revision import Revision
from kdflow.domain.sag import content_digest
from kdflow.domain.workflow import Validity
from kdflow.queries.approvals import approvals
from kdflow.store import offices
from tests.benchmarks.bench_step import recorded
from tests.web.forms import form, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, NOW, TITLES, House, Walker
from tests.web.mails import answer_link
from tests.web.test_answer_links import VIBE
from tests.web.test_sign_in_proof import TITLE, press, sealed

QUEUE, TOGETHER = "/godkendelser", "/godkendelser/samlet"
KKR = "kkr-midt-2020-06-17"


def another(house: House, title: str = "En sag til om psykiatrien") -> str:
    """One more open sag that waits for the consent of Jens."""
    walker = Walker(house.wiring, title, "standard@1").write("gruppe", "Gruppen indstiller.")
    walker.go("gruppe", "submit", IDA, meeting="dassos-2020-01-22").go("gruppe", "accept", KARIN)
    walker.on("2020-01-22").go("gruppe", "treat", KARIN).go("gruppe", "decide", KARIN, outcome="anbefalet")
    walker.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", KARIN).write("kdnet", "KD-Net godkender.")
    walker.go("kdnet", "submit", IDA, meeting="kd-net-2020-01-24").go("kdnet", "accept", KARIN)
    walker.on("2020-01-24").go("kdnet", "treat", KARIN).go("kdnet", "decide", KARIN, outcome="anbefalet")
    house.numbers[title] = walker.number
    return walker.number


def consents(house: House, what: str) -> int:
    step = house.sag(what).at("kdnet")
    assert step
    return len(step.standing_approvals)


def together(client: TestClient, *numbers: str) -> Response:
    """The page before several consents."""
    return client.get(TOGETHER, params={"valgt": [f"{one}.2" for one in numbers]})


def approve(client: TestClient, page: Response) -> Response:
    return client.post(TOGETHER, data=form(page.text, TOGETHER))


# --- the queue ---------------------------------------------------------------------------------------------------


def test_the_queue_names_what_waits_and_links_to_it(house: House) -> None:
    number = another(house)
    page = house.client(JENS).get(QUEUE)
    said = text_of(page.text)
    assert TITLES["consent"] in said
    assert f'href="/sager/{number}#led-2"' in page.text
    assert 'name="valgt"' not in page.text
    assert "Ikke åbnet" in said
    assert "Alle dine godkendelser" in text_of(house.client(JENS).get("/").text)


@pytest.mark.parametrize("who", [IDA, KARIN, LARS, DORTE])
def test_nothing_is_in_the_queue_of_others(house: House, who: PersonId) -> None:
    said = text_of(house.client(who).get(QUEUE).text)
    assert TITLES["consent"] not in said
    assert "Ingen sager venter på din godkendelse" in said


def test_a_sag_can_be_chosen_once_it_was_opened_as_it_is(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    jens.head(f"/sager/{number}")
    jens.get(f"/sager/{number}", headers={"sec-purpose": "prefetch;prerender"})
    assert 'name="valgt"' not in jens.get(QUEUE).text
    jens.get(f"/sager/{number}")
    assert f'value="{number}.2"' in jens.get(QUEUE).text
    send(house.client(IDA), f"/sager/{number}", "/tekst", case_text="En helt ny fremstilling.")
    assert 'name="valgt"' not in jens.get(QUEUE).text
    assert text_of(together(jens, number).text).count("Du har ikke åbnet dem, som de står nu") == 1


def test_the_queue_asks_the_database_no_more_for_more_sager(house: House) -> None:
    counts = []
    for title in ("En til", "To til"):
        approvals(house.wiring.db, JENS, house.wiring.now())
        with recorded() as statements:
            approvals(house.wiring.db, JENS, house.wiring.now())
        counts.append(len(statements))
        another(house, title)
    assert counts[0] == counts[1] > 3


def absent(house: House, stand_in: PersonId | None) -> None:
    """Jens is away today."""
    valid = Validity.model_validate({"from": date(2020, 1, 20), "to": date(2020, 1, 31)})
    with house.wiring.db.write() as tx:
        tx.run("insert into person (id, name, email) values ('vibe', 'Vibe Vikar', 'vibe@kdflow.example')")
        offices.add_absence(tx, Absence(person=JENS, valid=valid, stand_in=stand_in))


def test_a_stand_in_sees_on_whose_behalf_and_the_chair_who_answers(house: House) -> None:
    absent(house, VIBE)
    said = text_of(house.client(VIBE).get(QUEUE).text)
    assert TITLES["consent"] in said
    assert "På vegne af Jens Formand" in said
    assert "Du svarer for Jens Formand i KD-Net" in said
    said = text_of(house.client(JENS).get(QUEUE).text)
    assert "Du er fraværende 20. jan. 2020 – 31. jan. 2020. Vibe Vikar svarer for dig i KD-Net." in said


def test_a_stand_in_is_told_so_on_the_first_page(house: House) -> None:
    absent(house, VIBE)
    said = text_of(house.client(VIBE).get("/").text)
    assert "Du svarer for Jens Formand i KD-Net 20. jan. 2020 – 31. jan. 2020. Se godkendelserne" in said
    assert "Du svarer for" not in house.client(LARS).get("/").text
    away = text_of(house.client(JENS).get("/konto/fravaer").text)
    assert "Vibe Vikar svarer for dig i KD-Net." in away


def test_where_nobody_is_chosen_the_page_says_who_answers(house: House) -> None:
    absent(house, None)
    nobody = "Ingen svarer for dig i KD-Net: sagerne venter, til du er tilbage."
    for address in ("/konto/fravaer", QUEUE):
        said = text_of(house.client(JENS).get(address).text)
        assert nobody in said
        assert "Næstformanden" not in said
    with house.wiring.db.write() as tx:
        valid = Validity.model_validate({"to": date(2020, 1, 28)})
        offices.give(tx, Appointment(person=VIBE, office=Office.VICE_CHAIR, body="kd-net", valid=valid))
    said = text_of(house.client(JENS).get(QUEUE).text)
    assert "Vibe Vikar svarer i KD-Net, men ikke i alle dagene: i resten svarer ingen" in said


def test_a_stand_in_consents_to_several_on_behalf_of_the_chair(house: House) -> None:
    absent(house, VIBE)
    vibe, number = house.client(VIBE), house.numbers["consent"]
    vibe.get(f"/sager/{number}")
    page = together(vibe, number)
    assert "På vegne af Jens Formand" in text_of(page.text)
    approve(vibe, page)
    step = house.sag("consent").at("kdnet")
    assert step
    assert [(one.person, one.on_behalf_of) for one in step.approvals] == [(VIBE, JENS)]


# --- several at once ---------------------------------------------------------------------------------------------


def test_several_are_shown_first_and_then_approved_by_one_post(house: House) -> None:
    jens, numbers = house.client(JENS), [house.numbers["consent"], another(house)]
    for number in numbers:
        jens.get(f"/sager/{number}")
    page = together(jens, *numbers)
    said = text_of(page.text)
    assert "Godkend 2 sager samlet" in said
    assert "KD-Net bevilger 150.000 kr." in said
    assert consents(house, "consent") == 0
    done = approve(jens, page)
    assert done.status_code == 200
    assert "Du godkendte 2 sager" in text_of(done.text)
    assert (consents(house, "consent"), consents(house, "En sag til om psykiatrien")) == (1, 1)
    again = approve(jens, page)
    assert "Du godkendte 2 sager" in text_of(again.text)
    assert consents(house, "consent") == 1
    assert TITLES["consent"] not in text_of(jens.get(QUEUE).text)


def follow(house: House, who: PersonId, number: str) -> None:
    send(house.client(who), f"/sager/{number}", "/foelg")


def test_before_several_are_approved_one_reads_who_is_told_what_and_nothing_is_written(house: House) -> None:
    jens, numbers = house.client(JENS), [house.numbers["consent"], another(house)]
    for number in numbers:
        jens.get(f"/sager/{number}")
    before = house.dump()
    page = together(jens, *numbers)
    assert house.dump() == before
    said = text_of(page.text)
    assert "Ida Sagsejer 2 ændringer" in said
    assert "Intet bliver sendt, før du trykker på »Godkend«." in said
    assert said.count("Godkendt i KD-Net:") >= 2


def test_when_others_are_told_than_was_seen_that_one_is_shown_again_and_the_rest_is_done(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    other = another(house)
    for one in (number, other):
        jens.get(f"/sager/{one}")
    page = together(jens, number, other)
    follow(house, DORTE, number)
    answer = approve(jens, page)
    said = text_of(answer.text)
    assert answer.status_code == 409
    assert "1 sag er ikke godkendt" in said
    assert "Andre får besked, eller der står noget andet i den, end da du så siden." in said
    assert "Du godkendte 1 sag " in said
    assert "Dorte" in said[said.index("Besked til") :]
    assert (consents(house, "consent"), consents(house, "En sag til om psykiatrien")) == (0, 1)
    again = approve(jens, answer)
    assert again.status_code == 200
    assert consents(house, "consent") == 1


def test_what_the_rules_refuse_is_said_before_anything_is_pressed(house: House) -> None:
    """A sag that is put to rest meanwhile waits for nobody: the page leaves it out."""
    jens, number = house.client(JENS), house.numbers["consent"]
    other = another(house)
    for one in (number, other):
        jens.get(f"/sager/{one}")
    send(house.client(IDA), f"/sager/{number}", "/liv", move="rest", rest__reason="Venter.")
    said = text_of(together(jens, number, other).text)
    assert "Godkend 1 sag" in said
    assert "at sagen går videre, som du læste den" in said


def test_a_closed_sag_has_no_title_in_what_is_told_before_several_are_approved(house: House) -> None:
    jens, closed = house.client(JENS), sealed(house)
    jens.get(f"/sager/{closed}")
    said = text_of(together(jens, closed).text)
    assert TITLE not in said[said.index("Besked til") :]


def test_what_was_not_opened_is_not_approved_whatever_is_sent(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    other = another(house)
    jens.get(f"/sager/{other}")
    fields = form(together(jens, other).text, TOGETHER)
    step, sag = house.sag("consent").at("kdnet"), house.sag("consent")
    assert step
    fields["punkt-02"] = (
        f"{number}/{step.seq}/{step.version}/{content_digest(sag, step)}/a-key-of-my-own/{'0' * 64}"
    )
    said = text_of(jens.post(TOGETHER, data=fields).text)
    assert "1 sag er ikke godkendt" in said
    assert "Du har ikke åbnet den, som den står nu." in said
    assert "Du godkendte 1 sag " in said
    assert consents(house, "consent") == 0


def test_what_changed_meanwhile_is_not_approved_and_the_rest_is(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    other = another(house)
    for one in (number, other):
        jens.get(f"/sager/{one}")
    page = together(jens, number, other)
    send(house.client(IDA), f"/sager/{number}", "/tekst", case_text="En helt ny fremstilling.")
    said = text_of(approve(jens, page).text)
    assert "1 sag er ikke godkendt" in said
    assert "Læs det nye, og godkend igen." in said
    assert "Du godkendte 1 sag " in said
    assert consents(house, "consent") == 0
    assert consents(house, "En sag til om psykiatrien") == 1


@pytest.mark.parametrize("who", [KARIN, LARS])
def test_somebody_else_approves_nothing_by_a_form_of_their_own(house: House, who: PersonId) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    jens.get(f"/sager/{number}")
    fields = form(together(jens, number).text, TOGETHER)
    other = house.client(who)
    fields["token"] = form(other.get("/").text, "/log-ud")["token"]
    said = text_of(other.post(TOGETHER, data=fields).text)
    assert "1 sag er ikke godkendt" in said
    assert consents(house, "consent") == 0


def test_a_closed_sag_is_no_more_to_others_than_one_that_is_not_there(house: House) -> None:
    jens, number = house.client(JENS), sealed(house)
    jens.get(f"/sager/{number}")
    fields = form(together(jens, number).text, TOGETHER)
    lars = house.client(LARS)
    fields["token"] = form(lars.get("/").text, "/log-ud")["token"]
    answers = []
    for name in (number, "SAG-2020-9999"):
        given = {**fields, "punkt-01": fields["punkt-01"].replace(number, name)}
        page = lars.post(TOGETHER, data=given)
        answers.append((page.status_code, text_of(page.text)))
        assert TITLE not in page.text
    assert answers[0] == answers[1]


def test_closed_ones_want_a_proof_before_anything_is_done(house: House) -> None:
    jens, number, closed = house.client(JENS), house.numbers["consent"], sealed(house)
    for one in (number, closed):
        jens.get(f"/sager/{one}")
    answer = approve(jens, together(jens, number, closed))
    assert answer.url.path == "/bekraeft"
    assert (consents(house, "consent"), consents(house, "sealed")) == (0, 0)
    done = press(jens, answer, "/bekraeft")
    assert "Du godkendte 2 sager" in text_of(done.text)
    assert (consents(house, "consent"), consents(house, "sealed")) == (1, 1)


@pytest.mark.parametrize("item", ["", "SAG-2020-0001/2", "x" * 300])
def test_a_form_that_is_none_of_ours(house: House, item: str) -> None:
    jens = house.client(JENS)
    token = form(jens.get("/").text, "/log-ud")["token"]
    assert jens.post(TOGETHER, data={"token": token, "punkt-01": item}).status_code == 422


def test_who_chooses_nothing_sees_the_queue_again(house: House) -> None:
    jens = house.client(JENS)
    assert jens.get(TOGETHER).url.path == QUEUE  # nothing can be chosen before it has been opened
    jens.get(f"/sager/{house.numbers['consent']}")
    page = jens.get(TOGETHER)
    assert page.status_code == 422
    assert (
        f'<a href="#valgt-{house.numbers["consent"]}-2">Sæt kryds ved de sager, du vil godkende</a>' in page.text
    )
    assert 'role="alert"' in page.text
    assert TITLES["consent"] in page.text
    assert "intet at godkende" not in page.text


# --- one at a time -----------------------------------------------------------------------------------------------


def test_waiting_for_a_later_meeting_shows_what_it_costs(house: House) -> None:
    jens, path = house.client(JENS), f"/sager/{house.numbers['consent']}"
    page = jens.get(path).text
    assert "Lad sagen vente til et senere møde" in text_of(page)
    assert "dage senere" in page[page.index("wait.meeting") :]
    assert "efter den ønskede dag" not in page
    wish = Revision(wished=date(2020, 6, 17))
    revise_sag(
        house.wiring.db, house.sag("consent").id, None, wish, version=None, key="wish-it-1", by=IDA, now=NOW
    )
    assert "ender til samme tid<" in jens.get(path).text
    assert "senere, 484 dage efter den ønskede dag" in jens.get(path).text
    refused = send(jens, path, "/led/2", move="wait", wait__reason="Regionen er ikke klar.")
    assert refused.status_code == 422
    assert 'href="#led-2-wait-meeting"' in refused.text
    assert "Regionen er ikke klar." in refused.text
    done = send(jens, path, "/led/2", move="wait", wait__meeting=KKR, wait__reason="Regionen er ikke klar.")
    said = text_of(done.text)
    assert "Du lod sagen vente til et senere møde" in said
    assert "Sagen venter til mødet i KKR Midtjylland onsdag den 17. juni 2020" in said
    assert consents(house, "consent") == 0
    assert "Venter til KKR Midtjylland" in text_of(jens.get(QUEUE).text)
    over = send(jens, path, "/led/2", move="wait", wait__meeting="")
    assert "Du lod sagen gå videre så tidligt som muligt" in text_of(over.text)
    step = house.sag("consent").at("kdnet")
    assert step
    assert step.waits_for is None


def test_waiting_after_a_consent_does_not_deny_it(house: House) -> None:
    jens, path = house.client(JENS), f"/sager/{house.numbers['consent']}"
    assert "Du godkender ikke endnu." in text_of(jens.get(path).text)
    done = text_of(send(jens, path, "/led/2", move="approve").text)
    assert "Lad sagen vente til et senere møde" in done
    assert "Din godkendelse står, og sagen venter til det møde" in done
    assert "Du godkender ikke endnu." not in done


def test_a_remark_goes_with_the_consent(house: House) -> None:
    jens, path = house.client(JENS), f"/sager/{house.numbers['consent']}"
    done = send(jens, path, "/led/2", move="approve", approve__note="Husk økonomien.")
    assert "Husk økonomien." in text_of(done.text)
    assert text_of(house.client(IDA).get(path).text).count("»Husk økonomien.«") == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"move": "wait", "wait__meeting": KKR}, "Du lod sagen vente til et senere møde"),
        (
            {"move": "return", "return__reason": "Mangler tal.", "return__back_to": "gruppe"},
            "Du sendte sagen tilbage",
        ),
        ({"move": "approve"}, "Du godkendte den"),
    ],
)
def test_the_link_shows_the_receipt_ever_after(house: House, values: dict[str, str], said: str) -> None:
    link = answer_link(house, JENS)
    jens = house.client(JENS)
    page = jens.get(link)
    send(jens, str(page.url).removeprefix("http://testserver"), "/led/2", **values)
    for _ in range(2):
        again = jens.get(link)
        assert said in text_of(again.text)
        assert "fredag den 24. januar 2020" in text_of(again.text)
        assert "Sagen er nu hos" in text_of(again.text)


# --- the page of a sag -------------------------------------------------------------------------------------------


def test_who_is_asked_for_a_consent_reads_what_else_cannot_be_done_after_the_history(house: House) -> None:
    """A secretary, who is not asked, has it beside what they can do."""
    path = f"/sager/{house.numbers['consent']}"
    said = text_of(house.client(JENS).get(path).text)
    assert "Det kan ikke gøres nu" not in said
    case, history = said.index("Sagsfremstilling"), said.index("Historik")
    assert case < history < said.index("Andet, der ikke kan gøres nu") < said.index("lader ikke sagen blive her")
    theirs = text_of(house.client(KARIN).get(path).text)
    assert theirs.index("Det kan ikke gøres nu") < theirs.index("Sagsfremstilling")
    assert "Andet, der ikke kan gøres nu" not in theirs
