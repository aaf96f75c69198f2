"""Definition and configuration files -> one frozen Catalog; every complaint bears file:line. The door to yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from kdflow.catalog import sources
from kdflow.catalog.complaints import schema_of
from kdflow.catalog.crosscheck import Material, examine
from kdflow.domain.authority import Absence, Appointment, Person
from kdflow.domain.configuration import CalendarFile, MeetingEntry, ScenarioFile
from kdflow.domain.errors import Flawed, LocatedFlaw, NotFound
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.workflow import Definitions, Procedure, Workflow

__all__ = [
    "CalendarRows",
    "Catalog",
    "calendar_rows",
    "check",
    "load",
    "parse_definition",
    "schemas",
    "shipped_root",
    "warnings",
]

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that is read from files: sound, cross-checked, never changed."""

    workflows: Mapping[str, Workflow]
    procedures: Mapping[str, Procedure]
    bodies: Mapping[str, Body]
    people: tuple[Person, ...]
    appointments: tuple[Appointment, ...]
    absences: tuple[Absence, ...]
    meetings: tuple[Meeting, ...]
    scenarios: Mapping[str, ScenarioFile]
    warnings: tuple[LocatedFlaw, ...] = ()

    @property
    def scenario(self) -> ScenarioFile | None:
        """The scenario of `scenario.yaml`, if there is one."""
        return self.scenarios.get("scenario")

    def definitions(self, ref: str) -> Definitions:
        """The workflow `name@version` with the procedures it stands on.

        Raises:
            NotFound: no file defines it.
        """
        workflow = self.workflows.get(ref)
        if workflow is None:
            raise NotFound("workflow", ref)
        needed = dict.fromkeys((workflow.life, *(station.procedure for station in workflow.stations)))
        return Definitions(workflow=workflow, procedures={key: self.procedures[key] for key in needed})

    def latest(self, name: str) -> Workflow:
        """The highest version of a workflow.

        Raises:
            NotFound: no file defines any.
        """
        versions = [workflow for workflow in self.workflows.values() if workflow.name == name]
        if not versions:
            raise NotFound("workflow", name)
        return max(versions, key=lambda workflow: workflow.version)


def shipped_root() -> Path:
    """The folder that holds the shipped `workflows/` and `config/`: the checkout, or `_shipped` in a wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_shipped"
    return installed if installed.is_dir() else package.parent


def load(paths: Sequence[Path]) -> Catalog:
    """Read files, and folders with all their YAML files, into one catalog.

    Raises:
        Flawed: with every flaw of every file; then nothing of them may be used.
    """
    material = Material([sources.read_file(path) for path in sources.files_of(paths)])
    findings = examine(material)
    if findings.flaws:
        raise Flawed(findings.flaws)
    return Catalog(
        workflows=material.workflows,
        procedures=material.procedures,
        bodies=material.bodies,
        people=tuple(entry.person for entry in material.people),
        appointments=tuple(office for entry in material.people for office in entry.appointments),
        absences=tuple(absence for entry in material.people for absence in entry.days_off),
        meetings=tuple(material.meetings.values()),
        scenarios=material.scenarios,
        warnings=findings.warnings,
    )


def check(paths: Sequence[Path]) -> tuple[LocatedFlaw, ...]:
    """Every flaw in files or folders, read together with those shipped files that they do not replace."""
    return _beside_shipped(paths)[0]


def warnings(paths: Sequence[Path]) -> tuple[LocatedFlaw, ...]:
    """What looks odd in files or folders but may be right: a meeting on a Sunday."""
    return _beside_shipped(paths)[1]


def _beside_shipped(paths: Sequence[Path]) -> tuple[tuple[LocatedFlaw, ...], tuple[LocatedFlaw, ...]]:
    given = [sources.read_file(path) for path in sources.files_of(paths)]
    taken = {source.identity for source in given}
    same = {source.path.resolve() for source in given}
    shipped = [
        source
        for source in map(sources.read_file, sources.files_of([shipped_root()]))
        if source.path.resolve() not in same and source.identity not in taken
    ]
    found = examine(Material([*shipped, *given]))  # of two that contradict each other the given one is blamed
    ours = {source.shown for source in given}
    return (
        tuple(flaw for flaw in found.flaws if flaw.file in ours),
        tuple(flaw for flaw in found.warnings if flaw.file in ours),
    )


def parse_definition(text: str, name: str) -> Workflow | Procedure:
    """Read one workflow or procedure from YAML (or JSON) text; `name` stands for the file in complaints.

    Raises:
        Flawed: it cannot be read. Whether it is sound, the verifier in `domain/soundness.py` says.
    """
    source = sources.read_text(text.encode("utf-8", "replace"), Path(name), name)
    if isinstance(source.content, Workflow | Procedure) and not source.flaws:
        return source.content
    raise Flawed(source.flaws or [LocatedFlaw(name, 1, "neither a workflow nor a procedure")])


class CalendarRows(NamedTuple):
    """A calendar row by row: whose it is (None: not said), its sound rows with their lines, and every flaw."""

    body: str | None
    rows: tuple[tuple[int, MeetingEntry], ...]
    flaws: tuple[LocatedFlaw, ...]


def calendar_rows(data: bytes, name: str) -> CalendarRows:
    """Read the text of one calendar; a row with a flaw of form is left out whole, and the others are not lost."""
    source = sources.read_text(data, Path(name), name)
    calendar, lines = source.content, source.lines
    if not isinstance(calendar, CalendarFile):
        other = LocatedFlaw(name, 1, "not a calendar", "write the keys body and meetings")
        return CalendarRows(None, (), tuple(source.flaws) or (other,))
    guessed = source.salvaged.guessed if source.salvaged else set()
    kept = source.salvaged.indices.get(("meetings",)) if source.salvaged else None
    doubtful = {place[:2] for place in guessed}
    starts = [place for place in lines if len(place) == 1 or (len(place) == 2 and place[0] == "meetings")]
    for flaw in source.flaws:  # a key that stands twice is no guess
        near = max((lines[place] for place in starts if lines[place] <= flaw.line), default=0)
        doubtful |= {place for place in starts if lines[place] == near}
    rows = (
        (lines.get(("meetings", number), 1), entry)
        for number, entry in zip(kept or range(len(calendar.meetings)), calendar.meetings, strict=False)
        if ("meetings", number) not in doubtful
    )
    return CalendarRows(None if ("body",) in guessed else calendar.body, tuple(rows), tuple(source.flaws))


def schemas() -> Mapping[str, dict[str, Any]]:
    """The JSON Schema of each kind of file, for editors, from the very types that read them."""
    return {name: schema_of(kind.model) | {"$schema": SCHEMA_DIALECT} for name, kind in sources.KINDS.items()}
