from datetime import datetime
from pathlib import Path

import pytest
from mcp import Client
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

import tools
from mcp_server import __version__
from mcp_server.app import Outside, build_application
from mcp_server.exposure import exposed
from mcp_server.instructions import instructions_for
from mcp_server.settings import ALL_TOOLSETS, load


async def unused(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"no request is expected: {scope} {receive} {send}")


def test_read_only_leaves_out_what_spends_quota() -> None:
    names = {spec.name for spec in exposed(tools.ALL, load(read_only=True)).specs}
    assert "refreshAccountAnalytics" not in names
    assert len(names) == 23


def test_toolsets_choose_and_keep_the_order_of_the_catalogue() -> None:
    names = [spec.name for spec in exposed(tools.ALL, load(toolsets="sounds,hashtags")).specs]
    assert names[0] == "searchTikTokHashtags"
    assert len(names) == 6


def test_instructions_name_no_toolset_that_is_off() -> None:
    text = instructions_for(exposed(tools.ALL, load(toolsets="creators")).specs)
    assert "listAccounts" not in text
    assert "creators" in text


@pytest.mark.parametrize("toolset", ALL_TOOLSETS)
def test_instructions_speak_of_each_toolset_that_is_on(toolset: str) -> None:
    text = instructions_for(exposed(tools.ALL, load(toolsets=toolset)).specs)
    assert toolset in text.split("Every answer")[0]


def test_read_only_instructions_do_not_send_an_agent_to_refresh() -> None:
    assert "refreshAccountAnalytics" in instructions_for(exposed(tools.ALL, load()).specs)
    assert "refreshAccountAnalytics" not in instructions_for(
        exposed(tools.ALL, load(read_only=True)).specs
    )


@pytest.mark.parametrize("toolsets", [None, "accounts", "market"])
def test_instructions_are_short_enough_for_every_host(toolsets: str | None) -> None:
    assert len(instructions_for(exposed(tools.ALL, load(toolsets=toolsets)).specs)) <= 1_500


async def test_a_client_is_told_name_version_and_instructions() -> None:
    application = build_application(load(), local_app=unused)
    async with Client(application.server, mode="legacy") as client:
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.version) == ("tokmetrics", __version__)
        assert "Captions" in (client.instructions or "")
    await application.aclose()


async def test_without_a_key_account_tools_name_the_variable_and_send_nothing() -> None:
    application = build_application(load(tokportal_base_url="http://127.0.0.1:9/api"))
    async with Client(application.server) as client:
        result = await client.call_tool("listAccounts", {})
    await application.aclose()
    assert result.is_error
    assert "TOKPORTAL_API_KEY" in str(result.content[0])


async def test_a_bug_is_masked() -> None:
    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"data": {"creators": 1}})(scope, receive, send)

    def broken() -> datetime:
        raise RuntimeError("secret detail")

    application = build_application(load(), local_app=answering, outside=Outside(now=broken))
    async with Client(application.server) as client:
        result = await client.call_tool("getToklyticsStats", {})
    await application.aclose()
    assert result.is_error
    assert "INTERNAL_ERROR" in str(result.content)
    assert "secret detail" not in str(result.content)


async def test_the_first_local_run_generates_a_sample_world(tmp_path: Path) -> None:
    application = build_application(load(local=True, data_dir=tmp_path))
    async with Client(application.server) as client:
        result = await client.call_tool("listAccounts", {})
    await application.aclose()
    assert result.structured_content is not None
    assert result.structured_content["provenance"]["synthetic"] is True
    assert len(result.structured_content["data"]) == 12
