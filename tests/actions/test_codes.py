"""Codes, the end of mails by one click, and mails tried once more: the same on both databases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kdflow.actions.ask_for_code import MOST_FOR_ONE, ask_for_code
from kdflow.actions.choose_pace import choose_pace, unsubscribe
from kdflow.actions.deliver_notices import Ways, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.refuse_reader import REFUSED, refuse_reader
from kdflow.actions.send_again import send_again
from kdflow.actions.sign_in import MOST_TRIES, use_code, use_link
from kdflow.channels import Ambiguous, Permanent
from kdflow.domain.errors import NotFound
from kdflow.domain.notices import Notice
from kdflow.domain.pace import Pace, Preference
from kdflow.store import codes, endpoints, history, letters, outbox, preferences, unsubscribing
from tests.actions.test_deliver_notices import Post, decided, deliver, every_letter, post
from tests.make import IDA, JENS, KARIN, LARS, House

__all__ = ["post"]


def ask(house: House, email: str = "ida@test.example", browser: str = "hers") -> None:
    """Ask for a code."""
    ask_for_code(house.db, email, network="192.0.2.1", browser=browser, now=house.now)


def code_in(post: Post) -> str:
    """The code in the newest mail to Ida."""
    found = re.search(r"\b\d{6}\b", post.to("ida")[-1].text)
    assert found
    return found[0]


def enter(house: House, code: str, browser: str = "hers") -> str | None:
    """Type a code."""
    return use_code(house.db, code, browser=browser, days=30, old_secret=None, now=house.now)


def test_a_code_signs_in_once(house: House, post: Post) -> None:
    ask(house, "IDA@test.example ")
    deliver(house, post)
    code = code_in(post)
    assert enter(house, code, "his") is None
    assert enter(house, code)
    assert enter(house, code) is None


def test_what_is_kept_of_it_is_salted(house: House, post: Post) -> None:
    ask(house)
    deliver(house, post)
    code = code_in(post)
    with house.db.read() as tx:
        row = tx.run("select salt, digest from code").fetchone()
        data = [one[0] for one in tx.run("select data from notice").fetchall()]
    assert len(row[0]) >= 16
    assert code not in f"{row} {data}"


def test_tries_are_counted_even_where_they_fail(house: House, post: Post) -> None:
    ask(house)
    deliver(house, post)
    code = code_in(post)
    for _ in range(MOST_TRIES):
        assert enter(house, "no code") is None
    assert enter(house, code) is None
    with house.db.read() as tx:
        assert tx.run("select tries from code").fetchone()[0] == MOST_TRIES


def test_a_mail_that_is_sent_again_has_its_own_code(house: House, post: Post) -> None:
    ask(house)
    with house.db.read() as tx:
        asked = codes.find(tx, "hers", house.now)
    assert asked
    with house.db.write() as tx:
        first = codes.make(tx, asked.id, IDA, house.now)
        second = codes.make(tx, asked.id, IDA, house.now)
        late = codes.make(tx, asked.id, IDA, house.now + timedelta(minutes=16))
        other = codes.make(tx, asked.id, JENS, house.now)
    assert (late, other) == (None, None)
    assert first == second or enter(house, first or "") is None
    assert enter(house, second or "")


def test_nobody_gets_a_code_for_an_address_that_is_nobodys(house: House, post: Post) -> None:
    ask(house, "nobody@test.example")
    deliver(house, post)
    assert post.taken == []
    assert enter(house, "000000") is None


def test_so_many_an_hour_and_forgotten_after(house: House, post: Post) -> None:
    for number in range(MOST_FOR_ONE + 2):
        ask(house, browser=f"b{number}")
        deliver(house, post)
    assert len(post.to("ida")) == MOST_FOR_ONE
    house.now += timedelta(hours=1, minutes=1)
    ask(house)
    with house.db.read() as tx:
        assert tx.run("select count(*) from code").fetchone()[0] == 1


def test_a_code_is_in_no_webhook_and_in_no_digest(house: House, post: Post) -> None:
    with house.db.write() as tx:
        endpoints.add(tx, "https://there.example/hook", "whsec", house.now)
        preferences.keep(tx, Preference(person=IDA, pace=Pace.DAILY))
        outbox.add(tx, [Notice(kind="body-ending", person=IDA, sag=None, data=ENDING)], house.now)
    ask(house)
    deliver(house, post)
    assert post.hooks == []
    assert [one.unsubscribe for one in post.to("ida")] == [None]
    assert "kode" in post.to("ida")[0].subject


ENDING = {"body": "KD-Net", "ends_on": "2021-12-31", "successor": None, "sager": 1}


def test_a_digest_can_be_ended_by_one_click(house: House, post: Post) -> None:
    choose_pace(house.db, Preference(person=IDA, pace=Pace.DAILY), now=house.now)
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="body-ending", person=IDA, sag=None, data=ENDING)], house.now)
    house.now += timedelta(days=1)
    deliver(house, post)
    address = post.to("ida")[0].unsubscribe
    assert address
    assert address.startswith("https://kdflow.example/beskeder/afmeld/")
    token = address.rpartition("/")[2]
    with house.db.write() as tx:
        assert unsubscribing.path(tx, IDA).endswith(token)
    for wrong in (token[:-2] + "xx", token.replace(".", ".x"), "", "x.y", "æ.ø", token.split(".")[0]):
        with pytest.raises(NotFound):
            unsubscribe(house.db, wrong, now=house.now)
    assert unsubscribe(house.db, token, now=house.now) == unsubscribe(house.db, token, now=house.now) == IDA
    with house.db.read() as tx:
        assert preferences.of(tx, IDA).pace is Pace.OFF
        assert preferences.of(tx, JENS).pace is Pace.AT_ONCE


def test_a_site_without_tls_offers_no_click(house: House, post: Post) -> None:
    choose_pace(house.db, Preference(person=IDA, pace=Pace.DAILY), now=house.now)
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="body-ending", person=IDA, sag=None, data=ENDING)], house.now)
    at = house.now + timedelta(days=1)
    gather_notices(house.db, now=at)
    deliver_notices(house.db, Ways(mail=post, post=post.post, site="http://kdflow.example"), clock=lambda: at)
    assert [one.unsubscribe for one in post.to("ida")] == [None]


def test_another_choice_lets_go_of_what_waits(house: House, post: Post) -> None:
    choose_pace(house.db, Preference(person=IDA, pace=Pace.WEEKLY, weekday=4), now=house.now)
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="body-ending", person=IDA, sag=None, data=ENDING)], house.now)
    deliver(house, post)
    assert post.to("ida") == []
    choose_pace(house.db, Preference(person=IDA), now=house.now)
    deliver(house, post)
    assert len(post.to("ida")) == 1


def test_who_wants_no_mail_is_told_so(house: House, post: Post) -> None:
    choose_pace(house.db, Preference(person=IDA, pace=Pace.OFF), now=house.now)
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="body-ending", person=IDA, sag=None, data=ENDING)], house.now)
    deliver(house, post)
    with house.db.read() as tx:
        assert [one.why for one in outbox.newest_dropped(tx)] == ["unwanted"]


@pytest.mark.parametrize("error", [Permanent("550 no such user"), Ambiguous("lost")])
def test_a_letter_that_was_given_up_is_sent_once_more_and_once_only(
    house: House, post: Post, error: Exception
) -> None:
    decided(house)
    post.answer = lambda _: error
    for days in (0, 3, 4, 5, 10):
        deliver(house, post, now=house.now + timedelta(days=days))
    given_up = [one for one in every_letter(house) if one.state in ("failed", "uncertain")]
    assert given_up
    post.answer, post.taken = lambda _: None, []
    letter = given_up[0]
    results = [send_again(house.db, letter.id, by=KARIN, now=house.now) for _ in range(2)]
    assert results == [True, False]
    deliver(house, post, now=house.now + timedelta(days=11))
    assert [one.message_id for one in post.taken].count(letter.message_id) == 1
    assert send_again(house.db, letter.id, by=KARIN, now=house.now) is False


def test_only_those_who_look_after_letters_send_them_again(house: House, post: Post) -> None:
    decided(house)
    post.answer = lambda _: Permanent("550 no such user")
    deliver(house, post)
    letter = every_letter(house)[0]
    for person in (IDA, LARS, JENS):
        with pytest.raises(NotFound):
            send_again(house.db, letter.id, by=person, now=house.now)
    with pytest.raises(NotFound):
        send_again(house.db, 4711, by=KARIN, now=house.now)
    with house.db.read() as tx:
        assert letters.count_given_up(tx) >= 1


def test_a_wrong_reader_is_noted_once(house: House, post: Post) -> None:
    decided(house)
    deliver(house, post)
    found = re.search(r"/svar/([A-Za-z0-9_-]+)", post.to("jens")[-1].text)
    assert found
    for _ in range(2):
        refuse_reader(house.db, found[1], by=LARS, now=house.now)
    with house.db.read() as tx:
        assert tx.run("select count(*) from event where move = ?", (REFUSED,)).fetchone()[0] == 1
        assert history.first_break(tx) is None


def test_a_link_of_a_mail_signs_in_once(house: House, post: Post) -> None:
    ask(house)
    deliver(house, post)
    found = re.search(r"/log-ind/([A-Za-z0-9_-]+)", post.to("ida")[-1].text)
    assert found
    assert use_link(house.db, found[1], days=30, old_secret=None, now=house.now)
    with pytest.raises(NotFound):
        use_link(house.db, found[1], days=30, old_secret=None, now=house.now)


def test_it_goes_before_all_others(house: House, post: Post) -> None:
    decided(house)
    gather_notices(house.db, now=house.now)
    house.now += timedelta(seconds=5)
    ask(house)
    deliver_notices(house.db, Ways(mail=post, post=post.post, site="https://x"), clock=lambda: house.now, batch=1)
    assert "kode" in post.taken[0].subject
    assert len(post.taken) > 1
