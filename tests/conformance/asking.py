"""The suite's tools that ask: of the client in the handshake era, by a result in that of 2026."""

from collections.abc import Mapping
from typing import Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitRequestParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)
from pydantic import JsonValue

Schema = dict[str, JsonValue]


def _form(message: str, properties: Mapping[str, JsonValue], *required: str) -> ElicitRequest:
    schema: Schema = {"type": "object", "properties": {**properties}, "required": [*required]}
    params: ElicitRequestParams = ElicitRequestFormParams(message=message, requested_schema=schema)
    return ElicitRequest(params=params)


def _sampling(text: str, max_tokens: int = 100) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    params = CreateMessageRequestParams(messages=[message], max_tokens=max_tokens)
    return CreateMessageRequest(params=params)


def _needs(state: str | None = None, **requests: InputRequest) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def _answered(ctx: Context[None, object], *keys: str) -> bool:
    """Whether the client answers these; what else it sends does not matter."""
    return set(keys) <= set(ctx.input_responses or {})


def _of(ctx: Context[None, object]) -> ServerMessageMetadata:
    return ServerMessageMetadata(related_request_id=ctx.request_id)


async def test_sampling(prompt: str, ctx: Context[None, object]) -> str:
    """Ask the client's model."""
    answer = await ctx.session.send_request(
        _sampling(prompt), CreateMessageResult, metadata=_of(ctx)
    )
    text = answer.content.text if isinstance(answer.content, TextContent) else ""
    return f"LLM response: {text}"


async def _elicited(ctx: Context[None, object], request: ElicitRequest) -> ElicitResult:
    answer: ElicitResult = await ctx.session.send_request(request, ElicitResult, metadata=_of(ctx))
    return answer


async def test_elicitation(message: str, ctx: Context[None, object]) -> str:
    """Ask the user."""
    properties: Schema = {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"},
    }
    answer = await _elicited(ctx, _form(message, properties, "username", "email"))
    return f"User response: action={answer.action}, content={answer.content}"


async def test_elicitation_sep1034_defaults(ctx: Context[None, object]) -> str:
    """Ask with a default of each type."""
    states: list[JsonValue] = ["active", "inactive", "pending"]
    properties: Schema = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": states, "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    answer = await _elicited(ctx, _form("Defaults", properties))
    return f"Elicitation completed: action={answer.action}, content={answer.content}"


async def test_elicitation_sep1330_enums(ctx: Context[None, object]) -> str:
    """Ask with an enum of each form."""
    options: list[JsonValue] = ["option1", "option2", "option3"]
    titled: list[JsonValue] = [
        {"const": f"value{number}", "title": f"{name} Option"}
        for number, name in enumerate(("First", "Second", "Third"), 1)
    ]
    properties: Schema = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }
    answer = await _elicited(ctx, _form("Enums", properties))
    return f"Elicitation completed: action={answer.action}, content={answer.content}"


_NAME: Final = _form("What is your name?", {"name": {"type": "string"}}, "name")
_OK: Final = _form("Please confirm", {"ok": {"type": "boolean"}}, "ok")


def test_input_required_result_elicitation(
    ctx: Context[None, object],
) -> str | InputRequiredResult:
    """Ask for a name."""
    answer = (ctx.input_responses or {}).get("user_name")
    if not isinstance(answer, ElicitResult):
        return _needs(user_name=_NAME)
    return f"Hello, {(answer.content or {}).get('name')}!"


def test_streaming_elicitation(ctx: Context[None, object]) -> str | InputRequiredResult:
    """Ask for a name; the answer's stream may hold no request."""
    return test_input_required_result_elicitation(ctx)


def test_input_required_result_sampling(ctx: Context[None, object]) -> str | InputRequiredResult:
    """Ask the client's model."""
    if not _answered(ctx, "capital_question"):
        return _needs(capital_question=_sampling("What is the capital of France?"))
    return str((ctx.input_responses or {})["capital_question"])


def test_input_required_result_list_roots(ctx: Context[None, object]) -> str | InputRequiredResult:
    """Ask for the roots."""
    if not _answered(ctx, "client_roots"):
        return _needs(client_roots=ListRootsRequest())
    return str((ctx.input_responses or {})["client_roots"])


def test_input_required_result_request_state(
    ctx: Context[None, object],
) -> str | InputRequiredResult:
    """Ask, and want the state back."""
    if not _answered(ctx, "confirm"):
        return _needs("waiting", confirm=_OK)
    return "state-ok" if ctx.request_state == "waiting" else "state-lost"


def test_input_required_result_tampered_state(
    ctx: Context[None, object],
) -> str | InputRequiredResult:
    """Ask with a state that nobody may change."""
    return test_input_required_result_request_state(ctx)


def test_input_required_result_multiple_inputs(
    ctx: Context[None, object],
) -> str | InputRequiredResult:
    """Ask for three things at once."""
    if not _answered(ctx, "user_name", "greeting", "client_roots"):
        return _needs(
            "three",
            user_name=_NAME,
            greeting=_sampling("Generate a greeting", 50),
            client_roots=ListRootsRequest(),
        )
    return f"All there: {ctx.request_state}"


def test_input_required_result_multi_round(ctx: Context[None, object]) -> str | InputRequiredResult:
    """Ask twice."""
    if ctx.request_state == "second" and _answered(ctx, "step2"):
        return "Both steps done."
    if ctx.request_state == "first" and _answered(ctx, "step1"):
        question = "Step 2: What is your favorite color?"
        return _needs("second", step2=_form(question, {"color": {"type": "string"}}, "color"))
    return _needs(
        "first", step1=_form("Step 1: What is your name?", {"name": {"type": "string"}}, "name")
    )


def test_input_required_result_capabilities(
    ctx: Context[None, object],
) -> str | InputRequiredResult:
    """Ask only for what the client can do."""
    can = ctx.client_capabilities
    requests: dict[str, InputRequest] = {}
    if can and can.sampling:
        requests["sampled"] = _sampling("Say a word")
    if can and can.elicitation:
        requests["elicited"] = _NAME
    if not requests or ctx.input_responses:
        return "Nothing to ask."
    return InputRequiredResult(input_requests=requests)


ALL: Final = (
    test_sampling,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
    test_input_required_result_elicitation,
    test_streaming_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_request_state,
    test_input_required_result_tampered_state,
    test_input_required_result_multiple_inputs,
    test_input_required_result_multi_round,
    test_input_required_result_capabilities,
)


def register(server: MCPServer[None]) -> frozenset[str]:
    """Add the tools, and return their names."""
    for function in ALL:
        server.add_tool(function, structured_output=False)
    return frozenset(function.__name__ for function in ALL)
