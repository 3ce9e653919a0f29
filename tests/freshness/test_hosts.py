"""Hosts end calls after some time: the waiting call has answered before.

The time is simulated. A host is its limit in seconds, the name it gives, the wait that its agent
asks for, and the operator's override.
"""

from collections.abc import Callable

import pytest

from mcp_server.freshness.wait_cap import wait_cap
from tests.freshness.asking import refresh_one
from tests.freshness.bench import Bench

DEFAULT_WAIT = 20.0
HOSTS = [
    pytest.param(25, None, DEFAULT_WAIT, None, id="25 s, defaults"),
    pytest.param(60, "claude-ai", DEFAULT_WAIT, None, id="60 s, defaults"),
    pytest.param(60, "something new", 240.0, None, id="60 s, greedy agent"),
    pytest.param(240, "claude-ai", DEFAULT_WAIT, None, id="240 s, defaults"),
    pytest.param(120, "claude-code", 240.0, None, id="Claude Code, greedy agent"),
    pytest.param(300, "codex-mcp-client", 240.0, None, id="Codex, greedy agent"),
    pytest.param(5, None, DEFAULT_WAIT, 4.0, id="5 s, override"),
    pytest.param(5, "claude-code", 240.0, 4.0, id="5 s, override, greedy agent"),
]


@pytest.mark.parametrize(("limit", "client", "asked", "override"), HOSTS)
@pytest.mark.parametrize("refresh_seconds", [1, 20, 70, 310])
@pytest.mark.parametrize("fault", ["", "slow=2", "slow=30", "500"])
async def test_no_host_gives_up_on_a_waiting_call(
    *,
    make_bench: Callable[..., Bench],
    limit: float,
    client: str | None,
    asked: float,
    override: float | None,
    refresh_seconds: int,
    fault: str,
) -> None:
    bench = make_bench(refresh_seconds=refresh_seconds)
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [fault] * 6
    begun = bench.timeline.now
    await refresh_one(process, account, wait=min(asked, wait_cap(client, override)))
    assert bench.timeline.now - begun < limit
    await bench.timeline.pass_by(2 * 3600)
    assert len(bench.upstream.accepted(account)) <= 1
    assert len({post.key for post in bench.upstream.posts}) <= 1
