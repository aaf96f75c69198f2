"""A mail server that fails at every point: what is said of a mail is true, and the next mail is not lost with it.

The rule that may never break: a mail whose end the server saw is never called certainly not accepted, unless the
server itself said so.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
import trustme

from kdflow.channels import Ambiguous, NotSent, Permanent, Temporary, wire
from kdflow.channels.email import Smtp
from kdflow.channels.smtp_session import Lost, open_session
from tests.channels.letters import LETTERHEAD, message
from tests.channels.servers import HOST, Answer, Faulty, drip, faulty, free_port, hang_up, reset

SOON = 0.4


def _smtp(server: Faulty, **changed: object) -> Smtp:
    plain = Smtp(host=HOST, port=server.port, letterhead=LETTERHEAD, security="none", timeout=5)
    return replace(plain, **changed)  # type: ignore[arg-type]


def _outcome(channel: Smtp) -> NotSent | None:
    with channel.open() as sender:
        try:
            sender.send(message())
        except NotSent as error:
            return error
    return None


REFUSED: list[tuple[str, str, type[NotSent]]] = [
    ("banner", "421 too busy", Temporary),
    ("banner", "554 not for you", Temporary),
    ("banner", "what?", Temporary),
    ("banner", "", Temporary),
    ("EHLO", "421 too busy", Temporary),
    ("EHLO", "", Temporary),
    ("MAIL", "451 later", Temporary),
    ("MAIL", "421 too busy", Temporary),
    ("MAIL", "552 too big", Permanent),
    ("MAIL", "530 sign in first", Temporary),
    ("MAIL", "", Temporary),
    ("RCPT", "451 greylisted", Temporary),
    ("RCPT", "421 too busy", Temporary),
    ("RCPT", "550 no such user", Permanent),
    ("RCPT", "", Temporary),
    ("DATA", "451 later", Temporary),
    ("DATA", "421 too busy", Temporary),
    ("DATA", "554 no", Permanent),
    ("DATA", "250 what?", Temporary),
    ("DATA", "x" * 10_000, Temporary),
    ("DATA", "", Temporary),
    ("end", "451 later", Temporary),
    ("end", "421 too busy", Temporary),
    ("end", "552 too big", Permanent),
    ("end", "554 5.7.1 spam", Permanent),
    ("end", "what?", Ambiguous),
    ("end", "354 go on", Ambiguous),
    ("end", "x" * 10_000, Ambiguous),
    ("end", "", Ambiguous),
]


@pytest.mark.parametrize(("point", "answer", "kind"), REFUSED)
def test_every_answer_is_told_apart(point: str, answer: str, kind: type[NotSent]) -> None:
    with faulty({point: answer}) as server:
        found = _outcome(_smtp(server))
    assert type(found) is kind
    assert found.reason.isprintable()
    assert len(found.reason) <= 200
    assert server.taken == []


def test_a_server_that_takes_it_is_believed_whatever_follows() -> None:
    with faulty({"RSET": "", "QUIT": ""}) as server:
        assert _outcome(_smtp(server)) is None
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("point", "kind"),
    [
        ("banner", Temporary),
        ("EHLO", Temporary),
        ("MAIL", Temporary),
        ("RCPT", Temporary),
        ("DATA", Temporary),
        ("end", Ambiguous),
    ],
)
def test_a_server_that_does_not_answer_is_waited_for_only_so_long(point: str, kind: type[NotSent]) -> None:
    with faulty({}) as server:
        server.scripts = ({point: server.silence},)
        began = time.monotonic()
        with _smtp(server, timeout=SOON).open() as sender:
            with pytest.raises(kind, match=r"no answer within 0\.4 seconds"):
                sender.send(message())
            with pytest.raises(Temporary):  # the server is not asked again: nobody waits a second time
                sender.send(message(message_id="<two@kdflow>"))
        assert time.monotonic() - began < 2 * SOON + 1
        assert server.connections == 1


@pytest.mark.parametrize(("point", "kind"), [("banner", Temporary), ("RCPT", Temporary), ("end", Ambiguous)])
def test_an_answer_that_drips_does_not_take_longer(point: str, kind: type[NotSent]) -> None:
    with faulty({point: drip(b"250-still here\r\n")}) as server:
        began = time.monotonic()
        assert type(_outcome(_smtp(server, timeout=SOON))) is kind
        assert time.monotonic() - began < 2 * SOON + 1


def test_every_mail_has_its_own_time() -> None:
    with faulty() as server, _smtp(server, timeout=SOON).open() as sender:
        for number in range(2):
            sender.send(message(message_id=f"<{number}@kdflow>"))
            time.sleep(SOON + 0.1)
        assert (len(server.taken), server.connections) == (2, 1)


def test_an_answer_that_comes_after_the_time_is_never_taken_for_the_next_one() -> None:
    """The first mail was taken, late; the second is refused, and must not be told by the first one's answer."""

    def late(sock: socket.socket) -> None:
        time.sleep(2 * SOON)
        sock.sendall(b"250 taken\r\n250 taken\r\n")

    with faulty({"end": late}, {"RCPT": "550 no such user"}) as server:
        assert type(_outcome(_smtp(server, timeout=SOON))) is Ambiguous
        assert type(_outcome(_smtp(server))) is Permanent
    assert server.whole == 1


