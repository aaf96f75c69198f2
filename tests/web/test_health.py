"""Whether the house beats, for monitors: never, lately, or too long ago."""

from datetime import timedelta

from kdflow.actions.deliver_notices import DELIVERY
from kdflow.actions.pass_deadlines import SWEEP, pass_deadlines
from kdflow.store import beats, letters
from tests.web.house import JENS, House
from tests.web.mails import in_earnest


def test_a_house_that_never_beat(house: House) -> None:
    answer = house.client().get("/api/health")
    assert answer.status_code == 503
    nothing = {"status": "never", "sweep_seconds": None, "delivery_seconds": None, "given_up": 0}
    assert answer.json() == nothing
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
    late = {"status": "late", "sweep_seconds": 301, "delivery_seconds": 7, "given_up": 1}
    assert answer.json() == late
