"""One run: a house is set up, people and processes are let loose on it, faults are made, all is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from shlex import quote

from kdflow.actions.install_catalog import install_catalog
from kdflow.catalog import Catalog
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN, local_instant
from kdflow.domain.pace import Pace, Preference
from kdflow.simulation import calendars
from kdflow.simulation.agenda import Agenda
from kdflow.simulation.broken import Broken
from kdflow.simulation.casework import Casework
from kdflow.simulation.faults import NO_FAULTS, Faults
from kdflow.simulation.inspection import Inspection
from kdflow.simulation.inspector import Inspector, InspectorHere
from kdflow.simulation.mailserver import Mail, MailServer
from kdflow.simulation.offices import Offices
from kdflow.simulation.replica import Counts, Replica
from kdflow.simulation.scene import Scene
from kdflow.store import audit, preferences, schema
from kdflow.store.database import Database

START = date(2020, 1, 6)
SAGER_A_YEAR = 200
DRAINS = timedelta(days=12)
"""How long the world goes on when nothing goes wrong any more and nobody does anything."""

INSPECTED = timedelta(days=10)
OUTAGES = (1, 2, 6, 24, 24 * 5, 24 * 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be simulated; `installation` is the database that the installed calendars are those of."""

    seed: int = 1
    years: float = 1
    start: date = START
    faults: Faults = field(default_factory=Faults)
    sager_a_year: int = SAGER_A_YEAR
    replicas: int = 2
    calendars: str = "shipped"
    installation: str = ""

    @property
    def command(self) -> str:
        """What is said at the command line to see the same run."""
        asked = {
            "--calendars": (self.calendars, "shipped"),
            "--from": (self.start, START),
            "--sager": (self.sager_a_year, SAGER_A_YEAR),
        }
        house = f"--db {quote(self.installation)} " if self.installation else ""
        words = [f"kdflow {house}simulate --seed {self.seed} --years {self.years:g}"]
        words += [f"{name} {quote(str(value))}" for name, (value, usual) in asked.items() if value != usual]
        return " ".join([*words, "--no-faults"] if self.faults == NO_FAULTS else words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one run went."""

    seed: int
    years: float
    trace: str
    happenings: int
    mails: int
    copies: int
    most_mails: int
    letters: dict[str, int]
    counts: Counts
    done: dict[str, int]
    refused: dict[str, int]

    @property
    def opened(self) -> int:
        """How many sager were opened."""
        return self.done.get("open", 0)

    def plain(self) -> dict[str, object]:
        """The same in plain values."""
        return asdict(self)


class Simulation:
    """One simulated world. `db` must be empty; who looks at it all does so at once, unless given otherwise."""

    def __init__(self, db: Database, catalog: Catalog, wish: Wish, inspector: Inspector | None = None) -> None:
        self.wish = wish
        self.agenda = Agenda(wish.seed, local_instant(wish.start, 8))
        chance = self.agenda.chance
        found = calendars.patterns(catalog, chance)
        catalog = calendars.continued(catalog, found, wish.start, chance)
        schema.upgrade(db)
        install_catalog(db, catalog, now=self.agenda.now)
        self.scene = Scene(db, self.agenda, catalog, found)
        self.server = MailServer(self.agenda, self._on_mail)
        self.end = self.agenda.now + timedelta(days=round(365.25 * wish.years))
        self.inspection = Inspection(self.scene, self.server, inspector or InspectorHere(db))
        self.offices = Offices(self.scene, self.end.date(), self.inspection.counts_on)
        self.casework = Casework(self.scene, wish.sager_a_year)
        names = "ABCDEFGH"[: wish.replicas]
        self.scene.replicas += [Replica(n, db, self.agenda, self.server, self.scene.counts) for n in names]
        self._choose_paces(db)

    def _choose_paces(self, db: Database) -> None:
        """People want to be told in their own ways."""
        ways = {Pace.AT_ONCE: 60, Pace.DAILY: 20, Pace.WEEKLY: 12, Pace.OFF: 8}
        with db.write() as tx:
            for person in sorted(one.id for one in self.scene.catalog.people):
                pace = self.agenda.chance.choices(list(ways), list(ways.values()))[0]
                weekday = self.agenda.chance.randrange(5)
                preferences.keep(tx, Preference(person=PersonId(person), pace=pace, weekday=weekday))

    def run(self) -> Run:
        """Let it run, heal and drain; Broken where an invariant does not hold."""
        try:
            self._run()
        except Broken as broken:
            broken.seed, broken.last = self.wish.seed, broken.last or tuple(self.agenda.last)
            broken.when = f"{(broken.at or self.agenda.now).astimezone(COPENHAGEN):%Y-%m-%d %H:%M}"
            broken.again = self.wish.command
            raise
        return self._result()

    def _run(self) -> None:
        for actor in (self.offices, self.casework):
            actor.begin()
        for replica in self.scene.replicas:
            replica.faults, replica.disturbed = self.wish.faults, self.inspection.clock_is_set
            replica.beat_soon()
        self._let_faults_loose()
        self.agenda.after(INSPECTED, self._inspect)
        self.agenda.run_until(self.end)
        self._heal()
        self.agenda.run_until(self.agenda.now + DRAINS)
        self.inspection.finally_holds()

    def _inspect(self) -> None:
        self.inspection.holds()
        self.agenda.after(INSPECTED, self._inspect)

    # --- faults ----------------------------------------------------------------------------------------------

    def _let_faults_loose(self) -> None:
        faults = self.wish.faults
        for days, fault in (
            (faults.outage, self._outage),
            (faults.mail, self.server.breaks),
            (faults.mail * 6, self._unknown_address),
            (faults.clock, self._clock_jumps),
        ):
            if days:
                self._again(days, fault)

    def _again(self, days: float, fault: Callable[[], None]) -> None:
        def happens() -> None:
            if self.casework.is_open:
                fault()
                self.inspection.fault()
                self.agenda.after(self.agenda.wait(days), happens)

        self.agenda.after(self.agenda.wait(days), happens)

    def _outage(self) -> None:
        hours = self.agenda.chance.choice(OUTAGES)
        self.scene.counts.outage_hours += hours
        self.agenda.note("no process runs for", hours, "hours")
        for replica in self.scene.replicas:
            replica.goes_down(self.agenda.now + timedelta(hours=hours))

    def _unknown_address(self) -> None:
        """The server knows somebody no more, for a while."""
        address = self.agenda.chance.choice(sorted(one.email for one in self.scene.catalog.people))
        self.server.unknown.add(address)
        self.agenda.note("mail server: does not know", address)
        self.agenda.after(self.agenda.span(1, 20), lambda: self.server.unknown.discard(address))

    def _clock_jumps(self) -> None:
        self.agenda.chance.choice(self.scene.replicas).clock_jumps()

    def _heal(self) -> None:
        self.agenda.note("everything is well from now on, and nobody does anything")
        self.casework.is_open = self.offices.is_open = False
        self.server.heals()
        for replica in self.scene.replicas:
            replica.heals()

    # --- mails -----------------------------------------------------------------------------------------------

    def _on_mail(self, mail: Mail) -> None:
        person, sager = self.inspection.hears(mail)
        self.casework.told(person, sager)

    def _result(self) -> Run:
        scene = self.scene
        return Run(
            seed=self.wish.seed,
            years=self.wish.years,
            trace=self.agenda.trace,
            happenings=self.agenda.happened,
            mails=sum(self.server.windows.taken.values()),
            copies=sum(count - 1 for count in self.server.windows.taken.values()),
            most_mails=self.inspection.most_mails,
            counts=scene.counts,
            done=_summed(scene.done),
            refused=_summed(scene.refused),
            letters=_letters(scene.db),
        )


def _letters(db: Database) -> dict[str, int]:
    with db.read() as tx:
        return dict(audit.letters_by_state(tx))


def _summed(found: dict[str, int]) -> dict[str, int]:
    """What happened how often, by its verb."""
    sums: Counter[str] = Counter()
    for what, count in found.items():
        first, _, error = what.partition(": ")
        words = first.split()
        verb = "say" if words[1:2] == ["is"] else words[0]
        sums[f"{verb}: {error}" if error else verb] += count
    return dict(sorted(sums.items()))
