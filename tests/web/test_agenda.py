"""The desk and the agenda as pages: built by forms without JavaScript, published, read by right."""

from datetime import date

from starlette.testclient import TestClient

from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.set_clock import set_clock
from kdflow.domain.dates import local_instant
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House, Walker
from tests.web.test_calendar_pages import save

MEETING = "/moeder/kd-net-2020-03-13"
AGENDA = f"{MEETING}/dagsorden"
DESK = "/organer/kd-net/bord"


def said(client: TestClient, page: str = AGENDA) -> str:
    return text_of(client.get(page).text)


def day(house: House, on: str) -> None:
    set_clock(house.wiring.db, local_instant(date.fromisoformat(on), 10))


def submitted(house: House, title: str, on: str = "2020-02-03", *, closed: bool = False) -> Walker:
    walker = Walker(house.wiring, title, "droeftelse-kd-net@1", closed=closed).on(on)
    return walker.write("kdnet", "KD-Net drøfter.").go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13")


def accepted(house: House, title: str, *, closed: bool = False) -> Walker:
    return submitted(house, title, closed=closed).go("kdnet", "accept", KARIN)


def key(walker: Walker) -> str:
    return f"sag:{walker.id}:1"


def point_form(client: TestClient, point: str, action: str) -> dict[str, str]:
    found = forms(client.get(AGENDA).text)
    return next(fields for at, fields in found if at.endswith(action) and fields.get("point") == point)


def sag_form(client: TestClient, walker: Walker, action: str, page: str = AGENDA) -> dict[str, str]:
    found = forms(client.get(page).text)
    return next(fields for at, fields in found if at.endswith(action) and fields.get("sag") == str(walker.id))


# --- the desk --------------------------------------------------------------------------------------------------


def test_the_desk_tells_what_is_submitted_late_missing_and_waits(house: House) -> None:
    submitted(house, "Kom i tide")
    submitted(house, "Kom for sent", "2020-03-03")
    day(house, "2020-03-04")
    pass_deadlines(house.wiring.db, now=house.wiring.now())
    text = said(house.client(KARIN), DESK)
    assert "Indmeldt til 13. mar. 2020 2" in text
    assert "Kom for sent" in text.split("Efter fristen")[0]
    assert "Kom i tide" in text
    assert "Drøftelse af fælles klimahandlingsplan" in text.split("Ventet til 29. maj 2020, men ikke indmeldt")[1]
    assert "Anbefalet, mangler Jens Formand" in text
    assert "Dagsordenen skal ud senest fredag den 6. marts 2020" in text
    assert "1 sag mangler en beslutning" in text
    assert "Referatet skal ud senest" in text


def test_the_desk_says_what_is_over_and_links_only_to_what_can_be_done(house: House) -> None:
    accepted(house, "En sag")
    karin = house.client(KARIN)
    mine = said(karin, DESK).split("Fredag den 13. marts 2020")[1].split("Fredag den 29. maj 2020")[0]
    assert "Fristen er overskredet" not in mine
    day(house, "2020-03-10")
    karin = house.client(KARIN)
    late = "Dagsordenen skal ud senest fredag den 6. marts 2020 kl. 12 Fristen er overskredet"
    assert late in said(karin, DESK)
    day(house, "2020-03-16")
    text = said(house.client(KARIN), DESK)
    assert "1 sag mangler en beslutning, som skal være skrevet senest fredag den 13. marts 2020" in text
    assert "Skriv referatet" in text


def test_the_desk_and_the_overview_know_of_missing_minutes_as_long_as_they_are_reminded_of(house: House) -> None:
    missing = {DESK: "Fredag den 13. marts 2020", "/": "KD-Net, mødet 13. mar. 2020"}
    for on, is_there in (("2020-07-20", True), ("2020-10-20", True), ("2021-01-20", False)):
        day(house, on)
        karin = house.client(KARIN)
        for page, words in missing.items():
            assert (words in said(karin, page)) is is_there, (on, page)


def test_minutes_are_written_when_the_meeting_has_begun_and_not_before(house: House) -> None:
    karin = house.client(KARIN)
    save(karin, send(karin, MEETING, "/ret", at="14"), "/ret")
    day(house, "2020-03-13")
    assert "Skriv referatet" not in said(karin, DESK).split("Holdte møder")[0]
    assert "Skriv referatet" not in said(karin, MEETING)
    set_clock(house.wiring.db, local_instant(date(2020, 3, 13), 15))
    karin = house.client(KARIN)
    assert "Skriv referatet" in said(karin, DESK).split("Holdte møder")[0]
    assert "Skriv referatet" in said(karin, MEETING)


