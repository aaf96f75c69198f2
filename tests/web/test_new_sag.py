"""Opening a sag: its plan is shown before anything is saved, forward from today and back from a wished day."""

import re
from datetime import date, timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.keep_house import DRAFTS_KEPT, keep_house
from kdflow.actions.set_clock import set_clock
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.timetable import MeetingId
from kdflow.queries.sag_page import plain_sag, sag_page
from tests.web.forms import form, press, send, text_of
from tests.web.house import IDA, KARIN, LARS, House

ROUTE = "droeftelse-kd-net@1"


def see(ida: TestClient, **values: str) -> Response:
    """Fill in the form for a new sag, and send it for the first time."""
    return send(ida, "/sager/ny", "/sager/ny", **{"title": "Min nye sag", "route": ROUTE, **values})


def ask(house: House, **values: str) -> Response:
    """The same as Ida."""
    return see(house.client(IDA), **values)


def opened(house: House, **values: str) -> Response:
    """The same with the plan seen: the sag is opened."""
    ida = house.client(IDA)
    return press(ida, see(ida, **values).text, "/sager/ny")


def count(house: House) -> int:
    """How many sager there are."""
    return sum(line.startswith('INSERT INTO "sag" ') for line in house.dump())


def test_the_plan_is_shown_with_its_reasons_before_anything_is_saved(house: House) -> None:
    before = count(house)
    answer = ask(house, se="plan", case_text="Min tekst", area="Sundhed")
    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "Sagen er ikke oprettet endnu." in said
    assert "Sættes sagen i gang i dag, kan den tidligst være behandlet i KD-Net fredag den 13. marts 2020" in said
    assert "Indmelding senest fredag den 28. februar 2020 kl. 12" in said
    assert "Det er det første møde, sagen kan nå" in said
    kept = form(answer.text, "/sager/ny")
    assert (kept["title"], kept["case_text"], kept["area"]) == ("Min nye sag", "Min tekst", "Sundhed")
    assert count(house) == before


def test_only_the_route_is_needed_to_see_a_plan_and_both_to_open(house: House) -> None:
    assert "Planen" in ask(house, title="", se="plan").text
    refused = ask(house, title="")
    assert refused.status_code == 422
    assert "Skriv sagens titel." in refused.text
    assert "Vælg en rute." in ask(house, route="", se="plan").text


def test_a_meeting_on_29_may_2026_is_submitted_to_by_13_may(house: House) -> None:
    now = local_instant(date(2026, 3, 2), 9)
    set_clock(house.wiring.db, now)
    added = CalendarChange(kind=ChangeKind.ADD, body="kd-net", on=FuzzyDate.day(date(2026, 5, 29)))
    change_calendar(house.wiring.db, added, key="maj-moedet", by=KARIN, now=now)
    answer = ask(house, se="plan", wished="29. maj 2026")
    said = text_of(answer.text)
    back = said[said.index("Besluttet senest fredag den 29. maj 2026") :]
    assert "Sidste indmelding onsdag den 13. maj kl. 12 : 10 hverdage før mødet fredag den 29. maj" in back
    assert "Kristi himmelfartsdag og 2. pinsedag springes over" in back
    meeting = re.search(r'<option value="([^"]+)"[^>]*>fredag den 29. maj 2026', answer.text)
    assert meeting
    chosen = text_of(ask(house, se="plan", moede=meeting[1]).text)
    assert "Besluttet senest fredag den 29. maj 2026" in chosen


@pytest.mark.parametrize(
    ("wished", "words"),
    [
        ("1. januar 2020", "Dagen er forbi. Skriv i dag eller en senere dag."),
        ("24. januar 2999", "Dagen ligger for langt ude i fremtiden."),
        ("engang", "Skriv en bestemt dag"),
    ],
)
def test_a_day_that_cannot_be_used_is_refused_beside_its_field(house: House, wished: str, words: str) -> None:
    for more in ({}, {"se": "plan"}):
        answer = ask(house, wished=wished, **more)
        assert answer.status_code == 422
        assert re.search(rf'id="ny-wished-fejl">{words}', answer.text)
        assert form(answer.text, "/sager/ny")["wished"] == wished


def test_a_day_on_which_nobody_meets_is_said_beside_its_field_once(house: House) -> None:
    sager = count(house)
    answer = ask(house, wished="24. december 2020")
    beside = re.search(r'id="ny-wished-fejl">([^<]*)', answer.text)
    assert beside
    assert "Der holdes ingen møder torsdag den 24. december 2020, som er Juleaftensdag." in beside[1]
    assert "Den nærmeste hverdag før er onsdag den 23. december 2020." in beside[1]
    assert 'aria-describedby="ny-wished-fejl' in answer.text
    assert count(house) == sager
    fields = form(answer.text, "/sager/ny")
    done = house.client(IDA).post("/sager/ny", data={**fields, "wished": "lørdag den 26. december 2020"})
    assert "som er i en weekend" not in done.text  # 26 December is a holiday, which has a name
    assert count(house) == sager


