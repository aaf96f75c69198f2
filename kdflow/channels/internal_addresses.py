"""Which addresses are out on the internet: everything else is refused to those who may only speak to strangers.

The standard library's `is_global` is not enough: it calls multicast global, and addresses that carry an internal
IPv4 address (6to4, NAT64), and it has changed between patch releases. Teredo (in 2001::/23) is refused altogether.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_OUT_THERE: tuple[IPv4Network | IPv6Network, ...] = (
    *map(IPv4Network, ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15")),
    *map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")),
)


def is_outside(address: str) -> bool:
    """Whether `address`, or the one that hides in it, is a public one of one machine."""
    try:
        return _is_public(_unwrapped(ip_address(address)))
    except ValueError:
        return False


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address; or, where it stands for an IPv4 address, that."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _UNICAST):
        return False
    if any(address in network for network in _NOT_OUT_THERE if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast
