"""The sweep: what has come due is told once, to the right people, and a sag that missed its meeting slides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.pass_deadlines import Swept, pass_deadlines
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.dates import local_instant, read_date
from kdflow.domain.departures import civil
from kdflow.domain.duties import Watched
from kdflow.domain.notices import Notice
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.domain.watch import Look, look_at_sag
from kdflow.store import duties, people
from kdflow.store.duties import subject_of
from tests.actions.test_change_calendar import furnish
from tests.make import IDA, JENS, KARIN, VIBE, House

REMINDERS = {"submission", "consent", "consent-escalated", "advance", "work", "missed"}


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def sweep(house: House, day: str = "", hour: int = 10) -> Swept:
    """One sweep, on a day."""
    return pass_deadlines(house.db, now=(house.on(day, hour) if day else house).now)


def heard(house: House, person: str, sag: SagId) -> list[Notice]:
    """The reminders that somebody has had of a sag, oldest first."""
    kept = [one.notice for one in reversed(house.notices(person))]
    return [one for one in kept if one.kind in REMINDERS and one.sag == sag]


def kinds(house: House, person: str, sag: SagId) -> list[str]:
    """The kinds of them."""
    return [one.kind for one in heard(house, person, sag)]


def kept(house: House, sag: SagId) -> list[Watched]:
    """The duties of a sag as they are kept."""
    with house.db.read() as tx:
        return duties.of(tx, [sag])[sag]


def at_kdnet(house: House) -> SagId:
    """A sag of Ida's that has just come to KD-Net on 22 January; she must submit it to the meeting of 13 March by
    28 February at 12."""
    sag = house.open()
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    return sag


def days_from(day: str, until: str) -> list[str]:
    """Every day of a stretch."""
    start, end = date.fromisoformat(day), date.fromisoformat(until)
    return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


def test_the_owner_is_reminded_ten_three_and_one_working_day_before(house: House) -> None:
    sag = at_kdnet(house)
    told = []
    for day in days_from("2020-01-23", "2020-02-28"):
        before = len(heard(house, IDA, sag))
        sweep(house, day)
        told += [(day, one.data["days"]) for one in heard(house, IDA, sag)[before:]]
    assert told == [("2020-02-14", 10), ("2020-02-25", 3), ("2020-02-27", 1)]
    assert kinds(house, KARIN, sag) == ["submission"]  # with the last one


def test_a_reminder_says_what_is_due_where_and_when(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-02-25")
    (one,) = heard(house, IDA, sag)
    assert one.kind == "submission"
    assert (one.data["body"], one.data["meeting"]) == ("KD-Net", "2020-03-13")
    assert one.data["due"] == civil(local_instant(date(2020, 2, 28), 12))
    assert not one.data["is_over"]


def test_who_has_submitted_is_not_reminded(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-02-14")
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    for day in days_from("2020-02-15", "2020-03-10"):
        sweep(house, day)
    assert kinds(house, IDA, sag) == ["submission"]
    assert [one.kind for one in kept(house, sag)] == ["accept"]


def test_a_missed_submission_slides_and_says_what_it_costs(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-02-28", 12)
    assert "missed" not in kinds(house, IDA, sag)
    pass_deadlines(house.db, now=house.now + timedelta(minutes=1))
    for person in (IDA, KARIN):
        (one,) = [notice for notice in heard(house, person, sag) if notice.kind == "missed"]
        assert (one.data["body"], one.data["meeting"], one.data["then"]) == ("KD-Net", "2020-03-13", "2020-05-29")
        assert one.data["days_here"] == 77
        lines = cast("list[dict[str, Any]]", one.data["lines"])
        assert [line["body"] for line in lines] == ["KKR Midtjylland", "Kontaktudvalget"]
    (duty,) = kept(house, sag)
    assert duty.meeting == "kd-net-2020-05-29"


def test_a_deadline_that_is_missed_in_our_sleep_is_told_once_with_where_the_sag_is_now(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-01-23")
    sweep(house, "2020-08-20")  # 13 March and 29 May are both missed, and 28 August is closed
    found = [notice for notice in heard(house, IDA, sag) if notice.kind == "missed"]
    assert [(one.data["meeting"], one.data["then"]) for one in found] == [("2020-03-13", "2020-10-23")]
    assert sweep(house).notices == 0


def test_what_has_no_meeting_left_says_so(house: House) -> None:
    sag = at_kdnet(house)
    with house.db.write() as tx:
        tx.run(
            "update meeting set status = 'cancelled', version = version + 1 "
            "where body = 'kd-net' and earliest > '2020-12-04'"
        )
    sweep(house, "2020-11-16")
    sweep(house, "2020-12-01")
    (one,) = [notice for notice in heard(house, IDA, sag) if notice.kind == "missed"]
    assert (one.data["meeting"], one.data["then"], one.data["days"]) == ("2020-12-04", None, None)


def test_nothing_is_told_twice_however_often_one_looks(house: House) -> None:
    sag = at_kdnet(house)
    first = sweep(house, "2020-02-25")
    assert first.notices >= 1
    for minutes in range(5):
        assert pass_deadlines(house.db, now=house.now + timedelta(minutes=minutes)).notices == 0
    with house.db.write() as tx:
        duties.wake_all(tx)
    assert sweep(house).notices == 0
    assert kinds(house, IDA, sag) == ["submission"]


def test_a_meeting_that_moves_takes_its_reminders_along(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-02-14")
    change(house, "move", "kd-net-2020-03-13", on="2020-03-20")
    for day in days_from("2020-02-15", "2020-03-06"):
        sweep(house, day)
    due = [one.data["due"] for one in heard(house, IDA, sag)]
    moved = civil(local_instant(date(2020, 3, 6), 12))
    assert due == [civil(local_instant(date(2020, 2, 28), 12)), moved, moved, moved]  # ten; then ten, three, one


def change(house: House, kind: str, meeting: str, **more: Any) -> None:
    """Change the calendar of KD-Net."""
    on = read_date(more.pop("on")) if "on" in more else None
    wish = CalendarChange(
        kind=ChangeKind(kind), body=meeting.rsplit("-", 3)[0], meeting=MeetingId(meeting), on=on, **more
    )
    change_calendar(house.db, wish, key=house.key(), by=KARIN, now=house.now, reason="Det passer bedre.")


def decided_at_kdnet(house: House) -> SagId:
    """A sag that KD-Net decided on 13 March; its chair has not consented."""
    sag = at_kdnet(house)
    house.treated(sag, "kdnet", "2020-03-13", outcome="anbefalet")
    return sag


def test_a_consent_that_waits_is_asked_for_again_and_then_goes_to_the_vice_chair(house: House) -> None:
    sag = decided_at_kdnet(house)
    told: dict[str, list[str]] = {JENS: [], VIBE: [], KARIN: []}
    for day in days_from("2020-03-13", "2020-03-31"):
        before = {person: len(heard(house, person, sag)) for person in told}
        sweep(house, day, 17)
        for person, found in told.items():
            found += [f"{day[5:]} {one}" for one in kinds(house, person, sag)[before[person] :]]
    escalated = ["03-20 consent-escalated", "03-27 consent-escalated"]
    missed = "03-25 missed"  # KKR's meeting of 1 April
    assert told[JENS] == ["03-17 consent", "03-18 consent", escalated[0], missed, escalated[1]]
    assert told[VIBE] == escalated
    assert told[KARIN] == ["03-18 consent", escalated[0], missed, escalated[1]]
    asked = {person: [bool(one.data["may_answer"]) for one in heard(house, person, sag)[-1:]] for person in told}
    assert asked == {JENS: [True], VIBE: [False], KARIN: [False]}


def test_a_consent_that_was_given_is_not_asked_for_but_the_next_step_is(house: House) -> None:
    sag = decided_at_kdnet(house)
    sweep(house, "2020-03-16")
    house.do(sag, "kdnet", "approve", "jens")
    for day in days_from("2020-03-17", "2020-03-31"):
        sweep(house, day)
    assert "consent" not in kinds(house, JENS, sag)
    assert kinds(house, IDA, sag)[-2:] == ["advance", "missed"]
    assert {(duty.kind, duty.about) for duty in kept(house, sag)} == {("advance", "kdnet"), ("submission", "kkr")}


def test_a_stand_in_is_asked_where_the_chair_is_away(house: House) -> None:
    sag = decided_at_kdnet(house)
    sweep(house)
    with house.db.write() as tx:
        tx.run(
            "insert into absence (person, valid_from, valid_to, stand_in) values (?, ?, ?, ?)",
            (JENS, tx.day(date(2020, 3, 1)), tx.day(date(2020, 4, 1)), None),
        )
    sweep(house, "2020-03-17")
    assert [(one.kind, one.data["may_answer"]) for one in heard(house, VIBE, sag)] == [("consent", True)]
    assert kinds(house, JENS, sag) == []


def test_a_sag_that_rests_is_left_alone_and_reminded_when_it_goes_on(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-01-24")
    house.do(sag, None, "rest", "ida", reason="Afventer lovforslag.")
    for day in days_from("2020-02-13", "2020-02-26"):
        sweep(house, day)
    assert kinds(house, IDA, sag) == []
    house.do(sag, None, "resume", "ida")
    sweep(house)
    assert kinds(house, IDA, sag) == ["submission"]


def test_a_withdrawn_sag_asks_nothing_of_anybody(house: House) -> None:
    sag = at_kdnet(house)
    sweep(house, "2020-02-14")
    house.do(sag, None, "withdraw", "ida", reason="Ikke længere aktuel.")
    for day in days_from("2020-02-15", "2020-03-05"):
        sweep(house, day)
    assert kinds(house, IDA, sag) == ["submission"]
    assert kept(house, sag) == []


def test_a_reminder_of_a_closed_sag_goes_to_nobody_who_may_not_know_of_it(house: House) -> None:
    sag = house.open(closed=True)
    sweep(house, "2020-02-05")
    people = {row[0] for row in _people_told(house, sag)}
    assert people
    assert "lars" not in people


def _people_told(house: House, sag: SagId) -> list[Any]:
    with house.db.read() as tx:
        return list(tx.run("select person from notice where sag = ?", (sag,)).fetchall())


def test_a_sag_that_cannot_be_looked_at_keeps_no_other_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = at_kdnet(house), at_kdnet(house.on("2020-01-20"))

    def look(sag: Sag, *rest: Any) -> Look:
        if sag.id == broken:
            raise ValueError("a plan that cannot be made")
        return look_at_sag(sag, *rest)

    monkeypatch.setattr("kdflow.actions.pass_deadlines.look_at_sag", look)
    sweep(house, "2020-02-25")
    assert (kinds(house, IDA, broken), kinds(house, IDA, sound)) == ([], ["submission"])
    assert f"sag:{broken} cannot be looked at" in caplog.text
    monkeypatch.undo()
    assert sweep(house).sager == 0
    sweep(house, "2020-02-25", 12)
    assert kinds(house, IDA, broken) == ["submission"]


# --- meetings ------------------------------------------------------------------------------------------------


def of_meeting(house: House, person: str, meeting: str) -> list[Notice]:
    """What somebody heard of a meeting itself."""
    kept = [one.notice for one in reversed(house.notices(person))]
    return [one for one in kept if one.data.get("meeting_id") == meeting]


def test_the_secretary_is_reminded_of_agenda_decision_and_minutes(house: House) -> None:
    sag = at_kdnet(house)
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    house.do(sag, "kdnet", "accept")
    told = []
    for day in days_from("2020-02-28", "2020-04-03"):
        before = len(of_meeting(house, KARIN, "kd-net-2020-03-13"))
        sweep(house, day)
        told += [(day, one.kind) for one in of_meeting(house, KARIN, "kd-net-2020-03-13")[before:]]
    assert told == [
        ("2020-03-03", "agenda"),
        ("2020-03-05", "agenda"),
        ("2020-03-09", "agenda"),
        ("2020-03-16", "decision"),
        ("2020-03-19", "decision"),
        ("2020-03-20", "minutes"),
        ("2020-03-24", "minutes"),
        ("2020-03-27", "decision"),
        ("2020-03-30", "minutes"),
    ]
    assert [one.kind for one in of_meeting(house, JENS, "kd-net-2020-03-13")] == ["agenda", "decision", "minutes"]


def test_what_has_been_done_for_a_meeting_is_not_asked_for(house: House) -> None:
    house.on("2020-03-02")
    edit(house, "kd-net-2020-03-13", MeetingStatus.AGENDA_SENT)
    for day in days_from("2020-03-03", "2020-03-16"):
        sweep(house, day)
    edit(house, "kd-net-2020-03-13", MeetingStatus.MINUTES_SENT)
    for day in days_from("2020-03-17", "2020-04-10"):
        sweep(house, day)
    assert of_meeting(house, KARIN, "kd-net-2020-03-13") == []


def edit(house: House, meeting: str, status: MeetingStatus) -> None:
    """Say what has become of a meeting."""
    change(house, "edit", meeting, details=Details(status=status))


def test_a_cancelled_meeting_asks_for_nothing(house: House) -> None:
    house.on("2020-03-02")
    change(house, "cancel", "kd-net-2020-03-13")
    for day in days_from("2020-03-03", "2020-04-10"):
        sweep(house, day)
    assert of_meeting(house, KARIN, "kd-net-2020-03-13") == []


def test_the_ladder_of_a_body_is_its_own(house: House) -> None:
    sag = at_kdnet(house)
    with house.db.write() as tx:
        body = people.bodies(tx, ["kd-net"])["kd-net"]
        people.keep_bodies(tx, [replace(body, ladders={})])
    for day in days_from("2020-02-10", "2020-02-28"):
        sweep(house, day, 9)
    assert kinds(house, IDA, sag) == []
    assert subject_of(sag) == f"sag:{sag}"
