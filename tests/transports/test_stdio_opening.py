"""How a connection over stdio opens, on the raw wire: in both eras, and after a false start."""

from typing import Final

from tests.wire import Child, Message

MODERN: Final[Message] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


async def test_a_client_of_2025_shakes_hands_and_calls_a_tool(tiny: Child) -> None:
    match await tiny.shake_hands():
        case {"result": {"protocolVersion": version, "serverInfo": {"name": name}}}:
            assert (version, name) == ("2025-11-25", "tiny")
        case other:
            raise AssertionError(other)
    assert await tiny.call("echo", text="grüezi 👋") == "grüezi 👋"


async def test_a_client_of_2026_calls_a_tool_without_a_handshake(tiny: Child) -> None:
    discovery = await tiny.ask("server/discover", {"_meta": MODERN})
    params: Message = {"name": "echo", "arguments": {"text": "hello"}, "_meta": MODERN}
    answer = await tiny.ask("tools/call", params)
    match discovery, answer:
        case {"result": {"supportedVersions": [*versions]}}, {
            "result": {"content": [{"text": text}]}
        }:
            assert "2026-07-28" in versions
            assert text == "hello"
        case other:
            raise AssertionError(other)


async def test_a_malformed_first_line_is_answered_before_the_handshake(tiny: Child) -> None:
    await tiny.send(b"not a message")
    refusal = await tiny.receive()
    assert refusal["id"] is None
    assert "error" in refusal
    assert "result" in await tiny.shake_hands()
