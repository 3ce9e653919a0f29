"""`tokmetrics local`: what the local upstream holds, and how data gets into it."""

import json
from pathlib import Path

import click

from mcp_server.cli.examples import examples
from mcp_server.cli.local_account import account
from mcp_server.cli.local_export import export
from mcp_server.cli.local_generate import generate
from mcp_server.cli.local_import import import_command
from mcp_server.cli.local_options import (
    choose,
    data_dir_option,
    refuse_unfinished,
    said_plainly,
    world_option,
)


class _InOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which people need them."""
        del ctx
        return list(self.commands)


@click.group(
    cls=_InOrder,
    short_help="Import your own TikTok data, or generate a sample.",
    epilog=examples(
        "tokmetrics local import videos.json --account my_handle",
        "tokmetrics local stats",
        "tokmetrics serve --local",
    ),
)
def local() -> None:
    """Import TikTok data or generate a sample world, and look at what is stored.

    Two worlds lie in the data folder: `own` is what you imported, `sample` is synthetic. They never
    mix. Exit status: 0, 1 after an error, 2 for wrong usage, 130 after Ctrl-C.
    """


@click.command(
    short_help="Say what is stored, since when and from where.",
    epilog=examples(
        "tokmetrics local stats", "tokmetrics local stats --world sample --json | jq .videos"
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@world_option
@data_dir_option
def stats(*, as_json: bool, world: str | None, data_dir: Path | None) -> None:
    """Say what is stored, since when, how fresh it is, and from which sources."""
    from mcp_server.cli.local_stats import show_stats, stats_json
    from mcp_server.local.inventory import inventory

    with said_plainly():
        config = choose(data_dir, world)
        refuse_unfinished(config)
        found = inventory(config)
        if as_json:
            click.echo(json.dumps(stats_json(found, config), indent=2, ensure_ascii=False))
        else:
            show_stats(found, config)


@click.command(
    short_help="Serve both APIs over HTTP on this machine.",
    epilog=examples(
        "tokmetrics local serve --port 8787",
        "curl 'http://127.0.0.1:8787/api/v1/creators/search?q=fitness'",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to bind.")
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True)
@world_option
@data_dir_option
def serve(*, host: str, port: int, world: str | None, data_dir: Path | None) -> None:
    """Serve both APIs over HTTP on this machine, under the paths of the live ones."""
    from mcp_server.cli.local_server import LOOPBACK, run_server

    if host not in LOOPBACK:
        raise click.UsageError("Only 127.0.0.1 and localhost can be served.")
    with said_plainly("Stopped."):
        run_server(choose(data_dir, world), host, port)


for command in (import_command, stats, account, export, generate, serve):
    local.add_command(command)
