"""What calendars will have to carry: items at meetings, mails to people, and submissions missed, by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kdflow.catalog import Catalog
from kdflow.domain.dates import local_day
from kdflow.domain.departures import day_of
from kdflow.simulation.running import Wish
from kdflow.store import audit
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The load of one body in one month."""

    body: str
    month: str
    meetings: int
    items: int
    missed: int

    @property
    def per_meeting(self) -> float | None:
        """Items at a meeting on average; None where there is no meeting."""
        return round(self.items / self.meetings, 1) if self.meetings else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The load of all bodies, month by month, and the mails that people get in a month (on average, most)."""

    seed: int
    years: float
    sager_a_year: int
    loads: tuple[Load, ...]
    mails: Mapping[str, tuple[float, int]]

    def plain(self) -> dict[str, Any]:
        """The same in plain values."""
        return {
            "seed": self.seed,
            "years": self.years,
            "sager_a_year": self.sager_a_year,
            "bodies": [
                {
                    "body": one.body,
                    "month": one.month,
                    "meetings": one.meetings,
                    "items": one.items,
                    "items_per_meeting": one.per_meeting,
                    "missed_submissions": one.missed,
                }
                for one in self.loads
            ],
            "mails_a_month": [
                {"person": person, "average": average, "most": most}
                for person, (average, most) in self.mails.items()
            ],
        }


def forecast_of(db: Database, catalog: Catalog, wish: Wish) -> Forecast:
    """What a simulated house came to carry."""
    end = wish.start + timedelta(days=round(365.25 * wish.years))
    with db.read() as tx:
        agendas = audit.items_by_meeting(tx)
        sent, missed = audit.mails_by_day(tx), audit.missed_submissions(tx)
    short = {key: body.short for key, body in catalog.bodies.items()}
    meetings: Counter[tuple[str, str]] = Counter()
    items: Counter[tuple[str, str]] = Counter()
    for body, day, count in agendas:
        if wish.start.isoformat() <= day < end.isoformat():
            meetings[short[body], day[:7]] += 1
            items[short[body], day[:7]] += count
    missing = Counter((body, f"{day_of(due):%Y-%m}") for body, due in missed)
    return Forecast(
        seed=wish.seed,
        years=wish.years,
        sager_a_year=wish.sager_a_year,
        loads=tuple(
            Load(body=body, month=month, meetings=meetings[body, month], items=items[body, month], missed=count)
            for body, month in sorted({*meetings, *missing})
            if (count := missing[body, month]) or items[body, month]
        ),
        mails=_mails(Counter((person, f"{local_day(at):%Y-%m}") for person, at in sent)),
    )


def _mails(counts: Mapping[tuple[str, str], int]) -> dict[str, tuple[float, int]]:
    """For each person how many mails a month brings on average, and the fullest one."""
    months = len({month for _, month in counts})
    found: dict[str, list[int]] = {}
    for (person, _), count in counts.items():
        found.setdefault(person, []).append(count)
    return {person: (round(sum(of) / months, 1), max(of)) for person, of in sorted(found.items())}
