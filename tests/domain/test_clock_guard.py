"""A clock that cannot be believed: it has gone back, has leapt ahead, or differs from another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kdflow.domain.clock_guard import LONGEST_SLEEP, TOLERANCE, doubt

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("last", "witness", "why"),
    [
        (None, None, None),
        (NOW, NOW, None),
        (NOW + TOLERANCE, None, None),
        (NOW + TOLERANCE + SECOND, None, "the last beat was at"),
        (NOW - LONGEST_SLEEP, None, None),
        (NOW - LONGEST_SLEEP - SECOND, None, "40 days ago"),
        (NOW, NOW - TOLERANCE, None),
        (NOW, NOW - TOLERANCE - SECOND, "two clocks differ"),
        (None, NOW + timedelta(days=1), "two clocks differ"),
    ],
)
def test_a_clock_is_believed_or_it_is_said_why_not(
    last: datetime | None, witness: datetime | None, why: str | None
) -> None:
    found = doubt(NOW, last, witness)
    assert (found is None) == (why is None)
    assert why is None or why in str(found)
