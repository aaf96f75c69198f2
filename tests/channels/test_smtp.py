"""Mails against a real mail server: what arrives, over which connection, and who may read along."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import trustme

from kdflow import settings
from kdflow.channels import Channel, Permanent, Temporary
from kdflow.channels.email import Letterhead, Smtp
from tests.channels.letters import LETTERHEAD, body, message, read
from tests.channels.servers import HOST, Faulty, Mailbox, faulty, real_server, sign_in


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody else knows."""
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server proves itself by."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    return context


@pytest.fixture
def our_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What we trust."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def server() -> Iterator[Mailbox]:
    """A server without TLS."""
    with real_server() as mailbox:
        yield mailbox


def _smtp(server: Mailbox | Faulty, **changed: object) -> Smtp:
    plain = Smtp(host=HOST, port=server.port, letterhead=LETTERHEAD, security="none", timeout=10)
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_a_mail_arrives_as_it_was_written(server: Mailbox) -> None:
    channel: Channel = _smtp(server)
    text = "Kære Ærø\n.\n..to\n.slut\n"
    with channel.open() as sender:
        sender.send(message(subject="Møde på Ærø", to_name="Åse", text=text, html="<p>Ærø</p>\n"))
    (mail,) = map(read, server.mails)
    assert (mail["Subject"], mail["To"].addresses[0].display_name) == ("Møde på Ærø", "Åse")
    assert (body(mail, "plain"), body(mail, "html")) == (text, "<p>Ærø</p>\n")
    assert server.envelopes == [("kdflow@region.example", ["ida@kommune.example"])]


def test_a_batch_goes_over_one_connection(server: Mailbox) -> None:
    with _smtp(server).open() as sender:
        for number in range(5):
            sender.send(message(message_id=f"<{number}@kdflow>"))
    assert [read(mail)["Message-ID"] for mail in server.mails] == [f"<{n}@kdflow>" for n in range(5)]
    assert len({id(session) for session in server.sessions}) == 1


def test_without_mails_no_connection_is_made() -> None:
    with faulty() as server:
        with _smtp(server).open():
            pass
        assert server.connections == 0


