"""Who will not come is noted before a meeting begins, by those who look after it or by the member."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow.actions.send_apologies import send_apologies
from kdflow.actions.write_minutes import add_attendee, mark_absent
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed, Refused
from kdflow.domain.minutes import Attendance, Attendee, Part
from kdflow.domain.minutes_content import content_of
from kdflow.domain.timetable import MeetingId
from kdflow.store.on_minutes import draft_at
from tests.make import IDA, JENS, KARIN, LARS, VIBE, House

MEETING = MeetingId("kd-net-2020-03-13")


def asked(house: House, by: PersonId = KARIN) -> dict[str, Any]:
    return {"key": house.key(), "by": by, "now": house.now}


def attendance(house: House) -> Attendance:
    with house.db.read() as tx:
        return draft_at(tx, MEETING, house.now).minutes.attendance


def test_apologies_noted_before_the_meeting_stand_in_its_minutes(house: House) -> None:
    house.on("2020-03-02")
    mark_absent(house.db, MEETING, (VIBE,), version=0, **asked(house))
    ole = Attendee(name="Ole Vikar", part=Part.SUBSTITUTE, stands_for=VIBE)
    add_attendee(house.db, MEETING, ole, version=1, **asked(house))
    house.on("2020-03-13")
    with house.db.read() as tx:
        said = content_of(draft_at(tx, MEETING, house.now))["attendance"]
    assert (len(said["absent"]), [one["name"] for one in said["others"]]) == (1, ["Ole Vikar"])


def test_a_member_says_so_themselves_and_the_secretariat_hears_it_once(house: House) -> None:
    house.on("2020-03-02")
    for _ in range(2):
        send_apologies(house.db, MEETING, absent=True, **asked(house, VIBE))
    assert attendance(house).absent == (VIBE,)
    assert house.told("karin").count("apologies") == 1
    assert "apologies" not in house.told("vibe")
    send_apologies(house.db, MEETING, absent=True, **asked(house, JENS))
    send_apologies(house.db, MEETING, absent=False, **asked(house, VIBE))
    assert attendance(house).absent == (JENS,)
    assert house.told("karin").count("apologies") == 3


def test_apologies_are_for_members_and_for_a_meeting_to_come(house: House) -> None:
    house.on("2020-03-02")
    for who in (IDA, LARS, KARIN):
        with pytest.raises(NotAllowed):
            send_apologies(house.db, MEETING, absent=True, **asked(house, who))
    house.on("2020-03-13")
    with pytest.raises(Refused) as told:
        send_apologies(house.db, MEETING, absent=True, **asked(house, VIBE))
    assert told.value.reasons[0].guard == "apologies_in_time"
