"""The index to search in: the stems of every sag, and every stem there is; written with the change itself.

Words are found by full-text search (SQLite: FTS5; PostgreSQL: tsvector). Both are given the stems that we made, so
both find the same. Parts of compounds are looked up by trigrams among the stems, not in the texts; a stem that no
sag has any longer does no harm there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked, heads, order_key
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.searching import OWNED, Piece, SearchText, is_named, owned_by, search_text
from kdflow.store import recorded
from kdflow.store.database import Tx, marks

MOST_WORDS = 200
"""So many words of the index may stand for one that is searched for, the shortest first."""

BATCH = 500


def keep(tx: Tx, sag: Sag) -> None:
    """Let a sag be found by what it says now, and by what was written about it."""
    put(tx, sag, search_text(sag, said_of(tx, [sag.id]).get(sag.id, ())))


def said_of(tx: Tx, ids: Sequence[SagId]) -> dict[SagId, list[Piece]]:
    """What was written about some sager, beside their own texts: comments, and the minutes of their meetings."""
    found: dict[SagId, list[Piece]] = {}
    for sag, texts in _comments(tx, ids).items():
        found.setdefault(sag, []).extend(Piece("other", text) for text in texts)
    for sag, texts in recorded.texts_of(tx, ids).items():
        found.setdefault(sag, []).extend(Piece("minutes", text) for text in texts)
    return found


def _comments(tx: Tx, ids: Sequence[SagId]) -> dict[SagId, list[str]]:
    rows = tx.run(
        f"select sag, text from comment where sag in ({marks(ids)}) and deleted_at is null order by id", tuple(ids)
    ).fetchall()
    found: dict[SagId, list[str]] = {}
    for sag, text in rows:
        found.setdefault(SagId(sag), []).append(text)
    return found


def put(tx: Tx, sag: Sag, text: SearchText) -> None:
    """Keep the search text of a sag in place of the one it had."""
    key = order_key(sag.title)
    if tx.is_postgres:
        tx.run(_PUT_POSTGRES, (sag.id, key, text.title, text.everything))
        tx.run(_WORDS_POSTGRES, (_told(text),))
        return
    old = tx.run("select title_words, words from sag_text where sag = ?", (sag.id,)).fetchone()
    if old:
        tx.run(_FORGET, (sag.id, *old))
    tx.run(_PUT_SQLITE, (sag.id, key, text.title, text.everything))
    tx.run(_FIND, (sag.id, text.title, text.everything))
    known = frozenset(old[1].split(" ")) if old else frozenset()
    _add_words(tx, [word for word in _told(text) if word not in known])


def _told(text: SearchText) -> list[str]:
    """The words that people wrote: not the one that says whose the sag is."""
    return [word for word in text.everything.split(" ") if word and not word.startswith(OWNED)]


_PUT_SQLITE = (
    "insert into sag_text (sag, title_key, title_words, words) values (?, ?, ?, ?) "
    "on conflict (sag) do update set "
    "title_key = excluded.title_key, title_words = excluded.title_words, words = excluded.words"
)
_FORGET = "insert into search_sag (search_sag, rowid, title_words, words) values ('delete', ?, ?, ?)"
_FIND = "insert into search_sag (rowid, title_words, words) values (?, ?, ?)"
_PUT_POSTGRES = _PUT_SQLITE.replace("?, ?, ?, ?", "?, ?, cast(? as tsvector), cast(? as tsvector)")
_WORDS_POSTGRES = (
    "insert into word (word) select w from unnest(cast(? as text[])) w "
    "where w <> '' and not exists (select 1 from word where word = w) order by w on conflict (word) do nothing"
)


def _add_words(tx: Tx, words: Sequence[str]) -> None:
    for start in range(0, len(words), BATCH):
        some = words[start : start + BATCH]
        rows = ", ".join(["(?)"] * len(some))
        new = tx.run(
            f"insert into word (word) values {rows} on conflict (word) do nothing returning id, word", some
        ).fetchall()
        tx.run_many("insert into search_part (rowid, word) values (?, ?)", new)


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
    if asked.part:
        having, part = _having(tx, asked.part)
        sql, values = f"{sql} union all select word, 1 from ({having}) part", (*exact, part)
    rows = tx.run(sql, values).fetchall()
    found = [*sorted((row[0] for row in rows if not row[1]), key=exact.index)]
    found += sorted((row[0] for row in rows if row[1]), key=lambda word: (len(word), word))
    return tuple(dict.fromkeys(found))


def _having(tx: Tx, part: str) -> tuple[str, str]:
    if tx.is_postgres:
        order = f'order by length(word), word collate "C" limit {MOST_WORDS}'
        return f"select word from word where word like ? {order}", f"%{part}%"
    order = f"order by length(word), word limit {MOST_WORDS}"
    return f"select word from search_part where search_part match ? {order}", f'"{part}"'


Condition = tuple[str, tuple[Any, ...]]
"""What has to hold, as SQL with its values."""


def source(tx: Tx) -> str:
    """What a statement reads to search: the index first, then the sager that it names."""
    if tx.is_postgres:
        return "sag_text join sag on sag.id = sag_text.sag"
    return "search_sag cross join sag on sag.id = search_sag.rowid"


NAMED = {True: "sag from sag_text", False: "rowid from search_sag"}
"""The sager of the index, by whether it is PostgreSQL's."""


def condition(tx: Tx, answers: Answers, *, titles: bool | None = None) -> Condition:
    """What has to hold for a sag to be found, every word of the question having an answer.

    Args:
        titles: only sager with every word in their title (True), or only the others (False).
    """
    if tx.is_postgres:
        query = " & ".join(f"({' | '.join(any_of)})" for any_of in answers)
        there, in_title = (f"sag_text.{name} @@ cast(? as tsquery)" for name in ("words", "title_words"))
        if titles is False:
            return f"{there} and not {in_title}", (query, query)
        return (in_title if titles else there), (query,)
    quoted = (" OR ".join(f'"{one}"' for one in any_of) for any_of in answers)
    query = " AND ".join(f"({any_of})" for any_of in quoted)
    there, in_title = (f"({{{name}}} : ({query}))" for name in ("words", "title_words"))
    wanted = {None: there, True: in_title, False: f"{there} NOT {in_title}"}[titles]
    return "search_sag match ?", (wanted,)