def test_nobody_listens() -> None:
    channel = Smtp(host=HOST, port=free_port(), letterhead=LETTERHEAD, security="none", timeout=5)
    found = _outcome(channel)
    assert type(found) is Temporary
    assert found.reason.startswith("connect: ")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 64 + ".example", "a..b"])
def test_a_host_that_is_not_there(host: str) -> None:
    found = _outcome(Smtp(host=host, port=25, letterhead=LETTERHEAD, security="none", timeout=5))
    assert type(found) is Temporary


@pytest.mark.parametrize("break_off", [hang_up, reset])
def test_lost_inside_the_mail_it_was_not_taken(break_off: Answer) -> None:
    with faulty({"inside": break_off}) as server:
        found = _outcome(_smtp(server))
    assert server.whole == 0
    # What was on its way when the connection broke may include the dot; then only the server knows.
    assert type(found) in (Temporary, Ambiguous)


@pytest.mark.parametrize("break_off", [hang_up, reset])
def test_lost_inside_a_mail_that_is_still_being_sent_it_was_not_taken(break_off: Answer) -> None:
    with faulty({"inside": break_off}) as server:
        session = open_session(
            HOST,
            server.port,
            security="none",
            tls=wire.public_trust(),
            user="",
            password="",
            patience=wire.Patience(10),
        )
        session.envelope("kdflow@region.example", "ida@kommune.example", 0)
        with pytest.raises(Lost, match="the mail itself"):
            session.content(b"Indmeld sagen.\r\n" * 2_000_000)
        session.close()
        assert server.whole == 0


@pytest.mark.parametrize("break_off", [hang_up, reset])
def test_lost_after_the_mail_nobody_knows(break_off: Answer) -> None:
    with faulty({"end": break_off}) as server:
        found = _outcome(_smtp(server))
    assert server.whole == 1
    assert type(found) is Ambiguous


def test_wherever_a_connection_ends_nothing_is_called_unsent_that_the_server_saw_whole() -> None:
    """The server hangs up after each number of bytes in turn."""
    seen: set[type] = set()
    for limit in (*range(0, 60, 7), *range(60, 2000, 61)):
        with faulty() as server:
            _deafen(server, limit)
            found = _outcome(_smtp(server))
        assert not (server.whole and type(found) is Temporary), limit
        assert found or server.taken
        seen.add(type(found))
    assert seen == {Temporary, Ambiguous, type(None)}


def _deafen(server: Faulty, limit: int) -> None:
    """Make a server hang up after it has heard so many bytes."""
    converse = server._converse

    def counted(lines: Iterable[bytes]) -> Iterator[bytes]:
        heard = 0
        for line in lines:
            heard += len(line)
            yield line
            if heard >= limit:
                raise OSError("deaf")

    def until(sock: socket.socket, lines: Iterable[bytes], script: Mapping[str, Answer]) -> None:
        converse(sock, counted(lines), script)

    server._converse = until  # type: ignore[method-assign]


