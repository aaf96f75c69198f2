"""The rules a move can be guarded by. A guard answers None (go ahead) or the facts its Danish reason needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kdflow.domain import outcomes
from kdflow.domain.conditions import across_term, day_of, open_conditions, too_early
from kdflow.domain.dates import in_words
from kdflow.domain.findings import (
    back_target,
    chosen_outcome,
    consents,
    consequence_of,
    decided_parts,
    later_meetings,
    missing_consents,
    next_meeting,
)
from kdflow.domain.reasons import CASE, Facts
from kdflow.domain.route import origin
from kdflow.domain.sag import SeatStatus, content_digest
from kdflow.domain.situation import Situation, listed
from kdflow.domain.timetable import Meeting, MeetingStatus, body_flag, has_begun, is_over
from kdflow.domain.workflow import Consent, Effect, Outcome, Submission, Validity

Check = Callable[[Situation], Facts | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSpec:
    """A registered guard: its check, the names its reason may use, and the form field that answers it.

    `is_about_content` marks a rule that whoever makes the move can satisfy first, by writing what is missing, and
    `is_about_step` one that a move of the sag's own life cannot use. `selects` marks a rule that says which of
    several moves is meant at all: a move it rules out is not what a step waits for.
    """

    check: Check
    facts: frozenset[str]
    field: str | None = None
    is_about_content: bool = False
    is_about_step: bool = True
    selects: bool = False


GUARDS: dict[str, GuardSpec] = {}


def _guard(
    *facts: str, field: str | None = None, content: bool = False, step: bool = True, selects: bool = False
) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        GUARDS[check.__name__] = GuardSpec(
            check=check,
            facts=frozenset(facts),
            field=field,
            is_about_content=content,
            is_about_step=step,
            selects=selects,
        )
        return check

    return register


@_guard("life", step=False)
def sag_under_way(s: Situation) -> Facts | None:
    """The sag is neither a draft, resting nor over."""
    life = s.definitions.life
    if s.sag.life == "under-way":
        return None
    return {"life": life.by_state[s.sag.life].title}


@_guard("stations", step=False)
def no_open_branch(s: Situation) -> Facts | None:
    """Every branch of the sag has come to its end."""
    if not s.sag.places:
        return None
    return {"stations": s.names_of([origin(place) for place in s.sag.places])}


@_guard(field="reason", step=False)
def reason_given(s: Situation) -> Facts | None:
    """A reason was written."""
    return None if (s.inputs.reason or "").strip() else {}


@_guard("stations")
def earlier_decided(s: Situation) -> Facts | None:
    """The stations before this one have decided, or this one may be submitted to before they have: to a meeting of
    the same term of office, after those at which they can."""
    if s.station.submit is Submission.CONDITIONAL:
        return across_term(s, s.meeting) or too_early(s)
    return open_conditions(s)


@_guard("stations")
def condition_met(s: Situation) -> Facts | None:
    """What the step was submitted on condition of has been decided, and the sag has been handed on from there."""
    return open_conditions(s)


@_guard("body", "valid")
def body_exists(s: Situation) -> Facts | None:
    """The body exists on the day of the meeting (today, where no day is known)."""
    meeting = s.meeting
    day = (meeting.begins_on if meeting else None) or s.world.today
    if body_flag(s.body, day) is None:
        return None
    return {"body": s.body.short, "valid": _validity(s.body.valid)}


def _validity(valid: Validity) -> str:
    start = f"fra {in_words(valid.start)}" if valid.start else ""
    end = f"til og med {in_words(valid.end)}" if valid.end else ""
    return " ".join(part for part in (start, end) if part)


@_guard("body", content=True)
def indstilling_written(s: Situation) -> Facts | None:
    """The step says what the body is asked to do, and no part of it is blank."""
    texts = [part.text.strip() for part in s.current.parts]
    return None if texts and all(texts) else {"body": s.body.short}


@_guard("body", field="meeting")
def meeting_chosen(s: Situation) -> Facts | None:
    """A meeting of this very body is chosen that has not been cancelled, and whose minutes have not been sent. To
    one that was held only its secretaries submit, who register afterwards."""
    meeting = s.world.timetable.find(s.inputs.meeting)
    if not meeting or meeting.body != s.body.key or meeting.status is MeetingStatus.CANCELLED:
        return {"body": s.body.short}
    if meeting.status is MeetingStatus.MINUTES_SENT:
        return {CASE: "meeting-minutes-sent", "body": s.body.short, "meeting": day_of(meeting)}
    if is_over(meeting, s.world.now) and not registers_afterwards(s):
        return {CASE: "meeting-held", "body": s.body.short, "meeting": day_of(meeting)}
    return _before_awaited(s, meeting)


def registers_afterwards(s: Situation) -> bool:
    """Whether whoever acts may register what a held meeting of this body did."""
    return s.acting is not None and s.acting.person in s.world.authority.secretaries(s.body)


def _before_awaited(s: Situation, meeting: Meeting) -> Facts | None:
    """The stations before whose chairs let the sag wait for a later meeting of this body than the one chosen."""
    for key in s.station.after:
        step = s.sag.at(key)
        theirs = s.world.timetable.find(step.waits_for if step else None)
        if theirs and theirs.body == s.body.key and meeting.on.surely_before(theirs.on):
            facts = {"stations": s.names_of([key]), "body": s.body.short, "until": day_of(theirs)}
            return {CASE: "waits-for-later", **facts}
    return None


@_guard("body", "meeting")
def meeting_stands(s: Situation) -> Facts | None:
    """The step's meeting has not been cancelled."""
    meeting = s.meeting
    if meeting and meeting.status is not MeetingStatus.CANCELLED:
        return None
    return {"body": s.body.short, "meeting": day_of(meeting)}


