"""Who may act for a body: chair and co-chairs, a stand-in or vice-chair while they are away, nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from kdflow.domain.authority import LEADING, Acting, Authority, Office, PersonId, consent_missing
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Actor, Consent
from tests import make
from tests.make import IDA, JENS, KARIN, LARS, VIBE

CO_CHAIRS = "jens co-chair kkr, karla co-chair kkr, vibe vice-chair kkr"
KARLA = PersonId("karla")

# case: (offices, absences, person, whom they act for; None: not at all)
LEADERS = {
    "the chair": ("jens chair kkr", "", JENS, JENS),
    "anybody else": ("jens chair kkr, lars member kkr", "", LARS, None),
    "the vice-chair while the chair is here": ("jens chair kkr, vibe vice-chair kkr", "", VIBE, None),
    "the vice-chair while the chair is away": ("jens chair kkr, vibe vice-chair kkr", "jens - ..", VIBE, JENS),
    "a named stand-in": ("jens chair kkr", "jens lars ..", LARS, JENS),
    "the vice-chair when another was named": ("jens chair kkr, vibe vice-chair kkr", "jens lars ..", VIBE, None),
    "an absent chair who comes in all the same": ("jens chair kkr", "jens lars ..", JENS, JENS),
    "a stand-in the day before": ("jens chair kkr", "jens lars 2020-01-21..2020-01-31", LARS, None),
    "a stand-in on the last day": ("jens chair kkr", "jens lars 2020-01-01..2020-01-20", LARS, JENS),
    "a stand-in the day after": ("jens chair kkr", "jens lars 2020-01-01..2020-01-19", LARS, None),
    "a vice-chair with the chair vacant": ("vibe vice-chair kkr", "", VIBE, VIBE),
    "a chair whose time is over": ("jens chair kkr ..2020-01-19", "", JENS, None),
    "a chair on the last day": ("jens chair kkr ..2020-01-20", "", JENS, JENS),
    "a chair to be": ("jens chair kkr 2020-01-21..", "", JENS, None),
    "a vice-chair before the new chair begins": (
        "jens chair kkr 2020-01-21.., vibe vice-chair kkr",
        "",
        VIBE,
        VIBE,
    ),
    "a co-chair": (CO_CHAIRS, "", KARLA, KARLA),
    "a vice-chair for one of two co-chairs": (CO_CHAIRS, "karla - ..", VIBE, KARLA),
    "the chair of another body": ("jens chair kd-net", "", JENS, None),
    "a secretary": ("karin secretary kkr", "", KARIN, None),
}


@pytest.mark.parametrize("case", LEADERS)
def test_a_leader_is_whoever_holds_the_chair_or_may_stand_in(case: str) -> None:
    held, away, person, acts_for = LEADERS[case]
    found = make.authority(held, away).as_leaders(person, "kkr")
    assert [acting.answers_for for acting in found] == ([acts_for] if acts_for else [])
    for acting in found:
        assert acting.person == person
        assert acting.on_behalf_of == (None if acts_for == person else acts_for)


# case: (offices, absences, person, whom they act for, their own right first)
SEVERAL = {
    "a vice-chair for both co-chairs": (CO_CHAIRS, "jens - .., karla - ..", VIBE, [JENS, KARLA]),
    "one co-chair for the other": (CO_CHAIRS, "jens karla ..", KARLA, [KARLA, JENS]),
    "an absent co-chair who stands in for the other": (CO_CHAIRS, "karla jens .., jens - ..", JENS, [JENS]),
    "a co-chair while the other is here": (CO_CHAIRS, "", KARLA, [KARLA]),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_a_person_can_act_for_several_leaders(case: str) -> None:
    held, away, person, acts_for = SEVERAL[case]
    assert [acting.answers_for for acting in make.authority(held, away).as_leaders(person, "kkr")] == acts_for


# case: (offices, absences, who is asked)
ASKED = {
    "the chair": ("jens chair kkr, vibe vice-chair kkr", "", [JENS]),
    "the stand-in": ("jens chair kkr, vibe vice-chair kkr", "jens lars ..", [LARS]),
    "the vice-chair": ("jens chair kkr, vibe vice-chair kkr", "jens - ..", [VIBE]),
    "the absent chair when nobody can stand in": ("jens chair kkr", "jens - ..", [JENS]),
    "every co-chair": (CO_CHAIRS, "", [JENS, KARLA]),
    "one vice-chair for both co-chairs": (CO_CHAIRS, "jens - .., karla - ..", [VIBE]),
    "the vice-chair when the chair is vacant": ("vibe vice-chair kkr", "", [VIBE]),
    "nobody": ("karin secretary kkr", "", []),
}


@pytest.mark.parametrize("case", ASKED)
def test_a_consent_is_asked_of_those_who_are_here(case: str) -> None:
    held, away, asked = ASKED[case]
    assert list(make.authority(held, away).answers_for("kkr")) == asked


BODY = Body(key="kkr", name="KKR", short="KKR", kind="politisk", secretariat="kkr-sekr")
EVERYBODY = (
    "jens chair kkr, vibe vice-chair kkr, karin secretary kkr-sekr, lars member kkr, anna administrator *, "
    "sofie secretary kkr"
)
ANNA, SOFIE = PersonId("anna"), PersonId("sofie")

ALLOWED = {
    Actor.OWNER: {IDA},
    Actor.SECRETARY: {KARIN, SOFIE},
    Actor.MEMBER: {LARS, JENS},
    Actor.CHAIR: {JENS},
    Actor.ADMINISTRATOR: {ANNA},
    Actor.ENGINE: set(),
}


@pytest.mark.parametrize("actor", ALLOWED)
def test_an_actor_is_exactly_those_who_hold_the_part(actor: Actor) -> None:
    who = make.authority(EVERYBODY)
    people = {IDA, JENS, KARIN, LARS, VIBE, ANNA, SOFIE, PersonId("ukendt")}
    assert {one for one in people if who.acting(one, [actor], owner=IDA, body=BODY)} == ALLOWED[actor]


def test_a_person_with_several_parts_acts_in_their_own_right_first() -> None:
    who = make.authority("jens chair kkr, vibe secretary kkr, vibe vice-chair kkr", "jens - ..")
    wanted = (Actor.CHAIR, Actor.SECRETARY)
    assert who.acting(VIBE, wanted, owner=IDA, body=BODY) == Acting(person=VIBE)
    assert who.acting(VIBE, [Actor.CHAIR], owner=IDA, body=BODY) == Acting(person=VIBE, on_behalf_of=JENS)


def test_a_body_has_its_own_secretaries_and_those_of_its_secretariat_once_each() -> None:
    who = make.authority("karin secretary kkr, karin secretary kkr-sekr, sofie secretary kkr-sekr ..2020-01-01")
    assert who.secretaries(BODY) == (KARIN,)
    alone = Body(key="kkr", name="KKR", short="KKR", kind="politisk")
    assert make.authority("sofie secretary kkr-sekr").secretaries(alone) == ()


def test_an_administrator_is_one_of_the_whole_installation_only() -> None:
    assert make.authority("anna administrator *").is_administrator(ANNA)
    assert not make.authority("anna administrator kkr").is_administrator(ANNA)
    assert not make.authority("anna administrator * ..2020-01-19").is_administrator(ANNA)


def test_a_co_chair_who_is_away_is_found_away_by_the_day_asked() -> None:
    who = Authority(
        on=date(2020, 2, 1),
        appointments=make.offices(CO_CHAIRS),
        absences=make.absences("karla - 2020-02-01..2020-02-01"),
    )
    assert who.is_absent(KARLA)
    assert not who.is_absent(JENS)
    assert who.deputies("kkr", JENS) == ()
    assert who.deputies("kkr", KARLA) == (VIBE,)
    assert who.holders("kkr", *LEADING, Office.VICE_CHAIR) == (JENS, KARLA, VIBE)


# consent, leaders, given for, who is missing
CONSENTS = [
    (Consent.NONE, (JENS,), (), ()),
    (Consent.CHAIR, (JENS,), (), (JENS,)),
    (Consent.CHAIR, (JENS,), (JENS,), ()),
    (Consent.CHAIR, (KARLA,), (JENS,), ()),
    (Consent.ANY_CO_CHAIR, (JENS, KARLA), (), (JENS, KARLA)),
    (Consent.ANY_CO_CHAIR, (JENS, KARLA), (KARLA,), ()),
    (Consent.ALL_CO_CHAIRS, (JENS, KARLA), (), (JENS, KARLA)),
    (Consent.ALL_CO_CHAIRS, (JENS, KARLA), (KARLA,), (JENS,)),
    (Consent.ALL_CO_CHAIRS, (JENS, KARLA), (KARLA, JENS), ()),
]


@pytest.mark.parametrize(("consent", "leaders", "given_for", "missing"), CONSENTS)
def test_a_consent_is_missing_until_those_who_must_have_given_it(
    consent: Consent, leaders: tuple[PersonId, ...], given_for: tuple[PersonId, ...], missing: tuple[PersonId, ...]
) -> None:
    assert consent_missing(consent, leaders, frozenset(given_for)) == missing
