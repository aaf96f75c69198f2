"""The start page of one person: what waits for them, where their own sager stand, and what they have been told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import islice

from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.deadlines import Deadline, DeadlineKind
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.leeway import Slack, days_after_wish, slack
from kdflow.domain.planner import Leg, Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.running_out import RunningOut
from kdflow.domain.sag import Sag, SagId, StepSeq
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Effect
from kdflow.queries.answer_due import AnswerDue, answer_due
from kdflow.queries.approvals import StoodIn, stood_in
from kdflow.queries.calendars import kept_bodies
from kdflow.queries.first_steps import FirstStep, first_steps
from kdflow.queries.in_line import line_of
from kdflow.queries.meeting_duties import MeetingDuty, meeting_duties
from kdflow.queries.minutes_waiting import MinutesWaiting, minutes_waiting
from kdflow.queries.notices import Heard, heard, kept_for, sager_of
from kdflow.queries.plan_page import deadlines_of
from kdflow.queries.running_out import calendars_running_out
from kdflow.queries.sag_rows import BoardRow, rows_of
from kdflow.queries.scene import Stand, situation
from kdflow.queries.tasks import OwnTask, tasks_in
from kdflow.store import definitions, line, overseen
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.seldom import seldom
from kdflow.store.world import known, network_of, whole_world

WAITING = 12
"""Sager that wait for somebody and are shown on the page."""

READ = 36
"""Those first in line that are read to find them: before a meeting, most of its agenda waits for nobody."""

COUNTED = 50
"""The others are counted to here."""

MINE = 10
"""Own sager that are shown on the page."""

NOTICES = 6
"""Notices that are shown on the page, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDue:
    """The next deadline for a submission of a sag: to which body, by when, and how much room its work has."""

    body: Body
    deadline: Deadline
    is_over: bool
    slack: Slack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSag:
    """One of somebody's own sager, with its next deadline (None: no submission lies ahead), and how many days
    after the wished one its plan ends (0: none)."""

    row: BoardRow
    due: NextDue | None
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """What one person sees first. `answers` says by when a consent that waits for them is wanted, by the number of
    the sag and the step. `others` is how many further sager can wait for them (`are_others_more`: at
    least so many), `minutes` what waits for their approval beside sager, `has_more` whether they own more open
    sager than are shown, `tasks` what meetings asked them to do and is not done; `for_others` the absences in
    which they stand in, `duties` what the meetings of the bodies they serve ask for, and `given_up` how many
    letters they look after could not be delivered. `first_steps` are those of a new house, for who administrates
    it, and `keeps_calendar` whether they keep the calendar of a body."""

    waiting: tuple[BoardRow, ...]
    answers: Mapping[tuple[str, StepSeq], AnswerDue]
    others: int
    are_others_more: bool
    minutes: tuple[MinutesWaiting, ...]
    mine: tuple[OwnSag, ...]
    has_more: bool
    tasks: tuple[OwnTask, ...]
    duties: tuple[MeetingDuty, ...]
    notices: tuple[Heard, ...]
    coming: tuple[Meeting, ...]
    running_out: tuple[RunningOut, ...]
    given_up: int
    for_others: tuple[StoodIn, ...]
    first_steps: tuple[FirstStep, ...]
    keeps_calendar: bool
    world: World


def start_page(db: Database, viewer: PersonId, now: datetime) -> StartPage:
    """The start page of `viewer`."""
    with db.read() as tx:
        world = whole_world(tx, now)
        likely, are_more = _likely(tx, world, viewer)
        own = line.most_urgent(tx, viewer, limit=MINE + 1)
        kept = kept_for(tx, viewer)
        sager = known(tx, (*likely[:READ], *own[:MINE], *sager_of(kept)))
        there = seldom(tx, viewer, civil(now))
        waiting = _waiting(tx, world, viewer, [sager[one] for one in likely[:READ]])
        others = len(waiting[WAITING:]) + len(likely[READ:])
        return StartPage(
            waiting=waiting[:WAITING],
            answers=_answers(tx, world, waiting[:WAITING]),
            others=min(others, COUNTED),
            are_others_more=are_more or others > COUNTED,
            minutes=minutes_waiting(tx, world, viewer) if there.minutes else (),
            mine=_mine(tx, world, viewer, [sager[one] for one in own[:MINE]]),
            has_more=len(own) > MINE,
            tasks=tasks_in(tx, world, viewer).to_do if there.tasks else (),
            duties=meeting_duties(world, viewer),
            notices=tuple(islice(heard(tx, world, viewer, kept, sager), NOTICES)),
            coming=coming(world),
            running_out=calendars_running_out(tx, world, viewer, are_plans_kept=not there.out_of_date),
            given_up=overseen.given_up(tx, viewer, now) if there.given_up else 0,
            for_others=stood_in(world, viewer),
            first_steps=first_steps(world, viewer),
            keeps_calendar=bool(kept_bodies(world, viewer)),
            world=world,
        )


# --- what waits ------------------------------------------------------------------------------------------------


