import pytest

from mcp_server.freshness.wait_cap import wait_cap


@pytest.mark.parametrize(
    ("client", "seconds"),
    [
        ("claude-code", 100),
        ("Claude-Code", 100),
        ("codex-mcp-client", 200),
        ("Visual Studio Code", 100),
        ("claude-ai", 45),
        ("cursor-vscode", 45),
        ("something new", 45),
        (None, 45),
    ],
)
def test_a_call_waits_shorter_than_its_host(client: str | None, seconds: float) -> None:
    assert wait_cap(client) == seconds


def test_the_operators_own_limit_wins_and_is_bounded() -> None:
    assert wait_cap("claude-code", 4) == 4
    assert wait_cap(None, 10_000) == 240
