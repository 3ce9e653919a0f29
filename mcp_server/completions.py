"""Completes arguments of prompts and resources: accounts, times and public names in the store."""

from collections.abc import Mapping
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
from mcp_server.boundary.suggestions import search_names
from mcp_server.deps import Deps, DepsNow
from mcp_server.errors import AppError
from mcp_server.names.niches import NICHES
from mcp_server.store.records import NameKind
from mcp_server.untrusted import safe_token

_MOST: Final = 100  # the protocol's own limit

_NAMED: Final[Mapping[str, NameKind]] = {
    "niche": "niche",
    "creator": "creator",
    "hashtag": "hashtag",
}
"""Arguments of prompts whose values are public names."""


def register(server: MCPServer[None], deps_now: DepsNow) -> None:
    """Answer `completion/complete`.

    Args:
        server: Where to.
        deps_now: Asked at each message for what its sender may see.
    """

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator] # the SDK leaves it untyped
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        deps = deps_now()
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
    kind = _NAMED.get(argument.name)
    return None if kind is None else _first(await _names(deps, kind, argument.value))


async def _names(deps: Deps, kind: NameKind, typed: str) -> list[str]:
    """Return names that begin like `typed`, then those that hold it; seen last first."""
    part = typed.strip().lstrip("@#\uff03").lower()
    known = await deps.cache.known_names(kind)
    if kind == "niche":
        known = list(dict.fromkeys([*known, *NICHES]))
    elif deps.local and part:
        # Nothing is kept of a local upstream, which is at hand itself.
        known = await _found(deps, kind, part)
    return sorted(
        (name for name in known if part in name), key=lambda name: not name.startswith(part)
    )


async def _found(deps: Deps, kind: NameKind, part: str) -> list[str]:
    try:
        return await search_names(deps, kind, part)
    except AppError:
        return []


async def _accounts(deps: Deps, typed: str) -> list[str]:
    """Return usernames that begin like `typed`, and ids that do or that have no username."""
    begin = typed.strip().lstrip("@").lower()
    known = await deps.store.accounts(await deps.partition())
    names = [safe_token(account.username) for account in known]
    usernames = [name for name in names if name and name.lower().startswith(begin)]
    ids = [
        account.account_id
        for account, name in zip(known, names, strict=True)
        if (begin or not name)
        and account.account_id.lower().startswith(begin)
        and safe_token(account.account_id)
    ]
    return [*dict.fromkeys([*usernames, *ids])]


async def _account_ids(deps: Deps, typed: str) -> list[str]:
    """Return the ids of accounts whose id or username begins like `typed`."""
    begin = typed.strip().lstrip("@").lower()
    known = await deps.store.accounts(await deps.partition())
    return [
        account.account_id
        for account in known
        if safe_token(account.account_id)
        and (
            account.account_id.lower().startswith(begin)
            or (account.username or "").lower().startswith(begin)
        )
    ]


async def _times(deps: Deps, account_id: str | None, typed: str) -> list[str]:
    if account_id is None:
        return []
    found = await deps.store.snapshots(await deps.partition(), "account", account_id)
    times = [canonical(snapshot.scraped_at) for snapshot in found if snapshot.scraped_at]
    return [time for time in reversed(times) if time.startswith(typed.strip())]


def _first(values: list[str]) -> Completion:
    return Completion(values=values[:_MOST], total=len(values), has_more=len(values) > _MOST)
