"""What people have written and not saved yet, field by field; only its author ever sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.store.database import Tx

TABLES = ("draft", "begun")
"""Where it is kept: about a sag, and of a sag that is not opened yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody has written in a form, since `version` of what it changes."""

    form: str
    texts: Mapping[str, str]
    version: int
    saved_at: datetime


class Begun(NamedTuple):
    """What somebody has typed of a sag that is not opened yet, by field."""

    texts: Mapping[str, str]
    saved_at: datetime


def keep(
    tx: Tx, person: PersonId, sag: SagId, form: str, texts: Mapping[str, str], version: int, now: datetime
) -> None:
    """Put what is written in a form now in place of what was kept of it."""
    remove(tx, person, sag, form)
    at = tx.instant(now)
    tx.run_many(
        "insert into draft (person, sag, form, field, text, version, saved_at) values (?, ?, ?, ?, ?, ?, ?)",
        [(person, sag, form, name, text, version, at) for name, text in texts.items()],
    )


def remove(tx: Tx, person: PersonId, sag: SagId, form: str) -> None:
    """Forget what somebody has written in a form."""
    tx.run("delete from draft where person = ? and sag = ? and form = ?", (person, sag, form))


def remove_older(tx: Tx, before: datetime) -> int:
    """Forget what nobody has come back to since an instant."""
    gone = [tx.run(f"delete from {table} where saved_at < ?", (tx.instant(before),)) for table in TABLES]
    return sum(int(one.rowcount) for one in gone)


def of(tx: Tx, person: PersonId, sag: SagId) -> dict[str, Draft]:
    """What somebody has written about a sag, by form."""
    rows = tx.run(
        "select form, field, text, version, saved_at from draft where person = ? and sag = ? order by form, field",
        (person, sag),
    ).fetchall()
    found: dict[str, Draft] = {}
    for form, name, text, version, at in rows:
        texts = {**(found[form].texts if form in found else {}), name: text}
        found[form] = Draft(form=form, texts=texts, version=version, saved_at=tx.read_instant(at))
    return found


def begin(tx: Tx, person: PersonId, texts: Mapping[str, str], now: datetime) -> None:
    """Put what somebody types of a new sag now in place of what was kept of it; empty fields are not kept."""
    forget_begun(tx, person)
    at = tx.instant(now)
    rows = [(person, name, text, at) for name, text in texts.items() if text.strip()]
    tx.run_many("insert into begun (person, field, text, saved_at) values (?, ?, ?, ?)", rows)


def forget_begun(tx: Tx, person: PersonId) -> None:
    """Forget what somebody has typed of a new sag."""
    tx.run("delete from begun where person = ?", (person,))


def begun(tx: Tx, person: PersonId) -> Begun | None:
    """What somebody has typed of a new sag; None where that is nothing."""
    found = tx.run("select field, text, saved_at from begun where person = ?", (person,)).fetchall()
    texts = {name: text for name, text, _at in found}
    return Begun(texts, max(tx.read_instant(at) for _name, _text, at in found)) if found else None
