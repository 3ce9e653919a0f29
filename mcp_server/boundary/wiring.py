"""Makes an SDK tool of a `ToolSpec`: compact schemas, checked arguments, errors translated once."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, cast

from mcp.server.mcpserver.exceptions import UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, JsonValue, PrivateAttr

from mcp_server.boundary.arguments import ADDED, ignored, parse, with_added
from mcp_server.boundary.caller import caller_of
from mcp_server.boundary.columns import columns_of
from mcp_server.boundary.effect import Effect
from mcp_server.boundary.failure import INTERNAL_FAILURE, failure_text
from mcp_server.boundary.naming import speakable
from mcp_server.boundary.offer import Offered
from mcp_server.boundary.result import render
from mcp_server.boundary.schema import Schema, compact, property_names
from mcp_server.boundary.suggestions import suggesting
from mcp_server.boundary.tool import ToolSpec
from mcp_server.deps import Caller, DepsNow
from mcp_server.errors import AppError, NotFoundError

if TYPE_CHECKING:
    from mcp.server.context import LifespanContextT, RequestT
    from mcp.server.mcpserver import Context


log = logging.getLogger(__name__)


def schemas(spec: ToolSpec) -> tuple[Schema, Schema]:
    """Return the compact input and output schema of a tool."""
    made = _declared(spec)
    return cast("Schema", made.parameters), cast("Schema", made.fn_metadata.output_schema)


def presented(spec: ToolSpec, available: frozenset[str]) -> tuple[str, Schema]:
    """Return a tool's description and input schema, silent about tools that are off."""
    inputs, _ = schemas(spec)
    return spec.described(available), cast("Schema", _silent(inputs, available))


def _silent(schema: JsonValue, available: frozenset[str]) -> JsonValue:
    if isinstance(schema, list):
        return [_silent(part, available) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: speakable(part, available)
        if name == "description" and isinstance(part, str)
        else _silent(part, available)
        for name, part in schema.items()
    }


@cache
def _declared(spec: ToolSpec) -> Tool:
    """Build schemas once per process; nothing in them depends on a server."""
    tool = Tool.from_function(
        spec.function,
        name=spec.name,
        title=spec.title,
        description=spec.description,
        # Keeps the parameter out of the schema, as the SDK does with its own context.
        context_kwarg="deps",
        annotations=spec.effect.hints(spec.title),
    )
    tool.fn_metadata.arg_model = with_added(
        tool.fn_metadata.arg_model,
        detail=spec.concise is not None,
        max_age_seconds=spec.toolset != "accounts",
        fields=columns_of(_answer_model(tool)),
    )
    tool.parameters = compact(tool.fn_metadata.arg_model.model_json_schema(by_alias=True))
    tool.fn_metadata.output_schema = compact(cast("Schema", tool.fn_metadata.output_schema))
    return tool


def _answer_model(tool: Tool) -> type[BaseModel]:
    model = cast("type[BaseModel] | None", tool.fn_metadata.output_model)
    if model is None:
        raise TypeError(f"{tool.name} has no typed answer.")
    return model


def _noted(answer: BaseModel, sentence: str) -> BaseModel:
    """Return an answer with one more note."""
    notes = cast("list[str] | None", getattr(answer, "notes", None)) or []
    return answer.model_copy(update={"notes": [*notes, sentence]})


@cache
def _field_names(spec: ToolSpec) -> frozenset[str]:
    """Return the names of all fields that the answer's schema declares."""
    return frozenset(property_names(schemas(spec)[1]))


class ServerTool(Tool):
    """A tool as the SDK lists and calls it."""

    _spec: ToolSpec = PrivateAttr()
    _deps: DepsNow = PrivateAttr()
    _offered: Offered = PrivateAttr()

    @classmethod
    def of(
        cls, spec: ToolSpec, deps: DepsNow, available: frozenset[str], offered: Offered
    ) -> "ServerTool":
        """Build the SDK's tool for `spec`.

        Args:
            spec: What the tool's file declares.
            deps: Asked at each call for what its function is given.
            available: Names of the tools that the operator left on.
            offered: Says which of these one request may use.
        """
        made = _declared(spec)
        tool = cls.model_construct(**{name: getattr(made, name) for name in cls.model_fields})
        tool.description, tool.parameters = presented(spec, available)
        tool._spec = spec  # noqa: SLF001 - its own
        tool._deps = deps  # noqa: SLF001 - its own
        tool._offered = offered  # noqa: SLF001 - its own
        return tool

    async def run(
        self,
        arguments: dict[str, JsonValue],
        context: "Context[LifespanContextT, RequestT]",
        convert_result: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult:
        """Run one call; every failure that was foreseen reaches the model in words.

        Raises:
            UnexpectedToolError: A bug; its text stays in the log.
        """
        del convert_result
        available = self._offered(context.request_context)
        try:
            return await self._answer(arguments, caller_of(context), available)
        except AppError as error:
            # Not raised: the SDK would log the text, and the names in it are a stranger's.
            log.info("%s failed: %s", self.name, error.code)
            text = TextContent(type="text", text=failure_text(error, available))
            return CallToolResult(content=[text], is_error=True)
        except Exception as error:  # the one place where a bug becomes an answer
            raise UnexpectedToolError(INTERNAL_FAILURE) from error

    async def _answer(
        self, arguments: Mapping[str, JsonValue], caller: Caller, available: frozenset[str]
    ) -> CallToolResult:
        parsed = parse(self.fn_metadata.arg_model, arguments)
        asked = {name: value for name, value in parsed.items() if name not in ADDED}
        for_caller = replace(self._deps(), available=available)
        deps = for_caller.called_by(caller, parsed.get("max_age_seconds"))
        try:
            answer = await self._spec.function(deps, **asked)
        except NotFoundError as error:
            raise await suggesting(error, deps, asked) from error
        if deps.purse is not None and self._spec.effect is not Effect.READ:
            answer = _noted(answer, deps.purse.said())
        sent = {
            name: cast("JsonValue", value)
            for name, value in parsed.items()
            if value is not None and arguments.get(name) is not None
        }
        return render(
            answer,
            tool=self.name,
            arguments=cast("dict[str, JsonValue]", parsed),
            given=sent,
            concise=self._spec.shown(asked),
            available=available,
            ignored=ignored(arguments, self.fn_metadata.arg_model),
            declared=_field_names(self._spec),
        )
