"""`tokmetrics version`: what to quote in a report of a fault."""

import platform
from importlib.metadata import version as installed

import click

from mcp_server import __version__
from mcp_server.cli.examples import examples


@click.command(short_help="Show what to quote in a report.", epilog=examples("tokmetrics version"))
def version() -> None:
    """Show the versions of Tokmetrics, the MCP SDK and Python."""
    click.echo(f"tokmetrics {__version__}")
    click.echo(f"mcp {installed('mcp')}")
    click.echo(f"Python {platform.python_version()} on {platform.platform()}")
