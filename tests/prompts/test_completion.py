import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from mcp_server.resources import ANALYTICS
from tests.prompts.conftest import ACCOUNTS, Connect

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
