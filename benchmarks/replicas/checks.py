"""What has to be true after the run: of the upstream's own data, the store and the requests."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from benchmarks.replicas.load import FIGURES, Load, Seen
from benchmarks.replicas.site import KEY, Site
from benchmarks.replicas.upstream import POSTS, config_of
from mcp_server.deps import utc_now
from mcp_server.local.tokportal.snapshots import Snapshot, newest_snapshot, snapshot_page
from mcp_server.local.world import World
from mcp_server.store.redis.store import open_redis

_ALL: Final = 1_000


def posts(site: Site) -> Counter[str]:
    """Return how many requests for a refresh reached the upstream, by account."""
    path = site.folder / POSTS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return Counter(str(json.loads(line)["account"]) for line in lines)


def single_posts(found: Counter[str], accounts: Sequence[str]) -> list[str]:
    """Return what is wrong with the requests for refreshes: each account has to have one.

    One, because the upstream's cooldown is longer than the run.
    """
    return [
        f"POSTs of account {account}: {found[account]}, not {1 if account in accounts else 0}"
        for account in sorted({*accounts, *found})
        if found[account] != (account in accounts)
    ]


def figures_right(site: Site, seen: set[Seen]) -> list[str]:
    """Return the figures that were shown and are not the upstream's."""
    world = World(config_of(site.folder))
    try:
        truths = {
            account: {
                _shown(snapshot.scraped_at): _figures(snapshot)
                for snapshot in snapshot_page(world.state(), account, limit=_ALL, offset=0)
            }
            for account in {account for account, _, _ in seen}
        }
    finally:
        world.close()
    return [
        f"figures of {account} at {at}: {values}, upstream {truths[account].get(at)}"
        for account, at, values in sorted(seen, key=str)
        if truths[account].get(at) != values
    ]


def newest_are_new(site: Site, accounts: Sequence[str], began: datetime) -> list[str]:
    """Return the accounts whose refresh did not lead to new figures at the upstream."""
    world = World(config_of(site.folder))
    try:
        newest = {account: newest_snapshot(world.state(), account) for account in accounts}
    finally:
        world.close()
    return [
        f"account {account} has no new figures"
        for account, snapshot in newest.items()
        if snapshot is None or snapshot.scraped_at < began.timestamp()
    ]


async def kept(site: Site, seen: set[Seen]) -> list[str]:
    """Return the snapshots that a client was shown and that the store does not hold."""
    store = open_redis(site.store, utc_now)
    try:
        partition = await store.partition("tokportal", f"{site.upstream}/ext", KEY)
        lost: list[str] = []
        for account in sorted({account for account, _, _ in seen}):
            stored = {
                (_shown(one.scraped_at.timestamp()), tuple(one.body.get(key) for key in FIGURES))
                for one in await store.snapshots(partition, "account", account)
                if one.scraped_at is not None
            }
            lost += [
                f"the store has lost {account} at {at}"
                for name, at, values in seen
                if name == account and (at, values) not in stored
            ]
        return lost
    finally:
        await store.aclose()


async def broken(site: Site, load: Load, unsettled: Sequence[str], began: datetime) -> list[str]:
    """Return everything that should not be, in sentences; nothing, if the proof holds."""
    found, touched = posts(site), sorted(load.touched)
    wrong = [*load.tally.wrong]
    wrong += [f"the refresh of account {account} did not end" for account in unsettled]
    wrong += single_posts(found, touched)
    wrong += figures_right(site, load.seen)
    wrong += newest_are_new(site, touched, began)
    wrong += await kept(site, load.seen)
    if load.spent > found.total():
        wrong.append(f"{load.spent} refreshes were said to be spent, {found.total()} were sent")
    return wrong


def _figures(snapshot: Snapshot) -> tuple[int | None, ...]:
    return (
        snapshot.followers,
        snapshot.total_views,
        snapshot.total_likes,
        snapshot.total_comments,
        snapshot.total_shares,
    )


def _shown(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
