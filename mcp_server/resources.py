"""The stored snapshots as resources. They are read from the store alone: no request, no spend."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp_types import Annotations
from pydantic import BaseModel, JsonValue

from mcp_server.answers.budget import MAX_BYTES, dumps, fit, size
from mcp_server.answers.clean import clean
from mcp_server.answers.envelope import Answer, Provenance
from mcp_server.answers.stored import age_seconds, canonical, stored_answer
from mcp_server.boundary.marks import UNTRUSTED
from mcp_server.deps import Deps, DepsNow
from mcp_server.models.time import parse_time
from mcp_server.store.records import Kind, StoredSnapshot
from mcp_server.untrusted import safe_token

ACCOUNTS: Final = "tokportal://accounts"
ANALYTICS: Final = "tokportal://accounts/{account_id}/analytics"
HISTORY: Final = "tokportal://accounts/{account_id}/analytics/history"
SNAPSHOT: Final = "tokportal://accounts/{account_id}/analytics/snapshots/{scraped_at}"
VIDEOS: Final = "tokportal://accounts/{account_id}/videos"

_JSON: Final = "application/json"
_FOREVER_MS: Final = 365 * 24 * 3600 * 1000
_HISTORY_ROWS: Final = 100
_MARK: Final = {UNTRUSTED: ["data"]}
"""Names and captions are strangers' texts, and so may be a field that the API adds."""


def register(server: MCPServer[None], deps: DepsNow) -> None:
    """Add the resource, the templates and the dynamic list to `server`.

    Args:
        server: Where to.
        deps: Asked at each message for what its sender may see.
    """
    shelf = Shelf(deps)
    server.middleware.append(shelf)
    audience = Annotations(audience=["assistant"], priority=0.8)

    @server.resource(
        ACCOUNTS, title="Known accounts", mime_type=_JSON, annotations=audience, meta=_MARK
    )
    async def accounts() -> str:
        """Own accounts seen so far, with the age of each one's stored analytics."""
        return await shelf.accounts()

    @server.resource(
        ANALYTICS, title="Stored analytics", mime_type=_JSON, annotations=audience, meta=_MARK
    )
    async def analytics(account_id: str) -> str:
        """The latest stored totals of one own account."""
        return await shelf.latest("account", account_id, "getAccountAnalytics")

    @server.resource(
        HISTORY, title="Stored history", mime_type=_JSON, annotations=audience, meta=_MARK
    )
    async def history(account_id: str) -> str:
        """The stored totals of one own account over time, newest first."""
        return await shelf.history(account_id)

    @server.resource(
        SNAPSHOT, title="One snapshot", mime_type=_JSON, annotations=audience, meta=_MARK
    )
    async def snapshot(account_id: str, scraped_at: str) -> str:
        """The totals as they were collected at one time; they never change."""
        return await shelf.snapshot(account_id, scraped_at)

    @server.resource(
        VIDEOS, title="Stored videos", mime_type=_JSON, annotations=audience, meta=_MARK
    )
    async def videos(account_id: str) -> str:
        """The latest stored videos of one own account."""
        return await shelf.latest("videos", account_id, "listAccountVideoAnalytics")


