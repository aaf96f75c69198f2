"""A personal number is not published for everybody, unless somebody says that it is right, and why."""

import json

from starlette.testclient import TestClient

from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.domain.personal_numbers import ALLOWED
from kdflow.domain.revision import Revision
from tests.web.forms import send, text_of
from tests.web.house import IDA, KARIN, House, Walker
from tests.web.test_agenda import AGENDA, accepted, day
from tests.web.test_minutes import MINUTES, approved, written
from tests.web.test_public_pages import PUBLIC_AGENDA, opened

CPR = "010190-1234"
FOUND = "Der ser ud til at stå et CPR-nummer"


def told(walker: Walker, *, case_text: str | None = None, paper: bytes = b"") -> None:
    """Write something about a citizen."""
    given = {"version": None, "by": IDA, "now": walker.at}
    if case_text:
        revision = Revision(case_text=case_text)
        revise_sag(walker.wiring.db, walker.id, None, revision, key=walker.key(), **given)  # type: ignore[arg-type]
    if paper:
        add_paper(walker.wiring.db, walker.id, "Svar", "svar.txt", paper, key=walker.key(), **given)  # type: ignore[arg-type]


def ready(house: House, **more: object) -> TestClient:
    """The secretary of a body that meets in public, before an agenda with a personal number in it."""
    opened(house)
    told(accepted(house, "Klage fra en borger"), **more)  # type: ignore[arg-type]
    day(house, "2020-03-04")
    return house.client(KARIN)


def published(house: House) -> bool:
    return house.client().get(PUBLIC_AGENDA).status_code == 200


def kept(house: House) -> list[tuple[str, list[dict[str, str]]]]:
    """Why, and where, the history says that such numbers were published."""
    with house.wiring.db.read() as tx:
        rows = tx.run("select reason, data from event where move = ?", (ALLOWED,)).fetchall()
    return [(row[0], json.loads(row[1])["places"]) for row in rows]


def test_it_is_refused_with_where_it_stands(house: House) -> None:
    paper = f"Hej, jeg hedder Søren, {CPR}".encode("cp1252")
    karin = ready(house, case_text=f"Borgeren {CPR} klager.", paper=paper)
    page = text_of(karin.get(f"{AGENDA}/udsend").text)
    assert FOUND in page
    assert "Punkt 3: sagsfremstillingen" in page
    assert "Punkt 3: bilaget »Svar«" in page
    refused = send(karin, f"{AGENDA}/udsend", "/udsend", reason="Kære alle")
    assert refused.status_code == 422
    assert "Fjern det, eller sæt kryds" in text_of(refused.text)
    assert 'value="Kære alle"' in refused.text
    unexplained = send(karin, f"{AGENDA}/udsend", "/udsend", numbers="1")
    assert unexplained.status_code == 422
    assert "Skriv, hvorfor det er rigtigt" in text_of(unexplained.text)
    assert 'id="udsend-numbers" name="numbers" value="1" checked' in unexplained.text
    assert not published(house)
    assert kept(house) == []


def test_whoever_says_why_may_and_the_history_keeps_it(house: House) -> None:
    karin = ready(house, case_text=f"Nummeret {CPR} er opdigtet.")
    sent = send(karin, f"{AGENDA}/udsend", "/udsend", numbers="1", numbers_reason=" Et opdigtet nummer ")
    assert sent.status_code == 200
    assert published(house)
    assert kept(house) == [("Et opdigtet nummer", [{"number": "3", "where": "case_text", "name": ""}])]


def test_a_body_that_is_not_public_is_only_warned(house: House) -> None:
    told(accepted(house, "Klage fra en borger"), case_text=f"Borgeren {CPR} klager.")
    day(house, "2020-03-04")
    karin = house.client(KARIN)
    page = karin.get(f"{AGENDA}/udsend")
    assert FOUND in text_of(page.text)
    assert 'name="numbers"' not in page.text
    assert send(karin, f"{AGENDA}/udsend", "/udsend").status_code == 200
    assert kept(house) == []


def test_a_closed_sag_may_name_people(house: House) -> None:
    opened(house)
    told(accepted(house, "Personalesag", closed=True), case_text=f"Om {CPR}.")
    day(house, "2020-03-04")
    karin = house.client(KARIN)
    page = text_of(karin.get(f"{AGENDA}/udsend").text)
    assert FOUND not in page
    assert "Det, der er åbent, kan alle læse." in page
    assert send(karin, f"{AGENDA}/udsend", "/udsend").status_code == 200


def test_minutes_are_read_too(house: House) -> None:
    opened(house)
    accepted(house, "En sag")
    day(house, "2020-03-13")
    karin = house.client(KARIN)
    written(karin, f"Borgeren {CPR} talte.")
    approved(house)
    refused = send(karin, f"{MINUTES}/udsend", "/udsend")
    assert refused.status_code == 422
    assert FOUND in text_of(refused.text)
    said = {"numbers": "1", "numbers_reason": "Borgeren vil selv"}
    assert send(karin, f"{MINUTES}/udsend", "/udsend", **said).status_code == 200
    assert [why for why, _ in kept(house)] == ["Borgeren vil selv"]
