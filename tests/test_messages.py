"""The words of notices and mails: every kind in three parts, and what stands first."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from kdflow import catalog, rendering
from kdflow.domain.asking import ASKS, OF_SAG, TELLS
from kdflow.domain.authority import PersonId
from kdflow.domain.ladders import TEXTS
from kdflow.domain.notices import CONSENT_WANTED, KINDS, LIFE_KINDS, OTHER, Notice
from kdflow.domain.sag import SagId
from kdflow.domain.told import Told
from tests.test_house import PACKAGE
from tests.told import EVERY_KIND, TODAY, data_of, reminder

LINK = "https://sager.example/sager/SAG-2020-0001"
SEEN = {"number": "SAG-2020-0001", "title": "En sag"}
CLOSED = {"number": "SAG-2020-0001", "title": ""}
NO_SAG = {"number": "", "title": ""}
PARTS: tuple[rendering.MessagePart, ...] = ("subject", "body", "html")
ABOUT_MEETINGS = {
    "agenda",
    "decision",
    "minutes",
    "calendar-running-out",
    "body-ending",
    "sign-in",
    "stand-in",
    "office",
    "account",
    "agenda-published",
    "minutes-to-approve",
    "minutes-sent-back",
    "minutes-approved",
    "apologies",
    "minutes-published",
    "named-though-absent",
}
NAMELESS = {"sag-closed", "sag-opened"}
"""What is told of a sag that is, or was, nobody else's business: without its title even when it is open."""
FOLDER = PACKAGE / "templates" / "messages"


def said(kind: str, part: rendering.MessagePart = "subject", data: Any = None, **values: Any) -> str:
    """A notice in words, read on the day it was written."""
    given = {**SEEN, "link": LINK, "today": TODAY, "data": data_of(kind) if data is None else data, **values}
    return rendering.message(kind, part, **given)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]


def read(html: str) -> _Words:
    """The words and links of some HTML."""
    found = _Words()
    found.feed(html)
    return found


# --- every kind ----------------------------------------------------------------------------------------------


def test_there_are_three_files_for_every_kind_and_no_other_folder() -> None:
    assert sorted(one.name for one in FOLDER.iterdir() if one.is_dir()) == EVERY_KIND
    for kind in EVERY_KIND:
        files = {file.name for file in (FOLDER / kind).iterdir()}
        assert files == {"subject.txt", "body.txt", "body.html"}, kind


@pytest.mark.parametrize("today", [None, TODAY, date(2020, 2, 20)], ids=["any day", "same day", "later"])
@pytest.mark.parametrize("sag", [SEEN, CLOSED, NO_SAG], ids=["sag", "closed", "none"])
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_renders_in_three_parts(kind: str, sag: dict[str, str], today: date | None) -> None:
    subject, body, html = (said(kind, part, **sag, today=today) for part in PARTS)
    for text in (subject, body, html):
        plain = re.sub(r"SAG-\d+-\d+|https://\S+", "_", text)
        assert text.strip()
        assert not re.search(r"None|\{|\}|2020-\d\d-\d\d|  \S", plain), text
    assert "\n" not in subject
    assert len(subject) < 150
    assert re.search(rf"^\S[^\n]*: {LINK}\n$", body.splitlines(keepends=True)[-1])
    assert read(html).links == [LINK]


@pytest.mark.parametrize("kind", sorted({*KINDS.values(), *LIFE_KINDS.values(), OTHER, CONSENT_WANTED}))
def test_a_move_that_carries_nothing_is_told_all_the_same(kind: str) -> None:
    for part in PARTS:
        assert "None" not in said(kind, part, {})


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_html_says_what_the_text_says(kind: str) -> None:
    text = said(kind, "body").replace(f": {LINK}", "").replace("\n- ", "\n").split()
    found = read(said(kind, "html")).found
    assert found[-len(text) :] == text


@pytest.mark.parametrize("kind", sorted(set(EVERY_KIND) - ABOUT_MEETINGS))
def test_a_sag_is_named_and_a_closed_one_is_only_a_number(kind: str) -> None:
    name = "SAG-2020-0001" if kind in NAMELESS else "En sag (SAG-2020-0001)"
    assert name in said(kind)
    assert ("En sag" in said(kind)) is (kind not in NAMELESS)
    data = {**data_of(kind), "sager": []}
    hidden = {"reason": "hemmelig", "outcome": "hemmelig", "decided": "hemmelig"}
    closed = {**data, **hidden} if "sager" not in data_of(kind) else data
    for part in PARTS:
        told = said(kind, part, closed, **CLOSED)
        assert "SAG-2020-0001" in told
        assert "hemmelig" not in told


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_what_people_wrote_is_no_html(kind: str) -> None:
    assert "<b>" not in said(kind, "html", title="<b>fed</b>", link='https://x.example/"><b>')


