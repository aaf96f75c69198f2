"""The watch over duties: what was kept of them, what is true now, and what people must hear of the difference.

Level-triggered: a row says up to which reminder a duty has been told, never that something is overdue. Moved three
times, asleep for a month, asked twice: each time the difference between the row and the truth is told, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.departures import DAY, NEVER, civil, day_of, workdays_of
from kdflow.domain.duties import GRACE, Duty, Item, Watched, duties_of_meeting, duties_of_sag, undecided_from
from kdflow.domain.findings import asked_to_consent
from kdflow.domain.ladders import DutyKind, Recipient, Rung
from kdflow.domain.missed import is_missed, slides, told_of
from kdflow.domain.network import Network
from kdflow.domain.notices import Notice, key_of
from kdflow.domain.reminders import Climb, climb
from kdflow.domain.replanning import Planned, planned
from kdflow.domain.sag import Sag
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a sag, or a meeting, found: the duties as they are kept from now on, what people are told,
    and the civil minute at which to look again."""

    kept: tuple[Watched, ...]
    notices: tuple[Notice, ...]
    wake_at: int
    planned: Planned | None = None


Kept = Iterable[Watched]


def look_at_sag(sag: Sag, route: Definitions, net: Network, world: World, kept: Kept) -> Look:
    """Look at a sag: plan it, and compare its duties with those that were kept."""
    fresh = planned(sag, route, net, world.now)
    watch = _Watch(world, {one.key: one for one in kept})
    known = tuple(watch.before.values())
    for duty in duties_of_sag(sag, route, fresh.plan, world):
        watch.sees(duty, _Audience(world, world.bodies[duty.body], sag, route))
    missed = [one for one in known if is_missed(one, sag, fresh.plan, watch.now)]
    told = [n for one in missed for n in told_of(one, sag, route, net, world, fresh.plan, watch.kept)]
    wake_at = min([watch.wake_at, fresh.holds_until + 1, *(one.due + 1 for one in watch.kept if slides(one))])
    reminders = (one for one in watch.notices if not _is_told_by(one, missed))
    return Look(
        kept=tuple(watch.kept),
        notices=(*told, *reminders),
        wake_at=max(wake_at, watch.now + 1),
        planned=fresh,
    )


def look_at_meeting(meeting: Meeting, undecided: Sequence[Item], world: World, kept: Kept) -> Look:
    """Look at a meeting; `undecided` are its items without an outcome."""
    body = world.bodies[meeting.body]
    watch = _Watch(world, {one.key: one for one in kept})
    numbers = [one.number for one in undecided if not one.is_submitted]
    submitted = [one.number for one in undecided if one.is_submitted]
    data = {"meeting_id": meeting.id, "numbers": numbers, "submitted": submitted}
    for duty in duties_of_meeting(meeting, body, undecided, world.now):
        watch.sees(duty, _Audience(world, body, None, None), data)
    begins = undecided_from(meeting)
    wake_at = min(watch.wake_at, begins) if begins > watch.now else watch.wake_at
    return Look(kept=tuple(watch.kept), notices=tuple(watch.notices), wake_at=wake_at)


