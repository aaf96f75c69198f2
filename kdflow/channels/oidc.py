"""Sign-in at other providers by OpenID Connect: authorization code with PKCE, state and nonce; ID token checked.

What Entra ID does its own way, and what we make of it:

- Each tenant is an issuer of its own. "common" would accept every tenant in the world, so settings refuse it.
- It never sends `email_verified`, and whoever runs a tenant writes any address into `email`; that is how accounts
  were taken over elsewhere ("nOAuth"). So an address counts only within the `domains` of its provider, and without
  `email_verified` only where the operator has said that the provider vouches for them. One that is said to be
  unverified never counts.
- `preferred_username` and `upn` are names, not addresses, and can be given to somebody else. `xms_edov` says that
  the domain's owner was verified, not that it is ours. None of them is looked at.
- `sub` is stable for one application in one tenant. After the first sign-in it alone says who somebody is.
- `roles` and `groups` are never looked at: who may do what stands in kdflow.

Others tell the address only where they are asked for it with the access token (Core, 5.4): at userinfo. Then they
are asked there, and what they say counts as if it stood in the ID token.
"""

from __future__ import annotations

import logging
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from kdflow.domain import addresses
from kdflow.domain.errors import KdflowError
from kdflow.domain.identity import Claims
from kdflow.domain.proof import LASTS
from kdflow.settings import ProviderSettings, Settings

LOG = logging.getLogger("kdflow.sign-in")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are believed: made by a key that only the provider has. Never "none", never a shared secret."""

LEEWAY = 60
"""Seconds that two clocks may differ."""

TIMEOUT = 5.0
"""Seconds that a provider has to answer; somebody waits."""

KEPT = timedelta(hours=1)
"""How long what a provider says of itself is remembered."""

LONGEST_SUBJECT = 255  # OpenID Connect Core, 2


class NoAnswer(KdflowError):
    """The provider cannot be reached, or does not say what a provider says."""


class NotBelieved(KdflowError):
    """What came back is not what was asked for, or not from whom it was asked; the message says what is wrong."""


class NotSetUp(KdflowError):
    """The provider does not take kdflow for an application it knows: whoever runs kdflow must see to that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in that a browser is sent away with: where to, and what it must come back with."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a provider says of itself, and the keys it signs with."""

    metadata: Mapping[str, Any]
    keys: KeySet
    at: datetime


