"""Every stem there is in the index, and which of them answer the words of a question.

Parts of compounds are looked up by trigrams among the stems, not in the texts; a stem that nothing has any longer
does no harm there.
"""

from __future__ import annotations

from collections.abc import Sequence

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked, heads
from kdflow.domain.searching import is_named, owned_by
from kdflow.store.database import Tx, marks

MOST_WORDS = 200
"""So many words of the index may stand for one that is searched for, the shortest first."""

BATCH = 500


def keep(tx: Tx, stems: Sequence[str]) -> None:
    """Keep the stems that are not there yet."""
    if tx.is_postgres:
        tx.run(_KEEP_POSTGRES, (list(stems),))
        return
    for start in range(0, len(stems), BATCH):
        some = stems[start : start + BATCH]
        rows = ", ".join(["(?)"] * len(some))
        new = tx.run(
            f"insert into word (word) values {rows} on conflict (word) do nothing returning id, word", some
        ).fetchall()
        tx.run_many("insert into search_part (rowid, word) values (?, ?)", new)


_KEEP_POSTGRES = (
    "insert into word (word) select w from unnest(cast(? as text[])) w "
    "where w <> '' and not exists (select 1 from word where word = w) order by w on conflict (word) do nothing"
)


# --- asking ----------------------------------------------------------------------------------------------------

Answers = tuple[tuple[str, ...], ...]
"""For each word of a question, the words of the index that answer it; all have to be answered."""


def answers(tx: Tx, question: Sequence[Asked]) -> Answers:
    """What the index has for a question: words of texts, and whose sager they are whose name answers."""
    return tx.once(
        ("answers", *question), lambda: tuple((*_answers(tx, one), *_owners(tx, one)) for one in question)
    )


def _owners(tx: Tx, asked: Asked) -> tuple[str, ...]:
    """Whose names answer a word, in the order of their names."""
    people: list[tuple[str, str]] = tx.once(
        ("names",), lambda: [(row[0], row[1]) for row in tx.run("select id, name from person order by name, id")]
    )
    return tuple(owned_by(PersonId(key)) for key, name in people if is_named(name, asked))[:MOST_WORDS]


def _answers(tx: Tx, asked: Asked) -> tuple[str, ...]:
    """The word itself and its heads, then those that it is a part of, the shortest first."""
    exact = (asked.stem, *heads(asked))
    sql, values = f"select word, 0 from word where word in ({marks(exact)})", exact
    if asked.parts:
        having, parts = _having(tx, asked)
        sql, values = f"{sql} union all select word, 1 from ({having}) part", (*exact, *parts)
    rows = tx.run(sql, values).fetchall()
    found = [*sorted((row[0] for row in rows if not row[1]), key=exact.index)]
    found += sorted((row[0] for row in rows if row[1]), key=lambda word: (len(word), word))
    return tuple(dict.fromkeys(found))


def _having(tx: Tx, asked: Asked) -> tuple[str, Sequence[str]]:
    """The stems that have the word as a part, or end in it."""
    wanted = [*(f"%{part}%" for part in asked.parts), *([f"%{asked.end}"] if asked.end else ())]
    either = " or ".join(["word like ?"] * len(wanted))
    if tx.is_postgres:
        order = f'order by length(word), word collate "C" limit {MOST_WORDS}'
        return f"select word from word where {either} {order}", wanted
    order = f"order by length(word), word limit {MOST_WORDS}"
    any_of = " OR ".join(f'"{one.strip("%")}"' for one in wanted)
    return f"select word from search_part where search_part match ? and ({either}) {order}", [any_of, *wanted]


def query(tx: Tx, answers: Answers) -> str:
    """The answers as the full-text search of the database takes them."""
    if tx.is_postgres:
        return " & ".join(f"({' | '.join(any_of)})" for any_of in answers)
    quoted = (" OR ".join(f'"{one}"' for one in any_of) for any_of in answers)
    return " AND ".join(f"({any_of})" for any_of in quoted)
