"""Before a change is saved, its page says who would be told, and what: the very notices that saving writes."""

from kdflow.actions.publish_agenda import publish_agenda
from kdflow.domain.timetable import MeetingId
from kdflow.store import outbox
from tests.web.forms import send, text_of
from tests.web.house import IDA, JENS, KARIN, TITLES, House
from tests.web.test_calendar_pages import MEETING, save, seated


def test_the_recipients_by_name_and_what_they_would_read(house: House) -> None:
    karin = seated(house).client(KARIN)
    before = house.dump()
    seen = send(karin, MEETING, "/flyt", on="20. marts 2020", reason="Lokalet er optaget.")
    said = text_of(seen.text)
    assert (
        "Besked til 2 personer Hver får alle sine ændringer i én besked. Intet bliver sendt, før du gemmer."
        in said
    )
    assert said.index("Ida Sagsejer") < said.index("Jens Formand") < said.index("Flyt mødet", said.index("Jens"))
    subject = "Mødet i KD-Net 13. mar. 2020 er flyttet til 20. mar. 2020"
    assert said.count(subject) >= 2
    assert "Lokalet er optaget." in said
    assert house.dump() == before


def test_it_is_what_people_are_told(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = send(karin, MEETING, "/flyt", on="20. marts 2020", reason="Lokalet er optaget.")
    save(karin, seen, "/flyt")
    told = text_of(house.client(IDA).get("/beskeder").text)
    with house.wiring.db.read() as tx:
        assert outbox.for_person(tx, IDA)[0].notice.kind == "meeting-changed"
    preview = text_of(seen.text.split("<b>Ida Sagsejer</b>")[1].split("</details>")[0])
    assert "er flyttet til 20. mar. 2020" in preview
    assert preview in told.replace("Fredag den 24. januar 2020 kl. 16.00 ", "")


def test_of_a_closed_sag_the_number_alone(house: House) -> None:
    number = house.numbers["closed"]
    karin = house.client(KARIN)
    seen = send(karin, MEETING, "/aflys", reason="Intet møde.")
    told = text_of(seen.text.split('id="besked"')[1])
    assert TITLES["closed"] not in told
    assert number in told


def test_a_change_that_concerns_nobody(house: House) -> None:
    karin = house.client(KARIN)
    seen = send(karin, "/moeder/kd-net-2020-01-24", "/ret", place="Regionshuset")
    assert seen.status_code == 200
    assert "Regionshuset" in seen.text
    assert "Besked til" not in text_of(seen.text)


def test_whoever_has_the_agenda_is_among_them_and_reads_it_with_the_way_to_the_meeting(house: House) -> None:
    karin = house.client(KARIN)
    at = MeetingId(MEETING.rpartition("/")[2])
    publish_agenda(house.wiring.db, at, key="agenda", by=KARIN, now=house.wiring.now())
    seen = send(karin, MEETING, "/flyt", on="20. marts 2020", reason="Lokalet er optaget.")
    preview = text_of(seen.text.split("<b>Jens Formand</b>")[1].split("</details>")[0])
    assert preview.startswith("Mødet i KD-Net 13. mar. 2020 er flyttet til 20. mar. 2020 Mødet i KD-Net")
    assert "Du får beskeden, fordi du har fået dagsordenen til mødet." in preview
    assert "en af dine sager" not in preview
    save(karin, seen, "/flyt")
    page = house.client(JENS).get("/beskeder").text
    assert preview in text_of(page).replace("Fredag den 24. januar 2020 kl. 16.00 ", "")
    assert f'href="{MEETING}"' in page
