"""How far a long command is, in lines and on a terminal."""

import os
import pty
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from mcp_server.cli.local_progress import Bar, Lines
from tests.cli.calling import crawl
from tests.console import PATIENCE_SECONDS, SCRIPT


class Seconds:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def lines(said: list[str], seconds: Seconds) -> Lines:
    return Lines(said.append, "{:,} B".format, seconds)


def test_nothing_is_said_within_the_first_second(
    lines: Lines, said: list[str], seconds: Seconds
) -> None:
    seconds.now += 0.9
    lines.show("x.json", 10, 100)
    assert said == []


def test_after_a_second_a_line_says_where_it_is_and_how_long_it_takes(
    lines: Lines, said: list[str], seconds: Seconds
) -> None:
    lines.show("x.json", 0, 4_000)
    seconds.now += 10
    lines.show("x.json", 1_000, 4_000)
    # A quarter took ten seconds.
    assert said == ["x.json: 1,000 B of 4,000 B, 25%, about 30 s left"]


def test_the_next_line_comes_ten_seconds_later(
    lines: Lines, said: list[str], seconds: Seconds
) -> None:
    for after in (1, 2, 10.5, 11.5, 12, 21.5):
        seconds.now = 100 + after
        lines.show("x.json", 50, 100)
    assert len(said) == 3


def test_long_times_are_in_minutes_and_those_under_a_second_are_none(
    lines: Lines, said: list[str], seconds: Seconds
) -> None:
    lines.show("x.json", 0, 100)
    seconds.now += 60
    lines.show("x.json", 10, 100)
    seconds.now += 540
    lines.show("x.json", 100, 100)
    assert said == ["x.json: 10 B of 100 B, 10%, about 9 min left", "x.json: 100 B of 100 B, 100%"]


def test_the_time_left_is_that_of_the_file_which_is_read(
    lines: Lines, said: list[str], seconds: Seconds
) -> None:
    lines.show("x.json", 100, 100)
    seconds.now += 1000
    lines.ending("storing")
    lines.show("y.json", 0, 100)
    seconds.now += 10
    lines.show("y.json", 50, 100)
    assert said == ["y.json: 50 B of 100 B, 50%, about 10 s left"]


def test_one_bar_serves_file_after_file() -> None:
    with Progress(TextColumn("{task.fields[amount]}"), console=Console(quiet=True)) as progress:
        bar = Bar(progress, str)
        bar.show("x" * 50, 10, 100)
        bar.ending("storing")
        bar.show("y[b].json", 20, 200)
        (task,) = progress.tasks
        assert (task.description, task.completed, task.total) == (r"y\[b].json", 20, 200)
        assert task.fields["amount"] == "20 of 200"
        bar.show("z" * 50, 1, 2)
        assert progress.tasks[0].description == "z" * 23 + "…"


def on_a_terminal(arguments: list[str | Path], **environment: str) -> str:
    """Run the command on a terminal of its own, and return what it wrote to stderr."""
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(  # noqa: S603 - our own script
        [SCRIPT, "local", *arguments],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=known | {"COLUMNS": "80"} | environment,
    ) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                more = os.read(ours, 65_536)
            except OSError:  # what Linux answers once the other side is closed
                break
            if not more:
                break
            written += more
        assert process.wait(PATIENCE_SECONDS) == 0
    os.close(ours)
    return written.decode()


def test_a_terminal_shows_a_bar_that_goes_when_all_is_done(tmp_path: Path) -> None:
    path = crawl(tmp_path / "crawl.csv", 300)
    shown = on_a_terminal(["import", path, "--data-dir", tmp_path / "data"], TERM="xterm")
    assert "storing" in shown
    hidden, back = "\x1b[?25l", "\x1b[?25h"
    assert shown.index(hidden) < shown.index(back)
    assert shown.endswith("\x1b[2K")  # the line of the bar is wiped


def test_a_terminal_that_can_do_nothing_gets_no_control_characters(tmp_path: Path) -> None:
    path = crawl(tmp_path / "crawl.csv", 300)
    shown = on_a_terminal(["import", path, "--data-dir", tmp_path / "data"], TERM="dumb")
    assert "\x1b" not in shown
