"""The plan of a sag with real requests: told in sentences, explained on a click, and supposed to be otherwise."""

import re
from datetime import date
from typing import Any

import pytest

from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import revise_sag
from kdflow.actions.set_clock import set_clock
from kdflow.domain.dates import FuzzyDate, local_instant, read_date
from kdflow.domain.revision import Revision
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.store import meetings
from tests.web.forms import form, press, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House


def _plan(house: House, what: str = "consent", query: str = "") -> str:
    """The plan page of a sag as text."""
    answer = house.client(IDA).get(f"/sager/{house.numbers[what]}/plan{query}")
    assert answer.status_code == 200
    return text_of(answer.text)


def _section(html: str) -> str:
    """The section "Plan" of the page of a sag as text."""
    start = html.index('<section class="plan"')
    return text_of(html[start : html.index("</section>", start)])


def _sag(house: House, what: str = "consent") -> str:
    return house.client(IDA).get(f"/sager/{house.numbers[what]}").text


def _meet(house: House, body: str, *days: str) -> None:
    """Put meetings into the calendar."""
    added = [
        Meeting(id=MeetingId(f"{body}-{day}"), body=body, on=FuzzyDate.day(date.fromisoformat(day)))
        for day in days
    ]
    with house.wiring.db.write() as tx:
        meetings.keep(tx, added)


# --- on the page of the sag ----------------------------------------------------------------------------------


def test_one_sentence_comes_first_and_the_next_deadline_after_it(house: House) -> None:
    said = _section(_sag(house))
    assert said.startswith(
        "Plan Sagen kan tidligst være besluttet i Kontaktudvalget onsdag den 17. juni 2020 . "
        "Næste frist: indmelding til KKR Midtjylland onsdag den 29. januar 2020 kl. 12 (om 5 dage)"
    )


@pytest.mark.parametrize(
    ("wished", "late"), [("2020-06-17", ""), ("2020-06-16", "1 dag"), ("2020-05-29", "19 dage")]
)
def test_the_page_says_when_the_sag_comes_later_than_its_owner_wishes(
    house: House, wished: str, late: str
) -> None:
    wish = Revision(wished=date.fromisoformat(wished))
    given: dict[str, Any] = {"version": None, "key": "wish-for-a-day", "by": IDA, "now": house.wiring.now()}
    revise_sag(house.wiring.db, house.sag("consent").id, None, wish, **given)
    said = _section(_sag(house))
    assert ("efter den dag, sagen ønskes besluttet" in said) is bool(late)
    assert f"Det er {late} efter" in said or not late
    for page in ("/", "/planer"):
        mine = text_of(house.client(IDA).get(page).text)
        assert ("efter den ønskede dag" in mine) is bool(late), page
        assert f"{late} efter den ønskede dag" in mine or not late


def test_every_leg_has_its_meeting_its_deadline_its_slack_and_the_price_of_missing_it(house: House) -> None:
    html = _sag(house)
    said = _section(html)
    assert '<a href="/moeder/kkr-midt-2020-02-05">onsdag den 5. februar 2020</a>' in html
    assert "Indmelding senest onsdag den 29. januar kl. 12 · luft:" in said
    assert (
        "Indmelding senest onsdag den 29. januar 2020 kl. 12: 5 hverdage før mødet onsdag den 5. februar." in said
    )
    assert "Misser du KKR Midtjylland onsdag den 5. februar 2020, koster det ingen tid i Kontaktudvalget." in said
    assert "er sagen først i Kontaktudvalget torsdag den 14. oktober 2021: 484 dage senere." in said
    assert "Det er det første møde, sagen kan nå" in said


def test_the_metro_line_tells_the_same_days_as_the_plan(house: House) -> None:
    page = house.page("consent", IDA)
    assert page.journey
    planned = {row.station.key: row.meeting.on for row in page.journey.rows if row.meeting}
    assert planned == {"kkr": read_date("2020-02-05"), "kontaktudvalg": read_date("2020-06-17")}
    assert {s.station.key: s.earliest for s in page.stops if s.earliest} == planned
    set_clock(house.wiring.db, local_instant(date(2020, 1, 29), 13))  # an hour after the submission has ended
    page = house.page("consent", IDA)
    assert {s.station.key: s.earliest for s in page.stops}["kkr"] == read_date("2020-04-01")


