"""What one of several processes on a store does; started with spawn, so it must be importable."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeAlias

from mcp_server.store.connections import connect_file
from mcp_server.store.interface import Store
from mcp_server.store.records import JobState
from tests.store.made import LEASE, NOW, account, job, snapshot
from tests.store.places import Place

P = "partition"
ACCOUNTS = 20
ROUNDS = 25

Found: TypeAlias = Mapping[str, str | int | bool]
Racer: TypeAlias = Callable[[Store, int], Awaitable[Found]]


async def open_jobs(store: Store, number: int) -> Found:
    """Try to open a job for every account; answer whose job each account has."""
    found: dict[str, str] = {}
    for account_id in map(str, range(ACCOUNTS)):
        opened, _ = await store.open_job(P, job(f"{account_id}-{number}", account_id=account_id))
        found[account_id] = opened.job_id
    return found


async def claim_jobs(store: Store, number: int) -> Found:
    """Try to take every job; answer which."""
    return {
        one.job_id: await store.claim_job(P, one.job_id, f"racer {number}", NOW, LEASE) is not None
        for one in await store.active_jobs(P)
    }


async def count_polls(store: Store, number: int) -> Found:
    """Raise a job's count so many times, reading again whenever somebody else was faster."""
    del number
    saved = lost = 0
    while saved < ROUNDS:
        one = await store.job(P, "0-0")
        assert one is not None
        if await store.save_job(P, replace(one, polls=one.polls + 1)) is None:
            lost += 1
        else:
            saved += 1
    return {"saved": saved, "lost": lost}


async def put_the_same(store: Store, number: int) -> Found:
    """Put what every other process puts as well; answer what was news."""
    del number
    names = [await store.partition("tokportal", "https://x.example", "key")]
    news = sum([await store.put_snapshot(P, snapshot(subject=str(n))) for n in range(ACCOUNTS)])
    accounts = sum([await store.put_accounts(P, [account(str(n))]) for n in range(ACCOUNTS)])
    return {"partition": names[0], "snapshots": news, "accounts": accounts}


RACES: Mapping[str, Racer] = {
    one.__name__: one for one in (open_jobs, claim_jobs, count_polls, put_the_same)
}


def race(place: Place, name: str, processes: int) -> list[Found]:
    """Do the same in several processes at once, each on a store that it opens itself."""
    context = get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    racers = [
        context.Process(target=_run, args=(place, name, number, barrier, answers))
        for number in range(processes)
    ]
    for racer in racers:
        racer.start()
    found: list[Found] = [json.loads(answers.get(timeout=60)) for _ in racers]
    for racer in racers:
        racer.join(timeout=60)
        assert racer.exitcode == 0
    answers.close()
    answers.join_thread()
    return found


def _run(place: Place, name: str, number: int, barrier: Barrier, answers: "Queue[str]") -> None:
    async def run() -> Found:
        barrier.wait(timeout=60)
        store = place.open()
        try:
            return await RACES[name](store, number)
        finally:
            await store.aclose()

    answers.put(json.dumps(asyncio.run(run())))


def killed_after(place: Place, step: str) -> None:
    """Run the steps of a job in another process up to `step`, then kill it without a warning."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_die, args=(place, step, there))
    process.start()
    there.close()
    assert here.poll(60)
    assert here.recv() == step
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL
    here.close()


def _die(place: Place, step: str, answer: Connection) -> None:
    asyncio.run(_steps(place, step, answer))


async def _steps(place: Place, step: str, answer: Connection) -> None:
    def reached(name: str) -> None:
        if name == step:
            answer.send(name)
            answer.close()
            os.kill(os.getpid(), signal.SIGKILL)

    store = place.open()
    reached("opened store")
    current, _ = await store.open_job(P, job())
    reached("planned")
    claimed = await store.claim_job(P, current.job_id, "dead", NOW, LEASE)
    assert claimed is not None
    reached("claimed")
    posting = await store.save_job(P, replace(claimed, state=JobState.POSTING))
    assert posting is not None
    reached("posting")
    connection = connect_file(Path(place.where))
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE jobs SET state = 'posted', version = 99")
    reached("writing")
