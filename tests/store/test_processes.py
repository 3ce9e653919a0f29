"""Several real processes on one store, and processes that die."""

from collections import Counter
from pathlib import Path

import pytest

from mcp_server.store.interface import Store
from mcp_server.store.records import JobState
from tests.store.made import LEASE, NOW, job
from tests.store.places import Place
from tests.store.racing import ACCOUNTS, ROUNDS, P, killed_after, race

PROCESSES = 4


async def test_of_four_processes_one_opens_the_job_of_an_account(
    place: Place, store: Store
) -> None:
    found = race(place, "open_jobs", PROCESSES)
    for account_id in map(str, range(ACCOUNTS)):
        assert len({answers[account_id] for answers in found}) == 1
    assert {one.job_id for one in await store.active_jobs(P)} == set(found[0].values())


async def test_of_four_processes_one_takes_a_job(place: Place, store: Store) -> None:
    for number in range(ACCOUNTS):
        await store.open_job(P, job(f"j{number}", account_id=str(number)))
    found = race(place, "claim_jobs", PROCESSES)
    taken = Counter(job_id for answers in found for job_id, won in answers.items() if won)
    assert taken == {f"j{number}": 1 for number in range(ACCOUNTS)}


async def test_no_change_of_a_job_is_lost_between_four_processes(
    place: Place, store: Store
) -> None:
    await store.open_job(P, job("0-0"))
    found = race(place, "count_polls", PROCESSES)
    assert [answers["saved"] for answers in found] == [ROUNDS] * PROCESSES
    counted = await store.job(P, "0-0")
    assert counted is not None
    assert (counted.polls, counted.version) == (PROCESSES * ROUNDS, PROCESSES * ROUNDS)


async def test_what_four_processes_put_at_once_is_news_once(place: Place, store: Store) -> None:
    found = race(place, "put_the_same", PROCESSES)
    assert len({answers["partition"] for answers in found}) == 1
    assert sum(int(answers["snapshots"]) for answers in found) == ACCOUNTS
    assert sum(int(answers["accounts"]) for answers in found) == ACCOUNTS
    assert len(await store.accounts(P)) == ACCOUNTS
    changes = await store.changes_since(0)
    assert Counter(change.kind for change in changes) == {
        "snapshot": ACCOUNTS,
        "accounts": ACCOUNTS,
    }


async def test_another_process_sees_what_is_new(place: Place, store: Store) -> None:
    assert await store.last_change() == 0
    race(place, "put_the_same", 1)
    assert len(await store.changes_since(0)) == 2 * ACCOUNTS


NO_SIGKILL = pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no SIGKILL")


async def _left(store: Store, state: JobState | None, owner: str | None) -> None:
    left = await store.active_job(P, "a")
    assert (left and left.state, left and left.owner) == (state, owner)
    if left is not None:
        taken = await store.claim_job(P, left.job_id, "next", NOW + LEASE, LEASE)
        assert taken is not None
        assert (taken.owner, taken.idempotency_key) == ("next", left.idempotency_key)
    assert (await store.open_job(P, job("j2")))[1] is (left is None)


@NO_SIGKILL
@pytest.mark.parametrize(
    ("step", "state", "owner"),
    [
        ("opened store", None, None),
        ("planned", JobState.PLANNED, None),
        ("claimed", JobState.PLANNED, "dead"),
        ("posting", JobState.POSTING, "dead"),
    ],
)
async def test_a_killed_process_leaves_what_it_had_finished_and_nothing_else(
    place: Place, store: Store, step: str, state: JobState | None, owner: str | None
) -> None:
    killed_after(place, step)
    await _left(store, state, owner)


@NO_SIGKILL
async def test_a_process_killed_in_a_transaction_leaves_what_was_before_it(path: Path) -> None:
    place = Place(str(path))
    killed_after(place, "writing")
    store = place.open()
    await _left(store, JobState.POSTING, "dead")
    await store.aclose()
