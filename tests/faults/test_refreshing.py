"""Every failure of a refresh alone, and of the reads after one that was accepted."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from mcp_server.errors import CATALOGUE, ErrorCode
from mcp_server.store.records import Job
from tests.faults.catalogue import FAULTS
from tests.faults.judging import assert_no_secret
from tests.faults.refreshing import (
    COUNTED,
    TOOLS,
    RefreshNetwork,
    account_for,
    call_of,
    refreshing,
    told,
)
from tests.faults.upstream import CANARY, Fault

_LOUD = [fault for fault in FAULTS if fault.respond is not None]
_SILENT = [fault for fault in FAULTS if fault.respond is None]
_BATCHES = [*(_LOUD[start : start + 26] for start in range(0, len(_LOUD), 26)), _SILENT]
"""One server for many faults, each on accounts of its own; silence needs an impatient one."""

_LATER = timedelta(minutes=2)
_PAST_ALL_HOPE = timedelta(hours=3)
_OPEN = ("pending", "outcome_unknown")

_NEVER_LEFT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}
_DOUBTFUL = ("UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_MALFORMED", "UPSTREAM_NO_DATA")
_REFUSED_FOR_NOW = {"COOLDOWN": "cooldown", "QUOTA_EXCEEDED": "quota_exhausted"}


def expected(fault: Fault) -> tuple[str, ...]:
    """What a refresh that fails like this may come to: outcomes, or codes or their beginnings."""
    if fault.is_data:
        # A success that says little: accepted, or nobody can tell.
        return ("pending", "no_newer_data", "outcome_unknown")
    if fault.name in _NEVER_LEFT:
        return ("UPSTREAM_UNAVAILABLE",)
    if set(fault.codes) <= set(_DOUBTFUL):
        return ("outcome_unknown",)
    if fault.codes == ("UNAUTHORIZED",) and fault.name.startswith("401"):
        return ("FORBIDDEN_SCOPE",)  # a key that may only read is refused like this
    return tuple(_REFUSED_FOR_NOW.get(code, code) for code in fault.codes)


@pytest.mark.parametrize("is_carried_out", [False, True], ids=["dropped", "carried-out"])
@pytest.mark.parametrize("batch", _BATCHES, ids=lambda batch: str(batch[0].name))
async def test_a_refresh_that_fails_is_told_truthfully_and_never_sent_under_a_second_key(
    batch: list[Fault], *, is_carried_out: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    network = RefreshNetwork.of(batch, is_carried_out=is_carried_out)
    jobs: dict[str, str] = {}
    async with refreshing(tmp_path, network) as (client, _):
        for fault, tool in product(batch, TOOLS):
            account_id, arguments = account_for(tool, fault), call_of(tool, fault)
            outcome, said = told(tool, await client.call_tool(tool, arguments))
            # What was carried out after all may be there already when it is looked for.
            also = ("refreshed",) if is_carried_out and fault.is_data else ()
            truths = (*expected(fault), *also)
            assert outcome.startswith(truths), (tool, fault.name, outcome, said)
            assert len(network.posts[account_id]) == 1
            if outcome in _OPEN:
                jobs[account_id] = str(said["job_id"])
            if outcome in _OPEN and not fault.is_data:  # which may have ended meanwhile
                again, _ = told(tool, await client.call_tool(tool, arguments))
                assert again in {*_OPEN, "refreshed", "fresh_enough"}, (tool, again)
                assert len(network.posts[account_id]) == 1
    ended = await _at_their_end(tmp_path, network, jobs)
    for account_id, job in ended.items():
        assert set(network.posts[account_id]) == {job.idempotency_key}
        assert len(network.posts[account_id]) <= (1 if is_carried_out else 3)
        assert job.outcome == "refreshed" or not is_carried_out, (account_id, job.outcome)
    assert CANARY not in caplog.text
    assert_no_secret(caplog.text)
    COUNTED[f"failing POST, {'carried out' if is_carried_out else 'dropped'}"] += 2 * len(batch)


@pytest.mark.parametrize("batch", _BATCHES, ids=lambda batch: str(batch[0].name))
async def test_an_accepted_refresh_is_never_sent_again_while_nothing_can_be_read(
    batch: list[Fault], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    network = RefreshNetwork.of(batch, is_ill_after=True)
    jobs: dict[str, str] = {}
    async with refreshing(tmp_path, network) as (client, _):
        for fault, tool in product(batch, TOOLS):
            outcome, said = told(tool, await client.call_tool(tool, call_of(tool, fault)))
            assert outcome == "pending", (tool, fault.name, outcome)
            jobs[account_for(tool, fault)] = str(said["job_id"])
    ended = await _at_their_end(tmp_path, network, jobs)
    for account_id, job in ended.items():
        assert job.outcome in {"failed", "not_found"}, (account_id, job.outcome)
        assert ErrorCode(str(job.error_code)) in CATALOGUE
        assert network.posts[account_id] == [job.idempotency_key]
    assert CANARY not in caplog.text
    assert_no_secret(caplog.text)
    COUNTED["failing reads after an accepted POST"] += 2 * len(batch)


async def _at_their_end(
    folder: Path, network: RefreshNetwork, jobs: Mapping[str, str]
) -> dict[str, Job]:
    """Restart the server later and later; return the jobs, all of which must have ended."""
    ended: dict[str, Job] = {}
    for after in (_LATER, _PAST_ALL_HOPE) if jobs else ():
        async with refreshing(folder, network, after=after) as (_, application):
            store, partition = application.deps.store, await application.deps.partition()
            for account_id, job_id in jobs.items():
                job = await store.job(partition, job_id)
                assert job is not None
                ended[account_id] = job
    for account_id, job in ended.items():
        assert not job.is_active, account_id
        COUNTED[f"job ended: {job.outcome} {job.error_code or ''}"] += 1
    return ended