def test_an_agenda_that_is_only_said_to_be_sent_is_said_to_be_so_everywhere(house: House) -> None:
    karin = house.client(KARIN)
    save(karin, send(karin, MEETING, "/ret", status="agenda-sent"), "/ret")
    outside = said(karin, DESK).count("Dagsordenen er sendt uden for kdflow.")
    assert "Fredag den 13. marts 2020 Sendt uden for kdflow Ikke udsendt" in said(karin, "/organer/kd-net")
    publish(house)
    assert "Fredag den 13. marts 2020 Læs dagsorden" in said(karin, "/organer/kd-net")
    assert said(karin, DESK).count("Dagsordenen er sendt uden for kdflow.") == outside - 1


def test_a_cancelled_meeting_has_no_agenda_to_build_and_says_that_nobody_is_told(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, "/moeder/kd-net-2020-08-28", "/aflys")
    assert "Ingen får besked herfra, for ingen sager bliver ramt." in text_of(seen.text)
    save(karin, seen, "/aflys")
    page = said(karin, "/moeder/kd-net-2020-08-28")
    assert "Mødet er aflyst, så der er ingen dagsorden." in page
    assert "Byg dagsordenen" not in page


def test_a_desk_is_found_from_the_menu_by_those_who_have_one(house: House) -> None:
    assert 'href="/bord"' in house.client(KARIN).get("/").text
    assert 'href="/bord"' not in house.client(IDA).get("/").text
    assert "KD-Net" in said(house.client(KARIN), "/bord")
    assert "DASSOS" in said(house.client(KARIN), "/bord")
    assert house.client(JENS).get("/bord").url.path == DESK
    assert "Du har ikke et bord" in said(house.client(IDA), "/bord")


def test_others_have_no_desk_and_build_no_agenda(house: House) -> None:
    for who in (IDA, LARS):
        for page in (DESK, AGENDA, f"{AGENDA}/udsend"):
            assert house.client(who).get(page).status_code == 403
    assert house.client().get(DESK, follow_redirects=False).status_code == 303
    assert house.client(KARIN).get("/organer/findes-ikke/bord").status_code == 404
    assert house.client(KARIN).get("/moeder/findes-ikke/dagsorden").status_code == 404


def test_a_desk_asks_the_database_as_often_with_many_sager(house: House) -> None:
    def asked() -> int:
        found: list[str] = []
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(found.append)
        assert house.client(KARIN).get(DESK).status_code == 200
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(None)
        return len(found)

    submitted(house, "Én sag")
    day(house, "2020-03-04")
    house.client(KARIN).get(DESK)
    few = asked()
    for number in range(5):
        submitted(house, f"Sag {number}")
        Walker(house.wiring, f"Ventet {number}", "droeftelse-kd-net@1")
    assert asked() == few


# --- building --------------------------------------------------------------------------------------------------


def test_what_is_proposed_waits_by_what_it_asks_for_and_comes_on_by_a_button(house: House) -> None:
    walker = submitted(house, "Foreslået sag")
    karin = house.client(KARIN)
    assert "Drøftelse 1 Foreslået sag" in said(karin)
    answer = karin.post(f"{AGENDA}/saet-paa", data=sag_form(karin, walker, "/saet-paa"))
    assert answer.url.path == AGENDA
    text = text_of(answer.text)
    assert "»Foreslået sag« er sat på som punkt 3." in text
    assert "Intet venter" in text
    assert "I alt 30 minutter" in text


def test_points_are_moved_by_buttons_and_told(house: House) -> None:
    first, second = accepted(house, "Første sag"), accepted(house, "Anden sag")
    karin = house.client(KARIN)
    sent = point_form(karin, key(second), "/flyt")
    text = text_of(karin.post(f"{AGENDA}/flyt", data={**sent, "way": "up"}).text)
    assert "»Anden sag« er nu punkt 3." in text
    assert text.index("3 Anden sag") < text.index("4 Første sag")
    under = point_form(karin, key(first), "/flyt")
    assert "3.a Første sag" in text_of(karin.post(f"{AGENDA}/flyt", data={**under, "way": "under"}).text)
    assert (
        karin.post(f"{AGENDA}/flyt", data={**sent, "key": sent["key"] + "x", "way": "sideways"}).status_code == 422
    )


