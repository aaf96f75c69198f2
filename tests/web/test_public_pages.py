"""The pages for everybody: what is published and open of public bodies, and nothing that tells of the rest."""

from dataclasses import replace
from datetime import date
from inspect import signature
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from kdflow.actions.close_sag import close_sag
from kdflow.actions.revise_sag import add_paper
from kdflow.domain.publications import Publication, PublicationKind, digest_of
from kdflow.domain.timetable import MeetingId
from kdflow.queries.sag_page import plain_sag
from kdflow.store import people, publications
from kdflow.web import security
from tests.web.forms import forms, send, text_of
from tests.web.house import IDA, KARIN, House, Walker
from tests.web.test_agenda import AGENDA, accepted, day, publish

HOME = "/offentligt/kd-net"
PUBLIC_AGENDA = f"{HOME}/kd-net-2020-03-13/dagsorden"
SECRET = "Hemmelig kanariesag"


def opened(house: House) -> None:
    """Let KD-Net hold its meetings in public."""
    with house.wiring.db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx)["kd-net"], public=True)])


@pytest.fixture
def house(house: House) -> House:
    """The house, where KD-Net holds its meetings in public."""
    opened(house)
    return house


def read(client: TestClient, path: str = PUBLIC_AGENDA) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return text_of(answer.text)


def paper_of(walker: Walker, content: bytes) -> str:
    add_paper(
        walker.wiring.db,
        walker.id,
        "Notat",
        "notat.pdf",
        content,
        version=None,
        key=walker.key(),
        by=IDA,
        now=walker.at,
    )
    return plain_sag(walker.wiring.db, walker.id).papers[-1].digest


def close(walker: Walker) -> None:
    """Close a sag that was open."""
    given = {"reason": "Der står navne i den.", "version": None, "key": walker.key()}
    close_sag(walker.wiring.db, walker.id, **given, by=IDA, now=walker.at)  # type: ignore[arg-type]


def everything(client: TestClient) -> dict[str, str]:
    """All that anybody can fetch of KD-Net, as it comes."""
    paths = ("/offentligt", HOME, f"{HOME}.ics", f"{HOME}.atom", PUBLIC_AGENDA)
    return {path: client.get(path).text for path in paths}


# --- what is open is read by all -------------------------------------------------------------------------------


def test_a_published_agenda_is_read_without_signing_in(house: House) -> None:
    walker = accepted(house, "Åben sag")
    day(house, "2020-03-04")
    stranger = house.client()
    assert stranger.get(PUBLIC_AGENDA).status_code == 404  # not published yet
    assert "Ikke offentliggjort" in read(stranger, HOME)
    publish(house)
    text = read(stranger)
    assert "Dagsorden for møde i KD-Net fredag den 13. marts 2020" in text
    assert "3. Åben sag" in text
    assert f"{walker.number} · drøftelse" in text
    assert "KD-Net drøfter." in text
    assert "KD-Net" in read(stranger, "/offentligt")
    assert f'href="{PUBLIC_AGENDA}"' in stranger.get(HOME).text
    assert "Fredag den 13. marts 2020" in read(stranger, f"{HOME}?aar=2020")
    assert 'href="/sager' not in stranger.get(PUBLIC_AGENDA).text
    assert 'href="/moeder' not in stranger.get(PUBLIC_AGENDA).text


def test_bodies_that_are_not_public_are_as_if_they_were_not_there(house: House) -> None:
    stranger = house.client()
    assert "DASSOS" not in read(stranger, "/offentligt")
    for path in ("", ".ics", ".atom", "/dassos-2020-01-22/dagsorden", "/dassos-2020-01-22/referat/1"):
        hidden, never = stranger.get(f"/offentligt/dassos{path}"), stranger.get(f"/offentligt/findes-ikke{path}")
        assert hidden.status_code == never.status_code == 404
        assert hidden.text == never.text.replace("findes-ikke", "dassos")
    assert stranger.get(f"{HOME}/dassos-2020-01-22/dagsorden").status_code == 404
    for wrong in (f"{HOME}/kd-net-2020-03-13/notat", f"{PUBLIC_AGENDA}/0", f"{PUBLIC_AGENDA}/x", f"{HOME}?aar=x"):
        assert stranger.get(wrong).status_code == 404, wrong


