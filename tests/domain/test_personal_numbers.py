"""Personal numbers are found in what everybody would read, and other numbers are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow.domain.errors import Refused
from kdflow.domain.personal_numbers import Allowed, Place, holds_number, places, plain_papers, refuse_numbers
from kdflow.domain.public import POINT, WHOLE
from kdflow.rendering import words


@pytest.mark.parametrize(
    "text",
    [
        "Klagen er fra 010190-1234.",
        "(290200-4123)",  # the year 2000 had a 29 February
        "**311299-9999**, _010203-5678_",
        "010190 - 1234",
        "010190\u20131234",
        "cpr.nr. 0101901234",
        "Personnummer: 010190 1234",
        "Borger 0707614285 har svaret",  # its check digit is right
        "Borger 070761 4285",
        "a" * 1000 + " 010190-1234",
    ],
)
def test_a_personal_number_is_found(text: str) -> None:
    assert holds_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "320190-1234",  # no such day
        "011390-1234",
        "290201-1234",  # 1901 had no 29 February
        "Borger 0101901234",  # neither a hyphen, nor a check digit, nor a word
        "SAG-2026-0112 og SAG-2026-010190",
        "Tlf. 12 34 56 78, 12345678, +45 12345678, +4512345678, 0045 1234 5678",
        "P-nr. 0707614285",
        "Telefon nr. 0707614285",
        "Journalnr. 0707614285",
        "Sagsnummer 0707614285",
        "Konto 0707614285",
        "+0707614285",
        "1-16-010190-1234",
        "010190-1234-1",
        "010190-12345",
        "9010190-1234",
        "x010190-1234",
        "29.30.00-P20-1-24",
        "2020-010190-1234",
        "24/010190-1234",
        "EAN 5798000010190",
        "24-01-2020 kl. 10.00",
        "070761428511",
        "070761\n4285",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_number(text)


CPR = "010190-1234"


def content(*, closed: bool = False, sag: dict[str, Any] | None = None, **point: Any) -> dict[str, Any]:
    plain = {"key": "sag:1:1", "number": "3", "title": "En sag", "closed": closed, "sag": sag}
    return {"meeting": {"id": "m", "place": "Viborg"}, "told": [], "points": [plain | point]}


def paper(
    title: str = "Svar", filename: str = "svar.txt", kind: str = "text/plain; charset=utf-8"
) -> dict[str, Any]:
    return {"title": title, "filename": filename, "media_type": kind, "size": 1, "digest": "d" * 64}


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (content(title=CPR), Place(number="3", where="title")),
        (content(text=CPR), Place(number="3", where="text")),
        (content(why_late=CPR), Place(number="3", where="why_late")),
        (content(remarks=[{"to": "KKR", "text": CPR}]), Place(number="3", where="remarks")),
        (content(sag={"case_text": CPR}), Place(number="3", where="case_text")),
        (content(sag={"parts": ["ja", CPR]}), Place(number="3", where="parts")),
        (content(sag={"parts": [{"text": CPR, "outcome": None}]}), Place(number="3", where="parts")),
        (content(sag={"note": CPR}), Place(number="3", where="note")),
        (content(sag={"papers": [paper(title=CPR)]}), Place(number="3", where="paper_name")),
        (content(sag={"papers": [paper(filename=f"{CPR}.txt")]}), Place(number="3", where="paper_name")),
    ],
)
def test_where_it_stands_is_said(said: dict[str, Any], place: Place) -> None:
    assert places(said, {"d" * 64: b""}) == (place,)
    assert place.where in words()["numbers"]["where"]


def test_plain_papers_are_read_in_their_own_letters() -> None:
    said = content(sag={"papers": [paper(kind="text/plain; charset=windows-1252")]})
    assert plain_papers(said) == {"d" * 64: "text/plain; charset=windows-1252"}
    assert places(said, {"d" * 64: f"Sæson\xa0{CPR}".encode("cp1252")}) == (
        Place(number="3", where="paper", name="Svar"),
    )
    assert not plain_papers(content(sag={"papers": [paper(kind="application/pdf")]}))


def test_what_is_not_public_is_not_looked_at() -> None:
    assert places(content(title=CPR, closed=True, sag={"case_text": CPR, "papers": [paper(CPR)]}), {}) == ()
    assert places(content(tasks=[{"who": "Ida", "text": CPR}]), {}) == ()
    assert places(content() | {"meeting": {"place": CPR}}, {}) == (Place(number="", where="meeting"),)


def test_every_field_that_everybody_reads_has_its_word() -> None:
    own = {"case_text", "parts", "note", "condition", "paper", "paper_name"}
    assert set(words()["numbers"]["where"]) >= own | {*POINT, *WHOLE} - {"kind", "gone", "supplement", "sag"}


@pytest.mark.parametrize(
    ("allowed", "rule"),
    [
        (Allowed(), "personal_numbers"),
        (Allowed(reason="Det er opdigtet"), "personal_numbers"),
        (Allowed(confirmed=True, reason=" "), "personal_numbers_reason"),
    ],
)
def test_it_is_refused_unless_somebody_says_why(allowed: Allowed, rule: str) -> None:
    found = (Place(number="3", where="paper", name="Svar"),)
    with pytest.raises(Refused) as refused:
        refuse_numbers(found, allowed)
    assert [one.guard for one in refused.value.reasons] == [rule]
    refuse_numbers((), allowed)
    refuse_numbers(found, Allowed(confirmed=True, reason="Det er opdigtet"))
