"""Whose data a request is about: by who sent it, or by the API keys that it brings along."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, cast

from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_REQUEST
from pydantic import SecretStr

from mcp_server.auth.identity import Identity, identity_of
from mcp_server.boundary.offer import Asking
from mcp_server.setting_values import checked_key
from mcp_server.tenants.owner import DEFAULT, Owner

TOKPORTAL_KEY: Final = "X-TokPortal-Key"
TOKLYTICS_KEY: Final = "X-Toklytics-Key"
_NAMES: Final = {name.lower(): name for name in (TOKPORTAL_KEY, TOKLYTICS_KEY)}


@dataclass(frozen=True, slots=True)
class Owners:
    """Finds the owner of each request.

    Attributes:
        configured: By name; the server's own is among them.
        needs_identity: Whether everybody has to log in who comes over HTTP.
        takes_keys: Whether callers may bring keys of their own.
        secret: Of this process; names of owners tell nothing without it.
    """

    configured: Mapping[str, Owner]
    needs_identity: bool
    takes_keys: bool
    secret: bytes

    def of(self, ctx: Asking) -> Owner:
        """Return the owner.

        Raises:
            MCPError: -32600, if it is nobody's or brings keys that are not taken.
        """
        identity = identity_of(ctx.request)
        if self.needs_identity and identity is None and ctx.request is not None:
            # The gate lets nobody in without one; this holds if ever a path leads around it.
            raise MCPError(INVALID_REQUEST, "Who sent this request is not known.")
        owner = self.configured[DEFAULT if identity is None else identity.tenant]
        keys = _keys(_headers(ctx.request))
        if not keys:
            return owner
        if not self.takes_keys:
            names = " and ".join(sorted(keys))
            raise MCPError(INVALID_REQUEST, f"This server takes no API keys: leave out {names}.")
        return self._bringing(owner, identity, keys)

    def _bringing(
        self, owner: Owner, identity: Identity | None, keys: Mapping[str, SecretStr]
    ) -> Owner:
        """Return an owner with the caller's keys, and with none of the configured ones."""
        own, market = keys.get(TOKPORTAL_KEY), keys.get(TOKLYTICS_KEY)
        who: Sequence[str] = () if identity is None else identity.key
        told = [
            owner.name,
            *who,
            *(key.get_secret_value() if key else None for key in (own, market)),
        ]
        text = json.dumps(told).encode()
        return replace(
            owner,
            name=f"keys-{hmac.new(self.secret, text, hashlib.sha256).hexdigest()[:16]}",
            # Never written down: the store hashes it with its secret.
            mark=f"caller:{hashlib.sha256(text).hexdigest()}",
            tokportal_api_key=own,
            toklytics_api_key=market,
            is_lasting=False,
        )


def _keys(headers: Iterable[tuple[str, str]]) -> Mapping[str, SecretStr]:
    """Return the API keys among headers.

    Raises:
        MCPError: -32600, if one is given twice or can be no key; its value is not repeated.
    """
    found: dict[str, SecretStr] = {}
    for header, value in headers:
        name = _NAMES.get(header.lower())
        if name is None:
            continue
        if name in found:
            raise MCPError(INVALID_REQUEST, f"{name} is given twice.")
        try:
            found[name] = SecretStr(checked_key(value.strip()))
        except ValueError as error:
            raise MCPError(INVALID_REQUEST, f"{name} cannot be used: {error}.") from None
    return found


class _Headers(Protocol):
    def items(self) -> Iterable[tuple[str, str]]: ...


def _headers(request: object) -> Iterable[tuple[str, str]]:
    headers = getattr(request, "headers", None)
    return () if headers is None else cast("_Headers", headers).items()
