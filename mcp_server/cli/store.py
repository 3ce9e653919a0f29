"""`tokmetrics store`: what an operator does to the store, which otherwise needs nobody."""

import os
from typing import TYPE_CHECKING

import click

from mcp_server.cli.examples import examples

if TYPE_CHECKING:
    from mcp_server.settings import Settings
    from mcp_server.tenants.owner import Owner

_EXAMPLES = examples(
    "tokmetrics store rekey --old-key OLD_KEY",
    "tokmetrics store rekey --old-key OLD_KEY --tenant acme",
)


@click.group(epilog=_EXAMPLES)
def store() -> None:
    """Tend the store: history, refreshes, the quota seen."""


@store.command(epilog=_EXAMPLES)
@click.option(
    "--old-key",
    metavar="VARIABLE",
    required=True,
    help="Variable that holds the old TokPortal key.",
)
@click.option("--tenant", default="default", show_default=True, help="Whose key has changed.")
def rekey(*, old_key: str, tenant: str) -> None:
    """Give what was stored under an old TokPortal key to the new one.

    The new key, the store and the tenant are those of the settings, as for `serve`. Stop the
    servers first: what they store meanwhile under the old key stays there.
    """
    import asyncio

    from mcp_server.errors import AppError
    from mcp_server.setting_values import checked_key
    from mcp_server.settings import load

    try:
        old = checked_key(os.environ.get(old_key, "").strip())
    except ValueError as error:
        raise click.UsageError(f"{old_key} holds no usable key: {error}.") from None
    try:
        settings = load()
        owner = _owner(settings, tenant)
        moved = asyncio.run(_moved(settings, owner, old))
    except AppError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{moved} entries have moved to the new key.")


def _owner(settings: "Settings", tenant: str) -> "Owner":
    """Return the tenant.

    Raises:
        SettingsError: The auth file cannot be used.
        click.UsageError: There is no such tenant, or it has no key.
    """
    from mcp_server.auth.file import AuthFile, read
    from mcp_server.tenants.owner import Owner

    file = AuthFile() if settings.auth_file is None else read(settings.auth_file)
    found = [Owner.of(settings), *file.owners(settings, os.environ)]
    owner = next((one for one in found if one.name == tenant), None)
    if owner is None or owner.tokportal_api_key is None:
        raise click.UsageError(f"{tenant} is no tenant of the settings with a key for TokPortal.")
    return owner


async def _moved(settings: "Settings", owner: "Owner", old: str) -> int:
    """Move everything, and return how many entries that were.

    Raises:
        AppError: The store cannot be used.
    """
    from mcp_server.deps import utc_now
    from mcp_server.store.opening import open_chosen

    url = None if settings.store is None else settings.store.get_secret_value()
    opened = open_chosen(url, settings.data_dir, utc_now)
    try:
        key = owner.tokportal_api_key
        new = None if key is None else key.get_secret_value()
        address = owner.place(owner.tokportal_base_url)
        names = [await opened.partition("tokportal", address, one) for one in (old, new)]
        if names[0] == names[1]:
            raise click.UsageError("The old key is the one in the settings: nothing has changed.")
        return await opened.move_partition(names[0], names[1])
    finally:
        await opened.aclose()
