"""The console script `tokmetrics`.

There is no `python -m mcp_server`: it would put the current folder before everything
installed, and a host may start the server in any folder.
"""

import os
import sys
from io import TextIOWrapper
from typing import TextIO, cast

import click

from mcp_server import __version__
from mcp_server.cli.examples import examples
from mcp_server.cli.guard import refuse_a_foreign_tools_package
from mcp_server.cli.lazy import LazyGroup

INTERRUPTED = 130
BROKEN_PIPE = 1  # what click itself answers

tokmetrics = LazyGroup(
    "tokmetrics",
    help="TikTok analytics for LLM agents: an MCP server over TokPortal and Toklytics.",
    table={
        "serve": "mcp_server.cli.serve:serve",
        "demo": "mcp_server.cli.demo:demo",
        "token": "mcp_server.cli.token:token",
        "store": "mcp_server.cli.store:store",
        "local": "mcp_server.cli.local:local",
        "version": "mcp_server.cli.version:version",
    },
    epilog=examples(
        "tokmetrics demo",
        "tokmetrics serve --local",
        "tokmetrics local import videos.json --account my_handle",
    ),
)
click.version_option(__version__, message="%(prog)s %(version)s")(tokmetrics)


def main() -> int:
    """Run the command line.

    Returns:
        The exit status: 0, a command's own, 2 for wrong usage, 130 after Ctrl-C.
    """
    refuse_a_foreign_tools_package()
    _write_utf8()
    try:
        status: object = tokmetrics.main(prog_name="tokmetrics", standalone_mode=False)
        if (stdout := _stdout()) is not None:
            stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        if (stdout := _stdout()) is not None:
            # Who read our output has gone; Python's flush at exit must not complain of it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
        return BROKEN_PIPE
    return status if isinstance(status, int) else 0


def _stdout() -> TextIO | None:
    """Return standard output; `None` where it is closed, as by `>&-`."""
    return cast("TextIO | None", sys.stdout)


def _write_utf8() -> None:
    """Names and captions are in every script, whatever the locale of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
