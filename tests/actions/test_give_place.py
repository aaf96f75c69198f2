"""A secretary's word on who gets a place: once, by whom it is for, written down and told; and outcomes counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.consequences import Receipt
from kdflow.actions.give_place import give_place
from kdflow.actions.plan_again import plan_again
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.capacity import Limit, Word, avoiding
from kdflow.domain.errors import Conflict, KeyReused, NotAllowed, NotFound, Unreadable
from kdflow.domain.network import network
from kdflow.domain.odds import Rate
from kdflow.domain.place_words import Wish
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.queries import odds
from kdflow.queries.place_preview import place_preview
from kdflow.queries.places import Places, places_at
from kdflow.store import definitions, meetings, outcomes, people
from kdflow.store.competing import full_meetings, placement
from kdflow.store.outcomes import Tally
from kdflow.store.places import said
from kdflow.store.world import whole_world
from tests.make import IDA, JENS, KARIN, House

ROUTE = "droeftelse-kd-net@1"
AT = MeetingId("kd-net-2020-03-13")
NEXT = MeetingId("kd-net-2020-05-29")


def limit(house: House, most: int | None = 1, minutes: int | None = None, each: int = 10) -> House:
    """Let KD-Net take so many sager and minutes at a meeting; the day is after its meeting in January."""
    values = {"most_items": most, "most_minutes": minutes, "minutes_per_item": each}
    with house.db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx, ["kd-net"])["kd-net"], **values)])  # type: ignore[arg-type]
    return house.on("2020-01-27")


def say(
    house: House, sag: SagId, word: Word | None, *, by: PersonId = KARIN, key: str = "", at: MeetingId = AT
) -> Receipt:
    """Give the word."""
    given = {"reason": "Haster.", "key": key or house.key(), "by": by, "now": house.now}
    return give_place(house.db, at, sag, word, **given)  # type: ignore[arg-type]


def page(house: House, viewer: PersonId | None = None, at: MeetingId = AT) -> Places:
    """What the page of a meeting says of its places."""
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
    meeting = world.timetable.find(at)
    assert meeting is not None
    found = places_at(house.db, meeting, world, viewer)
    assert found is not None
    return found


def placed(house: House, at: MeetingId = AT) -> tuple[list[SagId], list[tuple[SagId, MeetingId | None]]]:
    """Who has a place, and who slides where."""
    found = page(house, at=at)
    slid = [(row.sag, row.to.id if row.to else None) for row in found.rows if not row.has_place]
    return [row.sag for row in found.rows if row.has_place], slid


def test_a_word_overrules_the_order_and_is_taken_back(house: House) -> None:
    limit(house)
    first, second = house.open(ROUTE), house.open(ROUTE)
    assert placed(house) == ([first], [(second, NEXT)])
    say(house, second, "in")
    assert placed(house) == ([second], [(first, NEXT)])
    say(house, second, None)
    say(house, first, "out", by=JENS)
    assert placed(house) == ([second], [(first, NEXT)])
    say(house, first, None)
    assert placed(house) == ([first], [(second, NEXT)])


def test_a_word_overrules_the_order_where_the_minutes_are_limited_too(house: House) -> None:
    limit(house, None, minutes=25, each=15)
    first, second = house.open(ROUTE), house.open(ROUTE)
    assert placed(house) == ([first], [(second, NEXT)])
    say(house, second, "in")
    assert placed(house) == ([second], [(first, NEXT)])
    found = page(house)
    assert (found.most, found.used, found.usual, found.over) == (Limit(None, 25), 15, 15, (0, 0))
    assert [row.minutes for row in found.rows] == [15, 15]
    with house.db.read() as tx:
        assert full_meetings(tx, whole_world(tx, house.now)) == {first: {AT}}


def test_a_meetings_own_minutes_come_back_from_the_database(house: House) -> None:
    limit(house, None, minutes=25)
    details = Details(most_items=3, most_minutes=10)
    wish = CalendarChange(kind=ChangeKind.EDIT, body="kd-net", meeting=AT, details=details)
    change_calendar(house.db, wish, key=house.key(), by=KARIN, now=house.now)
    first, second = house.open(ROUTE), house.open(ROUTE)
    assert page(house).most == Limit(3, 10)
    assert placed(house) == ([first], [(second, NEXT)])
    with house.db.read() as tx:
        (earlier,) = meetings.earlier(tx, AT)
    assert earlier.content["most_minutes"] is None


def test_it_is_done_once_for_its_key_and_saying_it_again_changes_nothing(house: House) -> None:
    sag = limit(house).open(ROUTE)
    done = say(house, sag, "in", key="key-number-one")
    before = house.rows()
    assert say(house, sag, "in", key="key-number-one") == replace(done, repeated=True)
    assert house.rows() == before
    with pytest.raises(KeyReused):
        say(house, sag, "out", key="key-number-one")
    say(house, sag, "in")
    assert house.moves_made(sag).count("sagen place-in") == 1


def test_it_is_written_down_and_the_owner_is_told(house: House) -> None:
    sag = limit(house).open(ROUTE)
    say(house, sag, "in")
    say(house, sag, "out")
    entry = house.history(sag)[-1]
    assert (entry.event.move, entry.event.old, entry.event.new) == ("place-out", "in", "out")
    assert (entry.event.reason, entry.actor) == ("Haster.", KARIN)
    assert entry.event.data == {"body": "KD-Net", "meeting": "2020-03-13", "id": AT}
    assert house.told("ida", sag)[-2:] == ["place", "place"]
    assert house.notices("ida")[0].notice.data["word"] == "out"
    with house.db.read() as tx:
        assert said(tx, [AT])[AT, sag].by == KARIN
        assert said(tx, []) == {}


def test_what_is_previewed_is_what_is_told_and_nothing_else_is_sent(house: House) -> None:
    limit(house)
    first, second = house.open(ROUTE), house.open(ROUTE)
    wish = Wish(meeting=AT, sag=second, word="in", reason="Haster.")
    before = house.rows()
    seen = place_preview(house.db, wish, viewer=KARIN, now=house.now)
    assert house.rows() == before
    assert {row.sag for row in seen.rows} == {first, second}
    told_to = {told.notice.person: told.notice for one in seen.recipients for told in one.told}
    assert {IDA, JENS} < told_to.keys()
    given: dict[str, Any] = {"reason": "Haster.", "by": KARIN, "now": house.now}
    with pytest.raises(Conflict):
        give_place(house.db, AT, second, "in", seen="another", key=house.key(), **given)
    assert house.rows() == before
    key = house.key()
    done = give_place(house.db, AT, second, "in", seen=seen.digest, key=key, **given)
    for person, shown in told_to.items():
        (told,) = [one.notice for one in house.notices(person) if one.notice.kind == "place"]
        assert (told.kind, told.sag, told.person) == (shown.kind, shown.sag, shown.person)
        assert [one["lines"] for one in told.about_sager] == [one["lines"] for one in shown.about_sager]
    with house.db.read() as tx:
        people_told = tx.run("select distinct person from notice where kind = 'place'").fetchall()
    assert {row[0] for row in people_told} == told_to.keys()
    again = give_place(house.db, AT, second, "in", seen=seen.digest, key=key, **given)
    assert again == replace(done, repeated=True)
    assert not place_preview(house.db, wish, viewer=KARIN, now=house.now).is_new


def test_only_secretaries_and_the_chair_of_the_meetings_body_give_places(house: House) -> None:
    sag = limit(house).open(ROUTE)
    for who in (IDA, PersonId("lars")):
        with pytest.raises(NotAllowed):
            say(house, sag, "in", by=who)
    say(house, sag, "in", by=JENS)
    hidden = house.open(ROUTE, closed=True)
    with pytest.raises(NotFound):
        say(house, hidden, "in", by=PersonId("lars"))


def test_where_there_is_nothing_to_say_it_is_refused_and_nothing_is_written(house: House) -> None:
    free, bound = house.open(ROUTE), house.open(ROUTE)
    house.write(bound, "kdnet", "KD-Net drøfter.")
    house.do(bound, "kdnet", "submit", meeting="2020-03-13")
    house.do(bound, "kdnet", "accept")
    with pytest.raises(Unreadable, match="as many sager as come"):
        say(house, free, "in")
    limit(house)
    with pytest.raises(NotFound):
        say(house, free, "in", at=MeetingId("kd-net-1999-01-01"))
    with pytest.raises(Unreadable, match="on the agenda"):
        say(house, bound, "out")
    with pytest.raises(Unreadable, match="has begun"):
        say(house, free, "in", at=MeetingId("kd-net-2020-01-24"))
    with house.db.read() as tx:
        assert said(tx, [AT]) == {}


def test_a_sag_that_does_not_come_to_the_body_gets_no_place_there(house: House) -> None:
    limit(house)
    with pytest.raises(Unreadable, match="no step left"):
        say(house, house.open("kkr-direkte@1", fills={"administrativ-gruppe": "dassos"}), "in")


def test_the_page_counts_and_hides_what_is_closed(house: House) -> None:
    limit(house, 2)
    sager = [house.open(ROUTE) for _ in range(3)]
    sager.append(house.open(ROUTE, closed=True))
    for sag in sager[:2]:
        house.write(sag, "kdnet", "KD-Net drøfter.")
        house.do(sag, "kdnet", "submit", meeting="2020-03-13")
    house.do(sager[0], "kdnet", "accept")
    found = page(house, KARIN)
    assert (found.most, found.over) == (Limit(2, None), (0, 0))
    assert (found.agenda, found.submitted, found.planned, found.used) == (1, 1, 2, 20)
    assert found.may_give
    assert [(to and to.id, [row.sag for row in rows]) for to, rows in found.slides] == [(NEXT, sager[2:])]
    seen = page(house, PersonId("lars"))
    assert not seen.may_give
    assert sager[-1] in {row.sag for row in found.rows}
    assert sager[-1] not in {row.sag for row in seen.rows}
    assert seen.planned == found.planned - 1
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
    for meeting in ("kd-net-2020-01-24", "kkr-midt-2020-02-05"):
        one = world.timetable.find(MeetingId(meeting))
        assert one is not None
        assert places_at(house.db, one, world, KARIN) is None


def test_kept_legs_say_whom_to_look_at_and_the_plan_avoids_what_is_full(house: House) -> None:
    limit(house)
    first, second = house.open(ROUTE), house.open(ROUTE)
    other = house.open("kkr-direkte@1", fills={"administrativ-gruppe": "dassos"})
    plan_again(house.db, now=house.now)
    assert placed(house) == ([first], [(second, NEXT)])
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
        assert set(placement(tx, world)[1]) == {first, second}
        assert full_meetings(tx, world) == {second: {AT}}
        sag = house.sag(second)
        prepared = prepare(sag, definitions.load(tx, sag.route), network(world), house.now)
    assert plan_of(prepared).legs[0].meeting == AT
    assert plan_of(avoiding(prepared, frozenset({AT}))).legs[0].meeting == NEXT
    assert other not in {row.sag for row in page(house).rows}


# --- outcomes ---------------------------------------------------------------------------------------------------


def tally(house: House, *bodies: str) -> dict[str, Tally]:
    """Decided, postponed and returned."""
    with house.db.read() as tx:
        sent_back = odds.sent_back(definitions.procedures(tx))
        return outcomes.tallies(tx, bodies, sent_back=sent_back)


def to_agenda(house: House, meeting: str, route: str = ROUTE) -> SagId:
    """A sag of its own on KD-Net's agenda."""
    sag = house.open(route)
    house.write(sag, "kdnet", "KD-Net drøfter.")
    house.do(sag, "kdnet", "submit", meeting=meeting)
    house.do(sag, "kdnet", "accept")
    return sag


