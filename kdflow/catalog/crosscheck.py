"""Sources taken together: what they define, and what in them does not fit each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from kdflow.catalog.sources import Source
from kdflow.domain import consistency, route_soundness, scenario_consistency, soundness
from kdflow.domain.configuration import BodiesFile, CalendarFile, PeopleFile, PersonEntry, ScenarioFile
from kdflow.domain.errors import Flaw, LocatedFlaw, Unreadable
from kdflow.domain.guards import GUARDS
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.workflow import Definition, Procedure, Workflow

_Content = TypeVar("_Content", bound=Definition)
_Value = TypeVar("_Value")


class Findings(NamedTuple):
    """What is wrong, and what only looks odd; each in the order of files and lines."""

    flaws: tuple[LocatedFlaw, ...]
    warnings: tuple[LocatedFlaw, ...]


def _frozen(pairs: Iterable[tuple[str, _Value]]) -> Mapping[str, _Value]:
    return MappingProxyType(dict(pairs))


@dataclass(frozen=True)
class Material:
    """What the readable ones among some sources define, by key."""

    sources: Sequence[Source]

    def of(self, model: type[_Content]) -> list[_Content]:
        """The contents of one kind, in the order of the files."""
        return [source.content for source in self.sources if isinstance(source.content, model)]

    @cached_property
    def workflows(self) -> Mapping[str, Workflow]:
        """Workflows by `name@version`."""
        return _frozen((workflow.ref, workflow) for workflow in self.of(Workflow))

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """Procedures by `name@version`."""
        return _frozen((procedure.ref, procedure) for procedure in self.of(Procedure))

    @cached_property
    def bodies(self) -> Mapping[str, Body]:
        """Bodies by key, in file order."""
        return _frozen((entry.key, entry.body(file)) for file in self.of(BodiesFile) for entry in file.bodies)

    @cached_property
    def people(self) -> tuple[PersonEntry, ...]:
        """People as written."""
        return tuple(entry for file in self.of(PeopleFile) for entry in file.people)

    @cached_property
    def meetings(self) -> Mapping[str, Meeting]:
        """The readable meetings by id, in order of time."""
        found = [meeting for calendar in self.of(CalendarFile) for meeting in _meetings(calendar)]
        found.sort(key=lambda meeting: (str(meeting.begins_on), meeting.id))
        return _frozen((meeting.id, meeting) for meeting in found)

    @cached_property
    def scenarios(self) -> Mapping[str, ScenarioFile]:
        """Scenarios by the name of their file."""
        return _frozen(
            (source.path.stem, source.content)
            for source in self.sources
            if isinstance(source.content, ScenarioFile)
        )

    @cached_property
    def lost(self) -> frozenset[str]:
        """Words that stood in the unreadable parts of files, and so may be names that are not unknown at all."""
        return frozenset(word for source in self.sources if source.salvaged for word in source.salvaged.lost)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every source could be read as it stands."""
        return all(source.content is not None and source.salvaged is None for source in self.sources)

    @cached_property
    def unread(self) -> frozenset[str]:
        """File names, without ending, of what could not be read: to complain of their absence too is noise."""
        return frozenset(source.path.stem for source in self.sources if source.content is None)


def _meetings(calendar: CalendarFile) -> Iterator[Meeting]:
    for entry in calendar.meetings:
        try:
            yield entry.meeting(calendar.body)
        except Unreadable:
            continue


def examine(material: Material) -> Findings:
    """Every flaw and warning: those each source has on its own, and those that show when all are together."""
    flaws = [flaw for source in material.sources for flaw in source.flaws]
    warnings: list[LocatedFlaw] = []
    for source in material.sources:
        found = [flaw for flaw in _flaws(source, material) if not _is_echo(flaw, material)]
        flaws += [source.located(flaw) for flaw in _certain(source, found)]
        warnings += [source.located(flaw) for flaw in _warnings(source)]
    flaws += _contradictions(material.sources)
    order = {source.shown: number for number, source in enumerate(material.sources)}

    def place(flaw: LocatedFlaw) -> tuple[int, int]:
        return order[flaw.file], flaw.line

    return Findings(tuple(sorted(flaws, key=place)), tuple(sorted(warnings, key=place)))


def _certain(source: Source, flaws: Iterable[Flaw]) -> Iterable[Flaw]:
    """The flaws, less those that rest on what had to be guessed in this source."""
    if source.salvaged is None:
        return flaws
    placed = map(source.salvaged.in_file, flaws)
    return [flaw for flaw in placed if not source.salvaged.is_doubtful(flaw)]


def _flaws(source: Source, material: Material) -> Iterable[Flaw]:
    match source.content:
        case Workflow() as workflow:
            return route_soundness.workflow_flaws(workflow, material.procedures, material.bodies)
        case Procedure() as procedure:
            return soundness.procedure_flaws(procedure, {name: g.facts for name, g in GUARDS.items()})
        case BodiesFile() as file:
            return consistency.body_flaws(file)
        case PeopleFile() as file:
            return consistency.people_flaws(file.people, material.bodies)
        case CalendarFile() as calendar:
            return consistency.calendar_flaws(calendar, material.bodies)
        case ScenarioFile() as scenario if material.is_whole:
            return scenario_consistency.scenario_flaws(scenario, _known(material))
    return ()


def _known(material: Material) -> scenario_consistency.Known:
    return scenario_consistency.Known(
        workflows=material.workflows,
        procedures=material.procedures,
        bodies=material.bodies,
        people=material.people,
        meetings=material.meetings,
    )


def _warnings(source: Source) -> Iterable[Flaw]:
    match source.content:
        case CalendarFile() as calendar:
            return consistency.calendar_warnings(calendar)
        case BodiesFile() as file:
            return consistency.succession_warnings(file.bodies)
    return ()


def _is_echo(flaw: Flaw, material: Material) -> bool:
    """Whether a flaw only repeats that another file, or a part of one, could not be read."""
    if any(source.salvaged and source.salvaged.touches(flaw.rests_on) for source in material.sources):
        return True
    if "unknown" not in flaw.message:
        return False
    last = flaw.path[-1] if flaw.path else None
    named = flaw.message.rsplit(" ", 1)[-1].strip("'")
    if named in material.unread or named in material.lost:
        return True
    return "bodies" in material.unread and last in ("body", "role", "over")


def _contradictions(sources: Sequence[Source]) -> Iterator[LocatedFlaw]:
    """Two files that define the same thing, and two meetings of one id."""
    first: dict[object, str] = {}
    for source in sources:
        if source.content is None:
            continue
        if source.identity in first:
            what = " ".join(filter(None, source.identity))
            message = f"{what} is defined in {first[source.identity]} too"
            yield LocatedFlaw(source.shown, 1, message, "keep one; a change is a new version")
        first.setdefault(source.identity, source.shown)
    yield from _shared_ids(sources)


def _shared_ids(sources: Sequence[Source]) -> Iterator[LocatedFlaw]:
    first: dict[str, str] = {}
    for source in sources:
        if not isinstance(source.content, CalendarFile):
            continue
        for index, entry in enumerate(source.content.meetings):
            key = entry.id_at(source.content.body)
            if first.setdefault(key, source.shown) != source.shown:
                message = f"meeting id {key!r} stands in {first[key]} too"
                yield source.located(Flaw(("meetings", index), message, "give one of them another id"))
