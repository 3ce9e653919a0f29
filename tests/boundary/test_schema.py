import json
from typing import Annotated, cast

import jsonschema
import pytest
from pydantic import BaseModel, Field, JsonValue

from mcp_server.boundary.schema import Schema, compact


class Leaf(BaseModel):
    """A leaf."""

    name: str | None = Field(None, description="What it is called")


class Shared(BaseModel):
    value: Annotated[int | None, Field(ge=0)] = None


class Tree(BaseModel):
    leaf: Leaf | None = None
    one: Shared | None = None
    two: Shared
    anything: JsonValue = None
    children: "list[Tree] | None" = None


def schema() -> Schema:
    return compact(cast("Schema", Tree.model_json_schema()))


def test_titles_nulls_and_null_defaults_are_gone() -> None:
    text = json.dumps(schema())
    assert '"title"' not in text
    assert '"null"' not in text
    assert '"default"' not in text


def test_a_definition_used_once_stands_in_its_place() -> None:
    properties = _definition("Tree")
    assert properties["leaf"] == {
        "type": "object",
        "properties": {"name": {"type": "string", "description": "What it is called"}},
    }


def test_a_shared_definition_stays_shared() -> None:
    properties = _definition("Tree")
    assert properties["one"] == properties["two"] == {"$ref": "#/$defs/Shared"}


def test_a_property_called_title_is_not_mistaken_for_a_title() -> None:
    made = compact({"type": "object", "properties": {"title": {"type": "string", "title": "T"}}})
    assert made == {"type": "object", "properties": {"title": {"type": "string"}}}


def test_the_same_values_stay_valid() -> None:
    compacted = schema()
    valid: list[JsonValue] = [
        {"two": {"value": 1}, "children": [{"two": {}}]},
        {"two": {}, "anything": [1]},
    ]
    for value in valid:
        jsonschema.validate(value, compacted)
    invalid: list[JsonValue] = [{}, {"two": {"value": -1}}, {"two": {}, "children": [{}]}]
    for wrong in invalid:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, compacted)


def _definition(name: str) -> dict[str, Schema]:
    definitions = cast("dict[str, Schema]", schema()["$defs"])
    return cast("dict[str, Schema]", definitions[name]["properties"])
