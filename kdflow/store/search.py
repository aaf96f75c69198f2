"""The index of sager to search in: the stems of each, written with the change itself.

Words are found by full-text search (SQLite: FTS5; PostgreSQL: tsvector). Both are given the stems that we made, so
both find the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kdflow.domain.danish_words import order_key
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.searching import OWNED, Piece, SearchText, search_text
from kdflow.store import recorded, words
from kdflow.store.database import Tx, marks
from kdflow.store.words import Answers


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
        words.keep(tx, _told(text))
        return
    old = tx.run("select title_words, words from sag_text where sag = ?", (sag.id,)).fetchone()
    if old:
        tx.run(_FORGET, (sag.id, *old))
    tx.run(_PUT_SQLITE, (sag.id, key, text.title, text.everything))
    tx.run(_FIND, (sag.id, text.title, text.everything))
    known = frozenset(old[1].split(" ")) if old else frozenset()
    words.keep(tx, [word for word in _told(text) if word not in known])


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


# --- asking ----------------------------------------------------------------------------------------------------


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
    query = words.query(tx, answers)
    if tx.is_postgres:
        there, in_title = (f"sag_text.{name} @@ cast(? as tsquery)" for name in ("words", "title_words"))
        if titles is False:
            return f"{there} and not {in_title}", (query, query)
        return (in_title if titles else there), (query,)
    there, in_title = (f"({{{name}}} : ({query}))" for name in ("words", "title_words"))
    wanted = {None: there, True: in_title, False: f"{there} NOT {in_title}"}[titles]
    return "search_sag match ?", (wanted,)
