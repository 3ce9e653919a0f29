"""The frame around the commands: lazy imports, exit statuses, encodings, broken pipes."""

import os
import sys
from collections.abc import Iterator

import click
import pytest

from mcp_server import __version__
from mcp_server.cli import main, tokmetrics
from mcp_server.cli.lazy import LazyGroup
from tests.console import SCRIPT, run

HEAVY = ("mcp", "pydantic", "httpx2", "rich", "starlette", "tools")


def call_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["tokmetrics", *arguments])
    return main()


def add_command(monkeypatch: pytest.MonkeyPatch, command: click.Command) -> None:
    """Let the group know one more command, for the length of a test."""
    monkeypatch.setitem(tokmetrics.commands, "extra", command)


def test_the_version_is_shown_without_importing_a_command() -> None:
    # The variable makes Python list on stderr whatever is imported.
    done = run([SCRIPT, "--version"], env={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout == f"tokmetrics {__version__}\n"
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)


@pytest.mark.parametrize("asked", [["--help"], ["local", "--help"], ["local", "account", "--help"]])
def test_help_is_shown_without_importing_what_a_command_needs(asked: list[str]) -> None:
    done = run([SCRIPT, *asked], env={"PYTHONPROFILEIMPORTTIME": "1", "COLUMNS": "80"})
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert imported.isdisjoint({*HEAVY, "mcp_server.local", "mcp_server.settings"})
    assert "..." not in done.stdout.replace("[ARGS]...", "").replace("PATH...", "")
    assert max(map(len, done.stdout.splitlines())) <= 80


def commands(group: click.Group, *before: str) -> Iterator[list[str]]:
    """Yield the words of every command of a group."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield [*before, name]
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


@pytest.mark.parametrize("words", [*commands(tokmetrics)], ids=" ".join)
def test_every_command_has_an_example_that_names_it(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_main(monkeypatch, *words, "--help") == 0
    examples = capsys.readouterr().out.partition("Examples:\n")[2]
    assert f"  tokmetrics {' '.join(words)}" in examples


def test_the_versions_to_quote_are_three_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_main(monkeypatch, "version") == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["tokmetrics", "mcp", "Python"]


@pytest.mark.parametrize("command", ["serve", "demo", "local", "version"])
def test_every_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_main(monkeypatch, command, "--help") == 0
    assert capsys.readouterr().out.startswith(f"Usage: tokmetrics {command}")


def test_without_a_command_the_help_is_shown_and_the_usage_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_main(monkeypatch) == 2
    shown = capsys.readouterr()
    assert all(name in shown.out + shown.err for name in ("serve", "demo", "local", "version"))


def test_an_unknown_command_is_named_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_main(monkeypatch, "nonsense") == 2
    shown = capsys.readouterr()
    assert "No such command 'nonsense'" in shown.err
    assert shown.out == ""


def test_what_a_command_raises_for_the_user_is_one_line_and_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def extra() -> None:
        raise click.ClickException("no such file")

    add_command(monkeypatch, extra)
    assert call_main(monkeypatch, "extra") == 1
    assert capsys.readouterr().err == "Error: no such file\n"


def test_control_c_exits_with_130_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def extra() -> None:
        raise KeyboardInterrupt

    add_command(monkeypatch, extra)
    assert call_main(monkeypatch, "extra") == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_command_may_choose_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def extra() -> int:
        return 3

    add_command(monkeypatch, extra)
    assert call_main(monkeypatch, "extra") == 3


def test_a_reader_that_has_left_causes_no_complaint() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run([SCRIPT, "--version"], stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_output_is_utf_8_in_a_terminal_that_is_not() -> None:
    done = run([SCRIPT, "広島"], env={"PYTHONIOENCODING": "ascii"})
    assert "No such command '広島'" in done.stderr


def test_a_table_entry_that_is_no_command_is_refused() -> None:
    group = LazyGroup("group", table={"wrong": "mcp_server:__version__"}, help="A group.")
    with pytest.raises(TypeError, match="mcp_server:__version__"):
        group.get_command(click.Context(group), "wrong")
