"""What may be a paper, and the titles that a copy for next year begins with."""

from __future__ import annotations

import pytest

from kdflow.domain.errors import Unreadable
from kdflow.domain.opening import next_year
from kdflow.domain.papers import MAX_PAPER, media_type

OFFICE = "application/vnd.openxmlformats-officedocument"
ZIP = b"PK\x03\x04...[Content_Types].xml..."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (ZIP + b"word/document.xml", f"{OFFICE}.wordprocessingml.document"),
        (ZIP + b"xl/workbook.xml", f"{OFFICE}.spreadsheetml.sheet"),
        (ZIP + b"ppt/presentation.xml", f"{OFFICE}.presentationml.presentation"),
        (ZIP, OFFICE),
        ("Blåbærgrød".encode(), "text/plain; charset=utf-8"),
    ],
)
def test_a_paper_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"PK\x03\x04 any other zip file \xff",
        b"  <!DOCTYPE html>",
        b"<svg onload=alert(1)>",
        b"text with a <ScRiPt> in it",
        b"a\x00b",
        b"x" * (MAX_PAPER + 1),
    ],
    ids=["nothing", "a program", "a zip", "html", "svg", "a script", "a NUL", "too large"],
)
def test_nothing_else_is_taken(content: bytes) -> None:
    with pytest.raises(Unreadable):
        media_type(content)


@pytest.mark.parametrize(
    ("title", "following"),
    [
        ("Budget 2020", "Budget 2021"),
        ("Rammeaftale 2021-22 på socialområdet", "Rammeaftale 2022-23 på socialområdet"),
        ("Dimensionering 2099/00", "Dimensionering 2100/01"),
        ("Møde den 24. januar", "Møde den 24. januar"),
        ("Takst 120205", "Takst 120205"),
    ],
)
def test_next_years_title(title: str, following: str) -> None:
    assert next_year(title) == following
