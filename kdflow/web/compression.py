"""Pages made small on the wire, where nobody can listen for the secrets in them."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 500
"""Bytes below which compressing is not worth its while."""

LEVEL = 6

NOT_PAGES = ("application/*", "audio/*", "font/*", "image/*", "video/*", "text/calendar", "text/csv", "text/plain")


class Compression:
    """ASGI: compresses a page that one of our own pages asks for, or somebody by the address bar or a bookmark.

    How long a compressed page is tells whoever has a hand in the request what else stands in it: form tokens, the
    titles of closed sager (BREACH, CVE-2013-3587). That takes thousands of requests that another site lets a
    browser make; of each the browser says where it comes from (Fetch Metadata), and those are answered in full.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, SMALLEST, LEVEL, exclude_content_types=NOT_PAGES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on by one way or the other."""
        is_ours = scope["type"] == "http" and Headers(scope=scope).get("sec-fetch-site") in ("same-origin", "none")
        await (self._compressed if is_ours else self._plain)(scope, receive, send)