def test_a_meeting_passed_over_says_why(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2020, 1, 29), 13))
    said = _section(_sag(house))
    assert "KKR Midtjylland den 5. februar nås ikke: indmeldingen sluttede onsdag den 29. januar kl. 12." in said


def test_a_meeting_passed_over_for_a_decision_names_the_body_that_decides(house: House) -> None:
    _meet(house, "kkr-midt", "2020-03-17")
    said = _plan(house, query="?uden=kkr-midt-2020-02-05")
    assert "KKR Midtjylland tirsdag den 17. marts 2020 i stedet for onsdag den 5. februar: 41 dage senere" in said
    _meet(house, "kontaktudvalg", "2020-03-20")
    said = _plan(house)
    assert "Kontaktudvalget fredag den 20. marts 2020" in said
    said = _plan(house, query="?uden=kkr-midt-2020-02-05&uden=kkr-midt-2020-03-17")
    assert (
        "Kontaktudvalget den 20. marts nås ikke: KKR Midtjylland har først besluttet onsdag den 1. april." in said
    )


def test_a_seat_is_a_seat(house: House) -> None:
    said = _section(_sag(house, "agenda"))
    assert "er holdt" not in said
    assert "Sagen er på dagsordenen i KD-Net fredag den 24. januar 2020 , som er det sidste møde på ruten." in said
    assert "Har plads på dagsordenen" in said
    set_clock(house.wiring.db, local_instant(date(2020, 1, 27), 9))
    said = _section(_sag(house, "agenda"))
    assert "Mødet i KD-Net fredag den 24. januar 2020 er holdt. Beslutningen er ikke registreret endnu." in said


def test_where_it_breaks_and_since_when(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2026, 12, 1), 9))
    _meet(house, "kkr-midt", "2027-02-03")
    said = _section(_sag(house))
    assert "Kan ikke gennemføres: Kontaktudvalget findes ikke efter torsdag den 31. december 2026" in said


def test_a_pause_round_an_election_is_named(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2025, 10, 27), 9))
    _meet(house, "kkr-midt", "2025-10-31", "2026-02-03")
    assert (
        "Valget tirsdag den 18. november 2025: intet møde i KKR Midtjylland mellem fredag den 31. oktober 2025 "
        "og tirsdag den 3. februar 2026 (95 dage)."
    ) in _section(_sag(house))


def test_a_step_that_must_be_submitted_ahead_of_the_decision_says_so(house: House) -> None:
    _meet(house, "kontaktudvalg", "2020-02-07")
    said = _section(_sag(house))
    assert "Indmelding senest fredag den 31. januar kl. 12 · under forudsætning · luft: 5 hverdage" in said
    why = "fristen ligger, før KKR Midtjylland har besluttet onsdag den 5. februar."
    assert f"Sagen indmeldes under forudsætning: {why}" in said


def test_the_successor_of_a_body_that_ends_is_named(house: House) -> None:
    now = local_instant(date(2021, 12, 20), 9)
    set_clock(house.wiring.db, now)
    _meet(house, "kosu@2022", "2022-02-01")
    receipt = open_sag(
        house.wiring.db,
        "En sag hen over nytår",
        "standard@1",
        owner=IDA,
        fills={"administrativ-gruppe": "kosu@2021"},
        key="hen-over-nytaar",
        by=IDA,
        now=now,
    )
    said = _section(house.client(IDA).get(f"/sager/{receipt.number}").text)
    assert "KOSU findes ikke efter fredag den 31. december 2021. KOSU (fra 2022) behandler sagen i stedet." in said


def test_who_has_to_act_finds_the_plan_folded(house: House) -> None:
    page = f"/sager/{house.numbers['consent']}"
    assert '<details class="plan-legs">' in house.client(JENS).get(page).text
    assert '<details class="plan-legs" open>' in house.client(IDA).get(page).text


