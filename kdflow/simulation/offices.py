"""Those who keep the calendars: new years, meetings moved, cancelled and added, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from kdflow.actions.change_calendar import CalendarReceipt, change_calendars
from kdflow.domain.authority import Office, PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.dates import FuzzyDate, local_day, local_instant
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.departures import begins_at, civil, instant_of
from kdflow.domain.duties import deadline_of
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import BodyRole
from kdflow.simulation import calendars
from kdflow.simulation.casework import ROUTES
from kdflow.simulation.scene import Scene
from kdflow.simulation.work import AGAIN, done_once

MOVES, CANCELS, ADDS = 9.0, 30.0, 45.0
"""Days between two of them on average, over all bodies."""

FORGETFUL = 0.12
"""The share of agendas and minutes that go out only when somebody is reminded, or never."""

LATE_CALENDARS = 0.15

WATCHED = (ChangeKind.MOVE, ChangeKind.CANCEL)
"""The changes that everybody who counts on a meeting has to hear of."""

CountsOn = Callable[[MeetingId, PersonId], Callable[[datetime], None]]


class Offices:
    """The secretariats, as far as calendars go."""

    def __init__(self, scene: Scene, end: date, counts_on: CountsOn) -> None:
        self.scene, self.agenda, self.end, self._counts_on = scene, scene.agenda, end, counts_on
        self.is_open = True
        known = scene.catalog.workflows
        stations = (station for ref in ROUTES if ref in known for station in known[ref].stations)
        self.busy = sorted({station.body for station in stations if not isinstance(station.body, BodyRole)})

    def begin(self) -> None:
        """Let the first of everything happen."""
        agenda = self.agenda
        agenda.after(agenda.wait(MOVES), self._moves)
        agenda.after(agenda.wait(CANCELS), self._cancels)
        agenda.after(agenda.wait(ADDS), self._adds)
        self._plan_year(local_day(agenda.now).year + 1)
        for meeting in self.scene.world().timetable.meetings:
            self._attend(meeting)

    # --- new years -------------------------------------------------------------------------------------------

    def _plan_year(self, year: int) -> None:
        """Every body gets its calendar of a year in the autumn before it, and some in the year itself."""
        for key in self.scene.patterns:
            late = self.agenda.maybe(LATE_CALENDARS)
            day = date(year, 1, 8) if late else date(year - 1, self.agenda.chance.randint(8, 11), 5)
            self.agenda.at(self.agenda.office_hour_on(local_instant(day)), partial(self._adds_year, key, year))
        if year <= self.end.year:
            self.agenda.at(local_instant(date(year, 7, 1)), lambda: self._plan_year(year + 1))

    def _adds_year(self, key: str, year: int) -> None:
        body = self.scene.catalog.bodies[key]
        last = calendars.last_in(self.scene.world().timetable.meetings, key, year)
        after = max(last, local_day(self.scene.now) + timedelta(days=14))
        made = calendars.of_year(body, self.scene.patterns[key], year, self.agenda.chance, after=after)
        changes = [
            CalendarChange(
                kind=ChangeKind.ADD,
                body=key,
                on=one.on,
                meeting=one.id,
                details=Details.of(one),
            )
            for one in made
        ]
        if changes and self._change(f"calendar {year} of {key}", key, changes):
            for one in made:
                self._attend(one)

    # --- changes ---------------------------------------------------------------------------------------------

    def _moves(self) -> None:
        if not self.is_open:
            return
        if (meeting := self._some_meeting()) is not None:
            self._move(meeting.id, self.agenda.chance.choice((1, 1, 1, 2, 3)))
        self.agenda.after(self.agenda.wait(MOVES), self._moves)

    def _move(self, which: MeetingId, times: int) -> None:
        """Move a meeting; some secretariats do so several times in a row, within minutes or hours."""
        meeting = self.scene.world().timetable.find(which)
        if meeting is None or meeting.on.exact is None or not self.is_open:
            return
        day = meeting.on.exact + timedelta(days=self.agenda.chance.randint(-14, 28))
        day = day if workdays().is_worked(day) else workdays().add(day, 1)
        is_pause = self.scene.patterns[meeting.body].pauses_in(day.year, day.month)
        if day > local_day(self.scene.now) + timedelta(days=2) and not is_pause:
            change = CalendarChange(kind=ChangeKind.MOVE, body=meeting.body, meeting=which, on=FuzzyDate.day(day))
            if self._change(f"move {which} to {day}", meeting.body, [change]):
                self._attend(self.scene.world().timetable.by_id[which])
        if times > 1:
            wait = timedelta(minutes=self.agenda.chance.choice((2, 9, 40, 300)))
            self.agenda.after(wait, lambda: self._move(which, times - 1))

    def _cancels(self) -> None:
        if not self.is_open:
            return
        if (meeting := self._some_meeting()) is not None:
            change = CalendarChange(kind=ChangeKind.CANCEL, body=meeting.body, meeting=meeting.id)
            reroute = self.agenda.maybe(0.5)
            what = f"cancel {meeting.id}{' and reroute' if reroute else ''}"
            self._change(what, meeting.body, [change], reroute=reroute, reason="Der er for få punkter.")
            if self.agenda.maybe(0.2):
                restored = CalendarChange(kind=ChangeKind.RESTORE, body=meeting.body, meeting=meeting.id)
                what = f"restore {meeting.id}"
                later = self.agenda.office_hour(0, 3)
                self.agenda.at(later, lambda: self._restore(what, restored))
        self.agenda.after(self.agenda.wait(CANCELS), self._cancels)

    def _restore(self, what: str, change: CalendarChange) -> None:
        if self.is_open:
            self._change(what, change.body, [change])

    def _adds(self) -> None:
        if not self.is_open:
            return
        key = self.agenda.chance.choice(sorted(self.scene.patterns))
        body = self.scene.catalog.bodies[key]
        day = workdays().add(local_day(self.scene.now), self.agenda.chance.randint(15, 60))
        if body.valid.covers(day) and not self.scene.patterns[key].pauses_in(day.year, day.month):
            details = Details(at=self.scene.patterns[key].hour)
            change = CalendarChange(kind=ChangeKind.ADD, body=key, on=FuzzyDate.day(day), details=details)
            receipt = self._change(f"add {key} on {day}", key, [change])
            if receipt is not None:
                self._attend(self.scene.world().timetable.by_id[receipt.meeting])
        self.agenda.after(self.agenda.wait(ADDS), self._adds)

    def _some_meeting(self) -> Meeting | None:
        """One of the next meetings of a body, at least some days ahead."""
        key = self.agenda.chance.choice(self.busy if self.agenda.maybe(0.6) else sorted(self.scene.patterns))
        coming = self.scene.world().timetable.coming(key, after=local_day(self.scene.now) + timedelta(days=3))
        dated = [one for one in coming if one.on.exact][:4]
        return self.agenda.chance.choice(dated) if dated else None

    def _change(
        self,
        what: str,
        body: str,
        changes: list[CalendarChange],
        *,
        reroute: bool = False,
        reason: str | None = None,
    ) -> CalendarReceipt | None:
        by, now = self._keeper(body), self.scene.now
        act = partial(
            change_calendars,
            self.scene.db,
            changes,
            reroute=reroute,
            reason=reason,
            key=self.scene.key(),
            by=by,
            now=now,
        )
        counted = [self._counts_on(one.meeting, by) for one in changes if one.kind in WATCHED and one.meeting]
        receipt = self.scene.do(what, act, calendar=True)
        for changed in counted if receipt else ():
            changed(now)
        if receipt is not None and self.agenda.maybe(AGAIN):
            done_once(what, act().repeated)
        return receipt

    def _keeper(self, body: str) -> PersonId:
        """A secretary of the body, or an administrator where it has none."""
        authority = self.scene.world().authority
        people = authority.secretaries(self.scene.catalog.bodies[body])
        people = people or authority.holders("*", Office.ADMINISTRATOR)
        return self.agenda.chance.choice(people)

    # --- what is said of a meeting -----------------------------------------------------------------------------

    def _attend(self, meeting: Meeting) -> None:
        """Let the agenda go out and the minutes be sent, in time or late; some are forgotten until much later."""
        begins = begins_at(meeting)
        if begins is None or begins < civil(self.scene.now) or meeting.on.exact is None:
            return
        body = self.scene.world().bodies[meeting.body]
        due = deadline_of(meeting, body, DeadlineKind.AGENDA)
        said = (
            (MeetingStatus.AGENDA_SENT, min(due, begins), (-2, 0)),
            (MeetingStatus.MINUTES_SENT, begins, (3, 12)),
        )
        for status, minute, days in said:
            late = self.agenda.chance.randint(1, 20) if self.agenda.maybe(FORGETFUL) else 0
            at = self.agenda.office_hour_on(instant_of(minute), self.agenda.chance.randint(*days) + late)
            self.agenda.at(at, partial(self._says, meeting.id, status, meeting.was))

    def _says(self, which: MeetingId, status: MeetingStatus, was: FuzzyDate | None) -> None:
        meeting = self.scene.world().timetable.find(which)
        if meeting is None or meeting.was != was or meeting.status is MeetingStatus.CANCELLED:
            return
        if status is MeetingStatus.AGENDA_SENT and meeting.status in calendars.TOLD:
            return
        from_now = Details.of(meeting)
        details = Details(
            at=from_now.at, format=from_now.format, place=from_now.place, note=from_now.note, status=status
        )
        change = CalendarChange(kind=ChangeKind.EDIT, body=meeting.body, meeting=which, details=details)
        self._change(f"{which} is {status}", meeting.body, [change])
