"""What may be a file of ours, told by its content, and the name it is saved under."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from kdflow.domain.errors import Unreadable
from kdflow.domain.file_kinds import MAX_FILE, MAX_PARTS, OFFICE, OLD_TEXT, TEXT, media_type, name_of

LIST = "[Content_Types].xml"
PDF = "application/pdf"
DOCX, XLSX, PPTX = OFFICE.values()


def zipped(*parts: str) -> bytes:
    """A zip file with these parts."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return file.getvalue()


def encrypted() -> bytes:
    """A document that says of its parts that they are encrypted."""
    content = bytearray(zipped(LIST, "word/document.xml"))
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(head) + flags] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", PDF),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (zipped(LIST, "word/document2.xml"), DOCX),
        (zipped("xl/workbook.xml", LIST), XLSX),
        (zipped(LIST, "ppt/presentation.xml"), PPTX),
        ("Blåbærgrød\f\t< 5 kr.".encode(), TEXT),
        ("\ufeffMed et mærke foran".encode(), TEXT),
        (b"PK-udvalget", TEXT),
    ],
)
def test_a_file_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"MZ\x90\x00", "file-kind"),
        (b"a\x00b", "file-kind"),
        (b"x" * (MAX_FILE + 1), "file-kind"),
        ("Blåbær".encode("cp1252"), "file-kind"),
        (b"  <!DOCTYPE html>", "file-markup"),
        ("\ufeff<html>".encode(), "file-markup"),
        (b"<svg onload=alert(1)>", "file-markup"),
        (b"<?xml version='1.0'?><svg/>", "file-markup"),
        (b"<!-- x --><body onload=x>", "file-markup"),
        (b"text with a <ScRiPt> in it", "file-markup"),
        (zipped("a.txt"), "file-kind"),
        (zipped(LIST, "a.txt"), "file-kind"),
        (zipped("word/document.xml") + b"[Content_Types].xml", "file-kind"),
        (zipped(LIST, "word/document.xml", "word/vbaProject.bin"), "file-macros"),
        (zipped(LIST, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "file-macros"),
        (zipped(LIST, "word/document.xml")[:-30], "file-broken"),
        (b"PK\x03\x04 [Content_Types].xml word/document.xml \xff", "file-broken"),
        (b"PK\x03\x04" + b"PK\x01\x02" * (MAX_PARTS + 1), "file-broken"),
        (encrypted(), "file-locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-locked"),
    ],
)
def test_nothing_else_is_taken(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        media_type(content)
    assert refused.value.code == code


def test_text_of_old_programs_is_taken_where_its_name_says_text() -> None:
    old = "Blåbærgrød\r\nkoster 5 €".encode("cp1252")
    assert [media_type(old, name) for name in ("a.txt", "TAL.CSV")] == [OLD_TEXT, OLD_TEXT]
    for content, name in ((old, "a.md"), (old, "a"), (old + b"\x81", "a.txt"), (old + b"\x00", "a.csv")):
        with pytest.raises(Unreadable):
            media_type(content, name)
    with pytest.raises(Unreadable):
        media_type(b"<html>\xe6", "a.txt")


@pytest.mark.parametrize(
    ("filename", "kind", "saved"),
    [
        ("a.bat", TEXT, "a.bat.txt"),
        ("Noter.TXT", TEXT, "Noter.TXT"),
        ("tal.csv", OLD_TEXT, "tal.csv"),
        ("makro.docm", DOCX, "makro.docm.docx"),
        ("Referat", PDF, "Referat.pdf"),
        ("foto.jpeg", "image/jpeg", "foto.jpeg"),
        ("gammel.odt", "application/x-unknown", "gammel.odt"),
        ("side.html", "image/png", "side.html.png"),
        ("../../x", PDF, "x.pdf"),
        ("..\\..\\x.pdf", PDF, "x.pdf"),
        ("C:\\mappe/notat.pdf", PDF, "notat.pdf"),
        ("rap\u202efdp.exe", PDF, "rapfdp.exe.pdf"),
        ("a\x00b\u200b.pdf", PDF, "ab.pdf"),
        ("CON", TEXT, "_CON.txt"),
        ("nul.pdf", PDF, "_nul.pdf"),
        ("com1.tar.pdf", PDF, "_com1.tar.pdf"),
        ("console.pdf", PDF, "console.pdf"),
        ("..", PDF, "bilag.pdf"),
        (" . ", PDF, "bilag.pdf"),
        ("æ" * 300 + ".pdf", PDF, "æ" * 100 + ".pdf"),
        ("Høring. ", PDF, "Høring.pdf"),
    ],
)
def test_a_file_is_saved_as_what_it_is(filename: str, kind: str, saved: str) -> None:
    assert name_of(filename, kind) == saved
    assert name_of(saved, kind) == saved


def test_a_file_that_is_two_things_is_saved_as_the_one_that_was_looked_at() -> None:
    both = b"%PDF-1.7\n<script>alert(1)</script>\n" + zipped("META-INF/MANIFEST.MF")
    assert name_of("bilag.jar", media_type(both, "bilag.jar")) == "bilag.jar.pdf"
