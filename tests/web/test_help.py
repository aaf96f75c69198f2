"""The guide: what it links to is there, and every page has its section."""

import re
from importlib import resources

import pytest

from kdflow import rendering
from kdflow.web.guide import ROLES, help_at
from tests.web import walk
from tests.web.doors import OPEN
from tests.web.forms import text_of
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.test_gate import table

GUIDES = ("alle", *ROLES)


def _address(name: str) -> str:
    return "/hjaelp" if name == "alle" else f"/hjaelp/{name}"


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_in_the_guide_leads_somewhere(house: House, name: str) -> None:
    walk.furnish(house)
    who = {"formand": JENS, "sekretariat": KARIN, "administrator": walk.ANNA}.get(name, IDA)
    client = house.client(who)
    page = client.get(_address(name))
    assert page.status_code == 200
    main = page.text[page.text.index("<main") : page.text.index("</main")]
    links = set(re.findall(r'href="([^"]*)"', main))
    assert len(links) > 5
    for link in links:
        path, _, anchor = link.partition("#")
        found = client.get(path or _address(name))
        assert found.status_code == 200, link
        assert not anchor or f'id="{anchor}"' in found.text, link


@pytest.mark.parametrize("role", [role for role, who in walk.ROLES.items() if who])
def test_no_guide_leads_where_its_reader_may_not_go(house: House, role: str) -> None:
    walk.furnish(house)
    client = house.client(walk.ROLES[role])
    for name in GUIDES:
        page = client.get(_address(name)).text
        main = page[page.index("<main") : page.index("</main")]
        for path in {link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', main)}:
            assert client.get(path).status_code == 200, (name, path)


@pytest.mark.parametrize("name", GUIDES)
def test_what_the_guide_calls_a_thing_is_what_the_pages_call_it(name: str) -> None:
    """Words in italics are those of a button, a link or a heading."""
    folder = resources.files("kdflow").joinpath("templates")
    texts = [file.read_text("utf-8") for part in ("pages", "parts") for file in folder.joinpath(part).iterdir()]
    said = " ".join([*texts, folder.joinpath("base.html").read_text("utf-8")])
    for section in rendering.guide(name).sections:
        for called in re.findall(r"(?<!\*)\*([^*\n]+)\*", section.text):
            assert called.rstrip(" …") in said, (name, section.title, called)


def test_every_page_has_its_section(house: House) -> None:
    """The link in the frame leads to a section about the page, not just to the front of the guide."""
    known = {_address(name): {one.key for one in rendering.guide(name).sections} for name in GUIDES}
    for method, path in table(OPEN):
        if (
            method != "GET"
            or path.startswith(("/hjaelp", "/api", "/static", "/offentligt", "/sprog"))
            or path in PLAIN
        ):
            continue
        address, _, anchor = help_at(re.sub(r"\{\w+\}", "x", path)).partition("#")
        assert anchor in known[address], f"say in kdflow/web/guide.py which section is about {path}"


PLAIN = {"/tilgaengelighed", "/privatliv", "/was", "/healthz", "/robots.txt", "/svar", "/forbindelser.json"}
"""What needs no help, or is no page."""


def test_the_frame_leads_to_the_help_about_the_page(house: House) -> None:
    client = house.client(IDA)
    for path, wanted in (("/sager/ny", "/hjaelp/sagsejer#opret-en-sag"), ("/sager", "/hjaelp#find-en-sag")):
        assert f'<a href="{wanted}" data-go="h">Hjælp</a>' in client.get(path).text
    assert "Hjælp" not in text_of(house.client().get("/log-ind").text)


def test_the_keys_are_told_without_javascript(house: House) -> None:
    page = house.client(IDA).get("/hjaelp").text
    assert "Gå til overblikket" in page[: page.index("</main")]


def test_a_role_that_is_none_has_no_guide(house: House) -> None:
    assert house.client(IDA).get("/hjaelp/konge").status_code == 404
