"""What the plan says of a seat before its turn, and of work that is overdue: on pages, as text, as JSON."""

from datetime import date
from functools import partial

from kdflow import rendering
from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.set_clock import set_clock
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Definitions
from kdflow.queries.plan_documents import LegDocument, of_plan
from kdflow.queries.plan_page import PlanPage, plan_page
from kdflow.store import definitions
from tests import make
from tests.web.forms import text_of
from tests.web.house import IDA, KARIN, House, Walker

FIRST, SECOND = MeetingId("kd-net-2020-03-13"), MeetingId("kkr-midt-2020-04-01")


def _open(house: House, route: Definitions) -> Walker:
    """A sag on a route of its own, since 6 January 2020."""
    with house.wiring.db.write() as tx:
        definitions.keep(tx, [route.workflow], make.NOW)
    return Walker(house.wiring, "En sag", route.workflow.ref)


def _overtaken(house: House) -> Walker:
    """At KD-Net on 13 March, and on condition at KKR on 1 April; then KD-Net meets on 20 April instead."""
    walker = _open(house, make.route("kdnet > kkr?", ref="to-led@1")).write("kdnet", "KD-Net indstiller.")
    walker.go("kdnet", "submit", IDA, meeting=FIRST)
    ahead = partial(submit_ahead, house.wiring.db, walker.id, "kkr", SECOND, ("Under forudsætning.",))
    ahead(version=None, key=walker.key(), by=IDA, now=walker.at)
    wish = CalendarChange(kind=ChangeKind.MOVE, body="kd-net", meeting=FIRST, on=FuzzyDate.day(date(2020, 4, 20)))
    change_calendar(house.wiring.db, wish, key=walker.key(), by=KARIN, now=walker.at)
    return walker


def _page(house: House, walker: Walker) -> PlanPage:
    return plan_page(house.wiring.db, walker.number, None, house.wiring.now())


def _leg(page: PlanPage, station: str) -> LegDocument:
    return next(leg for leg in of_plan(page).legs if leg.station == station)


def _told(page: PlanPage) -> str:
    return rendering.text("plan", page=page, names=page.names, world=page.world)


SAYS = (
    "Sagen har plads på mødet onsdag den 1. april 2020, men det ligger før det, sagen venter på. Den skal flyttes."
)


def test_a_seat_before_its_turn_is_said_wherever_the_plan_is_told(house: House) -> None:
    walker = _overtaken(house)
    page = _page(house, walker)
    leg = _leg(page, "kkr")
    assert (leg.kind, leg.seat, leg.overtaken) == ("meeting", SECOND, True)
    assert leg.meeting == "kkr-midt-2020-06-17"
    assert SAYS in _told(page)
    ida = house.client(IDA)
    for address in (f"/sager/{walker.number}", f"/sager/{walker.number}/plan"):
        said = text_of(ida.get(address).text)
        assert SAYS in said
        assert "har plads på et møde, der ligger for tidligt" in said.lower()
    before = _leg(page, "kdnet")
    assert (before.kind, before.seat, before.overtaken) == ("seat", FIRST, False)


def test_the_page_of_the_meeting_says_it_too_as_long_as_it_is_so(house: House) -> None:
    walker, ida = _overtaken(house), house.client(IDA)
    says = "Mødet ligger før det, sagen venter på. Sagen skal flyttes til et senere møde."
    assert text_of(ida.get(f"/moeder/{SECOND}").text).count(says) == 1
    assert says not in text_of(ida.get(f"/moeder/{FIRST}").text)
    wish = CalendarChange(kind=ChangeKind.MOVE, body="kd-net", meeting=FIRST, on=FuzzyDate.day(date(2020, 3, 12)))
    change_calendar(house.wiring.db, wish, key=walker.key(), by=KARIN, now=walker.at)
    assert says not in text_of(ida.get(f"/moeder/{SECOND}").text)


def test_work_says_when_it_should_be_done_and_that_it_is_overdue(house: House) -> None:
    station = {"key": "udkast", "body": "dassos", "procedure": "preparation@1", "takes": 20}
    walker = _open(house, make.on_procedures([station], ref="arbejde@1"))
    page = _page(house, walker)
    leg = _leg(page, "udkast")
    assert (leg.due_on, leg.overdue) == (date(2020, 2, 3), False)
    says = "Arbejdet er i gang. Det tager 20 hverdage og skal være færdigt mandag den 3. februar 2020."
    assert says in _told(page)
    set_clock(house.wiring.db, local_instant(date(2020, 2, 10), 9))
    page = _page(house, walker)
    leg = _leg(page, "udkast")
    assert (leg.due_on, leg.overdue, str(leg.decides_at)[:10]) == (date(2020, 2, 3), True, "2020-02-10")
    says = (
        "Arbejdet er forsinket: det tager 20 hverdage og skulle have været færdigt mandag den 3. februar 2020. "
        "Planen regner fra i dag."
    )
    assert says in _told(page)
    ida = house.client(IDA)
    for address in (f"/sager/{walker.number}", f"/sager/{walker.number}/plan"):
        assert says in text_of(ida.get(address).text)
