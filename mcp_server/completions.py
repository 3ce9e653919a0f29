"""Completes arguments of prompts and resources: accounts and times from the store, niches."""

from typing import Final

from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from mcp_server.answers.stored import canonical
from mcp_server.deps import Deps
from mcp_server.untrusted import one_line

_MOST: Final = 100  # the protocol's own limit

NICHES: Final = (
    "art",
    "beauty",
    "books",
    "business",
    "cars",
    "comedy",
    "cooking",
    "crafts",
    "dance",
    "education",
    "family",
    "fashion",
    "finance",
    "fitness",
    "food",
    "gaming",
    "gardening",
    "health",
    "home",
    "lifestyle",
    "music",
    "outdoors",
    "pets",
    "photography",
    "science",
    "skincare",
    "sports",
    "technology",
    "travel",
    "wellness",
)
"""Usual words; any other is allowed."""


def register(server: MCPServer[None], deps: Deps) -> None:
    """Answer `completion/complete`."""

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator] # the SDK leaves it untyped
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if isinstance(ref, PromptReference):
            return await _for_prompt(server, deps, ref, argument)
        templates = await server.list_resource_templates()
        if ref.uri not in {template.uri_template for template in templates}:
            return None
        if argument.name == "account_id":
            return _first(await _account_ids(deps, argument.value))
        if argument.name == "scraped_at":
            chosen = (context.arguments or {}) if context is not None else {}
            return _first(await _times(deps, chosen.get("account_id"), argument.value))
        return None


async def _for_prompt(
    server: MCPServer[None], deps: Deps, ref: PromptReference, argument: CompletionArgument
) -> Completion | None:
    """Complete what the prompt takes.

    Raises:
        MCPError: -32602, if there is no such prompt.
    """
    prompt = next((one for one in await server.list_prompts() if one.name == ref.name), None)
    if prompt is None:
        raise MCPError(INVALID_PARAMS, "Unknown prompt; prompts/list names those there are.")
    if argument.name not in {known.name for known in prompt.arguments or []}:
        return None
    if argument.name == "account":
        return _first(await _accounts(deps, argument.value))
    if argument.name == "niche":
        typed = argument.value.strip().lower()
        return _first([niche for niche in NICHES if niche.startswith(typed)])
    return None


async def _accounts(deps: Deps, typed: str) -> list[str]:
    """Return usernames that begin like `typed`, and ids that do or that have no username."""
    begin = typed.strip().lstrip("@").lower()
    known = await deps.store.accounts(await deps.partition())
    names = [
        one_line(account.username, limit=128) if account.username else None for account in known
    ]
    usernames = [name for name in names if name and name.lower().startswith(begin)]
    ids = [
        account.account_id
        for account, name in zip(known, names, strict=True)
        if (begin or not name) and account.account_id.lower().startswith(begin)
    ]
    return [*dict.fromkeys([*usernames, *ids])]


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
