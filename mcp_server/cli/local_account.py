"""`tokmetrics local account`: which stored creators are the user's own accounts."""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mcp_server.cli.examples import examples
from mcp_server.cli.local_options import (
    choose,
    data_dir_option,
    refuse_unfinished,
    said_plainly,
    world_option,
)

if TYPE_CHECKING:
    from mcp_server.local import LocalWorld

_NAMED: Final = 5


@click.group(
    short_help="Name the creators that are your own accounts.",
    epilog=examples(
        "tokmetrics local account add my_handle",
        "tokmetrics local account list",
        "tokmetrics local account remove my_handle",
    ),
)
def account() -> None:
    """Name the stored creators that are your own accounts.

    `listAccounts`, refreshes and the other tools for your own accounts answer for these.
    """


@account.command(
    "add",
    short_help="Make a stored creator one of your accounts.",
    epilog=examples("tokmetrics local account add my_handle"),
)
@click.argument("username")
@world_option
@data_dir_option
def add(*, username: str, world: str | None, data_dir: Path | None) -> None:
    """Make a stored creator one of your accounts and give it an account id."""
    with said_plainly(), _opened(data_dir, world) as opened:
        add_accounts(opened, [username])


@account.command(
    "list",
    short_help="List your accounts with their ids.",
    epilog=examples("tokmetrics local account list"),
)
@world_option
@data_dir_option
def list_command(*, world: str | None, data_dir: Path | None) -> None:
    """List your accounts with their ids."""
    from mcp_server.cli.local_stats import show_own
    from mcp_server.local.inventory import inventory

    with said_plainly():
        config = choose(data_dir, world)
        refuse_unfinished(config)
        found = inventory(config)
        if found and found.accounts:
            show_own(found.accounts)
        else:
            click.echo("No accounts yet: `tokmetrics local account add USERNAME` makes one.")


@account.command(
    "remove",
    short_help="Forget that a creator is your account.",
    epilog=examples("tokmetrics local account remove my_handle"),
)
@click.argument("username")
@world_option
@data_dir_option
def remove(*, username: str, world: str | None, data_dir: Path | None) -> None:
    """Forget that a creator is your account, with its snapshots; the creator stays."""
    from mcp_server.local.tokportal.accounts import list_accounts, remove_account

    with said_plainly(), _opened(data_dir, world) as opened:
        if not remove_account(opened, username):
            names = [one.username for one in list_accounts(opened)]
            yours = f" Yours: {_some(names)}." if names else " You have none."
            raise click.ClickException(f"{username} is none of your accounts.{yours}")
    click.echo(
        f"{username} is no longer one of your accounts. "
        "The creator stays stored, with all videos and their history."
    )


def add_accounts(
    world: "LocalWorld", usernames: Sequence[str], *, added: Collection[str] = ()
) -> None:
    """Make creators accounts of the user, and show each with its id.

    Args:
        world: Where they are stored.
        usernames: Their handles.
        added: Ids of those that this command has made accounts already.

    Raises:
        click.ClickException: One is not stored; the message names the nearest that are.
        LocalStoreError: The world's files cannot be used.
    """
    from mcp_server.cli.local_output import show_accounts
    from mcp_server.local.tokportal.accounts import add_account, list_accounts
    from mcp_server.local.tokportal.creators import find_creator

    known = {one.account_id for one in list_accounts(world)}.difference(added)
    for username in usernames:
        if find_creator(world.data(), _handle(username)) is None:
            raise click.ClickException(_not_stored(world, username))
        account_id = add_account(world, username)
        show_accounts([(_handle(username), account_id)])
        if account_id in known:
            click.echo(f"{_handle(username)} was one of your accounts already.", err=True)


def _handle(username: str) -> str:
    return username.strip().lstrip("@")


def _not_stored(world: "LocalWorld", username: str) -> str:
    from mcp_server.names.nearest import nearest

    name = _handle(username)
    rows = world.data().execute("SELECT username FROM usernames")
    near = nearest(name.lower(), (str(row[0]).lower() for row in rows))
    perhaps = (
        f" Perhaps one of: {', '.join(near)}." if near else " Import a file that has one first."
    )
    return f"No creator named {name!r} is stored in the {world.config.world} world.{perhaps}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


@contextmanager
def _opened(data_dir: Path | None, world: str | None) -> "Generator[LocalWorld]":
    """Open a world that holds something, without creating one that does not exist."""
    from mcp_server.local import LocalWorld

    config = choose(data_dir, world)
    refuse_unfinished(config)
    if not (config.folder / "data.db").exists():
        raise click.ClickException(
            f"The {config.world} world is empty: import or generate something first."
        )
    opened = LocalWorld(config)
    try:
        yield opened
    finally:
        opened.close()
