"""Forms as a browser without JavaScript sees them: found in a page by their address, filled in, and sent."""

import re
from html import unescape
from html.parser import HTMLParser

from httpx2 import Response
from starlette.testclient import TestClient

CHOSEN = ("radio", "checkbox", "file")
"""Inputs that are only sent when something is chosen."""


class _Forms(HTMLParser):
    """Collects the fields of every form, as they would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.buttons: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field with its value."""
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self.forms.append((values.get("action", ""), {}))
        elif tag == "button" and self.forms and "formaction" in values:
            own = {name: values.get("value", "")} if name else {}
            self.buttons.append((values["formaction"], self.forms[-1][1], own))
        elif not self.forms or not name:
            self._option(tag, values)
        elif tag == "input" and (values.get("type") not in CHOSEN or "checked" in values):
            self.forms[-1][1][name] = values.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.forms[-1][1][name] = ""
        elif tag == "select":
            self._select = name
            self.forms[-1][1][name] = ""

    def _option(self, tag: str, values: dict[str, str]) -> None:
        if tag == "option" and self._select and "selected" in values:
            self.forms[-1][1][self._select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        """The text of a textarea; the first line end belongs to the markup."""
        if self._area:
            self.forms[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """The end of a field."""
        if tag == "textarea" and self._area:
            values = self.forms[-1][1]
            values[self._area] = values[self._area].removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._select = ""


def forms(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every form of a page: its address and its fields."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def ways(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every form of a page, and then every button with an address of its own: that, and what it sends."""
    parser = _Forms()
    parser.feed(html)
    return [*parser.forms, *((address, {**fields, **own}) for address, fields, own in parser.buttons)]


def form(html: str, action: str) -> dict[str, str]:
    """The fields of the form, or of the button, whose address ends so."""
    return next(fields for address, fields in ways(html) if address.endswith(action))


def send(client: TestClient, page: str, action: str, **values: str) -> Response:
    """Open a page, fill in one of its forms, and send it; redirects are followed."""
    return press(client, client.get(page).text, action, **values)


def press(client: TestClient, html: str, action: str, **values: str) -> Response:
    """Fill in one of the forms of a page that is open, and send it likewise."""
    address, fields = next(one for one in ways(html) if one[0].endswith(action.partition("?")[0]))
    return client.post(
        address, data={**fields, **{name.replace("__", "."): text for name, text in values.items()}}
    )


def open_sag(client: TestClient, **values: str) -> Response:
    """Open a sag by the form for a new one: see its plan, then press."""
    return press(client, send(client, "/sager/ny", "/sager/ny", **values).text, "/sager/ny")


def text_of(html: str) -> str:
    """What a page says, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