def test_every_treatment_is_counted_once_whatever_became_of_the_step(house: House) -> None:
    decided, twice, held_over, reworked = (to_agenda(house, "2020-01-24") for _ in range(4))
    house.do(twice, "kdnet", "postpone", reason="Ikke tid.")  # postponed
    house.do(twice, "kdnet", "accept")
    house.do(twice, "kdnet", "postpone", reason="Igen.")  # postponed again
    house.on("2020-01-24")
    for sag, outcome in ((decided, "drøftet"), (held_over, "udsat"), (reworked, "drøftet")):
        house.do(sag, "kdnet", "treat")
        house.decide(sag, "kdnet", outcome)
    assert tally(house, "kd-net") == {"kd-net": (2, 3, 0)}
    house.do(held_over, "kdnet", "hold-over")  # the same postponement, now carried out
    house.do(reworked, "kdnet", "rework", reason="Nyt er kommet til.")
    assert tally(house, "kd-net") == {"kd-net": (2, 3, 0)}
    house.do(reworked, "kdnet", "submit", meeting="2020-03-13")
    house.do(reworked, "kdnet", "accept")
    house.on("2020-03-13").do(reworked, "kdnet", "treat")
    house.decide(reworked, "kdnet", "drøftet")  # decided a second time
    assert tally(house, "kd-net") == {"kd-net": (3, 3, 0)}
    assert tally(house) == {}
    assert tally(house, "kkr-midt") == {}