class _Watch:
    """Collects, duty by duty, what is kept, what is told, and when to look again."""

    def __init__(self, world: World, before: Mapping[tuple[DutyKind, str], Watched]) -> None:
        self.world, self.before = world, before
        self.now = civil(world.now)
        self.kept: list[Watched] = []
        self.notices: list[Notice] = []
        self.wake_at = NEVER

    def sees(self, duty: Duty, audience: _Audience, data: Mapping[str, object] | None = None) -> None:
        """Note a duty that is there now."""
        old = self.before.get((duty.kind, duty.about))
        is_same = old is not None and old.step == duty.step
        since = old.since if old and is_same else self.now
        told = old.told if old and is_same else 0
        days = workdays_of(audience.body)
        due = duty.due if duty.due < NEVER else days.add_to_ordinal(since // DAY, GRACE) * DAY + 12 * 60
        ladder = () if duty.held_up else audience.body.ladders.get(duty.kind, ())
        if old and is_same and old.due != due and old.due >= self.now:
            # A deadline that moved is told by whoever moved it; only what comes after is left to tell.
            told = max(told, climb(ladder, since, due, told=told, now=self.now, workdays=days).come)
        found: Climb = climb(ladder, since, due, told=told, now=self.now, workdays=days)
        self.kept.append(
            Watched(
                kind=duty.kind,
                about=duty.about,
                body=duty.body,
                step=duty.step,
                meeting=duty.meeting,
                since=since,
                due=due,
                told=found.come,
            )
        )
        self.wake_at = min(self.wake_at, found.next)
        if found.rung:
            about = replace(duty, due=due)
            self.notices += audience.told(about, found.rung, found.come, {**(data or {}), "now": self.now})


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who hears of a duty, and what."""

    world: World
    body: Body
    sag: Sag | None
    route: Definitions | None

    def told(self, duty: Duty, rung: Rung, minute: int, data: Mapping[str, object]) -> list[Notice]:
        """The notice of one rung to each person it is for; those who can consent are asked to."""
        leading = self._leading(duty)
        answering = leading if duty.kind is DutyKind.CONSENT else ()
        return [
            Notice(
                kind=rung.text or duty.kind.value,
                person=person,
                sag=self.sag.id if self.sag else None,
                step=duty.step,
                data=_data(duty, self.body, self.world, {**data, "may_answer": person in answering}),
                key=key_of(self.sag, duty.about, duty.step, duty.kind, minute, person),
            )
            for person in dict.fromkeys(p for one in rung.to for p in self._people(one, leading))
            if self._may_see(person)
        ]

    def _leading(self, duty: Duty) -> tuple[PersonId, ...]:
        """Who leads the body; where consents are missing, those of them who have yet to answer."""
        if duty.kind is DutyKind.CONSENT and self.sag and self.route and duty.step is not None:
            step = self.sag.step(duty.step)
            return asked_to_consent(Situation(sag=self.sag, step=step, definitions=self.route, world=self.world))
        return self.world.authority.answers_for(self.body.key)

    def _people(self, recipient: Recipient, leading: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
        authority = self.world.authority
        if recipient is Recipient.OWNER:
            return (self.sag.owner,) if self.sag else ()
        if recipient is Recipient.CHAIR:
            return leading
        if recipient is Recipient.VICE_CHAIR:
            return authority.holders(self.body.key, Office.VICE_CHAIR)
        if recipient is Recipient.SECRETARY:
            return authority.secretaries(self.body)
        return authority.holders("*", Office.ADMINISTRATOR)

    def _may_see(self, person: PersonId) -> bool:
        return self.sag is None or self.route is None or may_see(self.sag, person, self.route, self.world)


def _data(duty: Duty, body: Body, world: World, more: Mapping[str, object]) -> dict[str, object]:
    meeting = world.timetable.find(duty.meeting)
    today, due_on = day_of(civil(world.now)), day_of(duty.due)
    return {
        "body": body.short,
        "meeting": meeting.on.text if meeting else None,
        "due": duty.due,
        "days": workdays_of(body).between(today, due_on),
        "is_over": civil(world.now) > duty.due,
        "does": duty.does,
        "count": duty.count,
        "waiting": duty.waiting,
        "duty": {"kind": duty.kind.value, "about": duty.about, "due": duty.due},
        **more,
    }


def _is_told_by(notice: Notice, missed: Sequence[Watched]) -> bool:
    """Whether a reminder says what the notice of a missed submission says already."""
    stations = {one.about for one in missed}
    duty = notice.data.get("duty")
    return isinstance(duty, dict) and duty["kind"] == DutyKind.SUBMISSION and duty["about"] in stations


def still_holds(notice: Notice, kept: Iterable[Watched]) -> bool:
    """Whether a reminder that waits to be delivered is still true: its duty is there, with the same deadline."""
    duty = notice.data.get("duty")
    if not isinstance(duty, dict):
        return True
    told = duty["kind"], duty["about"], duty["due"]
    return any((one.kind, one.about, one.due) == told for one in kept)
