"""Minutes: written point by point, decided in one go, approved as they are, sent frozen, corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kdflow.actions.approve_minutes import approve_minutes, ask_for_approval, reopen_minutes, send_minutes_back
from kdflow.actions.build_agenda import Details, add_point, drop_point
from kdflow.actions.decide_items import Decision, decide_items
from kdflow.actions.finish_task import finish_task
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.publish_minutes import MinutesSent, publish_minutes
from kdflow.actions.take_back import take_task_back
from kdflow.actions.write_minutes import (
    add_attendee,
    add_remark,
    give_task,
    mark_absent,
    remove_attendee,
    write_point,
)
from kdflow.domain.authority import PersonId
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.duties import deadline_of
from kdflow.domain.errors import Conflict, ItemsRefused, Locked, NotAllowed, NotFound, Refused, Unreadable
from kdflow.domain.minutes import Attendee, Part, State, Written
from kdflow.domain.minutes_content import Draft, digest_now
from kdflow.domain.publications import Publication, PublicationKind
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.domain.workflow import Outcome
from kdflow.store import publications
from kdflow.store.minutes import states
from kdflow.store.on_minutes import draft_at
from tests.make import IDA, JENS, KARIN, LARS, VIBE, House

MEETING = MeetingId("kd-net-2020-03-13")
ROUTE = "droeftelse-kd-net@1"
POINT = "standing:eventuelt"


def held(house: House, *titles: str, closed: bool = False) -> list[SagId]:
    """Sager on the agenda of the meeting of 13 March, on that very day."""
    found = []
    for title in titles:
        sag = house.on("2020-02-03").open(ROUTE, title, closed=closed)
        house.write(sag, "kdnet", "KD-Net drøfter.", "KD-Net tager sagen til efterretning.")
        house.do(sag, "kdnet", "submit", meeting="2020-03-13")
        house.do(sag, "kdnet", "accept")
        found.append(sag)
    house.on("2020-03-13")
    return found


def draft(house: House) -> Draft:
    with house.db.read() as tx:
        return draft_at(tx, MEETING, house.now)


def asked(house: House, by: PersonId = KARIN) -> dict[str, Any]:
    return {"key": house.key(), "by": by, "now": house.now}


def say(house: House, text: str, point: str = POINT, *, by: PersonId = KARIN, **more: Any) -> Written:
    return write_point(
        house.db, MEETING, point, text, version=more.pop("version", None), by=by, now=house.now, **more
    )


def decision(house: House, sag: SagId, outcome: str | None = "drøftet", **more: Any) -> Decision:
    step = house.step(sag, "kdnet")
    chosen = Outcome(outcome) if outcome else None
    return Decision(sag=sag, step=step.seq, version=more.pop("version", step.version), outcome=chosen, **more)


def approved(house: House) -> None:
    ask_for_approval(house.db, MEETING, **asked(house))
    approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, JENS))


def sent(house: House, **more: Any) -> MinutesSent:
    return publish_minutes(house.db, MEETING, **(asked(house) | more))


def newest(house: House) -> Publication:
    with house.db.read() as tx:
        found = publications.newest(tx, MEETING, PublicationKind.MINUTES)
    assert found
    return found


def point(content: Any, key: str) -> Any:
    return next(one for one in content["points"] if one["key"] == key)


# --- who was there --------------------------------------------------------------------------------


def test_the_members_are_there_until_somebody_says_otherwise(house: House) -> None:
    held(house, "En sag")
    members = draft(house).members
    assert members[0] == JENS
    assert VIBE in members
    mark_absent(house.db, MEETING, (VIBE,), version=0, **asked(house))
    ole = Attendee(name="  Ole   Vikar ", part=Part.SUBSTITUTE, stands_for=VIBE)
    add_attendee(house.db, MEETING, ole, version=1, **asked(house))
    guest = Attendee(name="Gitte Gæst", part=Part.GUEST, point=draft(house).agenda.points[0].key)
    add_attendee(house.db, MEETING, guest, version=2, **asked(house))
    found = draft(house).minutes.attendance
    assert (found.absent, [one.name for one in found.others]) == ((VIBE,), ["Ole Vikar", "Gitte Gæst"])
    remove_attendee(house.db, MEETING, 1, version=3, **asked(house))
    mark_absent(house.db, MEETING, (), version=4, **asked(house))
    assert draft(house).minutes.attendance.others == ()  # the substitute left with the absence


def test_attendance_that_cannot_be_is_refused_and_a_stale_form_overwrites_nothing(house: House) -> None:
    held(house, "En sag")
    with pytest.raises(NotFound):
        mark_absent(house.db, MEETING, (LARS,), version=0, **asked(house))
    nobody = Attendee(name="Ole Vikar", part=Part.SUBSTITUTE, stands_for=JENS)
    with pytest.raises(Unreadable):
        add_attendee(house.db, MEETING, nobody, version=0, **asked(house))
    with pytest.raises(Unreadable):
        add_attendee(house.db, MEETING, Attendee(name=" ", part=Part.GUEST), version=0, **asked(house))
    mark_absent(house.db, MEETING, (JENS,), version=0, **asked(house))
    with pytest.raises(Conflict):
        mark_absent(house.db, MEETING, (), version=0, **asked(house))
    assert draft(house).minutes.attendance.absent == (JENS,)


# --- what is said ---------------------------------------------------------------------------------


def test_a_text_is_kept_in_versions_and_said_twice_kept_once(house: House) -> None:
    held(house, "En sag")
    assert say(house, "Intet.", version=0).version == 1
    assert say(house, "Intet.", version=0).version == 1
    with pytest.raises(Conflict):
        say(house, "Noget andet.", version=0, by=JENS)
    assert draft(house).minutes.at(draft(house).agenda.point(POINT).key).text == "Intet."
    assert say(house, "Noget andet.", version=1, by=JENS).saved_by == JENS


def test_minutes_are_for_those_who_look_after_the_body_and_for_a_meeting_that_has_begun(house: House) -> None:
    held(house, "En sag")
    for who in (IDA, LARS):
        with pytest.raises(NotAllowed):
            say(house, "Mit.", by=who)
    house.on("2020-03-12")
    with pytest.raises(Refused) as told:
        say(house, "For tidligt.")
    assert told.value.reasons[0].guard == "minutes_begun"


# --- decided --------------------------------------------------------------------------------------


def test_many_items_are_decided_in_one_command(house: House) -> None:
    first, second = held(house, "Første", "Anden")
    parts = {1: Outcome("drøftet"), 2: Outcome("taget til efterretning")}
    wanted = [decision(house, first), decision(house, second, None, outcomes=parts)]
    given = asked(house)
    assert decide_items(house.db, MEETING, wanted, **given).count == 2
    assert decide_items(house.db, MEETING, wanted, **given).repeated
    assert house.moves_made(first)[-2:] == ["kdnet treat", "kdnet decide"]
    assert [part.outcome for part in house.step(second, "kdnet").parts] == ["drøftet", "taget til efterretning"]
    assert house.told("ida", first)[-1] == "decided"


def test_one_that_cannot_be_decided_keeps_all_from_it_and_each_says_why(house: House) -> None:
    first, second, third = held(house, "Første", "Anden", "Tredje")
    before = house.rows()
    wanted = [
        decision(house, first),
        decision(house, second, None),
        decision(house, third, version=99),
        Decision(sag=SagId(9999), step=house.step(first, "kdnet").seq, version=1),
    ]
    with pytest.raises(ItemsRefused) as told:
        decide_items(house.db, MEETING, wanted, **asked(house))
    assert {key: [one.guard for one in reasons] for key, reasons in told.value.items} == {
        f"sag:{second}:1": ["every_part_decided"],
        f"sag:{third}:1": ["item_changed"],
        "sag:9999:1": ["item_there"],
    }
    assert house.rows() == before
    with pytest.raises(Unreadable):
        decide_items(house.db, MEETING, [], **asked(house))
    with pytest.raises(NotAllowed):
        decide_items(house.db, MEETING, wanted[:1], **asked(house, LARS))


def test_what_is_decided_already_is_not_decided_again(house: House) -> None:
    (sag,) = held(house, "Sagen")
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    with pytest.raises(ItemsRefused) as told:
        decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    assert told.value.items[0][1][0].guard == "item_open"


# --- tasks and remarks ----------------------------------------------------------------------------


def test_a_task_is_told_at_once_also_to_the_absent_and_is_done_and_undone(house: House) -> None:
    held(house, "En sag")
    mark_absent(house.db, MEETING, (VIBE,), version=0, **asked(house))
    number = give_task(house.db, MEETING, POINT, VIBE, "Skriv et notat", date(2020, 4, 1), **asked(house)).number
    assert number
    assert house.told("vibe")[-1] == "task"
    assert house.notices("vibe")[0].notice.data["due"] == "2020-04-01"
    finish_task(house.db, number, is_done=True, **asked(house, VIBE))
    assert draft(house).minutes.tasks[0].done_at == house.now
    finish_task(house.db, number, is_done=False, **asked(house, VIBE))
    assert draft(house).minutes.tasks[0].done_at is None
    with pytest.raises(NotFound):
        finish_task(house.db, number, is_done=True, **asked(house, IDA))
    take_task_back(house.db, MEETING, number, **asked(house))
    assert draft(house).minutes.tasks == ()


def test_a_remark_goes_to_the_secretariat_of_the_group(house: House) -> None:
    (sag,) = held(house, "Sagen")
    add_remark(house.db, MEETING, f"sag:{sag}:1", "dassos", "Tallene skal med.", **asked(house, JENS))
    told = house.notices("karin")[0].notice
    assert (told.kind, told.sag, told.data["to"], told.data["text"]) == (
        "remark",
        sag,
        "DASSOS",
        "Tallene skal med.",
    )
    with pytest.raises(NotFound):
        add_remark(house.db, MEETING, POINT, "findes-ikke", "Tekst", **asked(house))
    with pytest.raises(Unreadable):
        add_remark(house.db, MEETING, POINT, "dassos", "  ", **asked(house))


def test_nothing_of_a_closed_point_is_given_to_who_may_not_know_of_it(house: House) -> None:
    (sag,) = held(house, "Hemmelig", closed=True)
    with pytest.raises(Refused) as told:
        give_task(house.db, MEETING, f"sag:{sag}:1", LARS, "Noget", None, **asked(house))
    assert told.value.reasons[0].guard == "minutes_seen_by"
    give_task(house.db, MEETING, f"sag:{sag}:1", JENS, "Noget hemmeligt", None, **asked(house))
    assert "hemmeligt" not in str(house.notices("jens")[0].notice.data)


def test_minutes_are_begun_when_something_is_decided_there(house: House) -> None:
    (sag,) = held(house, "En sag")
    assert draft(house).minutes.state is State.NONE
    with house.db.read() as tx:
        assert states(tx, [MEETING]) == {}
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    assert draft(house).minutes.state is State.WRITING
    with house.db.read() as tx:
        assert states(tx, [MEETING]) == {MEETING: State.WRITING}


# --- approved, sent, corrected --------------------------------------------------------------------


def test_the_chair_approves_what_the_minutes_say_and_they_stand_fast(house: House) -> None:
    (sag,) = held(house, "Sagen")
    say(house, "Vi drøftede.")
    with pytest.raises(Refused):
        approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, JENS))
    ask_for_approval(house.db, MEETING, **asked(house))
    ask_for_approval(house.db, MEETING, **asked(house))
    assert house.told("jens").count("minutes-to-approve") == 1
    (told,) = [one.notice for one in house.notices("jens") if one.notice.kind == "minutes-to-approve"]
    assert told.data["due"] == deadline_of(draft(house).meeting, draft(house).body, DeadlineKind.MINUTES)
    seen = digest_now(draft(house))
    say(house, "Vi drøftede længe.")
    with pytest.raises(Conflict):
        approve_minutes(house.db, MEETING, seen=seen, **asked(house, JENS))
    with pytest.raises(NotAllowed):
        approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, VIBE))
    approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, JENS))
    assert draft(house).minutes.state is State.APPROVED
    for attempt in (
        lambda: say(house, "For sent."),
        lambda: mark_absent(house.db, MEETING, (JENS,), version=None, **asked(house)),
        lambda: give_task(house.db, MEETING, POINT, IDA, "Noget", None, **asked(house)),
        lambda: add_remark(house.db, MEETING, POINT, "dassos", "Noget", **asked(house)),
        lambda: ask_for_approval(house.db, MEETING, **asked(house)),
        lambda: decide_items(house.db, MEETING, [decision(house, sag)], **asked(house)),
    ):
        with pytest.raises(Locked):
            attempt()
    say(house, "Vi drøftede længe.")  # what stands there may come twice
    assert house.step(sag, "kdnet").outcome is None


def test_an_absent_chairs_deputy_approves_for_them(house: House) -> None:
    held(house, "Sagen")
    with house.db.write() as tx:
        tx.run(
            "insert into absence (person, valid_from, valid_to, stand_in) values ('jens', ?, ?, null)",
            (tx.day(date(2020, 3, 1)), tx.day(date(2020, 3, 31))),
        )
        tx.run("update setting set value = 'anew' where key = 'setup'")
    ask_for_approval(house.db, MEETING, **asked(house))
    assert house.told("vibe")[-1] == "minutes-to-approve"
    approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, VIBE))
    given = draft(house).minutes.approval
    assert given
    assert (given.person, given.on_behalf_of) == (VIBE, JENS)


def test_sending_freezes_the_minutes_tells_their_readers_and_ends_the_duty(house: House) -> None:
    (sag,) = held(house, "Sagen")
    pass_deadlines(house.db, now=house.now)
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    mark_absent(house.db, MEETING, (VIBE,), version=0, **asked(house))
    say(house, "Vi spørger vibe næst, der ved det. Ida Sagsejersen er en anden.")
    with pytest.raises(Refused) as told:
        sent(house)
    assert told.value.reasons[0].guard == "minutes_approved"
    approved(house)
    receipt = sent(house.on("2020-03-20"))
    assert receipt.version == 1
    made = newest(house)
    assert made.is_whole
    assert point(made.content, f"sag:{sag}:1")["sag"]["outcome"] == "drøftet"
    assert "Vibe Næst" in made.content["attendance"]["absent"]
    assert made.content["objection"] == {"on": "2020-03-31", "at": "12.00"}
    assert draft(house).meeting.status is MeetingStatus.MINUTES_SENT
    assert house.told("vibe")[-1] == "named-though-absent"
    assert house.told("ida")[-1] == house.told("jens")[-1] == "minutes-published"
    assert "minutes-published" not in house.told("karin")
    pass_deadlines(house.db, now=house.now)
    with house.db.read() as tx:
        kept = tx.run("select kind from duty where about = ?", (MEETING,)).fetchall()
    assert "minutes" not in [row[0] for row in kept]


def test_a_decision_corrected_after_the_approval_is_approved_anew(house: House) -> None:
    (sag,) = held(house, "Sagen")
    decide_items(house.db, MEETING, [decision(house, sag)], **asked(house))
    approved(house)
    house.correct(sag, "kdnet", "taget til efterretning")
    with pytest.raises(Refused) as told:
        sent(house)
    assert told.value.reasons[0].guard == "minutes_approved"


def test_minutes_are_corrected_in_a_new_version_with_a_reason_and_the_old_one_stays(house: House) -> None:
    held(house, "Sagen")
    say(house, "Forkert.")
    with pytest.raises(Refused):
        reopen_minutes(house.db, MEETING, "Der er intet at åbne", **asked(house))
    approved(house)
    sent(house)
    with pytest.raises(Unreadable):
        reopen_minutes(house.db, MEETING, " ", **asked(house))
    reopen_minutes(house.db, MEETING, "Navnet var forkert", **asked(house))
    say(house, "Rigtigt.")
    approved(house)
    receipt = sent(house)
    assert (receipt.version, newest(house).reason) == (2, "Navnet var forkert")
    assert point(newest(house).content, POINT)["text"] == "Rigtigt."
    with house.db.read() as tx:
        (old, *_) = publications.of_meeting(tx, MEETING, PublicationKind.MINUTES)
    assert point(old.content, POINT)["text"] == "Forkert."
    assert house.notices("jens")[0].notice.data["version"] == 2
    with pytest.raises(Refused) as told:
        sent(house)
    assert told.value.reasons[0].guard == "minutes_have_news"


def test_what_was_seen_is_what_is_sent(house: House) -> None:
    held(house, "Sagen")
    approved(house)
    with pytest.raises(Conflict):
        sent(house, seen="0" * 64)
    given = asked(house)
    assert not publish_minutes(house.db, MEETING, **given).repeated
    assert publish_minutes(house.db, MEETING, **given).repeated


# --- sent back ------------------------------------------------------------------------------------


def test_a_chair_sends_minutes_back_with_what_is_to_be_put_right(house: House) -> None:
    held(house, "Sagen")
    say(house, "Vi drøftede.")
    why = " Jens var der ikke. "
    with pytest.raises(Refused):
        send_minutes_back(house.db, MEETING, why, **asked(house, JENS))
    ask_for_approval(house.db, MEETING, **asked(house))
    with pytest.raises(NotAllowed):
        send_minutes_back(house.db, MEETING, why, **asked(house))
    with pytest.raises(Unreadable):
        send_minutes_back(house.db, MEETING, " ", **asked(house, JENS))
    receipt = send_minutes_back(house.db, MEETING, why, **asked(house, JENS))
    now = draft(house).minutes
    assert (receipt.told, now.state, now.reason) == (2, State.WRITING, None)
    assert now.sent_back
    assert (now.sent_back.person, now.sent_back.reason) == (JENS, "Jens var der ikke.")
    told = house.notices("karin")[0].notice
    assert (told.kind, told.data["reason"]) == ("minutes-sent-back", "Jens var der ikke.")
    ask_for_approval(house.db, MEETING, **asked(house))  # as they were: the chair hears of it all the same
    assert house.told("jens").count("minutes-to-approve") == 2
    approve_minutes(house.db, MEETING, seen=digest_now(draft(house)), **asked(house, JENS))
    assert draft(house).minutes.sent_back is None
    with pytest.raises(Locked):
        send_minutes_back(house.db, MEETING, why, **asked(house, JENS))


def test_what_is_to_be_put_right_does_not_become_the_reason_of_a_correction(house: House) -> None:
    held(house, "Sagen")
    approved(house)
    sent(house)
    reopen_minutes(house.db, MEETING, "Navnet var forkert", **asked(house))
    ask_for_approval(house.db, MEETING, **asked(house))
    send_minutes_back(house.db, MEETING, "Nu er det stavet forkert", **asked(house, JENS))
    assert draft(house).minutes.reason == "Navnet var forkert"


def test_a_mail_does_not_say_what_is_to_be_put_right_where_a_point_is_closed(house: House) -> None:
    held(house, "Hemmelig", closed=True)
    ask_for_approval(house.db, MEETING, **asked(house))
    send_minutes_back(house.db, MEETING, "Det hemmelige er forkert", **asked(house, JENS))
    told = house.notices("karin")[0].notice
    assert (told.kind, told.data["reason"]) == ("minutes-sent-back", None)


def test_who_writes_the_minutes_hears_that_they_are_approved(house: House) -> None:
    held(house, "En sag")
    approved(house)
    told = house.notices("karin")[0].notice
    assert (told.kind, told.data["page"]) == ("minutes-approved", "referat/udsend")
    assert "minutes-approved" not in house.told("jens")


def test_what_was_written_at_a_closed_point_that_was_dropped_is_nobody_elses(house: House) -> None:
    held(house, "En sag")
    details = Details(title="Om en leder", closed=True)
    secret = add_point(house.db, MEETING, details, **asked(house)).point
    say(house, "Lærken fyres.", secret)
    drop_point(house.db, MEETING, secret, **asked(house))
    other = add_point(house.db, MEETING, Details(title="Et åbent punkt"), **asked(house)).point
    assert other != secret
    approved(house)
    sent(house)
    assert point(newest(house).content, other)["text"] == ""
    assert "Lærken" not in str(newest(house).content)
