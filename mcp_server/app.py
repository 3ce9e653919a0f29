"""The composition root: settings in, a server with the chosen tools out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final, Literal

from mcp.server.mcpserver import MCPServer
from starlette.types import ASGIApp

import tools
from mcp_server import __version__
from mcp_server.boundary import Effect, ServerTool, ToolSpec
from mcp_server.clients.factory import Clients, build
from mcp_server.deps import Deps, utc_now
from mcp_server.local import LocalConfig, active_world, create_app, ensure_sample
from mcp_server.settings import LogLevel, Settings

_log = logging.getLogger(__name__)

_LEVELS: Final[Mapping[LogLevel, Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]]] = {
    "debug": "DEBUG",
    "info": "INFO",
    "warning": "WARNING",
    "error": "ERROR",
    "critical": "CRITICAL",
}


@dataclass(frozen=True, slots=True)
class Application:
    """A server and what must be closed after it."""

    server: MCPServer[None]
    clients: Clients


def chosen_tools(settings: Settings) -> tuple[ToolSpec, ...]:
    """Return the tools that the settings leave switched on, in the catalogue's order."""
    return tuple(
        spec
        for spec in tools.ALL
        if spec.toolset in settings.toolsets
        and not (settings.read_only and spec.effect is not Effect.READ)
    )


def instructions_for(specs: tuple[ToolSpec, ...]) -> str:
    """Return the server's introduction without the toolsets that are switched off."""
    text = files("mcp_server").joinpath("instructions.md").read_text("utf-8")
    toolsets = {spec.toolset for spec in specs}
    lines = [line for line in text.splitlines() if _concerns(line) <= toolsets]
    return "\n".join(lines).strip()


def _concerns(line: str) -> set[str]:
    if not line.startswith("- "):
        return set()
    names = line.removeprefix("- ").split(" (", 1)[0]
    return {names.split(", ")[0]}


def build_application(
    settings: Settings,
    *,
    local_app: ASGIApp | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Application:
    """Wire clients, tools and server.

    Args:
        settings: What the user chose.
        local_app: An ASGI app that stands in for both APIs, for tests; with `settings.local` the
            embedded local upstream is used.
        now: The clock that ages are reckoned by.
    """
    if local_app is None and settings.local:
        local_app = local_upstream(settings)
    clients = build(settings, local_app=local_app)
    specs = chosen_tools(settings)
    deps = Deps(
        tokportal=clients.tokportal,
        toklytics=clients.toklytics,
        available=frozenset(spec.name for spec in specs),
        now=now,
    )
    server = MCPServer[None](
        "tokmetrics",
        title="Tokmetrics",
        description="TikTok analytics: own accounts by TokPortal, the public market by Toklytics.",
        instructions=instructions_for(specs),
        version=__version__,
        tools=[ServerTool.of(spec, deps) for spec in specs],
        log_level=_LEVELS[settings.log_level],
    )
    return Application(server, clients)


def local_upstream(settings: Settings) -> ASGIApp:
    """Open the embedded local upstream; a first run without data generates the sample world."""
    config = LocalConfig(
        data_dir=settings.data_dir,
        world=active_world(settings.data_dir, settings.world),
        refresh_seconds=settings.local_refresh_seconds,
        cooldown_hours=settings.local_cooldown_hours,
        monthly_quota=settings.local_monthly_quota,
        rate_limit_per_minute=settings.local_rate_limit,
        faults=settings.local_faults,
        api_keys=tuple(key.get_secret_value() for key in settings.local_api_keys),
    )
    if config.world == "sample":
        ensure_sample(config)
    _log.info("Local upstream: world %s in %s", config.world, config.folder)
    return create_app(config)
