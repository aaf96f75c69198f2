"""What a request tells of the browser behind it: no more than one needs to know a session of one's own by."""

import re
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from kdflow.domain.identity import Origin

BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS)/"),
    ("Safari", r"\bVersion/[\d.]+.* Safari/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


def browser_of(request: Request) -> str:
    """The browser and the system, as "Firefox, Windows"; "" where nothing is known."""
    agent = request.headers.get("user-agent", "")[:500]
    found = (next((name for name, sign in signs if re.search(sign, agent)), "") for signs in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def host_of(request: Request) -> str:
    """What attempts are counted by: an address; of the sixth version the network that one house has."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network(f"{host}/64", strict=False)) if isinstance(address, IPv6Address) else host


def network_of(request: Request) -> str:
    """Roughly from where: an address without its end."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    bits, end = (48, "::") if isinstance(address, IPv6Address) else (24, "")
    start = str(ip_network(f"{host}/{bits}", strict=False).network_address)
    return f"{start.removesuffix('::')}{end}" if end else f"{start.rpartition('.')[0]}.*"


def origin_of(request: Request, way: str) -> Origin:
    """How, by which browser and from where somebody signs in."""
    return Origin(way=way, browser=browser_of(request), network=network_of(request))
