"""Opening a sag: its plan is shown before anything is saved, forward from today and back from a wished day."""

import re
from datetime import date

import pytest
from httpx2 import Response

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.set_clock import set_clock
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.queries.sag_page import plain_sag, sag_page
from tests.web.forms import form, send, text_of
from tests.web.house import IDA, KARIN, House

ROUTE = "droeftelse-kd-net@1"


def ask(house: House, **values: str) -> Response:
    """Fill in the form for a new sag as Ida."""
    return send(house.client(IDA), "/sager/ny", "/sager/ny", **{"title": "Min nye sag", "route": ROUTE, **values})


def count(house: House) -> int:
    """How many sager there are."""
    return sum(line.startswith('INSERT INTO "sag" ') for line in house.dump())


def test_the_plan_is_shown_with_its_reasons_before_anything_is_saved(house: House) -> None:
    before = count(house)
    answer = ask(house, se="plan", case_text="Min tekst", area="Sundhed")
    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "Intet er gemt endnu." in said
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
    done = ask(house, wished="2020-03-13", area=" Sundhed  og omsorg ")
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
    assert ask(house).status_code == 200
    assert count(house) == before + 1


def test_of_bodies_with_meetings_nothing_is_told(house: House) -> None:
    assert "som sagen kan nå" not in text_of(ask(house, se="plan").text)