def _waiting(tx: Tx, world: World, viewer: PersonId, found: Iterable[Sag]) -> tuple[BoardRow, ...]:
    """Those of some sager that wait for somebody, and that they may see; first those that wait for them first."""
    seen = (sag for sag in found if may_see(sag, viewer, definitions.load(tx, sag.route), world))
    mine = [row for row in rows_of(tx, seen, world, viewer) if row.is_mine]
    return tuple(sorted(mine, key=lambda row: not any(viewer in stand.holders for stand in row.stands)))


def _answers(tx: Tx, world: World, rows: Iterable[BoardRow]) -> dict[tuple[str, StepSeq], AnswerDue]:
    """By when the consents that wait are wanted."""
    asked = [(row, stand.step) for row in rows for stand in row.stands if stand.is_mine and _is_consent(stand)]
    dues = ((row, step, answer_due(tx, situation(tx, row.sag, step, world))) for row, step in asked)
    return {(row.number, step.seq): due for row, step, due in dues if due}


def _is_consent(stand: Stand) -> bool:
    return stand.waits_for is not None and stand.waits_for.does is Effect.RECORD_CONSENT


def _likely(tx: Tx, world: World, viewer: PersonId) -> tuple[list[SagId], bool]:
    """The sager with a step that somebody could do something about, and whether there can be more of them. Only
    the first in line are read; the same state can mean something else in another procedure, so it is asked of
    each step, and more are read where too few are left."""
    mine, limit = line_of(tx, world, viewer), READ + COUNTED
    while True:
        found = line.first_in_line(tx, viewer, mine.own, mine.at, limit=limit)
        able = cache(lambda *here: _can_act(tx, world, viewer, *here))
        can = [one.sag for one in found if able(one.route, one.station, one.body, one.state, one.owner == viewer)]
        ids, are_more = list(dict.fromkeys(can)), len(found) == limit
        if not are_more or len(ids) > READ:
            return ids, are_more
        limit *= 10


def _can_act(
    tx: Tx, world: World, viewer: PersonId, route: str, station: str, body: str, state: str, is_own: bool
) -> bool:
    """Whether a step has an onward move that `viewer` could make, if nothing held it back."""
    procedure = definitions.load(tx, route).procedure_of(station)
    actors = {actor for move in procedure.moves_from.get(state, ()) if move.onward for actor in move.by}
    owner, at = viewer if is_own else PersonId(""), world.bodies[body]
    return bool(actors) and world.authority.acting(viewer, actors, owner=owner, body=at) is not None


# --- my sager --------------------------------------------------------------------------------------------------


def _mine(tx: Tx, world: World, viewer: PersonId, own: list[Sag]) -> tuple[OwnSag, ...]:
    """Somebody's own sager, the one with the next deadline first, then those with the next meeting."""
    full = full_meetings(tx, world) if own else {}
    rows = rows_of(tx, own, world, viewer)
    found = [_own(tx, world, row, full.get(row.sag.id, frozenset())) for row in rows]
    return tuple(sorted(found, key=_urgency))


def _own(tx: Tx, world: World, row: BoardRow, full: frozenset[MeetingId]) -> OwnSag:
    if row.life != "under-way":
        return OwnSag(row=row, due=None, days_late=0)
    prepared = prepare(row.sag, definitions.load(tx, row.sag.route), network_of(tx, world), world.now)
    prepared = avoiding(prepared, full)
    plan = plan_of(prepared)
    return OwnSag(row=row, due=_next_due(world, prepared, plan), days_late=days_after_wish(row.sag, plan))


def _urgency(own: OwnSag) -> tuple[bool, date, date, str]:
    due = own.due.deadline.on if own.due else date.max
    return own.row.life == "resting", due, own.row.first_day or date.max, own.row.number


def _next_due(world: World, prepared: Prepared, plan: Plan) -> NextDue | None:
    """The first submission that the plan of a sag has ahead of it."""
    legs = [leg for leg in plan.legs if leg.kind == "meeting" and leg.is_possible]
    leg = min(legs, key=lambda one: one.submits, default=None)
    deadline = _submission(world, leg) if leg else None
    if leg is None or deadline is None:
        return None
    return NextDue(
        body=world.bodies[leg.body],
        deadline=deadline,
        is_over=leg.submits < civil(world.now),
        slack=slack(prepared, leg.station, plan.arrives) if plan.arrives < NEVER else None,
    )


def _submission(world: World, leg: Leg) -> Deadline | None:
    found = deadlines_of(world.timetable.find(leg.meeting), world.bodies[leg.body])
    return next((one for one in found if one.kind is DeadlineKind.SUBMISSION), None)


def coming(world: World) -> tuple[Meeting, ...]:
    """The next meeting of each body, in date order."""
    yesterday = date.fromordinal(world.today.toordinal() - 1)
    firsts = [found[0] for body in world.bodies if (found := world.timetable.coming(body, after=yesterday))]
    return tuple(sorted(firsts, key=lambda meeting: (meeting.begins_on or date.max, meeting.id)))
