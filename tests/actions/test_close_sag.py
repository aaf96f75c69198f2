"""A sag is closed to others, at once and everywhere, and opened again; a point that was published is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kdflow.actions.close_sag import close_sag, open_again
from kdflow.actions.consequences import AT_THE_DOOR, Proof
from kdflow.actions.follow_sag import follow_sag
from kdflow.domain.agenda import step_of
from kdflow.domain.agenda_order import as_it_is
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, KeyReused, NotAllowed, NotFound, Refused
from kdflow.domain.notices import Notice
from kdflow.domain.proof import ProofNeeded
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.queries.agenda_page import published_agenda
from kdflow.queries.board import board
from kdflow.queries.closed_points import ClosedPoint, closed_of_open
from kdflow.queries.meeting_page import meeting_page
from kdflow.queries.notices import notices_to
from kdflow.queries.sag_closing import copies_page
from kdflow.queries.sag_page import sag_page
from kdflow.rendering import MessagePart, message
from kdflow.store import agendas, indexing, outbox
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world
from tests.actions.test_agenda import MEETING, accepted, add, describe, publish, said
from tests.make import IDA, JENS, KARIN, LARS, House

WHY = "Der står navne i den."


def close(house: House, sag: SagId, by: PersonId = IDA, **more: Any) -> Any:
    given: dict[str, Any] = {"reason": WHY, "version": None, "key": house.key(), "by": by, "now": house.now} | more
    return close_sag(house.db, sag, **given)


def reopen(house: House, sag: SagId, by: PersonId = IDA, **more: Any) -> Any:
    given: dict[str, Any] = {"reason": "Ret.", "version": None, "key": house.key(), "by": by, "now": house.now}
    return open_again(house.db, sag, **(given | more))


def found(house: House, who: PersonId, text: str) -> list[str]:
    return [row.number for row in board(house.db, who, house.now, text=text, over=True).rows]


def said_to(house: House, who: PersonId) -> str:
    """All that somebody reads of their notices now."""
    heard = notices_to(house.db, who, house.now)
    parts: tuple[MessagePart, ...] = ("subject", "body")
    return "\n".join(
        message(one.told.notice.kind, part, **one.told.values, link="/") for one in heard for part in parts
    )


def test_it_is_gone_for_others_at_once_and_there_for_those_it_concerns(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1", "Personsag om lærken")
    number = house.sag(sag).number
    assert found(house, LARS, "lærken") == [number]
    done = close(house, sag)
    assert (done.version, done.repeated) == (house.sag(sag).version, False)
    assert found(house, LARS, "lærken") == []
    for who in (IDA, JENS, KARIN):
        assert found(house, who, "lærken") == [number]
    with pytest.raises(NotFound):
        sag_page(house.db, number, LARS, house.now)
    reopen(house, sag)
    assert found(house, LARS, "lærken") == [number]


def test_once_for_its_key_and_on_the_version_that_was_seen(house: House) -> None:
    sag, key = house.open("droeftelse-kd-net@1"), house.key()
    seen = house.sag(sag).version
    first, again = close(house, sag, version=seen, key=key), close(house, sag, version=seen, key=key)
    assert (again.version, again.repeated) == (first.version, True)
    assert house.told("karin").count("sag-closed") == 1
    with pytest.raises(KeyReused):
        reopen(house, sag, key=key)
    with pytest.raises(Conflict):
        reopen(house, sag, version=seen)
    with pytest.raises(Refused):
        close(house, sag)
    before = house.rows()
    with pytest.raises(Refused):
        reopen(house, sag, reason=" ")
    assert house.rows() == before


@pytest.mark.parametrize(("who", "error"), [(JENS, NotAllowed), (LARS, NotAllowed)])
def test_others_may_not_close_it(house: House, who: PersonId, error: type[Exception]) -> None:
    sag = house.open("droeftelse-kd-net@1")
    before = house.rows()
    with pytest.raises(error):
        close(house, sag, who)
    assert house.rows() == before


def test_to_open_it_is_not_for_those_who_only_see_it_or_do_not(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1", closed=True)
    for who, error in ((JENS, NotAllowed), (LARS, NotFound)):
        with pytest.raises(error):
            reopen(house, sag, who)
    assert house.sag(sag).closed


def test_to_open_it_wants_a_proof_and_to_close_it_none(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    at_the_door = AT_THE_DOOR.set(Proof())
    try:
        close(house, sag)
        with pytest.raises(ProofNeeded):
            reopen(house, sag)
        AT_THE_DOOR.set(Proof(is_fresh=True))
        reopen(house, sag)
    finally:
        AT_THE_DOOR.reset(at_the_door)
    assert not house.sag(sag).closed


def test_a_sag_that_is_over_is_closed_too(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    house.do(sag, None, "withdraw", "ida", reason="Bortfalder.")
    close(house, sag, KARIN)
    assert house.sag(sag).closed


def test_the_history_says_who_and_why_but_not_to_everybody_afterwards(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1")
    number = house.sag(sag).number

    def reasons(who: PersonId) -> list[tuple[str, str | None]]:
        events = [one.event for one in sag_page(house.db, number, who, house.now).history]
        return [(one.move, one.reason) for one in events if one.move in ("close", "open-again")]

    close(house, sag)
    assert reasons(JENS) == [("close", WHY)]
    reopen(house, sag)
    assert reasons(IDA) == [("close", WHY), ("open-again", "Ret.")]
    assert reasons(LARS) == [("close", None), ("open-again", "Ret.")]


# --- who is told -------------------------------------------------------------------------------------------------


def test_those_are_told_who_still_may_know_of_it_and_no_title_is_said(house: House) -> None:
    sag = house.open("droeftelse-kd-net@1", "Personsag om lærken")
    for who in (LARS, JENS):
        follow_sag(house.db, sag, follows=True, key=house.key(), by=who, now=house.now)
    close(house, sag, KARIN)
    told = {who: house.told(who).count("sag-closed") for who in ("ida", "jens", "karin", "lars")}
    assert told == {"ida": 1, "jens": 1, "karin": 0, "lars": 0}
    heard = said_to(house, IDA)
    assert "Lukket for andre: SAG-" in heard
    assert "lærken" not in heard
    assert WHY not in heard
    reopen(house, sag, KARIN)
    assert [house.told(who).count("sag-opened") for who in ("ida", "jens", "karin", "lars")] == [1, 1, 0, 1]


def test_the_secretaries_hear_what_went_out_with_it_and_who_has_it(house: House) -> None:
    sag = accepted(house, "Personsag om lærken")
    accepted(house, "En anden sag")
    publish(house)
    close(house, sag)
    heard = said_to(house, KARIN)
    assert "Dagsorden for mødet i KD-Net fredag den 13. marts 2020:" in heard
    assert "lærken" not in heard
    (row,) = copies_page(house.db, house.sag(sag).number, IDA, house.now).rows
    assert {"Ida Sagsejer", "Jens Formand", "Karin Sekretær"} <= {name for name, _ in row.readers}
    with pytest.raises(NotAllowed):
        copies_page(house.db, house.sag(sag).number, JENS, house.now)


# --- what was published and written before -----------------------------------------------------------------------


def titles(house: House, who: PersonId) -> list[str]:
    return [
        one["title"] for one in published_agenda(house.db, MEETING, 1, who, house.now).edition.content["points"]
    ]


def test_an_agenda_that_waits_to_be_told_does_not_name_it_any_more(house: House) -> None:
    sag = accepted(house, "Personsag om lærken")
    accepted(house, "En anden sag")
    publish(house)
    assert "lærken" in said_to(house, JENS)
    assert "Personsag om lærken" in titles(house, LARS)
    close(house, sag)
    assert "lærken" not in said_to(house, JENS)
    assert "En anden sag" in said_to(house, JENS)
    assert "Personsag om lærken" not in titles(house, LARS)
    assert "Personsag om lærken" in titles(house, JENS)


def test_what_is_closed_afterwards_leaves_no_gap_for_others(house: House) -> None:
    accepted(house, "Den første")
    hidden = accepted(house, "Personsag")
    accepted(house, "Den sidste")
    publish(house)

    def read(who: PersonId) -> list[str]:
        found = published_agenda(house.db, MEETING, 1, who, house.now).edition.content["points"]
        return [f"{one['number']} {one['title']}" for one in found if one["kind"] == "sag"]

    def listed(who: PersonId) -> list[str]:
        found = meeting_page(house.db, MEETING, who, house.now).points
        return [f"{one.number} {one.row.title}" for one in found if one.row]

    every = ["3 Den første", "4 Personsag", "5 Den sidste"]
    assert read(LARS) == listed(LARS) == every
    close(house, hidden)
    assert read(LARS) == listed(LARS) == ["3 Den første", "4 Den sidste"]
    assert read(JENS) == listed(JENS) == every


def test_a_published_point_is_closed_at_once_and_not_opened(house: House) -> None:
    point = add(house, "Om lærken")
    publish(house)
    describe(house, point, title="Om lærken", closed=True)
    assert "Om lærken" not in titles(house, LARS)
    assert "Om lærken" in titles(house, JENS)
    assert "lærken" not in said_to(house, JENS)
    with pytest.raises(Refused):
        describe(house, point, title="Om lærken")
    publish(house, reason="Et punkt er lukket.")
    made = published_agenda(house.db, MeetingId(MEETING), 2, None, house.now)
    assert [one["title"] for one in made.edition.content["points"] if one["closed"]] == ["Om lærken"]


# --- the point of a sag is closed exactly when the sag is --------------------------------------------------------


def closed_by_hand(house: House, point: str, meeting: MeetingId = MEETING) -> None:
    """Keep the point of a sag as it could be closed by itself, before that was refused."""
    with house.db.write() as tx:
        agendas.put_in_order(tx, meeting, as_it_is(agenda_at(tx, meeting, whole_world(tx, house.now)).points))
        row = next(one for one in agendas.kept(tx, meeting) if one.key == point)
        agendas.keep(tx, meeting, [replace(row, closed=True)])
        if found := step_of(point):
            indexing.again(tx, found[0])


def refused(house: House, point: str, **details: Any) -> list[str]:
    before = house.rows()
    with pytest.raises(Refused) as told:
        describe(house, point, **details)
    assert house.rows() == before
    return [one.guard for one in told.value.reasons]


def test_the_point_of_an_open_sag_is_not_closed_by_itself(house: House) -> None:
    sag = accepted(house, "En sag")
    point = f"sag:{sag}:1"
    assert refused(house, point, closed=True) == ["point_of_sag"]
    publish(house)
    assert refused(house, point, closed=True) == ["point_of_sag"]
    house.do(sag, "kdnet", "take-off", reason="Mangler tal.")
    assert refused(house, point, closed=True) == ["point_of_sag"]
    describe(house, "standing:eventuelt", closed=True)  # what is about no sag is closed as ever


def test_the_point_is_closed_with_its_sag_and_opened_with_it_until_it_is_sent(house: House) -> None:
    sag = accepted(house, "Om lærken")
    point = f"sag:{sag}:1"
    close(house, sag)
    assert said(house)[-1] == "L1 Om lærken"
    assert refused(house, point, closed=False) == ["point_closed"]
    describe(house, point, presenter="Ida", closed=True)
    reopen(house, sag)
    assert said(house)[-1] == "5 Om lærken"
    publish(house)
    assert "Om lærken" in titles(house, LARS)
    close(house, sag)
    describe(house, point, presenter="Jens", closed=True)
    assert "Om lærken" not in titles(house, LARS)
    publish(house, reason="Sagen er lukket.")
    reopen(house, sag)
    assert "Om lærken" in titles(house, LARS)  # version 1, in which it stood as an open one


def test_what_was_sent_as_closed_stays_so_when_the_sag_is_opened_again(house: House) -> None:
    sag = accepted(house, "Om lærken")
    point = f"sag:{sag}:1"
    close(house, sag)
    describe(house, point, text="Ring til lærken", closed=True)
    publish(house)
    reopen(house, sag)
    assert titles(house, JENS)[-1] == "Om lærken"
    assert "Om lærken" not in titles(house, LARS)
    assert refused(house, point) == ["point_part"]
    describe(house, point, presenter="Ida", closed=True)
    assert "Om lærken" not in titles(house, LARS)
    assert [(one.number, one.sag) for one in closed_of_open(house.db)] == [("L1", house.sag(sag).number)]


def test_a_point_that_was_closed_by_itself_before_stays_so_and_is_named(house: House) -> None:
    sag = accepted(house, "Om lærken")
    point, number = f"sag:{sag}:1", house.sag(sag).number
    assert closed_of_open(house.db) == ()
    closed_by_hand(house, point)
    assert said(house)[-1] == "L1 Om lærken"
    assert closed_of_open(house.db) == (ClosedPoint(meeting=MEETING, number="", sag=number),)
    describe(house, point, presenter="Ida", closed=True)
    assert said(house)[-1] == "L1 Om lærken"
    close(house, sag)
    assert closed_of_open(house.db) == ()
    reopen(house, sag)
    describe(house, point)
    assert said(house)[-1] == "5 Om lærken"
    closed_by_hand(house, point)
    publish(house)
    assert "Om lærken" not in titles(house, LARS)
    assert refused(house, point) == ["point_part"]


def test_what_was_said_of_a_point_is_not_said_again_when_it_is_closed(house: House) -> None:
    point = add(house, "Om lærken")
    told = {"key": point, "point": "3", "point_title": "Om lærken", "text": "Ring til lærken", "closed": False}
    data = {"meeting_id": MEETING, "body": "KD-Net", "meeting": "2020-03-13", "due": None, "by": "Karin", **told}
    with house.db.write() as tx:
        outbox.add(tx, [Notice(kind="task", person=JENS, sag=None, data=data)], house.now)
    assert "Ring til lærken" in said_to(house, JENS)
    describe(house, point, title="Om lærken", closed=True)
    assert "lærken" not in said_to(house, JENS)
    assert "Opgaven står på din opgaveliste" in said_to(house, JENS)
