"""Answers of every shape: what is read, what is refused."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
from pydantic import JsonValue

from mcp_server.clients.body import BadAnswerError, decode
from mcp_server.clients.reply import Reply
from mcp_server.clients.toklytics import ToklyticsClient
from mcp_server.clients.transport import MAX_BODY_BYTES
from mcp_server.errors import ErrorCode, MalformedResponseError
from mcp_server.models.pagination import LimitPagination
from tests.clients.recorder import answer, toklytics, tokportal

SOUND: JsonValue = {"music_id": "1", "title": "t"}


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a":1}', {"a": 1}),
        (b"\xef\xbb\xbf[1]", [1]),
        (b"7123456789012345678", 7123456789012345678),
        (b"[NaN,Infinity,-Infinity,1e999,1.5]", [None, None, None, None, 1.5]),
        (b'{"\\ud800k":["\\uDC00","\\ud83d\\ude00"]}', {"\ufffdk": ["\ufffd", "😀"]}),
        (b'["\\ud83d",1,null]', ["\ufffd", 1, None]),
        (b'"\xc3\xa9"', "é"),
    ],
)
def test_json_is_decoded_without_what_json_cannot_hold(content: bytes, value: JsonValue) -> None:
    assert decode(content) == value


@pytest.mark.parametrize(
    "content", [b"", b" ", b"<html>", b'{"a":', b'"\xff"', b"[" * 200_000, b"1" * 5000]
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(BadAnswerError):
        decode(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html>Log in</html>", ErrorCode.UPSTREAM_MALFORMED),
        (b'{"data":{"account_id":', ErrorCode.UPSTREAM_MALFORMED),
        (b"", ErrorCode.UPSTREAM_MALFORMED),
        (b"[]", ErrorCode.UPSTREAM_MALFORMED),
        (b'{"data":[]}', ErrorCode.UPSTREAM_MALFORMED),
        (b'{"data":"text"}', ErrorCode.UPSTREAM_MALFORMED),
        (b'{"data":null}', ErrorCode.UPSTREAM_NO_DATA),
        (b'{"data":{}}', ErrorCode.UPSTREAM_NO_DATA),
        (b"{}", ErrorCode.UPSTREAM_NO_DATA),
    ],
)
async def test_a_success_without_readable_data_is_an_error_after_one_repetition(
    content: bytes, code: ErrorCode
) -> None:
    client, network = tokportal(answer(content, headers={"X-Request-ID": "req_1"}))
    with pytest.raises(MalformedResponseError) as caught:
        await client.get_account_analytics("a")
    assert caught.value.code is code
    assert caught.value.http_status == 200
    assert caught.value.request_id == "req_1"
    assert len(network.requests) == 2


async def test_a_success_that_is_readable_at_the_second_attempt_counts() -> None:
    client, network = tokportal(answer(b"<html>"), answer({"data": {"account_id": "a"}}))
    assert (await client.get_account_analytics("a")).data.account_id == "a"
    assert len(network.requests) == 2


@pytest.mark.parametrize("content", [b'{"data":{}}', b'{"data":[7]}', b'{"data":[null]}'])
async def test_rows_that_are_no_rows_are_refused(content: bytes) -> None:
    client, _ = tokportal(answer(content))
    with pytest.raises(MalformedResponseError):
        await client.list_account_videos("a")


async def test_an_empty_page_and_odd_pagination_are_no_error() -> None:
    client, network = tokportal(answer({"data": [], "pagination": [1]}))
    reply = await client.list_account_videos("a", page=9)
    assert (reply.data, reply.pagination) == ([], None)
    assert len(network.requests) == 1


async def test_an_answer_beyond_the_size_limit_is_refused() -> None:
    client, _ = tokportal(answer(b'"' + b"x" * MAX_BODY_BYTES + b'"'))
    with pytest.raises(MalformedResponseError):
        await client.get_account_analytics("a")


async def test_a_body_with_a_broken_encoding_is_refused() -> None:
    async def broken(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"Content-Encoding": "gzip"}, stream=httpx2.ByteStream(b"no gzip")
        )

    client, _ = tokportal(broken)
    with pytest.raises(MalformedResponseError):
        await client.get_account_analytics("a")


@pytest.mark.parametrize(
    ("body", "extra"),
    [
        ([SOUND], None),
        ({"data": [SOUND]}, None),
        ({"data": {"sounds": [SOUND]}}, None),
        ({"sounds": [SOUND]}, None),
        ({"data": {"sounds": [SOUND], "window": "7d"}}, {"window": "7d"}),
        ({"data": {"sounds": [SOUND], "tags": ["a"]}}, {"tags": ["a"]}),
        ({"data": [SOUND], "note": "n"}, {"note": "n"}),
        ({"sounds": [SOUND], "note": "n"}, {"note": "n"}),
    ],
)
async def test_unspecified_rows_are_found_in_every_wrapping(
    body: JsonValue, extra: JsonValue
) -> None:
    client, _ = toklytics(answer(body))
    reply = await client.trending_sounds()
    assert [row.music_id for row in reply.data] == ["1"]
    assert reply.meta.get("extra") == extra


@pytest.mark.parametrize(
    "body",
    [
        {"data": [], "pagination": {"page": 1, "limit": 20, "total": 0, "has_more": False}},
        {"data": {"rows": [], "pagination": {"page": 1, "limit": 20, "has_more": False}}},
        {"rows": [], "pagination": {"page": 1, "limit": 20, "has_more": False}, "meta": []},
    ],
)
async def test_pagination_is_found_beside_and_inside_the_data(body: JsonValue) -> None:
    client, _ = toklytics(answer(body))
    reply = await client.search_sounds()
    assert reply.data == []
    assert isinstance(reply.pagination, LimitPagination)
    assert (reply.pagination.page_size, reply.pagination.has_next()) == (20, False)


async def test_bare_values_become_rows_and_null_rows_are_left_out() -> None:
    client, _ = toklytics(answer({"data": ["fyp", None, {"name": "dance"}]}))
    rows = (await client.trending_hashtags()).data
    assert [row.model_dump(exclude_none=True) for row in rows] == [
        {"value": "fyp"},
        {"name": "dance"},
    ]


@pytest.mark.parametrize(
    "body", [{"data": {"a": [], "b": []}}, {"data": {"a": 1}}, {"data": "x"}, "x", 7, {"note": "n"}]
)
async def test_an_answer_in_which_no_rows_can_be_told_is_refused(body: JsonValue) -> None:
    client, _ = toklytics(answer(body))
    with pytest.raises(MalformedResponseError):
        await client.trending_sounds()


@pytest.mark.parametrize("body", [{"data": None}, {}, {"meta": {"source": "s"}}, {"data": {}}])
async def test_a_report_without_data_is_no_report_of_zeros(body: JsonValue) -> None:
    client, _ = toklytics(answer(body))
    with pytest.raises(MalformedResponseError) as caught:
        await client.platform_stats()
    assert caught.value.code is ErrorCode.UPSTREAM_NO_DATA


@pytest.mark.parametrize("body", [{"data": {"creators": 5}}, {"creators": 5}])
async def test_a_report_is_read_with_and_without_an_envelope(body: JsonValue) -> None:
    client, _ = toklytics(answer(body))
    assert (await client.platform_stats()).data.creators == 5


async def test_a_comparison_that_is_a_list_becomes_its_creators() -> None:
    client, _ = toklytics(answer({"data": [{"username": "a"}, {"username": "b"}]}))
    creators = (await client.compare_creators(["a", "b"])).data.creators
    assert [creator.username for creator in creators or []] == ["a", "b"]


async def test_a_report_that_is_a_list_keeps_it() -> None:
    client, _ = toklytics(answer([{"a": 1}]))
    assert (await client.niche_report("x")).data.model_extra == {"items": [{"a": 1}]}


SPECIFIED: list[Callable[[ToklyticsClient], Awaitable[Reply[object]]]] = [
    lambda client: client.search_creators(),
    lambda client: client.get_creator("a"),
]


@pytest.mark.parametrize("operation", SPECIFIED)
@pytest.mark.parametrize("body", [[], {"username": "a"}, {"data": "x"}, {"data": None}])
async def test_the_two_operations_with_a_schema_want_their_envelope(
    operation: Callable[[ToklyticsClient], Awaitable[Reply[object]]], body: JsonValue
) -> None:
    client, _ = toklytics(answer(body))
    with pytest.raises(MalformedResponseError):
        await operation(client)


async def test_one_creator_is_no_list_and_a_list_no_creator() -> None:
    one, _ = toklytics(answer({"data": [{"username": "a"}]}))
    with pytest.raises(MalformedResponseError):
        await one.get_creator("a")
    many, _ = toklytics(answer({"data": {"rows": []}}))
    with pytest.raises(MalformedResponseError):
        await many.search_creators()


async def test_provenance_of_toklytics_is_kept() -> None:
    client, _ = toklytics(
        answer(
            {
                "data": {"username": "a", "last_updated": "2026-02-01T00:00:00Z"},
                "meta": {"source": "Toklytics (toklytics.app)", "request_id": "tk_1"},
            }
        )
    )
    reply = await client.get_creator("a")
    assert reply.data.last_updated == "2026-02-01T00:00:00Z"
    assert reply.meta == {"source": "Toklytics (toklytics.app)", "request_id": "tk_1"}
    assert reply.request_id == "tk_1"
