"""The house rules that no linter knows: what a module says of itself, how long things are, what no file holds."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kdflow
from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(kdflow.__file__).parent
WRITTEN_BY_ALEMBIC = PACKAGE / "store" / "migrations" / "versions"

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
SHORT, SHARE = 30, 0.9

# the words are put together here, so that this file is not found by its own search
FORBIDDEN = {
    "machine path": re.compile(rf"/{'work'}/|/{'root'}/|/{'farm'}/"),
    "unfinished": re.compile(rf"\b(?:{'TO'}DO|{'FIX'}ME|X{'X'}X)\b"),
    "registry host": re.compile(
        rf"(?:{'pypi'}\.(?:org|io)|python{'hosted'}\.org|{'npm'}js\.(?:org|com)|{'yarn'}pkg\.com|/simple/?$)"
    ),
    "pinned index": re.compile(r"--(?:extra-)?index-url\b(?! *--)"),
}
ALLOWED = {("pinned index", "Makefile")}  # --no-emit-index-url
BINARY = {".png", ".jpg", ".ico", ".woff2", ".pdf"}


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _functions() -> Iterator[tuple[str, int]]:
    """Every function of the package that was written by hand, with its number of lines."""
    for file in _modules():
        if file.is_relative_to(WRITTEN_BY_ALEMBIC):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(ROOT)}: {node.name}", (node.end_lineno or 0) - node.lineno + 1


@cache
def _tracked() -> tuple[Path, ...]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        missing("no git here, or not a git checkout: the files that belong to the house are not known")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(file for file in found if file.is_file() and file.suffix not in BINARY)


def _requirements() -> list[str]:
    """The requirements of the lock file, each with everything that belongs to it."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _name(text: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", text)
    assert found, text
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    silent = []
    for file in _modules():
        first = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]
        if not first.endswith((".", ":")) or len(first.split()) < 2:
            silent.append(f"{file.relative_to(ROOT)}: {first!r}")
    assert silent == []


def test_functions_are_short() -> None:
    found = list(_functions())
    assert [f"{name} ({lines} lines)" for name, lines in found if lines > LONGEST_FUNCTION] == []
    assert sum(lines <= SHORT for _, lines in found) >= SHARE * len(found)
    assert len(found) > 500  # the search finds them


def test_files_are_short() -> None:
    long = [file for file in _modules() if len(file.read_text("utf-8").splitlines()) > LONGEST_FILE]
    assert [str(file.relative_to(ROOT)) for file in long] == []


@pytest.mark.parametrize("kind", list(FORBIDDEN))
def test_no_tracked_file_holds_what_belongs_on_one_machine_or_on_a_list(kind: str) -> None:
    found = []
    for file in _tracked():
        name = str(file.relative_to(ROOT))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if FORBIDDEN[kind].search(line) and (kind, name) not in ALLOWED:
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("machine path", f"folder = '/{'work'}/main'"),
        ("unfinished", f"# {'TO'}DO: later"),
        ("registry host", f"https://files.python{'hosted'}.org/x"),
        ("registry host", f"https://registry.{'npm'}js.org/x"),
        ("pinned index", f"--{'index'}-url https://somewhere.example/"),
    ],
)
def test_the_search_for_forbidden_words_finds_them(kind: str, line: str) -> None:
    assert FORBIDDEN[kind].search(line)


def test_every_locked_requirement_has_a_version_and_hashes() -> None:
    found = _requirements()
    assert len(found) > 50
    for line in found:
        assert re.match(r"^[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+", line), line[:80]
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)", line), line[:80]


def test_every_dependency_of_the_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    wanted = {_name(line) for line in (*project["dependencies"], *extras)} - {"kdflow"}
    assert wanted - {_name(line) for line in _requirements()} == set()
