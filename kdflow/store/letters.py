"""Letters on their way out: claimed with a lease and a token, marked before they leave the house, and finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx, marks

State = Literal["ready", "claimed", "sending", "sent", "failed", "uncertain", "dropped"]

_LETTER = (
    "id, person, endpoint, copy_of, state, is_digest, message_id, made_at, next_at, token, attempts, repeats, "
    "sent_at, error"
)
AHEAD = timedelta(days=1)
"""By how much a letter that goes before all others is due earlier than they are."""

HELD = datetime(9999, 1, 1, tzinfo=UTC)
"""When a letter is due that waits until there is a way to send mail."""

GIVEN_UP: tuple[State, ...] = ("failed", "uncertain")
"""The states of letters that a person must look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a person, or to an endpoint (then a copy of one to a person)."""

    id: int
    person: PersonId | None
    endpoint: int | None
    copy_of: int | None
    state: State
    is_digest: bool
    message_id: str
    made_at: datetime
    next_at: datetime
    token: int
    attempts: int
    repeats: int
    sent_at: datetime | None
    error: str | None

    @property
    def is_held(self) -> bool:
        """Whether it waits until there is a way to send mail."""
        return self.state == "ready" and self.next_at == HELD


def add(
    tx: Tx,
    *,
    message_id: str,
    now: datetime,
    person: PersonId | None = None,
    endpoint: int | None = None,
    copy_of: int | None = None,
    is_digest: bool = False,
    is_first: bool = False,
    is_held: bool = False,
) -> int:
    """Put a letter out, to be sent at once (before all others: `is_first`), or to be held until mail can be sent
    at all; its number is returned."""
    next_at = now - AHEAD if is_first else HELD if is_held else now
    row = tx.run(
        "insert into letter (person, endpoint, copy_of, state, is_digest, message_id, made_at, next_at, token, "
        "attempts, repeats) values (?, ?, ?, 'ready', ?, ?, ?, ?, 0, 0, 0) returning id",
        (person, endpoint, copy_of, is_digest, message_id, tx.instant(now), tx.instant(next_at)),
    ).fetchone()
    return int(row[0])


def claim(
    tx: Tx, now: datetime, lease_until: datetime, *, limit: int, to_people: bool = True
) -> tuple[Letter, ...]:
    """Take letters whose time has come, those that have waited longest first, until `lease_until`; without
    `to_people` those to endpoints only."""
    whose = "" if to_people else " and endpoint is not null"
    lock = " for update skip locked" if tx.is_postgres else ""
    rows = tx.run(
        "update letter set state = 'claimed', token = token + 1, lease_until = ? where id in "
        f"(select id from letter where state = 'ready' and next_at <= ?{whose} order by next_at limit ?{lock}) "
        f"returning {_LETTER}",
        (tx.instant(lease_until), tx.instant(now), limit),
    ).fetchall()
    return tuple(sorted((_letter(row) for row in rows), key=lambda one: (one.next_at, one.id)))


def mark_sending(tx: Tx, letter: Letter, lease_until: datetime) -> bool:
    """Say that a letter leaves the house now; False where somebody else has it. The token alone decides: with the
    state beside it PostgreSQL would take the index of leases, which its statistics know as empty."""
    done = tx.run(
        "update letter set state = 'sending', lease_until = ? where id = ? and token = ?",
        (tx.instant(lease_until), letter.id, letter.token),
    )
    return bool(done.rowcount == 1)


def name(tx: Tx, letter: Letter, message_id: str) -> None:
    """Keep the Message-ID that a letter goes out under, from its first try on."""
    tx.run("update letter set message_id = ? where id = ?", (message_id, letter.id))


def finish(
    tx: Tx,
    letter: Letter,
    state: State,
    *,
    next_at: datetime | None = None,
    sent_at: datetime | None = None,
    error: str | None = None,
    refused: bool = False,
    repeated: bool = False,
) -> bool:
    """Say what became of a letter; False where somebody else has it meanwhile."""
    done = tx.run(
        "update letter set state = ?, next_at = coalesce(?, next_at), sent_at = ?, error = ?, lease_until = null, "
        "attempts = attempts + ?, repeats = repeats + ? where id = ? and token = ?",
        (
            state,
            tx.instant(next_at) if next_at else None,
            tx.instant(sent_at) if sent_at else None,
            error,
            int(refused),
            int(repeated),
            letter.id,
            letter.token,
        ),
    )
    return bool(done.rowcount == 1)


def left_behind(tx: Tx, now: datetime, *, limit: int) -> tuple[Letter, ...]:
    """Letters whose worker did not come back in time; they belong to this transaction now."""
    lock = " for update skip locked" if tx.is_postgres else ""
    rows = tx.run(
        "update letter set token = token + 1 where id in (select id from letter "
        "where state in ('claimed', 'sending') and lease_until < ? "
        f"order by lease_until limit ?{lock}) returning {_LETTER}",
        (tx.instant(now), limit),
    ).fetchall()
    return tuple(_letter(row) for row in rows)


def given_up(tx: Tx, *, limit: int = 200) -> tuple[Letter, ...]:
    """Letters that a person must look at, the newest first."""
    rows = tx.run(
        f"select {_LETTER} from letter where state in ('failed', 'uncertain') order by id desc limit ?", (limit,)
    ).fetchall()
    return tuple(_letter(row) for row in rows)


def count_given_up(tx: Tx) -> int:
    """How many letters a person must look at."""
    row = tx.run("select count(*) from letter where state in ('failed', 'uncertain')").fetchone()
    return int(row[0])


def newest(tx: Tx, *, before: int | None = None, limit: int = 50) -> tuple[Letter, ...]:
    """The newest letters to people, those before number `before`."""
    rows = tx.run(
        f"select {_LETTER} from letter where person is not null and id < ? order by id desc limit ?",
        (before or 1 << 62, limit),
    ).fetchall()
    return tuple(_letter(row) for row in rows)


def find(tx: Tx, letter: int) -> Letter | None:
    """One letter, or None."""
    row = tx.run(f"select {_LETTER} from letter where id = ?", (letter,)).fetchone()
    return _letter(row) if row else None


def send_again(tx: Tx, letter: int, now: datetime) -> bool:
    """Let a letter that was given up be tried from the start, under the same name; False where it was not, or is
    on its way again already: pressed twice, it goes once. One that may have been taken keeps its repeats: it goes
    once more, and the next doubt asks a person at once."""
    done = tx.run(
        "update letter set state = 'ready', next_at = ?, token = token + 1, attempts = 0, "
        "repeats = case when state = 'uncertain' then repeats else 0 end, error = null "
        "where id = ? and state in ('failed', 'uncertain')",
        (tx.instant(now), letter),
    )
    return bool(done.rowcount == 1)


def wait_no_longer(tx: Tx, *, next_at: datetime, lease_until: datetime) -> None:
    """Let no letter be sent, and no lease end, later than that."""
    tx.run(
        "update letter set next_at = ? where state = 'ready' and next_at > ? and next_at < ?",
        (tx.instant(next_at), tx.instant(next_at), tx.instant(HELD)),
    )
    tx.run(
        "update letter set lease_until = ? where state in ('claimed', 'sending') and lease_until > ?",
        (tx.instant(lease_until), tx.instant(lease_until)),
    )


def held_people(tx: Tx, *, limit: int) -> tuple[PersonId, ...]:
    """People with letters that are held; `distinct` would walk through all there are, by person."""
    rows = tx.run(
        "select person from letter where state = 'ready' and next_at >= ? order by next_at limit ?",
        (tx.instant(HELD), limit),
    ).fetchall()
    return tuple(dict.fromkeys(PersonId(row[0]) for row in rows))


def held(tx: Tx, person: PersonId) -> tuple[tuple[Letter, ...], frozenset[int]]:
    """The letters to a person that are held, oldest first, and which of them have a copy that has not arrived."""
    rows = tx.run(
        f"select {_LETTER} from letter where state = 'ready' and next_at >= ? and person = ? order by id",
        (tx.instant(HELD), person),
    ).fetchall()
    found = tuple(_letter(row) for row in rows)
    copied = tx.run(
        "select copy_of from letter where state in ('ready', 'claimed', 'sending', 'failed', 'uncertain') "
        f"and copy_of in ({marks(found) or 'null'})",
        tuple(one.id for one in found),
    ).fetchall()
    return found, frozenset(int(row[0]) for row in copied)


def let_go(tx: Tx, letter: Letter, at: datetime, *, is_digest: bool) -> None:
    """Hold a letter no longer than until an instant."""
    tx.run(
        "update letter set next_at = ?, is_digest = ? where id = ? and state = 'ready' and token = ?",
        (tx.instant(at), is_digest, letter.id, letter.token),
    )


def next_at(tx: Tx) -> datetime | None:
    """When the next letter is to be sent, or the next lease ends; None: there is none."""
    rows = tx.run(
        "select min(next_at) from letter where state = 'ready' "
        "union all select min(lease_until) from letter where state in ('claimed', 'sending')"
    ).fetchall()
    found = [Tx.read_instant(row[0]) for row in rows if row[0]]
    return min(found, default=None)


def due_since(tx: Tx) -> datetime | None:
    """Since when the letter to a person is due that has waited longest, be it in somebody's hands; None: there is
    none, or the first is due later."""
    rows = tx.run(
        "select min(next_at) from letter where state = 'ready' and person is not null "
        "union all select min(next_at) from letter where state in ('claimed', 'sending') and person is not null"
    ).fetchall()
    return min((Tx.read_instant(row[0]) for row in rows if row[0]), default=None)


def _letter(row: Sequence[Any]) -> Letter:
    return Letter(
        id=row[0],
        person=PersonId(row[1]) if row[1] else None,
        endpoint=row[2],
        copy_of=row[3],
        state=row[4],
        is_digest=bool(row[5]),
        message_id=row[6],
        made_at=Tx.read_instant(row[7]),
        next_at=Tx.read_instant(row[8]),
        token=row[9],
        attempts=row[10],
        repeats=row[11],
        sent_at=Tx.read_instant(row[12]) if row[12] else None,
        error=row[13],
    )
