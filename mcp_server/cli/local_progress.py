"""How far a long command is: a bar on a terminal, now and then a line where stderr is none."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, Protocol

import click
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

_SILENT_SECONDS: Final = 1.0
_BETWEEN_LINES: Final = 10.0
_SHORT_BAR, _LONG_BAR = 10, 30
_NARROW: Final = 70
_LONGEST_NAME: Final = 24
_MINUTE: Final = 60


class Meter(Protocol):
    """Shows how far one thing after the other is."""

    def show(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done, in units of its own."""
        ...

    def ending(self, what: str) -> None:
        """Show that everything is read, and something is left whose length is unknown."""
        ...


class Lines:
    """Says where it is in plain lines: the first after a second, then one every ten."""

    def __init__(
        self,
        say: Callable[[str], None],
        written: Callable[[int], str],
        clock: Callable[[], float],
    ) -> None:
        """Start to count the time.

        Args:
            say: Takes a line.
            written: Writes an amount with its unit.
            clock: Seconds, from any beginning.
        """
        self._say = say
        self._written = written
        self._clock = clock
        self._what = ""
        self._since: float = clock()
        self._next: float = self._since + _SILENT_SECONDS

    def show(self, what: str, done: int, total: int) -> None:
        """Say a line, if it is time for one."""
        now = self._clock()
        if what != self._what:
            # The first has begun with the command: it says something only some time later.
            self._since = now if self._what else self._since
            self._what = what
        if now < self._next or not 0 < done <= total:
            return
        self._next = now + _BETWEEN_LINES
        left = (now - self._since) * (total - done) / done
        self._say(
            f"{what}: {self._written(done)} of {self._written(total)},"
            f" {done / total:.0%}{_left(left)}"
        )

    def ending(self, what: str) -> None:
        """Say nothing: a line without an amount says nothing either."""


def _left(seconds: float) -> str:
    if seconds < 1:
        return ""
    if seconds < 2 * _MINUTE:
        return f", about {seconds:.0f} s left"
    return f", about {seconds / _MINUTE:.0f} min left"


class Bar:
    """One bar on a terminal, which goes when all is done."""

    def __init__(self, progress: Progress, unit: Callable[[int], str]) -> None:
        """Take a running display.

        Args:
            progress: Is shown and taken away by the caller.
            unit: Writes an amount with its unit.
        """
        self._progress = progress
        self._unit = unit
        self._what = ""
        self._task = progress.add_task("looking", total=None, amount="")

    def show(self, what: str, done: int, total: int) -> None:
        """Move the bar; another thing begins it anew."""
        if what != self._what:
            self._what = what
            self._progress.reset(self._task, total=total, description=_shortened(what))
        amount = f"{self._unit(done)} of {self._unit(total)}"
        self._progress.update(self._task, completed=done, total=total, amount=amount)

    def ending(self, what: str) -> None:
        """Let the bar run without an end."""
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(_shortened(what), total=None, amount="")
        self._what = what


def _shortened(name: str) -> str:
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return escape(short)


def _counted(count: int) -> str:
    return f"{count:,}"


@contextmanager
def _meter(unit: Callable[[int], str]) -> Generator[Meter]:
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(lambda line: click.echo(line, err=True), unit, time.monotonic)
        return
    narrow = console.width < _NARROW
    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(_SHORT_BAR if narrow else _LONG_BAR),
        TaskProgressColumn(),
        *([] if narrow else [TextColumn("{task.fields[amount]}")]),
        TimeRemainingColumn(compact=True),
    ]
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress, unit)


@contextmanager
def progress_of_files() -> Generator[Callable[[str, int, int], None]]:
    """Show how far the files are read, in bytes."""
    with _meter(decimal) as meter:

        def move(what: str, done: int, size: int) -> None:
            if done < size:
                meter.show(what, done, size)
            else:
                meter.ending("storing")

        yield move


@contextmanager
def progress_of_videos() -> Generator[Callable[[int, int], None]]:
    """Show for how many videos the work is done."""
    with _meter(_counted) as meter:
        yield lambda done, total: meter.show("videos", done, total)
