"""`tokmetrics serve`: the MCP server on stdio, Streamable HTTP or SSE."""

import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from mcp_server.app import Application

Transport = Literal["stdio", "http", "sse"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--local", is_flag=True, help="Use the embedded local upstream: no key, no network.")
@click.option(
    "--world",
    type=click.Choice(["sample", "own"]),
    help="Local world to serve; own once something was imported.",
)
@click.option("--transport", type=click.Choice(["stdio", "http", "sse"]), default="stdio")
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to bind.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--path", default=None, help="Path of the endpoint: /mcp for http, /sse for sse.")
@click.option("--toolsets", help="Toolsets to offer, separated by commas; default all.")
@click.option("--tools", help="Only these tools of the toolsets, separated by commas.")
@click.option("--exclude-tools", help="Tools to leave out, separated by commas.")
@click.option("--read-only", is_flag=True, help="Leave out the tools that spend quota.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error", "critical"]))
def serve(
    *, transport: Transport, host: str, port: int, path: str | None, **chosen: object
) -> None:
    """Start the MCP server. Without --local it speaks to the live APIs."""
    if transport != "stdio" and host not in _LOOPBACK:
        raise click.UsageError("Only loopback addresses can be served: there is no log-in yet.")
    _run(_application(chosen), transport, host, port, path)


def _application(chosen: Mapping[str, object]) -> "Application":
    """Build the server from the flags, which are named like the settings they override."""
    from mcp_server import logs, settings
    from mcp_server.errors import AppError

    given = {name: None if value is False else value for name, value in chosen.items()}
    try:
        loaded = settings.load(**given)
    except AppError as error:
        raise click.ClickException(error.message) from None
    logs.configure(loaded.log_level, loaded.log_format)
    for line in settings.warnings(loaded):
        click.echo(f"tokmetrics: {line}", err=True)

    from mcp_server.app import build_application
    from mcp_server.local import LocalStoreError
    from mcp_server.local.complaints import complaint

    try:
        return build_application(loaded)
    except AppError as error:
        raise click.ClickException(error.message) from None
    except LocalStoreError as error:
        raise click.ClickException(str(error)) from None
    except sqlite3.Error as error:
        raise click.ClickException(complaint(error)) from None


def _run(
    application: "Application", transport: Transport, host: str, port: int, path: str | None
) -> None:
    import anyio

    from mcp_server.transports.http import DEFAULT_PATHS, listen, serve_http
    from mcp_server.transports.stdio import run_stdio

    if transport == "stdio":
        if sys.stdin.isatty():
            click.echo("tokmetrics: speaks MCP on standard input; a host starts this.", err=True)
        sys.exit(run_stdio(application.server, application.aclose))
    try:
        listening = listen(host, port)
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} cannot be served: {error.strerror}. Choose another with --port."
        ) from None
    address = f"http://{host}:{listening.getsockname()[1]}{path or DEFAULT_PATHS[transport]}"
    click.echo(f"tokmetrics: serving {address}", err=True)

    async def main() -> None:
        try:
            await serve_http(application.server, transport, host=host, path=path, on=listening)
        finally:
            await application.aclose()

    anyio.run(main)
