"""Commands, sessions, links, transactions: once, over when it is over, and all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kdflow.actions import sign_in as signing
from kdflow.actions.advance_sag import advance_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, KeyReused, NotAllowed, NotFound, Refused
from kdflow.domain.revision import Revision
from kdflow.domain.sag import StepSeq
from kdflow.domain.situation import Inputs
from kdflow.domain.workflow import Outcome, Workflow
from kdflow.store import commands, definitions, outbox, sessions, settings
from kdflow.store.database import Database
from kdflow.store.sessions import Session
from tests.store.stand import DECIDED, LINE, NOW, OWNER, SECRETARY, Walker, chair, load, rows, snapshot

MINUTE = timedelta(minutes=1)


def test_a_command_sent_twice_is_carried_out_once(db: Database) -> None:
    sag = Walker(db).open()

    def send() -> object:
        return advance_sag(
            db, sag, StepSeq(1), "decide", DECIDED, version=1, key="once", by=OWNER, now=NOW + MINUTE
        )

    first = send()
    after = snapshot(db)
    second = send()
    assert snapshot(db) == after
    assert (getattr(first, "repeated", None), getattr(second, "repeated", None)) == (False, True)
    assert repr(first).replace("repeated=False", "repeated=True") == repr(second)


@pytest.mark.parametrize(
    "other",
    [
        {"move": "approve"},
        {"by": SECRETARY},
        {"step": StepSeq(2)},
        {"inputs": Inputs(outcome=Outcome.DISCUSSED)},
        {"inputs": Inputs(outcome=Outcome.RECOMMENDED, note="")},
    ],
)
def test_a_key_cannot_be_used_for_another_command(db: Database, other: dict[str, object]) -> None:
    sag = Walker(db).open()
    command: dict[str, object] = {"step": StepSeq(1), "move": "decide", "inputs": DECIDED, "version": 1}
    command |= {"key": "once", "by": OWNER, "now": NOW}
    advance_sag(db, sag, **command)  # type: ignore[arg-type]
    before = snapshot(db)
    with pytest.raises(KeyReused):
        advance_sag(db, sag, **(command | other))  # type: ignore[arg-type]
    assert snapshot(db) == before


def test_a_key_has_one_answer_whatever_version_was_seen_the_second_time(db: Database) -> None:
    sag = Walker(db).open()
    command: dict[str, object] = {"step": StepSeq(1), "move": "decide", "inputs": DECIDED, "version": 1}
    command |= {"key": "once", "by": OWNER, "now": NOW}
    advance_sag(db, sag, **command)  # type: ignore[arg-type]
    before = snapshot(db)
    assert advance_sag(db, sag, **(command | {"version": 2})).repeated  # type: ignore[arg-type]
    assert snapshot(db) == before


def test_a_command_that_failed_can_be_sent_again(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open()
    before = snapshot(db)
    with pytest.raises(Refused):
        walker.advance(sag, StepSeq(1), "decide", OWNER, Inputs(), version=1, key="again")
    with pytest.raises(NotAllowed):
        walker.advance(sag, StepSeq(1), "decide", chair("south"), DECIDED, version=1, key="again")
    with pytest.raises(Conflict):
        walker.advance(sag, StepSeq(1), "decide", OWNER, DECIDED, version=7, key="again")
    assert snapshot(db) == before
    assert not walker.advance(sag, StepSeq(1), "decide", OWNER, DECIDED, version=1, key="again").repeated


def test_the_fingerprint_does_not_depend_on_the_order_of_values() -> None:
    mine = commands.fingerprint("verb", OWNER, {"a": 1, "b": [1, {"x": 2, "y": 3}]})
    assert mine == commands.fingerprint("verb", OWNER, {"b": [1, {"y": 3, "x": 2}], "a": 1})
    assert mine != commands.fingerprint("verb", OWNER, {"a": 1, "b": [1, {"x": 3, "y": 2}]})


def test_a_command_on_a_stale_step_is_a_conflict(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open()
    walker.revise(sag, StepSeq(1), Revision(parts=("One",)), 1)
    before = snapshot(db)
    with pytest.raises(Conflict):
        walker.advance(sag, StepSeq(1), "decide", OWNER, DECIDED, version=1)
    with pytest.raises(Conflict):
        walker.revise(sag, StepSeq(1), Revision(parts=("Two",)), 1)
    assert snapshot(db) == before
    assert [part.text for part in load(db, sag).steps[0].parts] == ["One"]


def test_a_command_on_a_stale_sag_is_a_conflict(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open()
    version = load(db, sag).version
    walker.revise(sag, None, Revision(title="Another"), version)
    before = snapshot(db)
    with pytest.raises(Conflict):
        walker.advance(sag, None, "withdraw", OWNER, Inputs(reason="Because."), version=version)
    assert snapshot(db) == before


# --- transactions ----------------------------------------------------------------------------------------------


def test_a_transaction_that_raises_leaves_nothing(db: Database) -> None:
    before = snapshot(db)

    def interrupted() -> None:
        with db.write() as tx:
            settings.keep(tx, "key", "value")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    assert snapshot(db) == before


@pytest.mark.parametrize(
    "statement",
    [
        "insert into setting (key, value) values ('key', 'value')",
        "update meeting set status = 'held'",
        "delete from appointment",
        "create table stray (id int)",
    ],
)
def test_a_reading_transaction_can_write_nothing(db: Database, statement: str) -> None:
    before = snapshot(db)
    with pytest.raises(Exception, match=r"read-?only"), db.read() as tx:
        tx.run(statement)
    assert snapshot(db) == before
    with db.write() as tx:
        settings.keep(tx, "key", "value")
    with db.read() as tx:
        assert settings.find(tx, "key") == "value"


def test_a_reading_transaction_sees_one_moment(db: Database) -> None:
    with db.read() as reader:
        assert settings.find(reader, "key") is None
        with db.write() as tx:
            settings.keep(tx, "key", "value")
        assert settings.find(reader, "key") is None
    with db.read() as reader:
        assert settings.find(reader, "key") == "value"


def test_a_setting_is_replaced(db: Database) -> None:
    with db.write() as tx:
        settings.keep(tx, "key", "old")
        settings.keep(tx, "key", "new")
        assert settings.find(tx, "key") == "new"


def test_a_definition_is_not_remembered_from_a_transaction_that_was_rolled_back(db: Database) -> None:
    first, second = (
        Workflow.model_validate({**LINE, "amends": "sag-1.2", "title": title}) for title in ("One", "Two")
    )

    def interrupted() -> None:
        with db.write() as tx:
            definitions.keep(tx, [first], NOW)
            assert definitions.load(tx, first.ref).workflow == first
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with db.read() as tx, pytest.raises(NotFound):
        definitions.load(tx, first.ref)
    with db.write() as tx:
        definitions.keep(tx, [second], NOW)
        assert definitions.load(tx, second.ref).workflow == second
    with db.read() as tx:
        assert definitions.load(tx, second.ref).workflow == second


def test_private_routes_are_no_choice_for_others(db: Database) -> None:
    private = Workflow.model_validate({**LINE, "amends": "sag-1.2"})
    with db.write() as tx:
        definitions.keep(tx, [private], NOW)
        assert private.ref not in definitions.known(tx)
        assert "line@1" in definitions.known(tx)


def test_notices_are_read_newest_first_by_the_one_they_are_for(db: Database) -> None:
    walker = Walker(db)
    sag, _ = walker.before_join()
    with db.read() as tx:
        mine = outbox.for_person(tx, SECRETARY)
        assert {kept.notice.person for kept in mine} == {SECRETARY}
        assert [kept.id for kept in mine] == sorted((kept.id for kept in mine), reverse=True)
        assert {kept.notice.sag for kept in mine} == {sag}
        assert outbox.for_person(tx, SECRETARY, limit=2) == mine[:2]
        assert mine[-1].at == NOW + MINUTE


# --- sessions and links ----------------------------------------------------------------------------------------


def test_only_the_hash_of_a_secret_is_kept(db: Database) -> None:
    link = signing.make_link(db, OWNER, now=NOW)
    secret = signing.sign_in(db, OWNER, days=30, old_secret=None, now=NOW)
    with db.read() as tx:
        kept = repr(rows(tx, "session") + rows(tx, "link"))
    assert len(kept) > 200
    assert secret not in kept
    assert link not in kept


def test_a_session_ends(db: Database) -> None:
    secret = signing.sign_in(db, OWNER, days=1, old_secret=None, now=NOW)
    end = NOW + timedelta(days=1)
    with db.read() as tx:
        assert sessions.find(tx, secret, end - timedelta(microseconds=1))
        assert sessions.find(tx, secret, end) is None
        assert sessions.find(tx, secret + "x", NOW) is None


def test_a_session_is_found_as_it_was_kept(db: Database) -> None:
    session = Session(person=SECRETARY, form_token="token")
    with db.write() as tx:
        sessions.add(tx, "secret", session, now=NOW, ends_at=NOW + MINUTE)
        assert sessions.find(tx, "secret", NOW) == session


def test_a_new_session_removes_those_that_are_over_and_the_browsers_old_one(db: Database) -> None:
    over = signing.sign_in(db, OWNER, days=1, old_secret=None, now=NOW)
    old = signing.sign_in(db, OWNER, days=30, old_secret=None, now=NOW)
    other = signing.sign_in(db, SECRETARY, days=30, old_secret=None, now=NOW)
    later = NOW + timedelta(days=2)
    new = signing.sign_in(db, OWNER, days=30, old_secret=old, now=later)
    with db.read() as tx:
        found = [sessions.find(tx, secret, later) is not None for secret in (over, old, other, new)]
        assert found == [False, False, True, True]
        assert len(rows(tx, "session")) == 2
    signing.sign_out(db, new)
    with db.read() as tx:
        assert sessions.find(tx, new, later) is None
        assert sessions.find(tx, other, later) is not None


def test_a_link_is_used_once(db: Database) -> None:
    link = signing.make_link(db, OWNER, now=NOW)
    secret = signing.use_link(db, link, days=30, old_secret=None, now=NOW + MINUTE)
    with db.read() as tx:
        found = sessions.find(tx, secret, NOW + MINUTE)
    assert found
    assert found.person == OWNER
    with pytest.raises(NotFound):
        signing.use_link(db, link, days=30, old_secret=None, now=NOW + MINUTE)


def test_a_link_is_over_after_a_while(db: Database) -> None:
    link = signing.make_link(db, OWNER, now=NOW)
    with pytest.raises(NotFound):
        signing.use_link(db, link, days=30, old_secret=None, now=NOW + signing.LINK_LASTS)
    with pytest.raises(NotFound):
        signing.use_link(db, link + "x", days=30, old_secret=None, now=NOW)
    late = NOW + signing.LINK_LASTS - timedelta(microseconds=1)
    assert signing.use_link(db, link, days=30, old_secret=None, now=late)


def test_nobody_unknown_is_signed_in(db: Database) -> None:
    with pytest.raises(NotFound):
        signing.sign_in(db, PersonId("nobody"), days=1, old_secret=None, now=NOW)
    with pytest.raises(NotFound):
        signing.make_link(db, PersonId("nobody"), now=NOW)
    with db.read() as tx:
        assert rows(tx, "session") == rows(tx, "link") == []
