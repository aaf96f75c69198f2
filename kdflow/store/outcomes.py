"""How often bodies have decided, postponed and sent back: counted from steps and their traces on agendas."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from kdflow.domain.outcomes import HELD_BACK
from kdflow.domain.workflow import Outcome
from kdflow.store.database import Tx, marks


class Tally(NamedTuple):
    """What became of the sager that a body has treated at its meetings, each treatment counted once."""

    decided: int
    postponed: int
    returned: int


def tallies(tx: Tx, bodies: Sequence[str], *, sent_back: Collection[str]) -> dict[str, Tally]:
    """The outcomes at some bodies, by one statement over their steps; `sent_back` are the states of a step that a
    move has sent back.

    A step has only its newest outcome, and its seats say what became of it at earlier meetings: one that reads
    "postponed" is a postponement, whether the body decided so or the secretariat did; one that still reads "on the
    agenda" of a meeting the step has left is a decision that was taken up again. A postponement not carried out
    yet has no such trace, but its outcome. Work without meetings is not counted.
    """
    if not bodies:
        return {}
    states = sorted(sent_back)
    returned = f"(t.state in ({marks(states) or 'null'}) or coalesce(t.outcome, '') = ?)"
    seats = "(select count(*) from seat a where a.sag = t.sag and a.step = t.seq and a.status = "
    rows = tx.run(
        "select t.body, "
        f"sum(case when t.meeting is not null and t.outcome not in ({marks(HELD_BACK)}) and not {returned} "
        f"then 1 else 0 end) + sum({seats}'on-agenda' and a.meeting <> coalesce(t.meeting, ''))), "
        f"sum(case when t.meeting is not null and t.outcome = ? and not {returned} then 1 else 0 end) "
        f"+ sum({seats}'postponed')), "
        f"sum(case when t.meeting is not null and {returned} then 1 else 0 end) "
        f"from step t where t.body in ({marks(bodies)}) group by t.body",
        (
            *HELD_BACK,
            *states,
            Outcome.RETURNED,
            Outcome.POSTPONED,
            *states,
            Outcome.RETURNED,
            *states,
            Outcome.RETURNED,
            *bodies,
        ),
    ).fetchall()
    return {row[0]: Tally(int(row[1]), int(row[2]), int(row[3])) for row in rows}
