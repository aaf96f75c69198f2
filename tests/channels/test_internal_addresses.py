"""What is out on the internet, and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.channels.internal_addresses import is_outside

INSIDE = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001:db8::1",
    "2001:10::1",
    "2001:0:808:808:0:0:80ff:fffe",  # Teredo: its client is 127.0.0.1
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::1%eth0",
    "",
    "localhost",
    "127.1",
    "0x7f000001",
]

OUTSIDE = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside(address: str) -> None:
    assert is_outside(address)


@given(st.ip_addresses(v=4))
def test_hiding_an_address_in_another_changes_nothing(address: object) -> None:
    high, low = divmod(int(address), 1 << 16)  # type: ignore[call-overload]
    direct = is_outside(str(address))
    assert is_outside(f"::ffff:{address}") == direct
    assert is_outside(f"64:ff9b::{high:x}:{low:x}") == direct
    assert is_outside(f"2002:{high:x}:{low:x}::1") == direct
