"""The plan of a sag as a document: the one form in which the JSON API and `kdflow plan --json` show it."""

from __future__ import annotations

from datetime import date, datetime

from kdflow import rendering
from kdflow.domain.deadlines import Deadline
from kdflow.domain.departures import CLOSED, NEVER, instant_of
from kdflow.domain.explaining import Explanation
from kdflow.domain.leeway import Missed, Slack
from kdflow.domain.odds_told import Shown
from kdflow.domain.terms import DeadWindow
from kdflow.queries.documents import DateDocument, Document, of_date
from kdflow.queries.plan_page import Backward, PlanPage, PlanRow


class DeadlineDocument(Document):
    """A deadline, with its sum as data and in words; provisional where `counted_from` is a bound of a meeting's
    date that is no day yet."""

    kind: str
    at: datetime
    on: date
    days: int
    unit: str
    counted_from: date
    skipped: tuple[tuple[date, str], ...]
    rolled_from: date | None
    provisional: bool
    words: str


class PassedDocument(Document):
    """A meeting that cannot be made: `why` is decision, papers, start, term, closed or full."""

    meeting: str
    why: str
    begins_at: datetime
    submits_at: datetime | None
    against: datetime


class BreakDocument(Document):
    """Why a step cannot be reached, and since when."""

    why: str
    since: date | None


class PauseDocument(Document):
    """A pause round an election; what depends on the first meeting after it is null where none is known yet."""

    election_on: date
    last_on: date
    first_on: date | None
    days: int | None


class SlackDocument(Document):
    """How much later the papers may come."""

    latest_at: datetime
    working_days: int
    meetings: int


class MissedDocument(Document):
    """What missing this meeting costs; days are null where the sag then cannot be treated at all."""

    next_station: str | None
    next_at: datetime | None
    days_at_next: int | None
    days_at_end: int | None


class LegDocument(Document):
    """One step of the plan; times are null where it cannot be, and bounds where the meeting's date is no day.

    `seat` is the meeting that the step has its place at, `overtaken` when that comes before what it waits for;
    `crowded_out` when it is only submitted there, and the meeting has no room for it by the forecast.
    Work that has begun should be done on `due_on`."""

    station: str
    body: str
    kind: str
    meeting: str | None
    meeting_date: DateDocument | None
    submit_by: datetime | None
    decides_at: datetime | None
    seat: str | None
    overtaken: bool
    crowded_out: bool
    due_on: date | None
    overdue: bool
    conditional: bool
    bound_by: str
    waits_for: str | None
    passed: tuple[PassedDocument, ...]
    pauses: tuple[PauseDocument, ...]
    successor: bool
    broken: BreakDocument | None
    deadlines: tuple[DeadlineDocument, ...]
    slack: SlackDocument | None
    missed: MissedDocument | None


class AlternativeDocument(Document):
    """What else could be done, and the days it would win (null: without it the sag cannot come to its end)."""

    kind: str
    station: str
    on: date | None
    arrives_at: datetime | None
    wins_days: int | None


class BackwardDocument(Document):
    """The plan counted back from `by`: the last minute for the papers to be ready (null: too late already)."""

    by: date
    latest_at: datetime | None
    legs: tuple[LegDocument, ...]


class PlanDocument(Document):
    """The plan of a sag. `arrives_on` is null, and `breaks_at` names a station, where it cannot be completed."""

    number: str
    supposed: bool
    arrives_on: date | None
    breaks_at: str | None
    legs: tuple[LegDocument, ...]
    backward: BackwardDocument | None
    alternatives: tuple[AlternativeDocument, ...]
    chance: ChanceDocument | None


class ChanceDocument(Document):
    """The chance to end by an instant, in tenths (`exactness` says how they are meant), the day that is likely in
    8 of 10, and how many treatments of each body it rests on; absent below twenty of any."""

    by: datetime | None
    tenths: int
    exactness: str
    likely_by: date | None
    rests_on: dict[str, int]


