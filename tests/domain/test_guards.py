"""Every guard says yes in one situation and no in another; every no is a Danish sentence that is filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kdflow.domain import machine, reasons
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_instant
from kdflow.domain.findings import next_meeting
from kdflow.domain.guards import GUARDS
from kdflow.domain.sag import Approval, Part, content_digest
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import MeetingStatus, Timetable
from kdflow.domain.workflow import Asks, Outcome, Validity
from tests import make
from tests.make import Course

At = Callable[[], Situation]


def at_kdnet(text: str = "gruppe~ > kdnet! > kkr", **of_world: object) -> Course:
    """A sag that has come to KD-Net, with an indstilling."""
    course = make.sag(text, **of_world)  # type: ignore[arg-type]
    return course.through("gruppe").write("kdnet", "KD-Net indstiller sagen.")


def asked(course: Course, **inputs: object) -> Situation:
    """The question at KD-Net."""
    return course.situation("kdnet", **inputs)


def with_step(situation: Situation, **values: object) -> Situation:
    """The same question about a step that is otherwise."""
    step = replace(situation.current, **values)  # type: ignore[arg-type]
    return replace(situation, step=step, sag=situation.sag.with_step(step))


def mixed(first: str, second: str) -> Situation:
    """A decision about two parts, of which the second alone asks for a grant."""
    parts = (Part(text="at KD-Net *drøfter* sagen"), Part(text="at KD-Net *bevilger* 5 mio. kr."))
    outcomes = {1: Outcome(first), 2: Outcome(second)}
    return with_step(asked(at_kdnet(), outcomes=outcomes), asks=Asks.GRANT, parts=parts)


def held_at(person: PersonId) -> Situation:
    """Somebody who would submit to a meeting of KD-Net that was held."""
    s = at_meeting(MeetingStatus.HELD)
    world = replace(s.world, now=local_instant(date(2020, 1, 24), 15))
    return replace(
        s, world=world, inputs=replace(s.inputs, meeting=s.current.meeting), acting=Acting(person=person)
    )


def parts(*outcomes: str | None) -> tuple[Part, ...]:
    """Decided parts."""
    return tuple(Part(text=f"Del {n}", outcome=Outcome(o) if o else None) for n, o in enumerate(outcomes, 1))


def ahead(text: str = "gruppe~ > kdnet > kkr?") -> Course:
    """A sag at KD-Net that was submitted to KKR on condition."""
    return at_kdnet(text).ahead("kkr", "2020-03-13")


def at_meeting(status: MeetingStatus = MeetingStatus.PLANNED) -> Situation:
    """KD-Net's step at its meeting of 24 January."""
    course = at_kdnet().do("kdnet", "submit", meeting="2020-01-24")
    mine = course.step("kdnet").meeting
    meetings = course.world.timetable.meetings
    table = Timetable(meetings=tuple(replace(m, status=status) if m.id == mine else m for m in meetings))
    world = replace(course.world, timetable=table)
    return replace(asked(course), world=world)


def decided(outcome: str, **inputs: object) -> Situation:
    """KD-Net's step with a decision."""
    return with_step(asked(at_kdnet(), **inputs), state="decided", parts=parts(outcome), outcome=Outcome(outcome))


def consent(*people: str, stale: bool = False, wanted: str = "chair", held: str = make.OFFICES) -> Situation:
    """A decided step at KD-Net, with consents."""
    found = decided("godkendt")
    world = make.world(held=held)
    stations = [station.model_dump(by_alias=True) for station in found.definitions.workflow.stations]
    definitions = make.on_procedures([one | {"consent": wanted} for one in stations])
    digest = "another text" if stale else content_digest(found.sag, found.current)
    given = tuple(Approval(person=PersonId(one), content=digest, at=make.NOW) for one in people)
    return with_step(replace(found, definitions=definitions, world=world), approvals=given)


CO = "jens co-chair kd-net, karla co-chair kd-net, karin secretary sekretariat"
VACANT = "karin secretary sekretariat"


def as_person(situation: Situation, person: str, for_: str | None = None) -> Situation:
    """The same question, asked for somebody."""
    return replace(
        situation,
        acting=Acting(person=PersonId(person), on_behalf_of=PersonId(for_) if for_ else None),
    )