@_guard("body", "meeting")
def meeting_begun(s: Situation) -> Facts | None:
    """The meeting's hour has come and it was not cancelled."""
    meeting = s.meeting
    facts = {"body": s.body.short, "meeting": day_of(meeting)}
    if meeting and meeting.status is MeetingStatus.CANCELLED:
        return {**facts, CASE: "meeting-cancelled"}
    return None if meeting and has_begun(meeting, s.world.now) else facts


@_guard("body", "meeting")
def later_meeting_known(s: Situation) -> Facts | None:
    """The body has a later meeting than the one the step is at; if one was chosen, it is one of those. A step that
    still waits for a condition does not go into the next term with it."""
    if found := next_meeting(s):
        return across_term(s, found)
    at = s.world.timetable.find(s.current.meeting)
    facts = {"body": s.body.short, "meeting": day_of(at)}
    if s.inputs.meeting and later_meetings(s):
        return {**facts, CASE: "meeting-not-later"}
    return {**facts, **_other_way_off(s)} if at else facts


def _other_way_off(s: Situation) -> Facts:
    """How else a step leaves its meeting, where that is not by being taken off the agenda."""
    moves = s.definitions.procedure_of(s.current.station).moves_from.get(s.current.state, ())
    leaves = next((move for move in moves if move.does is Effect.LEAVE_SEAT), None)
    is_on = any(x.meeting == s.current.meeting and x.status is SeatStatus.ON_AGENDA for x in s.current.seats)
    if leaves and is_on:
        return {}
    return {CASE: "no-later-meeting-submitted", "move": leaves.title} if leaves else {CASE: "no-later-meeting"}


@_guard("parts", field="outcomes")
def every_part_decided(s: Situation) -> Facts | None:
    """An outcome is chosen for the step, or for each of its parts."""
    if not s.current.parts:
        return None if s.inputs.outcome else {"parts": "den"}
    missing = [str(number) for number, part in decided_parts(s) if part.outcome is None]
    return {"parts": "del " + listed(missing)} if missing else None


@_guard("outcome", "body", field="outcomes")
def outcome_known(s: Situation) -> Facts | None:
    """The station says what the chosen outcome does."""
    outcome = chosen_outcome(s)
    if outcome is None or s.definitions.consequence(s.current.station, outcome) is not None:
        return None
    return {"outcome": outcome, "body": s.body.short}


