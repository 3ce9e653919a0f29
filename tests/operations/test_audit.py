"""Every refresh that is spent is on record before it is sent, or is not sent."""

import errno
import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp_types import Implementation

from mcp_server.operations.audit import AuditFile
from mcp_server.store.records import Job, JobState
from tests.operations.watched import NOW, REFRESH, Line, lines_of, watched

INFO = Implementation(name="desk\nof someone", version="1")


async def test_a_refresh_leaves_a_line_before_and_lines_of_what_came_of_it(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        client = Client(one.application.server, mode="legacy", client_info=INFO)
        async with client:
            answer = await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
            assert not answer.is_error
        sent, accepted, refreshed = one.audit
    assert [line["event"] for line in (sent, accepted, refreshed)] == [
        "sent",
        "accepted",
        "refreshed",
    ]
    expected: Line = {
        "time": "2026-03-01T12:00:00.000Z",
        "event": "sent",
        "tenant": "default",
        "client": "desk of someone",
        "tool": "refreshAccountAnalyticsAndWait",
        "upstream": "https://tokportal.invalid",
        "account_id": "acc_1",
        "process": os.getpid(),
        "attempt": 1,
    }
    assert {name: sent.get(name) for name in expected} == expected
    for line in (accepted, refreshed):
        assert (line["job_id"], line["call_id"]) == (sent["job_id"], sent["call_id"])
        assert line["client"] == "desk of someone"


async def test_the_record_is_for_the_operator_alone_and_holds_no_key(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        (posted,) = [row for row in one.upstream.requests if row.method == "POST"]
        text = (tmp_path / "audit.jsonl").read_text("utf-8")
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600
    assert "sk_own" not in text
    # Who knows the key could repeat the refresh.
    assert posted.headers["idempotency-key"] not in text
    assert len(json.loads(text.splitlines()[0])["key_sha256"]) == 16


async def test_what_is_only_read_is_not_on_record(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
        await client.call_tool("canRefreshAccountAnalytics", {"account_id": "acc_1"})
    assert not (tmp_path / "audit.jsonl").exists()


async def test_what_cannot_be_recorded_is_not_spent(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        with lines_of("mcp_server.operations.audit") as lines:
            answer = await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        assert one.upstream.posts == []
    match answer.structured_content:
        case {
            "data": {
                "results": [
                    {
                        "outcome": "failed",
                        "error_code": "STORE_UNAVAILABLE",
                        "message": str(message),
                        "analytics": {"followers_count": 1006},
                    }
                ],
                "spent": 0,
            }
        }:
            assert "record of what is spent" in message
        case other:
            raise AssertionError(other)
    assert "could not be recorded" in lines.texts[0]


async def test_the_next_call_spends_once_the_record_can_be_written_again(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        (tmp_path / "audit.jsonl").rmdir()
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        assert len(one.upstream.posts) == 1
        for _ in range(1_000):  # the outcome is written as the answer goes out
            if len(one.audit) == 3:
                break
            await anyio.sleep(0.01)
        assert [line["event"] for line in one.audit] == ["sent", "accepted", "refreshed"]


async def test_an_operator_may_choose_to_spend_without_a_record(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    async with (
        watched(tmp_path, audit_file=folder, audit_required=False) as one,
        Client(one.application.server) as client,
    ):
        with lines_of("mcp_server.operations.audit") as lines:
            answer = await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
            await lines.reach(3)
        assert len(one.upstream.posts) == 1
    assert not answer.is_error
    assert len([text for text in lines.texts if "could not be recorded" in text]) == 3


async def test_a_refresh_that_another_process_began_is_recorded_when_it_ends(
    tmp_path: Path,
) -> None:
    begun = Job(
        job_id="job-1",
        account_id="acc_1",
        idempotency_key="key-1",
        state=JobState.POSTED,
        baseline=NOW - timedelta(days=2),
        created_at=NOW - timedelta(minutes=1),
        posted_at=NOW - timedelta(minutes=1),
        detail={"posts": 1, "asked_by": {"tenant": "default", "caller": "desk"}},
    )
    async with watched(tmp_path) as one:
        deps = one.application.deps
        partition = await deps.partition()
        await deps.store.open_job(partition, replace(begun, state=JobState.PLANNED))
        stored = await deps.store.job(partition, "job-1")
        assert stored is not None
        await deps.store.save_job(partition, replace(begun, version=stored.version))
        async with Client(one.application.server) as client:
            await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        (ended,) = one.audit
    assert (ended["event"], ended["job_id"], ended["caller"]) == ("refreshed", "job-1", "desk")


def short(limit: int) -> Callable[[int, bytes], int]:
    """A disk on which so many bytes fit into the first line, and all into later ones."""
    limits = [limit]

    def write(descriptor: int, data: bytes) -> int:
        return os.write(descriptor, data[: limits.pop()] if limits else data)

    return write


async def test_a_line_that_does_not_fit_is_a_failure_and_the_next_one_stays_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path, lambda: NOW, write=short(10))
    with pytest.raises(OSError, match="did not fit"):
        await file.add({"event": "sent"})
    await file.add({"event": "accepted"})
    torn, whole = path.read_text("utf-8").splitlines()
    assert torn == '{"time": "'
    assert json.loads(whole)["event"] == "accepted"


async def test_a_full_disk_is_a_failure(tmp_path: Path) -> None:
    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = AuditFile(tmp_path / "audit.jsonl", lambda: NOW, write=write)
    with pytest.raises(OSError, match="No space left"):
        await file.add({"event": "sent"})


async def test_a_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "audit.jsonl"
    file = AuditFile(path, lambda: NOW)
    await file.add({"event": "sent"})
    path.rename(tmp_path / "old.jsonl")
    await file.add({"event": "accepted"})
    assert json.loads(path.read_text("utf-8"))["event"] == "accepted"


async def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (tmp_path / "audit.jsonl").symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        await AuditFile(tmp_path / "audit.jsonl", lambda: NOW).add({"event": "sent"})
    assert not target.exists()


async def test_a_stranger_s_line_break_makes_no_second_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    await AuditFile(path, lambda: NOW).add({"client": 'a\n{"event":"forged"}\u2028b\ud800'})
    assert len(path.read_text("utf-8").splitlines()) == 1
