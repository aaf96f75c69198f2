"""One change of a calendar: what it makes of a meeting, what stands in its way, whom it can concern, who hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdflow.domain import calendar_change
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_after import applied
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details, cautions, hour_of
from kdflow.domain.dates import FuzzyDate, local_instant, read_date
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.errors import NotAllowed, NotFound, Refused
from kdflow.domain.impact import Shift, hit, shift_of
from kdflow.domain.impact_told import Telling, lines
from kdflow.domain.network import Network
from kdflow.domain.replanning import bodies_leading_to, changes, is_news, planned
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Format, Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.rendering import words
from tests import make
from tests.make import IDA, JENS, KARIN, NOW

CALENDAR = "kd-net 2020-01-10, 03-13, 05-29; kkr-midt 2020-02-05, 04-01, 06-17"
BODY = make.body("kd-net", valid=make.validity("2006-04-06..2022-12-31"))


def wish(kind: str, meeting: str = "kd-net-2020-03-13", on: str = "", **more: Any) -> CalendarChange:
    """A change of KD-Net's calendar."""
    return CalendarChange(
        kind=ChangeKind(kind),
        body="kd-net",
        meeting=None if kind == "add" else MeetingId(meeting),
        on=read_date(on) if on else None,
        **more,
    )


def table(**of_first: Any) -> Timetable:
    """The calendar; `of_first` are fields of the meeting of 13 March."""
    whole = make.timetable(CALENDAR)
    first = whole.find(MeetingId("kd-net-2020-03-13"))
    assert first is not None
    return whole.changed(replace(first, **of_first))


def done(change: CalendarChange, timetable: Timetable | None = None) -> Meeting:
    """The meeting that a change makes."""
    return applied(timetable or table(), BODY, change, by=KARIN, now=NOW).new


# --- what it makes ---------------------------------------------------------------------------------------------


def test_a_moved_meeting_remembers() -> None:
    before = table(starts_at=local_instant(date(2020, 3, 13), 10), place="Viborg")
    made = applied(before, BODY, wish("move", on="fredag den 27. marts 2020"), by=KARIN, now=NOW)
    assert made.old == before.find(MeetingId("kd-net-2020-03-13"))
    assert made.timetable.find(made.new.id) == made.new
    assert len(made.timetable.meetings) == len(before.meetings)
    new = made.new
    assert (new.on.text, new.was and new.was.text, new.status) == ("2020-03-27", "2020-03-13", "moved")
    assert (new.moved_at, new.moved_by, new.place, new.version) == (NOW, KARIN, "Viborg", 2)
    assert hour_of(new) == time(10)  # the hour on the wall stays, although summer time begins


def test_the_hour_goes_with_the_day() -> None:
    with_hour = table(starts_at=local_instant(date(2020, 3, 13), 10))
    assert hour_of(done(wish("move", on="2020-03-27", details=Details(at=time(13, 30))), with_hour)) == time(
        13, 30
    )
    assert done(wish("move", on="april 2020"), with_hour).starts_at is None
    assert done(wish("edit", details=Details(at=None)), with_hour).starts_at is None


def test_an_agenda_that_is_sent_stays_so_when_the_meeting_moves() -> None:
    sent = table(status=MeetingStatus.AGENDA_SENT)
    assert done(wish("move", on="2020-03-20"), sent).status is MeetingStatus.AGENDA_SENT


def test_a_meeting_is_cancelled_and_restored_as_what_it_was() -> None:
    assert done(wish("cancel")).status is MeetingStatus.CANCELLED
    assert done(wish("restore"), table(status=MeetingStatus.CANCELLED)).status is MeetingStatus.PLANNED
    moved = table(status=MeetingStatus.CANCELLED, was=read_date("2020-03-06"))
    assert done(wish("restore"), moved).status is MeetingStatus.MOVED


def test_a_new_meeting_gets_an_id_that_is_free() -> None:
    assert done(wish("add", on="24. april 2020")).id == "kd-net-2020-04-24"
    at: dict[str, Any] = {"details": Details(at=time(14), format=Format.VIRTUAL, note="Ekstra")}
    second = done(wish("add", on="2020-03-13", **at))
    assert (second.id, second.format, second.note) == ("kd-net-2020-03-13-2", "virtuelt", "Ekstra")
    assert done(wish("add", on="september 2020")).id == "kd-net-2020-09-01-2020-09-30"
    cancelled = table(status=MeetingStatus.CANCELLED)
    assert done(wish("add", on="2020-03-13"), cancelled).id == "kd-net-2020-03-13-2"


