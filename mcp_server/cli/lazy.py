"""A group of commands that imports a command when it is called."""

from importlib import import_module

import click


class LazyGroup(click.Group):
    """A click group over a table, so that one command does not pay for another's imports."""

    def __init__(
        self,
        name: str,
        *,
        table: dict[str, str],
        help: str,  # noqa: A002 - click's word
        epilog: str | None = None,
    ) -> None:
        """Make a group.

        Args:
            name: Of the group itself.
            table: Command -> `module:attribute`, in the order of the help.
            help: What the group is for.
            epilog: What its help ends with.
        """
        super().__init__(name, help=help, epilog=epilog)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands without importing any."""
        return [*self._table, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None for an unknown name."""
        if cmd_name not in self._table:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._table[cmd_name].partition(":")
        command: object = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._table[cmd_name]} is no click command")
        return command
