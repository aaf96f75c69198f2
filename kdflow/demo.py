"""Play a scenario: open its sager and walk them by the ordinary actions, so that their history is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.open_sag import open_sag
from kdflow.actions.plan_again import plan_again
from kdflow.actions.relate_sager import relate_sager
from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.actions.set_clock import CLOCK, set_clock
from kdflow.actions.settle_notices import settle_notices
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.actions.write_comment import write_comment
from kdflow.domain.authority import PersonId
from kdflow.domain.configuration import SagEntry, ScenarioFile, StepEntry
from kdflow.domain.dates import local_instant, read_date
from kdflow.domain.errors import KdflowError
from kdflow.domain.revision import Revision
from kdflow.domain.sag import Sag, SagId, Step, content_digest
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.queries.people import installation_clock, roles
from kdflow.queries.proof import is_done
from kdflow.queries.sag_page import plain_sag
from kdflow.store.database import Database

WORKING_HOUR = 16
"""The hour at which a scenario's moves are made; its meetings have begun by then."""

TOLD_LONG_AGO = timedelta(days=3)
"""Notices of a scenario that are older were told in their time: nobody gets mail of them now."""


class NotADemo(KdflowError):
    """The database belongs to a real installation; a scenario is never played into one."""


def claim(db: Database, scenario: ScenarioFile) -> None:
    """Mark an empty database as a demo's, by its clock, before anything else is put in; once marked, it stays.

    Raises:
        NotADemo: somebody has set it up for real use.
    """
    if installation_clock(db, CLOCK) is None:
        if roles(db, scenario.starts_at):
            raise NotADemo("this database was set up for real use; give another one with --db")
        set_clock(db, scenario.starts_at)


def play(db: Database, scenario: ScenarioFile) -> None:
    """Play a scenario, and plan its sager. Playing it again, after a crash in the middle too, does what is left to
    do: every move has its own key.

    Raises:
        NotADemo: the database has not been claimed for a demo.
    """
    if installation_clock(db, CLOCK) is None:
        raise NotADemo("this database is no demo's; give another one with --db")
    known: dict[str, SagId] = {}
    for entry in scenario.sager:
        player = _Player(db, entry, known)
        player.play()
        known[entry.title] = player.sag
    now = installation_clock(db, CLOCK) or scenario.starts_at
    plan_again(db, now=now)
    settle_notices(db, before=now - TOLD_LONG_AGO)


class _Player:
    """One sag of a scenario on its way."""

    def __init__(self, db: Database, entry: SagEntry, known: Mapping[str, SagId]) -> None:
        self.db, self.entry, self.known = db, entry, known
        self.sag = SagId(0)

    def play(self) -> None:
        entry = self.entry
        owner = PersonId(entry.owner)
        now = local_instant(entry.opened_on, WORKING_HOUR)
        self.sag = open_sag(
            self.db,
            entry.title,
            entry.route,
            owner=owner,
            fills=entry.fills,
            case_text=entry.case_text,
            closed=entry.closed,
            area=entry.area or "",
            key=self._key("open"),
            by=owner,
            now=now,
        ).sag
        for title in entry.papers:
            content = f"{title}\n\nBilaget hører til demoen og har ikke andet indhold.\n".encode()
            name = title.replace("/", "-") + ".txt"
            add_paper(
                self.db,
                self.sag,
                title,
                name,
                content,
                version=None,
                key=self._key("paper", title),
                by=owner,
                now=now,
            )
        for number, row in enumerate(entry.steps):
            self._row(row, number, local_instant(row.on, WORKING_HOUR) + timedelta(minutes=number))
        self._talk()

    def _talk(self) -> None:
        """What people say about it, and which other sager it has to do with."""
        entry, owner = self.entry, PersonId(self.entry.owner)
        for number, said in enumerate(entry.comments):
            at = local_instant(said.on, WORKING_HOUR) + timedelta(minutes=number)
            key = self._key("comment", number)
            write_comment(self.db, self.sag, said.text, key=key, by=PersonId(said.by), now=at)
        for title in entry.related:
            other = plain_sag(self.db, self.known[title]).number
            at = local_instant(entry.opened_on, WORKING_HOUR)
            relate_sager(self.db, self.sag, other, key=self._key("relate", title), by=owner, now=at)

    def _key(self, *what: object) -> str:
        return ":".join(["demo", self.entry.title, *(str(word) for word in what)])

    def _row(self, row: StepEntry, number: int, now: datetime) -> None:
        ahead = self._key(number, "ahead")
        names = [name for name in row.moves if not is_done(self.db, self._key(number, name))]
        if "submit" in names and is_done(self.db, ahead):
            names.remove("submit")
        if not names:
            return
        step = self._sag().at(row.station)
        if names[0] == "submit" and not (step and self._sag().is_open_at(row.station)):
            self._ahead(row, ahead, now)
            names = names[1:]
        elif step and (texts := self._new_texts(row, step)):
            self._revise(row, step, texts, self._key(number, "revise"), now)
        for name in names:
            self._move(row, name, self._key(number, name), now)

    def _sag(self) -> Sag:
        return plain_sag(self.db, self.sag)

    def _new_texts(self, row: StepEntry, step: Step) -> tuple[str, ...] | None:
        texts = tuple(part.text for part in row.parts)
        changed = texts != tuple(part.text for part in step.parts) or row.proposes not in (None, step.proposes)
        return texts if texts and changed else None

    def _revise(self, row: StepEntry, step: Step, texts: tuple[str, ...], key: str, now: datetime) -> None:
        revise_sag(
            self.db,
            self.sag,
            step.seq,
            Revision(parts=texts, proposes=row.proposes),
            version=None,
            key=key,
            by=PersonId(self.entry.owner),
            now=now,
        )

    def _ahead(self, row: StepEntry, key: str, now: datetime) -> None:
        submit_ahead(
            self.db,
            self.sag,
            row.station,
            MeetingId(row.meeting or ""),
            tuple(part.text for part in row.parts),
            version=None,
            key=key,
            by=PersonId(row.by),
            now=now,
        )

    def _move(self, row: StepEntry, name: str, key: str, now: datetime) -> None:
        sag = self._sag()
        step = sag.at(row.station)
        advance_sag(
            self.db,
            self.sag,
            step.seq if step else None,
            name,
            self._inputs(row, sag, step),
            version=None,
            key=key,
            by=PersonId(row.by),
            now=now,
        )

    def _inputs(self, row: StepEntry, sag: Sag, step: Step | None) -> Inputs:
        outcomes = {n: part.outcome for n, part in enumerate(row.parts, start=1) if part.outcome}
        return Inputs(
            reason=row.reason,
            note=row.note,
            meeting=MeetingId(row.meeting) if row.meeting else None,
            outcomes=outcomes if step and step.parts else {},
            outcome=next(iter(outcomes.values()), None) if step and not step.parts else None,
            confirmed=row.note is not None,
            content=content_digest(sag, step) if step else None,
            decided_on=read_date(row.decided_on) if row.decided_on else None,
        )
