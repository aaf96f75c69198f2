"""A house that slept for a minute, a day, a week, a month or longer: each row once, one mail to each person."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.trust_clock import trust_clock
from kdflow.domain.clock_guard import LONGEST_SLEEP
from kdflow.domain.dates import local_instant
from kdflow.store.database import Database
from tests.faults.postoffice import PostOffice
from tests.faults.stage import SECOND, Copy, Stages, all_sent, nowhere, settle, told
from tests.store.stand import opened

AT_WORK = local_instant(date(2020, 2, 13), 10)
SLEEPS = [timedelta(minutes=1), *(timedelta(days=days) for days in (1, 7, 32, 39, 201))]


def mails_on(db: Database, day: date) -> Counter[str]:
    """How many letters each person got on a day."""
    with db.read() as tx:
        rows = tx.run(
            "select person, count(*) from letter where made_at >= ? and made_at < ? group by person",
            (tx.instant(local_instant(day, 0)), tx.instant(local_instant(day + timedelta(days=1), 0))),
        ).fetchall()
    return Counter({row[0]: row[1] for row in rows})


def reminders(heard: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """How often each person was reminded of each duty, whatever the rung."""
    found = [(person, sag, json.loads(data).get("duty")) for _, person, sag, _, data in heard]
    return Counter((person, sag, duty["kind"], duty["about"]) for person, sag, duty in found if duty)


@pytest.mark.parametrize("sleep", SLEEPS, ids=str)
def test_what_passed_while_it_slept_is_told_once(
    copy: Copy, stages: Stages, office: PostOffice, sleep: timedelta
) -> None:
    """All of these days are worked, so nothing waits for another one."""
    with opened(copy(stages.asleep)) as db:
        settle(db, nowhere(), AT_WORK)
        before, now = told(db), AT_WORK + sleep
        if sleep > LONGEST_SLEEP:
            trust_clock(db, now=now)
        swept = pass_deadlines(db, now=now)
        assert pass_deadlines(db, now=now).sager == 0
        settle(db, office.channel(), now + SECOND)
        new = told(db) - before
        assert set(new.values()) <= {1}
        assert (len(new) > 0) is (swept.sager > 0) is (sleep >= timedelta(days=1))
        assert set(reminders(new).values()) <= {1}, "of the rungs that have come only the last is told"
        assert set(mails_on(db, now.date()).values()) <= {1}
        if new:
            assert sorted(office.copies) == all_sent(db, now)
            assert office.duplicates == 0
