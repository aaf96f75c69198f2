"""What SQL leaves out is what `may_see` says no to, whoever asks, in whatever world, on either database."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdflow.domain.authority import Absence, Appointment, Office, Person, PersonId
from kdflow.domain.sag import Sag, SagId, Step, StepSeq
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import Sight, may_see, sight
from kdflow.domain.wanted import Wanted
from kdflow.domain.workflow import Asks, Validity
from kdflow.store import definitions, finding, people, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world
from tests.store.stand import BODIES, NOW, Walker, chair

PEOPLE = [PersonId(f"person-{n}") for n in range(5)]
PLACES = (*BODIES, "office")
DAY = NOW.date()
PERIODS = st.sampled_from(
    [
        Validity(),
        Validity.model_validate({"from": DAY, "to": DAY}),
        Validity.model_validate({"from": DAY + timedelta(days=1)}),
        Validity.model_validate({"to": DAY - timedelta(days=1)}),
    ]
)
WHO = st.sampled_from(PEOPLE)
APPOINTMENTS = st.lists(
    st.builds(
        lambda person, office, body, valid: Appointment(
            person=person, office=office, body="*" if office is Office.ADMINISTRATOR else body, valid=valid
        ),
        WHO,
        st.sampled_from(Office),
        st.sampled_from(PLACES),
        PERIODS,
    ),
    max_size=6,
    unique_by=lambda one: (one.person, one.office, one.body, one.valid.start),
)
ABSENCES = st.lists(
    st.builds(
        lambda person, valid, stand_in: Absence(person=person, valid=valid, stand_in=stand_in),
        WHO,
        PERIODS,
        st.none() | WHO,
    ),
    max_size=3,
)
SERVED = st.fixed_dictionaries({body: st.none() | st.sampled_from(("office", "north")) for body in BODIES})
SAGER = st.lists(
    st.tuples(
        st.sampled_from(("fork@1", "line@1", "pair@1")),
        WHO,
        st.booleans(),
        st.lists(st.sampled_from(PLACES), max_size=2),
    ),
    min_size=1,
    max_size=4,
)
_numbers = itertools.count()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(appointments=APPOINTMENTS, absences=ABSENCES, served=SERVED, wanted=SAGER)
def test_sql_and_the_rule_agree_about_everybody(
    db: Database,
    appointments: list[Appointment],
    absences: list[Absence],
    served: dict[str, str | None],
    wanted: list[tuple[str, PersonId, bool, list[str]]],
) -> None:
    with db.write() as tx:
        _furnish(tx, appointments, absences, served)
        ids = [_add(tx, *one).id for one in wanted]
    with db.read() as tx:
        world = whole_world(tx, NOW)
        for person in (*PEOPLE, PersonId("nobody")):
            seen = {row.sag for row in finding.page(tx, Wanted(), sight(person, world), limit=10_000)}
            assert finding.count(tx, Wanted(), sight(person, world), most=10_000) == len(seen)
            for sag in sager.load_many(tx, ids):
                assert (sag.id in seen) == may_see(sag, person, definitions.load(tx, sag.route), world)


def _furnish(
    tx: Tx, appointments: list[Appointment], absences: list[Absence], served: dict[str, str | None]
) -> None:
    known = people.bodies(tx)
    office = Body(key="office", name="Office", short="OFFICE", kind="sekretariat")
    changed = [Body(key=key, name=key, short=key, kind="x", secretariat=by) for key, by in served.items()]
    assert set(served) <= set(known)
    people.keep_bodies(tx, [office, *changed])
    everybody = [Person(id=who, name=who, email=f"{who}@test.example") for who in PEOPLE]
    people.keep_people(tx, everybody, appointments, absences)


def _add(tx: Tx, route: str, owner: PersonId, closed: bool, passed: list[str]) -> Sag:
    first = definitions.load(tx, route).workflow.stations[0].key
    steps = tuple(
        Step(seq=StepSeq(n), station=first, body=body, state="handed-on", asks=Asks.DISCUSSION)
        for n, body in enumerate(passed, start=1)
    )
    new = Sag(
        id=SagId(0),
        number="",
        title=f"Sag {next(_numbers)}",
        owner=owner,
        route=route,
        life="under-way",
        closed=closed,
        steps=steps,
        opened_at=NOW,
    )
    return sager.add(tx, new)


def test_what_somebody_may_see_follows_the_people_at_once(db: Database) -> None:
    walker = Walker(db)
    walker.open("fork@1")
    jens = PersonId("jens")
    with db.write() as tx:
        tx.run("update sag set closed = true")

    def seen() -> int:
        with db.read() as tx:
            return finding.count(tx, Wanted(), sight(jens, whole_world(tx, NOW)), most=10)

    assert seen() == 0
    person = Person(id=jens, name="Jens", email="jens@test.example")
    with db.write() as tx:
        people.keep_people(tx, [person], [Appointment(person=jens, office=Office.MEMBER, body="east")], [])
    assert seen() == 1
    with db.write() as tx:
        tx.run("delete from appointment where person = ?", (jens,))
    assert seen() == 0
    with db.write() as tx:
        tx.run(
            "insert into absence (person, valid_from, stand_in) values (?, ?, ?)",
            (chair("north"), tx.day(date(2020, 1, 1)), jens),
        )
    assert seen() == 1
    with db.read() as tx:
        assert sight(jens, whole_world(tx, NOW)) == Sight(person=jens, sees_all=False, bodies=frozenset({"north"}))
        long_ago: World = whole_world(tx, NOW - timedelta(days=30))
        assert sight(jens, long_ago).bodies == frozenset()