@pytest.mark.parametrize(("does", "words"), [("stay", "bliver i KD-Net"), ("back", "tilbage"), ("end", "Afslut")])
def test_what_a_decision_asks_for_is_said(does: str, words: str) -> None:
    data = reminder("2020-01-27", 5, does=does)
    assert words in said("advance", "subject", data)
    assert words.lower() in said("advance", "body", data).lower()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"then": None, "new_due": None, "days": None, "lines": []}, "intet senere møde i kalenderen"),
        ({"days": None}, "kan ikke siges: der mangler møder"),
        ({"days": 0, "lines": []}, "ændrer ikke, hvornår sagen er helt færdig"),
        ({"new_due": None}, "Aftal med sekretariatet, hvornår"),
        ({"then": "2020-09", "days_here": None}, "(foreløbig frist)"),
    ],
)
def test_what_a_missed_submission_costs(change: dict[str, Any], words: str) -> None:
    assert words in said("missed", "body", {**data_of("missed"), **change})


def test_things_that_may_be_absent() -> None:
    assert said("calendar-running-out", data={**data_of("calendar-running-out"), "last": None, "stranded": 0}) == (
        "KD-Net har ingen kommende møder: 7 sager venter"
    )
    assert "ingen efterfølger" in said("body-ending", "body", {**data_of("body-ending"), "successor": None})
    empty = {**data_of("agenda"), "count": 0, "numbers": []}
    assert "ingen sager på den" in said("agenda", "body", empty)
    many = {**data_of("agenda"), "count": 20, "numbers": [f"SAG-2020-{n:04}" for n in range(20)]}
    assert "SAG-2020-0011 og 8 til." in said("agenda", "body", many)


def test_a_missing_file_or_name_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        said("nope", data={})
    with pytest.raises(UndefinedError):
        said("missed", "body", {})


# --- exact words ---------------------------------------------------------------------------------------------

ABOUT = "En sag (SAG-2020-0001)"
SUBJECTS = {
    "consent-wanted": f"Din godkendelse mangler senest onsdag den 29. januar 2020 kl. 12: {ABOUT}",
    "step-opened": f"{ABOUT} er kommet til KD-Net: indmeld senest fredag den 28. februar 2020 kl. 12",
    "submission": f"Indmeld senest torsdag den 23. januar kl. 12 til KD-Net: {ABOUT}",
    "missed": f"Nåede ikke indmeldingen til KD-Net; næste mulige møde er 13. mar. 2020: {ABOUT}",
    "consent": f"Godkendelse mangler i KD-Net senest tirsdag den 21. januar kl. 12: {ABOUT}",
    "consent-escalated": f"Stadig ikke godkendt i KD-Net, 2 hverdage over fristen: {ABOUT}",
    "advance": f"Send videre fra KD-Net senest mandag den 27. januar kl. 12: {ABOUT}",
    "work": f"Arbejdet i KD-Net skal være færdigt senest fredag den 24. januar kl. 12: {ABOUT}",
    "agenda": "Dagsordenen til KD-Net 24. jan. 2020 skal ud senest mandag den 20. januar kl. 12",
    "decision": "2 beslutninger mangler fra mødet i KD-Net 24. jan. 2020",
    "minutes": "Referatet fra KD-Net 24. jan. 2020 skal ud senest fredag den 31. januar kl. 12",
    "calendar-running-out": "Kalenderen for KD-Net slutter 11. dec. 2020: 7 sager venter, 2 kan ikke nå et møde",
    "body-ending": "DKS ophører 31. dec. 2021: 4 sager mangler at blive behandlet",
    "sign-in": "Din kode til at logge ind på kdflow",
    "returned": f"Sendt tilbage fra KD-Net: {ABOUT}",
    "task-taken-back": f"En opgave gælder ikke længere: {ABOUT}",
    "remark-taken-back": f"Bemærkning fra KD-Net til DASSOS gælder ikke længere: {ABOUT}",
    "meeting-changed": f"Mødet i KD-Net 24. jan. 2020 er flyttet til 13. mar. 2020: {ABOUT}",
}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_point_stands_in_the_subject(kind: str) -> None:
    assert said(kind) == SUBJECTS[kind]


