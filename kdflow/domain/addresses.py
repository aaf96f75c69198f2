"""Addresses that a mail server can be asked to send to: in ASCII, never a command; and which host is this one."""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import ip_address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])", re.ASCII)
_LONGEST = 254  # RFC 5321, 4.5.3.1.3


def address(text: str) -> str:
    """The address as it is written on the envelope; a name of a host with Danish letters becomes its ASCII form.

    Raises:
        ValueError: it is no such address; quoted local parts and local parts beyond ASCII are none.
    """
    local, at, host = text.strip().rpartition("@")
    try:
        found = f"{local}{at}{host.encode('idna').decode()}"
    except UnicodeError:
        found = ""
    if len(found) > _LONGEST or not _ADDRESS.fullmatch(found):
        raise ValueError(f"{text[:100]!r} is not a mail address that can be used")
    return found


def mailbox(text: str) -> tuple[str, str]:
    """The name ("" without one) and the address of `kdflow <kdflow@example.org>` or `kdflow@example.org`.

    Raises:
        ValueError: there is no usable address in it, or something more than one.
    """
    name, found = parseaddr(text)
    if not text.isprintable() or text.strip() not in (found, f"{name} <{found}>", f'"{name}" <{found}>'):
        raise ValueError(f"{text[:100]!r} is not `name <address>` or an address")
    return name, address(found)


def is_domain(host: str) -> bool:
    """Whether `host` is a name out of the domain name system: neither a number nor a name known only here."""
    return len(host) <= _LONGEST and _DOMAIN.fullmatch(host) is not None


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, by its name or address as written."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
