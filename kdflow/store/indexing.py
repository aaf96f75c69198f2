"""What is kept of sager and points beside their own rows, made again: what they are found by, and who is near."""

from __future__ import annotations

from kdflow.domain.sag import SagId
from kdflow.domain.searching import search_text
from kdflow.domain.standing import passage
from kdflow.store import access, definitions, point_index, sager, search, settings
from kdflow.store.database import Database, Tx

BATCH = 200

RULES = "3"
"""By which rules words become stems: another number, and an upgrade makes the index again."""


def again(tx: Tx, sag: SagId) -> None:
    """Let a sag be found by what has just been written about it."""
    search.keep(tx, sager.load(tx, sag))


def catch_up(db: Database, *, batch: int = BATCH) -> int:
    """Index the sager that are not in the index, some at a time, each batch a transaction of its own; all of them
    where the index was made by other rules.

    Returns:
        How many there were.
    """
    with db.read() as tx:
        is_old = settings.find(tx, "search_rules") != RULES
    if is_old:
        _clear(db)
    point_index.catch_up(db, RULES)
    done = 0
    while True:
        with db.write() as tx:
            ids = _missing(tx, batch)
            _index(tx, ids)
        done += len(ids)
        if len(ids) < batch:
            return done


def rebuild(db: Database) -> int:
    """Make the whole index again from the sager; how many there are. Searching finds less meanwhile."""
    _clear(db)
    return catch_up(db)


def _clear(db: Database) -> None:
    with db.write() as tx:
        if not tx.is_postgres:
            tx.run("insert into search_sag (search_sag) values ('delete-all')")
            tx.run("insert into search_part (search_part) values ('delete-all')")
        point_index.clear(tx)
        for table in ("sag_text", "sag_body", "word"):
            tx.run(f"delete from {table}")
        settings.keep(tx, "search_rules", RULES)


def _missing(tx: Tx, batch: int) -> tuple[SagId, ...]:
    rows = tx.run(
        "select id from sag where not exists (select 1 from sag_text t where t.sag = sag.id) order by id limit ?",
        (batch,),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def _index(tx: Tx, ids: tuple[SagId, ...]) -> None:
    if not ids:
        return
    written = search.said_of(tx, ids)
    for sag in sager.load_many(tx, ids):
        access.put(tx, sag, passage(sag, definitions.load(tx, sag.route)))
        search.put(tx, sag, search_text(sag, written.get(sag.id, ())))
