"""What leaves for TokPortal, and what comes back."""

from collections.abc import Awaitable, Callable

import pytest
from pydantic import JsonValue

from mcp_server import __version__
from mcp_server.clients.reply import RateLimit, Reply
from mcp_server.clients.tokportal import TokPortalClient
from mcp_server.errors import ErrorCode, InvalidArgumentError, SettingsError
from mcp_server.models.account import SortOrder, VideoSort
from mcp_server.models.pagination import PagePagination
from tests.clients.recorder import answer, tokportal

BASE = "https://app.tokportal.com/api/ext"
ROWS = answer({"data": [], "pagination": {"page": 1, "per_page": 20, "total": 0, "total_pages": 0}})

Operation = Callable[[TokPortalClient], Awaitable[Reply[object]]]

READS: dict[str, Operation] = {
    "accounts": lambda client: client.list_accounts(),
    "analytics": lambda client: client.get_account_analytics("acc_1"),
    "can refresh": lambda client: client.can_refresh_account_analytics("acc_1"),
    "videos": lambda client: client.list_account_videos("acc_1"),
    "video": lambda client: client.get_video_analytics("va_001"),
    "snapshots": lambda client: client.list_account_snapshots("acc_1"),
}


@pytest.mark.parametrize("key", ["tok_live_0123", "sk_abc", "anything-else"])
async def test_a_key_of_any_kind_is_sent_in_its_header_and_nowhere_else(key: str) -> None:
    client, network = tokportal(key=key)
    await client.get_account_analytics("acc_1")
    (request,) = network.requests
    assert request.headers["X-API-Key"] == key
    others = {name: value for name, value in request.headers.items() if name != "x-api-key"}
    assert key not in str(request.url)
    assert key not in str(others)


async def test_requests_say_who_asks_and_carry_an_id() -> None:
    client, network = tokportal()
    await client.get_account_analytics("acc_1")
    assert network.header("User-Agent") == [f"tokmetrics/{__version__}"]
    assert network.header("X-TokPortal-Client") == [f"tokmetrics/{__version__}"]
    assert network.header("X-Request-ID") == ["id-1"]


@pytest.mark.parametrize("operation", [*READS])
async def test_without_a_key_the_variable_is_named_and_nothing_is_sent(operation: str) -> None:
    client, network = tokportal(key=None)
    with pytest.raises(SettingsError) as caught:
        await READS[operation](client)
    assert caught.value.code is ErrorCode.CONFIGURATION_MISSING_KEY
    assert caught.value.variable == "TOKPORTAL_API_KEY"
    assert network.requests == []


@pytest.mark.parametrize(
    ("operation", "url"),
    [
        ("accounts", "/accounts?page=1&per_page=25"),
        ("analytics", "/accounts/acc_1/analytics"),
        ("can refresh", "/accounts/acc_1/analytics/can-refresh"),
        (
            "videos",
            (
                "/accounts/acc_1/analytics/videos?sort_by=upload_date&sort_order=desc"
                "&page=1&per_page=20"
            ),
        ),
        ("video", "/videos/va_001/analytics"),
        ("snapshots", "/accounts/acc_1/analytics/snapshots?page=1&per_page=100"),
    ],
)
async def test_each_read_has_its_address_and_always_a_page_size(operation: str, url: str) -> None:
    listing = operation in {"accounts", "videos", "snapshots"}
    client, network = tokportal(ROWS if listing else answer({"data": {"id": "x"}}))
    await READS[operation](client)
    assert network.url == BASE + url
    assert network.requests[0].method == "GET"
    assert network.header("Idempotency-Key") == [None]
    assert network.requests[0].content == b""


async def test_all_parameters_of_a_video_list_leave_as_given() -> None:
    client, network = tokportal(ROWS)
    await client.list_account_videos(
        "acc_1", sort_by="engagement_rate", sort_order="asc", page=3, per_page=100
    )
    assert network.url.endswith("?sort_by=engagement_rate&sort_order=asc&page=3&per_page=100")


@pytest.mark.parametrize(("banned", "sent"), [(True, "true"), (False, "false")])
async def test_banned_leaves_in_lower_case(*, banned: bool, sent: str) -> None:
    client, network = tokportal(ROWS)
    await client.list_accounts(banned=banned, platform=" tiktok ", country="")
    assert network.url == f"{BASE}/accounts?page=1&per_page=25&platform=tiktok&banned={sent}"


