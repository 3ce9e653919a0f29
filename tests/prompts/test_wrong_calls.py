import pytest
from mcp.shared.exceptions import MCPError

from tests.prompts.conftest import Connect

INVALID_PARAMS = -32602


async def refused(
    connect: Connect, name: str, arguments: dict[str, str] | None, toolsets: str | None = None
) -> str:
    async with connect(toolsets=toolsets) as client:
        with pytest.raises(MCPError) as caught:
            await client.get_prompt(name, arguments)
    assert caught.value.code == INVALID_PARAMS
    return caught.value.message


async def test_an_unknown_prompt_is_refused_with_the_known_ones(connect: Connect) -> None:
    message = await refused(connect, "weekly_report\u202e", {}, "accounts")
    assert message == (
        "Unknown prompt. This server has: account_health_report, should_i_refresh_now."
    )


async def test_a_prompt_that_is_switched_off_is_unknown(connect: Connect) -> None:
    message = await refused(connect, "campaign_plan", {"niche": "a", "budget": "1"}, "sounds")
    assert "switched off" in message


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("account_health_report", None, "account is required"),
        ("account_health_report", {}, "account is required"),
        ("account_health_report", {"account": " "}, "account string should have at least 1"),
        ("account_health_report", {"account": "x", "days": "many"}, "days should be a valid int"),
        ("account_health_report", {"account": "x", "days": "0"}, "days should be greater than or"),
        ("campaign_plan", {"niche": "food"}, "budget is required"),
        ("campaign_plan", {"niche": "food", "budget": "0"}, "budget should be greater than 0"),
        ("campaign_plan", {"niche": "food", "budget": "nan"}, "budget should be"),
        ("campaign_plan", {"niche": "food", "budget": "inf"}, "budget should be"),
        ("campaign_plan", {"niche": "food", "budget": "$5,000"}, "budget should be a valid number"),
        (
            "compare_account_with_niche",
            {"account": "x", "niche": "food", "colour\n": "red"},
            '"colour" is no argument of it',
        ),
        (
            "creator_shortlist",
            {"brief": "x", "niche": "food", "min_followers": "9", "max_followers": "8"},
            "min_followers is above max_followers",
        ),
    ],
)
async def test_wrong_arguments_are_refused_with_what_is_wrong(
    connect: Connect, name: str, arguments: dict[str, str] | None, fault: str
) -> None:
    message = await refused(connect, name, arguments)
    assert message.startswith(f"Prompt {name}: {fault}")
    assert "Its arguments: " in message


async def test_a_refusal_stays_short_and_repeats_no_value(connect: Connect) -> None:
    arguments = {f"argument{number}" * 50: "secret" for number in range(50)}
    message = await refused(connect, "campaign_plan", arguments)
    assert len(message) < 1_000
    assert "secret" not in message
