"""What the `local` commands have in common: options, the choice of a world, plain errors."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mcp_server.local import LocalConfig

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
        LocalStoreError: The own world has files that cannot be read.
    """
    from mcp_server import settings
    from mcp_server.errors import AppError
    from mcp_server.local_settings import local_config

    try:
        chosen = settings.load(data_dir=data_dir, world=world)
    except AppError as error:
        raise click.ClickException(error.message) from None
    return local_config(chosen)


@contextmanager
def said_plainly() -> Generator[None]:
    """Turn what can go wrong with files into one line on stderr and exit status 1."""
    from mcp_server.local import LocalStoreError
    from mcp_server.local.importers import UnknownFormatError

    try:
        yield
    except (LocalStoreError, UnknownFormatError) as error:
        raise click.ClickException(str(error)) from None
    except sqlite3.Error as error:
        raise click.ClickException(f"The local store cannot be used: {error}.") from None
    except OSError as error:
        what = error.strerror or str(error)
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{what}") from None
