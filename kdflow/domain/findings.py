"""What is found in a situation: its later meetings, the outcome that was chosen, whose consent is missing."""

from __future__ import annotations

from kdflow.domain import outcomes
from kdflow.domain.authority import LEADING, Office, PersonId, consent_missing
from kdflow.domain.sag import Part, content_digest
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import Meeting, is_held
from kdflow.domain.workflow import Consequence, Outcome


def next_meeting(s: Situation) -> Meeting | None:
    """The meeting a postponed step goes to: the chosen one when it lies later, else the next that is to come."""
    later = later_meetings(s)
    if s.inputs.meeting:
        return next((meeting for meeting in later if meeting.id == s.inputs.meeting), None)
    return next((meeting for meeting in later if not is_held(meeting, s.world.now)), None)


def later_meetings(s: Situation) -> tuple[Meeting, ...]:
    """The meetings of the body after the one the step is at, in date order; those that were cancelled left out."""
    at = s.world.timetable.find(s.current.meeting)
    return s.world.timetable.coming(at.body, after=at.begins_on) if at and at.begins_on else ()


def decided_parts(s: Situation) -> list[tuple[int, Part]]:
    """The parts of the step, numbered from 1, with the outcomes that were chosen now."""
    chosen = s.inputs.outcomes
    return [
        (number, Part(text=part.text, outcome=chosen.get(number, s.inputs.outcome), note=part.note))
        for number, part in enumerate(s.current.parts, start=1)
    ]


def chosen_outcome(s: Situation) -> Outcome | None:
    """The outcome of the whole step as chosen now."""
    if not s.current.parts:
        return s.inputs.outcome
    return outcomes.overall([part for _, part in decided_parts(s)])


def consequence_of(s: Situation) -> Consequence | None:
    """What the recorded outcome of the step does to the route."""
    outcome = s.current.outcome
    return s.definitions.consequence(s.current.station, outcome) if outcome else None


def back_target(s: Situation) -> str | None:
    """The station a return goes to: the one chosen if it comes earlier, else the only one there is."""
    earlier = s.definitions.workflow.ancestors[s.current.station]
    named = getattr(consequence_of(s), "back_to", None)
    chosen = s.inputs.back_to or named or (next(iter(earlier)) if len(earlier) == 1 else None)
    return chosen if chosen in earlier else None


def consents(s: Situation) -> frozenset[PersonId]:
    """The leaders for whom a consent to the present content stands."""
    now = content_digest(s.sag, s.current)
    return frozenset(a.counts_for for a in s.current.standing_approvals if a.content == now)


def asked_to_consent(s: Situation) -> tuple[PersonId, ...]:
    """Who can give a consent that is missing, as a leader or for one who is away; not who has answered."""
    missing, authority, body = missing_consents(s), s.world.authority, s.body.key
    return tuple(
        person
        for person in authority.answers_for(body)
        if any(acting.answers_for in missing for acting in authority.as_leaders(person, body))
    )


def missing_consents(s: Situation) -> tuple[PersonId, ...]:
    """Whose consent is missing before the step can leave its station."""
    held = s.world.authority.holders
    leaders = held(s.body.key, *LEADING) or held(s.body.key, Office.VICE_CHAIR)
    return consent_missing(s.station.consent, leaders, consents(s))
