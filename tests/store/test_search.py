"""Searching in Danish: inflected words and parts of compounds find each other, on either database alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import is_answer, question
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.wanted import Cursor, Order, Wanted
from kdflow.store import comments, finding, indexing, schema
from kdflow.store.database import Database
from kdflow.store.settings import keep
from tests.store.stand import NOW, OWNER, Walker, load

TITLES = {
    "klima": "Drøftelse af fælles klimahandlingsplan",
    "plan": "Ny handlingsplan for sundhed",
    "mange": "Handlingsplanerne på ældreområdet",
    "budget": "Godkendelse af budgetter",
    "øl": "Om fælleskommunal Ølandsordning",
}


@pytest.fixture
def made(db: Database) -> dict[str, SagId]:
    """A few sager by what they are about."""
    walker = Walker(db)
    return {name: walker.open("line@1", title=title) for name, title in TITLES.items()}


def found(db: Database, text: str, **wanted: Any) -> list[SagId]:
    """What the list finds, oldest first."""
    with db.read() as tx:
        rows = finding.page(tx, Wanted(text=text, order="oldest", **wanted), None, limit=100)
        assert finding.count(tx, Wanted(text=text, **wanted), None, most=1000) == len(rows)
    return [row.sag for row in rows]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("klimahandlingsplan", ["klima", "plan", "mange"]),
        ("handlingsplan", ["klima", "plan", "mange"]),
        ("handlingsplanerne", ["klima", "plan", "mange"]),
        ("HANDLINGSPLANERNES", ["klima", "plan", "mange"]),
        ("klimahandl", ["klima"]),
        ("handlingsplan sundhed", ["plan"]),
        ("handlingsplan og sundhed", ["plan"]),
        ("godkendt budget", ["budget"]),
        ("budgettet", ["budget"]),
        ("ølandsordningen", ["øl"]),
        ("olandsordningen", []),
        ("fælles", ["klima", "øl"]),
        ("faelles", ["klima", "øl"]),
        ("oelandsordning", ["øl"]),
        ("aeldreomraadernes", ["mange"]),
        ("råd", []),
        ("findes ikke", []),
        ("og", []),
        ('"', []),
        ("handlingsplan AND NOT klima* OR (", []),
        ("% _ ' \\ : & | !", []),
    ],
)
def test_inflected_and_compound_words_find_each_other(
    db: Database, made: dict[str, SagId], text: str, names: list[str]
) -> None:
    assert found(db, text) == [made[name] for name in names]


def test_everything_a_sag_says_is_found_from_the_moment_it_is_written(db: Database) -> None:
    walker = Walker(db)
    sag, step = walker.at_meeting()
    assert found(db, "cykelstier") == []
    walker.revise(sag, step, Revision(parts=("At der anlægges en cykelsti.",)), None)
    assert found(db, "cykelstier") == [sag]
    walker.revise(sag, None, Revision(case_text="Om fodgængere."), None)
    assert found(db, "fodgænger cykelsti") == [sag]
    walker.revise(sag, step, Revision(parts=("At der anlægges en vej.",)), None)
    assert found(db, "cykelstier") == []
    assert found(db, load(db, sag).number) == [sag]


def test_what_people_write_about_a_sag_is_found_and_forgotten(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open("line@1")
    with db.write() as tx:
        number = comments.add(tx, sag, OWNER, "Husk cykelstierne.", NOW)
    assert found(db, "cykelsti") == [sag]
    with db.write() as tx:
        comments.change(tx, number, "Husk vejene.", NOW)
    assert (found(db, "cykelsti"), found(db, "vejen")) == ([], [sag])
    with db.write() as tx:
        comments.delete(tx, number, NOW)
    assert found(db, "vejen") == []


@pytest.mark.parametrize(("written", "asked"), [("hjaelp i Aarhus", "hjælpen århus"), ("Hjælp i Århus", "hjaelp")])
def test_both_spellings_of_a_letter_find_each_other(db: Database, written: str, asked: str) -> None:
    sag = Walker(db).open("line@1", title=written)
    assert found(db, asked) == [sag]


def test_a_sag_is_found_by_its_owner_whatever_they_are_called_today(db: Database) -> None:
    walker = Walker(db)
    sag, other = walker.open("line@1", title="Om veje"), walker.open("line@1", title="Om søer")
    name(db, OWNER, "Søren Ærøborg Vestergaard")
    for text in ("søren", "Soerens", "vestergård", "vester", "søren ærøborg", "Aeroeborg veje"):
        assert found(db, text) == ([sag] if "veje" in text else [sag, other]), text
    assert found(db, "borg") == found(db, str(OWNER)) == found(db, "owner0") == []
    name(db, OWNER, "Signe Holm")
    assert (found(db, "søren"), found(db, "holm søer")) == ([], [other])


def name(db: Database, person: PersonId, called: str) -> None:
    with db.write() as tx:
        tx.run("update person set name = ? where id = ?", (called, person))


def test_an_index_that_was_made_by_other_rules_is_made_again_by_an_upgrade(
    db: Database, made: dict[str, SagId]
) -> None:
    with db.write() as tx:
        keep(tx, "search_rules", "1")
        tx.run("update sag_text set title_key = 'x'")
    schema.upgrade(db)
    with db.read() as tx:
        assert not tx.run("select 1 from sag_text where title_key = 'x'").fetchall()
    assert found(db, "handlingsplan") == [made["klima"], made["plan"], made["mange"]]
    assert indexing.catch_up(db) == 0


def test_what_is_not_committed_is_not_found(db: Database) -> None:
    walker = Walker(db)
    sag, step = walker.at_meeting()
    with pytest.raises(Exception, match="version"):
        walker.revise(sag, step, Revision(parts=("Om cykelstier.",)), 99)
    assert found(db, "cykelsti") == []


def test_titles_come_first_and_pages_go_on(db: Database) -> None:
    walker = Walker(db)
    ids = [walker.open("line@1", title=f"Sag {n} om {'cykelstier' if n % 3 == 0 else 'veje'}") for n in range(9)]
    for sag in ids:
        walker.revise(sag, StepSeq(1), Revision(parts=("Der anlægges en cykelsti.",)), None)
    in_title = [sag for n, sag in enumerate(ids) if n % 3 == 0][::-1]
    others = [sag for n, sag in enumerate(ids) if n % 3][::-1]
    seen: list[SagId] = []
    after: tuple[int, int] | None = None
    with db.read() as tx:
        while rows := finding.by_relevance(tx, "cykelsti", None, after=after, limit=2):
            seen += [sag for _, sag in rows]
            after = rows[-1]
    assert seen == [*in_title, *others]


@pytest.mark.parametrize("order", ["newest", "oldest", "title"])
def test_pages_are_stable_while_sager_are_added(db: Database, order: Order) -> None:
    walker = Walker(db)
    titles = ["Ål", "ærter", "Øl", "zebra", "abe", "Abe", "åben", "øre"]
    for title in titles:
        walker.open("line@1", title=title)
    wanted = Wanted(order=order)
    with db.read() as tx:
        everything = [row.sag for row in finding.page(tx, wanted, None, limit=100)]
        first = finding.page(tx, wanted, None, limit=3)
    walker.open("line@1", title="aaa" if order == "title" else "Ny")
    seen, after = [row.sag for row in first], first[-1].cursor
    with db.read() as tx:
        while rows := finding.page(tx, wanted, None, after=after, limit=3):
            seen += [row.sag for row in rows]
            after = Cursor(*rows[-1].cursor)
    assert [sag for sag in seen if sag in everything] == everything
    if order == "title":
        names = {sag: load(db, sag).title for sag in everything}
        assert [names[sag] for sag in everything] == ["abe", "Abe", "zebra", "ærter", "Øl", "øre", "åben", "Ål"]


def test_the_index_is_made_again_from_the_sager(db: Database, made: dict[str, SagId]) -> None:
    before = [found(db, text) for text in ("handlingsplan", "budget", "ældreområder")]
    with db.write() as tx:
        for sag in made.values():
            tx.run("delete from sag_body where sag = ?", (sag,))
    assert indexing.rebuild(db) == len(made)
    assert [found(db, text) for text in ("handlingsplan", "budget", "ældreområder")] == before
    assert found(db, "", at="north") == list(made.values())
    assert indexing.catch_up(db) == 0


def test_sager_from_before_the_index_are_in_it_after_an_upgrade(db: Database, made: dict[str, SagId]) -> None:
    schema.downgrade(db, "0009")
    schema.upgrade(db)
    assert found(db, "handlingsplanen") == [made["klima"], made["plan"], made["mange"]]
    assert found(db, "", at="north") == list(made.values())


def test_filters_ask_for_what_they_say(db: Database) -> None:
    walker = Walker(db)
    line, fork = walker.open("line@1"), walker.open("fork@1")
    walker.decide(fork, "a")
    walker.move(fork, "a", "hand-on", OWNER)
    assert found(db, "", body="north") == [line, fork]
    assert found(db, "", at="north") == [line]
    assert found(db, "", at="south") == [fork]
    assert found(db, "", route="fork") == [fork]
    assert found(db, "", route="for") == found(db, "", route="%") == []
    assert found(db, "", outcome="anbefalet") == [fork]
    assert found(db, "", owner=OWNER, life="under-way") == found(db, "", life="open") == [line, fork]
    assert found(db, "", life="withdrawn") == found(db, "", closed=True) == found(db, "", area="x") == []
    assert found(db, "", closed=False, followed_by=OWNER) == []


WORDS = [
    "handlingsplan",
    "klimahandlingsplanerne",
    "planen",
    "budget",
    "årsbudgettet",
    "é",
    "ℵ",
    "日本語",
    "0112",
    "ret",
]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), min_size=1, max_size=5),
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
    noise=st.text(max_size=12).filter(lambda text: "\x00" not in text and text.isprintable()),
)
def test_either_database_finds_what_the_words_say(db: Database, texts: list[str], asked: str, noise: str) -> None:
    walker = Walker(db, prefix=f"{hash((tuple(texts), asked, noise))}-{len(_runs)}")
    _runs.append(1)
    mark = f"prøve{len(_runs)}mærke"
    ids = {walker.open("line@1", title=f"{mark} {noise} {text}"): f"{mark} {noise} {text}" for text in texts}
    for text in (f"{mark} {asked}", f"{mark} {noise}"):
        wanted = question(text)
        assert found(db, text) == [
            sag for sag, title in ids.items() if is_answer(f"{title} {load(db, sag).number}", wanted)
        ]


_runs: list[int] = []
