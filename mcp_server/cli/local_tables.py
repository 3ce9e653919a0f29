"""Tables on stdout, which become lists where the terminal is too narrow for them."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import click
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

_UNBROKEN: Final = 400


def written(at: int | None) -> str:
    """Return a time as people read it: UTC, to the second."""
    return "unknown" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Print rows under their headings; numbers stand on the right."""
    console = _console()
    table = Table(box=None, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int) for row in rows)
        table.add_column(column, overflow="fold", justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    # A console measures no table as wider than it is itself.
    unbroken = Console(width=_UNBROKEN)
    if Measurement.get(unbroken, unbroken.options, table).maximum <= console.width:
        _print(console, table)
        return
    for index, row in enumerate(rows):
        if index:
            click.echo()
        show_facts(dict(zip(columns, row, strict=True)))


def show_facts(facts: dict[str, str | int]) -> None:
    """Print what is known of one thing, a line each."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, _cell(value))
    _print(_console(), table)


def _print(console: Console, table: Table) -> None:
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        click.echo(line.rstrip())


def _cell(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else escape(value)


def _console() -> Console:
    # Into a pipe or a file lines are as long as they need to be: programs read them too.
    width = None if sys.stdout.isatty() else _UNBROKEN
    return Console(highlight=False, width=width)
