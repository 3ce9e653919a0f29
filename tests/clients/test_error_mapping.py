"""What an upstream's failure becomes: its code first, the status second."""

import pytest
from pydantic import JsonValue

from mcp_server.clients.call import Policy
from mcp_server.errors import (
    AppError,
    ConflictError,
    ErrorCode,
    ForbiddenError,
    InvalidArgumentError,
    MalformedResponseError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from tests.clients.recorder import Answer, answer, error, toklytics, tokportal

ONCE = Policy(max_retries=0)


async def failure(reply: Answer, *, key: str = "sk_example_key_0001") -> AppError:
    client, _ = tokportal(reply, policy=ONCE, key=key)
    with pytest.raises(AppError) as caught:
        await client.get_account_analytics("a")
    return caught.value


@pytest.mark.parametrize(
    ("code", "status", "kind", "meaning"),
    [
        ("ANALYTICS_NOT_FOUND", 404, NotFoundError, ErrorCode.NOT_FOUND_ANALYTICS),
        ("ANALYTICS_NOT_FOUND", 400, NotFoundError, ErrorCode.NOT_FOUND_ANALYTICS),
        ("analytics_not_found", 500, NotFoundError, ErrorCode.NOT_FOUND_ANALYTICS),
        ("VIDEO_ANALYTICS_NOT_FOUND", 404, NotFoundError, ErrorCode.NOT_FOUND_VIDEO_ANALYTICS),
        ("SAVED_ACCOUNT_NOT_FOUND", 404, NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
        ("ACCOUNT_NOT_FOUND", 404, NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
        ("WHATEVER_NOT_FOUND", 404, NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
        ("SAVED_ACCOUNT_NOT_OWNED", 403, ForbiddenError, ErrorCode.FORBIDDEN_ACCOUNT),
        ("ACCOUNT_NOT_OWNED", 404, ForbiddenError, ErrorCode.FORBIDDEN_ACCOUNT),
        ("ACCOUNT_INVALID_STATUS", 409, ConflictError, ErrorCode.CONFLICT),
        ("ACCOUNT_NOT_CONFIGURED", 400, ConflictError, ErrorCode.CONFLICT),
        ("AUTH_MISSING_KEY", 401, UnauthorizedError, ErrorCode.UNAUTHORIZED),
        ("AUTH_INVALID_KEY", 403, UnauthorizedError, ErrorCode.UNAUTHORIZED),
        ("AUTH_EXPIRED_KEY", 403, UnauthorizedError, ErrorCode.UNAUTHORIZED),
        ("KEY_SCOPE", 401, ForbiddenError, ErrorCode.FORBIDDEN),
        ("INSUFFICIENT_CREDITS", 402, ForbiddenError, ErrorCode.FORBIDDEN_CREDITS),
        ("RATE_LIMITED", 400, RateLimitedError, ErrorCode.RATE_LIMITED),
        ("NEW", 400, InvalidArgumentError, ErrorCode.REJECTED_REQUEST),
        ("NEW", 401, UnauthorizedError, ErrorCode.UNAUTHORIZED),
        ("NEW", 402, ForbiddenError, ErrorCode.FORBIDDEN_CREDITS),
        ("NEW", 403, ForbiddenError, ErrorCode.FORBIDDEN),
        ("NEW", 404, NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
        ("NEW", 408, UpstreamTimeoutError, ErrorCode.UPSTREAM_TIMEOUT),
        ("NEW", 409, ConflictError, ErrorCode.CONFLICT),
        ("NEW", 422, InvalidArgumentError, ErrorCode.REJECTED_REQUEST),
        ("NEW", 428, ConflictError, ErrorCode.CONFLICT),
        ("NEW", 429, RateLimitedError, ErrorCode.RATE_LIMITED),
        ("NEW", 500, UpstreamUnavailableError, ErrorCode.UPSTREAM_UNAVAILABLE),
        ("NEW", 599, UpstreamUnavailableError, ErrorCode.UPSTREAM_UNAVAILABLE),
        ("NEW", 307, UpstreamUnavailableError, ErrorCode.UPSTREAM_REDIRECTED),
        ("NEW", 999, UpstreamUnavailableError, ErrorCode.UPSTREAM_UNAVAILABLE),
        ("NEW", 200, MalformedResponseError, ErrorCode.UPSTREAM_MALFORMED),
        ("ANALYTICS_NOT_FOUND", 200, NotFoundError, ErrorCode.NOT_FOUND_ANALYTICS),
    ],
)
async def test_code_and_status_decide(
    code: str, status: int, kind: type[AppError], meaning: ErrorCode
) -> None:
    found = await failure(error(code, status))
    assert type(found) is kind
    assert found.code is meaning
    assert found.http_status == status
    assert found.upstream_code == code


async def test_an_error_carries_what_the_upstream_said_as_data() -> None:
    found = await failure(
        error("ANALYTICS_NOT_FOUND", 404, headers={"X-TokPortal-Request-ID": "req_9"})
    )
    assert found.request_id == "req_9"
    assert found.upstream.message == "Words of the upstream."
    assert "Words" not in found.message
    assert "refreshAccountAnalytics" in found.what_to_do
    assert found.retryable is False


async def test_a_missing_video_record_points_to_the_list() -> None:
    client, _ = tokportal(answer(b"", 404))
    with pytest.raises(NotFoundError) as caught:
        await client.get_video_analytics("va_9")
    assert caught.value.code is ErrorCode.NOT_FOUND_VIDEO_ANALYTICS
    assert "listAccountVideoAnalytics" in caught.value.what_to_do


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><b>Bad gateway</b> sk_example_key_0001</html>",
        b'{"error":{"code":"X","mess',
        b'{"error":"It broke."}',
        b'{"error":["a"]}',
        b'{"error":{"code":7,"message":{"a":1},"details":[]}}',
        b'["a"]',
        b'"text"',
        b"7",
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
async def test_a_failure_of_any_shape_becomes_a_clean_error(content: bytes) -> None:
    found = await failure(answer(content, 502, {"X-Request-ID": "req_1"}))
    assert isinstance(found, UpstreamUnavailableError)
    assert found.request_id == "req_1"
    told = f"{found} {found.upstream}"
    assert "<" not in told
    assert "sk_example" not in told


async def test_an_error_that_is_a_plain_string_keeps_its_words_as_data() -> None:
    found = await failure(answer({"error": "It\u202e broke.\n\n"}, 500))
    assert found.upstream.message == "It broke."


async def test_a_page_in_html_under_404_does_not_claim_that_the_account_is_missing() -> None:
    found = await failure(answer(b"<html>no such route</html>", 404))
    assert found.code is ErrorCode.NOT_FOUND
    assert "base URL" in found.what_to_do


async def test_an_echo_of_the_key_never_comes_back() -> None:
    key = "sk_0123456789abcdef"
    found = await failure(
        answer({"error": {"code": "AUTH_INVALID_KEY", "message": f"Bad key {key}!"}}, 401), key=key
    )
    assert found.upstream.message == "Bad key [key removed]!"
    client, _ = tokportal(answer({"data": {"account_id": key}}), key=key)
    assert key not in repr(await client.get_account_analytics("a"))


async def test_a_bad_key_names_the_variable_and_not_the_key() -> None:
    found = await failure(error("AUTH_INVALID_KEY", 401))
    assert "TOKPORTAL_API_KEY" in found.message
    assert "sk_example" not in f"{found!r}{found}{found.upstream}"


@pytest.mark.parametrize(("key", "suggested"), [(None, True), ("a-key", False)])
async def test_an_anonymous_rate_limit_suggests_a_free_key(
    *, key: str | None, suggested: bool
) -> None:
    client, _ = toklytics(error("SLOW_DOWN", 429, headers={"Retry-After": "60"}), key=key)
    with pytest.raises(RateLimitedError) as caught:
        await client.platform_stats()
    assert ("https://toklytics.app/docs/api" in caught.value.what_to_do) is suggested
    assert caught.value.retry_after_seconds == 60


@pytest.mark.parametrize("key", [None, "a-key"])
async def test_a_401_of_toklytics_names_its_variable(key: str | None) -> None:
    client, _ = toklytics(answer(b"", 401), key=key)
    with pytest.raises(UnauthorizedError, match="TOKLYTICS_API_KEY"):
        await client.platform_stats()


@pytest.mark.parametrize(
    ("said", "docs"),
    [
        ("https://toklytics.app/docs/api", "https://toklytics.app/docs/api"),
        ("javascript:alert(1)", None),
        (7, None),
    ],
)
async def test_toklytics_docs_and_request_id_come_from_the_body(
    said: JsonValue, docs: str | None
) -> None:
    body: JsonValue = {
        "error": {"code": "CREATOR_NOT_FOUND", "message": "No.", "docs": said},
        "meta": {"request_id": "tk_1"},
    }
    client, _ = toklytics(answer(body, 404, {"X-Request-ID": "other"}))
    with pytest.raises(NotFoundError) as caught:
        await client.get_creator("nobody")
    assert caught.value.upstream.docs == docs
    assert caught.value.request_id == "tk_1"
    assert caught.value.code is ErrorCode.NOT_FOUND_CREATOR
