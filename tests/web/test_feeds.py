"""Calendar feeds: a secret address shows what its holder may see now, and dies when it is taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from kdflow import bootstrap
from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import read_date
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.revision import Revision
from kdflow.domain.timetable import MeetingId
from tests.web.forms import form, send, text_of
from tests.web.house import IDA, KARIN, LARS, NOW, House


def make(house: House, who: PersonId, about: str) -> str:
    """The path of a new feed."""
    answer = send(house.client(who), "/abonnementer", "/abonnementer", about=about)
    assert answer.status_code == 200, text_of(answer.text)
    found = re.search(r"/abonnement/[\w-]+\.ics", answer.text)
    assert found, answer.text
    return found[0]


def read(house: House, path: str, **headers: str) -> Any:
    """The feed as a calendar program reads it: without signing in."""
    return house.client().get(path, headers=headers)


def entries(answer: Any) -> dict[str, Any]:
    """The entries of a feed by their uid."""
    calendar: Any = Calendar.from_ical(answer.content)
    return {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}


def test_a_body_feed_holds_its_meetings_and_deadlines_with_their_sums_and_alarms(house: House) -> None:
    answer = read(house, make(house, IDA, "body:kd-net"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = entries(answer)
    meeting = found["kd-net-2020-03-13@kdflow"]
    assert (str(meeting["summary"]), meeting.decoded("dtstart").isoformat()) == ("Møde i KD-Net", "2020-03-13")
    deadline = found["submission-kd-net-2020-03-13@kdflow"]
    assert str(deadline["summary"]) == "Indmelding: KD-Net"
    assert "10 hverdage før mødet fredag den 13. marts" in str(deadline["description"])
    assert len(deadline.walk("VALARM")) == 2
    assert not meeting.walk("VALARM")


def test_a_person_feed_holds_ones_bodies_and_ones_own_sager(house: House) -> None:
    ida = entries(read(house, make(house, IDA, "person:")))
    fresh = house.numbers["fresh"].lower()
    assert f"kd-net-2020-03-13-{fresh}-kdnet@kdflow" in ida
    assert f"submission-kd-net-2020-03-13-{fresh}-kdnet@kdflow" in ida
    karin = entries(read(house, make(house, KARIN, "person:")))
    assert "agenda-kd-net-2020-03-13@kdflow" in karin
    assert not any(fresh in uid for uid in karin)


def test_a_closed_sag_is_named_by_its_number_only(house: House) -> None:
    number = house.numbers["closed"]
    answer = read(house, make(house, IDA, f"sag:{number}"))
    assert number in answer.text
    assert house.page("closed", IDA).sag.title not in answer.text.replace("\r\n ", "")


def test_nobody_makes_a_feed_of_a_sag_they_may_not_see(house: House) -> None:
    answer = send(house.client(LARS), "/abonnementer", "/abonnementer", about=f"sag:{house.numbers['closed']}")
    assert answer.status_code == 404


def test_a_feed_stays_the_same_until_something_changes_and_then_says_so(house: House) -> None:
    path = make(house, IDA, "body:kd-net")
    first = read(house, path)
    again = read(house, path, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    meeting = MeetingId("kd-net-2020-03-13")
    move = CalendarChange(kind=ChangeKind.MOVE, body="kd-net", meeting=meeting, on=read_date("2020-03-20"))
    change_calendar(house.wiring.db, move, reason="Sammenfald.", key="move-it-once", by=KARIN, now=NOW)
    changed = read(house, path, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    before, after = entries(first), entries(changed)
    uid = f"{meeting}@kdflow"
    assert after[uid].decoded("dtstart").isoformat() == "2020-03-20"
    assert int(after[uid]["sequence"]) == int(before[uid]["sequence"]) + 1
    assert "Flyttet fra fredag den 13. marts 2020." in str(after[uid]["description"])
    due = f"submission-{uid}"
    assert after[due].decoded("dtstart") > before[due].decoded("dtstart")


def plan_vaguely(house: House, on: str) -> MeetingId:
    """KD-Net gets one more meeting, whose day is not known."""
    add = CalendarChange(kind=ChangeKind.ADD, body="kd-net", meeting=MeetingId("kd-net-new"), on=read_date(on))
    change_calendar(house.wiring.db, add, reason="", key="add-it-once", by=KARIN, now=NOW)
    return MeetingId("kd-net-new")


def test_a_meeting_without_a_day_stands_on_all_its_days_with_provisional_deadlines(house: House) -> None:
    path = make(house, IDA, "body:kd-net")
    uid = f"{plan_vaguely(house, '2020-09')}@kdflow"
    found = entries(read(house, path))
    meeting, due, minutes = found[uid], found[f"submission-{uid}"], found[f"minutes-{uid}"]
    assert str(meeting["summary"]) == "Møde i KD-Net (dato endnu ikke fastlagt: september 2020)"
    days = meeting.decoded("dtstart").isoformat(), meeting.decoded("dtend").isoformat()
    assert days == ("2020-09-01", "2020-10-01")
    assert {str(one["status"]) for one in (meeting, due, minutes)} == {"TENTATIVE"}
    assert str(due["summary"]) == "Indmelding: KD-Net (dato endnu ikke fastlagt: september 2020)"
    assert due.decoded("dtstart").date().isoformat() == "2020-08-18"
    assert "mødet i september 2020, regnet fra tidligst tirsdag den 1. september" in str(due["description"])
    assert "regnet fra senest onsdag den 30. september" in str(minutes["description"])
    move = CalendarChange(
        kind=ChangeKind.MOVE, body="kd-net", meeting=MeetingId(uid.split("@")[0]), on=read_date("2020-09-10")
    )
    change_calendar(house.wiring.db, move, reason="Dagen er aftalt.", key="know-it", by=KARIN, now=NOW)
    known = entries(read(house, path))[uid]
    assert (str(known["status"]), str(known["summary"])) == ("CONFIRMED", "Møde i KD-Net")
    assert int(known["sequence"]) > int(meeting["sequence"])


def test_a_sag_that_is_planned_at_a_meeting_without_a_day_has_it_in_its_feed(house: House) -> None:
    meeting = plan_vaguely(house, "ultimo februar 2020")
    number = house.numbers["fresh"]
    found = entries(read(house, make(house, IDA, f"sag:{number}")))
    uid = f"{meeting}-{number.lower()}-kdnet@kdflow"
    assert "(dato endnu ikke fastlagt: ultimo februar 2020)" in str(found[uid]["summary"])
    assert str(found[f"submission-{uid}"]["status"]) == "TENTATIVE"


# --- SEQUENCE ------------------------------------------------------------------------------------------------


def install(house: House, **changed: Any) -> None:
    """Install the catalog again, with something else about KD-Net."""
    catalog = bootstrap.load_catalog(house.wiring.settings)
    bodies = {key: replace(body, **changed) if key == "kd-net" else body for key, body in catalog.bodies.items()}
    install_catalog(house.wiring.db, replace(catalog, bodies=bodies), now=NOW)


def sequences(found: dict[str, Any]) -> dict[str, int]:
    """How often each entry has been another one."""
    return {uid: int(entry["sequence"]) for uid, entry in found.items()}


def test_a_changed_rule_raises_the_sequence_of_its_deadlines_and_of_nothing_else(house: House) -> None:
    path = make(house, IDA, "body:kd-net")
    first = entries(read(house, path))
    install(house)
    assert sequences(entries(read(house, path))) == sequences(first)
    rules = bootstrap.load_catalog(house.wiring.settings).bodies["kd-net"].rules
    stricter = replace(rules[DeadlineKind.SUBMISSION], days=15)
    install(house, rules={**rules, DeadlineKind.SUBMISSION: stricter})
    changed = entries(read(house, path))
    due = "submission-kd-net-2020-03-13@kdflow"
    assert changed[due].decoded("dtstart") < first[due].decoded("dtstart")
    assert changed[due].decoded("last-modified") > first[due].decoded("last-modified")
    risen = {uid for uid, number in sequences(changed).items() if number == sequences(first)[uid] + 1}
    assert risen == {uid for uid in first if uid.startswith("submission-")}
    assert set(changed) == set(first)
    install(house, rules=rules)
    assert sequences(entries(read(house, path)))[due] == sequences(first)[due] + 2


def test_a_closing_day_raises_the_deadlines_and_another_name_everything(house: House) -> None:
    path = make(house, IDA, "body:kd-net")
    first = sequences(entries(read(house, path)))
    install(house, closing_days=frozenset({(date(2020, 3, 2), "Lukket")}))
    closed = sequences(entries(read(house, path)))
    assert {uid for uid in first if closed[uid] == first[uid]} == {uid for uid in first if uid[:6] == "kd-net"}
    install(house, short="KD-Nettet")
    named = sequences(entries(read(house, path)))
    assert all(named[uid] > closed[uid] for uid in first)


def test_another_title_raises_the_entries_of_its_sag_and_other_content_does_not(house: House) -> None:
    sag, path = house.sag("fresh"), make(house, IDA, f"sag:{house.numbers['fresh']}")
    first = sequences(entries(read(house, path)))
    for number, revision in enumerate((Revision(case_text="Nyt."), Revision(title="En anden titel"))):
        revise_sag(house.wiring.db, sag.id, None, revision, version=None, key=f"revise-{number}", by=IDA, now=NOW)
        found = entries(read(house, path))
        assert sequences(found) == {uid: before + number for uid, before in first.items()}
    assert all("En anden titel" in str(entry["summary"]) for entry in found.values())


def test_a_feed_that_is_taken_back_shows_nothing_and_only_its_maker_can_do_that(house: House) -> None:
    path = make(house, IDA, "person:")
    ida, karin = house.client(IDA), house.client(KARIN)
    action = next(iter(re.findall(r"/abonnementer/\w+/slet", ida.get("/abonnementer").text)))
    stolen = karin.post(action, data=form(karin.get("/abonnementer").text, "/abonnementer"))
    assert stolen.status_code == 404
    assert read(house, path).status_code == 200
    assert ida.post(action, data=form(ida.get("/abonnementer").text, action)).status_code == 200
    gone = read(house, path)
    assert gone.status_code == 404
    assert "findes ikke" in gone.text


@pytest.mark.parametrize("secret", ["x", "a" * 32, "%00", "a" * 200])
def test_a_wrong_address_says_nothing(house: House, secret: str) -> None:
    answer = house.client().get(f"/abonnement/{secret}.ics")
    assert answer.status_code == 404
    assert not any(number in answer.text for number in house.numbers.values())


def test_the_secret_is_not_kept_and_not_shown_again(house: House) -> None:
    path = make(house, IDA, "person:")
    secret = path.removeprefix("/abonnement/").removesuffix(".ics")
    assert not any(secret in row for row in house.dump())
    assert secret not in house.client(IDA).get("/abonnementer").text


def test_the_page_needs_a_signed_in_person_and_a_choice(house: House) -> None:
    anonymous: TestClient = house.client()
    assert anonymous.get("/abonnementer", follow_redirects=False).status_code == 303
    ida = house.client(IDA)
    wrong = send(ida, "/abonnementer", "/abonnementer", about="everything:")
    assert wrong.status_code == 422
    assert send(ida, "/abonnementer", "/abonnementer", about="body:nowhere").status_code == 404
