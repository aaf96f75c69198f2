"""English as the other language of the site: chosen by a link, kept by the browser, spoken on every page."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from importlib import resources

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kdflow import rendering
from tests.web import house as houses
from tests.web.conftest import Built
from tests.web.doors import OPEN
from tests.web.forms import send, text_of
from tests.web.house import IDA, KARIN, TITLES, House
from tests.web.test_gate import table
from tests.web.walk import CANARY, ROLES, Place, enclose, furnish, publish

COOKIE = "kdflow-sprog"
ENGLISH = resources.files("kdflow").joinpath("locale", "en", "LC_MESSAGES", "kdflow.po")


@pytest.fixture(scope="module")
def place(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A furnished house, which is only read."""
    with houses.opened(*built, tmp_path_factory.mktemp("english")) as house:
        made = furnish(house)
        enclose(made)
        publish(made)
        yield made


def test_the_switch_keeps_the_page(house: House) -> None:
    client = house.client(IDA)
    danish = client.get("/sager?tilstand=aabne")
    (link,) = re.findall(r'<a href="(/sprog/en[^"]*)"[^>]*>English</a>', danish.text)
    answer = client.get(html.unescape(link), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sager?tilstand=aabne")
    english = client.get("/sager?tilstand=aabne").text
    assert '<html lang="en">' in english
    assert "Overview" in english
    assert "Overblik" not in english
    (back,) = re.findall(r'<a href="(/sprog/da[^"]*)"[^>]*>Dansk</a>', english)
    client.get(html.unescape(back))
    assert client.get("/sager?tilstand=aabne").text.count("Overblik") == danish.text.count("Overblik")


@pytest.mark.parametrize("til", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_the_switch_leads_nowhere_else(house: House, til: str) -> None:
    answer = house.client().get("/sprog/en", params={"til": til}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("cookie", ["de", "en; x", "../da", ""])
def test_a_language_that_is_not_there_is_danish(house: House, cookie: str) -> None:
    page = house.client().get("/log-ind", headers={"cookie": f'{COOKIE}="{cookie}"'})
    assert '<html lang="da">' in page.text


def test_no_other_language_can_be_chosen(house: House) -> None:
    assert house.client().get("/sprog/de", follow_redirects=False).status_code == 404


def test_the_choice_is_kept_for_a_year_and_from_scripts(house: House) -> None:
    said = house.client().get("/sprog/en", follow_redirects=False).headers["set-cookie"]
    assert COOKIE in said
    assert {"HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=lax"} <= set(said.split("; "))


def test_feeds_stay_danish(place: Place) -> None:
    client = place.client("nobody")
    for kind in ("ics", "atom"):
        address = f"/offentligt/kd-net.{kind}" if kind == "ics" else "/offentligt/kkr.atom"
        danish = client.get(address).text
        assert client.get(address, headers={"cookie": f"{COOKIE}=en"}).text == danish


def test_a_page_for_everybody_is_kept_apart_by_its_language(house: House) -> None:
    client = house.client()
    danish = client.get("/offentligt")
    client.cookies.set(COOKIE, "en")
    english = client.get("/offentligt", headers={"if-none-match": danish.headers["etag"]})
    assert (english.status_code, english.headers["vary"].lower()) == (200, "cookie")


def test_reasons_of_the_engine_are_said_in_english(house: House) -> None:
    client = house.client(KARIN)
    address = f"/sager/{house.numbers['agenda']}"
    assert "intet tidligere led at sende sagen tilbage til" in client.get(address).text
    client.cookies.set(COOKIE, "en")
    assert "The step is the first on the route, so there is no earlier step" in client.get(address).text


def test_days_that_are_not_worked_are_called_so_in_english(house: House) -> None:
    client = house.client(KARIN)
    for spoken, here, gone in (("da", "Skærtorsdag", "Maundy Thursday"), ("en", "Maundy Thursday", "Skærtorsdag")):
        client.cookies.set(COOKIE, spoken)
        year = client.get("/aarshjul?aar=2020").text
        assert year.count(f": {here}<") == 2  # in the drawing and beside it
        assert gone not in year
    typed = {"organ": "kd-net", "on": "10. april 2020", "form": "nyt", "trin": "se"}
    seen = send(client, "/moeder/nyt", "/moeder/nyt", **typed)
    assert "is Good Friday." in text_of(seen.text)


def _english() -> Catalog:
    with ENGLISH.open("rb") as source:
        return read_po(source, locale="en")


def _phrases() -> list[str]:
    """Danish phrases of a few words, which stand for themselves."""
    catalog = _english()
    texts = [str(one.id) for one in catalog if one.id and not one.context]
    return [one for one in texts if len(one.split()) > 2 and not re.search("[{<]", one)]


MAILS = ("/post/{number}", "/post/{number}/html")
"""What the house has written is Danish."""


@pytest.mark.parametrize("role", ROLES)
def test_no_page_speaks_danish(place: Place, role: str) -> None:
    client, danish = place.client(role), _phrases()
    client.cookies.set(COOKIE, "en")
    seen, left = 0, []
    for method, path in table(OPEN):
        if method != "GET" or path.endswith((".ics", ".atom")) or path in MAILS:
            continue
        answer = client.get(place.address(path))
        if not answer.headers.get("content-type", "").startswith("text/html") or "<html" not in answer.text:
            continue
        seen += 1
        assert '<html lang="en">' in answer.text, path
        ours = re.sub(
            r'<(p|h2) [^>]*lang="da"[^>]*>.*?</\1>|<script.*?</script>', " ", answer.text, flags=re.DOTALL
        )
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", ours)).split())
        found = [one for one in danish if html.unescape(one) in text]
        left += [f"{path}: {one}" for one in found]
    assert left == []
    assert seen > (30 if ROLES[role] else 5)


class _Undeclared(HTMLParser):
    """Texts that hold one of some words and stand in nothing that says it is Danish."""

    def __init__(self, words: Collection[str]) -> None:
        super().__init__()
        self.words, self.open, self.found = words, list[tuple[str, bool]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            said = dict(attrs).get("lang")
            self.open.append((tag, said == "da" if said else bool(self.open) and self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = {tag for tag, _ in self.open}
        if not self.open[-1:] or self.open[-1][1] or inside & {"title", "option", "textarea", "script", "svg"}:
            return
        self.found += [data.strip() for word in self.words if word in data]


VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "circle"}


@pytest.mark.parametrize("role", ["owner", "chair", "secretary", "administrator"])
def test_what_people_wrote_in_danish_says_so_in_an_english_page(place: Place, role: str) -> None:
    client = place.client(role)
    client.cookies.set(COOKIE, "en")
    titles = {*TITLES.values(), "Ottos sag", "Åbent punkt", f"Lukket sag om en {CANARY}", "Notat om forankring"}
    left, seen = [], 0
    for method, path in table(OPEN):
        answer = client.get(place.address(path)) if method == "GET" and path not in MAILS else None
        if answer is None or "<html" not in answer.text:
            continue
        seen += any(html.escape(title) in answer.text for title in titles)
        reader = _Undeclared(titles)
        reader.feed(answer.text)
        left += [f"{path}: {one}" for one in reader.found]
    assert left == []
    assert seen > 12


def test_what_the_english_guide_calls_a_thing_is_what_the_pages_call_it() -> None:
    catalog = _english()
    said = "\n".join(str(one.string) for one in catalog)
    with rendering.speaking("en"):
        guides = [
            rendering.guide(name) for name in ("alle", "sagsejer", "formand", "sekretariat", "administrator")
        ]
    for guide in guides:
        for section in guide.sections:
            for called in re.findall(r"(?<!\*)\*([^*\n]+)\*", section.text):
                assert called.rstrip(" …") in said, (guide.title, section.title, called)


def test_notices_stay_danish_in_english_pages(house: House) -> None:
    """What the house writes to people is Danish, whoever's request it is shown in."""
    client = house.client(KARIN)
    client.cookies.set(COOKIE, "en")
    assert "Indmeldt til KD-Net fredag den 24. januar 2020" in client.get("/beskeder").text