@dataclass(slots=True)
class Provider:
    """One provider; thread-safe, since what is remembered is only ever replaced as a whole."""

    settings: ProviderSettings
    site: str
    _known: _Known | None = field(default=None, repr=False)

    @property
    def back(self) -> str:
        """Where the browser comes back to: each provider has an address of its own."""
        return f"{self.site}/log-ind/hos/{self.settings.name}/retur"

    def begin(self, *, anew: bool, now: datetime) -> Begun:
        """Where to send a browser. With `anew` its person must sign in there once more, signed in or not.

        Raises:
            NoAnswer: the provider cannot be asked.
        """
        known = self._ask(now)
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        more = {"prompt": "login", "max_age": str(int(LASTS.total_seconds()))} if anew else {}
        with self._client(known) as client:
            address, _ = client.create_authorization_url(
                known.metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, **more
            )
        return Begun(address=str(address), state=state, nonce=nonce, verifier=verifier)

    def finish(self, code: str, *, issuer: str, nonce: str, verifier: str, anew: bool, now: datetime) -> Claims:
        """Who came back, by the code they brought. `issuer` is who says that they sent them ("" where it is not
        said, RFC 9207).

        Raises:
            NoAnswer: the provider cannot be asked. NotBelieved: its answer is not to be trusted. NotSetUp: it does
            not know kdflow.
        """
        known = self._ask(now)
        is_said = issuer or known.metadata.get("authorization_response_iss_parameter_supported") is True
        if is_said and issuer != self.settings.issuer:
            raise NotBelieved("the answer is from another issuer")
        tokens = self._tokens(known, code, verifier)
        claims = dict(self._decoded(tokens["id_token"], known, now).claims)
        self._check(claims, nonce, now)
        if "email" not in claims:
            claims |= self._email_at_userinfo(known, str(tokens.get("access_token", "")), claims["sub"])
        proved_at = _signed_in_at(claims, now) if anew else None
        return Claims(
            provider=self.settings.name,
            issuer=self.settings.issuer,
            subject=claims["sub"],
            email=self._believed(claims),
            proved_at=proved_at,
        )

    def _client(self, known: _Known) -> Any:
        secret = self.settings.secret.get_secret_value()
        offered = known.metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return OAuth2Client(
            client_id=self.settings.client_id,
            client_secret=secret or None,
            token_endpoint_auth_method=basic if secret else "none",
            scope="openid email",
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            verify=_trusted(),
        )

    def _tokens(self, known: _Known, code: str, verifier: str) -> dict[str, Any]:
        where = known.metadata["token_endpoint"]
        try:
            with self._client(known) as client:
                found = dict(client.fetch_token(where, code=code, code_verifier=verifier))
        except OAuthError as error:
            if error.error in ("invalid_client", "unauthorized_client"):
                why = f"client_id or {self.settings.variable} is wrong, or has expired"
                raise NotSetUp(f"{self.settings.name}: {error.error}: {why}") from error
            raise NotBelieved(f"the code is not taken: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise NoAnswer(f"{self.settings.name}: {type(error).__name__}") from error
        if not isinstance(found.get("id_token"), str):
            raise NotBelieved("there is no ID token")
        return found

    def _email_at_userinfo(self, known: _Known, access_token: str, subject: str) -> dict[str, Any]:
        """The address and whether it is verified. A subject that is known gets in without: no answer is none."""
        if "userinfo_endpoint" not in known.metadata or not access_token:
            return {}
        try:
            with httpx2.Client(timeout=TIMEOUT, verify=_trusted()) as client:
                client.headers["authorization"] = f"Bearer {access_token}"
                found = _json(client, known.metadata["userinfo_endpoint"])
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            LOG.warning("no address from %s: %s at userinfo", self.settings.name, type(error).__name__)
            return {}
        if found.get("sub") != subject:
            raise NotBelieved("userinfo is about somebody else")
        return {name: found[name] for name in ("email", "email_verified") if name in found}

    def _decoded(self, text: str, known: _Known, now: datetime) -> jwt.Token:
        try:
            try:
                return jwt.decode(text, known.keys, algorithms=ALGORITHMS)
            except (InvalidKeyIdError, BadSignatureError):  # the provider may have new keys
                return jwt.decode(text, self._ask(now, afresh=True).keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise NotBelieved(f"the ID token is not signed by its issuer: {type(error).__name__}") from error

    def _check(self, claims: dict[str, Any], nonce: str, now: datetime) -> None:
        """What OpenID Connect Core demands of an ID token (3.1.3.7)."""
        client = self.settings.client_id
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise NotBelieved(f"the ID token does not fit: {error}") from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else client) != client:
            raise NotBelieved("the ID token is for another application")
        if len(claims["sub"]) > LONGEST_SUBJECT:
            raise NotBelieved("the subject is too long")

    def _believed(self, claims: Mapping[str, Any]) -> str:
        email, verified = claims.get("email"), claims.get("email_verified")
        if not isinstance(email, str):
            return ""
        is_ours = email.lower().rpartition("@")[2] in self.settings.domains
        counts = verified is True or (verified is None and self.settings.vouches)
        return email if is_ours and counts else ""

    def _ask(self, now: datetime, *, afresh: bool = False) -> _Known:
        """What the provider says of itself, remembered for a while."""
        known = self._known
        if known and not afresh and known.at <= now < known.at + KEPT:
            return known
        try:
            with httpx2.Client(timeout=TIMEOUT, verify=_trusted()) as client:
                metadata = _json(client, f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                self._check_metadata(metadata)
                keys = KeySet.import_key_set(_json(client, metadata["jwks_uri"]))  # type: ignore[arg-type]
        except (httpx2.HTTPError, httpx2.InvalidURL, JoseError, ValueError, KeyError) as error:
            raise NoAnswer(f"{self.settings.name}: {type(error).__name__}: {error}") from error
        self._known = _Known(metadata, keys, now)
        return self._known

    def _check_metadata(self, metadata: Mapping[str, Any]) -> None:
        if metadata.get("issuer") != self.settings.issuer:
            raise ValueError("it says that it is another issuer")
        used = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
        for name in used | ({"userinfo_endpoint"} & metadata.keys()):
            parts = urlsplit(str(metadata.get(name, "")))
            if parts.scheme != "https" and not addresses.is_loopback(parts.hostname or ""):
                raise ValueError(f"its {name} is not https")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom the machine trusts; read once, since it takes a while."""
    return ssl.create_default_context()


def _json(client: httpx2.Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    return found


def _signed_in_at(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When the person signed in there: lately, or asking for it anew was of no use."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise NotBelieved("the ID token does not say when its person signed in (auth_time)")
    oldest, newest = now - LASTS, now + timedelta(seconds=LEEWAY)
    if not oldest.timestamp() <= at <= newest.timestamp():
        raise NotBelieved("the sign-in at the provider was not made now")
    return min(datetime.fromtimestamp(at, UTC), now)


def providers(settings: Settings) -> dict[str, Provider]:
    """Every provider of the settings, by its name; a demo has none."""
    if settings.demo:
        return {}
    return {one.name: Provider(one, settings.site) for one in settings.sign_in.providers}
