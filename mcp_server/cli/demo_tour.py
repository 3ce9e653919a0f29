"""The stations of the demonstration, each a real tool call over the protocol."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import anyio
from mcp import Client
from mcp_types import Tool
from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table

from mcp_server.cli.hosts import command_path, configs

Row = Mapping[str, JsonValue]


class Tour:
    """One walk through the server; `failed` says whether a station did not go as promised."""

    def __init__(self, console: Console, client: Client) -> None:
        self._console = console
        self._client = client
        self.failed = False

    async def run(self) -> None:
        """Visit every station."""
        self._console.rule("[bold]Tokmetrics, on a generated sample world")
        self._console.print(
            "Everything below is [bold]synthetic[/]: no real person, no key, no network.\n"
        )
        await self._tools()
        names = await self._search()
        await self._compare(names)
        account_id = await self._account()
        await self._videos(account_id)
        await self._refresh(account_id)
        await self._error()
        self._paste()

    async def _call(self, tool: str, arguments: dict[str, JsonValue]) -> Row:
        shown = json.dumps(arguments, ensure_ascii=False)
        self._console.print(f"[dim]→ {tool} {escape(shown)}[/]", soft_wrap=True)
        result = await self._client.call_tool(tool, arguments)
        if result.is_error or result.structured_content is None:
            self.failed = True
            self._console.print(f"[red]{tool} failed[/]")
            return {}
        return cast("Row", result.structured_content)

    async def _tools(self) -> None:
        listed = (await self._client.list_tools()).tools
        self._console.print(f"The server offers {len(listed)} tools:")
        for tool in listed:
            self._console.print(
                f"  [bold]{tool.name}[/] [dim]{escape(_first_sentence(tool))}[/]",
                overflow="ellipsis",
                no_wrap=True,
            )
        self._console.print()

    async def _search(self) -> list[str]:
        found = await self._call(
            "searchTikTokCreators", {"q": "fitness", "min_followers": 10_000, "limit": 5}
        )
        rows = _rows(found)
        self._table(
            "Creators for “fitness”",
            ["username", "followers", "engagement %", "grade", "posts/week", "per post"],
            [
                [
                    row.get("username"),
                    row.get("followers"),
                    *(
                        _object(row, "metrics").get(name)
                        for name in (
                            "engagement_rate",
                            "creator_score",
                            "posts_per_week",
                            "estimated_sponsorship_value",
                        )
                    ),
                ]
                for row in rows
            ],
        )
        return [str(row["username"]) for row in rows[:3]]

    async def _compare(self, names: Sequence[str]) -> None:
        found = await self._call("compareTikTokCreators", {"usernames": list(names)})
        comparison = _object(_object(found, "data"), "comparison")
        body: list[list[JsonValue]] = []
        for metric in comparison:
            values = _object(_object(comparison, metric), "values")
            body.append([metric, *(values.get(name) for name in names)])
        self._table("Side by side", ["metric", *names], body)

    async def _account(self) -> str:
        accounts = _rows(await self._call("listAccounts", {"per_page": 12}))
        account_id = await self._first_refreshable(accounts)
        found = await self._call("getAccountAnalytics", {"account_id": account_id})
        data = _object(found, "data")
        name = next((row["username"] for row in accounts if row["account_id"] == account_id), "?")
        self._table(
            f"Own account @{name}",
            ["figure", "value"],
            [[name, data[name]] for name in data if name != "account_id"],
        )
        return account_id

    async def _first_refreshable(self, accounts: Sequence[Row]) -> str:
        """Some accounts of the sample are in cooldown, one has no figures yet: pass them by."""
        for account in accounts:
            account_id = str(account.get("account_id"))
            arguments: dict[str, JsonValue] = {"account_id": account_id}
            able = await self._client.call_tool("canRefreshAccountAnalytics", arguments)
            allowed = _object(cast("Row", able.structured_content or {}), "data")
            if allowed.get("can_refresh") is True and await self._as_of(account_id) is not None:
                return account_id
        self.failed = True
        return ""

    async def _videos(self, account_id: str) -> None:
        found = await self._call(
            "listAccountVideoAnalytics",
            {"account_id": account_id, "sort_by": "views", "per_page": 5},
        )
        self._table(
            "Its best videos",
            ["caption", "views", "likes", "engagement %"],
            [
                [row.get(name) for name in ("description", "views", "likes", "engagement_rate")]
                for row in _rows(found)
            ],
        )

    async def _refresh(self, account_id: str) -> None:
        """Two callers at once: one refresh; afterwards the account is in cooldown."""
        arguments: dict[str, JsonValue] = {"account_ids": [account_id], "max_age_hours": 0}
        shown = json.dumps(arguments)
        self._console.print(
            f"[dim]→ refreshAccountAnalyticsAndWait {escape(shown)}, by two callers at once[/]",
            soft_wrap=True,
        )
        with Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=self._console,
        ) as bar:
            task = bar.add_task("refreshing", total=None)
            answers: list[Row] = []

            async def told(progress: float, total: float | None, message: str | None) -> None:
                del progress, total
                bar.update(task, description=escape(message or "refreshing"))

            async def ask() -> None:
                result = await self._client.call_tool(
                    "refreshAccountAnalyticsAndWait", arguments, progress_callback=told
                )
                answers.append(cast("Row", result.structured_content or {}))

            async with anyio.create_task_group() as callers:
                callers.start_soon(ask)
                callers.start_soon(ask)
            bar.update(task, description="done", total=1, completed=1)
        outcomes = [self._outcome(answer) for answer in answers]
        self._table(
            "One refresh for both",
            ["caller", "outcome", "joined", "spent", "figures of", "quota"],
            [[f"caller {n}", *row] for n, row in enumerate(outcomes, start=1)],
        )
        self.failed |= sorted(str(row[2]) for row in outcomes) != ["0", "1"]
        again = await self._call("refreshAccountAnalyticsAndWait", arguments)
        self._table(
            "Once more",
            ["outcome", "joined", "spent", "figures of", "quota", "allowed again"],
            [[*self._outcome(again), _first(again).get("available_at")]],
        )
        self.failed |= _first(again).get("outcome") != "cooldown"

    @staticmethod
    def _outcome(answer: Row) -> list[JsonValue]:
        result, quota = _first(answer), _object(answer, "quota")
        return [
            result.get("outcome"),
            bool(result.get("joined")),
            _object(answer, "data").get("spent"),
            f"{result.get('as_of')} ({result.get('age_seconds')} s old)",
            f"{quota.get('used')} of {quota.get('limit')}",
        ]

    async def _as_of(self, account_id: str) -> JsonValue:
        result = await self._client.call_tool("getAccountAnalytics", {"account_id": account_id})
        content = cast("Row", result.structured_content or {})
        return _object(content, "provenance").get("as_of")

    async def _error(self) -> None:
        arguments = {"username": "nobody.of.this.name"}
        self._console.print(f"[dim]→ getTikTokCreatorAnalytics {json.dumps(arguments)}[/]")
        result = await self._client.call_tool("getTikTokCreatorAnalytics", arguments)
        self.failed |= not result.is_error
        text = str(getattr(result.content[0], "text", ""))
        self._console.print("An error, as the agent reads it:")
        self._console.print(Syntax(json.dumps(json.loads(text), indent=2), "json", word_wrap=True))

    def _paste(self) -> None:
        self._console.rule("[bold]Connect it")
        for config in configs(command_path(), ["serve", "--local"]):
            self._console.print(f"\n[bold]{config.host}[/]: {escape(config.where)}")
            # Plain and unwrapped, so that it can be copied.
            self._console.out(config.text, highlight=False)
        self._console.print(
            "\nWithout --local the server asks the live APIs: set TOKPORTAL_API_KEY (and, if you "
            "have one, TOKLYTICS_API_KEY) under `env`."
        )

    def _table(
        self, title: str, columns: Sequence[str], body: Sequence[Sequence[JsonValue]]
    ) -> None:
        table = Table(title=title, title_justify="left")
        for index, name in enumerate(columns):
            table.add_column(name, justify="left" if index == 0 else "right", overflow="fold")
        for row in body:
            table.add_row(*(escape(_shown(value)) for value in row))
        self._console.print(table)
        self._console.print()


def _first_sentence(tool: Tool) -> str:
    return (tool.description or "").split("\n", 1)[0]


def _rows(answer: Row) -> list[Row]:
    data = answer.get("data")
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def _first(answer: Row) -> Row:
    """The first account of a refresh."""
    found = _object(answer, "data").get("results")
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}


def _object(value: Row, name: str) -> Row:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _shown(value: JsonValue) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
