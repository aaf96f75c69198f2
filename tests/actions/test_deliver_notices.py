"""Letters: made once, sent once, tried again by rule, and never lost between two hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from kdflow.actions.deliver_notices import Delivered, Ways, deliver_notices, take_back
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.trust_clock import trust_clock
from kdflow.channels import Ambiguous, Message, Permanent, Temporary
from kdflow.channels.webhook import GONE
from kdflow.domain.dates import local_instant
from kdflow.domain.delivery import LEASE, MOST_ATTEMPTS, REPEATS
from kdflow.domain.pace import Pace, Preference
from kdflow.domain.sag import SagId
from kdflow.store import endpoints, letters, outbox, pointers, preferences
from kdflow.store.letters import Letter
from tests.actions.test_change_calendar import furnish
from tests.make import IDA, JENS, KARIN, House

SITE = "https://kdflow.example"


@dataclass
class Post:
    """A mail server in memory: what it took, and what it answers (nothing: it takes everything)."""

    taken: list[Message] = field(default_factory=list)
    answer: Callable[[Message], Exception | None] = lambda _: None
    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Post]:
        """A batch."""
        yield self

    def send(self, message: Message) -> None:
        """Take a mail, or answer otherwise; what was ambiguous was taken."""
        error = self.answer(message)
        if error is None or isinstance(error, Ambiguous):
            self.taken.append(message)
        if error:
            raise error

    def post(self, url: str, secret: str, id: str, at: datetime, payload: dict[str, Any]) -> None:
        """Take a webhook."""
        self.hooks.append((id, payload))

    def to(self, person: str) -> list[Message]:
        """What one person got."""
        return [one for one in self.taken if one.to == f"{person}@test.example"]


@pytest.fixture
def post() -> Post:
    """A mail server."""
    return Post()


def deliver(house: House, post: Post, *, now: datetime | None = None) -> Delivered:
    """Gather and send at one time."""
    at = now or house.now
    gather_notices(house.db, now=at)
    return deliver_notices(house.db, Ways(mail=post, post=post.post, site=SITE), clock=lambda: at)


def every_letter(house: House) -> tuple[Letter, ...]:
    """All letters to people, the oldest first."""
    with house.db.read() as tx:
        return letters.newest(tx)[::-1]


def decided(house: House) -> SagId:
    """A sag that KD-Net decided: its chair's consent is wanted."""
    house.on("2020-01-20", 9)
    sag = house.open()
    house.write(sag, "gruppe", "Det indstilles, at sagen godkendes.")
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", outcome="anbefalet")
    return sag


def test_a_person_gets_one_mail_with_all_that_waits(house: House, post: Post) -> None:
    sag = decided(house)
    number = house.sag(sag).number
    waiting = len(house.notices(IDA))
    assert waiting > 3
    deliver(house, post)
    (mail,) = post.to(IDA)
    assert number in mail.text
    assert f"{SITE}/sager/{number}" in mail.text
    assert f"{SITE}/sager/{number}" in mail.html
    assert len(post.to(JENS)) == 1
    assert deliver(house, post) == Delivered()
    assert len(post.to(IDA)) == 1


def test_what_is_sent_is_marked_and_nothing_is_left_to_send(house: House, post: Post) -> None:
    decided(house)
    deliver(house, post)
    assert {one.state for one in every_letter(house)} == {"sent"}
    with house.db.read() as tx:
        assert tx.run("select count(*) from notice where due_at is not null").fetchone()[0] == 0
        assert letters.next_at(tx) is None


def test_mails_of_one_sag_are_a_thread_and_a_mail_has_its_own_name(house: House, post: Post) -> None:
    sag = decided(house)
    deliver(house, post)
    house.do(sag, "kdnet", "approve", "jens")
    deliver(house, post)
    first, second = post.to(IDA)
    assert first.message_id != second.message_id
    assert first.thread == second.thread == f"<{house.sag(sag).number.lower()}@kdflow.example>"
    assert first.message_id.endswith("@kdflow.example>")


def moved(house: House, post: Post, *, now: datetime) -> Delivered:
    """Gather and send after the installation got another address."""
    gather_notices(house.db, now=now)
    return deliver_notices(house.db, Ways(mail=post, post=post.post, site="https://ny.example"), clock=lambda: now)


