"""`tokmetrics serve`: the MCP server on stdio, Streamable HTTP or SSE."""

import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mcp_server.cli.examples import examples

if TYPE_CHECKING:
    import socket

    from mcp_server.app import Application
    from mcp_server.settings import Settings

Transport = Literal["stdio", "http", "sse"]


@click.command(
    short_help="Start the MCP server.",
    epilog=examples(
        "tokmetrics serve --local",
        "tokmetrics serve --transport http --port 8000 --read-only",
    ),
)
@click.option("--local", is_flag=True, help="Use the embedded local upstream: no key, no network.")
@click.option(
    "--world",
    type=click.Choice(["sample", "own"]),
    help="Local world to serve; own once something was imported.",
)
@click.option("--transport", type=click.Choice(["stdio", "http", "sse"]), default="stdio")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--path", default=None, help="Path of the endpoint: /mcp for http, /sse for sse.")
@click.option("--toolsets", help="Toolsets to offer, separated by commas; default all.")
@click.option("--tools", help="Only these tools of the toolsets, separated by commas.")
@click.option("--exclude-tools", help="Tools to leave out, separated by commas.")
@click.option("--read-only", is_flag=True, help="Leave out the tools that spend quota.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
@click.option(
    "--allow-unauthenticated-network-access",
    is_flag=True,
    help="Serve whoever can reach the address, without any log-in.",
)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error", "critical"]))
def serve(
    *, transport: Transport, host: str, port: int, path: str | None, **chosen: object
) -> None:
    """Start the MCP server. Without --local it speaks to the live APIs."""
    settings = _settings(chosen, quiet=transport == "stdio")
    if transport != "stdio":
        _refuse_open_doors(settings, host)
    _run(_application(settings), transport, host, port, path)


def _refuse_open_doors(settings: "Settings", host: str) -> None:
    """Refuse to serve other machines without any log-in, unless the operator insists."""
    from mcp_server.setting_values import is_loopback

    if is_loopback(host) or settings.needs_login:
        return
    if not settings.allow_unauthenticated_network_access:
        raise click.UsageError(
            f"{host} can be reached by other machines, and nobody would have to log in. Set "
            "TOKMETRICS_AUTH_FILE or TOKMETRICS_OAUTH_ISSUER; to serve everybody all the same, "
            "--allow-unauthenticated-network-access."
        )
    click.echo(
        f"tokmetrics: whoever reaches {host} can read and spend with this server's keys.",
        err=True,
    )


def _settings(chosen: Mapping[str, object], *, quiet: bool) -> "Settings":
    """Return the settings with the flags, which are named like what they override.

    Unless it is quiet or the level was chosen, every call gets its line in the log.
    """
    from mcp_server import logs, settings
    from mcp_server.errors import AppError

    given = {name: None if value is False else value for name, value in chosen.items()}
    try:
        loaded = settings.load(**given)
    except AppError as error:
        raise click.ClickException(error.message) from None
    is_chosen = quiet or "log_level" in loaded.model_fields_set
    logs.configure(loaded.log_level if is_chosen else "info", loaded.log_format)
    for line in settings.warnings(loaded):
        click.echo(f"tokmetrics: {line}", err=True)
    return loaded


def _application(settings: "Settings") -> "Application":
    from mcp_server.app import build_application
    from mcp_server.errors import AppError
    from mcp_server.local import LocalStoreError
    from mcp_server.local.complaints import complaint

    try:
        application = build_application(settings)
    except AppError as error:
        raise click.ClickException(error.message) from None
    except LocalStoreError as error:
        raise click.ClickException(str(error)) from None
    except sqlite3.Error as error:
        raise click.ClickException(complaint(error)) from None
    for line in application.access.warnings:
        click.echo(f"tokmetrics: {line}", err=True)
    return application


def _run(
    application: "Application", transport: Transport, host: str, port: int, path: str | None
) -> None:
    if transport != "stdio":
        sys.exit(_serve_http(application, transport, host, port, path))
    from mcp_server.transports.stdio import run_stdio

    if sys.stdin.isatty():
        click.echo("tokmetrics: speaks MCP on standard input; a host starts this.", err=True)
    sys.exit(run_stdio(application.server, application.aclose))


def _serve_http(
    application: "Application",
    transport: Literal["http", "sse"],
    host: str,
    port: int,
    path: str | None,
) -> int:
    import anyio

    from mcp_server.errors import SettingsError
    from mcp_server.service import service
    from mcp_server.transports.http import DEFAULT_PATHS

    settings = application.access.settings
    listening = _listen(host, port, "--port")
    address = f"{_address(host, listening)}{path or DEFAULT_PATHS[transport]}"
    try:
        served = service(application, transport, host=host, address=address)
    except SettingsError as error:
        listening.close()
        raise click.ClickException(error.message) from None
    click.echo(f"tokmetrics: serving {address}", err=True)
    pages_on = None
    if settings.metrics_port is not None:
        pages_on = _listen(settings.metrics_host, settings.metrics_port, "TOKMETRICS_METRICS_PORT")
        click.echo(f"tokmetrics: metrics at {_address(settings.metrics_host, pages_on)}", err=True)
    return anyio.run(served.run, listening, pages_on)


def _listen(host: str, port: int, variable: str) -> "socket.socket":
    from mcp_server.transports.http import listen

    try:
        return listen(host, port)
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} cannot be served: {error.strerror}. Choose another with {variable}."
        ) from None


def _address(host: str, on: "socket.socket") -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{on.getsockname()[1]}"
