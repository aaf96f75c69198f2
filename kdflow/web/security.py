"""Sessions, form tokens, cross-site checks and headers: what stands between a browser and the house."""

import hmac
import re
import secrets
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kdflow import rendering
from kdflow.actions.consequences import AT_THE_DOOR, Proof
from kdflow.actions.keep_readings import Shown, begin
from kdflow.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "token"  # noqa: S105  the name of a form field
MAX_BODY = 25 * 1024 * 1024
"""The largest request, in bytes: a paper of 20 MB and its form."""
MOST_SWALLOWED = 4 * MAX_BODY
"""How much of a larger one is read before the answer."""
MOST_BEGUN = 256 * 1024
"""How much of it is kept: the fields of the form, which stand before its file."""
VISIT_SECONDS = 4 * 3600
"""How long the sign-in form of a visitor stays good."""
ANSWER_SECONDS = 30 * 60
"""How long a browser remembers the link in a mail that it came by: signing in lies between."""
LANGUAGE_SECONDS = 365 * 24 * 3600
"""How long a browser remembers the language that was chosen in it."""
KNOWN_SECONDS = 365 * 24 * 3600
"""How long a browser is known in which somebody has signed in."""
AWAY_SECONDS = 15 * 60
"""How long a browser may be away at another provider of sign-in."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}


class Forbidden(Exception):
    """A request that did not come from one of our own forms; `why` is a key for the page that says so."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Shield:
    """ASGI: the same protective headers on every answer; HEAD is a GET without its body. A request begins with
    nothing proved, and what it shows is kept (`keep`) before the first byte of the answer leaves."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        too_large: Callable[[Request, FormData], Response],
        keep: Callable[[Shown], None],
    ) -> None:
        self.app, self.secure, self.too_large, self.keep = app, secure, too_large, keep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the answer."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        is_head = scope["method"] == "HEAD"
        AT_THE_DOOR.set(Proof())
        rendering.speak(language_of(scope, secure=self.secure))
        shown = begin("api" if scope["path"].startswith("/api/") else None)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                if Headers(scope=scope).get("sec-purpose", "").startswith("prefetch"):
                    shown.opened.clear()  # nobody has seen it yet
                if not is_head and (shown.read or shown.opened):
                    await run_in_threadpool(self.keep, shown)
                add_headers(MutableHeaders(scope=message), secure=self.secure)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > MAX_BODY:
            begun = await _begun(scope, await _swallow(receive))
            answer = await run_in_threadpool(self.too_large, Request(scope), begun)
            return await answer(scope, receive, guarded)
        await self.app({**scope, "method": "GET"} if is_head else scope, receive, guarded)


async def _swallow(receive: Receive) -> bytes:
    """Read a body that is too large and forget all but its beginning: a browser that is cut off while it sends
    shows no answer."""
    size, begins = 0, b""
    while size <= MOST_SWALLOWED:
        message = await receive()
        body = message.get("body", b"")
        size, begins = size + len(body), begins + body[: MOST_BEGUN - len(begins)]
        if not message.get("more_body"):
            break
    return begins


_FILE = re.compile(rb"\r\ncontent-disposition:[^\r\n]*;\s*filename", re.IGNORECASE)


async def _begun(scope: Scope, begins: bytes) -> FormData:
    """The fields of a form that stand before its file, in the beginning of a body; of any other body, none."""
    file = _FILE.search(begins)

    async def sent() -> AsyncGenerator[bytes, None]:
        yield begins[: file.start() + 2 if file else 0]

    try:
        return await MultiPartParser(Headers(scope=scope), sent(), max_files=0).parse()
    except (MultiPartException, KeyError, UnicodeError):
        return FormData()


def add_headers(headers: MutableHeaders, *, secure: bool) -> None:
    """Put the protective headers on an answer; what is not a static file is kept nowhere."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if secure:
        headers.setdefault("strict-transport-security", "max-age=31536000")


# --- cookies ---------------------------------------------------------------------------------------------------


def session_cookie(settings: Settings) -> str:
    """The name of the session cookie; with TLS the browser itself binds it to this host."""
    return "__Host-kdflow" if settings.secure_cookies else "kdflow"


def visit_cookie(settings: Settings) -> str:
    """The name of the cookie that a visitor's form token is bound to."""
    return "__Host-kdflow-visit" if settings.secure_cookies else "kdflow-visit"


def set_session(response: Response, settings: Settings, secret: str) -> None:
    """Give the browser its secret."""
    _set(response, settings, session_cookie(settings), secret, settings.session_days * 86400)


def end_session(response: Response, settings: Settings) -> None:
    """Take the secret back."""
    response.delete_cookie(session_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True)


