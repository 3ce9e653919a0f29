"""Who decides under the lock sees what the one before has done, in every interleaving."""

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.tokportal.accounts import Account
from mcp_server.local.tokportal.due import apply_due
from mcp_server.local.tokportal.refresh import refresh
from mcp_server.local.tokportal.wire import ApiError
from mcp_server.local.transaction import immediate
from tests.local.tokportal.tiny import DAY, NOW, Tiny


@contextmanager
def _overtaken(local: Tiny, act: Callable[[LocalWorld], None]) -> Generator[sqlite3.Connection]:
    """Run `act` in a thread; it asks for the lock while the body of the block has it.

    What `act` has read before it asked is therefore older than what the body writes.
    """
    asked = threading.Event()
    world = LocalWorld(local.config)

    def run() -> None:
        world.state().set_trace_callback(
            lambda statement: asked.set() if statement.startswith("BEGIN IMMEDIATE") else None
        )
        act(world)

    thread = threading.Thread(target=run)
    with immediate(local.world.state()) as state:
        thread.start()
        assert asked.wait(timeout=10), "it decided without asking for the lock"
        yield state
    thread.join(timeout=10)
    world.close()


def test_a_refresh_that_waited_for_the_lock_sees_the_one_that_had_it(sample: Tiny) -> None:
    account = Account(sample.account("coolcreator"), "CoolCreator", "tiktok", NOW)
    codes: list[str] = []

    def ask(world: LocalWorld) -> None:
        with pytest.raises(ApiError) as refused:
            refresh(world, account, request_key="k2", dry_run=False)
        codes.append(refused.value.code)

    with _overtaken(sample, ask) as state:
        state.execute(
            "INSERT INTO refreshes (account_id, requested_at, due_at, status)"
            " VALUES (?, ?, ?, 'queued')",
            (account.account_id, NOW, NOW + 20),
        )
    assert codes == ["ANALYTICS_COOLDOWN"]
    assert sample.rows("SELECT * FROM quota") == []


def test_the_last_of_the_quota_is_not_spent_twice(sample: Tiny) -> None:
    account = Account(sample.account("coolcreator"), "CoolCreator", "tiktok", NOW)
    codes: list[str] = []

    def ask(world: LocalWorld) -> None:
        with pytest.raises(ApiError) as refused:
            refresh(world, account, request_key=None, dry_run=False)
        codes.append(refused.value.code)

    with _overtaken(sample, ask) as state:
        state.execute("INSERT INTO quota VALUES ('2026-02', 500)")
    assert codes == ["ANALYTICS_QUOTA_EXCEEDED"]


def test_what_another_applied_meanwhile_is_not_applied_again(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    sample.world.state().execute(
        "INSERT INTO refreshes (account_id, requested_at, due_at, status)"
        " VALUES (?, ?, ?, 'queued')",
        (account_id, NOW - DAY, NOW - DAY + 20),
    )
    with _overtaken(sample, apply_due) as state:
        state.execute("UPDATE refreshes SET status = 'done'")
    assert sample.rows("SELECT scraped_at FROM account_snapshots") == [(NOW - 3 * DAY,)]
    assert sample.rows("SELECT status FROM refreshes") == [("done",)]
