"""Whether the house beats, for monitors: never, lately, or too long ago."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from kdflow.actions.deliver_notices import DELIVERY, deliver_notices
from kdflow.actions.pass_deadlines import SWEEP, pass_deadlines
from kdflow.queries.health import pulse
from kdflow.store import beats, letters
from tests.web.house import JENS, House
from tests.web.mails import in_earnest


def test_a_house_that_never_beat(house: House) -> None:
    answer = house.client().get("/api/health")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "never",
        "sweep_seconds": None,
        "delivery_seconds": None,
        "waiting_seconds": 0,
        "given_up": 0,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_house_that_beats_and_one_that_stopped(house: House) -> None:
    in_earnest(house)
    now = house.wiring.now()
    pass_deadlines(house.wiring.db, now=now - timedelta(minutes=4))
    client = house.client()
    assert client.get("/api/health").json()["status"] == "ok"
    with house.wiring.db.write() as tx:
        tx.run("update beat set at = ? where name = ?", (tx.instant(now - timedelta(minutes=5, seconds=1)), SWEEP))
        beats.mark(tx, DELIVERY, now - timedelta(seconds=7))
        letter = letters.add(tx, message_id="<a@kdflow>", now=now, person=JENS)
        tx.run("update letter set state = 'failed' where id = ?", (letter,))
    answer = client.get("/api/health")
    assert answer.status_code == 503
    late = {"status": "late", "sweep_seconds": 301, "delivery_seconds": 7, "waiting_seconds": 0, "given_up": 1}
    assert answer.json() == late


def test_a_house_whose_mails_do_not_leave_is_late_though_it_beats(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each beat takes the letters and fails; in between, idle beats find nothing to do."""
    in_earnest(house)
    db, start = house.wiring.db, house.wiring.now()
    monkeypatch.setattr("kdflow.actions.deliver_notices.Written", None)
    with db.write() as tx:
        letters.add(tx, message_id="<a@kdflow>", now=start, person=JENS)
    for minutes in range(0, 17, 2):
        now = start + timedelta(minutes=minutes)
        pass_deadlines(db, now=now)
        with suppress(TypeError):
            deliver_notices(db, house.wiring.ways, clock=partial(start.__add__, timedelta(minutes=minutes)))
    with db.read() as tx:
        found = pulse(db, now, sweep=SWEEP, delivery=DELIVERY, has_mail=True)
        assert beats.last(tx, DELIVERY) == now
    assert (found.status, found.waiting_seconds) == ("late", 16 * 60)
    assert pulse(db, now, sweep=SWEEP, delivery=DELIVERY, has_mail=False).status == "ok"


def test_a_house_that_no_longer_delivers_is_late(house: House) -> None:
    in_earnest(house)
    now = house.wiring.now()
    pass_deadlines(house.wiring.db, now=now)
    with house.wiring.db.write() as tx:
        beats.mark(tx, DELIVERY, now - timedelta(minutes=6))
    assert house.client().get("/api/health").json()["status"] == "late"
