"""People, offices, absences and owners are changed by hand, and the file does not take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kdflow.actions.hand_over_sag import hand_over_all, hand_over_sag
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.keep_absence import end_absence, enter_absence
from kdflow.actions.keep_offices import add_person, change_person, end_office, give_office
from kdflow.domain.authority import Absence, Appointment, Office, PersonId
from kdflow.domain.errors import Conflict, NotAllowed, Refused
from kdflow.domain.offices import ending
from kdflow.domain.stranding import Strand, Stranded
from kdflow.queries.proof import proof
from kdflow.store import history, offices, people
from kdflow.store.database import Tx
from kdflow.store.passing import found_stranded
from kdflow.store.world import whole_world
from tests import make
from tests.make import IDA, JENS, KARIN, LARS, House

ADMIN = PersonId("administrator")


def rules(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    """The names of the rules that said no."""
    return {reason.guard for reason in error.value.reasons}


def office(who: str, what: str, body: str, period: str = "..") -> Appointment:
    """`office("jens", "chair", "kd-net", "2020-01-01..")`."""
    return Appointment(person=PersonId(who), office=Office(what), body=body, valid=make.validity(period))


def held(house: House, who: str, what: str, body: str) -> int:
    """The row of an office that somebody holds."""
    with house.db.read() as tx:
        return next(
            one.id
            for one in offices.of_person(tx, PersonId(who))
            if (one.office.office, one.office.body) == (Office(what), body)
        )


def give(house: House, wanted: Appointment, by: str = "administrator") -> str:
    """Give somebody an office."""
    return give_office(house.db, wanted, version=None, key=house.key(), by=PersonId(by), now=house.now).person


def end(house: House, row: int, last: str | None, by: str = "administrator", reason: str | None = None) -> None:
    """End an office."""
    day = date.fromisoformat(last) if last else None
    end_office(house.db, row, day, reason=reason, version=None, key=house.key(), by=PersonId(by), now=house.now)


def away(house: House, who: str, period: str, stand_in: str = "", by: str = "") -> None:
    """Enter an absence."""
    absence = Absence(
        person=PersonId(who),
        valid=make.validity(period),
        stand_in=PersonId(stand_in) if stand_in else None,
    )
    enter_absence(house.db, absence, version=None, key=house.key(), by=PersonId(by or who), now=house.now)


def events(house: House, move: str) -> list[history.Entry]:
    """What the history of the house says of one kind of change."""
    with house.db.read() as tx:
        return list(history.of_house(tx, frozenset({move})))


# --- people ----------------------------------------------------------------------------------------------------


def test_a_new_person_has_an_id_and_stands_in_the_history(house: House) -> None:
    key = house.key()
    made = [
        add_person(house.db, " Åse  Ny ", "aase@ny.example", key=key, by=KARIN, now=house.now) for _ in range(2)
    ]
    assert [one.person for one in made] == ["aase-ny", "aase-ny"]
    again = add_person(house.db, "Åse Ny", "aase2@ny.example", key=house.key(), by=ADMIN, now=house.now)
    assert again.person == "aase-ny-2"
    assert [one.actor for one in events(house, "person-added")] == ["administrator", "karin"]
    assert proof(house.db).broken is None


def test_a_person_is_refused_without_an_address_of_their_own(house: House) -> None:
    for name, email, rule in [
        ("", "x@y.example", "person_named"),
        ("X", "ingen adresse", "address_is_one"),
        ("X", "Ida@Test.example", "address_is_free"),
    ]:
        with pytest.raises(Refused) as error:
            add_person(house.db, name, email, key=house.key(), by=ADMIN, now=house.now)
        assert rules(error) == {rule}
    with pytest.raises(NotAllowed):
        add_person(house.db, "X", "x@y.example", key=house.key(), by=LARS, now=house.now)


def test_an_address_is_changed_by_administrators_and_by_no_file(house: House) -> None:
    wanted = {"name": "Ida Sagsejer", "email": "ny@ida.example", "reason": "Ny kommune", "version": 1}
    with pytest.raises(NotAllowed):
        change_person(house.db, IDA, **wanted, key=house.key(), by=KARIN, now=house.now)  # type: ignore[arg-type]
    change_person(house.db, IDA, **wanted, key=house.key(), by=ADMIN, now=house.now)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        change_person(house.db, IDA, **wanted, key=house.key(), by=ADMIN, now=house.now)  # type: ignore[arg-type]
    left = install_catalog(house.db, make.house_catalog(), now=house.now)
    assert [line for line in left if line.startswith("person ida: kept by hand")]
    with house.db.read() as tx:
        assert people.person(tx, IDA).email == "ny@ida.example"
    changes = events(house, "person-changed")[0].event.data["changes"]
    assert changes == [{"field": "email", "kind": "", "old": "ida@test.example", "new": "ny@ida.example"}]


# --- offices ---------------------------------------------------------------------------------------------------


def test_an_office_is_given_and_ended_and_the_file_does_not_take_it_back(house: House) -> None:
    give(house, office("lars", "member", "kd-net", "2020-02-01.."), by="karin")
    end(house, held(house, "vibe", "vice-chair", "kd-net"), "2020-01-31", by="karin")
    for _ in range(2):
        left = install_catalog(house.db, make.house_catalog(), now=house.now)
        assert [line for line in left if "vice-chair of vibe in kd-net" in line]
        with house.db.read() as tx:
            found, _ = people.authority(tx, ["kd-net"], date(2020, 2, 3))
        assert found.holders("kd-net", Office.VICE_CHAIR) == ()
        assert LARS in found.holders("kd-net", Office.MEMBER)
    assert house.told("vibe") == house.told("lars") == ["office"]


def test_offices_that_cannot_be_held_are_refused(house: House) -> None:
    for wanted, rule in [
        (office("lars", "chair", "kd-net"), "one_chair"),
        (office("lars", "co-chair", "kd-net"), "office_fits_chairing"),
        (office("jens", "chair", "kd-net"), "office_not_twice"),
        (office("lars", "administrator", "kd-net"), "office_fits_body"),
        (office("lars", "member", "nix"), "office_fits_body"),
        (office("lars", "member", "kd-net", "2020-02-01..2020-01-01"), "days_in_order"),
        (office("lars", "member", "kd-net", "..2005-01-01"), "office_in_body"),
    ]:
        with pytest.raises(Refused) as error:
            give(house, wanted)
        assert rule in rules(error), wanted
    with pytest.raises(NotAllowed):
        give(house, office("lars", "administrator", "*"), by="karin")
    with pytest.raises(NotAllowed):
        give(house, office("lars", "member", "kd-net"), by="jens")
    with pytest.raises(Refused) as error:
        end(house, held(house, "administrator", "administrator", "*"), "2020-01-31")
    assert rules(error) == {"one_administrator"}


def test_the_last_chair_cannot_leave_running_sager_behind(house: House) -> None:
    sag = house.open()
    hidden = house.open(title="Lukket", closed=True)
    end(house, held(house, "vibe", "vice-chair", "kd-net"), "2020-01-31")
    before = house.rows()
    row = held(house, "jens", "chair", "kd-net")
    with pytest.raises(Stranded) as error:
        end(house, row, "2020-02-29")
    assert [(one.sag, one.why, one.body) for one in error.value.seen] == [
        (sag, "no-chair", "kd-net"),
        (hidden, "no-chair", "kd-net"),
    ]
    assert house.rows() == before
    give(house, office("lars", "vice-chair", "kd-net", "2020-03-01.."))
    end(house, row, "2020-02-29", reason="Ny formand")
    assert events(house, "office-ended")[0].event.reason == "Ny formand"


def test_who_may_not_see_a_stranded_sag_only_counts_it(house: House) -> None:
    """A secretary of DASSOS alone ends the office of its chair; a closed sag there is only counted."""
    house.open(title="Lukket", closed=True)
    give(house, office("lars", "secretary", "trafik-sg"))
    with house.db.read() as tx:
        seen, hidden = seen_by(tx, house, "dassos", "formand-dassos", LARS)
    assert (seen, hidden) == ((), 1)


def seen_by(tx: Tx, house: House, body: str, who: str, viewer: PersonId) -> tuple[tuple[Strand, ...], int]:
    """What somebody would read if the office of a chair ended today."""
    world = whole_world(tx, house.now)
    leader = next(a for a in world.authority.appointments if (a.person, a.body) == (who, body))
    between, _ = ending(world, leader, date(2020, 1, 19))
    return found_stranded(tx, between, [body], viewer)


# --- absences --------------------------------------------------------------------------------------------------


def test_an_absence_tells_the_stand_in_who_can_then_consent(house: House) -> None:
    sag = house.open()
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    give(house, office("lars", "vice-chair", "dassos"))
    away(house, "formand-dassos", "2020-01-22..2020-02-07", "lars")
    assert house.told("lars")[-1] == "stand-in"
    house.do(sag, "gruppe", "approve", "lars")
    assert [one.on_behalf_of for one in house.history(sag) if one.event.move == "approve"] == ["formand-dassos"]


def test_a_secretary_enters_it_for_the_chair_and_ends_it_again(house: House) -> None:
    away(house, "jens", "2020-01-20..2020-02-07", "vibe", by="karin")
    assert house.told("jens") == ["stand-in"]
    with pytest.raises(NotAllowed):
        away(house, "ida", "2020-01-20..2020-02-07", by="karin")
    with house.db.read() as tx:
        (found,) = offices.absences_of(tx, JENS, date(2020, 1, 21))
    house.on("2020-01-22")
    end_absence(house.db, found.id, JENS, version=None, key=house.key(), by=KARIN, now=house.now)
    with house.db.read() as tx:
        known, _ = people.authority(tx, ["kd-net"], date(2020, 1, 22))
    assert known.answers_for("kd-net") == (JENS,)
    assert house.told("vibe") == ["stand-in", "stand-in"]


def test_secretaries_are_told_where_nobody_answers_for_an_absent_chair(house: House) -> None:
    away(house, "jens", "2020-01-22..2020-02-07")  # KD-Net has a vice-chair
    assert "stand-in" not in house.told("karin")
    away(house, "formand-dassos", "2020-01-22..2020-02-07")
    told = house.notices("karin")[0].notice
    assert (told.kind, told.data["alone"], told.data["away"]) == ("stand-in", ["DASSOS"], "formand-dassos")
    with house.db.read() as tx:
        (found,) = offices.absences_of(tx, PersonId("formand-dassos"), date(2020, 1, 20))
    who = found.absence.person
    end_absence(house.db, found.id, who, version=None, key=house.key(), by=who, now=house.now)
    assert house.notices("karin")[0].notice.data["ended"]


def test_absences_that_cannot_be_are_refused(house: House) -> None:
    away(house, "jens", "2020-02-01..2020-02-07", "vibe")
    for period, stand_in, rule in [
        ("2020-02-07..2020-02-09", "", "absence_overlaps"),
        ("2020-03-07..2020-03-01", "", "absence_days"),
        ("2020-03-01..", "", "absence_days"),
        ("2020-01-01..2020-01-10", "", "absence_to_come"),
        ("2020-03-01..2020-03-10", "jens", "stand_in_other"),
        ("2020-03-01..2020-03-10", "lars", "stand_in_right"),
        ("2020-03-01..2020-03-10", "karin", "stand_in_right"),
    ]:
        with pytest.raises(Refused) as error:
            away(house, "jens", period, stand_in)
        assert rule in rules(error), period
    away(house, "vibe", "2020-04-01..2020-04-10")
    with pytest.raises(Refused) as error:
        away(house, "jens", "2020-04-05..2020-04-06", "vibe")
    assert rules(error) == {"stand_in_here"}


def test_an_absence_of_the_file_that_was_ended_does_not_come_back(house: House) -> None:
    base = make.house_catalog()
    with_absence = replace(base, absences=make.absences("jens vibe 2020-01-20..2020-03-31"))
    install_catalog(house.db, with_absence, now=house.now)
    with house.db.read() as tx:
        (found,) = offices.absences_of(tx, JENS)
    end_absence(house.db, found.id, JENS, version=None, key=house.key(), by=JENS, now=house.now)
    install_catalog(house.db, with_absence, now=house.now)
    with house.db.read() as tx:
        assert offices.absences_of(tx, JENS, date(2020, 1, 20)) == ()


# --- owners ----------------------------------------------------------------------------------------------------


def test_an_owner_hands_a_sag_over(house: House) -> None:
    sag = house.open()
    with pytest.raises(NotAllowed):
        hand_over_sag(house.db, sag, LARS, version=None, key=house.key(), by=JENS, now=house.now)
    hand_over_sag(house.db, sag, LARS, reason="Jeg rejser", version=None, key=house.key(), by=IDA, now=house.now)
    assert house.sag(sag).owner == LARS
    assert house.told("lars", sag) == ["new-owner"]
    assert house.told("ida", sag) == []
    entry = house.history(sag)[-1]
    assert (entry.event.move, entry.event.old, entry.event.new) == ("hand-over", "ida", "lars")
    with pytest.raises(Refused):
        hand_over_sag(house.db, sag, LARS, version=None, key=house.key(), by=LARS, now=house.now)


def test_all_that_somebody_owned_is_handed_over_in_one_action(house: House) -> None:
    sager = [house.open() for _ in range(3)]
    withdrawn = house.open()
    house.do(withdrawn, None, "withdraw", "ida", reason="Nej")
    with pytest.raises(NotAllowed):
        hand_over_all(house.db, IDA, LARS, key=house.key(), by=KARIN, now=house.now)
    key = house.key()
    for _ in range(2):
        done = hand_over_all(house.db, IDA, LARS, reason="Rejst", key=key, by=ADMIN, now=house.now)
        assert done.count == 3
    assert {house.sag(one).owner for one in sager} == {LARS}
    assert house.sag(withdrawn).owner == IDA
    (notice,) = [one for one in house.notices("lars") if one.notice.kind == "new-owner"]
    assert len(notice.notice.sager) == 3
    assert events(house, "sager-handed-over")[0].event.data["count"] == 3
    assert proof(house.db).broken is None


def test_an_install_of_the_same_files_says_nothing(house: House) -> None:
    before = house.rows()
    assert install_catalog(house.db, make.house_catalog(), now=house.now) == ()
    assert house.rows() == before