@_guard("body", "asks", "outcome", field="confirmed")
def outcome_answers(s: Situation) -> Facts | None:
    """The outcome of every part answers the role asked (where the parts read differently: its own verb), or
    somebody confirmed with a note that it does not."""
    if s.inputs.confirmed and (s.inputs.note or "").strip():
        return None
    asked, parts = (s.current.asks, s.current.proposes), [part for _, part in decided_parts(s)]
    found = None if parts else outcomes.unanswered(asked, [s.inputs.outcome])
    for part, own in zip(parts, outcomes.own_verbs([part.text for part in parts]), strict=True):
        found = found or outcomes.unanswered((own,) if own else asked, [part.outcome])
    return {"body": s.body.short, "asks": found[0], "outcome": found[1]} if found else None


def _unless(s: Situation, kind: str) -> Facts | None:
    if outcomes.kind(consequence_of(s)) == kind:
        return None
    return {"outcome": s.current.outcome or Outcome.NOT_RECORDED}


@_guard("outcome", selects=True)
def outcome_goes_on(s: Situation) -> Facts | None:
    """The recorded outcome sends the sag on."""
    return _unless(s, "go-on")


@_guard("outcome", selects=True)
def outcome_stays(s: Situation) -> Facts | None:
    """The recorded outcome keeps the sag here for the next meeting."""
    return _unless(s, "stay")


@_guard("outcome", selects=True)
def outcome_ends(s: Situation) -> Facts | None:
    """The recorded outcome ends the sag."""
    return _unless(s, "end")


@_guard("outcome", selects=True)
def outcome_goes_back(s: Situation) -> Facts | None:
    """The recorded outcome sends the sag back."""
    return _unless(s, "back")


@_guard(field="back_to")
def earlier_station_chosen(s: Situation) -> Facts | None:
    """An earlier station of the route is chosen, or the outcome names one."""
    if back_target(s):
        return None
    return {} if s.definitions.workflow.ancestors[s.current.station] else {CASE: "no-earlier-station"}


@_guard("body", selects=True)
def consent_open(s: Situation) -> Facts | None:
    """The outcome sends the sag on, and the station asks for a consent to that which has not been given yet."""
    goes_on = outcomes.kind(consequence_of(s)) == "go-on"
    return None if goes_on and missing_consents(s) else {"body": s.body.short}


@_guard()
def not_approved_before(s: Situation) -> Facts | None:
    """This person has not already given a consent that stands."""
    mine = s.acting.answers_for if s.acting else None
    return {} if mine in consents(s) else None


@_guard(field="content")
def sees_current(s: Situation) -> Facts | None:
    """What the person saw is what the sag says now."""
    if s.inputs.content is None:
        return {CASE: "content-missing"}
    return None if s.inputs.content == content_digest(s.sag, s.current) else {}


def _consents(s: Situation, wanted: Consent) -> Facts | None:
    if s.station.consent is not wanted or outcomes.kind(consequence_of(s)) != "go-on":
        return None
    missing = missing_consents(s)
    vacant = wanted is not Consent.NONE and not missing and not consents(s)
    if not missing and not vacant:
        return None
    names = [s.world.names.get(person, person) for person in missing]
    return {"body": s.body.short, "missing": listed(names)}


@_guard("body")
def chair_consents(s: Situation) -> Facts | None:
    """Where the chair must consent: they did."""
    return _consents(s, Consent.CHAIR)


@_guard("body")
def any_co_chair_consents(s: Situation) -> Facts | None:
    """Where one of the co-chairs must consent: one did."""
    return _consents(s, Consent.ANY_CO_CHAIR)


@_guard("body", "missing")
def all_co_chairs_consent(s: Situation) -> Facts | None:
    """Where all co-chairs must consent: all did."""
    return _consents(s, Consent.ALL_CO_CHAIRS)
