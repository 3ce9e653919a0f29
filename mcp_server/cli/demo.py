"""`tokmetrics demo`: starts the real server as a child process and shows what it does."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mcp_server.cli.examples import examples

if TYPE_CHECKING:
    from rich.console import Console

_REFRESH_SECONDS: Final = 2
_OURS: Final = ("TOKMETRICS_", "TOKPORTAL_", "TOKLYTICS_")


@click.command(
    short_help="Show the server at work, without key or network.",
    epilog=examples("tokmetrics demo"),
)
def demo() -> None:
    """Show the server at work on a generated, synthetic sample world: no key, no network."""
    import anyio
    from rich.console import Console

    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="tokmetrics-demo-") as folder:
        try:
            failed = anyio.run(_tour, console, Path(folder))
        except* OSError as group:
            # Who read our output has gone, or the disk is full; the child has ended by now.
            reasons = {str(error) for error in leaves(group)}
            raise click.ClickException("; ".join(sorted(reasons))) from None
    if failed:
        sys.exit(1)


def leaves(group: BaseExceptionGroup[OSError]) -> Iterator[OSError]:
    """Yield the errors of a group of any depth."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error


async def _tour(console: "Console", folder: Path) -> bool:
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters

    from mcp_server.cli.demo_tour import Tour
    from mcp_server.cli.hosts import command_path

    server = StdioServerParameters(
        command=command_path(),
        args=["serve", "--local", "--world", "sample", "--data-dir", str(folder)],
        env=_environment(),
    )
    async with Client(server) as client:
        tour = Tour(console, client)
        await tour.run()
        return tour.failed


def _environment() -> dict[str, str]:
    """The user's environment without the user's settings and keys, so that every demo is alike."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "TOKMETRICS_LOCAL_REFRESH_SECONDS": str(_REFRESH_SECONDS)}
