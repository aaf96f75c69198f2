"""An agenda is built by dragging: with a mouse and with a finger, further than the screen, from what waits."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from kdflow.actions.build_agenda import Details, add_point
from tests.browser.conftest import PHONE, Visit
from tests.browser.test_agenda import MEET, agenda, order, still_typed, typing
from tests.web.house import KARIN, House
from tests.web.test_agenda import AGENDA


def test_a_point_is_dragged_to_its_place(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    points = page.locator("[data-point]")
    grip = points.nth(2).locator("[data-grip]")
    target = points.nth(0).bounding_box()
    grip.scroll_into_view_if_needed()
    target = points.nth(0).bounding_box()
    assert target
    grip.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 40, steps=5)
    page.mouse.move(target["x"] + 40, target["y"] + 4)
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 1.")
    assert order(page)[0] == "Første sag"


def _long_agenda(house: House) -> None:
    """Fifteen points, and a sag that waits."""
    agenda(house)
    for number in range(1, 9):
        details = Details(title=f"Punkt uden sag {number}", text="Et par linjer.\nSå punktet fylder.")
        add_point(house.wiring.db, MEET, details, key=f"punkt-{number}", by=KARIN, now=house.wiring.now())


def _middle(one: Locator, *, top: bool = False) -> tuple[float, float]:
    box = one.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + (4 if top else box["height"] / 2)


def _until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something that the page does by itself."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")


def _last(page: Page) -> Locator:
    """The last point of the open part."""
    return page.locator("[data-kin=open][data-at]").last


def test_the_last_of_fifteen_points_is_dragged_to_the_first_place(visit: Visit, house: House) -> None:
    _long_agenda(house)
    page = visit(KARIN, AGENDA)
    assert len(order(page)) == 15
    last = _last(page).locator("[data-grip]")
    last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert _middle(page.locator("[data-point]").first)[1] < 0
    page.mouse.move(*_middle(last))
    page.mouse.down()
    page.mouse.move(640, 20, steps=3)
    expect(page.locator("[data-point]").first).to_be_in_viewport(ratio=1)
    _until(page, lambda: page.evaluate("scrollY") == 0)
    page.mouse.move(*_middle(page.locator("[data-point]").first, top=True), steps=3)
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text("»Eventuelt« er nu punkt 1.")
    assert order(page)[0] == "Eventuelt"


def _touch(page: Page) -> Callable[..., None]:
    """A finger: "Start" and "Move" at a place, "End"."""
    line = page.context.new_cdp_session(page)

    def act(what: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        line.send("Input.dispatchTouchEvent", {"type": f"touch{what}", "touchPoints": points})

    return act


def test_a_finger_drags_the_first_point_to_the_last_place_on_a_phone(visit: Visit, house: House) -> None:
    _long_agenda(house)
    page = visit(KARIN, AGENDA, size=PHONE, has_touch=True, is_mobile=True)
    touch = _touch(page)
    first = page.locator("[data-point]").first
    first.locator("[data-grip]").scroll_into_view_if_needed()
    last = _last(page)
    assert _middle(last)[1] > 844
    touch("Start", *_middle(first.locator("[data-grip]")))
    touch("Move", 195, 600)
    touch("Move", 195, 830)
    _until(page, lambda: _middle(last)[1] < 700)
    touch("Move", 195, 700)
    page.wait_for_timeout(100)
    x, y = _middle(last)
    touch("Move", x, y + 10)
    touch("End")
    expect(page.get_by_role("status")).to_contain_text("»Godkendelse af dagsorden« er nu punkt 14.")


def test_what_waits_is_dragged_onto_its_place(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    typing(page)
    waiting = page.locator(".proposals li")
    expect(waiting.filter(has_text="Sen sag").locator("[data-grip]")).to_have_count(0)
    grip = waiting.filter(has_text="Foreslået sag").locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    page.mouse.move(*_middle(grip))
    page.mouse.down()
    page.mouse.move(*_middle(page.locator("[data-point]").nth(2), top=True), steps=5)
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text("»Foreslået sag« er sat på som punkt 3.")
    assert order(page)[2:4] == ["Foreslået sag", "Første sag"]
    still_typed(page)


def test_what_is_let_go_elsewhere_stays_where_it_was(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    before = order(page)
    page.mouse.move(*_middle(page.locator("[data-point] [data-grip]").nth(2)))
    page.mouse.down()
    page.mouse.move(1200, 450, steps=3)
    page.mouse.up()
    assert (order(page), page.locator(".dragged, .drop-before, .drop-after").count()) == (before, 0)
    expect(page.locator("#agenda-nyt")).to_be_empty()
