"""The command that makes tokens, and what `serve` says about open doors."""

import os
import tomllib
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from mcp_server.auth.tokens import hash_line
from mcp_server.cli.serve import serve
from mcp_server.cli.token import token

ELSEWHERE = ("--transport", "http", "--host", "0.0.0.0")  # noqa: S104 - refused


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


def test_the_token_is_all_of_the_output_and_its_line_is_for_the_file() -> None:
    done = CliRunner().invoke(token, ["new", "--name", "ci", "--tenant", "acme", "--refresh"])
    assert done.exit_code == 0
    made = done.stdout.strip()
    assert made.startswith("tokm_")
    assert len(made) == len("tokm_") + 43  # 32 bytes in base64 without padding
    assert made not in done.stderr
    shown = done.stderr[done.stderr.index("[[tokens]]") : done.stderr.index("\n\nThe token")]
    (row,) = cast("list[dict[str, object]]", tomllib.loads(shown)["tokens"])
    assert row == {
        "name": "ci",
        "hash": hash_line(made),
        "scopes": ["read", "refresh"],
        "tenant": "acme",
    }


def test_a_token_reads_unless_more_is_asked_for() -> None:
    first, second = (CliRunner().invoke(token, ["new", "--name", "ci"]) for _ in range(2))
    assert 'scopes = ["read"]' in first.stderr
    assert "tenant" not in first.stderr
    assert first.stdout != second.stdout


@pytest.mark.parametrize("option", ["--name", "--tenant"])
def test_a_name_that_the_file_would_not_take_is_refused(option: str) -> None:
    arguments = ["new", "--name", "ci", option, 'a"b']
    assert CliRunner().invoke(token, arguments).exit_code == 2


def test_an_address_of_the_network_is_refused_without_any_log_in() -> None:
    output = refusal(*ELSEWHERE)
    assert "TOKMETRICS_AUTH_FILE" in output
    assert "--allow-unauthenticated-network-access" in output


def test_with_a_log_in_it_still_needs_a_name(tmp_path: Path) -> None:
    path = tmp_path / "auth.toml"
    path.write_text(f'[[tokens]]\nname = "ci"\nhash = "{hash_line("x")}"\n')
    output = refusal(
        *ELSEWHERE,
        "--local",
        "--port",
        "0",
        TOKMETRICS_AUTH_FILE=str(path),
        TOKMETRICS_DATA_DIR=str(tmp_path),
    )
    assert "TOKMETRICS_PUBLIC_URL" in output


def test_open_doors_are_announced(tmp_path: Path) -> None:
    output = refusal(
        *ELSEWHERE,
        "--local",
        "--port",
        "0",
        "--allow-unauthenticated-network-access",
        TOKMETRICS_DATA_DIR=str(tmp_path),
    )
    assert "whoever reaches 0.0.0.0 can read and spend" in output
    assert "TOKMETRICS_PUBLIC_URL" in output


def test_an_auth_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path) -> None:
    output = refusal("--local", TOKMETRICS_AUTH_FILE=str(tmp_path / "none"))
    assert "TOKMETRICS_AUTH_FILE" in output
    assert "No such file" in output


@pytest.mark.parametrize("algorithms", ["none", "HS256", "RS256,HS256", ","])
def test_signatures_without_a_key_pair_cannot_be_configured(algorithms: str) -> None:
    assert "TOKMETRICS_OAUTH_ALGORITHMS" in refusal(TOKMETRICS_OAUTH_ALGORITHMS=algorithms)


@pytest.mark.parametrize("address", ["http://id.example", "id.example", "https://a@b.example"])
def test_an_issuer_is_reached_by_https_alone(address: str) -> None:
    output = refusal(TOKMETRICS_OAUTH_ISSUER=address)
    assert "TOKMETRICS_OAUTH_ISSUER" in output
    assert "example" not in output.replace("https://host/path", "")
