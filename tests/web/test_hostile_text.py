"""Whatever people write stays a text: in no renderer does it act, is it filled in, or is it a formula."""

import html
import io
import zipfile
from collections.abc import Iterator

import pytest
from icalendar import Calendar

from tests.web import house as houses
from tests.web.conftest import Built
from tests.web.doors import OPEN
from tests.web.hostile import FIELDS, INERT, Reader, enter
from tests.web.mails import mails_to, text_in
from tests.web.test_gate import table
from tests.web.walk import ROLES, Place

RENDERERS = {
    "page": "/sager/{number}",
    "search": "/soeg?q=markcase",
    "list": "/sager",
    "agenda": "/moeder/{meeting}/dagsorden/1",
    "minutes": "/moeder/{meeting}/referat/1",
    "public agenda": "/offentligt/kd-net/{meeting}/dagsorden",
    "public minutes": "/offentligt/kd-net/{meeting}/referat",
    "tasks": "/opgaver",
    "notices": "/beskeder",
}


@pytest.fixture(scope="module")
def place(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A hostile house, which is only read."""
    with houses.opened(*built, tmp_path_factory.mktemp("hostile")) as house:
        yield enter(house)


def pages(place: Place, role: str) -> Iterator[tuple[str, str]]:
    """Every page that somebody can open, with its address."""
    client = place.client(role)
    paths = [path for method, path in table(OPEN) if method == "GET" and not path.startswith("/static")]
    more = [path.replace("{meeting}", "kd-net-2020-01-24") for path in RENDERERS.values()]
    for address in (*(place.address(path) for path in paths), *(place.address(path) for path in more)):
        answer = client.get(address)
        assert answer.status_code != 500, address
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield address, answer.text


@pytest.mark.parametrize("role", ["nobody", "owner", "chair", "secretary", "administrator"])
def test_nothing_that_people_wrote_acts_on_any_page(place: Place, role: str) -> None:
    for address, page in pages(place, role):
        reader = Reader(is_mail=address.endswith("/html"))
        reader.feed(page)
        assert reader.found == [], address


def test_every_field_is_shown_somewhere_as_it_was_written(place: Place) -> None:
    """Or the test above would prove nothing."""
    shown = [
        (address, html.unescape(page)) for role in ("owner", "secretary") for address, page in pages(place, role)
    ]
    for name in FIELDS:
        assert any(f"mark{name}" in page for _, page in shown), name
    for name, path in RENDERERS.items():
        address = place.address(path.replace("{meeting}", "kd-net-2020-01-24"))
        assert any("mark" in page for at, page in shown if at == address), name


def test_nothing_is_filled_in(place: Place) -> None:
    """What a template would take for its own is a text like any other."""
    for role in ("owner", "secretary"):
        for address, page in pages(place, role):
            for found in html.unescape(page).split("mark")[1:]:
                if "{{" in found[:20]:
                    assert INERT.split()[0] in found[:40], (address, found[:80])


@pytest.mark.parametrize("who", ["owner", "chair", "secretary"])
def test_a_mail_is_as_inert(place: Place, who: str) -> None:
    person = ROLES[who]
    assert person
    found = [mail for mail in mails_to(place.house, person) if "mark" in text_in(mail)]
    assert found
    for mail in found:
        reader = Reader(is_mail=True)
        reader.feed(text_in(mail, "html"))
        assert reader.found == [], mail["Subject"]
        assert "\n" not in str(mail["Subject"])
        for said in (str(mail["Subject"]), text_in(mail)):
            assert "marktitle 49" not in said
    assert any(f"marktitle {INERT} {{0.__class__}}" in " ".join(text_in(mail).split()) for mail in found)


def test_news_and_calendars_are_as_inert(place: Place) -> None:
    client = place.client("nobody")
    atom = client.get("/offentligt/kd-net.atom").text
    assert "<script" not in atom
    assert "onerror=" not in html.unescape(atom) or "&lt;img" in atom
    for address in ("/offentligt/kd-net.ics", place.address("/abonnement/{secret}.ics")):
        calendar = Calendar.from_ical(client.get(address).content)
        events = calendar.walk("VEVENT")
        assert events, address
        assert not [one for one in events if "ATTACH" in one or "ATTENDEE" in one], address
    said = "".join(
        str(one.get("DESCRIPTION", ""))
        for one in Calendar.from_ical(client.get("/offentligt/kd-net.ics").content).walk("VEVENT")
    )
    assert f"marktitle {INERT} {{0.__class__}}" in said


def test_files_keep_it_as_a_text(place: Place) -> None:
    client = place.client("owner")
    rows = client.get("/sager.csv").content.decode("utf-8-sig")
    assert f"marktitle {INERT} {{0.__class__}}" in rows
    with zipfile.ZipFile(io.BytesIO(client.get("/sager.xlsx").content)) as sheet:
        cells = "".join(sheet.read(name).decode() for name in sheet.namelist() if name.endswith(".xml"))
    assert f"marktitle {INERT}" in html.unescape(cells)
    assert "<f>" not in cells
