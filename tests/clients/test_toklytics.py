"""What leaves for Toklytics, and what never does."""

from collections.abc import Awaitable, Callable

import pytest

from mcp_server.clients.reply import Reply
from mcp_server.clients.toklytics import ToklyticsClient
from mcp_server.errors import ErrorCode, InvalidArgumentError, NotFoundError
from mcp_server.models.creator import CreatorSort
from tests.clients.recorder import answer, toklytics

BASE = "https://toklytics.app/api/v1"
ROWS = answer({"data": []})

Operation = Callable[[ToklyticsClient], Awaitable[Reply[object]]]

ADDRESSES: list[tuple[Operation, str]] = [
    (lambda client: client.search_creators(), "/creators/search?page=1&limit=20"),
    (
        lambda client: client.search_creators(
            q=" fit ",
            min_followers=0,
            max_followers=0,
            verified=True,
            region="UK",
            sort="followers",
            order="asc",
            page=2,
            limit=50,
        ),
        (
            "/creators/search?q=fit&min_followers=0&max_followers=0&verified=true&region=UK"
            "&sort=followers&order=asc&page=2&limit=50"
        ),
    ),
    (
        lambda client: client.search_creators(verified=False, q="  "),
        "/creators/search?verified=false&page=1&limit=20",
    ),
    (
        lambda client: client.get_creator_videos("@name", hashtag="#fyp", min_views=10),
        "/creators/name/videos?min_views=10&hashtag=fyp&page=1&limit=20",
    ),
    (
        lambda client: client.search_videos(
            q="広島",
            hashtag="#a b",
            creator="@x",
            min_views=1,
            duration="short",
            content_type="slideshow",
            sort="plays",
        ),
        (
            "/videos/search?q=%E5%BA%83%E5%B3%B6&hashtag=a+b&creator=x&min_views=1&duration=short"
            "&content_type=slideshow&sort=plays&page=1&limit=20"
        ),
    ),
    (lambda client: client.trending_videos(), "/videos/trending?period=7d&limit=20"),
    (
        lambda client: client.trending_videos(period="24h", limit=1),
        "/videos/trending?period=24h&limit=1",
    ),
    (
        lambda client: client.search_hashtags(q="#fit", sort="view_count"),
        "/hashtags/search?q=fit&sort=view_count&page=1&limit=20",
    ),
    (lambda client: client.trending_hashtags(limit=5), "/hashtags/trending?limit=5"),
    (
        lambda client: client.search_sounds(q="a&b", sort="recent", page=4),
        "/sounds/search?q=a%26b&sort=recent&page=4&limit=20",
    ),
    (lambda client: client.trending_sounds(), "/sounds/trending?limit=20"),
]

OBJECTS: list[tuple[Operation, str]] = [
    (lambda client: client.get_creator("@Name.x"), "/creators/Name.x"),
    (lambda client: client.get_creator_top_content("a/b"), "/creators/a%2Fb/top-content"),
    (lambda client: client.get_video("7123456789012345678"), "/videos/7123456789012345678"),
    (lambda client: client.get_hashtag(" #été "), "/hashtags/%C3%A9t%C3%A9"),
    (lambda client: client.get_hashtag("##🔥"), "/hashtags/%F0%9F%94%A5"),
    (lambda client: client.get_hashtag("searching"), "/hashtags/searching"),
    (lambda client: client.get_sound("6912345678901234567"), "/sounds/6912345678901234567"),
    (lambda client: client.platform_stats(), "/analytics/platform-stats"),
    (
        lambda client: client.compare_creators(["b", "@A", "a", " c "]),
        "/analytics/creator-comparison?usernames=b%2CA%2Cc",
    ),
    (
        lambda client: client.niche_report(" fitness "),
        "/analytics/niche-report?niche=fitness&min_followers=10000",
    ),
    (
        lambda client: client.niche_report("x", min_followers=5, max_followers=6),
        "/analytics/niche-report?niche=x&min_followers=5&max_followers=6",
    ),
    (
        lambda client: client.plan_campaign(20000, "beauty"),
        "/analytics/campaign-planner?budget=20000&niche=beauty&min_engagement_rate=3",
    ),
    (
        lambda client: client.plan_campaign(99.5, "x", min_engagement_rate=0, region="US"),
        "/analytics/campaign-planner?budget=99.5&niche=x&min_engagement_rate=0&region=US",
    ),
]


