"""What one of several racing processes does; started with spawn, so it must be importable."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import httpx2

from mcp_server.local import LocalConfig, create_app
from tests.local.tokportal.tiny import KEY, Clock

Answers = Mapping[str, str]
"""By what was asked: the status of a refresh or the code of its error, or a whole body."""


def race(
    config: LocalConfig, now: int, *, processes: int, requests: Sequence[tuple[str, str]]
) -> list[Answers]:
    """Send the same requests, each a method and a path, from several processes at once."""
    context = get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    plain = replace(config, clock=Clock(now))
    racers = [
        context.Process(target=_run, args=(plain, list(requests), barrier, answers))
        for _ in range(processes)
    ]
    for racer in racers:
        racer.start()
    found = [json.loads(answers.get(timeout=60)) for _ in racers]
    for racer in racers:
        racer.join(timeout=60)
        assert racer.exitcode == 0
    answers.close()
    answers.join_thread()
    return found


def _run(
    config: LocalConfig,
    requests: Sequence[tuple[str, str]],
    barrier: Barrier,
    answers: "Queue[str]",
) -> None:
    answers.put(json.dumps(asyncio.run(_ask(config, requests, barrier))))


async def _ask(
    config: LocalConfig, requests: Sequence[tuple[str, str]], barrier: Barrier
) -> Answers:
    found: dict[str, str] = {}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(create_app(config)),
        base_url="http://local.test/api/ext",
        headers={"X-API-Key": KEY},
    ) as client:
        for method, path in requests:
            barrier.wait(timeout=60)  # before each, or the processes drift apart
            response = await client.request(method, path)
            found[path] = _short(response) if method == "POST" else response.text
    return found


def _short(response: httpx2.Response) -> str:
    body = response.json()
    return str(body["data"]["status"] if response.is_success else body["error"]["code"])
