"""Where open sager stand now, body by body."""

from __future__ import annotations

from typing import NamedTuple

from kdflow.domain.sag import SagId
from kdflow.domain.visibility import Sight
from kdflow.store.access import visible
from kdflow.store.database import Tx, marks
from kdflow.store.sager import OPEN_LIVES


class Ground(NamedTuple):
    """The first sager that stand at a body, and how many stand there."""

    sager: tuple[SagId, ...]
    many: int


def standing_at(tx: Tx, sight: Sight | None, *, each: int) -> dict[str, Ground]:
    """What somebody sees of the open sager that stand at each body now; the `each` oldest by their ids."""
    sees, values = visible(sight)
    rows = tx.run(
        "select x.body, x.sag, x.many from (select g.body, g.sag, count(*) over (partition by g.body) as many, "
        "row_number() over (partition by g.body order by g.sag) as place from sag_body g "
        f"join sag on sag.id = g.sag where g.is_now = ? and sag.life in ({marks(OPEN_LIVES)}) and {sees}) x "
        "where x.place <= ? order by x.body, x.sag",
        (True, *OPEN_LIVES, *values, each),
    ).fetchall()
    found: dict[str, list[SagId]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(SagId(row[1]))
    many = {row[0]: row[2] for row in rows}
    return {body: Ground(tuple(ids), many[body]) for body, ids in found.items()}
