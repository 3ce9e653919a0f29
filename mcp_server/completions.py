"""Completes account ids and times of snapshots from the store."""

from typing import Final

from mcp.server.mcpserver import MCPServer
from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from mcp_server.answers.stored import canonical
from mcp_server.deps import Deps

_MOST: Final = 100  # the protocol's own limit


def register(server: MCPServer[None], deps: Deps) -> None:
    """Answer `completion/complete`."""

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator] # the SDK leaves it untyped
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        del ref
        if argument.name == "account_id":
            return _first(await _account_ids(deps, argument.value))
        if argument.name == "scraped_at":
            chosen = (context.arguments or {}) if context is not None else {}
            return _first(await _times(deps, chosen.get("account_id"), argument.value))
        return None


async def _account_ids(deps: Deps, typed: str) -> list[str]:
    """Return the ids of accounts whose id or username begins like `typed`."""
    begin = typed.strip().lstrip("@").lower()
    known = await deps.store.accounts(await deps.partition())
    return [
        account.account_id
        for account in known
        if account.account_id.lower().startswith(begin)
        or (account.username or "").lower().startswith(begin)
    ]


async def _times(deps: Deps, account_id: str | None, typed: str) -> list[str]:
    if account_id is None:
        return []
    found = await deps.store.snapshots(await deps.partition(), "account", account_id)
    times = [canonical(snapshot.scraped_at) for snapshot in found if snapshot.scraped_at]
    return [time for time in reversed(times) if time.startswith(typed.strip())]


def _first(values: list[str]) -> Completion:
    return Completion(values=values[:_MOST], total=len(values), has_more=len(values) > _MOST)
