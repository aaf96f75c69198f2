"""What secretariats expect: numbers 21 to 25 of the users' expectations (all: test_expectations.py)."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import Page, expect

from kdflow.actions.set_clock import set_clock
from kdflow.channels import Permanent
from kdflow.domain.dates import COPENHAGEN
from tests.actions.test_deliver_notices import Post
from tests.browser.conftest import Visit
from tests.web.house import IDA, JENS, KARIN, LARS, House
from tests.web.mails import deliver
from tests.web.test_agenda import AGENDA, accepted, day, publish, submitted
from tests.web.test_minutes import MINUTES, approved, held
from tests.web.test_public_pages import HOME, PUBLIC_AGENDA, SECRET, opened, paper_of
from tests.web.test_sendings import served_by

FROZEN = """() => [...document.querySelectorAll('.agenda-overview tbody tr, .frozen-point h3, .frozen-papers li')]
    .map(one => one.innerText.replace(/\\s+/g, ' ').trim())"""


def test_21_what_is_proposed_waits_by_kind_and_the_late_goes_to_the_next_meeting_at_once(
    visit: Visit, house: House
) -> None:
    submitted(house, "Kom i tide")
    submitted(house, "Sen sag", "2020-03-03")
    day(house, "2020-03-04")
    page = visit(KARIN, AGENDA)
    waiting = page.get_by_role("region", name="Venter på at komme på")
    expect(waiting.get_by_role("heading", level=3)).to_have_text(re.compile(r"^Drøftelse\s+2$"))
    expect(waiting.locator("li").filter(has_text="Indmeldt efter fristen.")).to_contain_text("Sen sag")
    expect(waiting.get_by_text("Indmeldt efter fristen.")).to_have_count(1)
    waiting.get_by_role("button", name=re.compile(r"^Flyt til mødet 29\. maj 2020 ?: Sen sag$")).click()
    expect(page.get_by_role("status")).to_have_text("Sagen er flyttet til det senere møde.")
    page.goto("/moeder/kd-net-2020-05-29/dagsorden")
    expect(waiting).to_contain_text("Sen sag")
    expect(waiting.get_by_text("Indmeldt efter fristen.")).to_have_count(0)


def test_22_closed_points_are_marked_within_and_absent_without(visit: Visit, house: House) -> None:
    opened(house)
    hidden = accepted(house, SECRET, closed=True)
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    row = visit(KARIN, f"{AGENDA}/1").get_by_role("row").filter(has_text=SECRET)
    expect(row).to_contain_text(re.compile(r"^L1.*Lukket", re.DOTALL))
    for who in (None, LARS):
        page = visit(who, PUBLIC_AGENDA)
        expect(page.locator("main")).to_contain_text("3. Åben sag")
        for path in (
            PUBLIC_AGENDA,
            HOME,
            f"{HOME}.ics",
            f"{HOME}.atom",
            "/soeg?q=hemmelig",
            "/api/sager?limit=100",
        ):
            said = page.request.get(path).text()
            assert SECRET not in said, (who, path)
            assert hidden.number not in said, (who, path)
        found = [page.request.get(f"/api/sager/{number}").status for number in (hidden.number, "SAG-2020-9999")]
        assert found == ([404, 404] if who else [401, 401])


def test_23_what_is_previewed_is_what_is_sent(visit: Visit, house: House) -> None:
    paper_of(accepted(house, "Sag med bilag"), b"%PDF-1.4 notat")
    accepted(house, "Sag uden bilag")
    accepted(house, SECRET, closed=True)
    day(house, "2020-03-04")
    page = visit(KARIN, f"{AGENDA}/udsend")
    before = page.evaluate(FROZEN)
    page.get_by_role("button", name=re.compile("^Udsend til")).click()
    page.wait_for_url(f"**{AGENDA}/1?*")
    assert page.evaluate(FROZEN) == before
    told = "\n".join(before)
    assert re.search(r"^3 Sag med bilag \./\.", told, re.MULTILINE)
    assert re.search(r"^4 Sag uden bilag$", told, re.MULTILINE)
    assert told.count("./.") == 2  # in the overview, and at the paper


def _choice(page: Page) -> str:
    return page.locator(".minutes-point", has_text="En sag").get_by_label("Beslutning", exact=True).input_value()


def test_24_minutes_are_prefilled_kept_as_one_types_and_locked_by_the_chair(visit: Visit, house: House) -> None:
    held(house, "En sag")
    set_clock(house.wiring.db, datetime(2020, 3, 13, 10, 42, tzinfo=COPENHAGEN))
    page = visit(KARIN, MINUTES)
    assert _choice(page) == "drøftet"
    text, point = page.locator("#referat-standing-eventuelt-text"), page.locator("#punkt-standing-eventuelt")
    text.fill("Mens jeg skriver")
    expect(point.locator("[data-saved]")).to_have_text(re.compile(r"^Gemt kl\. 10\.4\d$"))
    text.press_sequentially(" mere")
    page.keyboard.press("Control+s")
    expect(point.locator("input[name$='.version']")).to_have_value("2")
    page.reload()
    expect(text).to_have_value("Mens jeg skriver mere")
    approved(house)
    with page.expect_response("**/skriv") as answer:
        text.fill("For sent")
        page.keyboard.press("Control+s")
    assert answer.value.status == 403
    expect(point.get_by_role("alert")).to_contain_text("Referatet er godkendt og ligger fast")


def test_25_one_sees_who_gets_what_before_how_it_went_after_and_again_never_doubles(
    visit: Visit, house: House
) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    deliver(house)  # what was on its way before
    page = visit(KARIN, f"{AGENDA}/udsend")
    expect(page.locator(".preview > summary > b")).to_have_text(["Ida Sagsejer", "Jens Formand"])
    mail = page.locator(".preview").first
    mail.locator("summary").click()
    subject, body = mail.locator("summary span").inner_text(), mail.locator("p").inner_text()
    post = Post(answer=lambda one: Permanent("550 no such user") if one.to == f"{JENS}@kdflow.example" else None)
    served_by(house, post)
    page.get_by_role("button", name="Udsend til 2 personer").click()
    page.get_by_role("status").filter(has_text="Dagsordenen er udsendt").wait_for()
    deliver(house)
    (sent,) = post.taken
    assert (sent.to, sent.subject) == (f"{IDA}@kdflow.example", subject)
    assert body.split() == sent.text.replace(house.wiring.settings.site, "").split()[: len(body.split())]
    page.reload()
    status = page.get_by_role("region", name="Hvem har fået den")
    expect(status.get_by_role("row").filter(has_text="Ida")).to_contain_text("Sendt onsdag den 4. marts 2020")
    expect(status.get_by_role("row").filter(has_text="Jens")).to_contain_text("Kunne ikke leveres")
    other = visit(KARIN, f"{AGENDA}/1")
    post.answer, post.taken = lambda _: None, []
    for one, said in ((page, "Mailen sendes igen"), (other, "Mailen var allerede på vej")):
        one.get_by_role("button", name="Send igen til Jens Formand").click()
        expect(one.get_by_role("status").filter(has_text=said)).to_be_visible()
        deliver(house)
    assert [one.to for one in post.taken] == [f"{JENS}@kdflow.example"]
