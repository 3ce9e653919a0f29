"""Every number in an answer tells its unit, by its name, by its description, or as a count."""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from pydantic import JsonValue

import tools
from mcp_server.boundary import ToolSpec
from mcp_server.boundary.wiring import schemas

Schema = dict[str, JsonValue]

UNIT_IN_THE_NAME = re.compile(
    r"\w+_seconds|\w+_hours|hours_remaining|days|percent|\w+_per_(?:day|week|hour)|per_day"
    r"|weekly_post_average"
)
UNIT_IN_THE_WORDS = re.compile(
    r"percent|seconds|hours|days|us dollars|undisclosed formula|views / creator's average",
    re.IGNORECASE,
)
COUNTS = {
    "views": "plays reported_views total_views view_count avg_views average_video_views views",
    "likes": "likes total_likes avg_likes",
    "comments": "comments total_comments avg_comments",
    "shares": "shares total_shares avg_shares",
    "saves": "saves bookmarks total_bookmarks avg_saves",
    "people": "followers followers_count following following_count creators",
    "videos": "videos video_count total_videos_tracked videos_tracked recent_count user_count",
    "things": "hashtags sounds snapshots rank",
    "refreshes": "limit used spent",
    "rows and pages": "total page per_page total_pages",
    "days or weeks, as asked": "missing",
    "whatever the followed metric counts": "value absolute",
}
"""What is counted, and under which names."""
OF_A_COUNT = {name for names in COUNTS.values() for name in names.split()}


def numbers(spec: ToolSpec) -> dict[str, set[str]]:
    """The descriptions of each numeric field of a tool's answer, by its name."""
    _, output = schemas(spec)
    definitions = cast("dict[str, Schema]", output.get("$defs", {}))
    found: dict[str, set[str]] = {}
    for name, schema in _fields(output, definitions, frozenset()):
        if schema.get("type") in {"integer", "number"}:
            found.setdefault(name, set()).add(str(schema.get("description", "")))
    return found


def _fields(
    node: JsonValue, definitions: dict[str, Schema], seen: frozenset[str]
) -> Iterator[tuple[str, Schema]]:
    if isinstance(node, list):
        for item in node:
            yield from _fields(item, definitions, seen)
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name in definitions and name not in seen:
        yield from _fields(definitions[name], definitions, seen | {name})
    for field, schema in cast("dict[str, Schema]", node.get("properties", {})).items():
        yield field, schema
        yield from _fields(schema, definitions, seen)
    for part in ("items", "anyOf", "additionalProperties"):
        yield from _fields(node.get(part), definitions, seen)


@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: str(getattr(spec, "name", spec)))
def test_every_number_has_a_unit_or_is_listed_as_a_count(spec: ToolSpec) -> None:
    unclear = {
        name
        for name, texts in numbers(spec).items()
        for text in texts
        if not UNIT_IN_THE_NAME.fullmatch(name)
        and not UNIT_IN_THE_WORDS.search(text)
        and name not in OF_A_COUNT
    }
    assert not unclear


def test_every_rate_is_said_to_be_percent() -> None:
    rates = {
        (spec.name, name, text)
        for spec in tools.ALL
        for name, texts in numbers(spec).items()
        for text in texts
        if re.search(r"_rate$|viral_ratio|percentile", name)
    }
    assert len(rates) >= 10
    assert not {rate for rate in rates if not rate[2].lower().startswith(("percent", "place"))}


def test_no_listed_count_is_a_name_that_no_answer_has() -> None:
    known = {name for spec in tools.ALL for name in numbers(spec)}
    assert known >= OF_A_COUNT
