"""What one customer has, another never sees: tools, resources, prompts, completions, notices."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import anyio
import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp_types import (
    PromptReference,
    ResourceTemplateReference,
    TextContent,
    TextResourceContents,
)
from pydantic import JsonValue

import tools
from tests.faults.upstream import ARGUMENTS
from tests.resources.test_updates import Inbox, subscribe
from tests.store.redis_server import RedisServer, backends, running
from tests.tenants.site import ACME, GLOBEX, OWN, TWIN, Site, Way, site, stand_still

ACCOUNTS = "tokportal://accounts"
ANALYTICS = f"{ACCOUNTS}/acc_1/analytics"
VIDEOS = f"{ACCOUNTS}/acc_1/videos"
PATIENCE_SECONDS = 20
"""Only what hangs ever takes this long."""
RESOURCES = [
    ACCOUNTS,
    ANALYTICS,
    f"{ACCOUNTS}/acc_1/analytics/history",
    f"{ACCOUNTS}/acc_1/analytics/snapshots/2026-02-28T09:00:00Z",
    VIDEOS,
]
OTHERS = [(GLOBEX, "ostrich"), (TWIN, "walrus"), (OWN, "badger")]
"""Tokens of other tenants and the word that their own upstream answers with."""


@dataclass
class Look:
    """One tenant at the desk of one era."""

    client: Client

    async def call(self, tool: str) -> str:
        """All of a tool's answer."""
        result = await self.client.call_tool(tool, ARGUMENTS[tool])
        return f"{result.content} {result.structured_content} {result.meta}"

    async def read(self, uri: str) -> str:
        """The text of a resource, or of its refusal."""
        try:
            found = await self.client.read_resource(uri)
        except MCPError as error:
            return f"{error.message} {error.data}"
        return "".join(cast("TextResourceContents", part).text for part in found.contents)

    async def completed(self) -> str:
        """What every argument of every prompt and resource is completed with."""
        found: list[str] = []
        for template in (await self.client.list_resource_templates()).resource_templates:
            ref = ResourceTemplateReference(uri=template.uri_template)
            for name in ("account_id", "scraped_at"):
                done = await self.client.complete(
                    ref, {"name": name, "value": ""}, context_arguments={"account_id": "acc_1"}
                )
                found += done.completion.values
        for prompt in (await self.client.list_prompts()).prompts:
            for argument in prompt.arguments or []:
                done = await self.client.complete(
                    PromptReference(name=prompt.name), {"name": argument.name, "value": ""}
                )
                found += done.completion.values
        return " ".join(found)


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> ConnectMode:
    return cast("ConnectMode", request.param)


@pytest.fixture(scope="module")
def redis_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=backends())
def store(request: pytest.FixtureRequest) -> str | None:
    """Where everything is kept that a tenant has; nothing for the file."""
    if request.param == "sqlite":
        return None
    server: RedisServer = request.getfixturevalue("redis_of_module")
    server.empty()
    return server.url