def test_details_are_put_right() -> None:
    details = Details(
        at=time(9, 30), place="Viborg", status=MeetingStatus.AGENDA_SENT, most_items=7, most_minutes=90
    )
    new = done(wish("edit", details=details))
    assert Details.of(new) == details
    moved = table(was=read_date("2020-03-06"), status=MeetingStatus.MOVED)
    assert Details.of(moved.meetings[-1]).status is MeetingStatus.PLANNED
    assert done(wish("edit", details=Details(place="Viborg")), moved).status is MeetingStatus.MOVED


# --- what stands in its way ------------------------------------------------------------------------------------

CANCELLED, HELD = {"status": MeetingStatus.CANCELLED}, {"status": MeetingStatus.HELD}
REFUSED: list[tuple[CalendarChange, dict[str, Any], str]] = [
    (wish("move"), {}, "date_given"),
    (wish("move", on="næste møde"), {}, "date_given"),
    (wish("add", on="senest 2020-10-15"), {}, "date_given"),
    (wish("add", on="1999-01-01"), {}, "date_in_reach"),
    (wish("add", on="2023-01-04"), {}, "body_meets"),
    (wish("add", on="december 2022/januar 2023"), {}, "body_meets"),
    (wish("move", on="2020-05-29"), {}, "minute_free"),
    (wish("add", on="2020-05-29"), {}, "minute_free"),
    (wish("move", on="2020-01-17"), {}, "date_to_come"),
    (wish("add", on="2020-01-17"), {}, "date_to_come"),
    (wish("move", on="2020-03-13"), {}, "something_changes"),
    (wish("move", on="2020-03-20"), CANCELLED, "meeting_not_cancelled"),
    (wish("cancel"), CANCELLED, "meeting_not_cancelled"),
    (wish("edit", details=Details(place="Viborg")), CANCELLED, "meeting_not_cancelled"),
    (wish("restore"), {}, "meeting_cancelled"),
    (wish("cancel"), HELD, "meeting_ahead"),
    (wish("move", on="2020-03-20"), HELD, "meeting_ahead"),
    (wish("edit", details=Details()), {}, "something_changes"),
    (wish("edit", details=Details(status=MeetingStatus.HELD)), {}, "status_in_time"),
    (wish("add", on="2020-04-24", details=Details(status=MeetingStatus.MINUTES_SENT)), {}, "status_in_time"),
    (wish("edit", details=Details(status=MeetingStatus.CANCELLED)), {}, "status_settable"),
    (wish("edit", details=Details(status=MeetingStatus.MOVED)), {}, "status_settable"),
    (wish("add", on="september 2020", details=Details(at=time(10))), {}, "day_known"),
    (wish("add", on="2020-03-29", details=Details(at=time(2, 30))), {}, "hour_exists"),
    (wish("move", on="2020-03-29", details=Details(at=time(2, 30))), {}, "hour_exists"),
    (wish("move", on="2020-03-29"), {"starts_at": local_instant(date(2020, 3, 13), 2, 30)}, "hour_exists"),
]


@pytest.mark.parametrize(("change", "is_now", "rule"), REFUSED)
def test_what_cannot_be_is_refused_by_the_rule_that_says_no(
    change: CalendarChange, is_now: dict[str, Any], rule: str
) -> None:
    with pytest.raises(Refused) as refused:
        applied(table(**is_now), BODY, change, by=KARIN, now=NOW)
    assert [reason.guard for reason in refused.value.reasons] == [rule]


def test_every_rule_is_tested_and_has_its_words() -> None:
    asked_of_its_sager = {"nothing_treated", "treated_in_past"}  # tests/actions/test_change_calendar.py
    tested = {rule for _, _, rule in REFUSED} | asked_of_its_sager
    assert tested == set(calendar_change._TEXTS) <= set(words()["refusals"])


def test_a_meeting_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        done(wish("move", "kkr-midt-2020-04-01", "2020-03-20"))  # another body's
    with pytest.raises(NotFound):
        done(wish("cancel", "kd-net-2020-12-24"))


def test_a_date_that_has_passed_can_be_meant() -> None:
    assert done(wish("add", on="2020-01-17", confirmed=True)).on.text == "2020-01-17"
    corrected = done(wish("move", "kd-net-2020-01-10", "2020-01-09", confirmed=True))
    assert corrected.was is not None


def test_a_cancelled_meeting_is_in_nobodys_way() -> None:
    assert done(wish("move", "kd-net-2020-05-29", "2020-03-13"), table(**CANCELLED)).on.text == "2020-03-13"
    taken = applied(table(**CANCELLED), BODY, wish("add", on="2020-03-13"), by=KARIN, now=NOW).timetable
    with pytest.raises(Refused):
        done(wish("restore"), taken)


