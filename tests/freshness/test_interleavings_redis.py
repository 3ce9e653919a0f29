"""The same on a Redis: callers, processes, crashes, faults and clock jumps in any order."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar, Final, TypedDict

import pytest

from mcp_server.store.redis.codec import JobRow, SnapshotRow
from tests.freshness.bench import Process
from tests.freshness.replicas import replica
from tests.freshness.test_interleavings import RULES, Interleaving, go_through
from tests.store.redis_server import RedisServer, need_redis, running

need_redis()

_TABLES: Final = """
CREATE TABLE jobs (
    job_id, account_id, idempotency_key, state, baseline, outcome
);
CREATE TABLE snapshots (kind, subject, scraped_at);
"""


class _Held(TypedDict):
    jobs: list[JobRow]
    snapshots: list[SnapshotRow]


class OnRedis(Interleaving):
    """Several replicas, one server whose clock nobody sets, and one upstream elsewhere."""

    server: ClassVar[RedisServer]

    def __init__(self) -> None:
        self.server.empty()
        super().__init__()
        self.bench.upstream.state_of_key = self.state_of_key

    def started(self) -> Process:
        """Start a process with a connection of its own."""
        return replica(self.bench, self.server.url, rules=RULES, off=self.offset)

    def state_of_key(self, key: str) -> str | None:
        found = self.rows(f"SELECT state FROM jobs WHERE idempotency_key = '{key}'")  # noqa: S608 - ours
        return str(found[0][0]) if found else None

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask what is in the server as if it were in a file."""
        held = self.held()
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(_TABLES)
            connection.executemany(
                "INSERT INTO jobs VALUES"
                " (:job_id, :account_id, :idempotency_key, :state, :baseline, :outcome)",
                [{name: job[name] for name in _JOB} for job in held["jobs"]],
            )
            connection.executemany(
                "INSERT INTO snapshots VALUES (:kind, :subject, :scraped_at)",
                [{name: one[name] for name in _SNAPSHOT} for one in held["snapshots"]],
            )
            return connection.execute(query).fetchall()

    def held(self) -> _Held:
        held = _Held(jobs=[], snapshots=[])
        for name in self.server.names():
            if ":job:" in name:
                held["jobs"].append(json.loads(self.server.text(name)))
            elif ":snapshots:" in name:
                held["snapshots"] += [json.loads(text) for text in self.server.members(name)]
        return held


_JOB: Final = ("job_id", "account_id", "idempotency_key", "state", "baseline", "outcome")
_SNAPSHOT: Final = ("kind", "subject", "scraped_at")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as started:
        yield started


def test_any_interleaving_on_redis_refreshes_once_and_loses_nothing(server: RedisServer) -> None:
    OnRedis.server = server
    go_through(OnRedis, 10)
