"""What the pages and the API say is what happened: a lapsed consent, a cancelled meeting, a rejected sag."""

import re
from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.set_clock import set_clock
from kdflow.domain.calendar_change import _TEXTS
from kdflow.domain.dates import local_instant
from kdflow.domain.errors import Refused
from kdflow.domain.guards import GUARDS
from kdflow.domain.situation import Inputs
from tests.web.forms import form, forms, press, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House
from tests.web.test_two_versions import at_kkr, decision, treated

MEETING = "kd-net-2020-03-13"


FORM = {"content-type": "multipart/form-data; boundary=x"}


def seated(house: House) -> tuple[str, str]:
    """The page of a sag that is on the agenda of a meeting to come, and the address of its decision form."""
    page = f"/sager/{house.numbers['fresh']}"
    send(house.client(IDA), page, "/led/1", move="submit", submit__meeting=MEETING)
    send(house.client(KARIN), page, "/led/1", move="accept")
    return page, f"{page}/led/1"


def cancel(house: House) -> None:
    """Cancel the meeting, and leave its items where they are."""
    karin = house.client(KARIN)
    seen = send(karin, f"/moeder/{MEETING}", "/aflys")
    where, fields = next(one for one in forms(seen.text) if one[0].endswith("/aflys"))
    assert karin.post(where, data={**fields, "trin": "gem"}).status_code == 200


def test_a_consent_that_lapsed_by_a_correction_is_told_as_that(house: House) -> None:
    jens, karin = house.client(JENS), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    send(jens, page, decision(jens.get(page).text), move="approve")
    seq = next(one.step.seq for one in house.page("consent", KARIN).corrections if one.step.station == "kdnet")
    values = {"outcome-1": "godkendt", "outcome-2": "bevilget", "reason": "Referatet."}
    send(karin, page, f"/led/{seq}/rettelse", **values)
    said = text_of(jens.get(page).text)
    assert "fordi den registrerede beslutning blev rettet" in said
    assert "taget op igen" not in said[said.index("Godkendelsen er bortfaldet.") :][:200]
    assert "Godkendelsen bortfaldt, fordi den registrerede beslutning blev rettet" in said
    assert "fordi indholdet blev ændret" not in said


def test_a_consent_that_lapsed_because_the_sag_was_taken_up_again_is_told_as_that(house: House) -> None:
    jens, karin = house.client(JENS), house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    send(jens, page, decision(jens.get(page).text), move="approve")
    send(karin, page, decision(karin.get(page).text), move="rework", rework__reason="Nye tal.")
    assert "fordi sagen blev taget op igen" in text_of(jens.get(page).text)


def test_a_sag_on_a_cancelled_meeting_says_so_and_what_to_do(house: House) -> None:
    page, _ = seated(house)
    assert "Møde fredag den 13. marts 2020 (om 49 dage)" in text_of(house.client(KARIN).get(page).text)
    cancel(house)
    for person in (KARIN, IDA):
        said = text_of(house.client(person).get(page).text)
        assert "Mødet i KD-Net fredag den 13. marts 2020 er aflyst. Udsæt sagen til et senere møde" in said
        assert "Mødet fredag den 13. marts 2020 er aflyst" in said
        assert "er ikke holdt endnu" not in said
        assert "om 49 dage" not in said
    board = house.client(LARS).get("/sager?q=klimahandlingsplan").text
    assert "Afventer mødet" not in text_of(board[board.index('class="rows"') :])
    assert "Mødet er aflyst" in text_of(house.client(IDA).get("/sager?q=klimahandlingsplan").text)


def test_a_rejected_sag_is_not_said_to_have_lapsed(house: House) -> None:
    karin, page, action = treated(house)
    send(karin, page, action, move="decide", decide__outcome="forkastet")
    send(karin, page, action, move="conclude")
    html = karin.get(page).text
    metro = text_of(html[html.index('<ol class="metro') : html.index('class="metro-link"')])
    assert "KD-Net Forkastet" in metro
    assert "Bortfaldet" not in metro


def test_a_sag_that_ends_before_a_station_has_not_been_there(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['consent']}"
    asked = send(ida, page, "/liv", move="withdraw", withdraw__reason="Ikke længere.")
    press(ida, asked.text, "/liv", trin="gem")
    html = ida.get(page).text
    metro = text_of(html[html.index('<ol class="metro') : html.index('class="metro-link"')])
    assert "KKR Midtjylland Ikke behandlet" in metro


