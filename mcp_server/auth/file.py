"""Reads the auth file: tokens, as hashes, and tenants with their upstream keys.

[[tokens]]
name = "ci"
hash = "sha256:…"                      # printed by `tokmetrics token new`
tenant = "acme"                        # default: the server's own keys
scopes = ["read", "refresh"]           # default: read
expires = 2027-01-01T00:00:00Z         # default: never
requests_per_minute = 60               # default: as the settings say
refreshes_per_day = 10

[tenants.acme]
tokportal_api_key = "env:ACME_TOKPORTAL_KEY"   # or the key itself
toklytics_api_key = "env:ACME_TOKLYTICS_KEY"
"""

import os
import stat
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)

from mcp_server.auth.identity import READ, Identity, Limits, Scope
from mcp_server.auth.tokens import Entry, read_hash
from mcp_server.errors import SettingsError
from mcp_server.setting_values import NAME, checked_key, checked_url
from mcp_server.settings import Settings, environment_name
from mcp_server.tenants.owner import DEFAULT, Owner

_VARIABLE: Final = environment_name("auth_file")
_REFERENCE: Final = "env:"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

Name = Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$")]
Address = Annotated[str, AfterValidator(checked_url)]


class _Part(BaseModel):
    # A key that is spelled wrong must not silently be a limit that does not hold.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class TokenEntry(_Part):
    """One of `[[tokens]]`."""

    name: Name
    hash: str
    tenant: Name = DEFAULT
    scopes: frozenset[Scope] = frozenset({READ})
    expires: AwareDatetime | None = None
    requests_per_minute: int | None = Field(default=None, ge=1)
    refreshes_per_day: int | None = Field(default=None, ge=0)


class TenantEntry(_Part):
    """One of `[tenants.NAME]`."""

    tokportal_api_key: SecretStr | None = None
    toklytics_api_key: SecretStr | None = None
    tokportal_base_url: Address | None = None
    toklytics_base_url: Address | None = None


class AuthFile(_Part):
    """The whole file."""

    tokens: tuple[TokenEntry, ...] = ()
    tenants: dict[Name, TenantEntry] = Field(default_factory=dict[str, TenantEntry])

    def entries(self, usual: Limits) -> list[Entry]:
        """Return the tokens.

        Args:
            usual: Limits of a token that has none of its own.

        Raises:
            SettingsError: A hash is none, a hash or name comes twice, or a tenant does not exist.
        """
        names = [token.name for token in self.tokens]
        hashes = [token.hash for token in self.tokens]
        for place, token in enumerate(self.tokens, 1):
            if names.count(token.name) > 1:
                raise _wrong(f"tokens: number {place} has a name that another one has")
            # Which of them counts, and for which tenant, would be chance.
            if hashes.count(token.hash) > 1:
                raise _wrong(f"tokens: number {place} has a hash that another one has")
            if token.tenant != DEFAULT and token.tenant not in self.tenants:
                raise _wrong(f"tokens: number {place} names a tenant that is not in the file")
        return [_entry(place, token, usual) for place, token in enumerate(self.tokens, 1)]

    def owners(self, base: Settings, environment: Mapping[str, str]) -> list[Owner]:
        """Return the tenants.

        Args:
            base: Where the APIs are, unless a tenant says otherwise.
            environment: Where `env:` looks.

        Raises:
            SettingsError: A key cannot be used, or a variable is missing.
        """
        if DEFAULT in self.tenants:
            raise _wrong(f"tenants.{DEFAULT} is the server's own, described by its settings")
        return [
            Owner(
                name=name,
                mark=f"tenant:{name}",
                tokportal_api_key=_key(name, tenant.tokportal_api_key, environment),
                toklytics_api_key=_key(name, tenant.toklytics_api_key, environment),
                tokportal_base_url=tenant.tokportal_base_url or base.tokportal_base_url,
                toklytics_base_url=tenant.toklytics_base_url or base.toklytics_base_url,
            )
            for name, tenant in self.tenants.items()
        ]

    @property
    def holds_keys(self) -> bool:
        """Whether a key stands in the file itself."""
        keys = [
            key
            for tenant in self.tenants.values()
            for key in (tenant.tokportal_api_key, tenant.toklytics_api_key)
            if key is not None
        ]
        return any(not key.get_secret_value().startswith(_REFERENCE) for key in keys)


def read(path: Path) -> AuthFile:
    """Read the file.

    Raises:
        SettingsError: It cannot be read or understood; the text repeats nothing of it.
    """
    try:
        return AuthFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
    except tomllib.TOMLDecodeError:
        reason = "it is not TOML"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        reason = f"{_place(first['loc'])}: {first['msg'].removeprefix('Value error, ')}"
    raise _wrong(reason)


def warnings(path: Path, file: AuthFile) -> list[str]:
    """Return what an operator should know about a file that was read."""
    if not file.holds_keys or os.name != "posix" or not path.stat().st_mode & _OTHERS:
        return []
    sentence = (
        f"The file of {_VARIABLE} holds API keys and other users of this machine may open it; "
        "chmod 600, or write env:NAME in place of each key."
    )
    return [sentence]


def _entry(place: int, token: TokenEntry, usual: Limits) -> Entry:
    try:
        digest = read_hash(token.hash)
    except ValueError as error:
        raise _wrong(f"tokens: the hash of number {place}: {error}") from None
    limits = Limits(
        usual.requests_per_minute
        if token.requests_per_minute is None
        else token.requests_per_minute,
        usual.refreshes_per_day if token.refreshes_per_day is None else token.refreshes_per_day,
    )
    expires = None if token.expires is None else token.expires.astimezone(UTC)
    key = ("token", token.name)
    return Entry(
        digest,
        Identity(token.name, key, token.scopes, token.tenant, limits, token.name, None, expires),
    )


def _key(
    tenant: str, written: SecretStr | None, environment: Mapping[str, str]
) -> SecretStr | None:
    if written is None:
        return None
    text = written.get_secret_value().strip()
    if text.startswith(_REFERENCE):
        variable = text.removeprefix(_REFERENCE)
        text = environment.get(variable, "").strip()
        if not text:
            raise _wrong(f"tenants.{tenant}: a variable that it names with env: is not set")
    try:
        return SecretStr(checked_key(text))
    except ValueError as error:
        raise _wrong(f"tenants.{tenant}: {error}") from None


def _place(loc: Sequence[int | str]) -> str:
    """Name the place of a mistake, but never by a word that may be a misplaced secret."""
    parts = (AuthFile, TokenEntry, TenantEntry)
    known = {name for part in parts for name in part.model_fields}
    shown = [str(part) for part in loc[:-1]]
    if loc and loc[-1] in known:
        shown.append(str(loc[-1]))
    return ".".join(shown) or "the whole"


def _wrong(reason: str) -> SettingsError:
    return SettingsError(f"{_VARIABLE} cannot be used: {reason}.", variable=_VARIABLE)
