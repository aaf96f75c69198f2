"""A mail server that is down, slow, refuses for now or for good, or hangs up at the worst moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.parser import BytesHeaderParser

import pytest

from kdflow.store import letters
from kdflow.store.database import Database
from tests.channels.servers import Answer, Faulty, faulty, free_port, hang_up
from tests.faults.postoffice import PostOffice, opened_at, smtp
from tests.faults.stage import (
    DUE,
    SECOND,
    Copy,
    Stages,
    all_sent,
    deliver,
    letters_by_state,
    lost,
    repeats,
    sent_names,
    settle,
    told,
    waits_for,
)
from tests.store.stand import opened


@pytest.fixture
def db(copy: Copy, stages: Stages) -> Iterator[Database]:
    """A database in which much has just been told."""
    with opened(copy(stages.told)) as database:
        yield database


def test_down_and_up_again(db: Database) -> None:
    before = told(db)
    office = PostOffice(port=free_port())
    deliver(db, smtp(office.port), DUE)
    assert letters_by_state(db)["ready"] >= 8
    with db.read() as tx:
        assert tx.run("select count(*) from letter where state = 'ready' and attempts <> 1").fetchone()[0] == 0
    deliver(db, smtp(office.port), DUE + timedelta(minutes=2))
    with opened_at(office):
        settle(db, office.channel(), DUE + timedelta(minutes=3))
    assert all_sent(db, DUE) == sorted(office.copies)
    assert (office.duplicates, repeats(db)) == (0, 0)
    assert told(db) == before


def test_a_refusal_for_now_six_times(db: Database) -> None:
    with faulty(*[{"RCPT": "451 try again later"}] * 6, {}) as server:
        settle(db, smtp(server.port), DUE)
        assert server.connections > 6
        assert all_sent(db, DUE) == sorted(names(server))
    assert repeats(db) == 0


def names(server: Faulty) -> list[str]:
    """The names of the mails that a server took."""
    return [BytesHeaderParser().parsebytes(mail)["Message-ID"].strip() for mail in server.taken]


def test_one_address_that_is_refused_for_good(db: Database, office: PostOffice) -> None:
    office.answer = lambda to: "550 no such user" if to.startswith("karin@") else None
    settle(db, office.channel(), DUE)
    assert lost(db) == []
    assert letters_by_state(db).keys() == {"sent", "failed"}
    with db.read() as tx:
        (failed,) = letters.given_up(tx)
    assert (failed.person, failed.state) == ("karin", "failed")
    assert "550" in (failed.error or "")
    assert sorted(office.copies) == sent_names(db, DUE)
    assert (office.duplicates, repeats(db)) == (0, 0)


# what the server does twice: how often we cannot know that it has not taken the mail (a short one may have left
# us whole before we hear that it hung up in the middle)
DOUBTS: Mapping[str, tuple[Mapping[str, Answer], set[int]]] = {
    "hangs up inside the mail": ({"inside": hang_up}, {0, 1, 2}),
    "hangs up when it is asked to take it": ({"DATA": hang_up}, {0}),
    "hangs up after it": ({"end": hang_up}, {2}),
}


@pytest.mark.parametrize("fault", DOUBTS)
def test_a_server_that_hangs_up(db: Database, fault: str) -> None:
    """Twice, at the first mail of a connection; what it may have taken goes again, later and once, as the same."""
    script, possible = DOUBTS[fault]
    with faulty(script, script, {}) as server:
        deliver(db, smtp(server.port), DUE)
        doubts = repeats(db)
        assert (waits_for(db, DUE) or DUE) > DUE
        settle(db, smtp(server.port), DUE + SECOND)
        assert all_sent(db, DUE) == sorted(set(names(server)))
        assert len(names(server)) == len(set(names(server)))
        assert server.whole == len(names(server)) + repeats(db) * (script.get("end") is hang_up)
    assert repeats(db) == doubts
    assert doubts in possible


@contextmanager
def slow(*silences: str) -> Iterator[Faulty]:
    """A server that says nothing at some points, one for each connection, and is well after these."""
    server: list[Faulty] = []

    def silent(sock: object) -> None:
        server[0].silence(sock)  # type: ignore[arg-type]

    with faulty(*[{point: silent} for point in silences], {}) as found:
        server.append(found)
        yield found


@pytest.mark.parametrize(("point", "doubts"), [("banner", 0), ("RCPT", 0), ("end", 1)])
def test_a_server_that_is_slower_than_our_patience(db: Database, point: str, doubts: int) -> None:
    """Only the one mail that it has in hand is in doubt; the others of the batch do not wait as long each."""
    with slow(point) as server:
        deliver(db, smtp(server.port, timeout=1), DUE)
        assert server.connections == 1
        assert repeats(db) == doubts
        settle(db, smtp(server.port, timeout=20), DUE + SECOND)
        assert all_sent(db, DUE) == sorted(set(names(server)))
        assert server.whole == len(names(server)) + doubts
    assert repeats(db) == doubts


def test_a_letter_that_cannot_be_written_keeps_no_other_waiting(db: Database, office: PostOffice) -> None:
    """What another version of the house has told, say: a person is asked, and everybody else gets their mail."""
    with db.write() as tx:
        tx.run("update notice set kind = 'unheard-of' where person = 'ida' and due_at is not null")
    deliver(db, office.channel(), DUE)
    assert letters_by_state(db).keys() == {"sent", "failed"}
    with db.read() as tx:
        (failed,) = letters.given_up(tx)
    assert failed.person == "ida"
    assert "unheard-of" in (failed.error or "")
    assert waits_for(db, DUE) is None
    assert len(office.taken) >= 8