def sees(situation: Situation, content: str | None = None) -> Situation:
    """The same question from somebody who sees a text (None: the present one)."""
    seen = content or content_digest(situation.sag, situation.current)
    return replace(situation, inputs=replace(situation.inputs, content=seen))


def over_an_election(meeting: str | None, on: str = "2025-12-01") -> Situation:
    """KKR's step, submitted on condition of KD-Net before an election, with another meeting chosen."""
    course = at_kdnet("gruppe~ > kdnet > kkr?", calendar="kd-net 2025-12-05; kkr-midt 2025-12-12, 2026-01-27")
    submitted = course.on("2025-12-01").ahead("kkr", "2025-12-12").on(on)
    return submitted.situation("kkr", meeting=meeting) if meeting else submitted.situation("kkr")


def last_meeting() -> Course:
    """A sag that is submitted to the only meeting in the calendar."""
    return at_kdnet(calendar="kd-net 2020-01-24").do("kdnet", "submit", meeting="2020-01-24")


def off(meeting: str) -> dict[str, str]:
    """What is said of a sag that is submitted to the last meeting, and can only be declined."""
    return {
        "case": "no-later-meeting-submitted",
        "body": "KD-Net",
        "meeting": meeting,
        "move": "Afvis indmeldelsen",
    }


def on_condition(meeting: str, *, submitted: bool = True, same_day: bool = False) -> Situation:
    """KKR's step, on condition of KD-Net (at its meeting of 13 March, if submitted), with a meeting chosen."""
    course = at_kdnet("gruppe~ > kdnet > kkr?").ahead("kkr", "2020-05-29")
    if submitted:
        course.do("kdnet", "submit", meeting="2020-03-13")
    found = course.on("2020-02-01").situation("kkr", meeting=meeting)
    stations = [station.model_dump(by_alias=True) for station in found.definitions.workflow.stations]
    allowed = [{**one, "same_day": same_day and one["key"] == "kkr"} for one in stations]
    return replace(found, definitions=make.on_procedures(allowed))


def too_early(meeting: str) -> dict[str, str]:
    """What is said of a meeting before KD-Net can have decided."""
    return {"case": "before-condition", "stations": "KD-Net", "body": "KKR Midtjylland", "meeting": meeting}


def ended_body() -> Situation:
    """KD-Net, which ended on New Year's Eve."""
    valid = Validity.model_validate({"from": "2006-04-06", "to": "2019-12-31"})
    return asked(
        at_kdnet(bodies=[make.body("dassos"), make.body("kd-net", short="KD-Net", valid=valid), "kkr-midt"])
    )


