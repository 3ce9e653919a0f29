"""Names that exist, for a call that named one which was not found.

First the names that earlier answers brought, then at most one request: a search or a list, which
cost nothing. Whatever goes wrong with that, the error stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final, cast

import anyio

from mcp_server.clients.tokportal import MOST_PER_PAGE
from mcp_server.deps import Deps
from mcp_server.errors import AppError, ErrorCode, NotFoundError
from mcp_server.names.accepted import accepted
from mcp_server.names.nearest import nearest
from mcp_server.names.niches import NICHES
from mcp_server.store.records import NameKind
from mcp_server.untrusted import safe_token

PATIENCE_SECONDS: Final = 3.0
_MOST: Final = 3
_SEARCHED: Final = 20
_SHORTEST_QUERY: Final = 4
_LOOKED_FOR: Final[Mapping[ErrorCode, tuple[NameKind, str]]] = {
    ErrorCode.NOT_FOUND_CREATOR: ("creator", "username"),
    ErrorCode.NOT_FOUND_HASHTAG: ("hashtag", "tag"),
    ErrorCode.NOT_FOUND_NICHE: ("niche", "niche"),
}


async def suggesting(
    error: NotFoundError,
    deps: Deps,
    asked: Mapping[str, object],
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> NotFoundError:
    """Return the error with the nearest known names, where there are any.

    Args:
        error: As the tool raised it.
        deps: Of the call.
        asked: The call's arguments.
        patience_seconds: How long the failed call may take longer for it.
    """
    names: list[str] = []
    with anyio.move_on_after(patience_seconds):
        try:
            names = await _names(error.code, deps, asked)
        except AppError:
            return error
    return error.suggesting(names) if names else error


async def _names(code: ErrorCode, deps: Deps, asked: Mapping[str, object]) -> list[str]:
    if code is ErrorCode.NOT_FOUND_ACCOUNT:
        return await _accounts(deps, _texts(asked, "account_id"))
    if code not in _LOOKED_FOR:
        return []
    kind, argument = _LOOKED_FOR[code]
    typed = [name for text in _texts(asked, argument) if (name := accepted(kind, text))]
    known = dict.fromkeys(await deps.cache.known_names(kind))
    if kind == "niche":
        known |= dict.fromkeys(NICHES)
    # Of several names, those that are known are not the ones to correct.
    unknown = [name for name in typed if name not in known] or typed
    if near := _first_of_each(nearest(name, known) for name in unknown):
        return near
    if not unknown or kind == "niche" or deps.cache.is_limited:
        return []
    return nearest(unknown[0], await search_names(deps, kind, _beginning(unknown[0])))


async def search_names(deps: Deps, kind: NameKind, query: str) -> list[str]:
    """Ask once for creators or hashtags.

    Raises:
        AppError: The search failed.
    """
    client = deps.cache.once()
    if kind == "creator":
        creators = await client.search_creators(q=query, limit=_SEARCHED)
        found = [row.username for row in creators.data]
    else:
        hashtags = await client.search_hashtags(q=query, limit=_SEARCHED)
        found = [row.name for row in hashtags.data]
    return [fit for text in found if text is not None and (fit := accepted(kind, text))]


def _beginning(name: str) -> str:
    """Return the part of a name to search for: half of it, but no more than its first word."""
    half = name[: max(_SHORTEST_QUERY, len(name) // 2)]
    word = half.replace("_", ".").strip(".").partition(".")[0]
    return word if len(word) >= _SHORTEST_QUERY - 1 else half


async def _accounts(deps: Deps, typed: Sequence[str]) -> list[str]:
    """Return ids of own accounts: people write a username for an id, and ids change."""
    stored = await deps.store.accounts(await deps.partition())
    newest = sorted(stored, key=lambda account: account.last_seen_at, reverse=True)
    known = {account.account_id: account.username for account in newest}
    if near := _first_of_each(_ids_like(text, known) for text in typed):
        return near
    reply = await deps.accounts.accounts(per_page=MOST_PER_PAGE, repeat=False)
    listed = {row.id: row.username for row in reply.data if row.id}
    return _first_of_each(_ids_like(text, {**listed, **known}) for text in typed)


def _ids_like(typed: str, known: Mapping[str, str | None]) -> list[str]:
    """Return another id of the same username, then ids whose own or whose username is near."""
    name = (known.get(typed) or typed).removeprefix("@").casefold()
    ids: dict[str, str] = {}
    for own, username in known.items():
        if own != typed and safe_token(own):
            ids.setdefault(own.casefold(), own)
            ids.setdefault((username or own).casefold(), own)
    return [ids[spelling] for spelling in (name, *nearest(name, ids)) if spelling in ids]


def _texts(asked: Mapping[str, object], argument: str) -> list[str]:
    """Return the texts of an argument, or of the one that takes several."""
    one = asked.get(argument)
    several = asked.get(f"{argument}s")
    given = [one] if several is None else cast("list[object]", several)
    return [text.strip() for text in given if isinstance(text, str)]


def _first_of_each(lists: Iterable[Sequence[str]]) -> list[str]:
    """Return the nearest name of each list, then the second of each, up to a few."""
    turns = (name for turn in zip_longest(*lists) for name in turn if name is not None)
    return list(dict.fromkeys(turns))[:_MOST]
