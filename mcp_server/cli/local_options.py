"""What the `local` commands have in common: options, the choice of a world, plain errors."""

import sqlite3
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from mcp_server.local import LocalConfig

INTERRUPTED: Final = 130

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder (default: TOKMETRICS_DATA_DIR, else the user's data folder).",
)
world_option = click.option(
    "--world",
    type=click.Choice(["sample", "own"]),
    help="Which local world (default: own once something was imported).",
)


class Instant(click.ParamType[int]):
    """A time on the command line, as Unix seconds."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read ISO 8601, a date, or Unix seconds."""
        from mcp_server.local.importers.times import moment

        read = moment(str(value))
        if read is None:
            self.fail(f"{value!r} is no time such as 2026-02-07T10:00:00Z", param, ctx)
        return read.at


INSTANT = Instant()


def choose(data_dir: Path | None, world: str | None) -> "LocalConfig":
    """Return the world that a command is about, with the rules of the environment.

    Raises:
        click.ClickException: A setting in the environment cannot work.
        LocalStoreError: The own world has files that cannot be read, or SQLite lacks something.
    """
    from mcp_server import settings
    from mcp_server.errors import AppError
    from mcp_server.local.database import check_sqlite
    from mcp_server.local_settings import local_config

    try:
        chosen = settings.load(data_dir=data_dir, world=world)
    except AppError as error:
        raise click.ClickException(error.message) from None
    check_sqlite()
    return local_config(chosen)


def refuse_unfinished(config: "LocalConfig") -> None:
    """Refuse a sample world whose generation was stopped: its files may be damaged.

    Raises:
        click.ClickException: It is such a world.
    """
    from mcp_server.local.sample.load import is_unfinished

    if is_unfinished(config.folder):
        raise click.ClickException(
            f"The {config.world} world in {config.folder} is not finished: its generation was "
            "stopped, or is still running elsewhere. `tokmetrics local generate` makes it anew."
        )


@contextmanager
def said_plainly(interrupted: str = "Interrupted.") -> Generator[None]:
    """Turn what can go wrong with files into a few lines on stderr and exit status 1.

    Args:
        interrupted: What to say after Ctrl-C, which ends the command with status 130.
    """
    from mcp_server.local import LocalStoreError
    from mcp_server.local.complaints import complaint
    from mcp_server.local.importers import UnknownFormatError

    try:
        yield
    except (LocalStoreError, UnknownFormatError) as error:
        raise click.ClickException(_with_notes(str(error), error)) from None
    except sqlite3.Error as error:
        raise click.ClickException(_with_notes(complaint(error), error)) from None
    except BrokenPipeError:
        raise  # who read our output has gone, as `head` does: nothing to complain of
    except OSError as error:
        what = error.strerror or str(error)
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(_with_notes(f"{where}{what}", error)) from None
    except KeyboardInterrupt as stop:
        click.echo(_with_notes(interrupted, stop), err=True)
        sys.exit(INTERRUPTED)


def _with_notes(message: str, error: BaseException) -> str:
    """Return the message and below it how far the command had come."""
    lines = [message]
    # On its way out one error may have caused another, say on a disk that is still full.
    while True:
        lines.extend(getattr(error, "__notes__", []))
        if error.__context__ is None:
            return "\n".join(lines)
        error = error.__context__
