"""The suite's resources and prompts."""

import base64
import json
from typing import Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp_types import (
    ElicitRequest,
    ElicitRequestFormParams,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    TextResourceContents,
)

from tests.conformance.answering import PNG


def static_text() -> str:
    """A fixed text."""
    return "This is the content of the static text resource."


def static_binary() -> bytes:
    """A fixed image."""
    return base64.b64decode(PNG)


def watched() -> str:
    """A text to subscribe to."""
    return "Watched."


def templated(id: str) -> str:  # noqa: A002 - the name in the prescribed template
    """A document per id."""
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def test_simple_prompt() -> list[Message]:
    """A fixed prompt."""
    return [UserMessage("This is a simple prompt for testing.")]


def test_prompt_with_arguments(arg1: str, arg2: str) -> list[Message]:
    """A prompt that repeats its arguments."""
    return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]


def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:  # noqa: N803 - prescribed
    """A prompt that holds a resource."""
    held = TextResourceContents(
        uri=resourceUri, mime_type="text/plain", text="Embedded resource content for testing."
    )
    return [
        UserMessage(EmbeddedResource(type="resource", resource=held)),
        UserMessage("Please process the embedded resource above."),
    ]


def test_prompt_with_image() -> list[Message]:
    """A prompt that holds an image."""
    return [
        UserMessage(ImageContent(type="image", data=PNG, mime_type="image/png")),
        UserMessage("Please analyze the image above."),
    ]


def test_input_required_result_prompt(
    ctx: Context[None, object],
) -> list[Message] | InputRequiredResult:
    """A prompt that asks first."""
    if "user_context" in (ctx.input_responses or {}):
        return [UserMessage("Use the context that was given.")]
    params = ElicitRequestFormParams(
        message="What context should the prompt use?",
        requested_schema={
            "type": "object",
            "properties": {"context": {"type": "string"}},
            "required": ["context"],
        },
    )
    return InputRequiredResult(input_requests={"user_context": ElicitRequest(params=params)})


PROMPTS: Final = (
    test_simple_prompt,
    test_prompt_with_arguments,
    test_prompt_with_embedded_resource,
    test_prompt_with_image,
    test_input_required_result_prompt,
)


def register(server: MCPServer[None]) -> frozenset[str]:
    """Add resources and prompts, and return the names of the prompts."""
    server.resource("test://static-text", mime_type="text/plain")(static_text)
    server.resource("test://static-binary", mime_type="image/png")(static_binary)
    server.resource("test://watched-resource", mime_type="text/plain")(watched)
    server.resource("test://template/{id}/data", mime_type="application/json")(templated)
    for function in PROMPTS:
        server.prompt()(function)
    return frozenset(function.__name__ for function in PROMPTS)
