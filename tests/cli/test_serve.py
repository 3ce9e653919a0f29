"""The serve command, from its refusals to real servers on a loopback port."""

import os
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.sse import sse_client

from mcp_server.cli.serve import serve
from tests.console import SCRIPT

PATIENCE_SECONDS = 20
"""Only a server that hangs takes this long; an idle machine sees the end within 2 s."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("TOKMETRICS_", "TOKPORTAL_", "TOKLYTICS_")):
            monkeypatch.delenv(name)


def refusal(*arguments: str, **environment: str) -> str:
    done = CliRunner().invoke(serve, arguments, env=environment)
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    return done.output


def test_an_address_that_others_reach_is_refused_without_a_login() -> None:
    said = refusal("--transport", "http", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert "nobody would have to log in" in said


def test_an_unknown_toolset_is_answered_with_the_variable_and_the_known_ones() -> None:
    output = refusal("--local", "--toolsets", "creators,bogus")
    assert "TOKMETRICS_TOOLSETS" in output
    assert "bogus" not in output


def test_an_unknown_tool_is_one_line_with_the_nearest_name() -> None:
    output = refusal("--local", "--tools", "listAccount")
    assert output.splitlines() == [
        (
            "Error: TOKMETRICS_TOOLS cannot be used: name 1 of its list is unknown; perhaps "
            "listAccounts is meant."
        )
    ]


def test_flags_that_leave_no_tool_are_refused() -> None:
    output = refusal("--local", "--tools", "refreshAccountAnalytics", "--read-only")
    assert "leaves no tool" in output


def test_a_wrong_setting_names_its_variable_and_not_its_value() -> None:
    output = refusal(TOKPORTAL_BASE_URL="http://elsewhere.example/api")
    assert "TOKPORTAL_BASE_URL" in output
    assert "elsewhere" not in output


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    output = refusal("--local", TOKMETRICS_DATA_DIR=str(file))
    assert output.startswith("Error: ")
    assert len(output.splitlines()) == 1


def test_a_port_in_use_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output = refusal("--transport", "http", "--port", str(port))
    assert output.splitlines()[-1].endswith("Choose another with --port.")


@contextmanager
def serving(folder: Path, transport: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run a real server and return when it listens."""
    command = [str(SCRIPT), "serve", "--local", "--transport", transport, "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - the tests' own command
        [*command, "--data-dir", str(folder), "--log-level", "warning"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "serving http://127.0.0.1:" in line:
                address = line.split()[-1]
                break
        else:
            pytest.fail("The server ended before it listened.")
        yield process, address
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


async def test_streamable_http_serves_both_eras_and_checks_the_host(tmp_path: Path) -> None:
    with serving(tmp_path, "http") as (_, address):
        for mode in ("legacy", "auto"):
            async with Client(address, mode=mode) as client:
                result = await client.call_tool("getToklyticsStats", {})
            assert not result.is_error
        async with httpx2.AsyncClient() as plain:
            foreign = await plain.post(address, headers={"Host": "evil.example"}, json=PING)
        assert foreign.status_code == 421


async def test_sse_serves(tmp_path: Path) -> None:
    with serving(tmp_path, "sse") as (_, address):
        async with Client(sse_client(address), mode="legacy") as client:
            result = await client.call_tool("getToklyticsStats", {})
        assert not result.is_error


@pytest.mark.parametrize("transport", ["http", "sse"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server(tmp_path: Path, transport: str, number: signal.Signals) -> None:
    with serving(tmp_path, transport) as (process, _):
        process.send_signal(number)
        process.wait(PATIENCE_SECONDS)
