"""Inspectors: they look at each mail as it is taken, at the whole house every ten days, and at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN, local_day
from kdflow.domain.delivery import REPEATS
from kdflow.domain.departures import civil
from kdflow.domain.notices import Notice
from kdflow.domain.pace import Preference, cannot_wait
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workdays import danish_holidays
from kdflow.simulation.broken import Broken
from kdflow.simulation.inspector import Expected, Inspector, Moment
from kdflow.simulation.invariants import awake_or_right, too_new
from kdflow.simulation.mailserver import Mail, MailServer
from kdflow.simulation.scene import Scene
from kdflow.store import audit, duties, outbox, preferences
from kdflow.store.database import Tx

MOST_A_DAY = 25
JUST_NOW = timedelta(minutes=10)
MOST_COPIES = 1 + len(REPEATS)
SLACK = timedelta(minutes=3)
"""How far a process's clock may be off without anybody noticing (with a minute on top)."""


class Inspection:
    """Watches over a simulated world; an inspector looks at the whole of it."""

    def __init__(self, scene: Scene, server: MailServer, inspector: Inspector) -> None:
        self.scene, self.server, self.inspector = scene, server, inspector
        self.expected: list[Expected] = []
        self.believed: dict[str, int] = {}
        self.a_day: Counter[tuple[PersonId, object]] = Counter()
        self.last_fault = scene.now

    @property
    def most_mails(self) -> int:
        """The most mails that anybody got on one day."""
        return max(self.a_day.values(), default=0)

    # --- what is told as it happens --------------------------------------------------------------------------

    def fault(self) -> None:
        """Something goes wrong now."""
        self.last_fault = self.scene.now

    def clock_is_set(self) -> None:
        """A process's clock is set wrong now, or right again; Broken where something was done by a wrong one."""
        self.fault()
        with self.scene.db.read() as tx:
            for how in too_new(tx, self.scene.now, self.believed):
                self._break("nothing from the future", how)

    def is_well(self) -> bool:
        """Whether everything works now, and nobody sleeps in the middle of a beat."""
        replicas = self.scene.replicas
        up = all(one.down_until <= self.scene.now and one.is_right and not one.is_busy for one in replicas)
        well = up and self.server.is_well
        if not well:
            self.last_fault = self.scene.now
        return well

    def counts_on(self, meeting: MeetingId, by: PersonId) -> Callable[[datetime], None]:
        """Who counts on a meeting that somebody is about to change; they must be told when it has been."""
        with self.scene.db.read() as tx:
            concerned = audit.concerned_by(tx, meeting, civil(self.scene.now))

        def changed(at: datetime) -> None:
            self.expected += [(at, meeting, sag, owner) for sag, owner in concerned if owner != by]
            with self.scene.db.read() as tx:
                for how in awake_or_right(tx, self.scene.now, [sag for sag, _ in concerned]):
                    self._break("armed", how)

        return changed

    def hears(self, mail: Mail) -> tuple[PersonId, tuple[SagId, ...]]:
        """Look at a mail as it is taken; whose it is, and what sager it is about, is returned."""
        with self.scene.db.read() as tx:
            number, made_at = audit.letter_named(tx, mail.message_id) or (0, mail.at)
            kept = outbox.in_letter(tx, number)
            wanted = preferences.of(tx, kept[0].notice.person) if kept else None
            if mail.at - made_at < JUST_NOW:
                self._check_reminders(tx, [one.notice for one in kept])
        if wanted is None:
            self._break("one place", f"{mail.message_id} went out and is no letter of the house")
            raise AssertionError  # _break has raised
        person = wanted.person
        self._check_copies(mail)
        self._check_quiet(mail, wanted, [one.notice for one in kept])
        self.a_day[person, local_day(mail.at)] += 1
        if self.a_day[person, local_day(mail.at)] > MOST_A_DAY:
            self._break("no storm", f"{person} has got more than {MOST_A_DAY} mails in one day")
        return person, tuple(sag for one in kept for sag in one.notice.sager)

    def _check_reminders(self, tx: Tx, notices: list[Notice]) -> None:
        """What a mail just made reminds of is still to be done, as far as the watch knows."""
        for one in notices:
            duty = one.data.get("duty")
            if isinstance(duty, dict):
                subject = one.sag if one.sag is not None else MeetingId(str(duty["about"]))
                kept = {(had.kind.value, had.about, had.due) for had in duties.of(tx, [subject])[subject]}
                if (duty["kind"], duty["about"], duty["due"]) not in kept:
                    self._break("reminds of what is", f"{one.person} was reminded of {duty}, which is not there")

    def _check_copies(self, mail: Mail) -> None:
        windows = self.server.windows
        copies, opened = windows.taken[mail.message_id], windows.allowed(mail.message_id, mail.at)
        if copies > 1 + opened:
            self._break("one copy", f"{mail.message_id} was taken {copies} times; it was left open {opened} times")
        if copies > MOST_COPIES:
            self._break("few copies", f"{mail.message_id} was taken {copies} times")

    def _check_quiet(self, mail: Mail, wanted: Preference, notices: list[Notice]) -> None:
        around = [mail.decided_at + slack for slack in (-SLACK, timedelta(0), SLACK)]
        is_quiet = not any(_is_awake(wanted, at) for at in around)
        if is_quiet and not any(cannot_wait(one, at) for one in notices for at in around):
            kinds = ", ".join(one.kind for one in notices)
            at = mail.decided_at.astimezone(COPENHAGEN)
            self._break("quiet hours", f"{wanted.person} was disturbed at {at:%a %H:%M} by {kinds}")

    # --- now and then, and at the end --------------------------------------------------------------------------

    def holds(self) -> None:
        """Look at everything.

        Raises:
            Broken: something is not as it must be.
        """
        calm = self.scene.now - self.last_fault if self.is_well() else timedelta(0)
        self._look(calm)

    def finally_holds(self) -> None:
        """Look at everything when the world has healed and drained; Broken as for `holds`."""
        self._look(self.scene.now - self.last_fault, is_end=True)
        self.inspector.wait()

    def _look(self, calm: timedelta, *, is_end: bool = False) -> None:
        expected, self.expected = tuple(self.expected), []
        last = tuple(self.scene.agenda.last)
        self.inspector.look(Moment(self.scene.now, calm, expected, last, is_end))

    def _break(self, invariant: str, how: str) -> None:
        raise Broken(invariant, how)


def _is_awake(wanted: Preference, at: datetime) -> bool:
    local = at.astimezone(COPENHAGEN)
    is_worked = local.weekday() < 5 and local.date() not in danish_holidays()
    return is_worked and wanted.day_begins <= local.hour * 60 + local.minute < wanted.day_ends