# guard: [(a situation, the facts its reason gets; None: it says yes)]
CASES: dict[str, list[tuple[str, At, dict[str, str] | None]]] = {
    "sag_under_way": [
        ("under way", lambda: asked(at_kdnet()), None),
        ("resting", lambda: asked(at_kdnet().do(None, "rest", "ida", reason="Valg.")), {"life": "Hviler"}),
    ],
    "no_open_branch": [
        ("no place left", lambda: replace(asked(c := at_kdnet()), sag=replace(c.sag, places=())), None),
        ("one place", lambda: asked(at_kdnet()), {"stations": "KD-Net"}),
        (
            "two places, one of them waiting",
            lambda: make.sag("a~ + b~ + c~ > d").through("a").situation("b"),
            {"stations": "B, C og A"},
        ),
    ],
    "reason_given": [
        ("a reason", lambda: asked(at_kdnet(), reason="Derfor."), None),
        ("none", lambda: asked(at_kdnet()), {}),
        ("blanks", lambda: asked(at_kdnet(), reason="  \n"), {}),
    ],
    "earlier_decided": [
        ("nothing before is open", lambda: asked(at_kdnet()), None),
        ("may be ahead", lambda: ahead().situation("kkr"), None),
        ("ahead, to a meeting of this term", lambda: over_an_election("2025-12-12"), None),
        (
            "ahead, to a meeting of the next term",
            lambda: over_an_election("2026-01-27"),
            {
                "case": "not-across-term",
                "stations": "KD-Net",
                "body": "KKR Midtjylland",
                "meeting": "tirsdag den 27. januar 2026",
            },
        ),
        ("ahead, to a later meeting", lambda: on_condition("2020-05-29"), None),
        (
            "ahead, to a meeting before",
            lambda: on_condition("2020-01-24"),
            too_early("fredag den 24. januar 2020"),
        ),
        (
            "ahead, to a meeting on the same day",
            lambda: on_condition("2020-03-13"),
            too_early("fredag den 13. marts 2020"),
        ),
        (
            "ahead, to a meeting on the same day, as the route allows",
            lambda: on_condition("2020-03-13", same_day=True),
            None,
        ),
        (
            "ahead, to a meeting that is past",
            lambda: on_condition("2020-01-24", submitted=False),
            too_early("fredag den 24. januar 2020"),
        ),
        ("the new term has come", lambda: over_an_election("2026-01-27", on="2026-01-05"), None),
        (
            "may not be ahead",
            lambda: with_step(asked(at_kdnet()), conditional_on=("kkr",)),
            {"stations": "KKR Midtjylland"},
        ),
    ],
    "condition_met": [
        ("no condition", lambda: asked(at_kdnet()), None),
        ("still open", lambda: ahead().situation("kkr"), {"stations": "KD-Net"}),
        (
            "decided, but not handed on",
            lambda: ahead().decided("kdnet").situation("kkr"),
            {"case": "decided-not-handed-on", "stations": "KD-Net"},
        ),
    ],
    "body_exists": [
        ("in its time", lambda: asked(at_kdnet()), None),
        (
            "ended",
            ended_body,
            {
                "body": "KD-Net",
                "valid": "fra torsdag den 6. april 2006 til og med tirsdag den 31. december 2019",
            },
        ),
    ],
    "indstilling_written": [
        ("written", lambda: asked(at_kdnet()), None),
        ("not written", lambda: with_step(asked(at_kdnet()), parts=()), {"body": "KD-Net"}),
        ("blank", lambda: asked(at_kdnet().write("kdnet", "Ja.", " ")), {"body": "KD-Net"}),
    ],
    "meeting_chosen": [
        ("its own", lambda: asked(at_kdnet(), meeting="2020-01-24"), None),
        ("none", lambda: asked(at_kdnet()), {"body": "KD-Net"}),
        ("another body's", lambda: asked(at_kdnet(), meeting="kkr-midt-2020-03-13"), {"body": "KD-Net"}),
        ("an unknown one", lambda: asked(at_kdnet(), meeting="2020-12-24"), {"body": "KD-Net"}),
        (
            "a cancelled one",
            lambda: replace(
                s := at_meeting(MeetingStatus.CANCELLED), inputs=replace(s.inputs, meeting=s.current.meeting)
            ),
            {"body": "KD-Net"},
        ),
        (
            "one whose minutes were sent",
            lambda: replace(
                s := at_meeting(MeetingStatus.MINUTES_SENT), inputs=replace(s.inputs, meeting=s.current.meeting)
            ),
            {"case": "meeting-minutes-sent", "body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        (
            "one that was held",
            lambda: held_at(make.IDA),
            {"case": "meeting-held", "body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        ("one that was held, registered afterwards by the secretariat", lambda: held_at(make.KARIN), None),
        (
            "one whose day is past",
            lambda: asked(at_kdnet().on("2020-02-03"), meeting="2020-01-24"),
            {"case": "meeting-held", "body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
    ],
    "meeting_stands": [
        ("planned", at_meeting, None),
        (
            "cancelled",
            lambda: at_meeting(MeetingStatus.CANCELLED),
            {"body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        ("none", lambda: asked(at_kdnet()), {"body": "KD-Net", "meeting": ""}),
    ],
    "meeting_begun": [
        (
            "that day",
            lambda: asked(at_kdnet().do("kdnet", "submit", meeting="2020-01-24").on("2020-01-24", 0)),
            None,
        ),
        (
            "the day before",
            lambda: asked(at_kdnet().do("kdnet", "submit", meeting="2020-01-24").on("2020-01-23", 23)),
            {"body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        (
            "cancelled",
            lambda: replace(
                s := at_meeting(MeetingStatus.CANCELLED),
                world=replace(s.world, now=local_instant(date(2020, 2, 1))),
            ),
            {"case": "meeting-cancelled", "body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        (
            "no day known",
            lambda: asked(at_kdnet(calendar="dassos 2020-01-22; kd-net 2020-09"), meeting="2020-09"),
            {"body": "KD-Net", "meeting": "i september 2020"},
        ),
        ("no meeting", lambda: asked(at_kdnet()), {"body": "KD-Net", "meeting": ""}),
    ],
    "later_meeting_known": [
        ("the next one", at_meeting, None),
        (
            "the calendar runs out, on the agenda",
            lambda: asked(last_meeting().do("kdnet", "accept")),
            {"body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        (
            "the calendar runs out, treated",
            lambda: asked(last_meeting().do("kdnet", "accept").on("2020-01-24").do("kdnet", "treat")),
            {"case": "no-later-meeting", "body": "KD-Net", "meeting": "fredag den 24. januar 2020"},
        ),
        ("not submitted", lambda: asked(at_kdnet()), {"body": "KD-Net", "meeting": ""}),
        (
            "the calendar runs out",
            lambda: asked(at_kdnet(calendar="kd-net 2020-01-24").do("kdnet", "submit", meeting="2020-01-24")),
            off("fredag den 24. januar 2020"),
        ),
        (
            "the calendar runs out, and an earlier one was chosen",
            lambda: asked(
                at_kdnet(calendar="kd-net 2020-01-24, 03-13").do("kdnet", "submit", meeting="2020-03-13"),
                meeting="2020-01-24",
            ),
            off("fredag den 13. marts 2020"),
        ),
        (
            "it would go on condition into the next term",
            lambda: over_an_election(None),
            {
                "case": "not-across-term",
                "stations": "KD-Net",
                "body": "KKR Midtjylland",
                "meeting": "tirsdag den 27. januar 2026",
            },
        ),
        (
            "the later ones have been held",
            lambda: asked(at_kdnet().do("kdnet", "submit", meeting="2020-01-24").on("2020-12-01")),
            off("fredag den 24. januar 2020"),
        ),
        (
            "one that has been held was chosen",
            lambda: asked(
                at_kdnet().do("kdnet", "submit", meeting="2020-01-24").on("2020-12-01"), meeting="2020-03-13"
            ),
            None,
        ),
        (
            "the same one was chosen",
            lambda: asked(at_kdnet().do("kdnet", "submit", meeting="2020-03-13"), meeting="2020-03-13"),
            {"case": "meeting-not-later", "body": "KD-Net", "meeting": "fredag den 13. marts 2020"},
        ),
        (
            "an earlier one was chosen",
            lambda: asked(
                at_kdnet(calendar="kd-net 2020-01-24, 03-13, 05-29").do("kdnet", "submit", meeting="2020-03-13"),
                meeting="2020-01-24",
            ),
            {"case": "meeting-not-later", "body": "KD-Net", "meeting": "fredag den 13. marts 2020"},
        ),
    ],
    "every_part_decided": [
        ("one word for all", lambda: asked(at_kdnet(), outcome="godkendt"), None),
        (
            "each its own",
            lambda: with_step(asked(at_kdnet(), outcomes={1: "godkendt", 2: "udsat"}), parts=parts(None, None)),
            None,
        ),
        (
            "one is open",
            lambda: with_step(asked(at_kdnet(), outcomes={1: "godkendt"}), parts=parts(None, None)),
            {"parts": "del 2"},
        ),
        (
            "all are open",
            lambda: with_step(asked(at_kdnet()), parts=parts(None, None, None)),
            {"parts": "del 1, 2 og 3"},
        ),
        ("no parts, decided", lambda: with_step(asked(at_kdnet(), outcome="godkendt"), parts=()), None),
        ("no parts, open", lambda: with_step(asked(at_kdnet()), parts=()), {"parts": "den"}),
    ],
    "outcome_known": [
        ("in the table", lambda: asked(at_kdnet(), outcome="godkendt"), None),
        ("none chosen", lambda: asked(at_kdnet()), None),
        (
            "not in the table",
            lambda: at_kdnet().situation("gruppe", outcome="bevilget"),
            {"outcome": "bevilget", "body": "DASSOS"},
        ),
    ],
    "outcome_answers": [
        ("an answer", lambda: asked(at_kdnet(), outcome="godkendt"), None),
        ("none chosen", lambda: asked(at_kdnet()), None),
        (
            "no answer to the role in the title",
            lambda: asked(at_kdnet(), outcome="taget til efterretning"),
            {"body": "KD-Net", "asks": "godkendelse", "outcome": "taget til efterretning"},
        ),
        (
            "no answer to the role in the indstilling",
            lambda: with_step(asked(at_kdnet(), outcome="drøftet"), asks=Asks.INFORMATION, proposes=Asks.GRANT),
            {"body": "KD-Net", "asks": "bevilling", "outcome": "drøftet"},
        ),
        ("parts that ask by verbs of their own", lambda: mixed("drøftet", "udsat"), None),
        (
            "one of them is no answer to its own verb",
            lambda: mixed("drøftet", "drøftet"),
            {"body": "KD-Net", "asks": "bevilling", "outcome": "drøftet"},
        ),
        ("confirmed with a note", lambda: asked(at_kdnet(), outcome="drøftet", confirmed=True, note="Ja."), None),
        (
            "confirmed without a note",
            lambda: asked(at_kdnet(), outcome="drøftet", confirmed=True, note=" "),
            {"body": "KD-Net", "asks": "godkendelse", "outcome": "drøftet"},
        ),
        (
            "a note without confirmation",
            lambda: asked(at_kdnet(), outcome="drøftet", note="Ja."),
            {"body": "KD-Net", "asks": "godkendelse", "outcome": "drøftet"},
        ),
    ],
    "outcome_goes_on": [
        ("godkendt", lambda: decided("godkendt"), None),
        ("udsat", lambda: decided("udsat"), {"outcome": "udsat"}),
        ("undecided", lambda: asked(at_kdnet()), {"outcome": "ikke noteret"}),
    ],
    "outcome_stays": [
        ("udsat", lambda: decided("udsat"), None),
        ("godkendt", lambda: decided("godkendt"), {"outcome": "godkendt"}),
    ],
    "outcome_ends": [
        ("forkastet", lambda: decided("forkastet"), None),
        ("tilbagesendt", lambda: decided("tilbagesendt"), {"outcome": "tilbagesendt"}),
    ],
    "outcome_goes_back": [
        ("tilbagesendt", lambda: decided("tilbagesendt"), None),
        ("udsat", lambda: decided("udsat"), {"outcome": "udsat"}),
    ],
    "earlier_station_chosen": [
        ("the only one", lambda: asked(at_kdnet()), None),
        ("one of two", lambda: at_kdnet().through("kdnet").situation("kkr", back_to="gruppe"), None),
        ("none of two", lambda: at_kdnet().through("kdnet").situation("kkr"), {}),
        ("a later one", lambda: asked(at_kdnet(), back_to="kkr"), {}),
        ("an unknown one", lambda: asked(at_kdnet(), back_to="nowhere"), {}),
        ("there is none", lambda: at_kdnet().situation("gruppe"), {"case": "no-earlier-station"}),
    ],
    "consent_open": [
        ("missing", consent, None),
        ("given", lambda: consent("jens"), {"body": "KD-Net"}),
        ("given to another text", lambda: consent("jens", stale=True), None),
        ("not wanted", lambda: consent(wanted="none"), {"body": "KD-Net"}),
    ],
    "not_approved_before": [
        ("not yet", lambda: as_person(consent(), "jens"), None),
        ("already", lambda: as_person(consent("jens"), "jens"), {}),
        ("the chair already did", lambda: as_person(consent("jens"), "vibe", for_="jens"), {}),
        ("to another text", lambda: as_person(consent("jens", stale=True), "jens"), None),
        ("nobody asks", consent, None),
    ],
    "sees_current": [
        ("the present text", lambda: sees(consent()), None),
        ("another text", lambda: sees(consent(), "another"), {}),
        ("nothing", consent, {"case": "content-missing"}),
    ],
    "chair_consents": [
        ("given", lambda: consent("jens"), None),
        ("not wanted", lambda: consent(wanted="all-co-chairs"), None),
        ("missing", consent, {"body": "KD-Net", "missing": "Jens Formand"}),
        ("to another text", lambda: consent("jens", stale=True), {"body": "KD-Net", "missing": "Jens Formand"}),
        ("vacant", lambda: consent(held=VACANT), {"body": "KD-Net", "missing": ""}),
        ("vacant, from the vice-chair", lambda: consent("vibe", held="vibe vice-chair kd-net"), None),
        ("it does not go on", lambda: with_step(consent(), outcome=Outcome.REJECTED), None),
    ],
    "any_co_chair_consents": [
        ("one did", lambda: consent("karla", wanted="any-co-chair", held=CO), None),
        ("not wanted", lambda: consent(held=CO), None),
        (
            "none did",
            lambda: consent(wanted="any-co-chair", held=CO),
            {"body": "KD-Net", "missing": "Jens Formand og karla"},
        ),
    ],
    "all_co_chairs_consent": [
        ("both did", lambda: consent("karla", "jens", wanted="all-co-chairs", held=CO), None),
        ("not wanted", lambda: consent(wanted="none"), None),
        (
            "one did",
            lambda: consent("karla", wanted="all-co-chairs", held=CO),
            {"body": "KD-Net", "missing": "Jens Formand"},
        ),
        ("vacant", lambda: consent(wanted="all-co-chairs", held=VACANT), {"body": "KD-Net", "missing": ""}),
    ],
}

EACH = [(guard, name, at, facts) for guard, cases in CASES.items() for name, at, facts in cases]


@pytest.mark.parametrize(("guard", "name", "at", "facts"), EACH, ids=[f"{g} {n}" for g, n, *_ in EACH])
def test_a_guard_says_yes_or_no_with_its_facts(
    guard: str, name: str, at: At, facts: dict[str, str] | None
) -> None:
    assert GUARDS[guard].check(at()) == facts


def test_every_guard_has_a_yes_and_a_no_case() -> None:
    assert set(CASES) == set(GUARDS)
    for guard, cases in CASES.items():
        assert {facts is None for *_, facts in cases} == {True, False}, guard


REASONS = {
    (guard.guard, guard.reason)
    for procedure in make.shipped().procedures.values()
    for guard in (*procedure.guards, *(g for move in procedure.moves for g in move.guards))
}


@pytest.mark.parametrize(
    ("guard", "reason"), sorted(REASONS), ids=[f"{g} {n}" for n, (g, _) in enumerate(sorted(REASONS))]
)
def test_every_reason_is_a_danish_sentence_with_every_name_filled_in(guard: str, reason: str) -> None:
    told = [reasons.sentence(reason, facts) for _, _, facts in CASES[guard] if facts is not None]
    used = set(re.findall(r"\{([a-z_]+)\}", reason))
    assert used <= GUARDS[guard].facts
    for text, facts in zip(told, (f for *_, f in CASES[guard] if f is not None), strict=True):
        assert used <= set(facts) or reasons.CASE in facts
        assert "{" not in text
        assert "}" not in text
        assert text[0] == text[0].upper()
        assert text.endswith((".", ")."))


def test_a_reason_never_evaluates_what_it_is_given() -> None:
    assert reasons.fill("{body} og {x}.", {"body": "{x}", "x": "y"}) == "{x} og y."
    assert reasons.fill("{body.__class__} {0} {ukendt}", {"body": "b"}) == "{body.__class__} {0} "


def test_the_reason_against_a_resting_sag_is_a_sentence() -> None:
    course = at_kdnet().do(None, "rest", "ida", reason="Valg.")
    told = {r.text for r in machine.reasons_against(make.procedure(), "preparing", "submit", asked(course))}
    assert not any("Sagen er hviler" in text for text in told)


def test_a_postponed_step_goes_to_the_next_meeting_or_to_a_later_one_that_was_chosen() -> None:
    course = at_kdnet().do("kdnet", "submit", meeting="2020-03-13")
    found = next_meeting(asked(course))
    assert found is not None
    assert found.id == "kd-net-2020-05-29"
    chosen = next_meeting(asked(course, meeting="2020-10-23"))
    assert chosen is not None
    assert chosen.id == "kd-net-2020-10-23"
    assert next_meeting(asked(course, meeting="2020-03-13")) is None
    assert next_meeting(asked(course, meeting="kkr-midt-2020-05-29")) is None


def test_a_rule_about_a_step_is_a_fault_where_there_is_none() -> None:
    with pytest.raises(LookupError, match="about a step"):
        GUARDS["indstilling_written"].check(make.sag().situation(None))


def test_a_list_of_stations_reads_as_a_person_would_say_it() -> None:
    there = make.sag("a~ + b~ + c~ > d").situation(None)
    assert [there.names_of(names) for names in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "A",
        "A og B",
        "A, B og C",
    ]