@pytest.mark.parametrize(
    ("account_id", "sent"),
    [
        ("../me", "..%2Fme"),
        ("a/b", "a%2Fb"),
        ("?x=1", "%3Fx%3D1"),
        ("a#b", "a%23b"),
        ("%2e%2e", "%252e%252e"),
        ("été", "%C3%A9t%C3%A9"),
        (" 9f3a7b2e-1c4d ", "9f3a7b2e-1c4d"),
    ],
)
async def test_an_id_stays_one_encoded_segment(account_id: str, sent: str) -> None:
    client, network = tokportal()
    await client.get_account_analytics(account_id)
    assert network.requests[0].url.raw_path.decode() == f"/api/ext/accounts/{sent}/analytics"


@pytest.mark.parametrize("account_id", ["", "  ", ".", "..", "a\nb", "a\x7fb", "x" * 257, "\ud800"])
async def test_an_id_that_cannot_be_a_segment_is_refused_here(account_id: str) -> None:
    client, network = tokportal()
    with pytest.raises(InvalidArgumentError) as caught:
        await client.get_account_analytics(account_id)
    assert caught.value.parameter == "account_id"
    assert network.requests == []


@pytest.mark.parametrize(
    "video_id",
    [
        "7123456789012345678",
        "https://www.tiktok.com/@someone/video/7123456789012345678",
        "vm.TikTok.com/abc",
    ],
)
async def test_a_platform_id_of_a_video_is_caught_before_the_request(video_id: str) -> None:
    client, network = tokportal()
    with pytest.raises(InvalidArgumentError) as caught:
        await client.get_video_analytics(video_id)
    assert "listAccountVideoAnalytics" in str(caught.value.allowed)
    assert network.requests == []


@pytest.mark.parametrize(("page", "per_page"), [(0, 20), (-1, 20), (1, 0), (1, 101)])
async def test_pages_outside_the_contract_are_refused_here(page: int, per_page: int) -> None:
    client, network = tokportal(ROWS)
    with pytest.raises(InvalidArgumentError, match="range"):
        await client.list_accounts(page=page, per_page=per_page)
    with pytest.raises(InvalidArgumentError, match="range"):
        await client.list_account_videos("acc_1", page=page, per_page=per_page)
    assert network.requests == []


@pytest.mark.parametrize(("sort_by", "sort_order"), [("shares", "asc"), ("views", "up")])
async def test_unknown_sort_words_are_refused_with_the_known_ones(
    sort_by: VideoSort, sort_order: SortOrder
) -> None:
    client, network = tokportal(ROWS)
    with pytest.raises(InvalidArgumentError) as caught:
        await client.list_account_videos("acc_1", sort_by=sort_by, sort_order=sort_order)
    assert caught.value.allowed in (
        ["views", "likes", "engagement_rate", "upload_date"],
        ["asc", "desc"],
    )
    assert network.requests == []


async def test_rates_of_the_contracts_rows_come_back_exactly_as_sent() -> None:
    rows = answer(
        b'{"data":[{"id":"va_001","views":145000,"likes":9800,"comments":420,"shares":1200,'
        b'"bookmarks":890,"engagement_rate":7.87},{"id":"va_002","views":89000,"likes":6200,'
        b'"comments":310,"shares":780,"bookmarks":540,"engagement_rate":8.19}]}'
    )
    client, _ = tokportal(rows)
    reply = await client.list_account_videos("acc_1")
    assert [row.engagement_rate for row in reply.data] == [7.87, 8.19]
    assert '"engagement_rate":7.87' in reply.data[0].model_dump_json()


async def test_null_and_missing_figures_stay_unknown_and_new_fields_are_kept() -> None:
    client, _ = tokportal(
        answer({"data": {"account_id": "a", "total_views": None, "new_field": {"x": 1}}})
    )
    data = (await client.get_account_analytics("a")).data
    assert data.total_views is None
    assert data.total_likes is None
    assert data.model_extra == {"new_field": {"x": 1}}