@pytest.mark.parametrize("error", [Temporary("busy"), Ambiguous("the connection broke")])
def test_a_letter_keeps_its_name_where_the_installation_is_called_otherwise_meanwhile(
    house: House, post: Post, error: Exception
) -> None:
    seen: list[Message] = []

    def refuse(message: Message) -> Exception:
        seen.append(message)
        return error

    sag = decided(house)
    post.answer = refuse
    deliver(house, post)
    names = {one.to: (one.message_id, one.thread) for one in seen}
    assert {name.rpartition("@")[2] for name, _ in names.values()} == {"kdflow.example>"}
    seen.clear()
    moved(house, post, now=local_instant(date(2020, 1, 27), 9))
    assert {one.to: (one.message_id, one.thread) for one in seen} == names
    post.answer = lambda _: None
    house.on("2020-01-27", 10).do(sag, "kdnet", "approve", "jens")
    before = len(post.to(IDA))
    moved(house, post, now=local_instant(date(2020, 1, 28), 9))
    new = [one for one in post.to(IDA)[before:] if (one.message_id, one.thread) != names[one.to]]
    assert [one.message_id.rpartition("@")[2] for one in new] == ["ny.example>"]
    assert {one.thread for one in new} == {f"<{house.sag(sag).number.lower()}@kdflow.example>"}


def test_send_again_after_the_installation_is_called_otherwise_is_under_the_same_name(
    house: House, post: Post
) -> None:
    decided(house)
    post.answer = lambda _: Permanent("550 no")
    deliver(house, post)
    before = {one.id: one.message_id for one in every_letter(house)}
    with house.db.write() as tx:
        assert all(letters.send_again(tx, one, house.now) for one in before)
    post.answer = lambda _: None
    moved(house, post, now=house.now)
    assert {one.message_id for one in post.taken} == set(before.values())
    assert {one.id: one.message_id for one in every_letter(house)} == before


def test_nobody_is_disturbed_in_the_evening_but_hears_in_the_morning(house: House, post: Post) -> None:
    decided(house)
    friday = local_instant(date(2020, 1, 24), 19)
    assert deliver(house, post, now=friday) == Delivered()
    assert post.taken == []
    assert deliver(house, post, now=friday + timedelta(hours=1)) == Delivered()
    deliver(house, post, now=local_instant(date(2020, 1, 27), 7))
    assert len(post.to(IDA)) == 1


def test_a_letter_claimed_before_the_evening_does_not_go_in_it(house: House, post: Post) -> None:
    decided(house)
    gather_notices(house.db, now=house.now)
    evening = local_instant(date(2020, 1, 24), 18, 5)
    found = deliver_notices(house.db, Ways(mail=post, post=post.post, site=SITE), clock=lambda: evening)
    assert found.sent == 0
    assert post.taken == []
    assert {one.next_at for one in every_letter(house)} == {local_instant(date(2020, 1, 27), 7)}


def prefer(house: House, pace: Pace) -> None:
    """Let Ida want to be told in a way."""
    with house.db.write() as tx:
        preferences.keep(tx, Preference(person=IDA, pace=pace))
        outbox.let_go(tx, IDA, house.now)


def test_who_wants_a_digest_gets_one_in_the_morning(house: House, post: Post) -> None:
    prefer(house, Pace.DAILY)
    sag = decided(house)
    deliver(house, post)  # what has waited since Monday, for the house was asleep
    house.do(sag, "kdnet", "approve", "jens")
    deliver(house, post)
    assert len(post.to(IDA)) == 1
    deliver(house, post, now=local_instant(date(2020, 1, 27), 7, 30))
    assert len(post.to(IDA)) == 2
    assert any(one.is_digest for one in every_letter(house))


def test_who_wants_no_mail_gets_none_and_still_reads_it_on_the_pages(house: House, post: Post) -> None:
    prefer(house, Pace.OFF)
    decided(house)
    deliver(house, post)
    assert post.to(IDA) == []
    assert len(house.notices(IDA)) > 3
    with house.db.read() as tx:
        assert tx.run("select count(*) from notice where person = 'ida' and not dropped").fetchone()[0] == 0


def test_who_wants_it_at_once_after_all_gets_what_waited(house: House, post: Post) -> None:
    prefer(house, Pace.WEEKLY)
    decided(house)
    deliver(house, post)
    prefer(house, Pace.AT_ONCE)
    deliver(house, post)
    assert len(post.to(IDA)) == 1