def test_by_default_only_political_bodies_are_public(house: House) -> None:
    with house.wiring.db.read() as tx:
        found = {key: body for key, body in people.bodies(tx).items() if body.public and key != "kd-net"}
    assert "kkr-midt" in found
    assert {body.kind for body in found.values()} == {"politisk"}
    text = read(house.client(), "/offentligt")
    assert "KKR Midtjylland" in text
    assert "SSU" not in text  # set up in 2022


# --- and of what is closed nothing is told -----------------------------------------------------------------------


def test_closed_points_are_absent_from_everything(house: House) -> None:
    hidden = accepted(house, SECRET, closed=True)
    digest = paper_of(hidden, b"%PDF-1.4 hemmeligt")
    accepted(house, "Åben sag")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title="Personalesag om en leder", closed="1")
    day(house, "2020-03-04")
    publish(house)
    for who in (None, KARIN):  # whoever is signed in gets the same
        for path, said in everything(house.client(who)).items():
            for word in (SECRET, hidden.number, "Personalesag", "ukket", digest, "L1"):
                assert word not in said, (path, word)
    assert "3. Åben sag" in read(house.client())
    assert house.client().get(f"{HOME}/kd-net-2020-03-13/bilag/{digest}").status_code == 404


def test_an_outsider_finds_nothing_of_the_house_by_search_export_or_api(house: House) -> None:
    stranger = house.client(follow_redirects=False)
    number = house.numbers["closed"]
    for path in (f"/soeg?q={SECRET}", f"/sager?q={SECRET}", f"/sager/{number}", "/planer", "/organer/kd-net"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/log-ind"), path
        assert SECRET not in answer.text
    for path in ("/api/sager", f"/api/sager/{number}", "/forbindelser.json"):
        answer = stranger.get(path)
        assert answer.status_code == 401, path
        assert number not in answer.text


def test_a_version_that_changed_only_the_closed_part_is_no_version(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    before = everything(house.client())
    day(house, "2020-03-05")
    send(house.client(KARIN), AGENDA, "/nyt", title="Personalesag om en leder", closed="1")
    publish(house, reason="En lukket sag mere")
    assert everything(house.client()) == before
    assert house.client().get(f"{PUBLIC_AGENDA}/2").status_code == 404
    send(house.client(KARIN), AGENDA, "/nyt", title="Et åbent punkt til")
    publish(house, reason="Et åbent punkt")
    text = read(house.client())
    assert "Version 2, offentliggjort" in text
    assert "Tillægsdagsorden 6. Et åbent punkt til" in text
    assert "Version 3" not in text
    assert "lukket" not in text
    assert "Der er kommet en nyere version" in read(house.client(), f"{PUBLIC_AGENDA}/1")
    assert "Et åbent punkt til" not in read(house.client(), f"{PUBLIC_AGENDA}/1")


def test_a_sag_that_is_closed_afterwards_goes_and_leaves_no_gap(house: House) -> None:
    walker = accepted(house, "Bliver lukket")
    digest = paper_of(walker, b"%PDF-1.4 notat")
    accepted(house, "Bliver åben")
    day(house, "2020-03-04")
    publish(house)
    paper = f"{HOME}/kd-net-2020-03-13/bilag/{digest}"
    assert "4. Bliver åben" in read(house.client())
    assert house.client().get(paper).status_code == 200
    close(walker)
    assert "3. Bliver åben" in read(house.client())
    for path, said in everything(house.client()).items():
        assert "Bliver lukket" not in said, path
        assert walker.number not in said, path
    assert house.client().get(paper).status_code == 404


def test_what_was_kept_on_the_way_is_asked_for_again_and_is_another_when_a_sag_is_closed(house: House) -> None:
    walker = accepted(house, "Bliver lukket")
    day(house, "2020-03-04")
    publish(house)
    stranger = house.client()
    before = {path: stranger.get(path).headers["etag"] for path in everything(stranger)}
    close(walker)
    for path in (f"{HOME}.ics", f"{HOME}.atom", PUBLIC_AGENDA):
        answer = stranger.get(path, headers={"if-none-match": before[path]})
        assert answer.status_code == 200, path
        assert "Bliver lukket" not in answer.text


def test_a_point_that_is_closed_afterwards_goes_from_all_that_was_published(house: House) -> None:
    accepted(house, "Åben sag")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title="Noget om en leder")
    day(house, "2020-03-04")
    publish(house)
    assert "Noget om en leder" in read(house.client())
    karin = house.client(KARIN)
    found = [
        (at, fields) for at, fields in forms(karin.get(AGENDA).text) if fields.get("title") == "Noget om en leder"
    ]
    ((at, fields),) = found
    answer = karin.post(at, data={**fields, "closed": "1"})
    assert answer.status_code == 200
    for path, said in everything(house.client()).items():
        assert "Noget om en leder" not in said, path
    shown = "kan ikke åbnes igen"
    assert shown not in text_of(karin.get(AGENDA).text).split("Noget om en leder")[1].split("Udgået")[0]
    opened_again = {**fields, "version": str(int(fields["version"]) + 1), "key": "en-ny-noegle-0001", "closed": ""}
    refused = karin.post(at, data=opened_again)
    assert (refused.status_code, "bliver ved med at være det" in refused.text) == (422, True)
    assert "Noget om en leder" not in read(house.client())


def test_a_point_that_was_removed_is_closed_in_what_was_published(house: House) -> None:
    accepted(house, "Åben sag")
    send(house.client(KARIN), AGENDA, "/nyt", title="Noget om en leder")
    day(house, "2020-03-04")
    publish(house)
    karin = house.client(KARIN)
    key = next(one["point"] for _, one in forms(karin.get(AGENDA).text) if one.get("title") == "Noget om en leder")
    fields = next(
        one for at, one in forms(karin.get(AGENDA).text) if at.endswith("/fjern") and one.get("point") == key
    )
    page = karin.post(f"{AGENDA}/fjern", data=fields).text
    assert "Noget om en leder" in read(house.client())
    ((at, closing),) = [(at, one) for at, one in forms(page) if one.get("point") == key]
    assert "Luk punktet for andre" not in karin.post(at, data=closing).text
    for path, said in everything(house.client()).items():
        assert "Noget om en leder" not in said, path


def test_an_agenda_without_an_open_point_is_not_there(house: House) -> None:
    accepted(house, SECRET, closed=True)
    karin = house.client(KARIN)
    for _ in range(4):
        at, fields = next(found for found in forms(karin.get(AGENDA).text) if found[0].endswith("/fjern"))
        karin.post(at, data=fields)
    day(house, "2020-03-04")
    before = everything(house.client())
    publish(house)
    assert everything(house.client()) == before
    assert house.client().get(PUBLIC_AGENDA).status_code == 404


# --- papers, calendar, news --------------------------------------------------------------------------------------


def test_only_papers_of_the_published_agenda_are_downloaded(house: House) -> None:
    walker = accepted(house, "Åben sag")
    digest = paper_of(walker, b"%PDF-1.4 notat")
    day(house, "2020-03-04")
    publish(house)
    later = paper_of(walker, b"%PDF-1.4 senere")
    answer = house.client().get(f"{HOME}/kd-net-2020-03-13/bilag/{digest}")
    assert answer.content == b"%PDF-1.4 notat"
    assert answer.headers["content-disposition"].startswith('attachment; filename="notat.pdf"')
    assert answer.headers["content-security-policy"] == "sandbox"
    assert f"/bilag/{digest}" in house.client().get(PUBLIC_AGENDA).text
    for path in (f"/kd-net-2020-03-13/bilag/{later}", f"/kd-net-2020-01-24/bilag/{digest}"):
        assert house.client().get(f"{HOME}{path}").status_code == 404


def test_the_calendar_has_the_meetings_with_their_open_points(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    answer = house.client().get(f"{HOME}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = {str(one["UID"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    event = events["kd-net-2020-03-13@offentligt.kdflow"]
    assert "3 Åben sag" in str(event["DESCRIPTION"])
    assert str(event["URL"]).endswith(PUBLIC_AGENDA)
    assert "URL" not in events["kd-net-2020-05-29@offentligt.kdflow"]


def test_the_news_are_atom(house: House) -> None:
    accepted(house, "Åben & <b>fed</b> sag\x0b")
    day(house, "2020-03-04")
    publish(house)
    answer = house.client().get(f"{HOME}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    tree = ElementTree.fromstring(answer.content)  # noqa: S314  our own
    atom = "{http://www.w3.org/2005/Atom}"
    entry = tree.find(f"{atom}entry")
    assert entry is not None
    assert entry.findtext(f"{atom}title") == "Dagsorden: møde i KD-Net fredag den 13. marts 2020"
    assert "3 Åben & <b>fed</b> sag" in (entry.findtext(f"{atom}summary") or "")
    assert (entry.findtext(f"{atom}id") or "").endswith(f"{PUBLIC_AGENDA}/1")
    assert tree.findtext(f"{atom}updated") == entry.findtext(f"{atom}updated") == "2020-03-04T09:00:00Z"


# --- kept on the way ---------------------------------------------------------------------------------------------


def test_the_privacy_page_names_every_cookie(house: House) -> None:
    settings = house.wiring.settings
    names = [
        made(secure=settings.secure_cookies) if "secure" in signature(made).parameters else made(settings)
        for name, made in vars(security).items()
        if name.endswith("_cookie")
    ]
    said = house.client().get("/privatliv").text
    assert len(names) > 4
    assert [name for name in names if name not in said] == []


def test_answers_are_kept_without_cookies_and_are_the_same_for_all(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    for path in everything(house.client()):
        answer, signed_in = house.client().get(path), house.client(KARIN).get(path)
        assert "set-cookie" not in answer.headers
        assert "set-cookie" not in signed_in.headers
        assert answer.content == signed_in.content
        assert "Karin" not in answer.text
        assert answer.headers["cache-control"] == "public, no-cache"
        assert answer.headers["x-robots-tag"] == "all"
        again = house.client().get(path, headers={"if-none-match": f'"x", W/{answer.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert house.client().head(path).headers["etag"] == answer.headers["etag"]
    for path in everything(house.client()):
        if path != "/offentligt":
            assert house.client().get(path).headers["last-modified"] == "Wed, 04 Mar 2020 09:00:00 GMT"
    lost = house.client().get(f"{HOME}/findes-ikke/dagsorden")
    assert "set-cookie" not in lost.headers
    assert lost.headers["x-robots-tag"] == "noindex, nofollow"


def test_robots_are_let_in_there_and_nowhere_else(house: House) -> None:
    stranger = house.client()
    assert stranger.get("/robots.txt").text.splitlines() == [
        "User-agent: *",
        "Allow: /offentligt",
        "Allow: /static/",
        "Disallow: /",
    ]
    assert stranger.get("/log-ind").headers["x-robots-tag"] == "noindex, nofollow"


def test_pages_ask_the_database_as_often_with_many_points(house: House) -> None:
    def asked(path: str) -> int:
        found: list[str] = []
        house.client().get(path)
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(found.append)
        house.client().get(path)
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(None)
        return sum(not one.startswith(("begin", "BEGIN", "COMMIT", "ROLLBACK")) for one in found)

    accepted(house, "Første")
    day(house, "2020-03-04")
    publish(house)
    paths = ("/offentligt", HOME, f"{HOME}.ics", f"{HOME}.atom", PUBLIC_AGENDA)
    before = {path: asked(path) for path in paths}
    for number in range(12):
        accepted(house, f"Sag {number}")
    publish(house, reason="Mange flere")
    assert {path: asked(path) for path in paths} == before
    assert max(before.values()) <= 14


# --- privacy -----------------------------------------------------------------------------------------------------


def test_the_privacy_page_says_what_is_kept_and_whom_to_ask(house: House) -> None:
    text = read(house.client(), "/privatliv")
    for word in ("Cookies", "Hvor længe", "Dine rettigheder", "lukkede sager du åbner", "kdflow-svar", "180 dage"):
        assert word in text
    assert "systemadministratoren i din egen organisation" in text
    settings = house.wiring.settings.model_copy(update={"contact": "Prøveby Kommune, dpo@kommune.example"})
    house.wiring = replace(house.wiring, settings=settings)
    del house.app
    assert "Den dataansvarlige er Prøveby Kommune, dpo@kommune.example." in read(house.client(), "/privatliv")
    assert 'href="/privatliv"' in house.client().get("/log-ind").text


def test_the_accessibility_statement_says_who_answers_for_it_and_what_is_missing(house: House) -> None:
    missing = "Erklæringen skal gennemgås og udfyldes med navn, kontakt og dato"
    text = read(house.client(), "/tilgaengelighed")
    assert missing in text
    assert "skriv til den myndighed, der driver siden" in text
    given = {"authority": "Prøveby Kommune", "contact": "web@kommune.example", "statement_date": date(2026, 11, 2)}
    blank = house.wiring
    for names in (("authority", "contact"), ("authority", "statement_date"), ("contact", "statement_date"), given):
        chosen = blank.settings.model_copy(update={name: given[name] for name in names})
        house.wiring = replace(blank, settings=chosen)
        del house.app
        text = read(house.client(), "/tilgaengelighed")
        assert (missing in text) == (len(names) < 3)
    assert "Prøveby Kommune vil gøre siderne tilgængelige" in text
    assert "skriv til web@kommune.example" in text
    assert "senest gennemgået mandag den 2. november 2026" in text


def test_nothing_public_holds_a_form(house: House) -> None:
    for path, said in everything(house.client()).items():
        assert "<form" not in said, path


# --- minutes -----------------------------------------------------------------------------------------------------


def minutes_of(house: House) -> None:
    """Minutes of the meeting as they are frozen, with an open and a closed point."""
    said = {
        "kind": "free",
        "gone": False,
        "left": None,
        "presenter": "",
        "people": [],
        "meetings": [],
        "sag": None,
    }
    guest = {"name": "Gæst Gæstesen", "part": "guest", "stands_for": "Lars Fra Anden Kommune"}
    sag = {"number": "SAG-2020-0001", "asks": "drøftelse", "outcome": "drøftet", "note": "Med en bemærkning"}
    sag["parts"] = [{"text": "At planen **drøftes**", "outcome": "drøftet"}]  # type: ignore[assignment]
    points = [
        {
            **said,
            "key": "free:a",
            "number": "1",
            "title": "Åbent",
            "closed": False,
            "text": "Det gik godt.",
            "sag": sag,
        },
        {
            **said,
            "key": "free:b",
            "number": "L1",
            "title": SECRET,
            "closed": True,
            "text": "Hemmeligt",
            "people": [guest],
        },
    ]
    points[0] |= {"people": [guest], "remarks": [{"to": "DASSOS", "text": "Se på økonomien."}]}
    points[0] |= {"tasks": [{"who": "Ida Sagsejer", "text": "Skriver et notat", "due": "2020-05-01"}]}
    points[1] |= {"remarks": [], "tasks": []}
    meeting = {"id": "kd-net-2020-03-13", "body": "kd-net", "short": "KD-Net", "name": "KD-Net", "at": "10.00"}
    content = {
        "meeting": {**meeting, "on": "2020-03-13", "format": "fysisk", "place": "Viborg"},
        "attendance": {"present": ["Jens Formand"], "absent": ["Dorte Formand"], "others": []},
        "points": points,
        "told": ["ida"],
        "objection": None,
    }
    made = Publication(
        meeting=MeetingId("kd-net-2020-03-13"),
        kind=PublicationKind.MINUTES,
        version=1,
        content=content,
        digest=digest_of(content),
        made_at=house.wiring.now(),
        made_by=KARIN,
    )
    with house.wiring.db.write() as tx:
        publications.add(tx, made)


def test_published_minutes_are_read_with_their_decisions_and_without_tasks(house: House) -> None:
    minutes_of(house)
    stranger = house.client()
    text = read(stranger, f"{HOME}/kd-net-2020-03-13/referat")
    assert "Referat af møde i KD-Net fredag den 13. marts 2020" in text
    assert "Til stede Jens Formand Afbud Dorte Formand" in text
    assert "Til stede under punktet: Gæst Gæstesen (for Lars Fra Anden Kommune)" in text
    assert "At planen drøftes" in text
    assert "Beslutning: drøftet. Med en bemærkning" in text
    assert "Det gik godt." in text
    assert "Bemærkning til DASSOS: Se på økonomien." in text
    for path in (f"{HOME}/kd-net-2020-03-13/referat", f"{HOME}.atom", HOME, f"{HOME}.ics"):
        said = stranger.get(path).text
        for word in (SECRET, "Hemmeligt", "Skriver et notat", "Ida Sagsejer"):
            assert word not in said, (path, word)
    assert f'href="{HOME}/kd-net-2020-03-13/referat"' in stranger.get(HOME).text
    assert "Referat: møde i KD-Net fredag den 13. marts 2020" in stranger.get(f"{HOME}.atom").text
    assert stranger.get(PUBLIC_AGENDA).status_code == 404