async def test_unknown_words_of_the_upstream_are_accepted() -> None:
    client, _ = tokportal(
        answer({"data": {"id": "va_1", "platform": "threads", "content_type": "hologram"}})
    )
    data = (await client.get_video_analytics("va_1")).data
    assert (data.platform, data.content_type) == ("threads", "hologram")


async def test_nothing_secret_comes_out_of_the_account_list() -> None:
    account: JsonValue = {
        "id": "acc_abc123",
        "username": "someone",
        "banned": False,
        "password": "hunter2",
        "social_credentials": {"password": "hunter2"},
        "tokmail_email": "hunter2@example.com",
        "link_in_bio": "hunter2",
        "country": {"code": "hunter2"},
    }
    client, _ = tokportal(answer({"data": [account]}))
    reply = await client.list_accounts()
    assert "hunter2" not in repr(reply)
    assert reply.data[0].model_dump(exclude_none=True) == {
        "id": "acc_abc123",
        "username": "someone",
        "banned": False,
    }


async def test_availability_is_read_in_both_states() -> None:
    client, _ = tokportal(
        answer(
            {
                "data": {
                    "account_id": "a",
                    "can_refresh": False,
                    "next_refresh_at": "2026-02-12T09:15:00Z",
                    "hours_remaining": 11.5,
                    "monthly_quota": {"limit": 500, "used": 124},
                }
            }
        ),
        answer({"data": {"can_refresh": True, "next_refresh_at": None, "hours_remaining": 0}}),
    )
    blocked = (await client.can_refresh_account_analytics("a")).data
    assert blocked.hours_remaining == 11.5
    assert blocked.monthly_quota is not None
    assert (blocked.monthly_quota.limit, blocked.monthly_quota.used) == (500, 124)
    free = (await client.can_refresh_account_analytics("a")).data
    assert (free.can_refresh, free.next_refresh_at, free.hours_remaining) == (True, None, 0)


async def test_a_reply_tells_page_request_world_budget_and_time() -> None:
    client, _ = tokportal(
        answer(
            {"data": [], "pagination": {"page": 2, "per_page": 10, "total": 15, "total_pages": 2}},
            headers={
                "X-TokPortal-Request-ID": "req_1",
                "X-Request-ID": "echo",
                "X-Tokmetrics-World": "sample",
                "X-RateLimit-Limit": "120",
                "X-RateLimit-Remaining": "119",
                "X-RateLimit-Reset": "9999999999",
            },
        )
    )
    reply = await client.list_account_videos("a", page=2, per_page=10)
    assert isinstance(reply.pagination, PagePagination)
    assert (reply.pagination.page_size, reply.pagination.total_pages) == (10, 2)
    assert reply.pagination.has_next() is False
    assert (reply.request_id, reply.world) == ("req_1", "sample")
    assert reply.rate_limit == RateLimit(limit=120, remaining=119)
    assert reply.received_at.isoformat() == "2026-02-10T09:15:00+00:00"
    assert reply.meta == {}


@pytest.mark.parametrize("header", ["X-Request-ID", "Request-ID", "X-Vercel-ID"])
async def test_the_request_id_is_found_in_the_other_headers_too(header: str) -> None:
    client, _ = tokportal(answer({"data": {"id": "x"}}, headers={header: "req-7"}))
    assert (await client.get_video_analytics("x")).request_id == "req-7"


async def test_a_live_answer_names_no_world_and_odd_headers_are_ignored() -> None:
    client, _ = tokportal(
        answer(
            {"data": {"id": "x"}},
            headers={
                "X-Tokmetrics-World": "moon",
                "X-RateLimit-Limit": "many",
                "X-TokPortal-Request-ID": "two words",
            },
        )
    )
    reply = await client.get_video_analytics("x")
    assert (reply.world, reply.rate_limit, reply.request_id) == (None, None, None)


async def test_a_reply_can_carry_other_data_and_keep_where_it_came_from() -> None:
    client, _ = tokportal(answer({"data": {"id": "x"}}, headers={"X-Request-ID": "req_1"}))
    reply = await client.get_video_analytics("x")
    other = reply.carrying("else")
    assert (other.data, other.request_id, other.received_at) == (
        "else",
        "req_1",
        reply.received_at,
    )