def test_a_reminder_of_what_was_done_meanwhile_is_not_sent(house: House, post: Post) -> None:
    furnish(house)
    sag = house.open()
    pass_deadlines(house.db, now=house.now)
    deliver(house, post)
    friday = local_instant(date(2020, 1, 31), 20)
    pass_deadlines(house.db, now=friday)  # three working days before the submission to DASSOS of 12 February
    assert house.notices(IDA)[0].notice.kind == "submission"
    deliver(house, post, now=friday)
    house.now = friday + timedelta(days=1)
    house.do(sag, None, "rest", "ida", reason="Afventer lovforslag.")
    monday = local_instant(date(2020, 2, 3), 9)
    pass_deadlines(house.db, now=monday)
    before = len(post.to(IDA))
    deliver(house, post, now=monday)
    assert len(post.to(IDA)) == before
    with house.db.read() as tx:
        (left,) = tx.run("select dropped, letter from notice where kind = 'submission'").fetchall()
    assert (bool(left[0]), left[1]) == (True, None)


# --- what the mail server answers ------------------------------------------------------------------------------


def test_a_refusal_for_now_is_tried_again_ever_later_and_then_given_up(house: House, post: Post) -> None:
    decided(house)
    post.answer = lambda _: Temporary("451 try again later")
    now, waits = house.now, []
    for _ in range(3):
        deliver(house, post, now=now)
        (letter,) = [one for one in every_letter(house) if one.person == IDA]
        waits.append(letter.next_at - now)
        assert (letter.state, letter.error) == ("ready", "451 try again later")
        now = letter.next_at
    assert timedelta(minutes=1) <= waits[0] <= timedelta(seconds=72)
    assert waits[0] < waits[1] < waits[2]
    with house.db.write() as tx:
        tx.run("update letter set attempts = ?", (MOST_ATTEMPTS - 1,))
    assert deliver(house, post, now=now).given_up >= 1
    with house.db.read() as tx:
        assert IDA in {one.person for one in letters.given_up(tx)}


def test_a_refusal_for_good_is_given_up_at_once_and_the_others_still_go(house: House, post: Post) -> None:
    decided(house)
    post.answer = lambda mail: Permanent("550 no such user") if mail.to.startswith("ida") else None
    deliver(house, post)
    states = {one.person: one.state for one in every_letter(house)}
    assert states[IDA] == "failed"
    assert states[JENS] == "sent"


def test_what_may_have_arrived_goes_again_rarely_under_the_same_name_and_then_a_person_is_asked(
    house: House, post: Post
) -> None:
    decided(house)
    post.answer = lambda mail: Ambiguous("no answer") if mail.to.startswith("ida") else None
    now = house.now
    for wait in REPEATS:
        deliver(house, post, now=now)
        (letter,) = [one for one in every_letter(house) if one.person == IDA]
        assert letter.next_at == now + wait
        now = _awake(letter.next_at)
    deliver(house, post, now=now)
    (letter,) = [one for one in every_letter(house) if one.person == IDA]
    assert letter.state == "uncertain"
    assert len(post.to(IDA)) == len(REPEATS) + 1
    assert len({mail.message_id for mail in post.to(IDA)}) == 1
    deliver(house, post, now=now + timedelta(days=30))
    assert len(post.to(IDA)) == len(REPEATS) + 1


def _awake(at: datetime) -> datetime:
    """The next morning of a working day, where it is evening or the weekend."""
    while at.weekday() > 4 or not 8 <= at.hour < 16:
        at += timedelta(hours=1)
    return at


def test_a_letter_that_was_given_up_is_sent_again_once_however_often_it_is_asked_for(
    house: House, post: Post
) -> None:
    decided(house)
    post.answer = lambda _: Permanent("550")
    deliver(house, post)
    post.answer = lambda _: None
    (letter,) = [one for one in every_letter(house) if one.person == IDA]
    with house.db.write() as tx:
        assert letters.send_again(tx, letter.id, house.now)
        assert not letters.send_again(tx, letter.id, house.now)
    deliver(house, post)
    assert len(post.to(IDA)) == 1


def test_a_worker_that_dies_before_it_sends_loses_nothing(house: House, post: Post) -> None:
    decided(house)
    gather_notices(house.db, now=house.now)
    with house.db.write() as tx:
        assert letters.claim(tx, house.now, house.now + LEASE, limit=100)
    assert deliver(house, post).sent == 0
    later = house.now + LEASE + timedelta(seconds=1)
    deliver(house, post, now=later)
    assert len(post.to(IDA)) == 1


