"""Which meetings that were held still stand before a secretariat: those that somebody could be reminded of."""

from dataclasses import replace
from datetime import date

import pytest

from kdflow.domain.dates import local_instant
from kdflow.domain.departures import DAY, NEVER, workdays_of
from kdflow.domain.duties import NOT_PAST, Item, duties_of_meeting, lately_held
from kdflow.domain.ladders import DutyKind, Ladder, Recipient, Rung
from kdflow.domain.reminders import climb
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from tests import make

TO = (Recipient.SECRETARY,)
ONCE: Ladder = (Rung(days=1, to=TO),)
LONG: Ladder = (Rung(days=5, to=TO, every=10, times=12),)
LONGEST: Ladder = (Rung(days=5, to=TO, every=20, times=12),)
HELD = "kd-net-2020-01-24"


def _body(**ladders: Ladder) -> Body:
    shipped = make.shipped().bodies["kd-net"]
    return replace(shipped, ladders={DutyKind(kind): ladder for kind, ladder in ladders.items()})


def _world(body: Body, on: date) -> World:
    return make.world("kd-net 2020-01-24", bodies=[body], now=local_instant(on, 12))


def _is_there(body: Body, on: date) -> bool:
    return HELD in [one.id for one in lately_held(body, _world(body, on))]


@pytest.mark.parametrize(
    "body",
    [
        _body(),
        _body(minutes=ONCE, decision=LONG),
        _body(minutes=LONG, decision=ONCE),
        _body(minutes=ONCE, decision=LONGEST),
        replace(_body(minutes=ONCE, decision=LONGEST), rules={}),
    ],
)
def test_a_meeting_is_there_as_long_as_anybody_is_reminded_of_it(body: Body) -> None:
    days, first = workdays_of(body), date(2020, 1, 24).toordinal()
    told = []
    for later in range(1, 700):
        on = date.fromordinal(first + later)
        now = local_instant(on, 12)
        (meeting,) = _world(body, on).timetable.meetings
        for duty in duties_of_meeting(meeting, body, [Item(SagId(1), "SAG-2020-0001")], now):
            minute, ladder = on.toordinal() * DAY + 12 * 60, body.ladders.get(duty.kind, ())
            found = climb(ladder, first * DAY, duty.due, told=0, now=minute, workdays=days)
            if found.rung or found.next < NEVER:
                told.append(on)
    for on in dict.fromkeys(told):
        assert _is_there(body, on), on
    assert _is_there(body, date.fromordinal(first + NOT_PAST)), "and four months where nobody is"
    assert not _is_there(body, date.fromordinal(first + 700)), "but not for ever"


def test_it_comes_when_its_day_is_over() -> None:
    body = _body(minutes=LONG)
    assert [_is_there(body, date(2020, 1, day)) for day in (23, 24, 25)] == [False, False, True]
