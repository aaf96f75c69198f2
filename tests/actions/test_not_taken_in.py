"""A submission that nobody takes in: the meeting counts it, its owner hears of it, and it is not forgotten."""

from __future__ import annotations

import pytest

from kdflow.domain.notices import Notice
from kdflow.domain.sag import SagId
from kdflow.rendering import message
from tests.actions.test_change_calendar import furnish
from tests.actions.test_pass_deadlines import at_kdnet, days_from, kept, of_meeting, sweep
from tests.make import IDA, JENS, KARIN, House

MEETING = "kd-net-2020-03-13"


@pytest.fixture(autouse=True)
def _furnished(house: House) -> None:
    furnish(house)


def submitted(house: House) -> SagId:
    """A sag that was submitted in good time to KD-Net's meeting of 13 March."""
    sag = at_kdnet(house)
    house.on("2020-02-10")
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting="2020-03-13")
    return sag


def told(house: House, person: str, sag: SagId) -> list[Notice]:
    """What somebody heard of a submission that waits to be taken in, oldest first."""
    kept = [one.notice for one in reversed(house.notices(person))]
    return [one for one in kept if one.kind == "accept" and one.sag == sag]


def subject(one: Notice) -> str:
    """The subject of a notice, as it is read at any time."""
    seen = {"number": "SAG-2020-0001", "title": "En sag", "link": "", "today": None}
    return message(one.kind, "subject", data=one.data, **seen)


def test_a_submission_that_is_never_taken_in_is_told_before_the_meeting_and_after_it(house: House) -> None:
    sag = submitted(house)
    heard: dict[str, list[str]] = {IDA: [], KARIN: [], JENS: []}
    for day in days_from("2020-02-11", "2020-03-20"):
        before = {person: len(told(house, person, sag)) for person in heard}
        sweep(house, day)
        for person, days in heard.items():
            days += [day[5:] for _ in told(house, person, sag)[before[person] :]]
    assert heard == {IDA: ["03-11", "03-16", "03-20"], KARIN: ["03-11", "03-20"], JENS: ["03-20"]}
    assert [one.kind for one in kept(house, sag)] == ["accept"]
    first, second, _ = told(house, IDA, sag)
    assert (
        subject(first) == "Mangler på dagsordenen til KD-Net senest fredag den 13. marts: En sag (SAG-2020-0001)"
    )
    assert subject(second) == "Kom aldrig på dagsordenen til KD-Net 13. mar. 2020: En sag (SAG-2020-0001)"


def test_the_meeting_counts_what_waits_to_be_taken_in(house: House) -> None:
    sag, seated = submitted(house), submitted(house.on("2020-01-20"))
    house.do(seated, "kdnet", "accept")
    numbers = [house.sag(one).number for one in (sag, seated)]
    for day in days_from("2020-03-03", "2020-03-16"):
        sweep(house, day)
    asked = {one.kind: one for one in of_meeting(house, KARIN, MEETING)}
    for kind in ("agenda", "decision"):
        data = asked[kind].data
        assert (data["count"], data["numbers"]) == (1, numbers[1:]), kind
        assert (data["waiting"], data["submitted"]) == (1, numbers[:1]), kind
    assert subject(asked["decision"]) == (
        "1 beslutning mangler fra mødet i KD-Net 13. mar. 2020, og 1 sag kom aldrig på dagsordenen"
    )


def test_a_meeting_with_nothing_but_submissions_asks_what_becomes_of_them(house: House) -> None:
    submitted(house)
    sweep(house, "2020-03-16")
    found = [one for one in of_meeting(house, KARIN, MEETING) if one.kind == "decision"]
    assert [subject(one) for one in found] == ["1 sag kom aldrig på dagsordenen til mødet i KD-Net 13. mar. 2020"]


@pytest.mark.parametrize("move", ["accept", "decline", "postpone"])
def test_what_the_secretariat_answers_ends_it(house: House, move: str) -> None:
    sag = submitted(house)
    sweep(house, "2020-03-11")
    house.do(sag, "kdnet", move, reason="Sagen er ikke klar.")
    for day in days_from("2020-03-12", "2020-03-27"):
        sweep(house, day)
    assert len(told(house, IDA, sag)) == 1
    due = [one for one in kept(house, sag) if one.kind == "accept"]
    assert [one.meeting for one in due] == (["kd-net-2020-05-29"] if move == "postpone" else [])


def test_a_submission_that_is_answered_after_the_meeting_wakes_it(house: House) -> None:
    sag = submitted(house)
    sweep(house, "2020-03-16")
    house.do(sag, "kdnet", "decline", reason="Sagen er ikke klar.")
    for day in days_from("2020-03-16", "2020-04-10"):
        sweep(house, day, 17)
    assert [one.kind for one in of_meeting(house, KARIN, MEETING) if one.kind == "decision"] == ["decision"]


def test_what_nobody_answers_is_mentioned_again_and_again_for_half_a_year(house: House) -> None:
    sag = submitted(house)
    heard = []
    for day in days_from("2020-03-10", "2020-12-31"):
        before = len(told(house, JENS, sag))
        sweep(house, day)
        heard += [day[5:]] * (len(told(house, JENS, sag)) - before)
    assert heard[:4] == ["03-20", "04-03", "04-22", "05-06"]  # every 10 working days, with Easter between
    assert len(heard) == 13
    assert [one.kind for one in of_meeting(house, JENS, MEETING)].count("decision") == 13


def test_a_meeting_whose_day_nobody_knows_is_asked_for_its_decisions_when_it_is_over(house: House) -> None:
    """KD-Net's mail procedure of September 2021."""
    meeting = "kd-net-2021-09"
    sag = at_kdnet(house.on("2021-06-01"))
    house.write(sag, "kdnet", "Det indstilles, at sagen godkendes.")
    house.do(sag, "kdnet", "submit", "ida", meeting=meeting)
    house.do(sag, "kdnet", "accept")
    for day in days_from("2021-08-25", "2021-09-30"):
        sweep(house, day)
    assert of_meeting(house, KARIN, meeting) == []
    for day in days_from("2021-10-01", "2021-10-05"):
        sweep(house, day)
    (asked, *_) = of_meeting(house, KARIN, meeting)
    assert (asked.kind, asked.data["count"]) == ("decision", 1)