def test_a_worker_that_dies_while_it_sends_leaves_a_doubt_and_no_storm(house: House, post: Post) -> None:
    decided(house)
    gather_notices(house.db, now=house.now)
    with house.db.write() as tx:
        for letter in letters.claim(tx, house.now, house.now + LEASE, limit=100):
            assert letters.mark_sending(tx, letter, house.now + LEASE)
    later = house.now + LEASE + timedelta(seconds=1)
    deliver(house, post, now=later)
    assert post.taken == []
    assert {one.repeats for one in every_letter(house)} == {1}
    deliver(house, post, now=_awake(later + REPEATS[0]))
    assert len(post.to(IDA)) == 1


def test_a_worker_that_comes_back_too_late_changes_nothing(house: House, post: Post) -> None:
    decided(house)
    gather_notices(house.db, now=house.now)
    with house.db.write() as tx:
        old = letters.claim(tx, house.now, house.now + LEASE, limit=100)
    later = house.now + LEASE + timedelta(seconds=1)
    with house.db.write() as tx:
        take_back(tx, now=later)
    deliver(house, post, now=later)
    with house.db.write() as tx:
        assert not letters.mark_sending(tx, old[0], later)
        assert not letters.finish(tx, old[0], "failed", error="too late")
    assert {one.state for one in every_letter(house)} == {"sent"}


# --- links, and other ways out ----------------------------------------------------------------------------------


def test_who_is_asked_gets_a_link_of_their_own_that_only_points(house: House, post: Post) -> None:
    sag = decided(house)
    deliver(house, post)
    (mail,) = post.to(JENS)
    secret = mail.text.split(f"{SITE}/svar/")[1].split()[0]
    assert f"{SITE}/svar/{secret}" in mail.html
    with house.db.read() as tx:
        found = pointers.find(tx, secret, house.now)
        assert found is not None
        assert (found.person, found.sag, found.step) == (JENS, sag, house.step(sag, "kdnet").seq)
        assert found.version == house.step(sag, "kdnet").version
        assert pointers.find(tx, secret, house.now + timedelta(days=31)) is None
        dump = "".join(str(row) for row in tx.run("select * from pointer").fetchall())
    assert secret not in dump
    assert all("/svar/" not in mail.text for mail in post.to(IDA))


def test_a_meeting_comes_as_a_calendar_that_programs_take_in(house: House, post: Post) -> None:
    house.on("2020-01-20", 9)
    sag = house.open()
    house.write(sag, "gruppe", "Det indstilles, at sagen godkendes.")
    house.do(sag, "gruppe", "submit", "ida", meeting="2020-01-22")
    house.do(sag, "gruppe", "accept", "sekretaer-rammeaftaler")
    deliver(house, post)
    (mail,) = post.to(IDA)
    assert mail.calendar
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert event["SUMMARY"] == "Møde i DASSOS"
    assert b"DTSTART;VALUE=DATE:20200122" in mail.calendar
    assert event["UID"] == "dassos-2020-01-22-mail@kdflow"
    house.on("2020-01-22")
    house.do(sag, "gruppe", "treat")
    house.decide(sag, "gruppe", "anbefalet")
    deliver(house, post)
    assert post.to(IDA)[1].calendar is None


def test_a_closed_sag_has_no_title_in_a_mail(house: House, post: Post) -> None:
    house.on("2020-01-20", 9)
    house.open(title="Hemmelig fusion", closed=True)
    deliver(house, post)
    assert post.taken
    for mail in post.taken:
        assert "Hemmelig" not in mail.subject + mail.text + mail.html


def test_without_a_way_to_send_mail_what_waits_goes_on_waiting(house: House, post: Post) -> None:
    decided(house)
    found = deliver_notices(house.db, Ways(mail=None, post=post.post, site=SITE), clock=lambda: house.now)
    assert found == Delivered()
    deliver(house, post)
    assert len(post.to(KARIN)) == 1


def test_an_endpoint_is_told_what_people_are_told(house: House, post: Post) -> None:
    with house.db.write() as tx:
        endpoints.add(tx, "https://hooks.example/kdflow", "whsec_c2VjcmV0", house.now)
    sag = decided(house)
    deliver(house, post)
    told = {payload["data"]["person"] for _, payload in post.hooks}
    assert {IDA, JENS, KARIN} <= told
    (mine,) = [payload for _, payload in post.hooks if payload["data"]["person"] == JENS]
    assert {one["sag"] for one in mine["data"]["notices"]} == {house.sag(sag).number}
    assert all(one["subject"] for one in mine["data"]["notices"])


