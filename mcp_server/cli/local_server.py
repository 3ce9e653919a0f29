"""Serves the local upstream over HTTP, for curl and for other clients of the two APIs."""

import socket

import click
import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware

from mcp_server.local import LocalConfig, LocalWorld, create_app, ensure_sample

LOOPBACK = ("127.0.0.1", "localhost")

_GRACE_SECONDS = 1


def build_server(world: LocalWorld, host: str, port: int) -> uvicorn.Server:
    """Return the server, not yet started.

    It answers to the names of this machine only: otherwise any web page could reach it, by a
    domain that it points at 127.0.0.1.
    """
    app = TrustedHostMiddleware(create_app(world.config, world=world), allowed_hosts=LOOPBACK)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def run_server(config: LocalConfig, host: str, port: int) -> None:
    """Serve a world until Ctrl-C.

    Raises:
        LocalStoreError: Its files cannot be used.
        click.ClickException: The port cannot be had.
    """
    listening = listen(host, port)
    with listening:
        ensure_sample(config)
        world = LocalWorld(config)
        address = f"http://{host}:{listening.getsockname()[1]}"
        try:
            world.data()
            click.echo(f"World {config.world} in {config.folder}", err=True)
            click.echo(f"TokPortal: {address}/api/ext (any X-API-Key)", err=True)
            click.echo(f"Toklytics: {address}/api/v1", err=True)
            build_server(world, host, port).run(sockets=[listening])
        finally:
            world.close()


def listen(host: str, port: int) -> socket.socket:
    """Take the port.

    Raises:
        click.ClickException: It cannot be had.
    """
    try:
        # Made anew, it knows that it is TCP; else asyncio leaves Nagle's algorithm on.
        return socket.socket(fileno=socket.create_server((host, port)).detach())
    except OSError as error:
        raise click.ClickException(
            f"{host}:{port} cannot be served: {error.strerror}. Choose another with --port."
        ) from None