@pytest.mark.parametrize(
    ("due", "days", "today", "words"),
    [
        ("2020-01-20", 0, TODAY, "Fristen er i dag: mandag den 20. januar kl. 12."),
        ("2020-01-21", 1, TODAY, "Fristen er i morgen: tirsdag den 21. januar kl. 12."),
        ("2020-01-23", 3, TODAY, "Fristen er om 3 hverdage: torsdag den 23. januar kl. 12."),
        ("2020-01-27", 5, date(2020, 1, 26), "Fristen er i morgen: mandag den 27. januar kl. 12."),
        ("2020-01-27", 5, date(2020, 1, 24), "Fristen er om 3 dage: mandag den 27. januar kl. 12."),
        ("2020-01-27", 5, None, "Fristen er mandag den 27. januar kl. 12."),
        ("2021-01-04", 200, TODAY, "Fristen er om 200 hverdage: mandag den 4. januar 2021 kl. 12."),
        ("2020-01-16", -2, TODAY, "Det er 2 hverdage over fristen, som var torsdag den 16. januar kl. 12."),
        ("2020-01-16", -2, None, "Fristen var torsdag den 16. januar kl. 12."),
        ("2020-01-21", 1, date(2020, 1, 22), "Det er over fristen, som var tirsdag den 21. januar kl. 12."),
    ],
)
def test_how_far_off_a_deadline_is_depends_on_when_it_is_read(
    due: str, days: int, today: date | None, words: str
) -> None:
    assert words in said("submission", "body", reminder(due, days), today=today)


def test_only_a_submission_to_a_meeting_without_a_day_is_provisional() -> None:
    for kind, ending in (("submission", " kl. 12 (foreløbig frist) til KD-Net"), ("advance", " kl. 12")):
        duty = {"kind": kind, "about": "kdnet", "due": 0}
        told = said(kind, data=reminder("2020-01-27", 5, meeting="2020-02", duty=duty, does="go-on"))
        assert told.endswith(f"mandag den 27. januar{ending}: {ABOUT}")


def test_a_deadline_at_the_end_of_a_day_has_no_hour() -> None:
    due = date(2020, 1, 24).toordinal() * 1440 + 1439
    assert said("work", data={**reminder("2020-01-24", 4), "due": due}).endswith(f"fredag den 24. januar: {ABOUT}")


MUST_NAME_A_DAY = sorted(
    {
        *TEXTS,
        *ASKS,
        *TELLS,
        *OF_SAG,
        "missed",
        "task",
        "minutes-to-approve",
        "minutes-sent-back",
        "minutes-approved",
    }
)
"""Kinds that ask somebody to do something, or say that somebody must: they say until when."""


@pytest.mark.parametrize("kind", MUST_NAME_A_DAY)
def test_what_is_to_be_done_is_to_be_done_until_a_day(kind: str) -> None:
    day = r"(senest|[Ff]risten (er|var)|som var)\W[^.]*\b\d+\. (jan|feb)\w*"
    assert re.search(day, said(kind) + said(kind, "body")), said(kind, "body")


def test_what_a_sag_waits_for_first_is_said_when_it_goes_on() -> None:
    body = said("resumed", "body")
    assert "Det næste er at indmelde sagen til KD-Net senest fredag den 28. februar 2020 kl. 12." in body
    seat = {"kind": "seat", "does": "", "due": None, "is_over": False, "meeting": "2020-03-13", "body": "KD-Net"}
    assert "på dagsordenen til mødet i KD-Net fredag den 13. marts 2020." in said(
        "resumed", "body", {"asked": seat}
    )
    assert "Se på sagen, hvad den venter på." in said("resumed", "body", {})


# --- letters -------------------------------------------------------------------------------------------------


def part(kind: str, number: str = "SAG-2020-0001", **values: Any) -> tuple[Told, str]:
    """One notice for a letter."""
    sag = SagId(1) if number else None
    notice = Notice(kind=kind, person=PersonId("ida"), sag=sag, data=data_of(kind))
    told = Told(notice=notice, number=number, title="En sag" if number else "", path=f"/sager/{number}")
    return told, f"https://sager.example{values.get('path', told.path)}"


def written(*parts: tuple[Told, str], **values: Any) -> rendering.LetterText:
    """A letter to Ida."""
    given: dict[str, Any] = {"name": "Ida Sommer", "is_digest": False, "site": "https://sager.example/", **values}
    return rendering.letter(parts, **given)


def test_one_notice_is_its_own_letter() -> None:
    found = written(part("returned"), now=datetime(2020, 1, 20, 8, tzinfo=UTC))
    assert found.subject == SUBJECTS["returned"]
    assert found.text.startswith("KD-Net har sendt »En sag« (SAG-2020-0001) tilbage.\n")
    assert "\n--\nMailen er til Ida Sommer. Du får den, fordi" in found.text
    assert "https://sager.example/beskeder/valg" in found.text
    assert found.html.startswith('<!doctype html>\n<html lang="da">')
    assert f"<title>{found.subject}</title>" in found.html
    assert found.html.count("<h1") == 1


