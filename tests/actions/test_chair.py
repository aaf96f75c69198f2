"""What a chair does is kept, in either database: a sag that waits, a remark, what was opened, and who has read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kdflow.actions.keep_readings import Shown, keep_readings
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.authority import Office
from kdflow.domain.errors import Conflict, NotAllowed, Refused
from kdflow.domain.sag import SagId, content_digest
from kdflow.queries.approvals import approvals
from kdflow.queries.plan_page import plan_page
from kdflow.store import people, readings
from kdflow.store.readings import Opened, Read
from tests.make import IDA, JENS, KARIN, VIBE, House

KKR = "kkr-midt-2020-06-17"


def decided(house: House, *, closed: bool = False) -> SagId:
    """A sag that KD-Net has decided; the consent of Jens is missing."""
    sag = house.on("2020-01-06").open("standard@1", "En sag", closed=closed)
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", outcome="anbefalet")
    return sag


def planned_at(house: House, sag: SagId) -> str | None:
    plan = plan_page(house.db, house.sag(sag).number, None, house.now).plan
    leg = plan.leg("kkr") if plan else None
    return leg.meeting if leg else None


def test_a_sag_waits_and_the_plan_keeps_to_it(house: House) -> None:
    sag = decided(house)
    before, version = planned_at(house, sag), house.step(sag, "kdnet").version
    with pytest.raises(NotAllowed):
        house.do(sag, "kdnet", "wait", "karin", meeting=KKR)
    house.do(sag, "kdnet", "wait", "jens", meeting=KKR, reason="Regionen er ikke klar.", version=version)
    assert house.step(sag, "kdnet").waits_for == KKR
    assert before != planned_at(house, sag) == KKR
    with pytest.raises(Conflict):
        house.do(sag, "kdnet", "wait", "jens", meeting=KKR, version=version)
    house.do(sag, "kdnet", "approve", "jens", note="Husk økonomien.")
    house.do(sag, "kdnet", "hand-on")
    house.write(sag, "kkr", "KKR godkender.")
    with pytest.raises(Refused, match="lader sagen vente til mødet i KKR Midtjylland"):
        house.do(sag, "kkr", "submit", "ida", meeting="2020-02-05")
    house.do(sag, "kkr", "submit", "ida", meeting="2020-06-17")
    there = [entry.event.move for entry in house.history(sag) if entry.event.station == "kdnet"]
    assert there[there.index("decide") :][:3] == ["decide", "wait", "approve"]


def test_the_same_wish_twice_is_done_once(house: House) -> None:
    sag = decided(house)
    for _ in range(2):
        house.do(sag, "kdnet", "wait", "jens", meeting=KKR, key="the-same-key")
    assert [entry.event.move for entry in house.history(sag)].count("wait") == 1


def test_what_is_read_is_kept_once_an_hour(house: House) -> None:
    sag = decided(house, closed=True)
    shown = Shown(read={Read(sag, JENS, "page"), Read(sag, JENS, "paper")})
    for hours in (0, 0, 1):
        keep_readings(house.db, shown, now=house.now + timedelta(hours=hours))
    with house.db.read() as tx:
        found = readings.of_sag(tx, sag, limit=10)
        assert [(one.person, one.what) for one in found] == [(JENS, "page"), (JENS, "paper")] * 2
        assert len(readings.of_sag(tx, sag, limit=3)) == 3


def test_what_was_opened_is_kept_as_it_was(house: House) -> None:
    sag = decided(house)
    step = house.step(sag, "kdnet")
    one = Opened(JENS, sag, step.seq, content_digest(house.sag(sag), step))
    for _ in range(2):
        keep_readings(house.db, Shown(opened={one}), now=house.now)
    (found,) = approvals(house.db, JENS, house.now).consents
    assert found.is_opened
    house.revise(sag, None, by="ida", case_text="Noget andet.")
    (found,) = approvals(house.db, JENS, house.now).consents
    assert not found.is_opened


def test_who_has_what_in_their_queue(house: House) -> None:
    sag = decided(house)
    for other in (IDA, KARIN, VIBE):
        found = approvals(house.db, other, house.now)
        assert (found.consents, found.waiting, found.others) == ((), (), ())
    house.do(sag, "kdnet", "wait", "jens", meeting=KKR)
    found = approvals(house.db, JENS, house.now)
    assert found.consents == ()
    assert [one.waits_for.id for one in found.waiting if one.waits_for] == [KKR]


def test_co_chairs_see_who_has_answered_and_who_is_missing(house: House) -> None:
    sag = at_kkr(house)
    first, second = house.page(sag, "ida").world.authority.holders("kkr-midt", Office.CO_CHAIR)
    house.do(sag, "kkr", "approve", first, note="Fint.")
    (panel,) = house.page(sag, second).panels
    assert [(one.person, bool(one.approval), one.remark) for one in panel.answers] == [
        (first, True, "Fint."),
        (second, False, ""),
    ]
    (theirs,) = approvals(house.db, first, house.now).others
    assert len(theirs.missing) == 1
    assert [one.sag.id for one in approvals(house.db, second, house.now).consents] == [sag]


def test_who_has_answered_is_not_reminded_while_another_is_missing(house: House) -> None:
    sag = at_kkr(house)
    first, second = house.page(sag, "ida").world.authority.holders("kkr-midt", Office.CO_CHAIR)
    pass_deadlines(house.db, now=house.now)
    house.do(sag, "kkr", "approve", first)
    before = {one: len(house.told(one, sag)) for one in (first, second)}
    for day in ("2020-02-06", "2020-02-07", "2020-02-10", "2020-02-12", "2020-02-20"):
        house.on(day)
        pass_deadlines(house.db, now=house.now)
    assert house.told(second, sag)[before[second] :]
    assert house.told(first, sag)[before[first] :] == []


def at_kkr(house: House) -> SagId:
    """A sag that KKR has decided, where all who lead it must consent."""
    with house.db.write() as tx:
        dassos = people.bodies(tx, ["dassos"])["dassos"]
        people.keep_bodies(tx, [replace(dassos, plays=("gruppe-med-delt-formandskab",))])
    fills = {"gruppe-med-delt-formandskab": "dassos"}
    sag = house.on("2020-01-20").open("delt-formandskab@1", fills=fills)
    house.write(sag, "gruppe", "Gruppen indstiller.")
    house.do(sag, "gruppe", "decide", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", outcome="anbefalet").do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    house.treated(sag, "kkr", "2020-02-05", outcome="godkendt")
    return sag
