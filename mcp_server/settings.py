"""The environment as one frozen object; every variable the server reads stands here."""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from mcp_server.errors import SettingsError
from mcp_server.service_settings import ServiceSettings
from mcp_server.setting_values import checked_key, checked_store, checked_url, listed

OFFICIAL_TOKPORTAL_URL: Final = "https://app.tokportal.com/api/ext"
OFFICIAL_TOKLYTICS_URL: Final = "https://toklytics.app/api/v1"

World: TypeAlias = Literal["sample", "own"]
Provider: TypeAlias = Literal["auto", "inbox", "replay", "scrape"]
Toolset: TypeAlias = Literal["accounts", "creators", "videos", "hashtags", "sounds", "market"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error", "critical"]
LogFormat: TypeAlias = Literal["text", "json"]

ALL_TOOLSETS: Final[tuple[Toolset, ...]] = get_args(Toolset)

_USUAL_PREFIXES: Final = ("sk_", "tok_live_")


class Settings(ServiceSettings):
    """How this server runs. Keys are secrets: no text made from this object shows them.

    No `.env` file is read: a host may start the server in somebody else's folder.
    """

    tokportal_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="TOKPORTAL_API_KEY",
        description="Key for TokPortal; the account tools need it. Any prefix is accepted.",
    )
    toklytics_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="TOKLYTICS_API_KEY",
        description="Key for Toklytics; optional, its API also answers without one.",
    )
    tokportal_base_url: str = Field(
        default=OFFICIAL_TOKPORTAL_URL,
        validation_alias="TOKPORTAL_BASE_URL",
        description="Where TokPortal is reached; the key is sent there.",
    )
    toklytics_base_url: str = Field(
        default=OFFICIAL_TOKLYTICS_URL,
        validation_alias="TOKLYTICS_BASE_URL",
        description="Where Toklytics is reached; the key is sent there.",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tokmetrics"),
        description="Folder for everything stored (default: the platform's user data folder).",
    )
    store: SecretStr | None = Field(
        default=None,
        description="Redis or Valkey in place of the file in that folder, for several servers: "
        "redis://, rediss:// (TLS), valkey:// or valkeys://, with user:password@ as needed.",
    )
    world: World | None = Field(
        default=None,
        description="Local world to serve, sample or own (default: own once data is imported).",
    )
    local: bool = Field(
        default=False,
        description="Use the embedded local upstream instead of the live APIs, like --local.",
    )
    local_refresh_seconds: float = Field(
        default=20.0, ge=0, allow_inf_nan=False, description="Seconds a local refresh takes."
    )
    local_cooldown_hours: float = Field(
        default=48.0,
        ge=0,
        allow_inf_nan=False,
        description="Hours between local refreshes of an account.",
    )
    local_monthly_quota: int = Field(
        default=500, ge=0, description="Local refreshes per calendar month, over all accounts."
    )
    local_rate_limit: int | None = Field(
        default=None, ge=1, description="Local requests per minute and key (default: unlimited)."
    )
    local_api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Keys the local upstream accepts, separated by commas (default: any).",
    )
    local_scrape: bool = Field(
        default=False,
        description="Let refreshes of imported accounts read TikTok's public pages; needs the "
        "extra scrape. See docs/local.md for the terms.",
    )
    local_provider: Provider = Field(
        default="auto",
        description="Where refreshes of imported accounts get figures: inbox, replay or scrape "
        "(default: scrape where that is switched on, else inbox).",
    )
    local_provider_folder: Path | None = Field(
        default=None,
        description="Folder of the inbox, or of the crawls to replay (default: inbox or replay "
        "in the data folder).",
    )
    local_faults: bool = Field(
        default=False, description="Let a request ask the local upstream to fail, for tests."
    )
    toolsets: Annotated[tuple[Toolset, ...], NoDecode] = Field(
        default=ALL_TOOLSETS,
        description="Toolsets to offer, separated by commas: accounts, creators, videos, "
        "hashtags, sounds, market (default: all).",
    )
    tools: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        default=None,
        description="Only these tools of the toolsets above, separated by commas (default: all).",
    )
    exclude_tools: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Tools to leave out, separated by commas, also if named above."
    )
    read_only: bool = Field(
        default=False,
        description="Leave out the tools that spend refresh quota, also if named above.",
    )
    connect_timeout_seconds: float = Field(
        default=5.0, gt=0, allow_inf_nan=False, description="Longest wait for a connection."
    )
    request_timeout_seconds: float = Field(
        default=30.0,
        gt=0,
        allow_inf_nan=False,
        description="Deadline of one attempt, headers to body.",
    )
    max_retries: int = Field(
        default=2, ge=0, le=10, description="Most repetitions of a request that is safe to repeat."
    )
    max_retry_wait_seconds: float = Field(
        default=10.0,
        ge=0,
        allow_inf_nan=False,
        description="Most seconds one call spends waiting between attempts; if an API asks for "
        "more, the agent is told at once.",
    )
    max_concurrency: int = Field(
        default=8, ge=1, le=100, description="Most requests in flight to each API."
    )
    max_wait_seconds: float | None = Field(
        default=None,
        ge=0,
        le=240,
        allow_inf_nan=False,
        description="Most seconds a waiting refresh keeps its caller (default: what suits the "
        "client); the refresh itself goes on.",
    )
    quota_reserve: int = Field(
        default=0, ge=0, description="Monthly refreshes that no agent may spend."
    )
    history_days: int | None = Field(
        default=None, ge=1, description="Days that stored snapshots are kept (default: forever)."
    )
    cache_trending_seconds: float = Field(
        default=300.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds that a live list of trends is answered again; 0 for never.",
    )
    cache_search_seconds: float = Field(
        default=900.0,
        ge=0,
        allow_inf_nan=False,
        description="The same for the results of a search.",
    )
    cache_profile_seconds: float = Field(
        default=3600.0,
        ge=0,
        allow_inf_nan=False,
        description="The same for one creator, video, hashtag or sound.",
    )
    cache_market_seconds: float = Field(
        default=3600.0,
        ge=0,
        allow_inf_nan=False,
        description="The same for statistics, comparisons, niches and campaign plans.",
    )
    log_level: LogLevel = Field(
        default="warning", description="Least severe log line written to stderr."
    )
    log_format: LogFormat = Field(default="text", description="Form of log lines: text or json.")

    @field_validator("tokportal_api_key", "toklytics_api_key", mode="before")
    @classmethod
    def _key(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(text, str):
            return value
        return SecretStr(checked_key(text.strip())) if text.strip() else None

    @field_validator("local_api_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(SecretStr(checked_key(key)) for key in listed(value))

    @field_validator("toolsets", mode="before")
    @classmethod
    def _toolsets(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(listed(value.lower()))) or ALL_TOOLSETS

    @field_validator("tools", "exclude_tools", mode="before")
    @classmethod
    def _tools(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(dict.fromkeys(listed(value)))
        if not names:
            raise ValueError("it names no tool")
        return names

    @field_validator("log_level", "log_format", "world", "local_provider", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("store", mode="after")
    @classmethod
    def _store(cls, value: SecretStr | None) -> SecretStr | None:
        text = "" if value is None else value.get_secret_value().strip()
        return SecretStr(checked_store(text)) if text else None

    @field_validator("local_provider", mode="after")
    @classmethod
    def _allowed(cls, value: Provider, info: ValidationInfo) -> Provider:
        if value == "scrape" and not info.data.get("local_scrape"):
            raise ValueError("scrape has to be switched on too, by TOKMETRICS_LOCAL_SCRAPE=1")
        return value

    @field_validator("data_dir", "local_provider_folder", mode="after")
    @classmethod
    def _expanded(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError:
            raise ValueError("the home folder that it names is unknown") from None

    @field_validator("tokportal_base_url", "toklytics_base_url", mode="after")
    @classmethod
    def _url(cls, value: str) -> str:
        return checked_url(value.strip())


def load(**overrides: object) -> Settings:
    """Read the environment; `overrides`, by field name, win over it. None overrides nothing.

    Raises:
        SettingsError: A value cannot work; the text names the variable and no value.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        # `BaseSettings` reads the environment in its own __init__, which this calls.
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    variable = environment_name(str(first["loc"][0]) if first["loc"] else "")
    reason = first["msg"].removeprefix("Value error, ")
    raise SettingsError(f"{variable} cannot be used: {reason}.", variable=variable)


def environment_name(field: str) -> str:
    """Return the variable that sets a field, such as TOKMETRICS_LOCAL for `local`."""
    info = Settings.model_fields.get(field)
    if info is None:
        return field
    alias = info.validation_alias
    return alias if isinstance(alias, str) else f"TOKMETRICS_{field.upper()}"


def warnings(settings: Settings) -> list[str]:
    """Return what an operator should know, one sentence each; no key appears in them."""
    if settings.local:
        return []
    found = [
        f"{url_name} is not the official address: what {key_name} holds is sent to {host}."
        for url_name, url, official, key_name in (
            (
                "TOKPORTAL_BASE_URL",
                settings.tokportal_base_url,
                OFFICIAL_TOKPORTAL_URL,
                "TOKPORTAL_API_KEY",
            ),
            (
                "TOKLYTICS_BASE_URL",
                settings.toklytics_base_url,
                OFFICIAL_TOKLYTICS_URL,
                "TOKLYTICS_API_KEY",
            ),
        )
        if url != official and (host := urlsplit(url).netloc)
    ]
    key = settings.tokportal_api_key
    if key is not None and not key.get_secret_value().startswith(_USUAL_PREFIXES):
        found.append(
            "TOKPORTAL_API_KEY has neither of the usual beginnings, sk_ and tok_live_; it is "
            "used as it is."
        )
    return found