def test_a_late_sag_is_marked_wants_a_reason_and_keeps_what_was_typed(house: House) -> None:
    walker = submitted(house, "Sen sag", "2020-03-03")
    day(house, "2020-03-04")
    karin = house.client(KARIN)
    assert "Indmeldt efter fristen." in said(karin)
    refused = karin.post(f"{AGENDA}/saet-paa", data=sag_form(karin, walker, "/saet-paa"))
    assert refused.status_code == 422
    assert "Skriv, hvorfor den ikke kan vente" in text_of(refused.text)
    again = form(refused.text, "/saet-paa")
    answer = karin.post(f"{AGENDA}/saet-paa", data={**again, "why_late": "Frist i ministeriet."})
    assert "Indmeldt efter fristen: Frist i ministeriet." in text_of(answer.text)


def test_what_keeps_an_agenda_from_being_sent_is_named(house: House) -> None:
    late = submitted(house, "Sen sag", "2020-03-03").go("kdnet", "accept", KARIN)
    day(house, "2020-03-04")
    page = house.client(KARIN).get(f"{AGENDA}/udsend").text
    assert "Punkt 3, Sen sag" in text_of(page.split("Det kan ikke sendes endnu")[1].split("</section>")[0])
    where = f"punkt-{key(late).replace(':', '-')}"
    assert f'href="{AGENDA}#{where}"' in page
    assert f'id="{where}"' in house.client(KARIN).get(AGENDA).text


def test_a_late_sag_goes_to_the_next_meeting_in_one_action(house: House) -> None:
    walker = submitted(house, "Sen sag", "2020-03-03")
    day(house, "2020-03-04")
    karin = house.client(KARIN)
    assert "Flyt til mødet 29. maj 2020" in said(karin)
    answer = karin.post(f"{AGENDA}/naeste-moede", data=sag_form(karin, walker, "/naeste-moede"))
    assert "Sagen er flyttet til det senere møde." in text_of(answer.text)
    assert "Sen sag" in said(karin, "/moeder/kd-net-2020-05-29/dagsorden")


def test_a_point_of_ones_own_is_added_described_and_removed(house: House) -> None:
    karin = house.client(KARIN)
    wrong = send(karin, AGENDA, "/nyt", title="", text="Min tekst", minutes="mange")
    assert wrong.status_code == 422
    assert "Min tekst" in wrong.text
    text = text_of(
        send(karin, AGENDA, "/nyt", title="Besøg <b>i</b> byen", minutes="20", presenter="Formanden").text
    )
    assert "»Besøg <b>i</b> byen« er tilføjet som punkt 3." in text
    assert "20 minutter · v. Formanden" in text
    sent = point_form(karin, "free:1", "/ret")
    assert "L1" in text_of(karin.post(f"{AGENDA}/ret", data={**sent, "closed": "1"}).text)
    stale = karin.post(f"{AGENDA}/ret", data={**sent, "key": sent["key"] + "x", "presenter": "En anden"})
    assert stale.status_code == 409
    assert "En anden" in stale.text
    gone = karin.post(f"{AGENDA}/fjern", data=point_form(karin, "free:1", "/fjern"))
    assert "Punktet er fjernet." in text_of(gone.text)


def test_a_standing_item_is_left_out_and_taken_in_again(house: House) -> None:
    karin = house.client(KARIN)
    karin.post(f"{AGENDA}/fjern", data=point_form(karin, "standing:eventuelt", "/fjern"))
    assert "Eventuelt er udeladt på dette møde." in said(karin)
    assert "»Eventuelt« er med igen som punkt 4." in text_of(send(karin, AGENDA, "/vis").text)
    assert "Fredag den 24. januar 2020" in said(karin)  # the minutes that are to be approved


# --- published -------------------------------------------------------------------------------------------------


def publish(house: House, **values: str) -> str:
    answer = send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend", **values)
    assert answer.status_code == 200, text_of(answer.text)
    return text_of(answer.text)


