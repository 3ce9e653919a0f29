"""The keys by which an issuer's signatures are checked, fetched when needed and kept a while."""

import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

import anyio
import httpx2
from jwt import InvalidKeyError, PyJWK, PyJWKError
from jwt.exceptions import PyJWTError

from mcp_server.auth.refusal import RefusedError
from mcp_server.setting_values import checked_url

MAX_BYTES: Final = 256 * 1024
MAX_KEYS: Final = 64
FRESH_SECONDS: Final = 300.0
"""After which the issuer is asked again."""
GOOD_SECONDS: Final = 3600.0
"""How long known keys count while the issuer does not answer."""
AGAIN_SECONDS: Final = 10.0
"""Least time between two fetches, whatever tokens come."""
TIMEOUT_SECONDS: Final = 5.0

_AWAY: Final = "The issuer's keys cannot be had at present."
_log = logging.getLogger(__name__)


class IssuerError(Exception):
    """The issuer did not answer with what can be used; the text holds nothing of its answer."""


@dataclass(frozen=True, slots=True)
class Key:
    """One public key and what it may be used for."""

    jwk: PyJWK
    algorithm: str | None
    """The only algorithm, if the issuer names one."""


class IssuerKeys:
    """The published keys of one issuer."""

    def __init__(
        self,
        issuer: str,
        *,
        jwks_url: str | None,
        monotonic: Callable[[], float],
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Know nothing yet.

        Args:
            issuer: As it stands in `iss`.
            jwks_url: Where the keys are; `None`: as the issuer's metadata says.
            monotonic: A clock of seconds that is never put back.
            network: In place of the network, in tests.
        """
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._monotonic = monotonic
        self._network = network
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._is_away = False
        self._turn = anyio.Lock()

    async def key(self, kid: str) -> Key | None:
        """Return the key of this id; an unknown id is looked for anew, but not too often.

        Raises:
            RefusedError: 503, if the issuer does not answer and nothing recent is known.
        """
        if self._is_older_than(FRESH_SECONDS) or kid not in self._keys:
            async with self._turn:
                # Somebody else may have fetched while we waited.
                if self._is_older_than(FRESH_SECONDS) or kid not in self._keys:
                    await self._refetch()
        found = self._keys.get(kid)
        if self._is_older_than(GOOD_SECONDS) or (found is None and self._is_away):
            raise RefusedError.unavailable(_AWAY, int(AGAIN_SECONDS))
        return found

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at > seconds

    async def _refetch(self) -> None:
        now = self._monotonic()
        if self._tried_at is not None and now - self._tried_at < AGAIN_SECONDS:
            return
        self._tried_at, self._is_away = now, True
        try:
            with anyio.fail_after(2 * TIMEOUT_SECONDS):
                self._keys = await self._fetch()
        except (IssuerError, TimeoutError) as error:
            _log.warning("The keys of the issuer were not read: %s", error)
            return
        self._fetched_at, self._is_away = now, False

    async def _fetch(self) -> Mapping[str, Key]:
        async with self._client() as client:
            if self._jwks_url is None:
                self._jwks_url = await self._discovered(client)
            return _keys_of(await _document(client, self._jwks_url))

    async def _discovered(self, client: httpx2.AsyncClient) -> str:
        for address in metadata_urls(self._issuer):
            try:
                document = await _document(client, address)
            except IssuerError:
                continue
            # RFC 8414, 3.3: metadata of another issuer is not to be used.
            if document.get("issuer") != self._issuer:
                raise IssuerError("its metadata names another issuer")
            url = document.get("jwks_uri")
            try:
                return checked_url(url) if isinstance(url, str) else ""
            except ValueError:
                raise IssuerError("its metadata names no usable jwks_uri") from None
        raise IssuerError("it has no metadata")

    @asynccontextmanager
    async def _client(self) -> AsyncGenerator[httpx2.AsyncClient]:
        async with httpx2.AsyncClient(
            transport=self._network,
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            headers={"accept": "application/json"},
        ) as client:
            yield client


def metadata_urls(issuer: str) -> list[str]:
    """Return where an issuer's metadata may stand, by RFC 8414 and by OpenID Connect."""
    parts = urlsplit(issuer)
    host, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    found = [
        f"{host}/.well-known/oauth-authorization-server{path}",
        f"{host}/.well-known/openid-configuration{path}",
        f"{host}{path}/.well-known/openid-configuration",
    ]
    return list(dict.fromkeys(found))


async def _document(client: httpx2.AsyncClient, url: str) -> Mapping[str, object]:
    body = bytearray()
    try:
        async with client.stream("GET", url) as response:
            if not response.is_success:
                raise IssuerError(f"it answered with status {response.status_code}")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise IssuerError("its answer is too large")
    except httpx2.HTTPError as error:
        raise IssuerError(f"it was not reached ({type(error).__name__})") from None
    try:
        document: object = json.loads(body)
    except ValueError:
        raise IssuerError("its answer is not JSON") from None
    if not isinstance(document, dict):
        raise IssuerError("its answer is not an object")
    return cast("dict[str, object]", document)


def _keys_of(document: Mapping[str, object]) -> Mapping[str, Key]:
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise IssuerError("its answer holds no keys")
    found: dict[str, Key] = {}
    for item in cast("list[object]", listed)[:MAX_KEYS]:
        if not isinstance(item, dict):
            continue
        row = cast("dict[str, object]", item)
        kid, use, algorithm = row.get("kid"), row.get("use"), row.get("alg")
        if not isinstance(kid, str) or use not in {None, "sig"} or row.get("kty") == "oct":
            continue
        try:
            jwk = PyJWK(row)
        except (InvalidKeyError, PyJWKError, PyJWTError):
            # One key of a kind that is unknown here must not make the others useless.
            continue
        found[kid] = Key(jwk, algorithm if isinstance(algorithm, str) else None)
    return found
