"""The demo: KD-Net's sager as they stood on 20 January 2020, by a history that is real and proves itself."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from kdflow import bootstrap
from kdflow.actions.set_clock import set_clock
from kdflow.bootstrap import Wiring
from kdflow.demo import NotADemo, claim, play
from kdflow.domain.configuration import ScenarioFile
from kdflow.domain.dates import local_instant
from kdflow.domain.timetable import Meeting
from kdflow.queries.board import Board, board
from kdflow.queries.proof import proof
from kdflow.queries.sag_page import sag_page
from kdflow.queries.sag_rows import BoardRow
from kdflow.settings import Settings
from kdflow.store import meetings
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from tests.make import house, prepare, shipped

AGENDA = ("kd-net", "on-agenda", "kd-net-2020-01-24")

STANDS: dict[str, list[tuple[str, str, str | None]]] = {
    "Drøftelse med COK": [AGENDA],
    "Revideret samarbejdsaftale om sundhedskoordinator og Klinisk Funktion": [AGENDA],
    "Resultatkontrakt 2020 mellem KKR Midtjylland og Erhvervshus Midtjylland": [AGENDA],
    "Rammeaftale 2021-22 på socialområdet: proces og udviklingsområder": [
        ("dassos", "on-agenda", "dassos-2020-01-22"),
        ("kd-net", "submitted", "kd-net-2020-01-24"),
    ],
    "Aftale om akut hjælp til sårbare borgere (tidl. Sociolancen)": [AGENDA],
    "Finansiering af udviklingstiltag i alliancen for den nære psykiatri": [AGENDA],
    "Samarbejdsaftale om IV-behandling i nærområdet": [AGENDA],
    "Dimensionering af pædagoguddannelsen 2020/21": [AGENDA],
    "Midtjysk infrastrukturindspil og brev til transportministeren": [AGENDA],
    "Erklæring om en fælles digital fremtid": [AGENDA],
    "Nyt næstformandskab i KOSU": [AGENDA],
    "Formandskab i DASSOS": [AGENDA],
    "Proces for Råstofplanen": [("kd-net", "preparing", None)],
    "Strategisk og forpligtende samarbejde om klimadagsordenen": [("kkr-midt", "preparing", None)],
}
"""Where every sag stood four days before the meeting of 24 January: the body, the state, and the meeting."""

STARTS = local_instant(date(2020, 1, 20), 9)
CHANGED = "Datoen er ændret, efter at dagsordenen blev sendt ud; den tidligere dato kendes ikke."


class PowerCutError(Exception):
    """What a test puts between two commands."""


@dataclass
class Failing(Database):
    """A real database that fails before its n-th transaction of writing."""

    url_given: str
    survives: int
    _count: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def __post_init__(self) -> None:
        super().__init__(self.url_given, synchronous="OFF")

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction, as long as the power lasts."""
        if next(self._count) >= self.survives:
            raise PowerCutError
        with super().write() as tx:
            yield tx


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _home(path: Path) -> Wiring:
    return bootstrap.wire(Settings(db=_url(path), demo=True, synchronous="OFF"))


def _scenario() -> ScenarioFile:
    found = shipped().scenario
    assert found
    return found


def _prepare(path: Path) -> None:
    """What `kdflow demo` does before it plays."""
    home = _home(path)
    bootstrap.upgrade_schema(home)
    claim(home.db, _scenario())
    bootstrap.prepare(home)
    home.db.close()