def test_a_repeat_is_the_same_mail(server: Mailbox) -> None:
    for _ in range(2):
        with _smtp(server).open() as sender:
            sender.send(message(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    assert len(set(server.mails)) == 1


def test_a_refused_person_concerns_nobody_else(server: Mailbox) -> None:
    server.refused = frozenset({"lars@kommune.example"})
    with _smtp(server).open() as sender:
        sender.send(message(message_id="<1@kdflow>"))
        with pytest.raises(Permanent) as caught:
            sender.send(message(to="lars@kommune.example", message_id="<2@kdflow>"))
        with pytest.raises(Permanent):
            sender.send(message(to="no address", message_id="<3@kdflow>"))
        sender.send(message(message_id="<4@kdflow>"))
    assert caught.value.reason == "RCPT: 550 5.1.1 no such user"
    assert [read(mail)["Message-ID"] for mail in server.mails] == ["<1@kdflow>", "<4@kdflow>"]
    assert [people for _, people in server.envelopes] == [["ida@kommune.example"]] * 2
    assert len({id(session) for session in server.sessions}) == 1


def test_a_host_with_danish_letters_is_written_in_ascii(server: Mailbox) -> None:
    with _smtp(server).open() as sender:
        sender.send(message(to="ida@ærø.example"))
    assert server.envelopes[0][1] == [f"ida@{'ærø'.encode('idna').decode()}.example"]


def test_a_mail_that_is_too_big_is_refused_before_it_is_sent() -> None:
    with real_server(data_size_limit=500) as server, _smtp(server).open() as sender:
        with pytest.raises(Permanent, match="MAIL: 552"):
            sender.send(message())
        assert server.mails == []


# --- Who may read along -------------------------------------------------------------------------------


def test_starttls(server_tls: ssl.SSLContext, our_tls: ssl.SSLContext) -> None:
    with real_server(tls_context=server_tls, require_starttls=True) as server:
        with _smtp(server, security="starttls", tls=our_tls).open() as sender:
            sender.send(message())
        assert len(server.mails) == 1
        assert server.sessions[0].ssl is not None


def test_tls_from_the_first_byte(server_tls: ssl.SSLContext, our_tls: ssl.SSLContext) -> None:
    with real_server(tls_from_start=server_tls) as server:
        with _smtp(server, security="tls", tls=our_tls).open() as sender:
            sender.send(message())
        assert len(server.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_no_mail(server_tls: ssl.SSLContext) -> None:
    with real_server(tls_context=server_tls) as server:
        with (
            _smtp(server, security="starttls").open() as sender,
            pytest.raises(Temporary, match=r"STARTTLS: .*certif"),
        ):
            sender.send(message())
        assert server.mails == []


def test_a_server_without_starttls_gets_no_mail(server: Mailbox, our_tls: ssl.SSLContext) -> None:
    channel = _smtp(server, security="starttls", tls=our_tls, user="kdflow", password="secret word")
    with channel.open() as sender, pytest.raises(Temporary, match="STARTTLS"):
        sender.send(message())
    assert server.mails == []


def _signing_in(server_tls: ssl.SSLContext) -> dict[str, Any]:
    return {"tls_context": server_tls, "auth_required": True, "authenticator": sign_in}


def test_signing_in(server_tls: ssl.SSLContext, our_tls: ssl.SSLContext) -> None:
    with real_server(**_signing_in(server_tls)) as server:
        channel = _smtp(server, security="starttls", tls=our_tls, user="kdflow", password="secret word")
        with channel.open() as sender:
            sender.send(message())
        assert len(server.mails) == 1
        assert server.sessions[0].authenticated


@pytest.mark.parametrize("password", ["canary-of-a-secret", "kanarie-få"])
def test_a_wrong_password_fails_no_mail_for_good_and_is_not_repeated(
    password: str, server_tls: ssl.SSLContext, our_tls: ssl.SSLContext
) -> None:
    with real_server(**_signing_in(server_tls)) as server:
        channel = _smtp(server, security="starttls", tls=our_tls, user="kdflow", password=password)
        assert password not in repr(channel)
        with channel.open() as sender, pytest.raises(Temporary, match=r"^AUTH: ") as caught:
            sender.send(message())
        assert password not in caught.value.reason
        assert server.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_wants_a_password_we_do_not_have_fails_no_mail_for_good() -> None:
    options: dict[str, Any] = {"auth_required": True, "authenticator": sign_in, "auth_require_tls": False}
    with (
        real_server(**options) as server,
        _smtp(server).open() as sender,
        pytest.raises(Temporary, match="MAIL: 530"),
    ):
        sender.send(message())


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_goes_without_tls_only_to_this_machine() -> None:
    with pytest.raises(ValueError, match="without TLS"):
        Smtp(host="mail.example", port=25, letterhead=LETTERHEAD, security="none", user="kdflow", password="x")
    options: dict[str, Any] = {"auth_required": True, "authenticator": sign_in, "auth_require_tls": False}
    with real_server(**options) as server:
        with _smtp(server, user="kdflow", password="secret word").open() as sender:
            sender.send(message())
        assert len(server.mails) == 1


# --- Settings -----------------------------------------------------------------------------------------


def test_without_a_host_no_mail_is_sent() -> None:
    assert Smtp.of(settings.Settings(mail_host="")) is None


def test_the_settings_say_which_server() -> None:
    given = settings.Settings(
        mail_host="mail.example",
        mail_port=465,
        mail_security="tls",
        mail_user="kdflow",
        mail_password="secret word",  # type: ignore[arg-type]
        mail_from="kdflow <kdflow@region.example>",
        mail_reply_to="kdnet@region.example",
        mail_timeout=7,
    )
    found = Smtp.of(given)
    assert found is not None
    assert (found.host, found.port, found.security, found.timeout) == ("mail.example", 465, "tls", 7)
    assert (found.user, found.password) == ("kdflow", "secret word")
    assert found.letterhead == Letterhead("kdflow <kdflow@region.example>", "kdnet@region.example")
