"""Comments on sager."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.comments import Comment
from kdflow.domain.errors import NotFound
from kdflow.domain.sag import SagId
from kdflow.store import indexing
from kdflow.store.database import Tx

_COMMENT = "id, person, text, at, edited_at, deleted_at"


def add(tx: Tx, sag: SagId, person: PersonId, text: str, now: datetime) -> int:
    """Keep a comment; its number is returned."""
    row = tx.run(
        "insert into comment (sag, person, text, at) values (?, ?, ?, ?) returning id",
        (sag, person, text, tx.instant(now)),
    ).fetchone()
    indexing.again(tx, sag)
    return int(row[0])


def load(tx: Tx, sag: SagId, number: int) -> Comment:
    """One comment on a sag; NotFound when there is none."""
    row = tx.run(f"select {_COMMENT} from comment where sag = ? and id = ?", (sag, number)).fetchone()
    if row is None:
        raise NotFound("comment", number)
    return _comment(row)


def change(tx: Tx, number: int, text: str, now: datetime) -> None:
    """Put another text in place of a comment's."""
    sql = "update comment set text = ?, edited_at = ? where id = ? returning sag"
    _found_anew(tx, tx.run(sql, (text, tx.instant(now), number)).fetchone())


def delete(tx: Tx, number: int, now: datetime) -> None:
    """Forget the text of a comment; that there was one stays."""
    sql = "update comment set text = '', deleted_at = ? where id = ? returning sag"
    _found_anew(tx, tx.run(sql, (tx.instant(now), number)).fetchone())


def _found_anew(tx: Tx, row: Sequence[Any] | None) -> None:
    """The sag of a changed comment is found by its new words, and no longer by the old ones."""
    if row is not None:
        indexing.again(tx, SagId(row[0]))


def of_sag(tx: Tx, sag: SagId) -> tuple[Comment, ...]:
    """The comments on a sag, oldest first."""
    rows = tx.run(f"select {_COMMENT} from comment where sag = ? order by id", (sag,)).fetchall()
    return tuple(_comment(row) for row in rows)


def _comment(row: Sequence[Any]) -> Comment:
    return Comment(
        id=row[0],
        person=PersonId(row[1]),
        text=row[2],
        at=Tx.read_instant(row[3]),
        edited_at=Tx.read_instant(row[4]) if row[4] else None,
        deleted_at=Tx.read_instant(row[5]) if row[5] else None,
    )