# --- What the next mail of the batch meets ------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        ("MAIL", "451 later"),
        ("RCPT", "550 no such user"),
        ("DATA", "554 no"),
        ("end", "552 too big"),
        ("end", "421 too busy"),
        ("MAIL", ""),
        ("RCPT", "421 too busy"),
        ("end", ""),
    ],
)
def test_a_failed_mail_does_not_take_the_next_one_with_it(point: str, answer: str) -> None:
    with faulty({point: answer, "RSET": ""}, {}) as server, _smtp(server).open() as sender:
        with pytest.raises(NotSent):
            sender.send(message())
        sender.send(message(message_id="<two@kdflow>"))
        assert len(server.taken) == 1
        assert b"<two@kdflow>" in server.taken[0]


def test_after_a_refused_mail_the_server_is_told_to_forget_it() -> None:
    with faulty({"RCPT": "550 no such user"}) as server, _smtp(server).open() as sender:
        for _ in range(2):
            with pytest.raises(Permanent):
                sender.send(message())
        assert server.commands == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET"]
        assert server.connections == 1


@pytest.mark.parametrize("answer", ["", "421 idle too long"])
def test_a_server_that_hung_up_between_two_mails_is_called_again(answer: str) -> None:
    with faulty({}, {}) as server, _smtp(server).open() as sender:
        sender.send(message())
        server.scripts = ({},)
        _next_command(server, answer)
        sender.send(message(message_id="<two@kdflow>"))
        assert (len(server.taken), server.connections) == (2, 2)


def _next_command(server: Faulty, answer: str) -> None:
    """Make the server that is being talked to answer the next command so, and hang up."""
    usual = server._answer

    def once(sock: socket.socket, answer_: Answer) -> bool:
        server._answer = usual  # type: ignore[method-assign]
        if answer:
            usual(sock, answer)
        return False

    server._answer = once  # type: ignore[assignment]


def test_a_server_that_always_hangs_up_is_called_twice_and_not_for_ever() -> None:
    with faulty({}, {"MAIL": ""}) as server, _smtp(server).open() as sender:
        sender.send(message())
        _next_command(server, "")
        with pytest.raises(Temporary, match="MAIL"):
            sender.send(message(message_id="<two@kdflow>"))
        assert (len(server.taken), server.connections) == (1, 2)


def test_a_server_that_cannot_be_reached_is_asked_once_a_batch() -> None:
    with faulty({"banner": "421 too busy"}) as server, _smtp(server).open() as sender:
        for _ in range(10):
            with pytest.raises(Temporary, match="connect: 421 too busy"):
                sender.send(message())
        assert server.connections == 1


def test_a_mail_that_cannot_be_addressed_is_said_to_be_so_though_the_server_is_down() -> None:
    with faulty({"banner": ""}) as server, _smtp(server).open() as sender:
        with pytest.raises(Temporary):
            sender.send(message())
        with pytest.raises(Permanent):
            sender.send(message(to="no address"))


# --- TLS ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offer", ["250 here", "250-here\r\n250 STARTTLS"])
@pytest.mark.parametrize("answer", ["454 not now", "501 no", "220 go on", ""])
def test_without_encryption_nothing_is_said(offer: str, answer: str) -> None:
    with faulty({"EHLO": offer, "STAR": answer, "AUTH": "235 in"}) as server:
        found = _outcome(_smtp(server, security="starttls", user="kdflow", password="secret word", timeout=SOON))
    assert type(found) is Temporary
    assert found.reason.startswith("STARTTLS: ")
    assert not {"MAIL", "AUTH"} & set(server.commands)


def test_a_server_that_speaks_no_tls() -> None:
    with faulty() as server:
        found = _outcome(_smtp(server, security="tls", timeout=SOON))
    assert type(found) is Temporary
    assert found.reason.startswith("connect: ")


def test_lost_after_the_mail_over_tls_nobody_knows() -> None:
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert(HOST).configure_cert(theirs)
    authority.configure_trust(ours)
    with faulty({"end": ""}) as server:
        converse = server._converse

        def encrypted(sock: socket.socket, lines: object, script: Mapping[str, Answer]) -> None:
            with theirs.wrap_socket(sock, server_side=True) as inner, inner.makefile("rb") as read:
                converse(inner, read, script)

        server._converse = encrypted  # type: ignore[method-assign]
        found = _outcome(_smtp(server, security="tls", tls=ours))
    assert server.whole == 1
    assert type(found) is Ambiguous
