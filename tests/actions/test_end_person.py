"""Somebody leaves: no way in, nothing told, no office, and no running sag left behind; they may come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kdflow.actions.ask_for_code import ask_for_code
from kdflow.actions.come_back import prove_elsewhere, sign_in_elsewhere
from kdflow.actions.end_person import end_person
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.hand_over_sag import hand_over_all
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.keep_feed import make_feed
from kdflow.actions.keep_offices import end_office, give_office
from kdflow.actions.sign_in import make_link, sign_in, use_code, use_link
from kdflow.actions.write_comment import write_comment
from kdflow.domain.authority import Person, PersonId
from kdflow.domain.errors import NotAllowed, NotFound, Refused, Unreadable
from kdflow.domain.identity import Claims, Origin
from kdflow.domain.notices import Notice
from kdflow.domain.stranding import Stranded
from kdflow.queries.feed import feed_page
from kdflow.queries.people import roles, signed_in
from kdflow.store import codes, outbox, people
from kdflow.store.world import whole_world
from tests import make
from tests.actions.test_administration import ADMIN, away, events, held, office, rules
from tests.actions.test_deliver_notices import Post, deliver, post
from tests.make import IDA, KARIN, LARS, House

__all__ = ["post"]

CLAIMS = Claims(provider="p", issuer="https://p", subject="s", email="lars@test.example")


def stop(house: House, who: str, last: str | None, by: PersonId = ADMIN) -> None:
    """Let somebody leave after a day, or come back."""
    day = date.fromisoformat(last) if last else None
    end_person(house.db, PersonId(who), day, version=None, key=house.key(), by=by, now=house.now)


def begin(house: House, who: PersonId = LARS) -> str:
    """A session."""
    return sign_in(house.db, who, days=30, old_secret=None, now=house.now)


def elsewhere(house: House) -> str | None:
    """Sign Lars in at another provider."""
    return sign_in_elsewhere(house.db, CLAIMS, days=30, old_secret=None, now=house.now, origin=Origin())


def names_here(house: House) -> set[str]:
    """Who can be chosen."""
    with house.db.read() as tx:
        return set(whole_world(tx, house.now).names_here)


# --- no way in -------------------------------------------------------------------------------------------------


def test_a_session_ends_when_its_person_leaves_and_does_not_come_back_with_them(house: House) -> None:
    secret = begin(house)
    stop(house, "lars", "2020-01-21")
    assert signed_in(house.db, secret, house.now)
    house.on("2020-01-21", 23)
    assert signed_in(house.db, secret, house.now)
    house.on("2020-01-22", 0)
    assert signed_in(house.db, secret, house.now) is None
    stop(house, "lars", None)
    assert signed_in(house.db, secret, house.now) is None
    assert signed_in(house.db, begin(house), house.now)


def test_who_has_left_can_begin_no_session(house: House) -> None:
    stop(house, "lars", "2020-01-19")
    with pytest.raises(NotFound):
        begin(house)


def test_no_link_is_made_or_good(house: House) -> None:
    link = make_link(house.db, LARS, now=house.now)
    with house.db.write() as tx:  # as a file would say it: nothing else is taken away
        people.keep_people(tx, [gone(house, "lars", "2020-01-19")], [], [])
    with pytest.raises(NotFound):
        use_link(house.db, link, days=30, old_secret=None, now=house.now)
    with pytest.raises(NotFound):
        make_link(house.db, LARS, now=house.now)


def gone(house: House, who: str, last: str) -> Person:
    """A person as they are, but gone."""
    with house.db.read() as tx:
        return replace(people.person(tx, who), valid_to=date.fromisoformat(last))


def test_no_code_is_sent_or_good(house: House) -> None:
    ask_for_code(house.db, "lars@test.example", network="n", browser="b", now=house.now)
    with house.db.write() as tx:
        (number,) = (row[0] for row in tx.run("select id from code").fetchall())
        code = codes.make(tx, number, LARS, house.now)
        people.keep_people(tx, [gone(house, "lars", "2020-01-19")], [], [])
    assert code
    assert use_code(house.db, code, browser="b", days=30, old_secret=None, now=house.now) is None
    before = len(house.notices("lars"))
    ask_for_code(house.db, "lars@test.example", network="n", browser="b", now=house.now)
    assert len(house.notices("lars")) == before


@pytest.mark.parametrize("known_there", [False, True])
def test_no_other_provider_signs_them_in(house: House, known_there: bool) -> None:
    if known_there:
        assert elsewhere(house)
    secret = begin(house)
    with house.db.write() as tx:
        people.keep_people(tx, [gone(house, "lars", "2020-01-19")], [], [])
    assert elsewhere(house) is None
    proved = replace(CLAIMS, proved_at=house.now)
    assert prove_elsewhere(house.db, proved, LARS, secret=secret, now=house.now) is None


def test_their_feeds_are_closed_and_open_again(house: House) -> None:
    secret = make_feed(house.db, "person", "lars", command=house.key(), by=LARS, now=house.now)
    assert secret
    stop(house, "lars", "2020-01-19")
    with pytest.raises(NotFound):
        feed_page(house.db, secret, house.now)
    stop(house, "lars", None)
    assert feed_page(house.db, secret, house.now).feed.person == LARS


# --- nothing told, nothing asked -------------------------------------------------------------------------------


def test_what_waits_for_them_is_dropped_as_unwanted(house: House) -> None:
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="account", person=LARS, sag=None, data={"added": True})], house.now)
    stop(house, "lars", "2020-01-19")
    assert gather_notices(house.db, now=house.now) == 0
    with house.db.read() as tx:
        assert tx.run("select why_dropped from notice where person = 'lars'").fetchall() == [("unwanted",)]


def test_a_letter_that_was_made_before_is_not_sent(house: House, post: Post) -> None:
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="account", person=LARS, sag=None, data={"added": True})], house.now)
    assert gather_notices(house.db, now=house.now) == 1
    stop(house, "lars", "2020-01-19")
    deliver(house, post)
    assert post.to("lars") == []
    with house.db.read() as tx:
        assert tx.run("select state from letter where person = 'lars'").fetchall() == [("dropped",)]


def test_nobody_can_turn_to_them(house: House) -> None:
    sag = house.open()
    stop(house, "lars", "2020-01-19")
    assert "lars" not in names_here(house)
    assert "lars" not in {role.person.id for role in roles(house.db, house.now)}
    with pytest.raises(Unreadable):
        write_comment(house.db, sag, "@Lars fra en anden kommune", key=house.key(), by=IDA, now=house.now)
    with pytest.raises(NotFound):
        house.open(owner=LARS, by="administrator")
    with pytest.raises(Refused) as refused:
        hand_over_all(house.db, IDA, LARS, key=house.key(), by=ADMIN, now=house.now)
    assert rules(refused) == {"person_is_here"}
    with pytest.raises(Refused) as refused:
        give_office(
            house.db,
            office("lars", "secretary", "kd-net"),
            version=None,
            key=house.key(),
            by=ADMIN,
            now=house.now,
        )
    assert rules(refused) == {"person_is_here"}


# --- no office, and nobody stranded ----------------------------------------------------------------------------


def test_who_owns_open_sager_cannot_leave_before_they_are_handed_over(house: House) -> None:
    sag = house.open(title="En åben sag")
    with pytest.raises(Stranded) as stranded:
        stop(house, "ida", "2020-01-31")
    assert [(one.sag, one.why) for one in stranded.value.seen] == [(sag, "no-owner")]
    hand_over_all(house.db, IDA, LARS, key=house.key(), by=ADMIN, now=house.now)
    stop(house, "ida", "2020-01-31")
    (told,) = events(house, "person-ended")
    change = {"field": "valid_to", "kind": "", "old": None, "new": "2020-01-31"}
    assert told.event.data["changes"] == [change]


def test_the_only_chair_cannot_leave_running_sager(house: House) -> None:
    sag = house.open()
    with pytest.raises(Stranded) as stranded:
        stop(house, "formand-dassos", "2020-01-19")
    assert [(one.sag, one.why, one.body) for one in stranded.value.seen] == [(sag, "no-chair", "dassos")]


def test_an_office_ends_with_its_person_and_holds_again(house: House) -> None:
    stop(house, "jens", "2020-01-21")
    assert leaders(house) == ("jens",)
    house.on("2020-01-22")
    assert leaders(house) == ("vibe",)
    end_office(
        house.db,
        held(house, "jens", "chair", "kd-net"),
        date(2020, 6, 30),
        version=None,
        key=house.key(),
        by=ADMIN,
        now=house.now,
    )
    assert leaders(house) == ("vibe",)
    stop(house, "jens", None)
    assert leaders(house) == ("jens",)


def leaders(house: House) -> tuple[str, ...]:
    """Who leads KD-Net, as the house knows it."""
    with house.db.read() as tx:
        return whole_world(tx, house.now).authority.answers_for("kd-net")


def test_nobody_comes_back_as_a_second_chair(house: House) -> None:
    stop(house, "jens", "2020-01-19")
    give_office(
        house.db,
        office("lars", "chair", "kd-net", "2020-01-20.."),
        version=None,
        key=house.key(),
        by=ADMIN,
        now=house.now,
    )
    with pytest.raises(Refused) as refused:
        stop(house, "jens", None)
    assert rules(refused) == {"one_chair"}


def test_a_stand_in_who_has_left_stands_in_no_more(house: House) -> None:
    give_office(
        house.db,
        office("lars", "member", "kd-net"),
        version=None,
        key=house.key(),
        by=ADMIN,
        now=house.now,
    )
    away(house, "jens", "2020-01-20..2020-02-07", "lars")
    assert leaders(house) == ("lars",)
    stop(house, "lars", "2020-01-19")
    assert leaders(house) == ("vibe",)


def test_only_administrators_let_somebody_leave_and_the_last_one_stays(house: House) -> None:
    with pytest.raises(NotAllowed):
        stop(house, "lars", "2020-01-31", by=KARIN)
    with pytest.raises(Refused) as refused:
        stop(house, "administrator", "2020-01-31")
    assert rules(refused) == {"one_administrator"}
    with pytest.raises(Refused) as refused:
        stop(house, "lars", None)
    assert rules(refused) == {"something_differs"}


# --- files -----------------------------------------------------------------------------------------------------


def test_a_file_says_who_has_left_and_a_hand_is_stronger(house: House) -> None:
    catalog = make.house_catalog()
    left = tuple(replace(one, valid_to=date(2020, 1, 19)) if one.id == "lars" else one for one in catalog.people)
    install_catalog(house.db, replace(catalog, people=left), now=house.now)
    assert "lars" not in names_here(house)
    stop(house, "lars", None)
    install_catalog(house.db, replace(catalog, people=left), now=house.now)
    assert "lars" in names_here(house)
