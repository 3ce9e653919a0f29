"""The suite's tools that only answer: texts, images, errors, progress, logs."""

import base64
from typing import Annotated, Final

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp_types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
)
from pydantic import Field, JsonValue

PNG: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ"
    "DwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
"""One pixel."""
_WAV: Final = base64.b64encode(
    b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\2\0\0\0\0\0"
).decode()
"""One sample of silence."""

_MISSING_CAPABILITY: Final = -32021
_STEP_SECONDS: Final = 0.05
"""As the suite wants it between two notices."""

RICH_SCHEMA: Final[dict[str, JsonValue]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""The schema that the scenario json-schema-2020-12 prescribes."""


def _content(*blocks: ContentBlock) -> CallToolResult:
    return CallToolResult(content=[*blocks])


def _embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    resource = TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return EmbeddedResource(type="resource", resource=resource)


def test_simple_text() -> CallToolResult:
    """Answer with text."""
    return _content(TextContent(type="text", text="This is a simple text response for testing."))


def test_image_content() -> CallToolResult:
    """Answer with an image."""
    return _content(ImageContent(type="image", data=PNG, mime_type="image/png"))


def test_audio_content() -> CallToolResult:
    """Answer with a sound."""
    return _content(AudioContent(type="audio", data=_WAV, mime_type="audio/wav"))


def test_embedded_resource() -> CallToolResult:
    """Answer with a resource."""
    text = "This is an embedded resource content."
    return _content(_embedded("test://embedded-resource", "text/plain", text))


def test_multiple_content_types() -> CallToolResult:
    """Answer with a text, an image and a resource."""
    return _content(
        TextContent(type="text", text="Multiple content types test:"),
        ImageContent(type="image", data=PNG, mime_type="image/png"),
        _embedded(
            "test://mixed-content-resource", "application/json", '{"test":"data","value":123}'
        ),
    )


def test_error_handling() -> CallToolResult:
    """Fail."""
    raise ToolError("This tool intentionally returns an error for testing")


def test_missing_capability() -> CallToolResult:
    """Need what the client did not declare."""
    needed: JsonValue = {"requiredCapabilities": {"sampling": {}}}
    raise MCPError(_MISSING_CAPABILITY, "This tool needs sampling.", needed)


async def test_tool_with_logging(ctx: Context[None, object]) -> CallToolResult:
    """Log three times while it runs."""
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(text)  # pyright: ignore[reportDeprecated] # what the scenario is about
        await anyio.sleep(_STEP_SECONDS)
    return _content(TextContent(type="text", text="Logged three times."))


async def test_logging_tool(ctx: Context[None, object]) -> CallToolResult:
    """Log, which a client that asked for no level must not see."""
    return await test_tool_with_logging(ctx)


async def test_tool_with_progress(ctx: Context[None, object]) -> CallToolResult:
    """Report progress three times."""
    for progress in (0, 50, 100):
        await ctx.report_progress(progress, 100)
        await anyio.sleep(_STEP_SECONDS)
    return _content(TextContent(type="text", text="Reported three times."))


async def test_reconnection(ctx: Context[None, object]) -> CallToolResult:
    """Close the stream of the answer before the answer."""
    await ctx.close_sse_stream()
    await anyio.sleep(_STEP_SECONDS)
    return _content(TextContent(type="text", text="Reconnected."))


async def test_trigger_tool_change(ctx: Context[None, object]) -> CallToolResult:
    """Say that the tools are others."""
    await ctx.notify_tools_changed()
    return _content(TextContent(type="text", text="Told."))


async def test_trigger_prompt_change(ctx: Context[None, object]) -> CallToolResult:
    """Say that the prompts are others."""
    await ctx.notify_prompts_changed()
    return _content(TextContent(type="text", text="Told."))


def test_header_mirror(
    region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
) -> CallToolResult:
    """Take an argument that a header repeats."""
    return _content(TextContent(type="text", text=region))


def json_schema_2020_12_tool() -> CallToolResult:
    """Tool with JSON Schema 2020-12 features."""
    return _content(TextContent(type="text", text="ok"))


ALL: Final = (
    test_simple_text,
    test_image_content,
    test_audio_content,
    test_embedded_resource,
    test_multiple_content_types,
    test_error_handling,
    test_missing_capability,
    test_tool_with_logging,
    test_logging_tool,
    test_tool_with_progress,
    test_reconnection,
    test_trigger_tool_change,
    test_trigger_prompt_change,
    test_header_mirror,
)


def register(server: MCPServer[None]) -> frozenset[str]:
    """Add the tools, and return their names."""
    for function in ALL:
        server.add_tool(function, structured_output=False)
    rich = Tool.from_function(json_schema_2020_12_tool, structured_output=False)
    server.add_tool(json_schema_2020_12_tool, structured_output=False)
    # The SDK derives schemas from signatures only; this one no signature has.
    added = server._tool_manager.get_tool(rich.name)  # pyright: ignore[reportPrivateUsage]
    assert added
    added.parameters = {**RICH_SCHEMA}
    return frozenset({function.__name__ for function in ALL} | {rich.name})