def test_whom_it_is_sent_to_and_the_exact_mail_are_shown_first(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    text = said(house.client(KARIN), f"{AGENDA}/udsend")
    assert "Besked til 2 personer" in text
    assert "Ida Sagsejer Dagsorden til KD-Net 13. mar. 2020: 5 punkter" in text
    assert "- 3. Åben sag" in text
    assert "Udsend til 2 personer" in text
    assert "Fold et navn ud for at læse beskeden. Intet bliver sendt, før du trykker på »Udsend«." in text
    assert "gemmer" not in text
    after = publish(house)
    assert "Dagsordenen er udsendt 2 personer får besked." in after
    assert "Ida Sagsejer Venter på at blive sendt" in after
    assert "Dagsordenen er sendt" in said(house.client(IDA), MEETING)
    assert f"{AGENDA}/nyeste" in house.client(IDA).get(MEETING).text
    assert f'href="{AGENDA}/nyeste"' in house.client(IDA).get("/beskeder").text


def test_a_published_agenda_is_read_by_right(house: House) -> None:
    accepted(house, "Åben sag")
    accepted(house, "Hemmelig kanariesag", closed=True)
    send(house.client(KARIN), AGENDA, "/nyt", title="Personalesag om en leder", closed="1")
    day(house, "2020-03-04")
    publish(house)
    seen = {who: said(house.client(who), f"{AGENDA}/1") for who in (KARIN, JENS, IDA, LARS)}
    assert all("3 Åben sag" in text and "Dagsorden for møde i KD-Net" in text for text in seen.values())
    for who in (KARIN, JENS):
        assert "Lukket del" in seen[who]
        assert "L1 Hemmelig kanariesag" in seen[who]
        assert "Personalesag om en leder" in seen[who]
    assert "Hemmelig kanariesag" in seen[IDA]  # she owns it
    assert "Personalesag" not in seen[IDA]
    assert "ukket" not in seen[LARS]
    assert "kanariesag" not in seen[LARS]
    assert "Hvem har fået den" not in seen[IDA]
    assert house.client().get(f"{AGENDA}/1", follow_redirects=False).status_code == 303
    for last in ("nyeste", "2", "999"):  # somebody else may have more versions, and say so
        led = house.client(LARS).get(f"{AGENDA}/{last}", follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (303, f"{AGENDA}/1")
    assert house.client(LARS).get(f"{AGENDA}/nul").status_code == 404


def test_what_comes_later_is_a_supplement_and_what_leaves_is_shown_as_gone(house: House) -> None:
    gone = accepted(house, "Går ud")
    day(house, "2020-03-04")
    publish(house)
    karin = house.client(KARIN)
    leaving = sag_form(karin, gone, "/tag-af")
    assert karin.post(f"{AGENDA}/tag-af", data={**leaving, "reason": ""}).status_code == 422
    karin.post(f"{AGENDA}/tag-af", data={**leaving, "reason": "Mangler tal."})
    send(karin, AGENDA, "/nyt", title="Nyt punkt")
    publish(house, reason="Et nyt punkt")
    text = said(house.client(IDA), f"{AGENDA}/2")
    assert "3 Går ud (udgået)" in text
    assert "Tillægsdagsorden 6. Nyt punkt" in text
    assert "Der er kommet en nyere version" in said(house.client(IDA), f"{AGENDA}/1")
    assert "Går ud (udgået)" not in said(house.client(IDA), f"{AGENDA}/1")
    assert "Der er intet nyt at sende" in said(karin, f"{AGENDA}/udsend")


def test_an_agenda_that_changed_since_it_was_seen_is_not_sent(house: House) -> None:
    karin = house.client(KARIN)
    seen = form(karin.get(f"{AGENDA}/udsend").text, "/udsend")
    accepted(house, "Kom imens")
    answer = karin.post(f"{AGENDA}/udsend", data=seen)
    assert answer.status_code == 409
    assert "Dagsordenen er ændret, siden du åbnede siden" in text_of(answer.text)
    assert house.client(KARIN).get(f"{AGENDA}/1").status_code == 404


def test_a_sag_submitted_to_a_meeting_that_was_held_is_warned_of(house: House) -> None:
    walker = submitted(house, "For sen sag")
    assert "er holdt, men sagen venter stadig" not in said(house.client(IDA), f"/sager/{walker.number}")
    day(house, "2020-03-16")
    text = said(house.client(IDA), f"/sager/{walker.number}")
    assert "Mødet i KD-Net fredag den 13. marts 2020 er holdt, men sagen venter stadig" in text