def test_what_was_wished_is_kept_and_shown(house: House) -> None:
    done = opened(house, wished="2020-03-13", area=" Sundhed  og omsorg ")
    said = text_of(done.text)
    assert "Område: Sundhed og omsorg · Ønsket besluttet senest fredag den 13. marts 2020" in said
    number = re.search(r"SAG-\d+-\d+", said)
    assert number
    page = f"/sager/{number[0]}"
    ida = house.client(IDA)
    changed = send(ida, page, "/tekst", area="", wished="")
    assert "Område:" not in text_of(changed.text)
    sag = plain_sag(house.wiring.db, sag_page(house.wiring.db, number[0], IDA, house.wiring.now()).sag.id)
    assert (sag.area, sag.wished) == ("", None)
    assert send(ida, page, "/tekst", wished="engang").status_code == 422


def test_a_body_without_meetings_is_told_with_the_plan_and_who_can_add_them(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2027, 3, 1), 9))
    said = text_of(ask(house, se="plan").text)
    assert "KD-Net har ingen møder i kalenderen, som sagen kan nå." in said
    assert "Bed Karin Sekretær om at lægge møderne ind." in said
    theirs = send(house.client(KARIN), "/sager/ny", "/sager/ny", title="Min", route=ROUTE, se="plan")
    assert '<a href="/moeder/nyt?organ=kd-net">Læg et møde ind</a>' in theirs.text
    before = count(house)
    assert opened(house).status_code == 200
    assert count(house) == before + 1


def test_of_bodies_with_meetings_nothing_is_told(house: House) -> None:
    assert "som sagen kan nå" not in text_of(ask(house, se="plan").text)


# --- the plan is seen first -------------------------------------------------------------------------------------


def test_a_sag_is_opened_when_its_plan_was_seen_and_showing_it_writes_nothing(house: House) -> None:
    ida = house.client(IDA)
    html = ida.get("/sager/ny").text
    assert "Opret og sæt i gang" not in html
    before = house.dump()
    for more in ({}, {"draft": "1"}, {"seen": "0" * 64}):
        shown = press(ida, html, "/sager/ny", title="Min nye sag", route=ROUTE, case_text="Min tekst", **more)
        assert "Sagen er ikke oprettet endnu." in shown.text
        assert ("Planen er en anden, end da du så den." in shown.text) == ("seen" in more)
    assert house.dump() == before
    done = press(ida, shown.text, "/sager/ny")
    assert "Du satte sagen i gang" in text_of(done.text)
    assert "Min tekst" in done.text


def test_a_draft_is_opened_likewise(house: House) -> None:
    ida = house.client(IDA)
    done = press(ida, see(ida).text, "/sager/ny", draft="1")
    assert "Kladde" in text_of(done.text)
    assert "Du satte sagen i gang" not in text_of(done.text)


def test_what_does_not_plan_can_be_changed_after_the_plan_was_seen(house: House) -> None:
    ida = house.client(IDA)
    others = {"title": "En anden titel", "area": "Sundhed", "case_text": "Mere", "closed": "1"}
    done = press(ida, see(ida).text, "/sager/ny", **others)
    assert "Du satte sagen i gang" in text_of(done.text)
    assert "En anden titel" in done.text


@pytest.mark.parametrize(
    "changed",
    [
        {"wished": "29. maj 2020"},
        {"moede": "kd-net-2020-03-13"},
        {"route": "standard@1", "standard@1.administrativ-gruppe": "dassos"},
    ],
)
def test_what_plans_and_was_changed_is_shown_anew_with_all_that_was_typed(
    house: House, changed: dict[str, str]
) -> None:
    ida = house.client(IDA)
    before, shown = count(house), see(ida, case_text="Min tekst")
    again = press(ida, shown.text, "/sager/ny", **changed)
    assert "Planen er en anden, end da du så den." in again.text
    kept = form(again.text, "/sager/ny")
    assert {name: kept[name] for name in changed} == changed
    assert (kept["title"], kept["case_text"], count(house)) == ("Min nye sag", "Min tekst", before)
    press(ida, again.text, "/sager/ny")
    assert count(house) == before + 1


def test_a_meeting_that_is_cancelled_meanwhile_is_shown_anew(house: House) -> None:
    ida = house.client(IDA)
    shown, now = see(ida), house.wiring.now()
    cancelled = CalendarChange(kind=ChangeKind.CANCEL, body="kd-net", meeting=MeetingId("kd-net-2020-03-13"))
    change_calendar(house.wiring.db, cancelled, reason="Få sager", key="aflyst-1", by=KARIN, now=now)
    again = press(ida, shown.text, "/sager/ny")
    assert "Planen er en anden, end da du så den." in again.text
    assert "fredag den 13. marts 2020" not in text_of(again.text[again.text.index('id="planen"') :])


def test_the_minutes_that_pass_while_one_reads_do_not_change_the_plan(house: House) -> None:
    ida = house.client(IDA)
    fills = {"standard@1.administrativ-gruppe": "dassos"}
    shown, before = see(ida, route="standard@1", wished="1. december 2020", **fills), count(house)
    set_clock(house.wiring.db, house.wiring.now() + timedelta(minutes=7))
    press(ida, shown.text, "/sager/ny")
    assert count(house) == before + 1