@pytest.mark.parametrize(("operation", "url"), ADDRESSES)
async def test_each_list_sends_documented_parameters_only(operation: Operation, url: str) -> None:
    client, network = toklytics(ROWS)
    await operation(client)
    assert network.url == BASE + url


@pytest.mark.parametrize(("operation", "url"), OBJECTS)
async def test_each_object_has_its_address(operation: Operation, url: str) -> None:
    client, network = toklytics()
    await operation(client)
    assert network.url == BASE + url
    assert network.requests[0].method == "GET"


async def test_without_a_key_the_header_is_absent_and_not_empty() -> None:
    client, network = toklytics()
    await client.platform_stats()
    assert "x-toklytics-key" not in network.requests[0].headers


async def test_a_key_travels_in_toklytics_header_alone() -> None:
    client, network = toklytics(key="tk-key")
    await client.platform_stats()
    headers = network.requests[0].headers
    assert [name for name, value in headers.items() if value == "tk-key"] == ["x-toklytics-key"]
    assert "x-tokportal-client" not in headers


RESERVED: list[Operation] = [
    lambda client: client.get_creator("search"),
    lambda client: client.get_creator("@Trending"),
    lambda client: client.get_creator_videos(" SEARCH "),
    lambda client: client.get_creator_top_content("trending"),
    lambda client: client.get_hashtag("#Search"),
    lambda client: client.get_hashtag("# trending"),
    lambda client: client.get_video("search"),
    lambda client: client.get_sound("TRENDING"),
]


@pytest.mark.parametrize("operation", RESERVED)
async def test_names_that_are_routes_are_refused_here(operation: Operation) -> None:
    client, network = toklytics()
    with pytest.raises(InvalidArgumentError, match="route"):
        await operation(client)
    assert network.requests == []


REFUSED: list[tuple[str, Operation]] = [
    ("limit", lambda client: client.search_creators(limit=51)),
    ("limit", lambda client: client.search_videos(limit=0)),
    ("limit", lambda client: client.trending_videos(limit=51)),
    ("limit", lambda client: client.trending_hashtags(limit=51)),
    ("limit", lambda client: client.trending_sounds(limit=-1)),
    ("page", lambda client: client.search_hashtags(page=0)),
    ("min_followers", lambda client: client.search_creators(min_followers=2, max_followers=1)),
    ("min_followers", lambda client: client.search_creators(min_followers=-1)),
    ("max_followers", lambda client: client.search_creators(max_followers=-1)),
    ("min_followers", lambda client: client.niche_report("x", max_followers=9_999)),
    ("min_views", lambda client: client.search_videos(min_views=-1)),
    ("min_views", lambda client: client.get_creator_videos("a", min_views=-5)),
    ("niche", lambda client: client.niche_report("  ")),
    ("niche", lambda client: client.plan_campaign(1, "")),
    ("budget", lambda client: client.plan_campaign(0, "x")),
    ("budget", lambda client: client.plan_campaign(-5, "x")),
    ("budget", lambda client: client.plan_campaign(float("nan"), "x")),
    ("budget", lambda client: client.plan_campaign(float("inf"), "x")),
    (
        "min_engagement_rate",
        lambda client: client.plan_campaign(1, "x", min_engagement_rate=float("nan")),
    ),
    ("min_engagement_rate", lambda client: client.plan_campaign(1, "x", min_engagement_rate=-1)),
    ("username", lambda client: client.get_creator(" @ ")),
    ("tag", lambda client: client.get_hashtag("#")),
    ("video_id", lambda client: client.get_video("")),
    ("music_id", lambda client: client.get_sound("..")),
    ("usernames", lambda client: client.compare_creators(["a"])),
    ("usernames", lambda client: client.compare_creators(["a", "@A", "A "])),
    ("usernames", lambda client: client.compare_creators([f"n{i}" for i in range(11)])),
    ("usernames", lambda client: client.compare_creators(["a,b", "c"])),
    ("usernames", lambda client: client.compare_creators(["a", "@"])),
]


