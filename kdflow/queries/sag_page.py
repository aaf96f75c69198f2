"""The page of one sag: its route as a metro line, what can be done now, its papers and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain import moves
from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.deadlines import Deadline
from kdflow.domain.deferral import WAIT
from kdflow.domain.findings import consequence_of, later_meetings, missing_consents
from kdflow.domain.flags import Flag, flags
from kdflow.domain.moves import OpenMove
from kdflow.domain.outcomes import kind
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.revision import Affected, affected
from kdflow.domain.rights import SUBMITTERS, corrector, editor, may_see_readings
from kdflow.domain.sag import Approval, Sag, SagId, Step, content_digest
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, is_held, is_over
from kdflow.domain.workflow import Consent, Definitions, Station, Workflow
from kdflow.queries.answer_due import AnswerDue, answer_due
from kdflow.queries.deferrals import LaterMeeting, later_for
from kdflow.queries.metro import Stop, stops
from kdflow.queries.odds import chance
from kdflow.queries.plan_page import Journey, names_in, rows_of
from kdflow.queries.sag_closing import entries_seen, who_stays
from kdflow.queries.scene import Sent, Stand, sent_instead, situation, stands
from kdflow.queries.station_texts import StationText, station_texts
from kdflow.queries.submissions import dues
from kdflow.store import history, readings, sager
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from kdflow.store.world import network_of, sag_by_number, whole_world


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadPanel:
    """A later station that can be submitted to now on condition of what is open: the step `waits_for`, whose
    indstilling is a beginning. `content` is the digest of what the submission rests on."""

    station: Station
    body: Body
    meetings: tuple[Meeting, ...]
    waits_for: Step
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPanel:
    """A recorded decision that the viewer may correct, and what stands on it downstream. `content` is the digest
    of what is shown of it."""

    step: Step
    content: str
    body: Body
    affected: tuple[Affected, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """A treatment that is over: what the body was asked, and what it did with it (or how else it ended)."""

    step: Step
    body: Body
    meeting: Meeting | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SagPage:
    """Everything the page of a sag shows to one person.

    `journey` is its plan (None: it is over), `dues` until when the meetings that can be chosen take submissions,
    `stays` whose people see it also when it is closed, for those who can close it.
    """

    sag: Sag
    owner: str
    life: str
    is_over: bool
    workflow: Workflow
    journey: Journey | None
    stops: tuple[Stop, ...]
    panels: tuple[StepPanel, ...]
    past: tuple[PastStep, ...]
    ahead: tuple[AheadPanel, ...]
    life_moves: tuple[OpenMove, ...]
    corrections: tuple[CorrectPanel, ...]
    flags: tuple[Flag, ...]
    history: tuple[Entry, ...]
    definitions: Definitions
    texts: Mapping[str, StationText]
    can_revise: bool
    may_see_readings: bool
    stays: tuple[str, ...]
    dues: Mapping[MeetingId, Deadline]
    world: World


def sag_page(db: Database, number: str, viewer: PersonId | None, now: datetime) -> SagPage:
    """The page of a sag; None sees every sag but can do nothing (the operator at the command line).

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it.
    """
    with db.read() as tx:
        return page_in(tx, number, viewer, now)


def page_in(tx: Tx, number: str, viewer: PersonId | None, now: datetime) -> SagPage:
    """The same within a transaction."""
    world = whole_world(tx, now)
    sag = sag_by_number(tx, number, viewer, world)
    readings.note(sag, viewer, "page")
    here = situation(tx, sag, None, world)
    route = here.definitions
    standing = stands(tx, sag, world, viewer)
    who = viewer or PersonId("")
    life = route.life.by_state[sag.life]
    journey = None if life.final else _journey(tx, here)
    entries = entries_seen(history.of_sag(tx, sag.id), here, viewer)
    ahead = _ahead(here, who)
    panels = tuple(_panel(tx, here, stand, who, entries) for stand in standing)
    return SagPage(
        sag=sag,
        owner=world.names.get(sag.owner, sag.owner),
        life=life.title,
        is_over=life.final,
        workflow=route.workflow,
        journey=journey,
        stops=stops(sag, route, world, journey.plan if journey else None),
        panels=panels,
        past=_past(here, standing),
        ahead=ahead,
        life_moves=moves.open_moves(here, who),
        corrections=_corrections(here, who),
        flags=flags(sag, route, world),
        history=entries,
        definitions=route,
        texts=station_texts(here, who),
        can_revise=editor(here, who) is not None,
        may_see_readings=sag.closed and may_see_readings(here, who),
        stays=who_stays(here, who),
        dues=dues(_offered(panels, ahead), world),
        world=world,
    )


def plain_sag(db: Database, sag: SagId) -> Sag:
    """A sag as a value, for those who act on it by program."""
    with db.read() as tx:
        return sager.load(tx, sag)


def _journey(tx: Tx, here: Situation) -> Journey:
    """The plan of the sag, computed once: the metro line, the section and the deadlines all tell of this one."""
    full = full_meetings(tx, here.world).get(here.sag.id, frozenset())
    prepared = avoiding(prepare(here.sag, here.definitions, network_of(tx, here.world), here.world.now), full)
    return Journey(
        sag=here.sag,
        plan=plan_of(prepared),
        rows=rows_of(prepared),
        odds=chance(tx, here.sag, here.world, full),
        names=names_in(here),
        world=here.world,
    )


def _panel(tx: Tx, here: Situation, stand: Stand, viewer: PersonId, entries: tuple[Entry, ...]) -> StepPanel:
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
        meetings=_meetings(there, there.body, viewer),
        back_to=tuple((s.key, here.names_of([s.key])) for s in stations),
        outcomes=_outcomes(there),
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


def _past(here: Situation, standing: tuple[Stand, ...]) -> tuple[PastStep, ...]:
    """The treatments that are over and had something to treat or to decide, newest first."""
    still, world = {stand.step.seq for stand in standing}, here.world
    over = [s for s in reversed(here.sag.steps) if (s.outcome or s.parts) and s.seq not in still]
    return tuple(
        PastStep(
            step=step,
            body=world.bodies[step.body],
            meeting=world.timetable.find(step.meeting),
            state=here.definitions.procedure_of(step.station).by_state[step.state].title,
        )
        for step in over
    )


def _outcomes(there: Situation) -> tuple[str, ...]:
    own = there.station.outcomes
    table = there.definitions.procedure_of(there.station.key).outcomes
    return tuple(dict.fromkeys([*table, *own]))


def _meetings(here: Situation, body: Body, viewer: PersonId) -> tuple[Meeting, ...]:
    """The meetings that one can submit to, neither cancelled nor with minutes that were sent: the coming ones, and
    for the secretaries of the body, who register afterwards, the newest past ones."""
    world = here.world
    stand = [one for one in world.timetable.of_body.get(body.key, ()) if one.status not in CLOSED]
    coming = [one for one in stand if not is_over(one, world.now)]
    if viewer not in world.authority.secretaries(body):
        return tuple(coming)
    past = [one for one in stand if one not in coming]
    return tuple(coming + past[::-1][:6])


CLOSED = frozenset({MeetingStatus.CANCELLED, MeetingStatus.MINUTES_SENT})
"""What nobody can submit to, not even afterwards."""


def _offered(panels: Iterable[StepPanel], ahead: Iterable[AheadPanel]) -> Iterator[Meeting]:
    """Every meeting that the page lets somebody choose."""
    for panel in panels:
        yield from panel.meetings
        yield from panel.later
    for one in ahead:
        yield from one.meetings


def _ahead(here: Situation, viewer: PersonId) -> tuple[AheadPanel, ...]:
    found = []
    for key in moves.ahead_stations(here):
        station = here.definitions.workflow.by_key[key]
        body = here.world.bodies[body_at(station, here.sag.fills)]
        authority = here.world.authority
        if authority.acting(viewer, SUBMITTERS, owner=here.sag.owner, body=body):
            found.append(
                AheadPanel(
                    station=station,
                    body=body,
                    meetings=_meetings(here, body, viewer),
                    waits_for=next(s for name in moves.before_turn(here, key) if (s := here.sag.at(name))),
                    content=moves.content_ahead(here, key),
                )
            )
    return tuple(found)


def _corrections(here: Situation, viewer: PersonId) -> tuple[CorrectPanel, ...]:
    found = []
    for step in here.sag.steps:
        there = Situation(sag=here.sag, step=step, definitions=here.definitions, world=here.world)
        newest = here.sag.at(step.station)
        if step.outcome and newest == step and corrector(there, viewer):
            found.append(
                CorrectPanel(
                    step=step,
                    content=content_digest(here.sag, step),
                    body=there.body,
                    affected=affected(there),
                    outcomes=_outcomes(there),
                )
            )
    return tuple(found)
