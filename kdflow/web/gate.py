"""Who gets in: nobody who is not signed in, unless the address is named here.

The whole application asks this first, so that a page that forgets to ask for somebody is closed, not open. What a
person may then see is asked of `domain/visibility`, and what they may do of `domain/rights` and the procedures."""

import re

from starlette.requests import Request

from kdflow.web import security
from kdflow.web.deps import FormDep, SignInNeeded, VisitorDep

PUBLIC = (
    "/log-ind",
    "/log-ind/kode",
    "/log-ind/{link}",
    "/log-ind/hos/{provider}",
    "/log-ind/hos/{provider}/retur",
    "/svar/{secret}",
    "/abonnement/{secret}.ics",
    "/beskeder/afmeld/{token}",
    "/tilgaengelighed",
    "/was",
    "/healthz",
    "/api/health",
    "/privatliv",
    "/sprog/{language}",
    "/robots.txt",
    "/offentligt",
    "/offentligt/{body}.ics",
    "/offentligt/{body}.atom",
    "/offentligt/{body}",
    "/offentligt/{body}/{meeting}/bilag/{digest}",
    "/offentligt/{body}/{meeting}/{kind}",
    "/offentligt/{body}/{meeting}/{kind}/{number}",
)
"""The addresses that are for everybody. Behind those with a secret, the secret says who asks."""

_PUBLIC = re.compile("|".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) for path in PUBLIC))


def is_public(path: str) -> bool:
    """Whether an address is for everybody."""
    return _PUBLIC.fullmatch(path) is not None


def gate(request: Request, _form: FormDep, visitor: VisitorDep) -> None:
    """Let a request in when somebody is signed in, or the address is for everybody. A form is read first, so that
    what was typed in it is not lost with a session that has ended.

    Raises:
        SignInNeeded, Forbidden: nobody is signed in.
    """
    path = request.url.path
    if visitor is not None or is_public(path):
        return
    if request.method in security.SAFE or path.startswith("/api/"):
        raise SignInNeeded
    raise security.Forbidden("signed-out")
