"""What people do in the demo between the pictures of it, each by the pages that they have for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Locator, Page

Deed = tuple[str, Callable[[Page], None]]
"""Who does it, and what."""


class Step(NamedTuple):
    """Something to fill in (a file, where the field is one), to choose, or, with no value, to press."""

    where: str
    value: str | None = None


SENT_EMPTY = (Step("main form button.button"),)
MOVED = (
    Step("form[action$='/flyt'] [name=on]", "30. januar 2020"),
    Step("form[action$='/flyt'] [name=reason]", "Lokalet er optaget."),
    Step("form[action$='/flyt'] button.button, form[action$='/flyt'] button"),
)
CANCELLED = (
    Step("form[action$='/aflys'] [name=reason]", "For få sager."),
    Step("form[action$='/aflys'] button"),
)
READ_IN = (
    Step("select[name=organ]", "kd-net"),
    Step("input[type=file]", "dato,tid,sted\n2020-03-20,10,Viborg\n2020-05-29,10,Viborg\n2020-13-01,10,\n"),
    Step("form[action='/moeder/indlaes'] button"),
)
OUT = (Step("form[action$='/slut'] [name=last]", "31. januar 2020"), Step("form[action$='/slut'] button"))
CLOSED_DAY = (
    Step("form[action$='/lukkedage/ny'] [name=day]", "27. februar 2020"),
    Step("form[action$='/lukkedage/ny'] [name=name]", "Personaledag"),
    Step("form[action$='/lukkedage/ny'] button"),
)
ABOLISHED = (
    Step("form[action$='/ophor'] [name=valid_to]", "30. juni 2020"),
    Step("form[action$='/ophor'] button"),
)
FIRST = "*"
"""As the value of a step: the first choice there is, in each field where nothing is chosen."""

DECIDED = (
    Step("main form[action$='/beslut-alle'] select", FIRST),
    Step("main form[action$='/beslut-alle'] button.button"),
)
ASKED_FOR_CODE = (Step("main [name=email]", "formand@kd-net.example"), Step("main form:has([name=email]) button"))
WRONG_CODE = (Step("main [name=code]", "123456"), Step("main form:has([name=code]) button"))
CHOSEN = (Step("input[name=valgt] >> nth=0"), Step("form[action='/godkendelser/samlet'] button"))


def take(page: Page, steps: tuple[Step, ...]) -> None:
    """Fill in and press, as the steps say."""
    for step in steps:
        one = page.locator(step.where).first
        if step.value is None:
            one.check() if one.get_attribute("type") == "checkbox" else one.click()
            page.wait_for_load_state()
        elif step.value == FIRST:
            _choose_first(page.locator(step.where).all())
        elif one.get_attribute("type") == "file":
            one.set_input_files({"name": "kalender.csv", "mimeType": "text/csv", "buffer": step.value.encode()})
        elif one.evaluate("one => one.tagName") == "SELECT":
            one.select_option(step.value)
        else:
            one.fill(step.value)


def _choose_first(fields: list[Locator]) -> None:
    for one in fields:
        if not one.input_value():
            one.select_option(index=1)


def confirm(page: Page) -> None:
    """Say yes, where it is shown first what follows."""
    if page.locator("main button[name=trin][value=gem]").count():
        take(page, (Step("main button[name=trin][value=gem]"),))


def open_all(page: Page) -> None:
    """Unfold everything, so that it can be filled in."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def open_closed(page: Page) -> None:
    """Open a sag that not everybody may see: its plan is shown first."""
    page.goto("/sager/ny")
    open_all(page)
    page.locator("[name=title]").fill("Fortrolig drøftelse af en samarbejdspartner")
    page.locator("[name=closed]").check()
    page.locator("[name=route][value^='droeftelse-kd-net']").check()
    take(page, (Step("main button[name=se]"), *SENT_EMPTY))


def send_agenda(meeting: str) -> Callable[[Page], None]:
    """Say of each late sag why it cannot wait, and send the agenda."""

    def deed(page: Page) -> None:
        page.goto(f"{meeting}/dagsorden")
        late = page.locator("form[action$='/ret']:has([name=why_late])")
        for number in range(late.count()):
            open_all(page)
            form = late.nth(number)
            form.locator("[name=why_late]").fill("Kommunerne skal bruge svaret inden næste møde.")
            form.locator("button").last.click()
            page.wait_for_load_state()
        page.goto(f"{meeting}/dagsorden/udsend")
        take(page, (Step("main form[action$='/udsend'] button"),))
        confirm(page)

    return deed


def wind_to(day: str) -> Callable[[Page], None]:
    """Wind the demo's clock on, meeting by meeting, to one that is held on a day."""

    def deed(page: Page) -> None:
        page.goto("/")
        for _ in range(20):
            if day in page.locator(".demo").inner_text():
                return
            take(page, (Step(".demo button[value=moede]"),))

    return deed


def write_minutes(meeting: str) -> Callable[[Page], None]:
    """Write a line, and let the chair be asked."""

    def deed(page: Page) -> None:
        page.goto(f"{meeting}/referat")
        open_all(page)
        point = page.locator("[data-minutes]").first
        point.locator("textarea").first.fill("Dagsordenen blev godkendt uden bemærkninger.")
        point.locator("[data-save]").click()
        page.wait_for_load_state()
        _to_chair(page, meeting)

    return deed


def _to_chair(page: Page, meeting: str) -> None:
    page.goto(f"{meeting}/referat")
    take(page, (Step("button[formaction$='/til-formand']"),))
    confirm(page)


def decide_all(meeting: str) -> Callable[[Page], None]:
    """Record what was decided about all sager at once, and ask the chair anew."""

    def deed(page: Page) -> None:
        page.goto(f"{meeting}/referat/beslut")
        take(page, DECIDED)
        confirm(page)
        _to_chair(page, meeting)

    return deed


def approve_minutes(meeting: str) -> Callable[[Page], None]:
    """The chair approves the minutes as they are."""

    def deed(page: Page) -> None:
        page.goto(f"{meeting}/referat/godkend")
        take(page, (Step("main form[action$='/godkend'] button"),))
        confirm(page)

    return deed


def read_what_waits(page: Page) -> None:
    """The chair opens each sag that waits for a consent; only then can several be approved at once."""
    page.goto("/godkendelser")
    for address in page.locator("a.queue-link").evaluate_all("ones => ones.map(one => one.href)"):
        page.goto(address)


def send_minutes(meeting: str) -> Callable[[Page], None]:
    """The secretary sends them."""

    def deed(page: Page) -> None:
        page.goto(f"{meeting}/referat/udsend")
        take(page, (Step("main form[action$='/udsend'] button"),))
        confirm(page)

    return deed
