"""What is there only now and then: asked by one statement, so that it is read only where there is any."""

from __future__ import annotations

from typing import NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx


class Seldom(NamedTuple):
    """Whether somebody has `tasks` to do, letters were `given_up`, kept plans are `out_of_date`, and `minutes` of
    any body wait to be approved."""

    tasks: bool
    given_up: bool
    out_of_date: bool
    minutes: bool


def seldom(tx: Tx, person: PersonId, minute: int) -> Seldom:
    """What of it is there for somebody at a civil minute."""
    row = tx.run(
        "select exists (select 1 from task where person = ? and done_at is null), "
        "exists (select 1 from letter where state in ('failed', 'uncertain')), "
        "exists (select 1 from step where plan_until < ?), "
        "exists (select 1 from minutes where asked_at is not null and approved_at is null)",
        (person, minute),
    ).fetchone()
    return Seldom(*map(bool, row))
