"""The plan in a real browser: accessible in every state, never wider than the screen, and without JavaScript."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.web.house import IDA, JENS, House

PAGES = (
    "/sager/{consent}",
    "/sager/{consent}/plan",
    "/sager/{agenda}/plan?senest=15.10.2020",
    "/sager/{consent}/plan?senest=15.10.2020&uden=kkr-midt-2020-02-05&ekstra=kontaktudvalg&ekstra_den=5.4.2020",
    "/sager/{consent}/plan?senest=vrøvl&fra=1.1.2020&ekstra=kkr-midt&uden=x&forud=x",
)


def test_on_a_phone_the_table_comes_first_and_the_picture_scrolls_by_itself(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}/plan", size=PHONE)
    table, region = page.get_by_role("table"), page.get_by_role("region", name="Planen som tegning")
    top, below = table.bounding_box(), region.bounding_box()
    assert top
    assert below
    assert top["y"] + top["height"] <= below["y"]
    assert region.evaluate("one => one.scrollWidth > one.clientWidth && one.tabIndex === 0")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.picture').scrollLeft > 0")


def test_the_picture_has_a_name_and_a_text(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}/plan")
    picture = page.get_by_role("img", name=f"Planen for {house.numbers['consent']} som tidslinje")
    expect(picture).to_have_count(1)
    said = picture.locator("desc").text_content() or ""
    assert "KKR Midtjylland: onsdag den 5. februar 2020. Indmelding senest onsdag den 29. januar 2020" in said


def test_it_works_without_javascript(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}", java_script_enabled=False, size=PHONE)
    sums = page.get_by_text("5 hverdage før mødet onsdag den 5. februar").first
    expect(sums).to_be_hidden()
    page.get_by_text("Næste frist: indmelding til KKR Midtjylland").click()
    expect(sums).to_be_visible()
    page.get_by_role("link", name="Hele planen").click()
    page.get_by_label("Besluttet senest").fill("15. oktober 2020")
    page.get_by_role("checkbox", name="KKR Midtjylland, ons. 5. feb. 2020").check()
    page.get_by_role("button", name="Regn planen ud").click()
    expect(page.get_by_role("status").get_by_text("intet er gemt")).to_be_visible()
    expect(page.get_by_role("heading", name="Besluttet senest torsdag den 15. oktober 2020")).to_be_visible()
    assert page.get_by_role("checkbox", name="KKR Midtjylland, ons. 5. feb. 2020").is_checked()


def test_an_error_takes_the_focus_and_leads_to_its_field(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}/plan")
    page.get_by_label("Besluttet senest").fill("i næste uge")
    page.get_by_role("button", name="Regn planen ud").click()
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Skriv en bestemt dag").click()
    expect(page.locator("#plan-senest")).to_be_focused()
    assert page.get_by_label("Besluttet senest").input_value() == "i næste uge"


def test_a_chair_still_decides_before_reading_the_plan(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    expect(page.get_by_text("led tilbage: møder, frister og luft")).to_be_visible()
    expect(page.locator(".legs")).to_be_hidden()
