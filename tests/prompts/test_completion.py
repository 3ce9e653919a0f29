from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError
from mcp_types import Completion, PromptReference, ResourceTemplateReference
from pydantic import JsonValue

from mcp_server.app import Outside, build_application
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.resources import ANALYTICS
from mcp_server.settings import load
from tests.faults.upstream import connected
from tests.prompts.conftest import ACCOUNTS, NOW, Connect
from tests.tools.world import write_world

FIRST, SECOND, NAMELESS = (account.account_id for account in ACCOUNTS)


async def completed(connect: Connect, prompt: str, argument: str, typed: str) -> list[str]:
    reference = PromptReference(type="ref/prompt", name=prompt)
    async with connect() as client:
        result = await client.complete(reference, {"name": argument, "value": typed})
    return result.completion.values


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["brand.house", "second.brand", NAMELESS]),
        ("@BRAND", ["brand.house"]),
        ("9f3a", [FIRST]),
        ("b", ["brand.house", SECOND]),
        ("nobody", []),
    ],
)
async def test_own_accounts_complete_by_username_and_by_id(
    connect: Connect, typed: str, expected: list[str]
) -> None:
    found = await completed(connect, "account_health_report", "account", typed)
    assert sorted(found) == sorted(expected)


async def test_niches_complete_from_the_usual_words(connect: Connect) -> None:
    assert await completed(connect, "campaign_plan", "niche", "Fi") == ["finance", "fitness"]


@pytest.mark.parametrize("argument", ["budget", "account", "colour"])
async def test_what_cannot_be_known_completes_to_nothing(connect: Connect, argument: str) -> None:
    assert await completed(connect, "campaign_plan", argument, "") == []


async def test_an_unknown_prompt_has_no_completion(connect: Connect) -> None:
    reference = PromptReference(type="ref/prompt", name="weekly_report")
    async with connect() as client:
        with pytest.raises(MCPError) as caught:
            await client.complete(reference, {"name": "account", "value": ""})
    assert caught.value.code == -32602


async def test_without_the_account_tools_no_own_account_is_told(connect: Connect) -> None:
    reference = ResourceTemplateReference(type="ref/resource", uri=ANALYTICS)
    async with connect(toolsets="creators") as client:
        found = await client.complete(reference, {"name": "account_id", "value": ""})
    assert found.completion.values == []


async def test_a_resource_completes_only_what_its_address_holds(connect: Connect) -> None:
    reference = ResourceTemplateReference(type="ref/resource", uri=ANALYTICS)
    async with connect() as client:
        found = await client.complete(reference, {"name": "niche", "value": ""})
    assert found.completion.values == []


async def test_niches_that_begin_like_it_come_before_those_that_hold_it(connect: Connect) -> None:
    found = await completed(connect, "campaign_plan", "niche", "sc")
    assert found == ["science"]
    found = await completed(connect, "campaign_plan", "niche", "a")
    assert found[:2] == ["art", "beauty"]
    assert {"travel", "dance"} <= set(found)
    assert found == list(dict.fromkeys(found))


def market(request: httpx2.Request) -> httpx2.Response:
    """A live API whose searches know three creators and a hundred and twenty hashtags."""
    if request.url.path.endswith("/creators/search"):
        rows: list[JsonValue] = [
            {"username": "lena.lifts", "niche": "Fitness Food"},
            {"username": "malena", "bio": "lena_of_the_bio"},
            {"username": "lena\u202eevil"},
        ]
    else:
        rows = [{"name": f"tag{number}"} for number in range(120)]
    return httpx2.Response(200, json={"data": rows}, request=request)


async def test_names_that_answers_brought_complete_the_arguments_of_a_prompt(
    tmp_path: Path, mode: ConnectMode
) -> None:
    reference = PromptReference(type="ref/prompt", name="creator_shortlist")
    async with connected(tmp_path, market, mode) as client:

        async def typed(argument: str, value: str) -> Completion:
            result = await client.complete(reference, {"name": argument, "value": value})
            return result.completion

        assert (await typed("creator", "lena")).values == []
        await client.call_tool("searchTikTokCreators", {"q": "x"})
        await client.call_tool("searchTikTokHashtags", {"q": "x", "limit": 50})
        found = await typed("creator", "@Lena")
        assert found.values == ["lena.lifts", "malena"]
        assert (found.total, found.has_more) == (2, False)
        found = await typed("hashtag", "#tag")
        assert len(found.values) == 100
        assert (found.total, found.has_more) == (120, True)
        assert (await typed("niche", "fi")).values == ["fitness food", "finance", "fitness"]


@pytest.mark.parametrize(("typed", "expected"), [("len", ["lena.lifts"]), ("", []), ("zz", [])])
async def test_in_local_mode_the_search_completes(
    tmp_path: Path, typed: str, expected: list[str]
) -> None:
    config = LocalConfig(tmp_path, "own", clock=NOW.timestamp)
    write_world(config)
    world = LocalWorld(config)
    application = build_application(
        load(data_dir=tmp_path, world="own"),
        local_app=create_app(config, world=world),
        outside=Outside(now=lambda: NOW),
    )
    reference = PromptReference(type="ref/prompt", name="creator_shortlist")
    async with Client(application.server) as client:
        result = await client.complete(reference, {"name": "creator", "value": typed})
    await application.aclose()
    world.close()
    assert result.completion.values == expected


async def test_a_search_that_fails_completes_to_nothing(connect: Connect) -> None:
    assert await completed(connect, "creator_shortlist", "creator", "lena") == []
