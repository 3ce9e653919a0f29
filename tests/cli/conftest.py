"""What the tests of `tokmetrics local` share."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mcp_server.cli.local import local
from tests.cli.calling import FLAT, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the worlds of a test lie."""
    return tmp_path / "data"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call a local command on the folder of the test."""
    for name in list(os.environ):
        if name.startswith("TOKMETRICS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TOKMETRICS_DATA_DIR", str(folder))

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(local, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """Three rows of a flat table, the last one damaged beyond repair."""
    path = tmp_path / "flat.csv"
    path.write_text("\ufeff" + FLAT, "utf-8")
    return path
