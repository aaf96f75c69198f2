"""The year wheel, the last meeting before another body's, and where sager wait, as pages and as data."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import read_date
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus
from kdflow.store import meetings
from tests.web.forms import text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House

PATHS = ("/aarshjul", "/forbindelser", "/flaskehalse")


def svgs(html: str) -> list[ElementTree.Element]:
    """The large pictures of a page."""
    found = re.findall(r'<svg[^>]*role="img".*?</svg>', html, re.DOTALL)
    return [ElementTree.fromstring(one) for one in found]  # noqa: S314


def said(html: str) -> str:
    """Everything that the marks of the wheel say."""
    return "\n".join("".join(one.itertext()) for one in svgs(html))


def change(house: House, meeting: str, **values: object) -> None:
    """Change a meeting in the calendar."""
    with house.wiring.db.write() as tx:
        old = meetings.timetable(tx).by_id[MeetingId(meeting)]
        new = replace(old, **values)  # type: ignore[arg-type]
        meetings.change(tx, old, new, by=IDA, reason=None, now=house.wiring.now())


def add(house: House, meeting: str, body: str, on: str) -> None:
    """Add a meeting to the calendar."""
    with house.wiring.db.write() as tx:
        meetings.add(tx, Meeting(id=MeetingId(meeting), body=body, on=read_date(on)))


# --- the year wheel ----------------------------------------------------------------------------------------------


def test_every_meeting_of_the_year_is_in_the_picture_and_in_the_table(house: House) -> None:
    html = house.client(IDA).get("/aarshjul?aar=2020").text
    picture, table = said(html), html[html.index("<table") : html.index("</table>")]
    with house.wiring.db.read() as tx:
        found = [m for m in meetings.timetable(tx).meetings if m.begins_on and m.begins_on.year == 2020]
    assert len(found) == 16
    for meeting in found:
        assert f'href="/moeder/{meeting.id}"' in table
    assert len(re.findall(r": møde ", picture)) == 2 * len(found)  # a mark each, and its line in the description
    assert table.count("Sådan er fristerne regnet") == len(found)


def test_a_year_without_meetings_counts_no_bodies_and_leads_on(house: House) -> None:
    page = house.client(KARIN).get("/aarshjul?aar=2055")
    said_here = text_of(page.text)
    assert "Ingen møder i 2055." in said_here
    assert "0 organer" not in said_here
    assert "Tilføj det første" in text_of(house.client(KARIN).get("/moeder?aar=2055").text)


def test_each_deadline_stands_with_its_weekday_and_its_sum(house: House) -> None:
    html = house.client(IDA).get("/aarshjul?aar=2020&organ=kd-net").text
    words = text_of(html[html.index("<table") : html.index("</table>")])
    assert "fre. 29. maj om 126 dage KD-Net tors. 14. maj kl. 12 fre. 22. maj kl. 12" in words
    sentence = (
        "Indmelding senest torsdag den 14. maj 2020 kl. 12: 10 hverdage før mødet fredag den 29. maj; "
        "Kristi himmelfartsdag springes over"
    )
    assert f"{sentence}." in words
    assert f"KD-Net: {sentence}" in said(html)
    assert "Referatet udsendes senest mandag den 8. juni 2020 kl. 16" in words


def test_bodies_are_chosen_by_a_plain_address(house: House) -> None:
    ida = house.client(IDA)
    html = ida.get("/aarshjul?aar=2020&organ=kd-net&organ=kkr-midt").text
    assert {one.text for one in svgs(html)[0].iter("{http://www.w3.org/2000/svg}text")} >= {"KD-Net"}
    assert "DASSOS: møde" not in html
    assert html.count(" checked") == 2
    assert 'value="dassos"' in html
    empty = ida.get("/aarshjul?aar=2020&organ=klima-sg").text
    assert "Ingen møder i 2020 i de valgte organer." in text_of(empty)
    assert svgs(empty) == []


def test_the_year_is_this_one_unless_another_is_asked_for(house: House) -> None:
    ida = house.client(IDA)
    assert "<h1>Årshjul 2020</h1>" in ida.get("/aarshjul").text
    html = ida.get("/aarshjul?aar=2021").text
    assert "møde i september 2021, dagen kendes ikke" in said(html)
    assert "Ingen møder i 2044." in text_of(ida.get("/aarshjul?aar=2044").text)


@pytest.mark.parametrize("query", ["aar=1999", "aar=2061", "aar=x", "organ=nowhere", f"organ={'x' * 61}"])
def test_an_address_that_means_nothing_is_no_page(house: House, query: str) -> None:
    assert house.client(IDA).get(f"/aarshjul?{query}").status_code == 404


def test_moved_and_cancelled_meetings_are_marked(house: House) -> None:
    ida = house.client(IDA)
    was = read_date("2020-05-29")
    change(house, "kd-net-2020-05-29", on=read_date("2020-06-05"), was=was)
    change(house, "kkr-midt-2020-09-09", status=MeetingStatus.CANCELLED)
    html = ida.get("/aarshjul?aar=2020").text
    picture, words = said(html), text_of(html[html.index("<table") : html.index("</table>")])
    assert "KD-Net: møde fre. 5. jun. 2020, flyttet fra fre. 29. maj 2020" in picture
    assert "KD-Net: mødet skulle have været fre. 29. maj 2020; det er nu fre. 5. jun. 2020" in picture
    assert "KKR Midtjylland: mødet ons. 9. sep. 2020 er aflyst" in picture
    assert "fre. 5. jun. Flyttet fra fre. 29. maj" in words
    assert "ons. 9. sep. Aflyst KKR Midtjylland – ingen frist" in words
    assert "9. september" not in picture  # no deadline of a meeting that is not held


def test_a_deadline_of_the_year_is_there_when_its_meeting_lies_in_the_next(house: House) -> None:
    add(house, "new-year", "kd-net", "2021-01-08")
    html = house.client(IDA).get("/aarshjul?aar=2020&organ=kd-net").text
    assert 'href="/moeder/new-year"' in html
    assert "fre. 8. jan. 2021" in text_of(html)
    assert "KD-Net: Indmelding senest mandag den 21. december 2020" in said(html)
    assert "KD-Net: Referatet udsendes senest mandag den 18. januar 2021" not in said(html)


def test_a_name_with_markup_stays_a_name(house: House) -> None:
    with house.wiring.db.write() as tx:
        tx.run("update body set short = ?, name = ? where key = 'kd-net'", ("<b>KD</b> & Net", "<b>KD</b> & Net"))
    for path in ("/aarshjul?aar=2020", "/forbindelser?aar=2020"):
        html = house.client(IDA).get(path).text
        assert "<b>KD</b>" not in html
        assert "&lt;b&gt;KD&lt;/b&gt; &amp; Net" in html


def test_today_and_the_holidays_are_told(house: House) -> None:
    html = house.client(IDA).get("/aarshjul?aar=2020").text
    assert "I dag, 24. jan" in said(html)
    assert "fre. 8. maj 2020: Store bededag" in text_of(html)
    assert "tors. 24. dec. 2020: Juleaftensdag" in text_of(html)
    assert "I dag, " not in said(house.client(IDA).get("/aarshjul?aar=2021").text)


# --- connections -------------------------------------------------------------------------------------------------


def test_the_last_kd_net_before_each_kkr(house: House) -> None:
    html = house.client(IDA).get("/forbindelser").text
    words = text_of(html[html.index("<tbody>") : html.index("</table>")])
    for last, first, days in (
        ("fre. 24. jan. 2020", "ons. 5. feb. 2020", 12),
        ("fre. 13. mar. 2020", "ons. 1. apr. 2020", 19),
        ("fre. 29. maj 2020", "ons. 17. jun. 2020", 19),
        ("fre. 28. aug. 2020", "ons. 9. sep. 2020", 12),
        ("fre. 23. okt. 2020", "fre. 13. nov. 2020", 21),
    ):
        assert f"{first} {last} {days} dage" in words
    assert "KD-Net: Indmelding senest torsdag den 14. maj 2020 kl. 12: 10 hverdage før mødet" in words
    assert "Referatet fra KD-Net er først færdigt mandag den 3. februar 2020." in words


def test_any_two_bodies_and_why_a_nearer_meeting_is_too_late(house: House) -> None:
    html = house.client(IDA).get("/forbindelser?fra=kkr-midt&til=kontaktudvalg&aar=2020").text
    assert "<h1>Sidste KKR Midtjylland før Kontaktudvalget</h1>" in html
    words = text_of(html)
    assert "ons. 17. jun. 2020 ons. 1. apr. 2020 77 dage" in words
    assert (
        "KKR Midtjylland onsdag den 17. juni 2020 nås ikke: Kontaktudvalget mødes samme dag. Kontaktudvalget skal "
        "have sagen senest onsdag den 10. juni 2020 kl. 12, og KKR Midtjylland har først besluttet onsdag den 17. "
        "juni 2020."
    ) in words
    assert re.search(r'value="kontaktudvalg" selected', html)


def test_bodies_without_meetings_have_a_page_too(house: House) -> None:
    ida = house.client(IDA)
    none = text_of(ida.get("/forbindelser?fra=klima-sg&til=kkr-midt&aar=2020").text)
    assert none.count("Intet møde kan nås") == 5
    assert "har ingen møder i kalenderen i 2020" in text_of(ida.get("/forbindelser?til=klima-sg&aar=2020").text)
    assert ida.get("/forbindelser?fra=nowhere").status_code == 404
    assert ida.get("/forbindelser?aar=1999").status_code == 404


def test_the_connections_as_data(house: House) -> None:
    ida = house.client(IDA)
    found = ida.get("/forbindelser.json?fra=kd-net&til=kkr-midt&aar=2020").json()
    assert (found["first"], found["second"], found["year"]) == ("kd-net", "kkr-midt", 2020)
    assert [row["days"] for row in found["data"]] == [12, 19, 19, 12, 21]
    third = found["data"][2]
    assert third["last"]["meeting"] == "kd-net-2020-05-29"
    assert third["last"]["submit_by"] == "2020-05-14T12:00:00+02:00"
    assert third["last"]["submission"]["skipped"] == [["2020-05-21", "Kristi himmelfartsdag"]]
    assert found["data"][0]["before_minutes"] is True
    late = ida.get("/forbindelser.json?fra=kkr-midt&til=kontaktudvalg&aar=2020").json()["data"][0]["too_late"]
    assert [one["meeting"] for one in late] == ["kkr-midt-2020-06-17"]


def test_faults_of_the_data_are_problems(house: House) -> None:
    unknown = house.client(IDA).get("/forbindelser.json?fra=nowhere")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:kdflow:problem:not-found")
    assert house.client(IDA).get("/forbindelser.json?aar=1").json()["type"] == "urn:kdflow:problem:invalid"
    assert house.client().get("/forbindelser.json").json()["type"] == "urn:kdflow:problem:sign-in-needed"


# --- bottlenecks -------------------------------------------------------------------------------------------------


def test_where_sager_wait(house: House) -> None:
    html = house.client(IDA).get("/flaskehalse").text
    words = text_of(html)
    assert "DASSOS 1 led få 16 16 0 16 0" in words  # opened 6 January, decided and handed on the 22nd
    assert "KD-Net 3 " in words[words.index("Sager, der står der i dag") :]
    assert "Sendt videre fra torsdag den 24. januar 2019 til fredag den 24. januar 2020." in words
    assert ["".join(one.itertext()).count("DASSOS") for one in svgs(html)] == [3, 0]


@pytest.mark.parametrize("who", [IDA, JENS, LARS])
def test_closed_sager_do_not_count_for_anybody(house: House, who: PersonId) -> None:
    html = house.client(who).get("/flaskehalse").text
    assert "KD-Net 3 " in text_of(html)[text_of(html).index("Sager, der står der i dag") :]
    for what, title in TITLES.items():
        assert title not in html
        assert house.numbers[what] not in html


def test_a_period_can_be_chosen(house: House) -> None:
    ida = house.client(IDA)
    words = text_of(ida.get("/flaskehalse?fra=2020-01-22&til=22.1.2020").text)
    assert "DASSOS 1 led" in words
    assert "Ingen sager er sendt videre i perioden." in text_of(ida.get("/flaskehalse?til=2020-01-21").text)
    assert "DASSOS 1 led" in text_of(ida.get("/flaskehalse?fra=2020-01-22").text)
    html = ida.get("/flaskehalse").text
    assert '<a href="/flaskehalse?fra=2019-01-24&amp;til=2020-01-24" aria-current="page">' in html
    assert 'name="fra" value="torsdag den 24. januar 2019"' in html
    for spoken in ("da", "en"):  # what stands in the fields can be sent as it is
        ida.cookies.set("kdflow-sprog", spoken)
        fields = dict(re.findall(r'name="(fra|til)" value="([^"]+)"', ida.get("/flaskehalse").text))
        again = ida.get("/flaskehalse", params=fields)
        assert again.status_code == 200
        assert 'href="/flaskehalse?fra=2019-01-24&amp;til=2020-01-24" aria-current="page"' in again.text
    ida.cookies.set("kdflow-sprog", "da")


@pytest.mark.parametrize(
    ("address", "message", "field"),
    [
        ("fra=engang", "Skriv en bestemt dag", "periode-fra"),
        ("fra=2020-01", "Skriv en bestemt dag", "periode-fra"),
        ("til=torsdag+den+6.+maj+2020", "Ugedagen passer ikke til datoen.", "periode-til"),
        ("fra=0001-01-01", "Dagen ligger for langt væk.", "periode-fra"),
        ("fra=2020-01-02&til=2020-01-01", "Perioden slutter, før den begynder.", "periode-til"),
    ],
)
def test_a_period_that_cannot_be_is_said_beside_its_field(
    house: House, address: str, message: str, field: str
) -> None:
    answer = house.client(IDA).get(f"/flaskehalse?{address}")
    assert answer.status_code == 422
    assert message in text_of(answer.text)
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text


# --- all three ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_they_lead_to_each_other_and_are_for_those_signed_in(house: House, path: str) -> None:
    html = house.client(IDA).get(path).text
    for other in (*PATHS, "/moeder"):
        assert f'href="{other}"' in html
    assert f'href="{path}" aria-current="page"' in html[html.index("<main") :]
    assert re.search(r'href="/aarshjul"[^>]* aria-current="page">Kalender', html)
    assert house.client().get(path, follow_redirects=False).status_code == 303
    assert "style=" not in html


# --- the pause round an election ---------------------------------------------------------------------------------

KNOWN = (
    "KD-Net: valgpause fra fredag den 3. december 2021 til fredag den 11. februar 2022 (70 dage). "
    "Valget tirsdag den 16. november 2021."
)
OPEN = (
    "KKR Midtjylland: valgpause fra mandag den 11. oktober 2021; næste periodes møder er endnu ikke fastlagt. "
    "Valget tirsdag den 16. november 2021."
)


def test_the_pause_round_an_election_is_named_whether_or_not_its_end_is_known(house: House) -> None:
    ida = house.client(IDA)
    for path in ("/aarshjul?aar=2021", "/forbindelser?aar=2021", "/forbindelser?aar=2022"):
        told = text_of(ida.get(path).text)
        assert KNOWN in told
        assert OPEN in told
    for path in ("/aarshjul?aar=2020", "/forbindelser?aar=2020"):
        assert "valgpause" not in ida.get(path).text


def test_the_pauses_are_in_the_data_too(house: House) -> None:
    data = house.client(IDA).get("/forbindelser.json?aar=2021").json()
    assert data["pauses"] == [
        {
            "body": "kd-net",
            "election_on": "2021-11-16",
            "last_on": "2021-12-03",
            "first_on": "2022-02-11",
            "days": 70,
        },
        {
            "body": "kkr-midt",
            "election_on": "2021-11-16",
            "last_on": "2021-10-11",
            "first_on": None,
            "days": None,
        },
    ]


@pytest.mark.parametrize(
    ("first", "said", "days"), [("03-04", "fredag den 4. marts", 144), ("06-15", "onsdag den 15. juni", 247)]
)
def test_a_gap_that_goes_on_into_the_term_is_a_pause_only_until_that_has_settled(
    house: House, first: str, said: str, days: int
) -> None:
    add(house, f"kkr-midt-2022-{first}", "kkr-midt", f"2022-{first}")
    wanted = (
        "KKR Midtjylland: valgpause fra mandag den 11. oktober 2021 til onsdag den 2. marts 2022; intet møde "
        f"mellem mandag den 11. oktober 2021 og {said} 2022 ({days} dage)."
    )
    for path in ("/aarshjul?aar=2021", "/aarshjul?aar=2022", "/forbindelser?aar=2021"):
        assert wanted in text_of(house.client(IDA).get(path).text)


def test_nobody_is_told_to_submit_on_condition_over_an_election(house: House) -> None:
    add(house, "kkr-midt-2022-01-05", "kkr-midt", "2022-01-05")
    add(house, "kd-net-2021-12-30", "kd-net", "2021-12-30")
    told = text_of(house.client(IDA).get("/forbindelser?aar=2022").text)
    assert "Der kan ikke indmeldes under forudsætning hen over et valg." in told
    assert "Kun en sag, der indmeldes under forudsætning" not in told
