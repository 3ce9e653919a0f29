"""Names of accounts that strangers chose, outside of tools: lists, resources, completions."""

import json
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from tests.faults.upstream import ARGUMENTS, connected
from tests.hostile.corpus import CORPUS, MARK
from tests.hostile.payload import hostile_answers

_TEMPLATE = "tokportal://accounts/{account_id}/analytics"


@pytest.mark.parametrize("rows", [False, True], ids=["object", "rows"])
@pytest.mark.parametrize("start", range(0, len(CORPUS), 54))
async def test_no_hostile_text_is_a_name_outside_of_tools(
    start: int, *, rows: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    respond = hostile_answers([*CORPUS[start : start + 54]], rows=rows, beside=True)
    async with connected(tmp_path, respond) as client:
        for tool, arguments in ARGUMENTS.items():
            await client.call_tool(tool, arguments)
        said = [
            (await client.list_resources()).model_dump_json(),
            (await client.list_resource_templates()).model_dump_json(),
            (await client.list_prompts()).model_dump_json(),
        ]
        for prompt, argument in (
            ("account_health_report", "account"),
            ("creator_shortlist", "creator"),
            ("creator_shortlist", "hashtag"),
            ("campaign_plan", "niche"),
        ):
            reference = PromptReference(type="ref/prompt", name=prompt)
            found = await client.complete(reference, {"name": argument, "value": ""})
            said.append(json.dumps(found.completion.values))
        template = ResourceTemplateReference(type="ref/resource", uri=_TEMPLATE)
        ids = await client.complete(template, {"name": "account_id", "value": ""})
        said.append(json.dumps(ids.completion.values))
        for resource in (await client.list_resources()).resources:
            try:
                read = await client.read_resource(str(resource.uri))
            except MCPError as error:  # nothing is stored of it yet
                said.append(error.message)
                continue
            (content,) = read.contents
            document = json.loads(getattr(content, "text"))  # noqa: B009 - text or blob
            document.pop("data")
            said.append(json.dumps(document))
    assert not [text for text in said if MARK in text]
    assert MARK not in caplog.text
