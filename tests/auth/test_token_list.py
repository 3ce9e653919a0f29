"""Tokens come and go with the auth file, without a restart."""

import logging
import os
from pathlib import Path

import pytest

from mcp_server.auth.identity import Limits
from mcp_server.auth.token_list import TokenList
from mcp_server.auth.tokens import hash_line


def row(name: str, tenant: str = "default") -> str:
    return f'[[tokens]]\nname = "{name}"\nhash = "{hash_line(name)}"\ntenant = "{tenant}"\n'


class Desk:
    """A file, its list, and a clock that stands until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "auth.toml"
        self.seconds = 0.0
        self.write(row("ci") + row("desk"))
        self.tokens = TokenList(
            self.path,
            usual=Limits(),
            tenants=["default"],
            monotonic=lambda: self.seconds,
        )

    def write(self, text: str) -> None:
        # As editors do: a new file in place of the old one.
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.path)

    def names(self) -> list[str]:
        return [entry.identity.name for entry in self.tokens()]


def test_a_token_that_was_taken_out_is_gone_within_five_seconds(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(row("desk"))
    assert desk.names() == ["ci", "desk"]
    desk.seconds = 5
    assert desk.names() == ["desk"]
    desk.write(row("desk") + row("new"))
    desk.seconds = 10
    assert desk.names() == ["desk", "new"]


@pytest.mark.parametrize("text", ["[[tokens]", row("ci") + row("ci"), None])
def test_a_file_that_cannot_be_used_any_more_changes_nothing_and_is_told_once(
    tmp_path: Path, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path)
    if text is None:
        desk.path.unlink()
    else:
        desk.write(text)
    for seconds in (5, 10, 15):
        desk.seconds = seconds
        assert desk.names() == ["ci", "desk"]
    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "those from before" in told.getMessage()
    desk.write(row("desk"))
    desk.seconds = 20
    assert desk.names() == ["desk"]


def test_a_token_of_a_tenant_that_came_later_lets_nobody_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path)
    desk.write(row("desk") + row("late", "acme") + "[tenants.acme]\n")
    desk.seconds = 5
    assert desk.names() == ["desk"]
    assert "restart the server" in caplog.text


def test_a_file_that_only_looks_new_is_read_and_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    os.utime(desk.path, (1, 1))
    desk.seconds = 5
    assert desk.names() == ["ci", "desk"]
