"""The catalogs of other languages: no word is missing, none is left over, every template can be read in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from kdflow import rendering
from kdflow.catalog import parse_definition
from kdflow.domain.workflow import Procedure
from kdflow.rendering.environment import SHOWN, environment

ROOT = Path(__file__).parents[1]
OTHERS = [one for one in rendering.LANGUAGES if one != rendering.DANISH]

_PLACE = re.compile(r"\{\w*\}|</?\w+>")
_DANISH = re.compile(r"[æøåÆØÅ]")

KEPT = re.compile("efterår 2020|A to Å|[a-zæøå]*klima[a-zæøå]*")
"""What is Danish in every language: a date as one writes it, the alphabet, words that are searched for."""


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All there is to translate, found as `make words` finds it."""
    made = tmp_path_factory.mktemp("words") / "kdflow.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        asked = ["pybabel", "-q", "extract", "-F", "pyproject.toml", "-o", str(made), "."]
        CommandLineInterface().run(asked)  # type: ignore[no-untyped-call]
    return _read(made)


@pytest.fixture(scope="module", params=OTHERS)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    """One of the catalogs."""
    file = ROOT / "kdflow" / "locale" / request.param / "LC_MESSAGES" / "kdflow.po"
    return _read(file, request.param)


def _read(file: Path, language: str | None = None) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=language)


def _said(catalog: Catalog) -> dict[tuple[str | None, str], str]:
    return {(one.context, str(one.id)): str(one.string) for one in catalog if one.id}


def test_there_is_something_to_translate(wanted: Catalog) -> None:
    texts = {text for _, text in _said(wanted)}
    assert {"Venter på dig", "Indmeld til møde", "tidligst {first}, senest {last}"} <= texts
    assert len(texts) > 1500


PROCEDURES = sorted((ROOT / "workflows" / "procedures").glob("*.yaml"))


@pytest.mark.parametrize("file", PROCEDURES, ids=lambda file: file.stem)
def test_all_that_a_procedure_says_is_found(file: Path, wanted: Catalog) -> None:
    read = parse_definition(file.read_text("utf-8"), file.name)
    assert isinstance(read, Procedure)
    said = {state.title for state in read.states} | {move.title for move in read.moves}
    said |= {guard.reason for guard in (*read.guards, *(one for move in read.moves for one in move.guards))}
    assert said - {text for _, text in _said(wanted)} == set()


def test_every_word_is_translated(wanted: Catalog, catalog: Catalog) -> None:
    said = _said(catalog)
    missing = [key for key in _said(wanted) if not said.get(key)]
    assert not missing, f"{len(missing)} to translate (run `make words`): {missing[:20]}"


def test_no_word_is_left_over(wanted: Catalog, catalog: Catalog) -> None:
    left = sorted(map(str, _said(catalog).keys() - _said(wanted).keys()))
    assert not left, f"no longer used (run `make words`): {left[:20]}"


def test_no_translation_is_a_guess(catalog: Catalog) -> None:
    assert [one.id for one in catalog if one.id and one.fuzzy] == []


def test_places_are_where_they_were(catalog: Catalog) -> None:
    for (_, text), said in _said(catalog).items():
        assert sorted(_PLACE.findall(said)) == sorted(_PLACE.findall(text)), (text, said)
        assert (said[:1] == " ", said[-1:] == " ") == (text[:1] == " ", text[-1:] == " "), (text, said)


def test_no_danish_is_left(catalog: Catalog) -> None:
    left = [said for said in _said(catalog).values() if _DANISH.search(KEPT.sub("", said))]
    assert left == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_template_compiles(language: str) -> None:
    made = environment(language)
    names = [name for name in made.list_templates() if name.startswith(SHOWN)]
    assert len(names) > 100
    for name in names:
        made.get_template(name)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ["alle", "sagsejer", "formand", "sekretariat", "administrator"])
def test_the_guide_has_the_same_sections(name: str, language: str) -> None:
    danish = rendering.guide(name)
    with rendering.speaking(language):
        other = rendering.guide(name)
    assert [one.key for one in other.sections] == [one.key for one in danish.sections]
    assert other.lead != danish.lead
    assert all(one.text != was.text for one, was in zip(other.sections, danish.sections, strict=True))