def test_the_most_important_comes_first_and_the_rest_is_counted() -> None:
    path = "/svar/hemmeligt"
    parts = [part("minutes", ""), part("returned"), part("submission"), part("consent-wanted", path=path)]
    found = written(*parts, part("decided"))
    assert found.subject == f"{SUBJECTS['consent-wanted']} og 4 andre ting"
    places = [found.text.index(said(kind)) for kind in ("consent-wanted", "submission", "minutes", "decided")]
    assert places == sorted(places)
    assert found.text.index(said("decided")) < found.text.index(said("returned"))
    assert found.text.startswith("Dine sager: 5 ting\n\n1. Din godkendelse mangler")
    links = read(found.html).links
    assert links[0] == f"https://sager.example{path}"
    assert sorted(links) == sorted(re.findall(r"https://\S+", found.text))


def test_a_digest_says_since_when() -> None:
    now, since = datetime(2020, 1, 20, 8, tzinfo=UTC), datetime(2020, 1, 16, 8, tzinfo=UTC)
    parts = (part("returned"), part("decided"))
    found = written(*parts, is_digest=True, since=since, now=now)
    assert found.subject == f"KD-Net har besluttet (godkendt): {ABOUT} og 1 anden ting siden torsdag"
    assert found.text.startswith("Dine sager: 2 ting siden torsdag\n")
    assert "Du har valgt at få dine beskeder samlet." in found.text
    old = written(*parts, is_digest=True, since=datetime(2020, 1, 6, 8, tzinfo=UTC), now=now)
    assert old.text.startswith("Dine sager: 2 ting siden 6. januar\n")


def test_a_subject_that_would_be_too_long_stays_as_it_is() -> None:
    told, link = part("missed")
    long = (Told(notice=told.notice, number=told.number, title="Lang " * 30), link)
    assert written(long, part("returned")).subject == written(long).subject


def test_a_secretary_reads_where_nobody_answers_for_who_is_away() -> None:
    data = {**data_of("stand-in"), "serves": True, "alone": ["DASSOS"], "stand_in": ""}
    assert said("stand-in", data=data).startswith("Dage uden svar i DASSOS: Jens Formand er fraværende")
    assert "Der er dage, hvor ingen svarer i stedet i DASSOS: da venter sagerne." in said("stand-in", "body", data)
    own = said("stand-in", "body", {**data, "is_own": True})
    assert "Der er dage, hvor ingen svarer for dig i DASSOS" in own
    assert "svarer selv igen i DASSOS" in said("stand-in", "body", {**data, "ended": True})


def test_a_code_is_told_to_whom_it_is_for_and_nothing_else() -> None:
    found = written(part("sign-in", ""))
    assert "042917" not in found.subject
    assert "Din kode er 042917. Den gælder i 15 minutter." in found.text
    assert "nogen har bedt om at logge ind som dig" in found.text
    assert "/beskeder/valg" not in found.text + found.html


def test_letters_need_nothing_from_elsewhere() -> None:
    html = written(*(part(kind) for kind in EVERY_KIND), name="<i>Ida</i>").html
    assert not re.search(r"<(img|style|script|link|iframe|form|i)\b|url\(|@import|onclick", html)
    assert {link.split("/")[2] for link in read(html).links} == {"sager.example"}


# --- ladders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ladders:\n  consent:\n    - {days: 2, to: [chair], text: nope}\nbodies: []\n", 3),
        (
            "bodies:\n  - key: a\n    name: A\n    kind: forum\n    ladders:\n      work:\n"
            "        - {days: 1, to: [owner]}\n        - {days: 2, to: [owner], text: nope}\n",
            8,
        ),
    ],
)
def test_a_reminder_with_a_text_that_there_is_not_is_a_flaw(tmp_path: Any, text: str, line: int) -> None:
    file = tmp_path / "bodies.yaml"
    file.write_text(text, "utf-8")
    found = [str(flaw) for flaw in catalog.check([file]) if "unknown text 'nope'" in flaw.message]
    assert len(found) == 1
    assert f"bodies.yaml:{line}: " in found[0]
    file.write_text(text.replace("nope", "consent-escalated"), "utf-8")
    assert not [flaw for flaw in catalog.check([file]) if "unknown text" in flaw.message]


@pytest.mark.parametrize("rung", ["days: 5, every: 10", "days: 5, times: 3", "days: 0, every: 10, times: 3"])
def test_a_reminder_that_cannot_come_again_is_a_flaw(tmp_path: Any, rung: str) -> None:
    file = tmp_path / "bodies.yaml"
    text = f"ladders:\n  decision:\n    - {{{rung}, to: [secretary]}}\nbodies: []\n"
    file.write_text(text, "utf-8")
    assert ["comes again" in flaw.message for flaw in catalog.check([file])].count(True) == 1
    file.write_text(text.replace(rung, "days: 5, every: 10, times: 3"), "utf-8")
    assert not [flaw for flaw in catalog.check([file]) if "comes again" in flaw.message]
