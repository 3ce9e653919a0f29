"""Access tokens of an OAuth 2.1 issuer: JWTs, by signature, issuer, audience and time.

What is cryptographic is PyJWT's. Times are compared here, so that the clock is an argument.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

import jwt
from jwt.exceptions import PyJWTError

from mcp_server.auth.identity import READ, REFRESH, Identity, Limits, Scope
from mcp_server.auth.keys import IssuerKeys
from mcp_server.auth.refusal import RefusedError
from mcp_server.tenants.owner import DEFAULT
from mcp_server.untrusted import one_line

_LOOKS_LIKE: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_NAME: Final = 128
_LATEST: Final = datetime.max.replace(tzinfo=UTC).timestamp() - 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What a token has to be.

    Attributes:
        issuer: The value of `iss`.
        audiences: One of them has to be in `aud`.
        algorithms: Accepted signatures.
        leeway_seconds: How far the issuer's clock may be from ours.
        scopes: The issuer's names of what a caller may do.
        tenant_claim: The claim that names the tenant; `None`: all have the server's own.
        tenants: Names of the tenants there are.
        limits: Of every caller.
    """

    issuer: str
    audiences: Sequence[str]
    algorithms: Sequence[str]
    leeway_seconds: float
    scopes: Mapping[str, Scope]
    tenant_claim: str | None
    tenants: frozenset[str]
    limits: Limits


class JwtTokens:
    """Checks tokens of one issuer."""

    def __init__(self, rules: Rules, keys: IssuerKeys, now: Callable[[], datetime]) -> None:
        self._rules = rules
        self._keys = keys
        self._now = now

    def may_be(self, token: str) -> bool:
        """Whether a text has the form of a signed token."""
        return _LOOKS_LIKE.fullmatch(token) is not None

    async def identify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            RefusedError: 401 if it is not valid, 403 if it is for no tenant of ours, 503 if that
                cannot be told.
        """
        claims = await self._claims(token)
        self._check_times(claims)
        subject, client = _text(claims, "sub"), _client(claims)
        if not subject and not client:
            raise RefusedError.bad_token("The token says neither whose it is nor which client's.")
        return Identity(
            name=one_line(subject or client, limit=_NAME),
            key=(self._rules.issuer, subject or f"client {client}"),
            scopes=self._scopes(claims),
            tenant=self._tenant(claims),
            limits=self._rules.limits,
            client=client,
            issuer=self._rules.issuer,
            expires_at=datetime.fromtimestamp(_time(claims, "exp") or 0, UTC),
        )

    async def _claims(self, token: str) -> Mapping[str, object]:
        try:
            header = cast("Mapping[str, object]", jwt.get_unverified_header(token))
        except PyJWTError:
            raise RefusedError.bad_token() from None
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(kid, str) or algorithm not in self._rules.algorithms:
            raise RefusedError.bad_token("The token is signed in a way that is not accepted.")
        # Of the key itself, not of the token's own word for it, what the issuer says counts.
        key = await self._keys.key(kid)
        if key is None or key.algorithm not in {None, algorithm}:
            raise RefusedError.bad_token("The token is signed with a key that is not known.")
        try:
            return cast(
                "Mapping[str, object]",
                jwt.decode(
                    token,
                    key.jwk.key,
                    algorithms=[cast("str", algorithm)],
                    audience=[*self._rules.audiences],
                    issuer=self._rules.issuer,
                    options={
                        "require": ["exp", "iss", "aud"],
                        "verify_exp": False,
                        "verify_nbf": False,
                        "verify_iat": False,
                        "enforce_minimum_key_length": True,
                    },
                ),
            )
        except jwt.InvalidAudienceError:
            raise RefusedError.bad_token("The token is for another server.") from None
        except (PyJWTError, ValueError, TypeError):
            raise RefusedError.bad_token() from None

    def _check_times(self, claims: Mapping[str, object]) -> None:
        now, leeway = self._now().timestamp(), self._rules.leeway_seconds
        expires = _time(claims, "exp")
        if expires is None or expires + leeway <= now:
            raise RefusedError.bad_token("The token has expired.")
        begins = _time(claims, "nbf") if "nbf" in claims else -math.inf
        if begins is None or begins - leeway > now:
            raise RefusedError.bad_token("The token is not valid yet.")

    def _scopes(self, claims: Mapping[str, object]) -> frozenset[Scope]:
        given: object = claims.get("scope", claims.get("scp", ""))
        names: list[object] = (
            [*given.split()]
            if isinstance(given, str)
            else cast("list[object]", given)
            if isinstance(given, list)
            else []
        )
        return frozenset(
            self._rules.scopes[name]
            for name in names
            if isinstance(name, str) and name in self._rules.scopes
        )

    def _tenant(self, claims: Mapping[str, object]) -> str:
        if self._rules.tenant_claim is None:
            return DEFAULT
        named = claims.get(self._rules.tenant_claim)
        # The server's own keys are nobody's by a claim: only a configured tenant is.
        if not isinstance(named, str) or named not in self._rules.tenants or named == DEFAULT:
            raise RefusedError.forbidden("The token names no tenant of this server.", READ)
        return named


def scope_names(read: str, refresh: str) -> Mapping[str, Scope]:
    """Return what the issuer's names of scopes mean here."""
    return {read: READ, refresh: REFRESH}


def _client(claims: Mapping[str, object]) -> str:
    return _text(claims, "client_id") or _text(claims, "azp")


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _time(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A number beyond the calendar is as good as its end.
    is_number = isinstance(value, int) or not math.isnan(value)
    return max(-_LATEST, min(value, _LATEST)) if is_number else None