@pytest.mark.parametrize(
    ("on", "kinds", "name"),
    [
        ("2020-03-14", ["not-worked"], ""),
        ("2020-04-10", ["not-worked"], "Langfredag"),
        ("2020-01-22", ["deadline-passed"], ""),
        ("2020-03-20", [], ""),
        ("2020-03-27", ["same-day"], ""),
        ("marts 2020", [], ""),
        ("maj 2020", [], ""),
    ],
)
def test_a_date_that_may_be_a_slip_is_asked_about(on: str, kinds: list[str], name: str) -> None:
    rule = Rule(days=10)
    body = make.body("kd-net", rules={DeadlineKind.SUBMISSION: rule})
    beside = [Meeting(id=MeetingId(one), body="kd-net", on=read_date(one)) for one in ("2020-03-27", "maj 2020")]
    found = cautions(Meeting(id=MeetingId("x"), body="kd-net", on=read_date(on)), body, NOW, beside)
    assert [one.kind for one in found] == kinds
    assert [one.name for one in found][:1] == [name] * bool(kinds)


# --- whom it concerns ------------------------------------------------------------------------------------------


def test_the_bodies_that_lead_to_another_are_those_it_follows() -> None:
    bodies = {
        key: make.body(key, successor=after)
        for key, after in (("a", "b"), ("b", "c"), ("c", None), ("d", "c"), ("e", "e"))
    }
    assert set(bodies_leading_to("c", bodies)) == {"a", "b", "c", "d"}
    assert bodies_leading_to("a", bodies) == ("a",)
    assert bodies_leading_to("e", bodies) == ("e",)


def test_a_change_is_for_those_who_keep_the_calendar() -> None:
    world = make.world(CALENDAR)
    change = wish("move", on="2020-03-20")
    assert shift_of([change], world, by=JENS).made[0].new.moved_by == JENS
    for person in ("ida", "lars", "vibe"):
        with pytest.raises(NotAllowed):
            shift_of([change], world, by=PersonId(person))
    with pytest.raises(NotFound):
        shift_of([CalendarChange(kind=ChangeKind.CANCEL, body="ukendt")], world, by=KARIN)


def shift(world: World, *wishes: CalendarChange, reroute: bool = False) -> Shift:
    """Changes made by Karin."""
    return shift_of(wishes, world, by=KARIN, reason="Mødet er aflyst", reroute=reroute)


def test_changes_are_made_one_after_the_other() -> None:
    world = make.world(CALENDAR)
    away, here = wish("move", "kd-net-2020-05-29", "2020-06-05"), wish("move", on="2020-05-29")
    swapped = shift(world, away, here)
    assert [one.new.on.text for one in swapped.made] == ["2020-06-05", "2020-05-29"]
    with pytest.raises(Refused):
        shift(world, here, away)
    twice = shift(world, wish("cancel"), wish("restore"))
    assert [one.new.version for one in twice.made] == [2, 3]


def test_the_lines_say_old_and_new_and_what_becomes_of_the_seat() -> None:
    course = make.sag("kdnet > kkr", calendar=CALENDAR).do("kdnet", "submit", "ida", meeting="2020-03-13")
    made = shift(course.world, wish("cancel"), reroute=True)
    found = hit(made, course.sag, course.definitions)
    assert [event.move for event in found.events] == ["postpone", "stay:kdnet"] or found.events[
        0
    ].move == "postpone"
    kdnet, kkr = lines(found, made)
    assert (kdnet.old_on, kdnet.new_on, kdnet.days, kdnet.seat) == ("2020-03-13", "2020-05-29", 77, "moved")
    assert (kkr.old_on, kkr.new_on, kkr.seat) == ("2020-04-01", "2020-06-17", "")
    assert (found.days, found.breaks_at, found.is_earlier, found.left) == (77, None, False, ())


def test_sager_that_stand_alike_are_planned_once_and_others_by_themselves() -> None:
    course = make.sag("kdnet > kkr", calendar=CALENDAR)
    made = shift(course.world, wish("move", on="2020-04-03"))
    first = hit(made, course.sag, course.definitions)
    twin = hit(made, replace(course.sag, id=SagId(7)), course.definitions)
    assert (twin.old.sag, twin.new.sag) == (7, 7)
    assert twin.new.plan is first.new.plan
    assert twin.changes is first.changes
    submitted = course.do("kdnet", "submit", "ida", meeting="2020-05-29")
    apart = hit(made, submitted.sag, course.definitions)
    assert apart.new.plan == planned(submitted.sag, course.definitions, made.new, NOW).plan != first.new.plan


