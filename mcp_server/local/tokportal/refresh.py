"""Asks for a refresh: one transaction that checks, charges and queues, or refuses for free."""

import json
import math
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from mcp_server.local.providers.choice import open_provider
from mcp_server.local.providers.interface import (
    BusyError,
    NothingNewerError,
    Provider,
    RefreshFailedError,
)
from mcp_server.local.tokportal.accounts import Account, complete_newest, creator_of
from mcp_server.local.tokportal.availability import Availability, availability
from mcp_server.local.tokportal.collection import accept, collect, look
from mcp_server.local.tokportal.due import apply_due
from mcp_server.local.tokportal.gate import rate_limited
from mcp_server.local.tokportal.observation import observe
from mcp_server.local.tokportal.snapshots import newest_snapshot
from mcp_server.local.tokportal.wire import ApiError, Json, encoded, iso
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_FRESH_SECONDS: Final = 15 * 60
_COLLECTED: Final = "New figures were collected; they are there now."
_UNREAD: Final = "Nothing was queued or counted, and not all that lies in the inbox is read."
_NOTES: Final = {
    "scrape_queued": "A scrape of this account is queued; its analytics change when it is done.",
    "refreshed": "What is stored is as new as it can be; nothing was queued or counted.",
}
_DRY_RUN: Final[Mapping[str, Json]] = {
    "dry_run": True,
    "dry_run_notice": "Simulated: every check was made, nothing was queued or counted.",
    "credits_charged": 0,
    "credits_would_charge": 0,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, and sent again to a repeat of the same key."""

    status: int
    body: str


def refresh(world: World, account: Account, *, request_key: str | None, dry_run: bool) -> Answer:
    """Refresh the account unless its data is as fresh as can be.

    The sample's refresh is queued; other sources are asked before the answer, since only the
    answer can say that they failed. A key that was answered gets the same answer again. Refusals
    and failures are not remembered: they change nothing, and a caller that waits out a cooldown
    may come back with the key it has.

    Raises:
        ApiError: A cooldown runs, the month's quota is spent, the key belongs to another account,
            an own account has nothing dated to show, or nothing could be collected.
    """
    apply_due(world)
    state = world.state()
    provider = None if world.config.world == "sample" else open_provider(world)
    imported = provider is not None and not provider.counted
    if dry_run:
        first = _first_answer(state, request_key, account)
        answer = first or _answer(account, _status(world, account, world.now(), imported=imported))
        body: dict[str, Json] = json.loads(answer.body)
        return Answer(answer.status, encoded({**body, **_DRY_RUN}))
    remark: str | None = None
    if provider is not None and imported:
        remark = _look_first(world, account, provider, request_key)
        provider = None
    with immediate(state):
        first = _first_answer(state, request_key, account)
        if first is not None:
            return first
        now = world.now()  # under the lock: the wait for it may have been long
        status = _status(world, account, now, imported=imported)
        if status != "scrape_queued" or provider is None:
            if status == "scrape_queued":
                due_at = now + math.ceil(world.config.refresh_seconds)
                accept(state, account.account_id, now, due_at=due_at)
            answer = _answer(account, status, remark=remark)
            return _remembered(state, account, request_key, now, answer)
        refresh_id = accept(state, account.account_id, now, due_at=None)
    return _collected(world, account, request_key, provider, refresh_id)


def _look_first(
    world: World, account: Account, provider: Provider, request_key: str | None
) -> str | None:
    """Take in what costs nothing before it is decided whether there is anything new.

    Returns what the provider left out, if anything.
    """
    state = world.state()
    if _first_answer(state, request_key, account) is not None:
        return None
    _refuse(availability(state, world.config, account.account_id, world.now()))
    try:
        with _answered():
            remark = look(world, account, provider).remark
    except NothingNewerError as nothing:
        remark = nothing.remark
    complete_newest(world, account)
    return remark


def _collected(
    world: World, account: Account, request_key: str | None, provider: Provider, refresh_id: int
) -> Answer:
    with _answered():
        newer = collect(world, account, refresh_id, provider)
    apply_due(world)
    answer = (
        _answer(account, "scrape_queued", _COLLECTED) if newer else _answer(account, "refreshed")
    )
    state = world.state()
    with immediate(state):
        return _remembered(state, account, request_key, world.now(), answer)


@contextmanager
def _answered() -> Generator[None]:
    """Turn the failure of a source into an answer."""
    try:
        yield
    except BusyError as error:
        raise rate_limited(error.retry_after) from error
    except RefreshFailedError as error:
        # 409: the request was right, and to send it again at once would lead nowhere.
        raise ApiError(409, "ANALYTICS_REFRESH_FAILED", f"refresh failed: {error}") from error


def _remembered(
    state: sqlite3.Connection, account: Account, request_key: str | None, now: int, answer: Answer
) -> Answer:
    if request_key is not None:
        state.execute(
            "INSERT OR IGNORE INTO idempotency (request_key, account_id, answered_at, status, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (request_key, account.account_id, now, answer.status, answer.body),
        )
    return answer


def quota_of(found: Availability) -> dict[str, Json]:
    """Return the month's quota as TokPortal writes it."""
    return {"limit": found.limit, "used": found.used}


def _first_answer(
    state: sqlite3.Connection, request_key: str | None, account: Account
) -> Answer | None:
    row = state.execute(
        "SELECT account_id, status, body FROM idempotency WHERE request_key = ?", (request_key,)
    ).fetchone()
    if row is None:
        return None
    if row["account_id"] != account.account_id:
        raise ApiError(
            409,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another account. Use a new one.",
        )
    return Answer(int(row["status"]), str(row["body"]))


def _status(world: World, account: Account, now: int, *, imported: bool) -> str:
    """Decide without writing: `scrape_queued`, `refreshed`, or a refusal."""
    _refuse(availability(world.state(), world.config, account.account_id, now))
    newest = newest_snapshot(world.state(), account.account_id)
    if newest is not None and now - newest.scraped_at < _FRESH_SECONDS:
        return "refreshed"
    if imported:
        return _status_of_own(world, account, None if newest is None else newest.scraped_at)
    return "scrape_queued"


def _refuse(found: Availability) -> None:
    if found.cooldown_until is not None:
        raise ApiError(
            429,
            "ANALYTICS_COOLDOWN",
            "Analytics were refreshed recently. Please wait before refreshing again.",
            details={
                "next_refresh_at": iso(found.cooldown_until),
                "hours_remaining": found.hours_until(found.cooldown_until),
            },
        )
    if found.exhausted:
        raise ApiError(
            429,
            "ANALYTICS_QUOTA_EXCEEDED",
            "Monthly analytics refresh quota reached.",
            details={"monthly_quota": quota_of(found)},
        )


def _status_of_own(world: World, account: Account, newest_at: int | None) -> str:
    """Nothing is collected for an own account: a refresh finds what was imported meanwhile."""
    creator = creator_of(world, account)
    seen_at = None if creator is None else observe(world.data(), creator).seen_at
    if seen_at is not None and (newest_at is None or seen_at > newest_at):
        return "scrape_queued"
    if newest_at is None:
        raise ApiError(
            404,
            "ANALYTICS_NOT_FOUND",
            "Nothing dated is stored for this account. Import a file that has it.",
        )
    return "refreshed"


def _answer(
    account: Account, status: str, note: str | None = None, *, remark: str | None = None
) -> Answer:
    """Write an answer; a remark stands in the note, and alone beside the contract's fields."""
    data = {"account_id": account.account_id, "status": status, "note": note or _NOTES[status]}
    if remark is not None:
        known = _UNREAD if status == "refreshed" else data["note"]
        data |= {"note": f"{known} {remark}", "remark": remark}
    return Answer(200, encoded({"data": data}))
