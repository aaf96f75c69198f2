"""How a letter is tried again, when it is given up, and what it is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.delivery import (
    BACKOFF,
    JITTER,
    MOST_ATTEMPTS,
    REPEATS,
    domain_of,
    message_id,
    name_of,
    repeat_at,
    thread_of,
    try_again_at,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(attempts=st.integers(1, MOST_ATTEMPTS - 1), name=st.text(max_size=20))
def test_each_wait_is_that_of_its_try_and_a_little_more(attempts: int, name: str) -> None:
    again = try_again_at(NOW, attempts, name)
    assert again is not None
    wait = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    assert wait <= again - NOW <= wait * (1 + JITTER)
    assert again == try_again_at(NOW, attempts, name)


def test_many_letters_do_not_come_back_at_once() -> None:
    assert len({try_again_at(NOW, 3, f"<{n}@kdflow>") for n in range(100)}) > 90


def test_a_letter_is_given_up_after_days_and_not_before() -> None:
    assert try_again_at(NOW, MOST_ATTEMPTS, "x") is None
    total = sum((BACKOFF[min(n, len(BACKOFF)) - 1] for n in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=4) < total < timedelta(days=6)


def test_what_may_have_arrived_is_sent_four_times_more_and_then_not() -> None:
    found = [repeat_at(NOW, repeats) for repeats in range(len(REPEATS) + 2)]
    assert [at - NOW if at else None for at in found] == [*REPEATS, None, None]
    assert len(REPEATS) == 4


def test_a_letter_is_called_by_its_reader_and_what_is_in_it() -> None:
    assert name_of("ida", [1, 2]) == name_of("ida", [2, 1])
    assert len({name_of("ida", [1, 2]), name_of("jens", [1, 2]), name_of("ida", [12])}) == 3
    assert thread_of("SAG-2020-0001", "sager.region.example") == "<sag-2020-0001@sager.region.example>"


def test_a_message_id_ends_in_a_domain_that_is_the_installations_own_and_stays() -> None:
    first = message_id("abc", "sager.region.example")
    assert first == "<abc@sager.region.example>"
    assert message_id(first, "elsewhere.example") == first


@pytest.mark.parametrize(
    ("site", "sender", "domain"),
    [
        ("https://Sager.Region.example", "kdflow@region.example", "sager.region.example"),
        ("https://sager.region.example:8443", "kdflow@region.example", "sager.region.example"),
        ("https://sager.region.example.", "", "sager.region.example"),
        ("http://127.0.0.1:8000", "kdflow <kdflow@Region.example>", "region.example"),
        ("http://[::1]:8000", "kdflow@region.example", "region.example"),
        ("http://localhost", "kdflow@region.example", "region.example"),
        ("http://intranet", "kdflow@region.example", "region.example"),
        ("http://a..example", "kdflow@region.example", "region.example"),
        ("http://127.0.0.1:8000", "", "localhost"),
    ],
)
def test_the_domain_is_the_sites_or_that_of_the_sender(site: str, sender: str, domain: str) -> None:
    assert domain_of(site, sender) == domain
