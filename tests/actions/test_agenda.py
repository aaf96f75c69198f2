"""Agendas: built by keys, frozen under numbers that stand fast, told to their readers once."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow.actions.accept_item import accept_item
from kdflow.actions.build_agenda import (
    Details,
    Way,
    add_point,
    arrange_point,
    describe_point,
    drop_point,
    restore_standing,
)
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.publish_agenda import AgendaReceipt, publish_agenda
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, NotAllowed, Refused, Unreadable
from kdflow.domain.on_agenda import Agenda
from kdflow.domain.publications import Publication, PublicationKind
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.store import agendas, publications
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world
from tests.make import IDA, JENS, KARIN, LARS, House

MEETING = MeetingId("kd-net-2020-03-13")
ROUTE = "droeftelse-kd-net@1"


def submitted(house: House, title: str = "En sag", *, on: str = "2020-02-03", **more: Any) -> SagId:
    """A sag that is submitted to the meeting of 13 March; the deadline is 28 February."""
    sag = house.on(on).open(ROUTE, title, **more)
    house.write(sag, "kdnet", "KD-Net drøfter.")
    house.do(sag, "kdnet", "submit", by=more.get("owner", IDA), meeting="2020-03-13")
    return sag


def accepted(house: House, title: str = "En sag", **more: Any) -> SagId:
    sag = submitted(house, title, **more)
    house.do(sag, "kdnet", "accept")
    return sag


def agenda(house: House) -> Agenda:
    with house.db.read() as tx:
        return agenda_at(tx, MEETING, whole_world(tx, house.now))


def said(house: House) -> list[str]:
    return [f"{one.number} {one.title}{' (udgået)' if one.is_gone else ''}" for one in agenda(house).points]


def move(house: House, point: str, way: Way, place: int = 0, by: PersonId = KARIN) -> None:
    arrange_point(house.db, MEETING, point, way, place, key=house.key(), by=by, now=house.now)


def describe(house: House, point: str, *, version: int | None = None, **details: Any) -> None:
    describe_point(
        house.db, MEETING, point, Details(**details), version=version, key=house.key(), by=KARIN, now=house.now
    )


def add(house: House, title: str, **details: Any) -> str:
    wish = Details(title=title, **details)
    return add_point(house.db, MEETING, wish, key=house.key(), by=KARIN, now=house.now).point


def publish(house: House, **more: Any) -> AgendaReceipt:
    given: dict[str, Any] = {"key": house.key(), "by": KARIN, "now": house.now} | more
    return publish_agenda(house.db, MEETING, **given)


def newest(house: House) -> Publication:
    with house.db.read() as tx:
        found = publications.newest(tx, MEETING, PublicationKind.AGENDA)
    assert found
    return found


def status(house: House) -> MeetingStatus:
    return agenda(house).meeting.status


FIRST = ["1 Godkendelse af dagsorden", "2 Godkendelse af referat fra forrige møde"]


# --- built -----------------------------------------------------------------------------------------------------


def test_what_the_body_accepts_stands_between_its_standing_items(house: House) -> None:
    accepted(house, "Første sag")
    accepted(house, "Hemmelig sag", closed=True)
    submitted(house, "Ikke sat på")
    assert said(house) == [*FIRST, "3 Første sag", "4 Kommende møder", "5 Eventuelt", "L1 Hemmelig sag"]
    assert [one.sag.title for one in agenda(house).submitted] == ["Ikke sat på"]


def test_points_are_moved_and_put_under_each_other(house: House) -> None:
    first, second = accepted(house, "Første sag"), accepted(house, "Anden sag")
    move(house, f"sag:{second}:1", Way.UP)
    assert said(house)[2:4] == ["3 Anden sag", "4 Første sag"]
    move(house, f"sag:{second}:1", Way.TO, 9)
    assert said(house)[-1] == "6 Anden sag"
    move(house, f"sag:{second}:1", Way.TO, 3)
    move(house, f"sag:{second}:1", Way.UNDER)
    assert said(house)[2:4] == ["3 Første sag", "3.a Anden sag"]
    move(house, f"sag:{first}:1", Way.DOWN)
    assert said(house)[2:5] == ["3 Kommende møder", "4 Første sag", "4.a Anden sag"]
    move(house, f"sag:{second}:1", Way.BESIDE)
    assert said(house)[4] == "5 Anden sag"
    with pytest.raises(Refused):
        move(house, f"sag:{second}:1", Way.BESIDE)


def test_a_point_of_ones_own_and_what_is_said_of_a_point(house: House) -> None:
    sag = accepted(house)
    point = add(house, "  Orientering   fra formanden ", presenter="Formanden", minutes=15)
    assert said(house)[3] == "4 Orientering fra formanden"
    describe(house, f"sag:{sag}:1", presenter="Sagsejeren", minutes=30)
    found = agenda(house).point(f"sag:{sag}:1")
    assert (found.kept.presenter, found.minutes) == ("Sagsejeren", 30)
    describe(house, point, title="Orientering", closed=True)
    assert said(house)[-1] == "L1 Orientering"
    drop_point(house.db, MEETING, point, key=house.key(), by=KARIN, now=house.now)
    assert "Orientering" not in " ".join(said(house))
    with pytest.raises(Unreadable):
        add(house, " ")


def test_a_standing_item_is_left_out_at_one_meeting_and_comes_back(house: House) -> None:
    drop_point(house.db, MEETING, "standing:eventuelt", key=house.key(), by=KARIN, now=house.now)
    assert said(house) == [*FIRST, "3 Kommende møder"]
    restore_standing(house.db, MEETING, "eventuelt", key=house.key(), by=KARIN, now=house.now)
    assert said(house)[-1] == "4 Eventuelt"


def test_a_sag_leaves_only_by_its_own_move_and_a_closed_one_is_never_open(house: House) -> None:
    sag = accepted(house, closed=True)
    with pytest.raises(Refused) as told:
        drop_point(house.db, MEETING, f"sag:{sag}:1", key=house.key(), by=KARIN, now=house.now)
    assert [one.guard for one in told.value.reasons] == ["point_removable"]
    with pytest.raises(Refused):
        describe(house, f"sag:{sag}:1", closed=False)


def test_who_saw_an_older_version_of_a_point_overwrites_nothing(house: House) -> None:
    point = add(house, "Punkt")
    seen = agenda(house).point(point).kept.version
    describe(house, point, title="Karins punkt", version=seen)
    with pytest.raises(Conflict):
        describe(house, point, title="Et andet punkt", version=seen)
    assert "3 Karins punkt" in said(house)


def test_only_those_who_look_after_the_body_build_its_agenda(house: House) -> None:
    before = house.rows()
    for who in (IDA, LARS):
        with pytest.raises(NotAllowed):
            move(house, "standing:eventuelt", Way.UP, by=who)
        with pytest.raises(NotAllowed):
            publish(house, by=who)
    assert house.rows() == before
    move(house, "standing:eventuelt", Way.UP, by=JENS)


def test_a_late_sag_comes_on_only_with_the_reason_why_it_cannot_wait(house: House) -> None:
    late = submitted(house, on="2020-03-03")
    step = house.step(late, "kdnet")
    assert [one.is_late for one in agenda(house).submitted] == [True]
    wish = {"version": step.version, "by": KARIN, "now": house.now}
    with pytest.raises(Unreadable):
        accept_item(house.db, MEETING, late, step.seq, key=house.key(), **wish)  # type: ignore[arg-type]
    why = "Høringsfristen er før næste møde."
    accept_item(house.db, MEETING, late, step.seq, why, key=house.key(), **wish)  # type: ignore[arg-type]
    found = agenda(house).point(f"sag:{late}:1")
    assert (found.is_late, found.kept.why_late, found.lacks_reason) == (True, why, False)
    assert house.step(late, "kdnet").state == "on-agenda"


def test_what_comes_on_later_stands_before_the_points_that_end_the_agenda(house: House) -> None:
    add(house, "Lukket punkt", closed=True)
    accepted(house, "Første sag")
    assert said(house)[2:] == ["3 Første sag", "4 Kommende møder", "5 Eventuelt", "L1 Lukket punkt"]
    late = submitted(house, "Sen sag", on="2020-03-03")
    step = house.step(late, "kdnet")
    given: dict[str, Any] = {"version": step.version, "key": house.key(), "by": KARIN, "now": house.now}
    accept_item(house.db, MEETING, late, step.seq, "Den haster.", **given)
    expected = ["3 Første sag", "4 Sen sag", "5 Kommende møder", "6 Eventuelt", "L1 Lukket punkt"]
    assert said(house)[2:] == expected


def test_a_sag_moved_to_the_next_meeting_in_time_is_late_no_longer(house: House) -> None:
    late = submitted(house, on="2020-03-03")
    house.do(late, "kdnet", "postpone", meeting="2020-05-29")
    with house.db.read() as tx:
        there = agenda_at(tx, MeetingId("kd-net-2020-05-29"), whole_world(tx, house.now))
    assert [(one.sag.id, one.is_late) for one in there.submitted] == [(late, False)]


# --- published -------------------------------------------------------------------------------------------------


def test_publishing_freezes_the_agenda_and_says_that_it_is_sent(house: House) -> None:
    sag = accepted(house, "Sagen")
    receipt = publish(house.on("2020-03-05"))
    assert (receipt.version, status(house)) == (1, MeetingStatus.AGENDA_SENT)
    made = newest(house)
    assert made.is_whole
    assert [f"{one['number']} {one['title']}" for one in made.content["points"]] == said(house)
    found = next(one for one in made.content["points"] if one["key"] == f"sag:{sag}:1")
    assert (found["sag"]["parts"], found["sag"]["asks"]) == (["KD-Net drøfter."], "drøftelse")
    house.revise(sag, "kdnet", parts=("KD-Net beslutter noget andet.",))
    assert newest(house).content == made.content


def test_the_duty_to_send_the_agenda_is_done_by_it(house: House) -> None:
    accepted(house)
    pass_deadlines(house.db, now=house.on("2020-03-05").now)
    publish(house)
    pass_deadlines(house.db, now=house.now)
    with house.db.read() as tx:
        rows = tx.run("select kind from duty where subject = ?", (f"meeting:{MEETING}",)).fetchall()
    assert [row[0] for row in rows] == ["minutes"]


def test_members_chairs_and_owners_are_told_once(house: House) -> None:
    accepted(house, "Sagen")
    key = house.key()
    first, again = publish(house, key=key), publish(house, key=key)
    assert (again.version, again.repeated) == (first.version, True)
    assert house.told("ida")[-1] == house.told("jens")[-1] == house.told("vibe")[-1] == "agenda-published"
    assert [house.told(who).count("agenda-published") for who in ("ida", "jens", "karin", "lars")] == [1, 1, 0, 0]
    data = house.notices("ida")[0].notice.data
    (key_of_sag,) = (one["key"] for one in newest(house).content["points"] if one["number"] == "3")
    assert {"key": key_of_sag, "number": "3", "title": "Sagen"} in data["points"]  # type: ignore[operator]
    assert data["page"] == "dagsorden/nyeste"


def test_a_closed_point_is_named_to_nobody_and_counted_for_those_who_may_know(house: House) -> None:
    accepted(house, "Åben sag")
    accepted(house, "Hemmelig sag", closed=True, owner=KARIN, by="karin")
    publish(house)
    for who, closed in (("jens", 1), ("ida", 0)):
        data = house.notices(who)[0].notice.data
        assert "Hemmelig" not in str(data)
        assert data["closed"] == closed


def test_who_may_not_know_of_what_is_new_is_told_nothing(house: House) -> None:
    accepted(house, "Åben sag")
    publish(house)
    accepted(house, "Hemmelig sag", closed=True, owner=KARIN, by="karin")
    publish(house, reason="En sag mere.")
    assert [house.told(who).count("agenda-published") for who in ("jens", "ida")] == [2, 1]


def test_what_leaves_keeps_its_number_and_what_comes_is_a_supplement(house: House) -> None:
    gone, stays = accepted(house, "Går ud"), accepted(house, "Bliver")
    publish(house.on("2020-03-05"))
    house.do(gone, "kdnet", "take-off", reason="Mangler tal.")
    late = submitted(house, "Sen sag", on="2020-03-06")
    step = house.step(late, "kdnet")
    given: dict[str, Any] = {"version": None, "key": house.key(), "by": KARIN, "now": house.now}
    accept_item(house.db, MEETING, late, step.seq, "Den haster.", **given)
    publish(house, reason="Sen sag")
    assert said(house) == [
        *FIRST,
        "3 Går ud (udgået)",
        "4 Bliver",
        "5 Kommende møder",
        "6 Eventuelt",
        "7 Sen sag",
    ]
    points = {one["title"]: one for one in newest(house).content["points"]}
    assert (points["Sen sag"]["supplement"], points["Sen sag"]["why_late"]) == (1, "Den haster.")
    assert points["Bliver"]["supplement"] == 0
    told = house.notices("ida")[0].notice.data
    assert (told["points"], told["gone"]) == (
        [{"key": f"sag:{late}:1", "number": "7", "title": "Sen sag"}],
        [{"key": f"sag:{gone}:1", "number": "3", "title": "Går ud"}],
    )
    with pytest.raises(Refused):
        move(house, f"sag:{stays}:1", Way.UP)


def test_an_agenda_with_a_late_sag_without_a_reason_is_not_published(house: House) -> None:
    accepted(house, on="2020-03-03")  # by the move on the page of the sag, which asks for no reason
    before = house.rows()
    with pytest.raises(Refused) as told:
        publish(house)
    assert [one.guard for one in told.value.reasons] == ["agenda_late_reasons"]
    assert house.rows() == before


def test_nothing_new_is_not_published_and_another_agenda_than_the_one_seen_neither(house: House) -> None:
    accepted(house)
    publish(house)
    with pytest.raises(Refused) as told:
        publish(house)
    assert [one.guard for one in told.value.reasons] == ["agenda_has_news"]
    add(house, "Nyt punkt")
    with pytest.raises(Conflict):
        publish(house, seen=newest(house).digest)


def test_a_published_free_point_that_is_removed_is_gone_but_not_forgotten(house: House) -> None:
    point = add(house, "Besøg")
    publish(house)
    drop_point(house.db, MEETING, point, key=house.key(), by=KARIN, now=house.now)
    assert "3 Besøg (udgået)" in said(house)
    assert add(house, "Nyt besøg") != point


def test_what_was_published_cannot_be_changed(house: House) -> None:
    publish(house)
    for statement in ("update publication set digest = ''", "delete from publication"):
        with pytest.raises(Exception, match="publication is append-only"), house.db.write() as tx:
            tx.run(statement)
    with house.db.read() as tx:
        assert agendas.kept(tx, MEETING)
