"""The filters of the list of sager as an address: what it asks for, and the address of other filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from kdflow.domain.authority import PersonId
from kdflow.domain.wanted import Cursor, Order, Wanted
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.web.forms import Gap, exact_day

NAMES = (
    *("q", "tilstand", "hos", "organ", "ejer", "omraade", "rute", "beslutning", "moede"),
    *("fra", "til", "adgang", "mine", "foelger", "venter", "orden"),
)
"""The filters by their names in the address, in the order in which they stand there."""

AFTER = "efter"
"""Where the page begins; it is no filter."""

LONGEST = 300

ORDERS: Mapping[str, Order] = {"aeldste": "oldest", "titel": "title"}
_PLAIN = {
    "q": "text",
    "tilstand": "life",
    "hos": "at",
    "organ": "body",
    "ejer": "owner",
    "omraade": "area",
    "rute": "route",
    "beslutning": "outcome",
    "moede": "meeting",
}
OPEN = "aabne"
"""The state of those that are not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an address asks for: the filters that are set, as they were written, and what could not be read."""

    values: Mapping[str, str]
    wanted: Wanted
    after: Cursor | None
    gaps: tuple[Gap, ...]

    def address(self, path: str = "/sager", **others: str) -> str:
        """The address of the same filters with some others in their place ("": none)."""
        values = {**self.values, **others}
        return _address(path, {name: values[name] for name in (*NAMES, AFTER) if values.get(name)})


def _address(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path


def filters_of(given: QueryParams, viewer: PersonId) -> Filters:
    """What a query string asks for; names and values that nobody knows ask for what there is not."""
    values = {name: text for name in NAMES if (text := plain(given.get(name, "")))}
    gaps: list[Gap] = []
    since, until = (_day(values.get(name, ""), name, gaps) for name in ("fra", "til"))
    if since and until and until < since:
        gaps.append(Gap("period-order", "til"))
    named = {field: values.get(name, "") for name, field in _PLAIN.items()}
    named["life"] = "open" if named["life"] == OPEN else named["life"]
    if "mine" in values:
        named["owner"] = viewer
    wanted = Wanted(
        **named,
        since=since,
        until=until,
        closed={"lukket": True, "aaben": False}.get(values.get("adgang", "")),
        followed_by=viewer if "foelger" in values else None,
        waits_for=viewer if "venter" in values else None,
        line=None,
        order=ORDERS.get(values.get("orden", ""), "newest"),
    )
    return Filters(values=values, wanted=wanted, after=cursor_in(given.get(AFTER, "")), gaps=tuple(gaps))


def is_untidy(given: QueryParams) -> bool:
    """Whether an address names filters that are not set, as a form without JavaScript does."""
    return any(name in (*NAMES, AFTER) and not plain(text) for name, text in given.multi_items())


def plain(text: str) -> str:
    """A text as it is searched for: one line, not too long, without what no database can hold."""
    return " ".join(text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").split())[:LONGEST]


def _day(text: str, name: str, gaps: list[Gap]) -> date | None:
    """One day within reach; what cannot be read is noted in `gaps`."""
    if not text:
        return None
    found, key = exact_day(text)
    if found and FIRST_YEAR <= found.year <= LAST_YEAR:
        return found
    gaps.append(Gap("period-far" if found else key, name))
    return None


def cursor_text(cursor: Cursor) -> str:
    """A cursor as it stands in an address."""
    return f"{cursor.id}.{cursor.key}" if cursor.key else str(cursor.id)


def cursor_in(text: str) -> Cursor | None:
    """The cursor in an address; None where there is none."""
    number, _, key = text.partition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= 18
    return Cursor(int(number), _keyed(key)) if is_number else None


def _keyed(key: str) -> str:
    return key.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")[:LONGEST]
