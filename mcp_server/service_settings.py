"""The settings of a server that runs for long and for many: limits, figures, traces, audit."""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from mcp_server.access_settings import AccessSettings
from mcp_server.setting_values import checked_origin, listed

Switch: TypeAlias = Literal["auto", "on", "off"]
Traces: TypeAlias = Literal["off", "otlp"]

_MIB: Final = 1024 * 1024


class ServiceSettings(AccessSettings):
    """How much a server over HTTP takes on, and what its operator sees of it."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins of web pages whose scripts may call and read answers, separated by "
        "commas (default: none, no CORS at all).",
    )
    max_body_bytes: int = Field(
        default=4 * _MIB, ge=1024, description="Longest body of a request over HTTP."
    )
    max_header_bytes: int = Field(
        default=32 * 1024,
        ge=4096,
        description="Longest first line and headers of a request together.",
    )
    max_headers: int = Field(default=100, ge=10, description="Most headers of a request.")
    max_sessions: int = Field(
        default=1000, ge=1, description="Most open sessions of the handshake era over HTTP."
    )
    max_sessions_per_client: int = Field(
        default=200, ge=1, description="The same for one caller who logged in; more get a 429."
    )
    session_idle_seconds: float = Field(
        default=1800.0,
        gt=0,
        allow_inf_nan=False,
        description="After how long without any request such a session ends.",
    )
    max_connections: int = Field(
        default=2000, ge=1, description="Most open connections; further ones get a 503."
    )
    max_open_requests: int = Field(
        default=1000,
        ge=1,
        description="Most requests at one time, open streams among them; further ones get a 503.",
    )
    max_open_requests_per_client: int = Field(
        default=200,
        ge=1,
        description="The same for one token, or without one for one address; further ones get a "
        "429.",
    )
    header_timeout_seconds: float = Field(
        default=10.0,
        gt=0,
        allow_inf_nan=False,
        description="How long the headers of a request may take to arrive.",
    )
    body_timeout_seconds: float = Field(
        default=30.0,
        gt=0,
        allow_inf_nan=False,
        description="The same for its body.",
    )
    write_timeout_seconds: float = Field(
        default=30.0,
        gt=0,
        allow_inf_nan=False,
        description="How long a client that reads nothing may hold up an answer.",
    )
    keep_alive_seconds: int = Field(
        default=75, ge=1, description="How long a connection without a request stays open."
    )
    metrics: Switch = Field(
        default="auto",
        description="Whether /metrics is served beside the endpoint, on or off (default: only on "
        "loopback, without log-in and public URL, to this machine).",
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Serve /metrics and the health checks on a port of their own instead.",
    )
    metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="Address of that port."
    )
    traces: Traces = Field(
        default="off",
        description="Send OpenTelemetry traces: otlp or off; needs the extra otel. The address is "
        "OTEL_EXPORTER_OTLP_ENDPOINT, as everywhere.",
    )
    audit_file: Path | None = Field(
        default=None,
        description="Where every spent refresh is recorded, one JSON line each before and after "
        "(default: audit.jsonl in the data folder).",
    )
    audit_required: bool = Field(
        default=True,
        description="Refuse to spend what cannot be recorded there; off only logs that.",
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(checked_origin(part) for part in listed(value)))

    @field_validator("metrics", "traces", mode="before")
    @classmethod
    def _word(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("audit_file", mode="after")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError:
            raise ValueError("the home folder that it names is unknown") from None
