import pytest

from mcp_server.clients.body import MAX_DEPTH, BadAnswerError, decode, decode_or_none
from mcp_server.errors import ErrorCode


def nested(levels: int, left: str, right: str) -> bytes:
    return (left * levels + right * levels).encode()


@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('[{"a":', "}]")])
def test_a_body_at_the_limit_is_read_and_one_level_more_is_refused(left: str, right: str) -> None:
    times = MAX_DEPTH // left.count("[") // (1 + left.count("{"))
    inner = "" if left == "[" else "0"
    allowed = (left * times + inner + right * times).encode()
    assert decode(allowed) is not None
    with pytest.raises(BadAnswerError) as caught:
        decode(b"[" + allowed + b"]")
    assert caught.value.code is ErrorCode.UPSTREAM_MALFORMED


def test_depth_counts_and_not_length() -> None:
    assert decode(b"[" + b",".join([nested(MAX_DEPTH - 1, "[", "]")] * 500) + b"]") is not None


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 1_000, 100_000])
def test_a_failure_too_deep_to_read_is_as_good_as_without_a_body(levels: int) -> None:
    assert decode_or_none(nested(levels, "[", "]")) is None