def test_a_sag_that_is_only_submitted_is_not_taken_off_an_agenda(house: House) -> None:
    page = f"/sager/{house.numbers['fresh']}"
    last = max(house.page("fresh", IDA).panels[0].meetings, key=lambda meeting: str(meeting.begins_on))
    send(house.client(IDA), page, "/led/1", move="submit", submit__meeting=last.id)
    html = house.client(KARIN).get(page).text
    held = text_of(html[html.index("Det kan ikke gøres nu") :])
    assert "Opret mødet først, eller vælg »Afvis indmeldelsen«." in held
    assert "tag punktet af dagsordenen" not in held


def test_a_consent_without_its_content_says_what_is_wanted(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    step = jens.get(f"/api/sager/{number}").json()["steps"][0]
    answer = api(jens, number, {"move": "approve", "step": step["step"]}, step["version"])
    (reason,) = answer.json()["reasons"]
    assert (answer.status_code, reason["guard"], reason["field"]) == (422, "sees_current", "content")
    assert "send leddets »content«" in reason["text"]
    assert "er ændret" not in reason["text"]
    with pytest.raises(Refused, match="send leddets »content«"):
        advance_sag(
            house.wiring.db,
            house.sag("consent").id,
            step["step"],
            "approve",
            Inputs(),
            version=None,
            key="without-content",
            by=JENS,
            now=house.wiring.now(),
        )


def test_no_consent_is_missing_from_what_does_not_go_on(house: House) -> None:
    karin = house.client(KARIN)
    page = f"/sager/{house.numbers['consent']}"
    values = {"outcome-1": "forkastet", "outcome-2": "forkastet", "reason": "Referatet."}
    send(karin, page, "/led/2/rettelse", **values)
    moves = karin.get(f"/api{page}").json()["steps"][0]["moves"]
    (onward,) = [move for move in moves if move["name"] == "hand-on"]
    assert [reason for reason in onward["reasons"] if "godkendt endnu" in reason] == []
    assert len(onward["reasons"]) == 1


# --- the calendar ------------------------------------------------------------------------------------------------


def test_the_rules_of_calendars_have_names_of_their_own() -> None:
    assert not set(_TEXTS) & set(GUARDS)


def test_a_meeting_cannot_be_held_before_it_begins_in_danish(house: House) -> None:
    answer = send(house.client(KARIN), f"/moeder/{MEETING}", "/ret", status="held")
    assert answer.status_code == 422
    assert "Mødet er ikke begyndt endnu." in answer.text
    assert "has not begun" not in answer.text


def test_every_page_calls_a_meeting_that_was_held_by_that(house: House) -> None:
    karin = house.client(KARIN)
    assert "Holdt" in text_of(karin.get("/moeder/kd-net-2020-01-24").text)
    html = karin.get("/moeder?organ=kd-net&aar=2020").text
    row = html[html.index('href="/moeder/kd-net-2020-01-24"') :]
    assert "Holdt" in text_of(row[: row.index("</tr>")])


# --- when it was decided -----------------------------------------------------------------------------------------


def test_the_history_says_what_was_decided_and_when(house: House) -> None:
    karin, page, action = treated(house)
    send(karin, page, action, move="decide", decide__outcome="drøftet", decide__decided_on="24. januar 2020")
    assert "Beslutning (fredag den 24. januar 2020): drøftet" in text_of(karin.get(page).text)
    entries = karin.get(f"/api{page}/history").json()["data"]
    decided = next(one for one in entries if one["move"] == "decide")
    assert (decided["outcome"], decided["decided_on"]) == ("drøftet", "2020-01-24")
    assert decided["decided_date"]["earliest"] == "2020-01-24"
    sag = karin.get(f"/api{page}").json()
    assert sag["steps"][0]["decided_on"] == "2020-01-24"
    assert sag["stops"][0]["on"] == "2020-01-24"
    send(karin, page, "/rettelse", outcome="tiltrådt", reason="Referatet.")
    corrected = karin.get(f"/api{page}/history").json()["data"][-1]
    assert (corrected["move"], corrected["outcome"]) == ("correct", "tiltrådt")


# --- too much ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_parts", [False, True])
def test_a_text_of_more_than_a_megabyte_is_refused_in_danish(house: House, as_parts: bool) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    if as_parts:
        data = {**form(ida.get(page).text, "/papirer"), "title": "x" * 1_100_000}
        answer = ida.post(f"{page}/papirer", data=data, files={"file": ("a.txt", b"hej")})
    else:
        answer = send(ida, page, "/tekst", case_text="x" * 1_100_000)
    assert answer.status_code == 422
    assert "et felt kan højst have 50.000 tegn" in answer.text


def test_a_file_that_is_far_too_large_is_refused_in_danish(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    data = form(ida.get(page).text, "/papirer")
    answer = ida.post(f"{page}/papirer", data=data, files={"file": ("a.pdf", b"%PDF-" + b"x" * 27_000_000)})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "et bilag kan højst fylde 20 MB" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    answer = ida.post("/api/sager/X/moves", content=b"x" * 27_000_000)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:kdflow:problem:http-413")
    pieces = ida.post(f"{page}/papirer", content=(b"x" * 1_000_000 for _ in range(27)), headers=FORM)
    assert pieces.status_code == 413, "nobody said how much it would be"
    assert "et bilag kan højst fylde 20 MB" in pieces.text


def api(client: TestClient, number: str, body: dict[str, Any], version: int) -> Response:
    """Make a move by the API."""
    headers = {"Idempotency-Key": f"told-truly-{body['move']}", "If-Match": str(version)}
    answer: Response = client.post(f"/api/sager/{number}/moves", json=body, headers=headers)
    return answer


@pytest.mark.parametrize(("length", "status"), [(50_000, 200), (50_001, 422)])
def test_the_api_takes_as_long_a_text_as_the_pages(house: House, length: int, status: int) -> None:
    karin, number = house.client(KARIN), house.numbers["consent"]
    step = karin.get(f"/api/sager/{number}").json()["steps"][0]
    body = {"move": "rework", "step": step["step"], "reason": "x" * length}
    assert api(karin, number, body, step["version"]).status_code == status


def test_the_api_checks_the_content_where_it_is_sent(house: House) -> None:
    karin, number = house.client(KARIN), house.numbers["agenda"]
    step = karin.get(f"/api/sager/{number}").json()["steps"][0]
    body = {"move": "treat", "step": step["step"], "content": "0" * 64}
    assert api(karin, number, body, step["version"]).json()["type"] == "urn:kdflow:problem:conflict"
    del body["content"]
    assert api(karin, number, body, step["version"]).status_code == 200


# --- what was sent along -----------------------------------------------------------------------------------------


def test_another_indstilling_that_came_along_is_told_by_every_door(house: House) -> None:
    with house.wiring.db.write() as tx:
        tx.run("insert into appointment (person, office, body) values ('karin', 'secretary', 'kkr-midt')")
    page, ida, karin = at_kkr(house), house.client(IDA), house.client(KARIN)
    send(ida, page, "/indstilling", **{"part-1": "KKR godkender."})
    ahead = next(one for one in house.page("consent", IDA).ahead[0].meetings if one.id.endswith("2020-06-17"))
    send(ida, page, "/forud/kontaktudvalg", meeting=ahead.id, **{"part-1": "Kontaktudvalget tiltræder."})
    send(ida, page, decision(ida.get(page).text), move="submit", submit__meeting="kkr-midt-2020-02-05")
    set_clock(house.wiring.db, local_instant(date(2020, 2, 5), 18))
    for values in ({"move": "accept"}, {"move": "treat"}, {"move": "decide", "decide.outcome": "godkendt"}):
        send(karin, page, decision(karin.get(page).text), **values)
    send(karin, page, "/videre", **{"part-1": "Kun del 1."})
    send(karin, page, decision(karin.get(page).text), move="hand-on")
    (document,) = karin.get(f"/api{page}").json()["steps"]
    assert document["sent_instead"] == [{"by": "KKR Midtjylland", "parts": ["Kun del 1."]}]
    for address in (page, f"/moeder/{ahead.id}"):
        said = text_of(ida.get(address).text)
        assert "KKR Midtjylland har sendt en anden indstilling med end den, sagen er indmeldt med:" in said
        assert "Kun del 1." in said


# --- feeds -------------------------------------------------------------------------------------------------------


def test_a_feed_that_is_asked_for_twice_is_made_once(house: House) -> None:
    ida = house.client(IDA)
    data = {**form(ida.get("/abonnementer").text, "/abonnementer"), "about": "body:kd-net"}
    first, second = ida.post("/abonnementer", data=data), ida.post("/abonnementer", data=data)
    assert re.search(r"/abonnement/[\w-]+\.ics", first.text)
    assert second.status_code == 200
    assert "Abonnementet var allerede oprettet" in second.text
    assert not re.search(r"/abonnement/[\w-]+\.ics", second.text)
    assert second.text.count("/slet") == 1
    assert ida.post("/abonnementer", data={**data, "about": "person:"}).status_code == 409


def test_what_is_submitted_is_not_said_to_be_on_the_agenda(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    send(ida, page, "/led/1", move="submit", submit__meeting=MEETING)
    told = [text_of(ida.get(path).text) for path in (page, f"{page}/plan")]
    for said in told:
        assert "Sagen er indmeldt til KD-Net fredag den 13. marts 2020 , som er det sidste møde på ruten." in said
        assert "på ruten. Den er ikke på dagsordenen endnu." in said
        assert "ndmeldt, men ikke på dagsordenen endnu" in said
        assert "har plads på dagsordenen" not in said.lower()
    send(house.client(KARIN), page, "/led/1", move="accept")
    assert "Har plads på dagsordenen" in text_of(ida.get(page).text)


def test_who_submits_too_late_is_told_so_at_once(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    late = text_of(send(ida, page, "/led/1", move="submit", submit__meeting="kd-net-2020-01-24").text)
    assert "Du indmeldte sagen til KD-Net efter fristen. Sekretariatet afgør, om den kommer på dagsordenen" in late


def test_who_submits_in_time_hears_of_no_deadline_passed(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    assert "efter fristen" not in send(ida, page, "/led/1", move="submit", submit__meeting=MEETING).text


def test_a_file_that_is_too_large_leads_back_to_its_sag(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    data = form(ida.get(page).text, "/papirer")
    big = {"file": ("a.pdf", b"%PDF-" + b"x" * 27_000_000)}
    answer = ida.post(f"{page}/papirer", data={**data, "title": "Notat om <kørsel>"}, files=big)
    assert f'href="{page}">Tilbage til ' in answer.text
    assert "Notat om &lt;kørsel&gt;</blockquote>" in answer.text  # what was typed beside it is not lost
    assert data["key"] not in answer.text
    elsewhere = ida.post("/sager/ny", content=b"x" * 27_000_000, headers=FORM)
    assert (elsewhere.status_code, "Tilbage til" in elsewhere.text) == (413, False)


def test_meetings_that_are_over_stand_by_themselves(house: House) -> None:
    html = house.client(KARIN).get(f"/sager/{house.numbers['fresh']}").text
    choices = html[html.index('name="submit.meeting"') :].split("</select>")[0]
    coming, over = choices.split('<optgroup label="Møder, der er holdt">')
    assert "(holdt)" not in coming
    assert "13. marts 2020" in coming
    assert over.count("(holdt)") == over.count("<option") > 0


def test_a_sag_that_rests_or_is_over_is_told_as_that(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}"
    rested = send(ida, page, "/liv", move="rest", **{"rest.reason": "Vi venter på tal."})
    assert "Den hviler, til den genoptages." in text_of(rested.text)
    assert "under »Tilføj et bilag«" in rested.text
    asked = send(ida, page, "/liv", move="withdraw", **{"withdraw.reason": "Bruges ikke."})
    over = press(ida, asked.text, "/liv", trin="gem")
    assert "Sagen er trukket." in text_of(over.text)
    assert "under »Tilføj et bilag«" not in over.text


def test_a_copy_is_called_a_draft_and_years_are_told_only_where_there_are_some(house: House) -> None:
    ida, page = house.client(IDA), f"/sager/{house.numbers['fresh']}/kopi"
    assert "Årstallene er talt én op." not in ida.get(page).text
    done = text_of(send(ida, page, "/kopi", title="Igen til næste år").text)
    assert "Sagen er en kladde." in done
