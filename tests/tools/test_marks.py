"""Which answers are marked as holding other people's text."""

import pytest
from mcp import Client
from pydantic import JsonValue

from tests.tools.conftest import Desk, rows

KEY = "tokmetrics/untrusted"


async def marks(desk: Desk, tool: str, **arguments: JsonValue) -> object:
    """The mark of an answer, `None` without one."""
    async with Client(desk.application.server, mode=desk.mode) as client:
        result = await client.call_tool(tool, arguments)
    assert not result.is_error
    return (result.meta or {}).get(KEY)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("searchTikTokVideos", {"q": "training"}),
        ("searchTikTokCreators", {"q": "fitness"}),
        ("getTikTokVideoDetails", {"video_id": "1"}),
        ("listAccounts", {}),
        ("getTikTokNicheBenchmarks", {"niche": "fitness"}),
    ],
)
async def test_captions_and_names_are_marked(
    desk: Desk, tool: str, arguments: dict[str, JsonValue]
) -> None:
    if "video_id" in arguments:
        found = await desk.call("searchTikTokVideos", q="training", fields="video_id", limit=1)
        arguments = {"video_id": rows(found)[0]["video_id"]}
    assert await marks(desk, tool, **arguments) == ["data"]


async def test_figures_times_and_the_callers_own_words_are_not(desk: Desk) -> None:
    account: dict[str, JsonValue] = {"account_id": desk.account_id}
    assert await marks(desk, "getToklyticsStats") is None
    assert await marks(desk, "getAccountAnalytics", **account) is None
    assert await marks(desk, "getAccountAnalyticsHistory", **account) is None
    assert await marks(desk, "searchTikTokVideos", fields="plays,posted_at") is None
    assert await marks(desk, "searchTikTokCreators", q="no such words") is None


async def test_what_the_server_says_of_a_refresh_is_not_taken_for_a_strangers_text(
    desk: Desk,
) -> None:
    fresh = await marks(desk, "refreshAccountAnalyticsAndWait", account_ids=[desk.account_id])
    assert fresh is None
