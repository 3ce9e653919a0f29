"""A look into a body leaves it as it was."""

from collections.abc import Sequence

import pytest
from starlette.types import Message

from mcp_server.auth.body import BodyTooLargeError, Peeked, called_tools


def script(*messages: Message) -> "Script":
    return Script(list(messages))


class Script:
    """Gives messages in order."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages

    async def __call__(self) -> Message:
        return self.messages.pop(0)


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


LEFT: Message = {"type": "http.disconnect"}


async def received(peeked: Peeked, count: int) -> Sequence[Message]:
    return [await peeked.receive() for _ in range(count)]


async def test_the_whole_body_is_given_once_and_then_what_the_client_sends() -> None:
    peeked = await Peeked.of(script(part(b"ab", more=True), part(b"c"), LEFT), 3)
    assert peeked.body == b"abc"
    assert await received(peeked, 2) == [part(b"abc"), LEFT]


async def test_a_client_that_left_is_not_said_to_have_sent_all() -> None:
    peeked = await Peeked.of(script(part(b"ab", more=True), LEFT), 3)
    assert await received(peeked, 2) == [part(b"ab", more=True), LEFT]


async def test_a_body_that_is_too_long_is_not_kept() -> None:
    with pytest.raises(BodyTooLargeError):
        await Peeked.of(script(part(b"ab", more=True), part(b"cd", more=True)), 3)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"method": "tools/call", "params": {"name": "a"}}', {"a"}),
        (b'[{"method": "tools/call", "params": {"name": "a"}}, 1, {"method": "x"}]', {"a"}),
        (b'{"method": "tools/list", "params": {"name": "a"}}', set[str]()),
        (b'{"method": "tools/call", "params": {"name": 1}}', set[str]()),
        (b'{"method": "tools/call", "params": []}', set[str]()),
        (b"{", set[str]()),
        (b"\xff", set[str]()),
        (b"[" * 100_000, set[str]()),
    ],
)
def test_the_tools_that_a_body_calls_are_named(body: bytes, names: set[str]) -> None:
    assert called_tools(body) == names
