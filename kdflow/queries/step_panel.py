"""One open step of a sag, with everything a person can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kdflow.domain import moves
from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.deferral import WAIT
from kdflow.domain.findings import consequence_of, later_meetings, missing_consents
from kdflow.domain.moves import OpenMove
from kdflow.domain.outcomes import kind
from kdflow.domain.rights import editor
from kdflow.domain.sag import Approval, Sag, Step, content_digest
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import Body, Meeting, MeetingStatus, is_held, is_over
from kdflow.domain.workflow import Consent, Station
from kdflow.queries.answer_due import AnswerDue, answer_due
from kdflow.queries.deferrals import LaterMeeting, later_for
from kdflow.queries.scene import Sent, Stand, sent_instead
from kdflow.store.competing import full_meetings
from kdflow.store.database import Tx
from kdflow.store.history import Entry
from kdflow.store.world import network_of

CLOSED = frozenset({MeetingStatus.CANCELLED, MeetingStatus.MINUTES_SENT})
"""What nobody can submit to, not even afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of those who lead a body: the consent that counts for them (None: it is missing), what was remarked with
    it, whether they are away, and who answers then."""

    person: PersonId
    approval: Approval | None
    remark: str
    is_absent: bool
    deputies: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPanel:
    """One open step with everything a person can do about it.

    `content` is the digest of what is shown, to be sent along with a consent. `meetings` are those it can be
    submitted to, `later` those it can be postponed to, `back_to` the stations it can be returned to, with their
    body's names. `missing` names those whose consent is missing before the sag can go on. `earlier` is what the
    body was asked last time, where nothing has been written this time; `sent` another indstilling than its own
    that came with the sag. `answers` says who of the body's leadership has consented, and `can_wait_for` names the
    meetings of the next body that the viewer can let the sag wait for; `waits_for` is the one it waits for now.
    `answer_due` says by when the missing consents are wanted.
    """

    stand: Stand
    station: Station
    moves: tuple[OpenMove, ...]
    content: str
    meetings: tuple[Meeting, ...]
    later: tuple[Meeting, ...]
    back_to: tuple[tuple[str, str], ...]
    outcomes: tuple[str, ...]
    consent: Consent
    missing: tuple[str, ...]
    answer_due: AnswerDue | None
    answers: tuple[Answer, ...]
    can_wait_for: tuple[LaterMeeting, ...]
    waits_for: Meeting | None
    earlier: tuple[str, ...]
    sent: tuple[Sent, ...]
    can_revise: bool


def step_panel(tx: Tx, here: Situation, stand: Stand, viewer: PersonId, entries: tuple[Entry, ...]) -> StepPanel:
    """What the viewer can do about one open step of a sag; `entries` are its history."""
    step = stand.step
    there = Situation(sag=here.sag, step=step, definitions=here.definitions, world=here.world)
    earlier = here.definitions.workflow.ancestors[step.station]
    stations = [s for s in here.definitions.workflow.stations if s.key in earlier]
    can = moves.open_moves(there, viewer)
    return StepPanel(
        stand=stand,
        station=there.station,
        moves=can,
        content=content_digest(here.sag, step),
        meetings=meetings_for(there, there.body, viewer),
        back_to=tuple((s.key, here.names_of([s.key])) for s in stations),
        outcomes=outcomes_at(there),
        consent=there.station.consent,
        later=tuple(one for one in later_meetings(there) if not is_held(one, here.world.now)),
        missing=_missing(there),
        answer_due=answer_due(tx, there),
        answers=_answers(there, entries),
        can_wait_for=_can_wait_for(tx, there, can),
        waits_for=here.world.timetable.find(step.waits_for),
        earlier=_earlier(here.sag, step),
        sent=sent_instead((entry.event for entry in entries), step),
        can_revise=editor(there, viewer) is not None,
    )


def _missing(there: Situation) -> tuple[str, ...]:
    """Whose consent is missing; nobody's where the decision does not let the sag go on."""
    consequence = consequence_of(there)
    if consequence is not None and kind(consequence) != "go-on":
        return ()
    return tuple(there.world.names.get(person, person) for person in missing_consents(there))


def _answers(there: Situation, entries: Iterable[Entry]) -> tuple[Answer, ...]:
    """What each of those who lead the body has answered, where the sag needs their consent to go on."""
    consequence, authority = consequence_of(there), there.world.authority
    if there.station.consent is Consent.NONE or consequence is None or kind(consequence) != "go-on":
        return ()
    given = {one.counts_for: one for one in there.current.standing_approvals}
    said = {
        (entry.actor, entry.at): str(entry.event.data.get("note") or "")
        for entry in entries
        if entry.event.step == there.current.seq
    }
    leaders = authority.holders(there.body.key, *LEADING) or authority.holders(there.body.key, Office.VICE_CHAIR)
    return tuple(
        Answer(
            person=one,
            approval=given.get(one),
            remark=said.get((given[one].person, given[one].at), "") if one in given else "",
            is_absent=authority.is_absent(one),
            deputies=authority.deputies(there.body.key, one),
        )
        for one in dict.fromkeys((*leaders, *given))
    )


def _can_wait_for(tx: Tx, there: Situation, can: Iterable[OpenMove]) -> tuple[LaterMeeting, ...]:
    if not any(one.possible and one.move.name == WAIT for one in can):
        return ()
    full = full_meetings(tx, there.world).get(there.sag.id, frozenset())
    return later_for(there, network_of(tx, there.world), full)


def _earlier(sag: Sag, step: Step) -> tuple[str, ...]:
    before = [
        other for other in sag.steps if other.station == step.station and other.seq < step.seq and other.parts
    ]
    return tuple(part.text for part in before[-1].parts) if before and not step.parts else ()


def outcomes_at(there: Situation) -> tuple[str, ...]:
    """What can be decided at a step: what its procedure knows, and what its station adds."""
    own = there.station.outcomes
    table = there.definitions.procedure_of(there.station.key).outcomes
    return tuple(dict.fromkeys([*table, *own]))


def meetings_for(here: Situation, body: Body, viewer: PersonId) -> tuple[Meeting, ...]:
    """The meetings that one can submit to, neither cancelled nor with minutes that were sent: the coming ones, and
    for the secretaries of the body, who register afterwards, the newest past ones."""
    world = here.world
    stand = [one for one in world.timetable.of_body.get(body.key, ()) if one.status not in CLOSED]
    coming = [one for one in stand if not is_over(one, world.now)]
    if viewer not in world.authority.secretaries(body):
        return tuple(coming)
    past = [one for one in stand if one not in coming]
    return tuple(coming + past[::-1][:6])