class Shelf:
    """Reads resources from the store; as a middleware it lists one entry per known account."""

    def __init__(self, deps: DepsNow) -> None:
        self._deps_now = deps

    @property
    def _deps(self) -> Deps:
        return self._deps_now()

    async def accounts(self) -> str:
        """Return the known accounts with the age of their snapshot."""
        partition = await self._deps.partition()
        now = self._deps.now()
        rows: list[JsonValue] = []
        for account in await self._deps.store.accounts(partition):
            found = await self._deps.store.latest_snapshot(partition, "account", account.account_id)
            row: dict[str, JsonValue] = {
                "account_id": account.account_id,
                "username": account.username,
                "platform": account.platform,
            }
            if found is not None:
                row["resource"] = ANALYTICS.format(account_id=account.account_id)
                if found.scraped_at is not None:
                    row["as_of"] = canonical(found.scraped_at)
                    row["age_seconds"] = age_seconds(found.scraped_at, now)
            rows.append(row)
        provenance = Provenance(
            api="tokportal",
            mode="local" if self._deps.local else "live",
            synthetic=True if self._deps.world == "sample" else None,
            fetched_at=canonical(now),
            cached=True,
        )
        return _text(Answer[JsonValue](data=rows, provenance=provenance))

    async def latest(self, kind: Kind, account_id: str, tool: str) -> str:
        """Return the newest snapshot of a kind."""
        partition = await self._deps.partition()
        found = await self._deps.store.latest_snapshot(partition, kind, account_id)
        return _text(stored_answer(_existing(found, tool), self._deps.now()))

    async def snapshot(self, account_id: str, scraped_at: str) -> str:
        """Return the snapshot of one time."""
        moment = parse_time(scraped_at)
        found = None
        if moment is not None:
            found = await self._deps.store.snapshot_at(
                await self._deps.partition(), "account", account_id, moment
            )
        answer = stored_answer(_existing(found, "getAccountAnalytics"), self._deps.now())
        # Clients may keep it for good, and an age would be wrong tomorrow.
        lasting = answer.provenance.model_copy(update={"age_seconds": None})
        return _text(answer.model_copy(update={"provenance": lasting}))

    async def history(self, account_id: str) -> str:
        """Return the newest stored snapshots, each with the address it has for good."""
        found = await self._deps.store.snapshots(
            await self._deps.partition(), "account", account_id, limit=_HISTORY_ROWS
        )
        newest = _existing(found[-1] if found else None, "getAccountAnalytics")
        envelope = stored_answer(newest, self._deps.now())
        rows: list[JsonValue] = [_dated(snapshot, account_id) for snapshot in reversed(found)]
        return _text(envelope.model_copy(update={"data": rows}))

    async def known_uris(self) -> Sequence[tuple[str, str]]:
        """Return address and title of the stored analytics of every account that has some.

        An id or username that is no plain token is a stranger's text, and has no place in a list
        of the server's own: the first keeps its account out, the second is left out of the title.
        """
        deps = self._deps
        partition = await deps.partition()
        return [
            (
                ANALYTICS.format(account_id=account.account_id),
                f"Analytics of {safe_token(account.username) or account.account_id}",
            )
            for account in await deps.store.accounts(partition)
            if safe_token(account.account_id)
            and await deps.store.latest_snapshot(partition, "account", account.account_id)
        ]

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """List known accounts, and let clients keep what never changes."""
        result = await call_next(ctx)
        if ctx.method == "resources/list":
            wire = dict(cast("dict[str, object]", result))
            listed = cast("list[object]", wire.get("resources", []))
            known = [
                {"uri": uri, "name": uri, "title": title, "mimeType": _JSON}
                for uri, title in await self.known_uris()
            ]
            return cast("HandlerResult", {**wire, "resources": [*listed, *known]})
        if ctx.method == "resources/read" and "/analytics/snapshots/" in str(
            (ctx.params or {}).get("uri", "")
        ):
            wire = dict(cast("dict[str, object]", result))
            if "ttlMs" in wire:
                wire["ttlMs"] = _FOREVER_MS
            return cast("HandlerResult", wire)
        return result


def _existing(found: StoredSnapshot | None, tool: str) -> StoredSnapshot:
    if found is None:
        raise ResourceNotFoundError(f"Nothing of this is stored yet; the tool {tool} fetches it.")
    return found


def _dated(snapshot: StoredSnapshot, account_id: str) -> dict[str, JsonValue]:
    row: dict[str, JsonValue] = {
        name: value for name, value in snapshot.body.items() if name != "account_id"
    }
    if snapshot.scraped_at is not None:
        row["resource"] = SNAPSHOT.format(
            account_id=account_id, scraped_at=canonical(snapshot.scraped_at)
        )
    return row


def _text(answer: BaseModel) -> str:
    document = cast("dict[str, JsonValue]", answer.model_dump(mode="json", exclude_none=True))
    data = clean(document.pop("data"))
    fitted = fit(data, room=MAX_BYTES - size({**document, "data": []}), paging=None)
    final: dict[str, JsonValue] = {"data": fitted.data, **document}
    if fitted.notes:
        final["notes"] = [*fitted.notes]
    return dumps(final)


def uris_of(account_id: str, kind: Kind | None, at: datetime | None = None) -> list[str]:
    """Return the addresses that a new snapshot of an account changes."""
    if kind == "account":
        found = [template.format(account_id=account_id) for template in (ANALYTICS, HISTORY)]
        if at is not None:
            found.append(SNAPSHOT.format(account_id=account_id, scraped_at=canonical(at)))
        return [*found, ACCOUNTS]
    if kind == "videos":
        return [VIDEOS.format(account_id=account_id)]
    return []
