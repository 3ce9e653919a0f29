"""What an agent sees of the tools as a whole: names, texts, hints, schemas, and their snapshots.

`UPDATE_SCHEMAS=1 pytest tests/tools/test_catalogue.py` rewrites the snapshots; never in CI.
"""

import difflib
import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

import tools
from mcp_server.boundary import Effect, ToolSpec
from mcp_server.boundary.wiring import schemas

SNAPSHOTS = Path(__file__).parent / "__schemas__"
CONTRACT = {
    "getAccountAnalytics",
    "refreshAccountAnalytics",
    "canRefreshAccountAnalytics",
    "getVideoAnalytics",
    "listAccountVideoAnalytics",
    "searchTikTokCreators",
    "getTikTokCreatorAnalytics",
    "getTikTokCreatorVideos",
    "getTikTokCreatorTopContent",
    "searchTikTokVideos",
    "getTikTokVideoDetails",
    "getTrendingTikTokVideos",
    "searchTikTokHashtags",
    "getTikTokHashtagDetails",
    "getTrendingTikTokHashtags",
    "searchTikTokSounds",
    "getTikTokSoundDetails",
    "getTrendingTikTokSounds",
    "getToklyticsStats",
    "compareTikTokCreators",
    "getTikTokNicheBenchmarks",
    "planTikTokInfluencerCampaign",
}
HELPERS = {"listAccounts", "refreshAccountAnalyticsAndWait", "getAccountAnalyticsHistory"}
SPENDING = {"refreshAccountAnalytics", "refreshAccountAnalyticsAndWait"}

every_tool = pytest.mark.parametrize(
    "spec", tools.ALL, ids=lambda spec: cast("ToolSpec", spec).name
)


def snapshot_of(spec: ToolSpec) -> dict[str, JsonValue]:
    inputs, outputs = schemas(spec)
    hints = spec.effect.hints(spec.title).model_dump(mode="json", by_alias=True)
    return {
        "name": spec.name,
        "title": spec.title,
        "description": spec.description,
        "annotations": hints,
        "inputSchema": inputs,
        "outputSchema": outputs,
    }


def test_every_operation_of_both_contracts_is_a_tool_and_nothing_else() -> None:
    assert {spec.name for spec in tools.ALL} == CONTRACT | HELPERS
    assert len(CONTRACT) == 22


def test_every_file_is_the_tool_it_is_named_after() -> None:
    folder = Path(str(files("tools")))
    modules = {
        path.stem.replace("_", "") for path in folder.glob("*/*.py") if path.name != "__init__.py"
    }
    assert modules == {spec.name.lower() for spec in tools.ALL}


def test_every_tool_has_a_test_of_its_own() -> None:
    tests = {path.stem for path in Path(__file__).parent.glob("*/test_*.py")}
    assert tests == {f"test_{spec.function.__name__}" for spec in tools.ALL}


@every_tool
def test_the_function_has_the_snake_case_name(spec: ToolSpec) -> None:
    assert spec.function.__name__.replace("_", "") == spec.name.lower()


@every_tool
def test_descriptions_say_what_when_and_when_not(spec: ToolSpec) -> None:
    text = spec.description
    assert 150 <= len(text) <= 700
    assert "Use it" in text or "Start here" in text
    assert "`" in text, "an alternative is named"
    assert not re.search(r"This tool|MUST|ALWAYS|Args:", text)


@every_tool
def test_named_tools_exist(spec: ToolSpec) -> None:
    known = {tool.name for tool in tools.ALL}
    named = set(re.findall(r"`([a-z]+[A-Z]\w+)`", spec.description))
    assert named <= known
    assert spec.name not in named


@every_tool
def test_every_parameter_is_described_and_typed(spec: ToolSpec) -> None:
    inputs, _ = schemas(spec)
    properties = cast("dict[str, dict[str, JsonValue]]", inputs.get("properties", {}))
    for name, schema in properties.items():
        assert schema.get("description"), name
        assert schema.get("type"), name
    assert not any("key" in name or "secret" in name for name in properties)


@every_tool
def test_every_answer_has_data_and_provenance(spec: ToolSpec) -> None:
    _, outputs = schemas(spec)
    assert outputs["type"] == "object"
    assert outputs["required"] == ["data", "provenance"]


@every_tool
def test_all_four_hints_are_set(spec: ToolSpec) -> None:
    hints = spec.effect.hints(spec.title)
    spends = spec.name in SPENDING
    assert (spec.effect is not Effect.READ) is spends
    assert hints.read_only_hint is not spends
    assert hints.destructive_hint is False
    assert hints.idempotent_hint is True
    assert hints.open_world_hint is True
    assert spec.title.lower() != spec.name.lower()


@every_tool
def test_the_public_surface_is_the_committed_one(spec: ToolSpec) -> None:
    path = SNAPSHOTS / f"{spec.name}.json"
    wanted = json.dumps(snapshot_of(spec), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SCHEMAS") == "1" and not os.environ.get("CI"):
        path.write_text(wanted, "utf-8")
    found = path.read_text("utf-8") if path.exists() else ""
    difference = "".join(
        difflib.unified_diff(found.splitlines(True), wanted.splitlines(True), path.name, "code")
    )
    assert not difference, (
        f"{spec.name} changed for agents. If that is meant, run "
        "UPDATE_SCHEMAS=1 pytest tests/tools/test_catalogue.py\n" + difference
    )


def test_no_snapshot_outlives_its_tool() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == {spec.name for spec in tools.ALL}
