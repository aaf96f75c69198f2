"""A notice that nobody can read: a person is asked, and everybody else, and everything else, gets through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kdflow.actions.deliver_notices import Delivered
from kdflow.channels import Ambiguous
from kdflow.domain.authority import PersonId
from kdflow.domain.delivery import REPEATS
from kdflow.domain.notices import Notice
from kdflow.domain.sag import SagId
from kdflow.store import letters, outbox
from tests.actions.test_deliver_notices import Post, deliver, every_letter
from tests.make import IDA, JENS, KARIN, House

SOUND = {"body": "KD-Net", "days": 1, "is_over": False, "does": "", "meeting": None}
BROKEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "a sag without its number": ("resting", {"sager": [{"number": "x"}]}),
    "no sag at all": ("meeting-changed", {"sager": [3], "changes": [], "reason": None}),
    "a change that is none": ("meeting-changed", {"changes": [3], "reason": None, "sager": []}),
    "a reminder of nothing": ("agenda", {"duty": {"kind": "agenda"}, "meeting_id": "x"}),
    "a reminder without its meeting": ("agenda", {"duty": {"kind": "agenda", "about": "x", "due": 1}}),
    "a deadline that is no number": ("work", {**SOUND, "due": "x", "duty": 3}),
    "a kind that is not known": ("unheard-of", {}),
}


@pytest.fixture
def post() -> Post:
    """A mail server."""
    return Post()


def told(house: House, *notices: Notice) -> None:
    """Let these be all that people are told."""
    with house.db.write() as tx:
        tx.run("delete from notice")
        outbox.add(tx, notices, house.now)


def of(person: str, sag: SagId | None, kind: str = "resting", data: Mapping[str, Any] | None = None) -> Notice:
    """A notice, a sound one unless something else is said."""
    return Notice(kind=kind, person=PersonId(person), sag=sag, data=data or {})


@pytest.mark.parametrize("what", BROKEN)
def test_a_notice_that_cannot_be_read_keeps_nobody_elses_letter(house: House, post: Post, what: str) -> None:
    sag = house.on("2020-01-20", 9).open()
    kind, data = BROKEN[what]
    about = None if kind == "agenda" else sag
    told(house, of(IDA, about, kind, data), *(of(person, sag) for person in (KARIN, JENS)))
    deliver(house, post)
    assert (len(post.to(KARIN)), len(post.to(JENS))) == (1, 1)
    deliver(house, post, now=house.now + timedelta(minutes=16))  # a changed meeting is kept back for as long
    states = {one.person: one.state for one in every_letter(house)}
    if what == "a sag without its number":
        assert states[IDA] == "sent"  # what can be said is said
    else:
        assert states[IDA] == "failed"
        with house.db.read() as tx:
            (failed,) = letters.given_up(tx)
        assert "could not be written" in (failed.error or "")
    assert deliver(house, post, now=house.now + timedelta(hours=1)) == Delivered()


def test_what_cannot_be_judged_goes_alone_and_the_rest_of_a_persons_notices_together(
    house: House, post: Post
) -> None:
    sag = house.on("2020-01-20", 9).open()
    told(house, of(IDA, None, *BROKEN["a reminder of nothing"]), of(IDA, sag), of(IDA, sag, "resumed"))
    deliver(house, post)
    assert sorted(one.state for one in every_letter(house)) == ["failed", "sent"]
    (mail,) = post.to(IDA)
    assert "2 ting" in mail.text


def test_a_row_that_is_no_data_lets_only_its_person_wait(house: House, post: Post) -> None:
    sag = house.on("2020-01-20", 9).open()
    told(house, of(IDA, sag), of(KARIN, sag))
    with house.db.write() as tx:
        tx.run("update notice set data = '{' where person = ?", (IDA,))
    assert deliver(house, post).sent == 1
    assert len(post.to(KARIN)) == 1
    with house.db.write() as tx:
        tx.run("update notice set data = '{}' where person = ?", (IDA,))
    assert deliver(house, post).sent == 0
    assert deliver(house, post, now=house.now + timedelta(hours=1)).sent == 1


def test_a_letter_in_doubt_that_a_person_sends_again_goes_once_more(house: House, post: Post) -> None:
    sag = house.on("2020-01-20", 9).open()
    told(house, of(IDA, sag))
    post.answer = lambda _: Ambiguous("the connection broke")
    now = house.now
    while not any(one.state == "uncertain" for one in every_letter(house)):
        deliver(house, post, now=now)
        now += timedelta(hours=1)
    assert len(post.to(IDA)) == len(REPEATS) + 1
    (letter,) = every_letter(house)
    with house.db.write() as tx:
        assert letters.send_again(tx, letter.id, now)
    while not any(one.state == "uncertain" for one in every_letter(house)):
        deliver(house, post, now=now)
        now += timedelta(hours=1)
    assert len(post.to(IDA)) == len(REPEATS) + 2
