"""Proofs, authenticators, identities and forms that wait: the same on both databases."""

from __future__ import annotations

from datetime import timedelta

from kdflow.actions.come_back import may_return, note_failure, prove_elsewhere, sign_in_elsewhere, use_return
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.keep_sessions import end_other_sessions, touch_session
from kdflow.actions.park_form import MOST, park_form
from kdflow.actions.prove import (
    begin_authenticator,
    confirm_authenticator,
    prove_by_code,
    remove_authenticator,
    reset_sign_in,
)
from kdflow.actions.sign_in import sign_in
from kdflow.domain import authenticator
from kdflow.domain.identity import OPERATOR, Claims, Origin
from kdflow.domain.pace import Pace, Preference
from kdflow.queries.account import account, new_authenticator, parked_form
from kdflow.queries.people import signed_in
from kdflow.store import preferences
from kdflow.store.attempts import MOST_OVER_ONE
from tests.make import IDA, JENS, House


def begun(house: House) -> str:
    """A session of Jens', who came by a link of an operator."""
    origin = Origin(way=OPERATOR)
    return sign_in(house.db, JENS, days=30, old_secret=None, now=house.now, origin=origin)


def test_a_code_proves_it_once(house: House) -> None:
    secret = begun(house)
    begin_authenticator(house.db, JENS, now=house.now)
    new = new_authenticator(house.db, JENS)
    assert new
    key = new[0].replace(" ", "")
    assert key in new[1]
    code = authenticator.code_at(key, house.now)
    given = {"network": "n", "now": house.now}
    assert prove_by_code(house.db, JENS, code, secret=secret, **given).why == "wrong"  # type: ignore[arg-type]
    first = confirm_authenticator(house.db, JENS, code, secret=secret, network="n", now=house.now)
    assert signed_in(house.db, secret, house.now) is None
    found = signed_in(house.db, first.secret, house.now)
    assert found
    assert found.proved_at == house.now
    again = prove_by_code(house.db, JENS, code, secret=first.secret, network="n", now=house.now)
    assert (again.secret, again.why) == ("", "wrong")
    begin_authenticator(house.db, JENS, now=house.now)
    later = house.now + timedelta(seconds=authenticator.STEP)
    code = authenticator.code_at(key, later)
    assert prove_by_code(house.db, JENS, code, secret=first.secret, network="n", now=later).secret
    assert reset_sign_in(house.db, JENS, now=house.now)
    assert account(house.db, JENS, later, None).sessions == ()


def test_whose_account_it_is_hears_of_it_at_once_whatever_they_chose(house: House) -> None:
    with house.db.write() as tx:
        preferences.keep(tx, Preference(person=JENS, pace=Pace.OFF))
    secret = begun(house)
    begin_authenticator(house.db, JENS, now=house.now)
    remove_authenticator(house.db, JENS, now=house.now)
    begin_authenticator(house.db, JENS, now=house.now)
    assert house.notices("jens") == ()
    new = new_authenticator(house.db, JENS)
    assert new
    code = authenticator.code_at(new[0].replace(" ", ""), house.now)
    confirm_authenticator(house.db, JENS, code, secret=secret, network="n", now=house.now)
    remove_authenticator(house.db, JENS, now=house.now)
    told = [one.notice for one in house.notices("jens")]
    assert {(one.kind, one.data["added"]) for one in told} == {("account", True), ("account", False)}
    assert gather_notices(house.db, now=house.now) == 1


def test_who_comes_back(house: House) -> None:
    claims = Claims(provider="p", issuer="https://p", subject="s", email="JENS@test.example", proved_at=house.now)
    assert use_return(house.db, "state", now=house.now)
    assert not use_return(house.db, "state", now=house.now)
    origin = Origin(way="p")
    secret = sign_in_elsewhere(house.db, claims, days=1, old_secret=None, now=house.now, origin=origin)
    assert secret
    assert prove_elsewhere(house.db, claims, IDA, secret=secret, now=house.now) is None
    assert prove_elsewhere(house.db, claims, JENS, secret=secret, now=house.now)
    assert [one.subject for one in account(house.db, JENS, house.now, None).identities] == ["s"]
    for _ in range(MOST_OVER_ONE):
        note_failure(house.db, network="n", now=house.now)
    assert not may_return(house.db, network="n", now=house.now)
    assert may_return(house.db, network="m", now=house.now)


def test_forms_wait_for_one_person_and_not_for_ever(house: House) -> None:
    fields = {"move": "approve", "approve.note": "Æ"}
    handles = [
        park_form(house.db, JENS, "/sager/x", fields, now=house.now + timedelta(seconds=n)) for n in range(12)
    ]
    kept = [parked_form(house.db, one, JENS, house.now) for one in handles]
    assert sum(one is not None for one in kept) == MOST
    assert kept[-1]
    assert kept[-1].fields == fields
    assert parked_form(house.db, handles[-1], IDA, house.now) is None
    assert parked_form(house.db, handles[-1], JENS, house.now + timedelta(hours=1)) is None


def test_sessions_are_seen_and_ended(house: House) -> None:
    first, second = begun(house), begun(house)
    later = house.now + timedelta(hours=2)
    touch_session(house.db, first, network="192.0.2.*", now=later)
    assert signed_in(house.db, second, later, timedelta(hours=2)) is None
    assert signed_in(house.db, first, later, timedelta(hours=2))
    assert len(account(house.db, JENS, later, None).sessions) == 2
    end_other_sessions(house.db, JENS, secret=first)
    assert [one.origin.network for one in account(house.db, JENS, later, None).sessions] == ["192.0.2.*"]