@pytest.fixture(params=["http", "sse"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, store: str | None
) -> AsyncIterator[Site]:
    async with site(tmp_path, way=cast("Way", request.param), store=store) as served:
        yield served


async def filled(place: Site, mode: ConnectMode) -> None:
    """Let acme call everything, so that the store holds all that a tenant can have."""
    async with place.client(ACME, mode) as client:
        acme = Look(client)
        for spec in tools.ALL:
            await acme.call(spec.name)
        for uri in RESOURCES:
            assert "Nothing of this is stored" not in await acme.read(uri), uri
        assert "acc_1" in await acme.completed()


def test_every_tool_is_tried() -> None:
    assert set(ARGUMENTS) == {spec.name for spec in tools.ALL}


async def test_what_is_stored_for_one_is_not_there_for_another(
    place: Site, mode: ConnectMode
) -> None:
    await filled(place, mode)
    place.upstream.requests.clear()
    for token, _ in OTHERS:
        async with place.client(token, mode) as client:
            other = Look(client)
            for uri in RESOURCES:
                read = await other.read(uri)
                assert "walrus" not in read
                assert "Nothing of this is stored" in read or '"data":[]' in read
            listed = (await client.list_resources()).resources
            assert [resource.uri for resource in listed] == [ACCOUNTS]
            completed = await other.completed()
            assert "walrus" not in completed
            assert "acc_1" not in completed
            history = await other.call("getAccountAnalyticsHistory")
            assert "followers" not in history
            assert "NOT_FOUND" in history
    assert not place.upstream.requests


async def test_every_tool_answers_each_from_its_own_upstream(
    place: Site, mode: ConnectMode
) -> None:
    await filled(place, mode)
    for token, word in OTHERS:
        place.upstream.requests.clear()
        async with place.client(token, mode) as client:
            await _sees_its_own(Look(client), word)
        sent = {
            request.headers.get("x-api-key") or request.headers.get("x-toklytics-key")
            for request in place.upstream.requests
        }
        # The twin has acme's keys, and asks all the same: acme's answers are not its own.
        name = {GLOBEX: "globex", TWIN: "acme", OWN: "own"}[token]
        assert sent == {f"sk_{name}", f"tk_{name}"}


async def _sees_its_own(other: Look, word: str) -> None:
    for spec in tools.ALL:
        answer = await other.call(spec.name)
        assert word == "walrus" or "walrus" not in answer, spec.name
        if spec.toolset != "accounts":
            assert "'cached': True" not in answer, spec.name
    assert word in await other.completed()
    for prompt in (await other.client.list_prompts()).prompts:
        given = {one.name: "acc_1" for one in prompt.arguments or [] if one.required}
        text = await _prompted(other.client, prompt.name, given)
        assert word == "walrus" or "walrus" not in text


async def test_a_running_refresh_is_joined_within_its_tenant_alone(
    tmp_path: Path, mode: ConnectMode, store: str | None
) -> None:
    jobs: list[str] = []
    async with site(tmp_path, sleep=stand_still, store=store) as place:
        place.upstream.is_pending = True
        for token in (ACME, GLOBEX, TWIN):
            async with place.client(token, mode) as client:
                for _ in range(2):
                    result = await client.call_tool(
                        "refreshAccountAnalyticsAndWait",
                        {"account_ids": ["acc_1"], "wait_seconds": 0},
                    )
                    jobs.append(_job_of(result.structured_content))
        posts = sorted(place.upstream.posts)
    acme, again, globex, theirs, twin, twins = jobs
    assert (acme, globex, twin) == (again, theirs, twins)
    assert len({acme, globex, twin}) == 3
    # Once for each tenant: that acme's twin has the same keys is for the operator to know.
    assert posts == ["sk_acme", "sk_acme", "sk_globex"]


@pytest.mark.filterwarnings("ignore:resources/(un)?subscribe is removed")
async def test_an_older_client_hears_of_its_own_tenant_alone(place: Site) -> None:
    acmes, others = Inbox(), Inbox()
    async with (
        place.client(ACME, "legacy", acmes) as acme,
        place.client(GLOBEX, "legacy", others) as globex,
    ):
        for client in (acme, globex):
            for uri in (ANALYTICS, VIDEOS):
                await subscribe(client, uri)
        with anyio.fail_after(PATIENCE_SECONDS):
            await Look(acme).call("getAccountAnalytics")
            await acmes.until(ANALYTICS)
            assert others.lists == 0
            await Look(globex).call("listAccountVideoAnalytics")
            await others.until(VIDEOS)
            for client in (acme, globex):  # the SDK's client fails if a notice comes as it leaves
                await client.list_prompts()
    # Changes are told in order: had acme's been told to globex, it would be here by now.
    assert set(others.uris) == {VIDEOS}
    assert set(acmes.uris) == {ANALYTICS}


async def test_a_newer_client_hears_of_its_own_tenant_alone(place: Site) -> None:
    async with (
        place.client(ACME) as acme,
        place.client(GLOBEX) as globex,
        acme.listen(resource_subscriptions=[ANALYTICS, VIDEOS]) as acmes,
        globex.listen(resource_subscriptions=[ANALYTICS, VIDEOS]) as others,
    ):
        with anyio.fail_after(PATIENCE_SECONDS):
            await Look(acme).call("getAccountAnalytics")
            first = await anext(aiter(acmes))
            await Look(globex).call("listAccountVideoAnalytics")
            second = await anext(aiter(others))
    assert isinstance(first, ResourceUpdated)
    assert isinstance(second, ResourceUpdated)
    assert (first.uri, second.uri) == (ANALYTICS, VIDEOS)


async def _prompted(client: Client, name: str, given: dict[str, str]) -> str:
    try:
        found = await client.get_prompt(name, given)
    except MCPError as error:
        return error.message
    return " ".join(cast("TextContent", message.content).text for message in found.messages)


def _job_of(answer: dict[str, JsonValue] | None) -> str:
    data = cast("dict[str, JsonValue]", (answer or {})["data"])
    (row,) = cast("list[dict[str, JsonValue]]", data["results"])
    return str(row["job_id"])