def _build(path: Path) -> None:
    """What `kdflow demo` does."""
    _prepare(path)
    db = Database(_url(path), synchronous="OFF")
    play(db, _scenario())
    db.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was built once, and is not written to."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    _build(path)
    return path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the catalog in it, before anything is played."""
    path = tmp_path_factory.mktemp("prepared") / "demo.db"
    _prepare(path)
    return path


@pytest.fixture
def demo(built: Path) -> Iterator[Wiring]:
    """The built demo, opened."""
    home = _home(built)
    yield home
    home.db.close()


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        # one row counts what was written, although nothing else came of it
        return [line for line in connection.iterdump() if not re.search(r"VALUES\('(setup|calendars)',", line)]


def _board(home: Wiring) -> Board:
    return board(home.db, None, home.now(), over=True)


def _stands(row: BoardRow) -> list[tuple[str, str, str | None]]:
    return [(s.body.key, s.step.state, s.meeting.id if s.meeting else None) for s in row.stands]


def _meetings(home: Wiring, body: str) -> list[Meeting]:
    with home.db.read() as tx:
        found = meetings.timetable(tx, [body]).meetings
    return sorted((one for one in found if one.on.earliest), key=lambda one: one.on.earliest or date.max)


def _told(path: Path) -> dict[str, list[Entry]]:
    """The history of every sag by its title. Numbers are drawn with gaps and differ from play to play."""
    home = _home(path)
    now = home.now()
    pages = [sag_page(home.db, row.number, None, now) for row in _board(home).rows]
    home.db.close()
    return {page.sag.title: [replace(entry, sag=None) for entry in page.history] for page in pages}


# --- where it stands -----------------------------------------------------------------------


def test_the_clock_stands_at_nine_on_20_january_2020(demo: Wiring) -> None:
    assert demo.now() == STARTS


def test_every_sag_stands_where_it_stood(demo: Wiring) -> None:
    assert {row.title: _stands(row) for row in _board(demo).rows} == STANDS


def test_every_sag_is_under_way_and_open(demo: Wiring) -> None:
    assert {(row.life, row.closed) for row in _board(demo).rows} == {("under-way", False)}


def test_the_board_counts_the_days_to_the_meeting(demo: Wiring) -> None:
    days = {row.title: row.in_days for row in _board(demo).rows}
    assert days["Drøftelse med COK"] == 4
    assert days["Rammeaftale 2021-22 på socialområdet: proces og udviklingsområder"] == 2
    assert days["Proces for Råstofplanen"] is None


def test_what_dassos_has_not_decided_yet_is_submitted_under_that_condition(demo: Wiring) -> None:
    (row,) = [row for row in _board(demo).rows if row.title.startswith("Rammeaftale 2021-22")]
    assert [stand.step.conditional_on for stand in row.stands] == [(), ("dassos",)]


def test_the_calendars_of_2020_are_the_real_ones(demo: Wiring) -> None:
    def days(body: str) -> list[str]:
        return [one.on.text for one in _meetings(demo, body) if one.on.text.startswith("2020")]

    assert days("kd-net") == ["2020-01-24", "2020-03-13", "2020-05-29", "2020-08-28", "2020-10-23"]
    assert days("kkr-midt") == ["2020-02-05", "2020-04-01", "2020-06-17", "2020-09-09", "2020-11-13"]
    assert days("kontaktudvalg") == ["2020-06-17"]


def test_the_dates_of_kkr_bear_the_note_that_they_were_changed(demo: Wiring) -> None:
    notes = {one.note for one in _meetings(demo, "kkr-midt") if one.on.text.startswith("2020")}
    assert notes == {CHANGED}


def test_everybody_in_the_demo_is_a_role_and_no_real_person(demo: Wiring) -> None:
    addresses = {person.email.rpartition("@")[2].rpartition(".")[2] for person in shipped().people}
    assert addresses == {"example"}
    assert {row.owner_name.partition(",")[0] for row in _board(demo).rows} == {"Sagsejer"}


# --- its history -----------------------------------------------------------------------


def test_the_history_proves_itself(demo: Wiring) -> None:
    found = proof(demo.db)
    assert found.broken is None
    assert found.head.seq >= 100


def test_every_move_was_made_before_the_clock_by_somebody_who_is_known(built: Path) -> None:
    entries = [entry for entries in _told(built).values() for entry in entries]
    known = {person.id for person in shipped().people}
    assert {entry.actor for entry in entries} <= known
    assert max(entry.at for entry in entries) < STARTS
    assert {entry.event.machine for entry in entries} >= {"life", "step", "route"}


def test_the_steps_before_kd_net_are_in_the_history(built: Path) -> None:
    told = _told(built)["Resultatkontrakt 2020 mellem KKR Midtjylland og Erhvervshus Midtjylland"]
    made = [f"{entry.event.station} {entry.event.move}" for entry in told if entry.event.machine == "step"]
    wanted = ["erhvervssg decide", "erhvervssg approve", "erhvervssg hand-on", "kdnet submit", "kdnet accept"]
    assert [one for one in made if one in wanted] == wanted


# --- playing it again -----------------------------------------------------------------------


def test_playing_twice_changes_nothing(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.db"
    shutil.copy(built, path)
    before = _told(path), proof(_home(path).db)
    _build(path)
    assert (_told(path), proof(_home(path).db)) == before


def test_another_play_tells_the_same_history(built: Path, tmp_path: Path) -> None:
    _build(tmp_path / "other.db")
    assert _told(tmp_path / "other.db") == _told(built)


def test_winding_the_clock_on_is_not_undone_by_playing_again(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    shutil.copy(built, path)
    home, later = _home(path), local_instant(date(2020, 1, 24), 16)
    set_clock(home.db, later)
    _build(path)
    assert home.now() == later
    home.db.close()


@pytest.mark.parametrize("step", [claim, play])
@pytest.mark.parametrize("has_sager", [False, True])
def test_a_real_installation_is_never_made_a_demo(
    tmp_path: Path, step: Callable[[Database, ScenarioFile], None], has_sager: bool
) -> None:
    url = _url(tmp_path / "real.db")
    prepare(url)
    real = house(url)
    if has_sager:
        real.open()
    before = _dump(tmp_path / "real.db")
    with pytest.raises(NotADemo):
        step(real.db, _scenario())
    assert _dump(tmp_path / "real.db") == before
    real.db.close()


def test_nothing_is_played_into_a_database_that_was_not_claimed(tmp_path: Path) -> None:
    home = _home(tmp_path / "unclaimed.db")
    bootstrap.prepare(home)
    with pytest.raises(NotADemo):
        play(home.db, _scenario())
    home.db.close()


@pytest.mark.parametrize("survives", [0, 1, 2, 7, 20, 41, 60])
def test_a_play_that_was_cut_off_is_taken_up_by_the_next(
    built: Path, prepared: Path, tmp_path: Path, survives: int
) -> None:
    path = tmp_path / "cut.db"
    shutil.copy(prepared, path)
    failing = Failing(_url(path), survives)
    with pytest.raises(PowerCutError):
        play(failing, _scenario())
    failing.close()
    _build(path)
    assert _told(path) == _told(built)
    home = _home(path)
    assert (home.now(), proof(home.db).broken) == (STARTS, None)
    home.db.close()


@pytest.mark.parametrize("done", [1, 2])
def test_a_start_that_was_cut_off_before_the_play_is_taken_up(built: Path, tmp_path: Path, done: int) -> None:
    path = tmp_path / "cut.db"
    home = _home(path)
    bootstrap.upgrade_schema(home)
    if done > 1:
        claim(home.db, _scenario())
    home.db.close()
    _build(path)
    assert _told(path) == _told(built)
