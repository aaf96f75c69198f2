"""Codes to sign in with: who asked for one, where, and how often it was tried. No code is kept, only its hash.

Six digits are soon guessed by whoever holds their hash: each has a salt of its own and a slow hash, so that
a copy of the database gives no code away while it is good.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.store.database import Tx
from kdflow.store.sessions import IS_HERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a browser asked for last; `person` is None where nobody who is here has the address that was typed."""

    id: int
    person: PersonId | None
    salt: str
    digest: str
    tries: int

    def fits(self, code: str) -> bool:
        """Whether this is the code; it takes as long where there is none."""
        return hmac.compare_digest(_slow_hash(code, self.salt), self.digest) and bool(self.digest)


class Lately(NamedTuple):
    """How often a code was asked for: for an address over a network, for the address, and over the network."""

    both: int
    for_one: int
    over_one: int


def person_at(tx: Tx, email: str, now: datetime) -> PersonId | None:
    """Whose address this is, however it is written; nobody's when they have left."""
    row = tx.run(
        "select id from person where lower(email) = ? and (valid_to is null or valid_to >= ?)",
        (email.strip().lower(), tx.day(local_day(now))),
    ).fetchone()
    return PersonId(row[0]) if row else None


def asked_since(tx: Tx, since: datetime, *, email: str, network: str, is_known: bool) -> Lately:
    """How often a code was asked for since an instant; over the network for somebody only, or for nobody only."""
    account, over = _account(email), _hash(network)
    row = tx.run(
        "select count(case when account = ? and network = ? then 1 end), count(case when account = ? then 1 end), "
        "count(case when network = ? and (person is not null) = ? then 1 end) from code "
        "where asked_at > ? and (account = ? or network = ?)",
        (account, over, account, over, is_known, tx.instant(since), account, over),
    ).fetchone()
    return Lately(*row)


def end_others(tx: Tx, browser: str, *, email: str) -> None:
    """Let the codes be good no more that a browser asked for with other addresses."""
    tx.run(
        "update code set ends_at = asked_at where browser = ? and account <> ?", (_hash(browser), _account(email))
    )


def ask(
    tx: Tx, person: PersonId | None, *, email: str, network: str, browser: str, now: datetime, ends_at: datetime
) -> int:
    """Note that a code was asked for; its number is returned."""
    row = tx.run(
        "insert into code (account, network, browser, person, tries, asked_at, ends_at) "
        "values (?, ?, ?, ?, 0, ?, ?) returning id",
        (_account(email), _hash(network), _hash(browser), person, tx.instant(now), tx.instant(ends_at)),
    ).fetchone()
    return int(row[0])


def forget(tx: Tx, before: datetime) -> None:
    """Forget who asked before an instant."""
    tx.run("delete from code where asked_at < ?", (tx.instant(before),))


def make(tx: Tx, asked: int, person: PersonId, now: datetime) -> str | None:
    """Make the code that a person asked for, to be written into a mail; None where it is too late. A second mail
    has another code, and the first one is void."""
    code, salt = f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(12)
    done = tx.run(
        "update code set salt = ?, digest = ? where id = ? and person = ? and ends_at > ?",
        (salt, _slow_hash(code, salt), asked, person, tx.instant(now)),
    )
    return code if done.rowcount == 1 else None


def find(tx: Tx, browser: str, now: datetime) -> Asked | None:
    """What a browser asked for last, if it is still good."""
    row = tx.run(
        f"select id, case when {IS_HERE} then person end, salt, digest, tries from code "
        "where browser = ? and ends_at > ? order by id desc limit 1",
        (tx.day(local_day(now)), _hash(browser), tx.instant(now)),
    ).fetchone()
    if row is None:
        return None
    return Asked(
        id=row[0],
        person=PersonId(row[1]) if row[1] else None,
        salt=row[2] or "",
        digest=row[3] or "",
        tries=row[4],
    )


def count_try(tx: Tx, asked: Asked, most: int) -> bool:
    """Count a try before it is looked at; False where there have been too many, or the code was used meanwhile."""
    done = tx.run("update code set tries = tries + 1 where id = ? and tries < ?", (asked.id, most))
    return bool(done.rowcount == 1)


def is_good(tx: Tx, asked: Asked, now: datetime) -> bool:
    """Whether a code can still be used: not where it, or the link beside it, was used meanwhile."""
    row = tx.run("select 1 from code where id = ? and ends_at > ?", (asked.id, tx.instant(now))).fetchone()
    return row is not None


def use_up_all(tx: Tx, person: PersonId) -> None:
    """Let every code of a person be good no more."""
    tx.run("update code set ends_at = asked_at where person = ?", (person,))


def _account(email: str) -> str:
    return _hash(email.strip().lower())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _slow_hash(code: str, salt: str) -> str:
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()
