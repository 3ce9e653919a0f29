"""Accounts that an upstream has named."""

from collections.abc import Sequence

from mcp_server.store.records import KnownAccount
from mcp_server.store.redis import changes, codec, keys
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import values
from mcp_server.store.redis.wire import Wire
from mcp_server.store.rules import merged


async def put(wire: Wire, partition: str, accounts: Sequence[KnownAccount]) -> bool:
    """Remember accounts; True if one is new."""
    if not accounts:
        return False

    async def attempt(draft: Draft) -> bool:
        is_new = await remember(wire, draft, partition, accounts)
        if is_new:
            changes.write(draft, partition)
        return is_new

    return await settled(wire, attempt)


async def remember(
    wire: Wire, draft: Draft, partition: str, accounts: Sequence[KnownAccount]
) -> bool:
    """Draft what is known after seeing these; True if one is new."""
    name = keys.accounts(partition)
    ids = [*dict.fromkeys(account.account_id for account in accounts)]
    found = values(await wire.one("HMGET", name, *ids))
    for account_id, text in zip(ids, found, strict=True):
        draft.expect(("HGET", name, account_id), text)
    known = {
        account_id: codec.account_of(text)
        for account_id, text in zip(ids, found, strict=True)
        if text is not None
    }
    # One by one, since a list may name an account twice.
    for account in accounts:
        old = known.get(account.account_id)
        known[account.account_id] = account if old is None else merged(old, account)
    for account_id, account in known.items():
        draft.write("HSET", name, account_id, codec.account_text(account))
    return None in found


async def known(wire: Wire, partition: str) -> list[KnownAccount]:
    """Return the accounts by username, then id."""
    found = values(await wire.one("HVALS", keys.accounts(partition)))
    accounts = [codec.account_of(text) for text in found if text is not None]
    return sorted(accounts, key=lambda one: (one.username or "", one.account_id))
