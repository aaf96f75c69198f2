"""What was tried and did not fit, so that too much of it can be refused: by account and by network, as hashes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.store.database import Tx

PERIOD = timedelta(minutes=15)
"""How long a failed attempt is remembered."""

MOST_FOR_ONE = 5
"""Failed attempts on one account within a period."""

MOST_OVER_ONE = 60
"""Failed attempts over one network within a period: a whole town hall may be behind one address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody who tries a thing of one kind; without an account where nobody is known yet."""

    kind: str
    network: str
    account: str = ""


def too_many(tx: Tx, attempt: Attempt, now: datetime) -> bool:
    """Whether so much has failed lately, for this account or over this network, that no more is looked at."""
    row = tx.run(
        "select count(case when account = ? then 1 end), count(case when network = ? then 1 end) from attempt "
        "where kind = ? and at > ? and (account = ? or network = ?)",
        (*_who(attempt), attempt.kind, tx.instant(now - PERIOD), *_who(attempt)),
    ).fetchone()
    return bool((attempt.account and row[0] >= MOST_FOR_ONE) or row[1] >= MOST_OVER_ONE)


def failed(tx: Tx, attempt: Attempt, now: datetime) -> None:
    """Note that an attempt failed; those of long ago are forgotten."""
    forget(tx, now)
    tx.run(
        "insert into attempt (kind, account, network, at) values (?, ?, ?, ?)",
        (attempt.kind, *_who(attempt), tx.instant(now)),
    )


def forget(tx: Tx, now: datetime) -> None:
    """Forget the attempts of long ago: they count no more."""
    tx.run("delete from attempt where at <= ?", (tx.instant(now - PERIOD),))


def _who(attempt: Attempt) -> tuple[str, str]:
    return _hash(f"{attempt.kind} {attempt.account}"), _hash(attempt.network)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hold(tx: Tx, person: str) -> None:
    """Let nobody else try for this person until the transaction ends, so that no two of them pass the same count.

    SQLite has one writer at a time anyway.
    """
    if tx.is_postgres:
        tx.run("select 1 from person where id = ? for no key update", (person,))