def known_cookie(settings: Settings) -> str:
    """The name of the cookie by which a browser is known that somebody has signed in with before."""
    return "__Host-kdflow-kendt" if settings.secure_cookies else "kdflow-kendt"


def set_known(response: Response, settings: Settings, mark: str) -> None:
    """Let the browser be known, also after its session."""
    _set(response, settings, known_cookie(settings), mark, KNOWN_SECONDS)


def idle_of(settings: Settings) -> timedelta | None:
    """How long a session is good that nobody uses. A demo's clock leaps, and ends none."""
    return None if settings.demo else timedelta(hours=settings.session_idle_hours)


def away_cookie(settings: Settings) -> str:
    """The name of the cookie with what a browser must come back with from another provider."""
    return "__Host-kdflow-hos" if settings.secure_cookies else "kdflow-hos"


def set_away(response: Response, settings: Settings, packed: str) -> None:
    """Send the browser away with it."""
    _set(response, settings, away_cookie(settings), packed, AWAY_SECONDS)


def end_away(response: Response, settings: Settings) -> None:
    """Take it back."""
    response.delete_cookie(away_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True)


def answer_cookie(settings: Settings) -> str:
    """The name of the cookie with the secret of a link in a mail, so that no address holds it but the link."""
    return "__Host-kdflow-svar" if settings.secure_cookies else "kdflow-svar"


def set_answer(response: Response, settings: Settings, secret: str) -> None:
    """Let the browser remember by which link it came."""
    _set(response, settings, answer_cookie(settings), secret, ANSWER_SECONDS)


def end_answer(response: Response, settings: Settings) -> None:
    """Let the browser forget it."""
    response.delete_cookie(answer_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True)


def _set(response: Response, settings: Settings, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


# --- forms of visitors who are not signed in: stateless, so that a GET never writes ------------------------------


class VisitTokens:
    """Signs the token of the sign-in form; it is bound to a cookie of the same browser."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret or secrets.token_urlsafe(32), salt="kdflow-visit")

    def issue(self, request: Request, settings: Settings) -> tuple[str, str]:
        """(nonce for the cookie, token for the form); the cookie the browser already has is kept."""
        nonce = request.cookies.get(visit_cookie(settings)) or secrets.token_urlsafe(16)
        return nonce, str(self._signer.dumps(nonce))

    def holds(self, request: Request, settings: Settings, token: str) -> bool:
        """Whether the token is ours, fresh, and bound to the cookie that came with it."""
        nonce = request.cookies.get(visit_cookie(settings), "")
        try:
            signed = str(self._signer.loads(token, max_age=VISIT_SECONDS))
        except BadSignature:
            return False
        return bool(nonce) and hmac.compare_digest(signed.encode(), nonce.encode())


class AwayTokens:
    """Signs what a browser takes along to another provider of sign-in, so that going there writes nothing."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret or secrets.token_urlsafe(32), salt="kdflow-away")

    def pack(self, values: dict[str, str]) -> str:
        """The text of the cookie."""
        return str(self._signer.dumps(values))

    def unpack(self, text: str) -> dict[str, str]:
        """What was packed; nothing where it is too old, or not ours."""
        try:
            found: Any = self._signer.loads(text, max_age=AWAY_SECONDS)
        except BadSignature:
            return {}
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def set_visit(response: Response, settings: Settings, nonce: str) -> None:
    """Bind the sign-in form to this browser."""
    _set(response, settings, visit_cookie(settings), nonce, VISIT_SECONDS)


def language_cookie(*, secure: bool) -> str:
    """The name of the cookie that remembers a browser's language."""
    return "__Host-kdflow-sprog" if secure else "kdflow-sprog"


def set_language(response: Response, settings: Settings, language: str) -> None:
    """Remember the language of this browser."""
    _set(response, settings, language_cookie(secure=settings.secure_cookies), language, LANGUAGE_SECONDS)


def language_of(scope: Scope, *, secure: bool) -> str:
    """The language a browser has chosen; feeds and files for programs have none."""
    if scope["path"].startswith("/api/") or scope["path"].endswith((".ics", ".atom")):
        return rendering.DANISH
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(language_cookie(secure=secure), "")


# --- checks ------------------------------------------------------------------------------------------------------


def refuse_other_sites(request: Request) -> None:
    """Refuse an unsafe request that another site made; the browser itself says where it comes from.

    `Origin: null` without Sec-Fetch-Site says nothing (our own no-referrer policy makes it so): the token decides.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("other-site")
    if site is None and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("other-site")


def typed_token(form: FormData) -> str:
    """The token that came with a form; "" when there is none."""
    value = form.get(TOKEN)
    return value if isinstance(value, str) else ""


def is_same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def local_path(wanted: str) -> str:
    """Where to go after sign-in: a path of ours, else the start page."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours else "/"
