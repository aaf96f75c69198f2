"""Secrets in addresses: whoever guesses too often is told to wait, and nobody else is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kdflow.actions.keep_house import keep_house
from kdflow.store import attempts, unsubscribing
from kdflow.store.attempts import MOST_OVER_ONE, Attempt
from tests.web.house import IDA, JENS, House
from tests.web.mails import answer_link, later
from tests.web.test_feeds import make

WRONG = "x" * 43


def _unsubscribing(house: House) -> str:
    with house.wiring.db.write() as tx:
        return unsubscribing.path(tx, IDA)


ADDRESSES: dict[str, tuple[str, Callable[[House], str]]] = {
    "answer": (f"/svar/{WRONG}", lambda house: answer_link(house, JENS)),
    "feed": (f"/abonnement/{WRONG}.ics", lambda house: make(house, IDA, "person")),
    "unsubscribe": (f"/beskeder/afmeld/{WRONG}", _unsubscribing),
}
"""By kind: an address that is none of ours, and one that is."""


def miss(house: House, kind: str, times: int) -> None:
    """Let so many have failed over the network of the tests."""
    with house.wiring.db.write() as tx:
        for _ in range(times):
            attempts.failed(tx, Attempt(kind=kind, network="testclient"), house.wiring.now())


@pytest.mark.parametrize("kind", ADDRESSES)
def test_too_many_guesses_over_one_network_have_to_wait(house: House, kind: str) -> None:
    wrong, right = ADDRESSES[kind][0], ADDRESSES[kind][1](house)
    miss(house, kind, MOST_OVER_ONE - 1)
    assert house.client().get(right, follow_redirects=False).status_code in (200, 303)
    assert house.client().get(wrong).status_code == 404
    for address in (wrong, right):
        refused = house.client().get(address)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
        assert "Vent et kvarter" in refused.text
    elsewhere = house.client(client=("203.0.113.7", 1))
    assert elsewhere.get(right, follow_redirects=False).status_code in (200, 303)
    later(house, timedelta(minutes=15))
    assert house.client().get(right, follow_redirects=False).status_code in (200, 303)


def test_a_button_that_ends_mails_is_counted_too(house: House) -> None:
    wrong = ADDRESSES["unsubscribe"][0]
    miss(house, "unsubscribe", MOST_OVER_ONE - 1)
    assert [house.client().post(wrong).status_code for _ in range(2)] == [404, 429]


def test_each_kind_is_counted_for_itself(house: House) -> None:
    miss(house, "feed", MOST_OVER_ONE)
    for kind, status in (("feed", 429), ("answer", 404), ("unsubscribe", 404)):
        assert house.client().get(ADDRESSES[kind][0]).status_code == status


def test_what_is_kept_names_nobody_and_is_soon_forgotten(house: House) -> None:
    house.client(client=("203.0.113.7", 1)).get(ADDRESSES["answer"][0])
    rows = [line for line in house.dump() if line.startswith('INSERT INTO "attempt"')]
    assert len(rows) == 1
    assert "203.0.113" not in rows[0]
    assert WRONG not in rows[0]
    keep_house(house.wiring.db, now=house.wiring.now() + timedelta(minutes=15))
    assert not [line for line in house.dump() if line.startswith('INSERT INTO "attempt"')]
