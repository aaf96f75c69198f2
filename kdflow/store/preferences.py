"""How people want to be told."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.pace import Pace, Preference
from kdflow.store.database import Tx


def of(tx: Tx, person: PersonId) -> Preference:
    """How a person wants to be told; as usual where they have not said."""
    row = tx.run(
        "select pace, weekday, day_begins, day_ends from preference where person = ?", (person,)
    ).fetchone()
    if row is None:
        return Preference(person=person)
    return Preference(person=person, pace=Pace(row[0]), weekday=row[1], day_begins=row[2], day_ends=row[3])


def keep(tx: Tx, wanted: Preference) -> None:
    """Remember how a person wants to be told."""
    tx.run(
        "insert into preference (person, pace, weekday, day_begins, day_ends) values (?, ?, ?, ?, ?) "
        "on conflict (person) do update set pace = excluded.pace, weekday = excluded.weekday, "
        "day_begins = excluded.day_begins, day_ends = excluded.day_ends",
        (wanted.person, wanted.pace, wanted.weekday, wanted.day_begins, wanted.day_ends),
    )