def of_plan(page: PlanPage) -> PlanDocument:
    """The plan of a sag as a document."""
    return PlanDocument(
        number=page.sag.number,
        supposed=not page.what_if.is_real,
        arrives_on=page.arrives_on,
        breaks_at=page.plan.breaks_at if page.plan else None,
        legs=tuple(_leg(row, page.world.today) for row in page.rows),
        backward=_backward(page.backward, page.world.today) if page.backward else None,
        alternatives=tuple(
            AlternativeDocument(
                kind=one.kind, station=one.station, on=one.on, arrives_at=_at(one.arrives), wins_days=one.wins
            )
            for one in page.alternatives
        ),
        chance=_chance(page.odds) if page.odds else None,
    )


def _chance(odds: Shown) -> ChanceDocument:
    return ChanceDocument(
        by=_at(odds.by),
        tenths=odds.tenths,
        exactness=odds.exactness,
        likely_by=odds.likely_by,
        rests_on=dict(odds.rests_on),
    )


def _backward(back: Backward, today: date) -> BackwardDocument:
    legs = tuple(_leg(row, today) for row in back.rows)
    return BackwardDocument(by=back.by, latest_at=_at(back.latest), legs=legs)


def _at(minute: int | None) -> datetime | None:
    return None if minute is None or minute >= NEVER or minute == CLOSED else instant_of(minute)


def _leg(row: PlanRow, today: date) -> LegDocument:
    leg, why = row.leg, row.explanation
    return LegDocument(
        station=leg.station,
        body=leg.body,
        kind=leg.kind,
        meeting=leg.meeting,
        meeting_date=of_date(row.meeting.on) if row.meeting else None,
        submit_by=_at(leg.submits) if leg.kind == "meeting" else None,
        decides_at=_at(leg.decides),
        seat=leg.seat.meeting if leg.seat else None,
        overtaken=leg.is_overtaken,
        crowded_out=leg.is_crowded_out,
        due_on=why.due,
        overdue=why.is_overdue(today),
        conditional=leg.is_conditional,
        bound_by=why.bound_by,
        waits_for=why.decided_by,
        passed=_passed(why),
        pauses=tuple(of_pause(pause) for pause in why.pauses),
        successor=why.successor,
        broken=why.broken and BreakDocument(why=why.broken.why, since=why.broken.since),
        deadlines=tuple(of_deadline(one) for one in row.deadlines),
        slack=row.slack and _slack(row.slack),
        missed=row.missed and _missed(row.missed),
    )


def _passed(why: Explanation) -> tuple[PassedDocument, ...]:
    return tuple(
        PassedDocument(
            meeting=one.meeting,
            why=one.why,
            begins_at=instant_of(one.begins),
            submits_at=_at(one.submits),
            against=instant_of(one.against),
        )
        for one in why.passed
    )


def of_pause(pause: DeadWindow) -> PauseDocument:
    """A pause as a document."""
    return PauseDocument(election_on=pause.election, last_on=pause.last, first_on=pause.first, days=pause.days)


def of_deadline(one: Deadline) -> DeadlineDocument:
    """A deadline as a document."""
    return DeadlineDocument(
        kind=one.kind,
        at=one.at,
        on=one.on,
        days=one.rule.days,
        unit=one.rule.unit,
        counted_from=one.anchor,
        skipped=one.skipped,
        rolled_from=one.rolled_from,
        provisional=one.is_provisional,
        words=rendering.deadline_words(one),
    )


def _slack(slack: Slack) -> SlackDocument:
    return SlackDocument(latest_at=instant_of(slack.latest), working_days=slack.days, meetings=slack.meetings)


def _missed(missed: Missed) -> MissedDocument:
    leg = missed.plan.leg(missed.next_station) if missed.next_station else None
    return MissedDocument(
        next_station=missed.next_station,
        next_at=_at(leg.decides) if leg else None,
        days_at_next=missed.days_at_next,
        days_at_end=missed.days_at_end,
    )
