"""Files -> sources: what kind of file each is, its content, and every flaw it has on its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pydantic import ValidationError

from kdflow.catalog.complaints import complaints
from kdflow.catalog.salvage import Salvaged, salvage
from kdflow.catalog.text import Place, Reader, Stop
from kdflow.domain.configuration import BodiesFile, CalendarFile, PeopleFile, ScenarioFile
from kdflow.domain.errors import Flaw, LocatedFlaw
from kdflow.domain.workflow import Definition, Procedure, Workflow

SIZE_LIMIT = 256 * 1024
TOLD_AT_MOST = 100


class Kind(NamedTuple):
    """A kind of file: its model, and the top-level key that only it has."""

    model: type[Definition]
    mark: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "workflow": Kind(Workflow, "stations"),
        "procedure": Kind(Procedure, "states"),
        "bodies": Kind(BodiesFile, "bodies"),
        "people": Kind(PeopleFile, "people"),
        "calendar": Kind(CalendarFile, "meetings"),
        "scenario": Kind(ScenarioFile, "sager"),
    }
)


@dataclass(slots=True, kw_only=True)
class Source:
    """One file as read: its kind and content, and how to find its lines.

    Where the form has flaws, `content` is what could be salvaged (None: nothing), for `check` alone to look at.
    """

    shown: str
    path: Path
    kind: str | None = None
    content: Definition | None = None
    salvaged: Salvaged | None = None
    lines: Mapping[Place, int] = field(default_factory=dict)
    flaws: list[LocatedFlaw] = field(default_factory=list)

    def located(self, flaw: Flaw) -> LocatedFlaw:
        """A flaw with the line of its place, or of the closest thing around it."""
        return LocatedFlaw(self.shown, _line(self.lines, flaw.path), flaw.message, flaw.hint)

    @property
    def is_named(self) -> bool:
        """Whether what this file says it defines could be read."""
        return self.salvaged is None or not self.salvaged.guessed & {("name",), ("version",), ("body",)}

    @property
    def identity(self) -> tuple[str | None, str]:
        """What this file defines: two files with one identity contradict each other."""
        match self.content:
            case _ if not self.is_named:
                return self.kind, self.shown
            case Workflow() | Procedure():
                return self.kind, self.content.ref
            case CalendarFile():
                return self.kind, self.content.body
            case ScenarioFile():
                return self.kind, self.path.stem
        return self.kind, "" if self.content else self.shown


def _line(lines: Mapping[Place, int], path: Place) -> int:
    return next((lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines), 1)


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The YAML files of `paths`, each once. A folder that holds workflows/ or config/ stands for these."""
    found: list[Path] = []
    for path in paths:
        inner = [path / name for name in ("workflows", "config") if (path / name).is_dir()]
        for folder in inner or [path]:
            if folder.is_dir():
                found += sorted(f for f in folder.rglob("*") if f.suffix in (".yaml", ".yml") and f.is_file())
            else:
                found.append(folder)
    return tuple({path.resolve(): path for path in found}.values())


def shown_as(path: Path) -> str:
    """The path as people best recognise it: relative where it lies below the working folder."""
    full = path.resolve()
    return os.path.relpath(full) if full.is_relative_to(Path.cwd()) else str(full)


def read_file(path: Path) -> Source:
    """One file, with all its flaws; it never raises."""
    shown = shown_as(path)
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        flaw = LocatedFlaw(shown, 1, f"cannot be read: {error.strerror}", "give a file or folder that exists")
        return Source(shown=shown, path=path, flaws=[flaw])
    source = read_text(data, path, shown)
    if source.content is not None and source.is_named:
        source.flaws += [source.located(flaw) for flaw in _name_flaws(source)]
    return source


def read_text(data: bytes, path: Path, shown: str) -> Source:
    """One text as if it were the file `path`, called `shown` in complaints."""
    source = Source(shown=shown, path=path)
    reader = Reader()
    try:
        reader.read(_decoded(data))
    except Stop as stop:
        source.flaws.append(LocatedFlaw(shown, stop.line, stop.message, stop.hint))
        return source
    source.lines = reader.lines
    for line, key, first in reader.twice[:TOLD_AT_MOST]:
        message = f"key {key!r} stands twice; the first is on line {first}"
        source.flaws.append(LocatedFlaw(shown, line, message, "keep one of them"))
    if not isinstance(reader.value, dict):
        hint = f"begin with a key, such as one of: {', '.join(kind.mark for kind in KINDS.values())}"
        source.flaws.append(LocatedFlaw(shown, reader.lines.get((), 1), "no keys at the top level", hint))
        return source
    _validate(source, reader.value)
    return source


def _decoded(data: bytes) -> str:
    if len(data) > SIZE_LIMIT:
        raise Stop(1, f"larger than {SIZE_LIMIT // 1024} kB", "split it up")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Stop(line, "not UTF-8 text", "save the file as UTF-8") from error


def _kind_of(path: Path, value: Mapping[str, object]) -> str | None:
    """The kind of a file: by the key that only it has, else by its name and folder."""
    for name, kind in KINDS.items():
        if kind.mark in value:
            return name
    by_folder = {"procedures": "procedure", "calendars": "calendar", "workflows": "workflow"}
    if path.stem in ("bodies", "people"):
        return path.stem
    return "scenario" if path.stem.startswith("scenario") else by_folder.get(path.parent.name)


def _validate(source: Source, value: Mapping[str, object]) -> None:
    source.kind = _kind_of(source.path, value)
    if source.kind is None:
        marks = ", ".join(f"{kind.mark} ({name})" for name, kind in KINDS.items())
        message = "what kind of file this is cannot be seen"
        source.flaws.append(LocatedFlaw(source.shown, 1, message, f"give it one of the keys: {marks}"))
        return
    model = KINDS[source.kind].model
    try:
        source.content = model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        found = complaints(errors[:TOLD_AT_MOST], source.lines, model)
        source.flaws += [source.located(flaw) for flaw in found]
        if len(errors) > TOLD_AT_MOST:
            rest = f"{len(errors) - TOLD_AT_MOST} more faults of this sort"
            source.flaws.append(LocatedFlaw(source.shown, 1, rest, "mend the first ones, and check again"))
        source.salvaged = salvage(value, model)
        source.content = source.salvaged.content


def _name_flaws(source: Source) -> Iterator[Flaw]:
    content, stem = source.content, source.path.stem
    match content:
        case Workflow() | Procedure():
            wanted = f"{content.name}@{content.version}"
        case CalendarFile():
            wanted = content.body
        case _:
            return
    if stem != wanted:
        key = "body" if isinstance(content, CalendarFile) else "name"
        message = f"the file is called {source.path.name}, but it defines {wanted}"
        yield Flaw((key,), message, f"call it {wanted}.yaml, or mend {key}")
    if isinstance(content, Workflow) and content.amends:
        hint = "remove it; a sag's own route is made by amending the route of that sag"
        yield Flaw(("amends",), "a file cannot amend the route of one sag", hint)
