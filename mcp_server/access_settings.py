"""The settings of a server for many: who may call, from where, how much."""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mcp_server.setting_values import checked_url, listed

Algorithm: TypeAlias = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]
"""How a token may be signed: with a key pair, never with a shared secret or not at all."""

_DAY_MINUTES: Final = 24 * 60


class AccessSettings(BaseSettings):
    """Who may call over HTTP and SSE; on stdio the host that starts the process does."""

    model_config = SettingsConfigDict(
        env_prefix="TOKMETRICS_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
        validate_default=False,
    )

    auth_file: Path | None = Field(
        default=None,
        description="TOML file of bearer tokens, as hashes, and of tenants with their API keys.",
    )
    oauth_issuer: str | None = Field(
        default=None,
        description="Issuer whose JWT access tokens are accepted, exactly as in their `iss`.",
    )
    oauth_audience: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Accepted values of `aud`, separated by commas (default: the public URL with "
        "the path of the endpoint).",
    )
    oauth_jwks_url: str | None = Field(
        default=None,
        description="Where the issuer publishes its keys (default: as its metadata says).",
    )
    oauth_algorithms: Annotated[tuple[Algorithm, ...], NoDecode] = Field(
        default=("RS256", "PS256", "ES256", "EdDSA"),
        description="Accepted signatures, separated by commas, only with key pairs "
        "(default: RS256, PS256, ES256, EdDSA).",
    )
    oauth_tenant_claim: str | None = Field(
        default=None,
        description="Claim that names the caller's tenant of the auth file (default: every caller "
        "shares the keys of this server's own settings).",
    )
    oauth_read_scope: str = Field(
        default="read", min_length=1, description="What the issuer calls the right to read."
    )
    oauth_refresh_scope: str = Field(
        default="refresh", min_length=1, description="What it calls the right to spend refreshes."
    )
    oauth_leeway_seconds: float = Field(
        default=30.0,
        ge=0,
        le=300,
        allow_inf_nan=False,
        description="How far the issuer's clock may be from ours.",
    )
    allow_key_headers: bool = Field(
        default=False,
        description="Let callers bring their own API keys, as X-TokPortal-Key and X-Toklytics-Key.",
    )
    requests_per_minute: int | None = Field(
        default=300,
        ge=1,
        description="Most requests of one authenticated caller, unless its token says otherwise.",
    )
    refreshes_per_day: int | None = Field(
        default=None,
        ge=0,
        description="Most refreshes that one authenticated caller may spend in a day (UTC), unless "
        "its token says otherwise (default: what the upstream allows).",
    )
    public_url: str | None = Field(
        default=None,
        description="Address by which clients reach this server, without the endpoint's path.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further accepted Host headers, separated by commas; `:*` for any port.",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins of web pages that may call, separated by commas (default: only this "
        "machine's on a loopback address, else the public URL's).",
    )
    allow_unauthenticated_network_access: bool = Field(
        default=False,
        description="Serve whoever can reach the address, without any log-in.",
    )

    @property
    def needs_login(self) -> bool:
        """Whether callers over HTTP have to log in."""
        return self.auth_file is not None or self.oauth_issuer is not None

    @field_validator(
        "oauth_audience", "oauth_algorithms", "allowed_hosts", "allowed_origins", mode="before"
    )
    @classmethod
    def _parts(cls, value: object) -> object:
        return tuple(dict.fromkeys(listed(value))) if isinstance(value, str) else value

    @field_validator("oauth_algorithms", mode="after")
    @classmethod
    def _some(cls, value: tuple[Algorithm, ...]) -> tuple[Algorithm, ...]:
        if not value:
            raise ValueError("it names no algorithm")
        return value

    @field_validator("auth_file", mode="after")
    @classmethod
    def _found(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError:
            raise ValueError("the home folder that it names is unknown") from None

    @field_validator("oauth_jwks_url", "public_url", mode="after")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return None if value is None else checked_url(value.strip())

    @field_validator("oauth_issuer", mode="after")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        # Compared character by character with `iss`, so a trailing slash belongs to it.
        if value is not None:
            checked_url(value)
        return value
