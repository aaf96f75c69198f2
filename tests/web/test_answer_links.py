"""The link in a mail only points: scanners, forwarding, replay, stale mails and people who have left."""

import logging
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.refuse_reader import REFUSED
from kdflow.actions.revise_sag import revise_sag
from kdflow.actions.sign_in import sign_in
from kdflow.domain.authority import PersonId
from kdflow.domain.revision import Revision
from kdflow.domain.sag import StepSeq, content_digest
from kdflow.domain.situation import Inputs
from kdflow.store import history
from kdflow.web.security import session_cookie
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House
from tests.web.mails import answer_link, deliver, in_earnest, later, link_in, mails_to, text_in

VIBE = PersonId("vibe")


def rows(house: House) -> list[str]:
    """Everything in the database but who is signed in, and which steps they have had before them."""
    beside = ('INSERT INTO "session"', 'INSERT INTO "opened"')
    return [line for line in house.dump() if not line.startswith(beside)]


def step(house: House) -> StepSeq:
    """The number of the step that wants an answer."""
    found = house.sag("consent").at("kdnet")
    assert found
    return found.seq


def form_of(house: House, page: str) -> dict[str, str]:
    return form(page, f"/led/{step(house)}")


# --- opening it --------------------------------------------------------------------------------------------------


def test_it_leads_the_named_person_to_the_step(house: House) -> None:
    answer = house.client(JENS).get(answer_link(house, JENS))
    assert answer.url.path == f"/sager/{house.numbers['consent']}"
    assert answer.url.fragment == f"led-{step(house)}"
    assert "Din godkendelse" in answer.text
    assert "fra-mail" not in answer.text
    assert [one.status_code for one in answer.history] == [303, 303]
    for one in (*answer.history, answer):
        assert (one.headers["cache-control"], one.headers["referrer-policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize("days", [60, 84])
def test_it_needs_no_new_sign_in_since_the_meeting_before(house: House, days: int) -> None:
    in_earnest(house)
    settings = house.wiring.settings
    secret = sign_in(house.wiring.db, JENS, days=settings.session_days, old_secret=None, now=house.wiring.now())
    later(house, timedelta(days=days))
    jens = house.client()
    jens.cookies.set(session_cookie(settings), secret)
    answer = jens.get(answer_link(house, JENS))
    assert answer.url.path == f"/sager/{house.numbers['consent']}"
    assert "Din godkendelse" in answer.text


def test_scanners_change_nothing(house: House) -> None:
    link = answer_link(house, JENS)
    clients = (house.client(), house.client(JENS))
    before = rows(house)
    for client in clients:
        for _ in range(3):
            page = client.get(link)
            assert page.status_code == 200
        assert client.head(link).status_code == 200
        found = [(address, fields) for address, fields in forms(page.text) if address.startswith("/sager/")]
        for address, _ in found or [(f"/sager/{house.numbers['consent']}/led/{step(house)}", {})]:
            assert client.post(address, data={"move": "approve"}).status_code == 403
        for address, fields in found:
            if address.endswith(f"/led/{step(house)}"):
                assert client.post(address, data=fields).status_code == 422
        assert client.post(link).status_code == 405
        assert client.post("/svar").status_code == 405
    assert rows(house) == before


def test_without_a_session_one_signs_in_first_and_comes_back(house: House) -> None:
    link = answer_link(house, JENS)
    secret = link.removeprefix("/svar/")
    client = house.client()
    page = client.get(link)
    assert page.url.path == "/log-ind"
    assert page.url.params["videre"] == "/svar"
    assert "kdflow-svar" in client.cookies
    assert house.numbers["consent"] not in page.text
    assert TITLES["consent"] not in page.text
    assert secret not in page.text + str([one.headers["location"] for one in page.history])
    fields = next(one for _, one in forms(page.text) if one.get("person") == JENS)
    arrived = client.post("/log-ind", data=fields)
    assert arrived.url.path == f"/sager/{house.numbers['consent']}"
    assert "kdflow-svar" not in client.cookies


def test_for_anybody_else_there_is_no_such_page(house: House) -> None:
    link = answer_link(house, JENS)
    lars = house.client(LARS)
    before = rows(house)
    first = lars.get(link)
    assert first.status_code == 404
    for said in (house.numbers["consent"], TITLES["consent"], "KD-Net", "Jens"):
        assert said not in first.text
    never = lars.get("/findes-ikke").text
    assert text_of(first.text) == text_of(never)
    with house.wiring.db.read() as tx:
        entries = tx.run("select actor, data, sag from event where move = ?", (REFUSED,)).fetchall()
        assert history.first_break(tx) is None
    assert [(one[0], one[2]) for one in entries] == [(LARS, None)]
    assert JENS in entries[0][1]
    noted = rows(house)
    assert len(noted) == len(before) + 2  # the entry, and that it was noted
    assert lars.get(link).status_code == lars.head(link).status_code == 404
    assert rows(house) == noted


def test_an_unknown_link_and_one_that_is_over_are_the_same(house: House) -> None:
    link = answer_link(house, JENS)
    later(house, timedelta(days=31))
    pages = [
        client.get(path) for client in (house.client(), house.client(JENS)) for path in (link, f"/svar/{'x' * 43}")
    ]
    assert {page.status_code for page in pages} == {404}
    assert all("Linket gælder ikke længere" in page.text for page in pages)
    assert text_of(pages[0].text) == text_of(pages[1].text)
    assert text_of(pages[2].text) == text_of(pages[3].text)


def test_the_address_without_a_link_says_so(house: House) -> None:
    assert "Linket gælder ikke længere" in house.client(JENS).get("/svar").text


# --- what has become of it since -------------------------------------------------------------------------------


def approve(house: House, who: PersonId) -> None:
    """Give the consent by the engine."""
    sag = house.sag("consent")
    inputs = Inputs(content=content_digest(sag, sag.step(step(house))))
    advance_sag(
        house.wiring.db,
        sag.id,
        step(house),
        "approve",
        inputs,
        version=None,
        key=f"approve-{who}-{sag.version}",
        by=who,
        now=house.wiring.now(),
    )


def test_a_used_link_shows_the_receipt(house: House) -> None:
    link, jens = answer_link(house, JENS), house.client(JENS)
    approve(house, JENS)
    said = text_of(jens.get(link).text)
    assert "Du godkendte den fredag den 24. januar 2020 kl. 16.00" in said
    assert "Du skal ikke gøre mere" in said
    send(house.client(KARIN), f"/sager/{house.numbers['consent']}", f"/led/{step(house)}", move="hand-on")
    after = text_of(jens.get(link).text)
    assert "Du godkendte den fredag den 24. januar" in after
    assert "Sagen er nu hos" in after


def test_an_overtaken_link_says_what_is_new(house: House) -> None:
    link, jens = answer_link(house, JENS), house.client(JENS)
    revision = Revision(case_text="Nu står der noget andet.")
    revise_sag(
        house.wiring.db,
        house.sag("consent").id,
        None,
        revision,
        reason="Nye tal",
        version=None,
        key="a-new-text",
        by=IDA,
        now=house.wiring.now(),
    )
    page = jens.get(link)
    said = text_of(page.text)
    assert "Sagen er ændret, siden mailen blev sendt" in said
    assert "Ida Sagsejer ændrede sagens indhold" in said
    assert "Din godkendelse" in said


def test_what_needs_no_answer_any_more_says_so(house: House) -> None:
    link = answer_link(house, JENS)
    karin = house.client(KARIN)
    path = f"/sager/{house.numbers['consent']}"
    send(karin, path, f"/led/{step(house)}", move="rework", rework__reason="Nye tal.")
    assert "Der skal ikke svares længere" in text_of(house.client(JENS).get(link).text)


def test_the_chair_was_replaced_after_the_mail(house: House) -> None:
    link, jens = answer_link(house, JENS), house.client(JENS)
    page = jens.get(link).text
    with house.wiring.db.write() as tx:
        tx.run("update appointment set person = ? where person = ? and office = 'chair'", (LARS, JENS))
    refused = jens.post(
        f"/sager/{house.numbers['consent']}/led/{step(house)}", data={**form_of(house, page), "move": "approve"}
    )
    assert refused.status_code == 403
    said = text_of(jens.get(link).text)
    assert "Det er ikke længere dig, der skal godkende" in said
    assert house.sag("consent").step(step(house)).approvals == ()


def test_a_text_that_changes_on_the_way_is_not_approved(house: House) -> None:
    jens = house.client(JENS)
    page = jens.get(answer_link(house, JENS)).text
    revise_sag(
        house.wiring.db,
        house.sag("consent").id,
        None,
        Revision(case_text="Nu står der noget andet."),
        reason=None,
        version=None,
        key="a-new-text",
        by=IDA,
        now=house.wiring.now(),
    )
    fields = {**form_of(house, page), "move": "approve"}
    answer = jens.post(f"/sager/{house.numbers['consent']}/led/{step(house)}", data=fields)
    assert answer.status_code == 409
    assert house.sag("consent").step(step(house)).approvals == ()


# --- stand-ins ---------------------------------------------------------------------------------------------------


@pytest.fixture
def away(house: House) -> House:
    """Jens is away; Vibe is vice-chair, and gets the notice that he would have got."""
    with house.wiring.db.write() as tx:
        tx.run("insert into person (id, name, email) values ('vibe', 'Vibe Næst', 'vibe@kdflow.example')")
        tx.run("insert into appointment (person, office, body) values ('vibe', 'vice-chair', 'kd-net')")
        tx.run(
            "insert into absence (person, valid_from, valid_to) values (?, '2020-01-01', '2020-02-28')", (JENS,)
        )
        tx.run("delete from notice where kind = 'consent-wanted'")
    decided_again(house, house.client(KARIN), f"/sager/{house.numbers['consent']}")
    return house


def decided_again(house: House, karin: TestClient, path: str) -> None:
    """The step is taken up again, and decided once more: the consent is wanted anew."""
    send(karin, path, f"/led/{step(house)}", move="rework", rework__reason="Igen.")
    for move, more in (("submit", {"submit__meeting": "kd-net-2020-01-24"}), ("accept", {}), ("treat", {})):
        assert send(karin, path, f"/led/{step(house)}", move=move, **more).status_code == 200
    fields = form_of(house, karin.get(path).text)
    fields |= {"move": "decide", "decide.outcome-1": "anbefalet", "decide.outcome-2": "anbefalet"}
    assert karin.post(f"{path}/led/{step(house)}", data=fields).status_code == 200


def test_a_vice_chair_has_a_link_of_their_own(away: House) -> None:
    link = answer_link(away, VIBE)
    assert not any("/svar/" in text_in(mail) for mail in mails_to(away, JENS))
    vibe = away.client(VIBE)
    page = vibe.get(link)
    assert "Du handler på vegne af Jens Formand" in text_of(page.text)
    path = f"/sager/{away.numbers['consent']}/led/{step(away)}"
    done = vibe.post(path, data={**form_of(away, page.text), "move": "approve"})
    assert done.status_code == 200
    approval = away.sag("consent").step(step(away)).approvals[-1]
    assert (approval.person, approval.on_behalf_of) == (VIBE, JENS)
    assert away.client(JENS).get(link).status_code == 404


def test_a_stand_in_has_a_link_of_their_own(house: House) -> None:
    """Somebody without an office, named by the one who is away; by name, and on their behalf."""
    stands_in_from(house, "2020-01-01", notified=False)
    link = answer_link(house, VIBE)
    assert not any("/svar/" in text_in(mail) for mail in mails_to(house, JENS))
    answers_for_jens(house, link)


def test_a_chair_who_goes_away_after_the_mail_is_stood_in_for(house: House) -> None:
    """The next reminder finds who answers then, with a link of their own; the first one says who has answered."""
    first = answer_link(house, JENS)
    pass_deadlines(house.wiring.db, now=house.wiring.now())
    stands_in_from(house, "2020-01-25", notified=True)
    later(house, timedelta(days=4))
    pass_deadlines(house.wiring.db, now=house.wiring.now())
    link = answer_link(house, VIBE)
    answers_for_jens(house, link)
    said = text_of(house.client(JENS).get(first).text)
    assert "Der skal ikke svares længere Vibe Vikar godkendte tirsdag den 28. januar 2020" in said


def stands_in_from(house: House, day: str, *, notified: bool) -> None:
    """Jens is away from a day on, and Vibe stands in for him; he has been told already, or nobody has."""
    with house.wiring.db.write() as tx:
        tx.run("insert into person (id, name, email) values ('vibe', 'Vibe Vikar', 'vibe@kdflow.example')")
        tx.run(
            "insert into absence (person, valid_from, valid_to, stand_in) values (?, ?, '2020-02-28', 'vibe')",
            (JENS, day),
        )
        if not notified:
            tx.run("delete from notice where kind = 'consent-wanted'")
    if not notified:
        karin, path = house.client(KARIN), f"/sager/{house.numbers['consent']}"
        decided_again(house, karin, path)


def answers_for_jens(house: House, link: str) -> None:
    """Vibe follows the link, and consents on behalf of Jens."""
    vibe = house.client(VIBE)
    page = vibe.get(link)
    assert "Du handler på vegne af Jens Formand" in text_of(page.text)
    path = f"/sager/{house.numbers['consent']}/led/{step(house)}"
    assert vibe.post(path, data={**form_of(house, page.text), "move": "approve"}).status_code == 200
    approval = house.sag("consent").step(step(house)).approvals[-1]
    assert (approval.person, approval.on_behalf_of) == (VIBE, JENS)


# --- the secret itself -----------------------------------------------------------------------------------------


def test_the_secret_is_nowhere_but_in_the_mail(house: House, caplog: pytest.LogCaptureFixture) -> None:
    in_earnest(house)
    link = answer_link(house, JENS)
    secret = link.removeprefix("/svar/")
    with house.wiring.db.write() as tx:
        tx.run("delete from mail")  # the demo's box is the mail itself
    pages = []
    with caplog.at_level(logging.DEBUG):
        for client in (house.client(follow_redirects=False), house.client(JENS, follow_redirects=False)):
            pages += _walk(client, link)
    assert secret not in "".join(house.dump())
    ours = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert secret not in "".join(f"{one.getMessage()} {one.args}" for one in ours)
    assert len(pages) >= 8
    for page in pages:
        assert secret not in page


def _walk(client: TestClient, link: str) -> list[str]:
    """What every page after the first says, headers and all; the first gives nothing but its cookie."""
    first = client.get(link)
    assert first.headers["location"] == "/svar"
    assert first.text == ""
    assert [name for name, value in first.headers.items() if link.removeprefix("/svar/") in value] == [
        "set-cookie"
    ]
    found = []
    for path in ("/svar", "/log-ind?videre=/svar", "/", "/beskeder", "/svar"):
        page = client.get(path)
        found.append(page.text + str(page.headers))
    return found


def test_every_mail_has_its_own_secret(house: House) -> None:
    first = answer_link(house, JENS)
    with house.wiring.db.write() as tx:
        tx.run("update letter set state = 'ready'")
    deliver(house)
    second = link_in(mails_to(house, JENS)[0], "/svar/")
    assert first != second
    jens = house.client(JENS)
    assert jens.get(first).url.path == jens.get(second).url.path == f"/sager/{house.numbers['consent']}"