def test_a_chain_that_breaks_is_named() -> None:
    course = make.sag("kdnet > kkr", calendar="kd-net 2020-03-13; kkr-midt 2020-04-01, 06-17")
    found = hit(shift(course.world, wish("cancel")), course.sag, course.definitions)
    assert (found.breaks_at, found.days) == ("kdnet", None)
    back = course.world.on(shift(course.world, wish("cancel")).world.timetable)
    restored = hit(shift(back, wish("restore")), course.sag, course.definitions)
    assert (restored.breaks_at, restored.is_earlier) == (None, True)


def test_each_person_gets_one_notice_about_all_of_it() -> None:
    first = make.sag("kdnet > kkr", calendar=CALENDAR)
    first.do("kdnet", "submit", "ida", meeting="2020-03-13")
    made = shift(first.world, wish("cancel"), wish("add", on="2020-04-24"))
    telling = Telling(made)
    telling.hear(hit(made, first.sag, first.definitions))
    notices = {notice.person: notice for notice in telling.notices()}
    assert set(notices) == {IDA, JENS}  # Karin does it herself; Vibe only stands in
    assert [one["what"] for one in notices[IDA].data["changes"]] == ["meeting-cancelled", "meeting-added"]  # type: ignore[attr-defined]
    stations = {who: [line["station"] for line in one.about_sager[0]["lines"]] for who, one in notices.items()}
    assert stations == {IDA: ["kdnet", "kkr"], JENS: ["kdnet"]}


# --- nobody is missed, whatever the calendar ---------------------------------------------------------------------

DAYS = st.integers(0, 300).map(lambda number: date(2020, 1, 1) + timedelta(days=number))
BODIES = ("kd-net", "dassos", "kkr-midt")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few meetings of three bodies, some with rules of their own; one follows another."""
    rules = {key: {DeadlineKind.SUBMISSION: Rule(days=draw(st.integers(0, 15)))} for key in BODIES}
    bodies: list[Body | str] = [
        make.body("kd-net", rules=rules["kd-net"], valid=make.validity("..2020-07-01"), successor="dassos"),
        make.body("dassos", rules=rules["dassos"]),
        make.body("kkr-midt", rules=rules["kkr-midt"]),
    ]
    meetings = [
        Meeting(
            id=MeetingId(f"{key}-{number}"),
            body=key,
            on=FuzzyDate.day(day) if draw(st.booleans()) else read_date(f"{day:%Y-%m}"),
            status=draw(st.sampled_from((MeetingStatus.PLANNED, MeetingStatus.AGENDA_SENT))),
        )
        for key in BODIES
        for number, day in enumerate(draw(st.lists(DAYS, max_size=6, unique=True)))
    ]
    world = make.world(bodies=bodies, held=make.OFFICES)
    return world.on(Timetable(meetings=tuple(meetings)))


@st.composite
def any_wishes(draw: st.DrawFn, world: World) -> list[CalendarChange]:
    """One to three changes, some of which may be refused."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        body = draw(st.sampled_from(BODIES))
        ids = [one.id for one in world.timetable.of_body.get(body, ())]
        kind = draw(st.sampled_from(("add", "move", "cancel", "edit") if ids else ("add",)))
        status = draw(st.sampled_from((MeetingStatus.PLANNED, MeetingStatus.AGENDA_SENT)))
        found.append(
            CalendarChange(
                kind=ChangeKind(kind),
                body=body,
                meeting=None if kind == "add" else draw(st.sampled_from(ids)),
                on=FuzzyDate.day(draw(DAYS)),
                details=Details(at=draw(st.sampled_from((None, time(10)))), status=status)
                if kind == "edit"
                else None,
                confirmed=True,
            )
        )
    return found


ROUTES = tuple(
    make.route(text) for text in ("kd-net > kkr", "kdnet > kkr?", "kdnet + dassos > kkr", "dassos > kdnet > kkr?")
)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_whoever_hears_something_new_is_planned_at_a_meeting_that_is_watched(data: st.DataObject) -> None:
    world = data.draw(worlds())
    route = data.draw(st.sampled_from(ROUTES))
    day = data.draw(DAYS)
    course = make.on_route(route, bodies=list(world.bodies.values()))
    world = World(
        bodies=world.bodies,
        timetable=world.timetable,
        authority=world.authority,
        names=world.names,
        now=local_instant(day, 9),
    )
    try:
        made = shift(world, *data.draw(any_wishes(world)))
    except Refused:
        return
    old = planned(course.sag, route, Network(world.bodies, world.timetable), world.now)
    new = planned(course.sag, route, Network(world.bodies, made.world.timetable), world.now)
    assert old.plan
    assert new.plan
    if not any(is_news(change) for change in changes(old.plan, new.plan)):
        return
    watched = {
        leg.station
        for leg in old.plan.legs
        if leg.meeting in made.watched.get(old.bodies[leg.station], frozenset())
    }
    assert watched
