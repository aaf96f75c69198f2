"""A mail is read as it was meant, whatever people write into it, and is the same bytes at every try."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kdflow import ical
from kdflow.channels import Message, Permanent
from kdflow.channels.email import CALENDAR_FILE, Letterhead, compose
from tests.channels.letters import LETTERHEAD, NOON, body, message, read

HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
)

INJECTIONS = [
    "Sag\r\nBcc: lars@anden.example",
    "Sag\nBcc: lars@anden.example",
    "Sag\rBcc: lars@anden.example",
    "Sag\r\n\r\n<script>alert(1)</script>",
    "Sag\r\n.\r\nMAIL FROM:<x@y>",
    "Sag\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029Bcc: lars@anden.example",
    "Sag =?utf-8?q?=0D=0ABcc=3A_lars=40anden=2Eexample?=",
    "Sag =?utf-8?b?DQpCY2M6IHg=?=",
    "Sag \ud800",
    '"Sag" <lars@anden.example>, Jens',
    "a@b.example>, <lars@anden.example",
    "(Sag) [x] \\ ; : @ ,",
    "=?",
    "",
    " ",
    "Æ" * 500,
    "sammenhængende" * 100,
]


def written(letter: Message, letterhead: Letterhead = LETTERHEAD) -> bytes:
    return compose(letter, letterhead).as_bytes()


def sent(**changed: object) -> EmailMessage:
    return read(written(message(**changed)))


def test_it_says_who_writes_to_whom_about_what_and_that_a_machine_did() -> None:
    mail = sent()
    assert mail.keys() == list(HEADERS)
    assert str(mail["From"]) == "kdflow <kdflow@region.example>"
    assert str(mail["Reply-To"]) == "KD-Net <kdnet@region.example>"
    assert str(mail["To"]) == "Ida <ida@kommune.example>"
    assert (mail["Subject"], mail["Message-ID"]) == ("Frist fredag", "<one@kdflow>")
    assert mail["Date"].datetime == NOON
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_text_and_html_say_the_same_and_a_program_may_choose() -> None:
    mail = sent(text="Kære Ærø\n.\nÅ\n", html="<p>Kære Ærø – “Å”</p>\n")
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (body(mail, "plain"), body(mail, "html")) == ("Kære Ærø\n.\nÅ\n", "<p>Kære Ærø – “Å”</p>\n")
    assert {part.get_content_charset() for part in mail.iter_parts()} == {"utf-8"}


def test_it_is_ascii_in_short_lines_so_that_every_server_takes_it() -> None:
    data = written(message(subject="Æ" * 300, text="Å" * 5000 + "\nx" * 10, html="x" * 5000, to_name="Ø" * 200))
    assert data.isascii()
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_the_meeting_is_attached_as_a_calendar() -> None:
    event = ical.FeedEntry(uid="m1@kdflow", starts=NOON, summary="Møde i KD-Net, Århus", last_changed=NOON)
    file = ical.feed("KD-Net", [event], now=NOON)
    mail = sent(calendar=file)
    assert mail.get_content_type() == "multipart/mixed"
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", CALENDAR_FILE)
    assert (attached.get_param("method"), attached.get_content_disposition()) == ("PUBLISH", "attachment")
    assert attached.get_payload(decode=True) == file
    (read_back,) = Calendar.from_ical(file).walk("VEVENT")
    assert (str(read_back["SUMMARY"]), read_back.decoded("DTSTART")) == ("Møde i KD-Net, Århus", NOON)
    assert body(mail, "plain") == "Indmeld sagen senest fredag.\n"


def test_a_later_mail_of_a_thread_points_to_the_first() -> None:
    mail = sent(message_id="<two@kdflow>", thread="<one@kdflow>")
    assert (mail["In-Reply-To"], mail["References"]) == ("<one@kdflow>", "<one@kdflow>")


def test_the_first_mail_of_a_thread_answers_nothing() -> None:
    assert "In-Reply-To" not in sent(thread="<one@kdflow>")


def test_what_programs_read_is_never_folded() -> None:
    url = f"https://kdflow.example/afmeld/{'x' * 400}?person=1&slags=resume"
    long = f"<{'y' * 300}@kdflow>"
    data = written(message(unsubscribe=url, message_id=long, thread=f"<{'z' * 300}@kdflow>"))
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data
    assert f"\r\nMessage-ID: {long}\r\n".encode() in data
    assert read(data)["References"] == f"<{'z' * 300}@kdflow>"


def test_only_mails_that_can_be_stopped_say_so() -> None:
    assert not [name for name, _ in sent().items() if name.startswith("List-")]


def test_the_same_message_gives_the_same_bytes() -> None:
    letter = message(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", unsubscribe="https://kdflow.example/a")
    assert written(letter) == written(letter)
    assert written(letter) != written(message(message_id="<two@kdflow>"))


def test_without_an_address_for_answers_they_go_to_the_sender() -> None:
    mail = read(written(message(), Letterhead("kdflow@region.example")))
    assert "Reply-To" not in mail
    assert str(mail["From"]) == "kdflow@region.example"


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_people_write_stays_in_its_header(text: str) -> None:
    mail = sent(subject=text, to_name=text)
    assert mail.keys() == list(HEADERS)
    assert [one.addr_spec for one in mail["To"].addresses] == ["ida@kommune.example"]
    for found in (str(mail["Subject"]), mail["To"].addresses[0].display_name):
        assert found.isprintable()
    assert body(mail, "plain") == "Indmeld sagen senest fredag.\n"


def test_a_line_break_becomes_a_space() -> None:
    mail = sent(subject="Frist\r\n fredag\tkl. 12", to_name="Ida\nHansen")
    assert mail["Subject"] == "Frist fredag kl. 12"
    assert mail["To"].addresses[0].display_name == "Ida Hansen"


def test_an_invisible_sign_does_not_part_a_word() -> None:
    assert sent(subject="sags\u00adfremstil\u200bling \u202eevil")["Subject"] == "sagsfremstilling evil"


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_subject_and_name_come_out_in_one_line_for_one_person(subject: str, name: str) -> None:
    mail = sent(subject=subject, to_name=name)
    assert mail.keys() == list(HEADERS)
    assert [one.addr_spec for one in mail["To"].addresses] == ["ida@kommune.example"]


# Short: of longer names the standard library's reader (not its writer) keeps the folds as spaces.
DANISH = st.text("abcæøåÆØÅéü .,;:()[]<>@\"'\\/-–?=_%&!0123456789", min_size=1, max_size=10)


@settings(deadline=None)
@given(DANISH, DANISH)
def test_what_can_be_shown_is_read_back_as_it_was_written(subject: str, name: str) -> None:
    mail = sent(subject=subject, to_name=name)
    assert mail["Subject"] == " ".join(subject.replace("=?", "= ?").split())
    assert mail["To"].addresses[0].display_name == " ".join(name.replace("=?", "= ?").split())


@pytest.mark.parametrize("word", ["nære", "kommunernes", "frist"])
def test_a_subject_of_several_lines_has_no_space_too_many(word: str) -> None:
    """Wherever the line breaks, and however readers put it together again."""
    for before in range(10, 80):
        subject = f"{'Sag ' * (before // 4)}{'x' * (before % 4 + 1)} {word} psykiatri på tværs (SAG-2020-0001)"
        data = written(message(subject=subject))
        assert read(data)["Subject"] == subject
        raw = str(message_from_bytes(data)["Subject"]).splitlines()
        assert not any(line.endswith(" ") for line in raw)
        assert str(make_header(decode_header("".join(raw)))) == subject


def test_a_long_name_is_whole() -> None:
    name = f"{'0' * 28}{'Å' * 60}"
    raw = message_from_bytes(written(message(to_name=name)))["To"]
    assert str(make_header(decode_header(raw))) == f"{name} <ida@kommune.example>"


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_can_be_sent(text: str, html: str) -> None:
    assert written(message(text=text, html=html)).isascii()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ida",
        "ida@",
        "@x.example",
        "ida@x.example\r\nBcc: y@x",
        "a@x.example,b@x.example",
        "ida hansen@x.example",
    ],
)
def test_an_address_that_cannot_be_used_is_said_to_be_so(address: str) -> None:
    with pytest.raises(Permanent) as caught:
        compose(message(to=address), LETTERHEAD)
    assert "is not a mail address" in caught.value.reason
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize(
    "changed",
    [
        {"message_id": "one@kdflow"},
        {"message_id": "<one@kdflow>\r\nBcc: x"},
        {"thread": "<one two@kdflow>"},
        {"unsubscribe": "http://kdflow.example/"},
        {"unsubscribe": "https://kdflow.example/\r\nBcc: x"},
        {"unsubscribe": "https://kdflow.example/>, <mailto:x"},
        {"at": datetime(2026, 3, 2)},  # noqa: DTZ001
    ],
)
def test_what_the_house_itself_must_get_right_is_checked(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="kdflow"):
        message(**changed)