def test_an_endpoint_that_is_gone_is_told_nothing_more(house: House, post: Post) -> None:
    hook(house)
    sag = decided(house)

    def gone(*_: object) -> None:
        raise Permanent(GONE)

    gather_notices(house.db, now=house.now)
    deliver_notices(house.db, Ways(mail=post, post=gone, site=SITE), clock=lambda: house.now)
    with house.db.read() as tx:
        assert endpoints.live(tx) == ()
    house.do(sag, "kdnet", "approve", "jens")
    deliver(house, post)
    assert post.hooks == []
    assert len(post.to(IDA)) == 2


# --- without a mail server -----------------------------------------------------------------------------------


def without_mail(house: House, post: Post, *, now: datetime | None = None) -> Delivered:
    """Gather and send where no mail server is named."""
    at = now or house.now
    gather_notices(house.db, now=at, has_mail=False)
    return deliver_notices(house.db, Ways(mail=None, post=post.post, site=SITE), clock=lambda: at)


def hook(house: House) -> None:
    """Let an address be told by webhook."""
    with house.db.write() as tx:
        endpoints.add(tx, "https://hooks.example/kdflow", "whsec_c2VjcmV0", house.now)


def test_without_mail_a_webhook_is_sent_and_only_mail_waits(house: House, post: Post) -> None:
    hook(house)
    decided(house)
    assert without_mail(house, post).sent == len(post.hooks) > 2
    assert post.taken == []
    assert {one.state for one in every_letter(house)} == {"ready"}
    assert all(one.is_held for one in every_letter(house))
    hooks = list(post.hooks)
    assert without_mail(house, post) == Delivered()
    deliver(house, post)
    assert [len(post.to(one)) for one in (IDA, JENS, KARIN)] == [1, 1, 1]
    assert post.hooks == hooks
    assert {one.state for one in every_letter(house)} == {"sent"}


def test_when_there_is_mail_again_each_gets_what_was_held_in_one(house: House, post: Post) -> None:
    hook(house)
    sag = decided(house)
    without_mail(house, post)
    house.on("2020-01-27", 9).do(sag, "kdnet", "approve", "jens")
    without_mail(house, post)
    told = len(post.hooks)
    assert len([one for one in every_letter(house) if one.person == IDA]) == 2
    deliver(house, post, now=local_instant(date(2020, 1, 27), 10))
    assert len(post.to(IDA)) == 1
    assert len(post.hooks) == told
    with house.db.read() as tx:
        kept = tx.run("select count(distinct letter), count(*) from notice where person = 'ida' and not dropped")
        assert kept.fetchone()[0] == 1
    assert deliver(house, post, now=local_instant(date(2020, 1, 28), 10)) == Delivered()


def test_a_mail_whose_webhook_has_not_arrived_goes_alone_and_both_tell_the_same(house: House, post: Post) -> None:
    hook(house)
    sag = decided(house)

    def down(*_: object) -> None:
        raise Temporary("down")

    gather_notices(house.db, now=house.now, has_mail=False)
    deliver_notices(house.db, Ways(mail=None, post=down, site=SITE), clock=lambda: house.now)
    house.on("2020-01-27", 9).do(sag, "kdnet", "approve", "jens")
    gather_notices(house.db, now=house.now, has_mail=False)
    deliver_notices(house.db, Ways(mail=None, post=down, site=SITE), clock=lambda: house.now)
    deliver(house, post, now=local_instant(date(2020, 1, 27), 10))
    assert len(post.to(IDA)) == 2
    mine = [payload for _, payload in post.hooks if payload["data"]["person"] == IDA]
    assert [len(one["data"]["notices"]) > 0 for one in mine] == [True, True]


def test_what_was_held_goes_by_the_hours_and_wishes_of_its_reader(house: House, post: Post) -> None:
    hook(house)
    decided(house)
    without_mail(house, post)
    prefer(house, Pace.OFF)
    deliver(house, post, now=local_instant(date(2020, 1, 24), 20))
    assert post.taken == []
    deliver(house, post, now=local_instant(date(2020, 1, 27), 7))
    assert post.to(IDA) == []
    assert len(post.to(KARIN)) == 1
    assert {one.state for one in every_letter(house) if one.person == IDA} == {"dropped"}


def test_a_clock_that_is_trusted_again_does_not_let_go_what_is_held(house: House, post: Post) -> None:
    hook(house)
    decided(house)
    without_mail(house, post)
    trust_clock(house.db, now=house.now)
    assert all(one.is_held for one in every_letter(house))