def test_what_is_sent_back_is_counted_where_it_was_sent_back_from(house: House) -> None:
    sag = house.open("standard@1")
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    house.do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2020-01-24", outcome="tilbagesendt")
    assert tally(house, "kd-net", "dassos") == {"kd-net": (0, 0, 1), "dassos": (1, 0, 0)}
    house.do(sag, "kdnet", "send-back", reason="Mangler tal.", back_to="gruppe")
    assert tally(house, "kd-net", "dassos") == {"kd-net": (0, 0, 1), "dassos": (1, 0, 0)}


def test_the_rates_are_smoothed_and_the_chance_is_only_told_with_enough_behind_it(house: House) -> None:
    for _ in range(19):
        sag = to_agenda(house.on("2020-01-20"), "2020-01-24")
        house.on("2020-01-24").do(sag, "kdnet", "treat")
        house.decide(sag, "kdnet", "drøftet")
    waiting = house.open(ROUTE)
    with house.db.read() as tx:
        world = whole_world(tx, house.now)
        assert odds.rates(tx, ["kd-net"]) == {
            "kd-net": Rate(postpones=1 / 29, returns=1 / 29, observations=19),
        }
        assert odds.chance(tx, house.sag(waiting), world) is None
    late = to_agenda(house.on("2020-01-20"), "2020-01-24")
    house.do(late, "kdnet", "postpone", reason="Ikke tid.")
    house.on("2020-01-24")
    with house.db.read() as tx:
        told = odds.chance(tx, house.sag(waiting), world)
    assert told is not None
    assert (told.tenths, told.exactness) == (9, "about")
    assert told.rests_on == (("kd-net", 20),)
    assert told.likely_by is not None
    assert told.likely_by.isoformat() == "2020-03-13"