def test_a_sag_that_is_over_has_no_plan(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    asked = send(ida, page, "/liv", move="withdraw", withdraw__reason="Den skal ikke videre.")
    done = press(ida, asked.text, "/liv", trin="gem")
    assert done.status_code == 200
    assert '<section class="plan"' not in done.text
    answer = ida.get(f"{page}/plan?senest=vrøvl")
    assert answer.status_code == 200
    assert "Sagen er slut, så der er ikke mere at planlægge." in text_of(answer.text)


# --- the whole plan, and what if -----------------------------------------------------------------------------


def test_the_whole_plan_is_a_table_a_picture_and_the_reasons(house: House) -> None:
    html = house.client(IDA).get(f"/sager/{house.numbers['consent']}/plan").text
    said = text_of(html)
    assert re.search(r"KKR Midtjylland ons\. 5\. feb\. 2020 ons\. 29\. jan\. 2020 kl\. 12 \d+ hverdage", said)
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in html
    assert "Referatet udsendes senest onsdag den 19. februar 2020 kl. 16" in said
    assert "Hurtigere veje" in said
    assert re.search(r"Mailmøde i Kontaktudvalget med svar senest [^:]+: \d+ dage tidligere", said)


def test_an_alternative_can_be_tried_and_holds_what_it_says(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['consent']}/plan"
    html = ida.get(page).text
    offered = re.search(
        r'<a href="([^"]+ekstra=kontaktudvalg[^"]+)">[^<]+</a>: (\d+) dage tidligere', html.replace("&amp;", "&")
    )
    assert offered
    said = text_of(ida.get(offered[1]).text)
    assert f"{offered[2]} dage tidligere" in said[said.index("Forskel fra den rigtige plan") :]
    assert "(tænkt møde)" in said


def test_what_if_changes_nothing_and_says_so(house: House) -> None:
    ida = house.client(IDA)
    before = house.dump()
    page = f"/sager/{house.numbers['consent']}/plan"
    said = text_of(ida.get(f"{page}?fra=3.2.2020&senest=15.+oktober+2020&forud=kkr").text)
    assert "intet er gemt" in said
    assert "Papirerne er først klar mandag den 3. februar 2020" in said
    assert "Indmeldt under forudsætning til KKR Midtjylland" in said
    assert "KKR Midtjylland onsdag den 1. april 2020 i stedet for onsdag den 5. februar: 56 dage senere" in said
    assert house.dump() == before


def test_nothing_supposed_is_the_real_plan(house: House) -> None:
    said = _plan(house, query="?senest=&fra=&ekstra=&ekstra_den=")
    assert "intet er gemt" not in said
    assert "Forskel" not in said


def test_counted_back_from_the_day_to_be_done_by(house: House) -> None:
    said = _plan(house, query="?senest=15.10.2020")
    back = said[said.index("Besluttet senest torsdag den 15. oktober 2020 Senest klar") :]
    assert re.match(
        r"Besluttet senest \S+ den 15\. oktober 2020 Senest klar \w+ den \d+\. \w+ 2020 kl\. 12 ", back
    )
    assert "Sidste indmelding" in back
    assert "Luften er regnet til torsdag den 15. oktober 2020." in said
    late = _plan(house, query="?senest=1.+marts+2020")
    assert "Det kan ikke nås. Sagen er tidligst i mål onsdag den 17. juni 2020, 108 dage for sent." in late


def test_an_extra_meeting_on_a_day_off_is_warned_of(house: House) -> None:
    said = _plan(house, query="?ekstra=kontaktudvalg&ekstra_den=5.+april+2020")
    assert "Ekstra møde i Kontaktudvalget søndag den 5. april 2020. Det er ikke en hverdag" in said
    assert "73 dage tidligere" in said


WRONG = (
    ("senest=vrøvl", "plan-senest", "Skriv en bestemt dag"),
    ("senest=efterår+2021", "plan-senest", "Skriv en bestemt dag"),
    ("senest=30.2.2020", "plan-senest", "Skriv en bestemt dag"),
    ("senest=1.1.2020", "plan-senest", "Dagen er forbi"),
    ("senest=9999-12-31", "plan-senest", "for langt ude i fremtiden"),
    ("fra=23.1.2020", "plan-fra", "Dagen er forbi"),
    ("fra=1.3.2020&senest=1.2.2020", "plan-senest", "Ret en af de to dage"),
    ("uden=findes-ikke", "plan-uden", "Et af møderne findes ikke"),
    ("ekstra=kkr-midt", "plan-ekstra_den", "Skriv dagen for det ekstra møde"),
    ("ekstra=kkr-midt&ekstra_den=snart", "plan-ekstra_den", "Skriv en bestemt dag"),
    ("ekstra=findes-ikke&ekstra_den=1.3.2020", "plan-ekstra", "Vælg, hvem der skal holde"),
    ("ekstra_den=1.3.2020", "plan-ekstra", "Vælg, hvem der skal holde"),
    ("ekstra=kontaktudvalg&ekstra_den=1.3.2027", "plan-ekstra_den", "Organet findes ikke den dag"),
    ("forud=gruppe", "plan-forud", "Et af leddene kan ikke"),
)


@pytest.mark.parametrize(("query", "field", "words"), WRONG)
def test_what_cannot_be_used_is_said_beside_its_field_and_kept(
    house: House, query: str, field: str, words: str
) -> None:
    page = f"/sager/{house.numbers['consent']}/plan"
    answer = house.client(IDA).get(f"{page}?{query}")
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    told = re.search(rf'<p class="wrong" id="{field}-fejl">([^<]+)</p>', answer.text)
    assert told
    assert words in told[1]
    assert f'id="{field}"' in answer.text
    assert "<title>Fejl:" in answer.text
    shown = form(answer.text, "/plan")
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in ("senest", "fra", "ekstra_den"):
            assert shown[name] == value.replace("+", " ")
    assert "Kontaktudvalget onsdag den 17. juni 2020" in text_of(answer.text)  # the real plan stays to be seen


def test_typed_text_is_data(house: House) -> None:
    answer = house.client(IDA).get(f"/sager/{house.numbers['agenda']}/plan", params={"senest": '"><script>x'})
    assert answer.status_code == 422
    assert "<script>x" not in answer.text
    assert "&lt;b&gt;COK&lt;/b&gt;" in answer.text


def test_a_sag_that_one_may_not_see_has_no_plan_page(house: House) -> None:
    lars = house.client(LARS)
    assert lars.get(f"/sager/{house.numbers['closed']}/plan").status_code == 404
    assert lars.get("/sager/SAG-1999-0001/plan").status_code == 404
    unknown = house.client().get(f"/sager/{house.numbers['consent']}/plan", follow_redirects=False)
    assert unknown.status_code == 303


# --- where a meeting is chosen -------------------------------------------------------------------------------


def test_every_meeting_that_can_be_chosen_shows_until_when(house: House) -> None:
    html = house.client(IDA).get(f"/sager/{house.numbers['fresh']}").text
    assert re.search(
        r'<option value="kd-net-2020-03-13">fredag den 13\. marts 2020, indmelding senest 28\. februar kl\. 12',
        html,
    )
    assert re.search(r'<option value="kd-net-2020-01-24">[^<]*fristen er overskredet', html)
    said = text_of(html)
    assert "Indmelding senest torsdag den 14. maj 2020 kl. 12: 10 hverdage før mødet fredag den 29. maj; " in said
    assert "Kristi himmelfartsdag springes over" in said


def test_a_meeting_whose_deadline_has_passed_can_still_be_chosen(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['fresh']}"
    action = re.search(r'action="(/sager/[^"]+/led/\d+)"', karin.get(page).text)
    assert action
    done = send(karin, page, action[1], move="submit", **{"submit.meeting": "kd-net-2020-01-24"})
    assert done.status_code == 200
    assert "Du indmeldte sagen til møde" in text_of(done.text)


def test_a_new_sag_is_shown_the_next_meetings_with_their_sums(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2026, 5, 4), 9))
    _meet(house, "kd-net", "2026-05-29")
    said = text_of(house.client(IDA).get("/sager/ny").text)
    assert (
        "Næste møder i KD-Net: fredag den 29. maj 2026, indmelding senest 13. maj kl. 12 (10 hverdage før mødet "
        "fredag den 29. maj; Kristi himmelfartsdag og 2. pinsedag springes over)"
    ) in said
