"""A calendar that runs out is said before it does, while sager still need it, and the worst comes first."""

from __future__ import annotations

from datetime import date

import pytest

from kdflow.domain.network import Network
from kdflow.domain.running_out import Need, RunningOut, running_out
from tests import make

TODAY = date(2020, 1, 20)


def found(calendar: str, **needs: tuple[int, int]) -> list[RunningOut]:
    """What is said of the calendars of some bodies, for (sager to come, stranded ones) at each."""
    world = make.world(calendar, bodies=sorted({key.replace("_", "-") for key in needs}))
    net = Network(world.bodies, world.timetable)
    wanted = {key.replace("_", "-"): Need(sager=many, stranded=few) for key, (many, few) in needs.items()}
    return list(running_out(net, wanted, TODAY))


@pytest.mark.parametrize(
    ("last", "said"), [("2020-04-19", True), ("2020-04-20", False), ("2020-01-20", True), ("2020-01-19", True)]
)
def test_a_calendar_is_said_to_run_out_ninety_days_before_its_last_meeting(last: str, said: bool) -> None:
    assert bool(found(f"kd-net 2020-01-01, {last}", kd_net=(3, 0))) is said


def test_a_body_without_a_meeting_to_come_has_no_last_day() -> None:
    (one,) = found("kd-net 2020-01-01", kd_net=(3, 3))
    assert (one.body, one.last, one.sager, one.stranded) == ("kd-net", None, 3, 3)


def test_sager_that_find_no_meeting_are_said_however_far_the_calendar_goes() -> None:
    (one,) = found("kd-net 2020-12-01", kd_net=(5, 1))
    assert (one.last, one.stranded) == (date(2020, 12, 1), 1)


def test_the_worst_comes_first_and_bodies_that_nobody_needs_are_not_named() -> None:
    calendar = "kd-net 2020-02-01; kkr-midt 2020-02-05; dassos 2020-01-01"
    assert [one.body for one in found(calendar, kd_net=(2, 0), kkr_midt=(2, 2))] == ["kkr-midt", "kd-net"]
