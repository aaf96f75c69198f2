"""Files that people send to a sag: hostile ones, and the ones of old programs."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kdflow import bootstrap
from kdflow.channels.antivirus import refuse_virus
from kdflow.settings import Settings
from tests.channels.test_antivirus import EICAR, by_port, clamd
from tests.domain.test_file_kinds import LIST, encrypted, zipped
from tests.web.forms import form, text_of
from tests.web.house import IDA, House


def upload(house: House, name: str, content: bytes, title: str = "Bilag") -> tuple[TestClient, int, str]:
    """Ida adds a paper; the status, and what the page says."""
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    data = {**form(ida.get(page).text, "/papirer"), "title": title}
    answer = ida.post(f"{page}/papirer", data=data, files={"file": (name, content)})
    return ida, answer.status_code, answer.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("side.pdf", b"<html><script>1</script>", "den er en webside eller en SVG-tegning"),
        ("foto.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "den er en webside eller en SVG-tegning"),
        ("brev.docx", zipped(LIST, "word/document.xml", "word/vbaProject.bin"), "den har makroer"),
        ("brev.docx", encrypted(), "den har en adgangskode"),
        ("brev.docx", zipped(LIST, "word/document.xml")[:-30], "den er gået i stykker"),
        ("brev.docx", zipped("setup.exe") + b"[Content_Types].xml", "PowerPoint-fil"),
        ("program.txt", b"MZ\x90\x00\x03", "PowerPoint-fil"),
    ],
)
def test_what_is_refused_is_said(house: House, name: str, content: bytes, said: str) -> None:
    _, status, page = upload(house, name, content)
    assert status == 422
    assert "Filen kan ikke tages imod" in text_of(page)
    assert said in text_of(page)
    assert house.sag("fresh").papers == ()


def test_a_hostile_name_is_only_a_name(house: House) -> None:
    upload(house, "..\\..\\CON.exe\u202etxt", b"%PDF-1.7 x", title="Et\u202e notat\u200b")
    paper = house.sag("fresh").papers[0]
    assert (paper.title, paper.filename) == ("Et notat", "_CON.exetxt.pdf")


def test_text_of_old_programs_comes_back_as_it_was(house: House) -> None:
    content = "Blåbærgrød;5 €\r\n".encode("cp1252")
    ida, status, _ = upload(house, "tal.csv", content)
    assert status == 200
    paper = house.sag("fresh").papers[0]
    answer = ida.get(f"/papirer/{house.numbers['fresh']}/{paper.digest}")
    assert answer.content == content
    assert answer.headers["content-type"] == "text/plain; charset=windows-1252"
    assert re.match(r'attachment; filename="tal\.csv"', answer.headers["content-disposition"])


def test_a_virus_is_refused(house: House) -> None:
    listener, address = by_port()
    house.wiring = replace(house.wiring, scan=partial(refuse_virus, clamd=address))
    with clamd(listener):
        _, status, page = upload(house, "brev.pdf", b"%PDF-1.4 " + EICAR)
    assert (status, house.sag("fresh").papers) == (422, ())
    assert "der er fundet en virus i den" in text_of(page)
    assert "kunne ikke undersøges for virus" in text_of(upload(house, "brev.pdf", b"%PDF-1.4 x")[2])


def test_an_installation_says_where_its_clamd_is(tmp_path: Path) -> None:
    wired = bootstrap.wire(Settings(db=f"sqlite:///{tmp_path}/a.db", clamd="localhost:3310"))
    wired.db.close()
    assert isinstance(wired.scan, partial)
    assert wired.scan.keywords == {"clamd": "localhost:3310"}