@pytest.mark.parametrize(("parameter", "operation"), REFUSED)
async def test_what_cannot_work_is_refused_before_any_request(
    parameter: str, operation: Operation
) -> None:
    client, network = toklytics()
    with pytest.raises(InvalidArgumentError) as caught:
        await operation(client)
    assert caught.value.parameter == parameter
    assert caught.value.allowed
    assert network.requests == []


@pytest.mark.parametrize("sort", ["plays"])
async def test_an_unknown_sort_word_is_refused_with_the_known_ones(sort: CreatorSort) -> None:
    client, network = toklytics()
    with pytest.raises(InvalidArgumentError) as caught:
        await client.search_creators(sort=sort)
    assert caught.value.allowed == ["followers", "likes", "videos", "recent"]
    assert network.requests == []


@pytest.mark.parametrize("count", [2, 10])
async def test_a_comparison_keeps_the_order_of_two_to_ten_names(count: int) -> None:
    names = [f"n{number}" for number in range(count)]
    client, network = toklytics()
    await client.compare_creators(names)
    assert network.requests[0].url.params["usernames"].split(",") == names


MISSING: list[tuple[Operation, ErrorCode]] = [
    (lambda client: client.get_creator("a"), ErrorCode.NOT_FOUND_CREATOR),
    (lambda client: client.get_creator_videos("a"), ErrorCode.NOT_FOUND_CREATOR),
    (lambda client: client.get_creator_top_content("a"), ErrorCode.NOT_FOUND_CREATOR),
    (lambda client: client.compare_creators(["a", "b"]), ErrorCode.NOT_FOUND_CREATOR),
    (lambda client: client.get_video("1"), ErrorCode.NOT_FOUND_VIDEO),
    (lambda client: client.get_hashtag("a"), ErrorCode.NOT_FOUND_HASHTAG),
    (lambda client: client.get_sound("1"), ErrorCode.NOT_FOUND_SOUND),
    (lambda client: client.niche_report("a"), ErrorCode.NOT_FOUND_NICHE),
    (lambda client: client.plan_campaign(1, "a"), ErrorCode.NOT_FOUND_NICHE),
]


@pytest.mark.parametrize(("operation", "code"), MISSING)
@pytest.mark.parametrize("body", [b"", b'{"error":{"code":"NOT_FOUND","message":"No."}}'])
async def test_a_404_says_what_is_not_tracked(
    operation: Operation, code: ErrorCode, body: bytes
) -> None:
    client, _ = toklytics(answer(body, 404))
    with pytest.raises(NotFoundError) as caught:
        await operation(client)
    assert caught.value.code is code
    assert "Toklytics" in caught.value.message


async def test_large_ids_and_currency_texts_stay_text() -> None:
    client, _ = toklytics(
        answer(b'{"data":[{"video_id":7123456789012345678,"creator":{"username":"a"}}]}'),
        answer({"data": {"metrics": {"estimated_sponsorship_value": "$1,200 - $2,400"}}}),
    )
    (video,) = (await client.search_videos()).data
    assert video.video_id == "7123456789012345678"
    assert video.creator is not None
    metrics = (await client.get_creator("a")).data.metrics
    assert metrics is not None
    assert metrics.estimated_sponsorship_value == "$1,200 - $2,400"