def test_a_refusal_keeps_the_plan_that_was_seen(house: House) -> None:
    ida = house.client(IDA)
    refused = press(ida, see(ida).text, "/sager/ny", title="")
    assert refused.status_code == 422
    assert "Skriv sagens titel." in refused.text
    assert "Planen er en anden" not in refused.text
    done = press(ida, refused.text, "/sager/ny", title="Nu med titel")
    assert "Du satte sagen i gang" in text_of(done.text)


@pytest.mark.parametrize("body", ["nope", "kd-net"])
def test_a_body_that_cannot_play_the_role_is_refused(house: House, body: str) -> None:
    answer = ask(house, route="standard@1", se="plan", **{"standard@1.administrativ-gruppe": body})
    assert answer.status_code in {404, 422}


def test_a_script_gets_the_plan_alone_while_one_chooses(house: House) -> None:
    ida = house.client(IDA)
    fields = form(ida.get("/sager/ny").text, "/sager/ny")
    before, asks = house.dump(), {"hx-request": "true"}
    nothing = ida.post("/sager/ny", data=fields, headers=asks)
    assert (nothing.status_code, "Se planen" in nothing.text, "<h2" in nothing.text) == (200, True, False)
    wished = {"route": ROUTE, "wished": "24. december 2020"}
    shown = ida.post("/sager/ny", data={**fields, **wished, "title": "Min nye sag"}, headers=asks).text
    assert "<html" not in shown
    assert "som er Juleaftensdag" in shown
    assert house.dump() == before
    (seen,) = re.findall(r'name="seen" value="(\w+)"', shown)
    done = ida.post("/sager/ny", data={**fields, **wished, "title": "Min nye sag", "seen": seen})
    assert "Du satte sagen i gang" in text_of(done.text)


# --- what is typed is kept ---------------------------------------------------------------------------------------


def begin(house: House, **values: str) -> Response:
    """Type as Ida, and let it be kept."""
    ida = house.client(IDA)
    fields = form(ida.get("/sager/ny").text, "/sager/ny")
    return ida.post("/sager/ny/kladde", data={**fields, **values})


def kept(house: House, who: PersonId = IDA) -> dict[str, str]:
    """The form for a new sag as somebody finds it."""
    return form(house.client(who).get("/sager/ny").text, "/sager/ny")


def test_what_was_typed_is_offered_to_its_author_alone_and_can_be_thrown_away(house: House) -> None:
    ida, before = house.client(IDA), count(house)
    fields = form(ida.get("/sager/ny").text, "/sager/ny")
    typed = {"title": "Halv titel", "case_text": "Halv\ntekst", "route": ROUTE, "wished": "engang", "closed": "1"}
    said = ida.post("/sager/ny/kladde", data={**fields, **typed}, headers={"hx-request": "true"})
    assert said.text.strip() == "Gemt kl. 16 som kladde"
    assert typed.items() <= kept(house).items()
    page = ida.get("/sager/ny").text
    assert "Du begyndte på en sag" in page
    assert "Halv" not in house.client(LARS).get("/sager/ny").text
    assert count(house) == before
    press(ida, page, "/sager/ny/kladde", kladde="kasser")
    page = ida.get("/sager/ny").text
    assert "Du begyndte på en sag" not in page
    assert "Halv" not in page


def test_what_was_typed_is_forgotten_when_the_sag_is_opened_and_not_by_another_way(house: House) -> None:
    begin(house, title="Halv titel")
    refused = ask(house, title="")
    assert refused.status_code == 422
    assert kept(house)["title"] == "Halv titel"
    begin(house, title="Halv titel", route=ROUTE)
    found = house.client(IDA).get("/sager/ny").text
    assert "Opret og sæt i gang" in found
    assert "data-focus" not in found
    assert "Du satte sagen i gang" in text_of(ask(house).text)
    assert kept(house)["title"] == ""


def test_what_is_kept_too_late_by_the_form_that_opened_the_sag_is_not_kept(house: House) -> None:
    ida = house.client(IDA)
    shown = see(ida).text
    press(ida, shown, "/sager/ny")
    ida.post("/sager/ny/kladde", data=form(shown, "/sager/ny"))
    assert kept(house)["title"] == ""


def test_only_the_fields_of_the_form_are_kept_and_no_empty_ones(house: House) -> None:
    begin(house, title=" ", something="else", seen="0" * 64)
    assert not [line for line in house.dump() if line.startswith('INSERT INTO "begun"')]
    begin(house, area="x" * 50_001)
    assert kept(house)["area"] == ""


def test_what_nobody_comes_back_to_is_forgotten(house: House) -> None:
    begin(house, title="Halv titel")
    keep_house(house.wiring.db, now=house.wiring.now() + DRAFTS_KEPT + timedelta(hours=1))
    assert kept(house)["title"] == ""
