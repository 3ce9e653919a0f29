"""The Python SDK of both eras, mcp 2.x; the same steps as steps.mjs."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, TextContent, TextResourceContents
from pydantic import BaseModel, JsonValue

TEMPLATE = "tokportal://accounts/{account_id}/analytics"
REFRESH = "refreshAccountAnalyticsAndWait"


class Target(BaseModel):
    """What to connect to, and what to expect of it."""

    transport: str
    url: str = ""
    server: dict[str, JsonValue] = {}
    mode: ConnectMode
    version: str
    turn: int


def must(holds: object, message: object) -> None:
    if not holds:
        raise AssertionError(message)


def said(result: CallToolResult) -> Mapping[str, JsonValue]:
    text = result.content[0]
    assert isinstance(text, TextContent)
    return cast("Mapping[str, JsonValue]", json.loads(text.text))


class Walk:
    """The steps, in order; later ones use the account that an early one found."""

    def __init__(self, client: Client, target: Target) -> None:
        self._client = client
        self._target = target
        self._account = ""
        self._other = ""
        self.failed: dict[str, str] = {}

    async def run(self) -> None:
        """Take every step, whatever comes of the others."""
        steps: Mapping[str, Callable[[], Awaitable[None]]] = {
            "version": self._version,
            "structured result": self._structured,
            "progress": self._progress,
            "tool error": self._tool_error,
            "unknown tool": self._unknown_tool,
            "template": self._template,
            "prompt": self._prompt,
            "cancellation": self._cancellation,
            "a call after it": self._afterwards,
        }
        for name, step in steps.items():
            try:
                await asyncio.wait_for(step(), 20)
            except (AssertionError, MCPError, TimeoutError, KeyError, TypeError) as error:
                self.failed[name] = f"{type(error).__name__}: {error}"[:300]

    def _arguments(self, account: str, seconds: int) -> dict[str, JsonValue]:
        return {"account_ids": [account], "wait_seconds": seconds, "max_age_hours": 0}

    async def _version(self) -> None:
        version = self._client.protocol_version
        must(version == self._target.version, f"{version}, not {self._target.version}")

    async def _structured(self) -> None:
        result = await self._client.call_tool("listAccounts", {})
        rows = cast("list[Mapping[str, str]]", said(result)["data"])
        self._account, *others = (row["account_id"] for row in rows)
        # One that no other client has just refreshed: a call would find that done, and answer.
        self._other = others[self._target.turn % len(others)]
        must(result.structured_content == said(result), "text and structure differ")

    async def _progress(self) -> None:
        heard = asyncio.Event()

        async def on_progress(
            progress: float,  # noqa: ARG001 - names are part of the callback's type
            total: float | None,  # noqa: ARG001
            message: str | None,  # noqa: ARG001
        ) -> None:
            heard.set()

        result = await self._client.call_tool(
            REFRESH, self._arguments(self._account, 10), progress_callback=on_progress
        )
        must(not result.is_error, said(result))
        must(heard.is_set(), "no progress arrived")

    async def _tool_error(self) -> None:
        result = await self._client.call_tool(
            "getAccountAnalytics", {"account_id": "no-such-account"}
        )
        must(result.is_error, "not marked as an error")
        code = cast("Mapping[str, str]", said(result)["error"])["code"]
        must(code == "NOT_FOUND_ACCOUNT", code)

    async def _unknown_tool(self) -> None:
        try:
            await self._client.call_tool("noSuchTool", {})
        except MCPError as error:
            must(error.code == INVALID_PARAMS, f"code {error.code}")
        else:
            raise AssertionError("it was answered")

    async def _template(self) -> None:
        listed = await self._client.list_resource_templates()
        must(TEMPLATE in [one.uri_template for one in listed.resource_templates], "not listed")
        read = await self._client.read_resource(TEMPLATE.format(account_id=self._account))
        content = read.contents[0]
        assert isinstance(content, TextResourceContents)
        must(json.loads(content.text)["data"]["account_id"] == self._account, "another account")

    async def _prompt(self) -> None:
        got = await self._client.get_prompt("account_health_report", {"account": self._account})
        text = got.messages[0].content
        assert isinstance(text, TextContent)
        must(self._account in text.text, "the argument is not in the prompt")

    async def _cancellation(self) -> None:
        heard = asyncio.Event()

        async def on_progress(
            progress: float,  # noqa: ARG001 - names are part of the callback's type
            total: float | None,  # noqa: ARG001
            message: str | None,  # noqa: ARG001
        ) -> None:
            heard.set()

        arguments = self._arguments(self._other, 30)
        running = asyncio.ensure_future(
            self._client.call_tool(REFRESH, arguments, progress_callback=on_progress)
        )
        await heard.wait()
        running.cancel()
        await asyncio.wait([running])
        must(running.cancelled(), "the call answered all the same")

    async def _afterwards(self) -> None:
        must(not (await self._client.call_tool("listAccounts", {})).is_error, "an error")


async def main() -> None:
    """Walk one client, and print what was negotiated and what went wrong."""
    target = Target.model_validate_json(os.environ["CONFORMANCE_TARGET"])
    if target.transport == "stdio":
        nowhere = await asyncio.to_thread(open, os.devnull, "w")
        transport = stdio_client(StdioServerParameters.model_validate(target.server), nowhere)
    elif target.transport == "sse":
        transport = sse_client(target.url)
    else:
        transport = streamable_http_client(target.url)
    async with Client(transport, mode=target.mode) as client:
        walk = Walk(client, target)
        await walk.run()
        answer = {"version": client.protocol_version, "failed": walk.failed}
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
