"""The user's own accounts: stored creators that were given an account id."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_server.local.database import LocalStoreError
from mcp_server.local.handles import former_name
from mcp_server.local.tokportal.creators import (
    Creator,
    ObservedVideo,
    find_creator,
    find_person,
    observed_at,
    observed_videos,
)
from mcp_server.local.tokportal.ids import account_id_of, record_id, tokportal_video_id
from mcp_server.local.tokportal.past import store_past
from mcp_server.local.tokportal.snapshots import newest_snapshot, store_snapshot, summarize
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_COLUMNS: Final = "account_id, username, platform, created_at, user_id, sec_uid"
_OF_ACCOUNT: Final = (
    "refreshes",
    "idempotency",
    "account_snapshots",
    "video_records",
    "accounts",
)


@dataclass(frozen=True, slots=True)
class Account:
    """One of the user's own accounts. `created_at` is in Unix seconds.

    It is the person's: where an id is known, the handle only says what they were called last.
    """

    account_id: str
    username: str
    platform: str
    created_at: int
    user_id: str | None = None
    sec_uid: str | None = None


def add_account(
    world: World, username: str, *, created_at: int | None = None, with_snapshot: bool = True
) -> str:
    """Make a stored creator one of the user's accounts and return its account id.

    A second call changes nothing. Where the store says when the creator was seen, that
    observation becomes a snapshot, and so does each earlier crawl, unless `with_snapshot` is off:
    then the account has no analytics until its first refresh. The sample world writes the past
    of its accounts itself.

    Raises:
        LocalStoreError: No such creator is stored.
    """
    name = username.strip().lstrip("@")
    creator = find_creator(world.data(), name)
    if creator is None:
        raise LocalStoreError(
            f"No creator named {name!r} is stored in the {world.config.world} world: "
            "import a file that has one first."
        )
    with immediate(world.state()) as state:
        known = _account_of(world, creator)
        if known is not None:
            return known.account_id
        account_id = _free_id(state, creator)
        state.execute(
            "INSERT INTO accounts (account_id, username, created_at, user_id, sec_uid)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                account_id,
                creator.username,
                world.now() if created_at is None else created_at,
                creator.user_id,
                creator.sec_uid,
            ),
        )
        videos = observed_videos(world.data(), creator)
        record_videos(state, account_id, videos)
        if with_snapshot and world.config.world == "own":
            store_past(world.data(), state, account_id, creator, videos)
        elif with_snapshot:
            _observe(state, account_id, creator, videos)
    return account_id


def list_accounts(world: World) -> list[Account]:
    """Return the accounts, the newest first."""
    rows = world.state().execute(
        f"SELECT {_COLUMNS} FROM accounts ORDER BY created_at DESC, account_id"  # noqa: S608 - ours
    )
    return [Account(*row) for row in rows]


def find_account(state: sqlite3.Connection, account_id: str) -> Account | None:
    """Return one account."""
    row = state.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE account_id = ?",  # noqa: S608 - our columns
        (account_id.lower(),),
    ).fetchone()
    return None if row is None else Account(*row)


def creator_of(world: World, account: Account) -> Creator | None:
    """Return the creator whose account it is, whatever they are called now."""
    return find_person(world.data(), account.username, account.user_id, account.sec_uid)


def remove_account(world: World, username: str) -> bool:
    """Forget that a creator is the user's account, with its snapshots and refreshes.

    The creator itself stays. The month's quota stays as it was spent. Returns whether there was
    such an account.
    """
    name = username.strip().lstrip("@")
    creator = find_creator(world.data(), name)
    with immediate(world.state()) as state:
        account = _account_named(world, name) if creator is None else _account_of(world, creator)
        if account is None:
            return False
        for table in _OF_ACCOUNT:
            state.execute(
                f"DELETE FROM {table} WHERE account_id = ?",  # noqa: S608 - a fixed list
                (account.account_id,),
            )
    return True


def take_snapshots(world: World) -> int:
    """Store what an import brought: a snapshot of each account for each crawl that is stored.

    To be called when an import is done: of a crawl in several files the first is not all of it.
    Returns how many snapshots were new or other than before.
    """
    return sum(_take_snapshots(world, account) for account in list_accounts(world))


def complete_newest(world: World, account: Account) -> None:
    """Bring a newest snapshot up to date that was taken before all of its crawl was there."""
    creator = creator_of(world, account)
    newest = newest_snapshot(world.state(), account.account_id)
    if creator is None or newest is None:
        return
    if newest.scraped_at == observed_at(creator, observed_videos(world.data(), creator)):
        _take_snapshots(world, account)


def _take_snapshots(world: World, account: Account) -> int:
    creator = creator_of(world, account)
    if creator is None:
        return 0
    videos = observed_videos(world.data(), creator)
    with immediate(world.state()) as state:
        record_videos(state, account.account_id, videos)
        return store_past(world.data(), state, account.account_id, creator, videos)


def record_videos(
    state: sqlite3.Connection, account_id: str, videos: Sequence[ObservedVideo]
) -> None:
    """Give the account's videos their record ids; inside the caller's transaction."""
    state.executemany(
        "INSERT OR IGNORE INTO video_records (id, account_id, tokportal_video_id, video_id)"
        " VALUES (?, ?, ?, ?)",
        [
            (
                record_id(account_id, video.video_id),
                account_id,
                tokportal_video_id(account_id, video.video_id),
                video.video_id,
            )
            for video in videos
        ],
    )


def _observe(
    state: sqlite3.Connection,
    account_id: str,
    creator: Creator,
    videos: Sequence[ObservedVideo],
) -> None:
    seen_at = observed_at(creator, videos)
    if seen_at is not None:
        snapshot = summarize(
            videos, scraped_at=seen_at, followers=creator.followers, following=creator.following
        )
        store_snapshot(state, account_id, snapshot)


def _free_id(state: sqlite3.Connection, creator: Creator) -> str:
    """Return the account id of a creator's handle, or one of the person where another has that.

    An account keeps its id when its handle goes to somebody else, who may be an own account too.
    """
    account_id = account_id_of(creator.username)
    if find_account(state, account_id) is None:
        return account_id
    return account_id_of(former_name(creator.username, creator.user_id, creator.sec_uid))


def _account_of(world: World, creator: Creator) -> Account | None:
    for account in list_accounts(world):
        found = creator_of(world, account)
        if found is not None and found.id == creator.id:
            return account
    return None


def _account_named(world: World, name: str) -> Account | None:
    row = (
        world.state()
        .execute(
            f"SELECT {_COLUMNS} FROM accounts WHERE username = ?",  # noqa: S608 - our columns
            (name,),
        )
        .fetchone()
    )
    return None if row is None else Account(*row)
