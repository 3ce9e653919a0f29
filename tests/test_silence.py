"""Nothing that an agent reads names a tool that is switched off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

import tools
from mcp_server.answers.envelope import Answer, NextCall, Provenance
from mcp_server.app import build_application
from mcp_server.boundary.failure import failure_text
from mcp_server.boundary.naming import tools_named
from mcp_server.boundary.result import render
from mcp_server.boundary.wiring import schemas
from mcp_server.errors import AppError, ErrorCode, InvalidArgumentError, NotFoundError
from mcp_server.instructions import instructions_for
from mcp_server.prompts import ALL as PROMPTS
from mcp_server.prompts import tools_in
from mcp_server.settings import ALL_TOOLSETS, load
from tests.prompts.conftest import WORKING

NAMES = frozenset(spec.name for spec in tools.ALL)
CHOICES: dict[str, dict[str, object]] = {
    **{toolset: {"toolsets": toolset} for toolset in ALL_TOOLSETS},
    **{name: {"tools": name} for name in sorted(NAMES)},
    **{f"no {name}": {"exclude_tools": name} for name in sorted(NAMES)},
    "read-only": {"read_only": True},
    "all": {},
}


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"no request is expected: {scope} {receive} {send}")


def named_in(text: str) -> frozenset[str]:
    return tools_named(text) & NAMES


@pytest.mark.parametrize("choice", CHOICES)
async def test_tools_instructions_and_prompts_name_only_tools_that_are_on(
    choice: str, tmp_path: Path
) -> None:
    settings = load(data_dir=tmp_path, **CHOICES[choice])
    application = build_application(settings, local_app=refuse)
    server = application.server
    on = application.deps.available
    for tool in await server.list_tools():
        shown = json.dumps([tool.description, tool.input_schema, tool.output_schema])
        assert named_in(shown) <= on, tool.name
        assert len((tool.description or "").split("\n\n")) == 2, "it still says when to use it"
    assert named_in(server.instructions or "") <= on
    for prompt in await server.list_prompts():
        assert named_in(f"{prompt.description} {prompt.arguments}") == frozenset()
    await application.aclose()
    for spec in PROMPTS:
        if spec.is_offered(on):
            assert tools_in(spec.text(WORKING[spec.name], on)) <= on


def errors() -> Iterator[AppError]:
    for code in ErrorCode:
        yield NotFoundError(code=code)
        yield NotFoundError("First toolCx says. Then `listAccounts` helps.", code=code)
    yield InvalidArgumentError("No.", parameter="x", allowed="the id of a listAccounts row")


@pytest.mark.parametrize("error", [*errors()], ids=lambda error: str(error.code.value))
def test_errors_name_only_tools_that_are_on(error: AppError) -> None:
    assert named_in(failure_text(error, frozenset())) == frozenset()
    for name in NAMES:
        assert named_in(failure_text(error, frozenset({name}))) <= {name}


def test_next_and_notes_name_only_tools_that_are_on() -> None:
    answer = Answer[str](
        data="x",
        provenance=Provenance(api="tokportal", mode="live"),
        next=NextCall(tool="listAccounts", arguments={}),
        notes=["It goes on. as_of of getAccountAnalytics changes when it is done."],
    )

    def shown(available: frozenset[str]) -> str:
        result = render(
            answer,
            tool="getVideoAnalytics",
            arguments={},
            given={},
            concise=None,
            available=available,
        )
        return json.dumps(result.structured_content)

    assert named_in(shown(NAMES)) == {"listAccounts", "getAccountAnalytics"}
    assert named_in(shown(frozenset({"getVideoAnalytics"}))) == frozenset()
    assert "It goes on." in shown(frozenset())


@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: str(spec.name))
def test_the_first_paragraph_and_the_output_schema_name_no_tool(spec: object) -> None:
    (found,) = [one for one in tools.ALL if one is spec]
    assert named_in(found.description.split("\n\n", maxsplit=1)[0]) == frozenset()
    assert named_in(json.dumps(schemas(found)[1])) == frozenset()


@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: str(spec.name))
def test_only_tools_are_in_camel_case(spec: object) -> None:
    (found,) = [one for one in tools.ALL if one is spec]
    assert tools_named(found.description) <= NAMES
    assert tools_named(instructions_for(tools.ALL)) <= NAMES


def test_instructions_of_the_plain_refresh_alone_still_say_that_it_spends() -> None:
    specs = [spec for spec in tools.ALL if spec.name == "refreshAccountAnalytics"]
    text = instructions_for(specs)
    assert "spends the organization's monthly quota" in text
    assert named_in(text) <= {"refreshAccountAnalytics"}
    assert "- accounts (TokPortal): the user's own delivered accounts" in text


def test_instructions_speak_of_no_toolset_that_is_off() -> None:
    specs = [spec for spec in tools.ALL if spec.toolset in {"videos", "sounds"}]
    assert "\n- videos, sounds (Toklytics): " in instructions_for(specs)
