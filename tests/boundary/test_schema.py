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


def answer_of(data: Schema) -> Schema:
    text: Schema = {"type": "string"}
    provenance: Schema = {
        "type": "object",
        "properties": {
            "api": {"type": "string", "enum": ["a", "b"]},
            "cached": text,
            "as_of": text,
        },
    }
    following: Schema = {"type": "object", "properties": {"tool": text, "arguments": text}}
    beside: Schema = dict.fromkeys(("pagination", "quota", "extra", "notes"), text)
    properties: Schema = {"data": data, "provenance": provenance, "next": following, **beside}
    return compact({"type": "object", "properties": properties, "required": ["data"]})


def declared(data: Schema) -> Schema:
    return cast("Schema", answer_of(data)["properties"])


def test_pages_are_declared_of_lists_only() -> None:
    assert {"pagination", "extra"} <= declared({"type": "array"}).keys()
    assert not {"pagination", "extra"} & declared({"type": "object"}).keys()


def test_the_quota_is_declared_where_data_tell_of_refreshes_only() -> None:
    refreshed: Schema = {"type": "array", "items": {"properties": {"outcome": {"type": "string"}}}}
    assert "quota" in declared(refreshed)
    assert "quota" not in declared({"type": "array", "items": {"properties": {"tag": {}}}})


def test_provenance_declares_what_needs_explaining_and_no_type_beside_an_enumeration() -> None:
    provenance = cast("Schema", declared({"type": "object"})["provenance"])
    assert provenance["properties"] == {"api": {"enum": ["a", "b"]}, "as_of": {"type": "string"}}


def test_what_the_envelope_does_not_declare_is_still_allowed() -> None:
    schema = answer_of({"type": "object"})
    jsonschema.validate({"data": {}, "quota": "q", "provenance": {"cached": "yes"}}, schema)


def test_the_next_call_keeps_its_two_parts() -> None:
    schema = answer_of({"type": "object"})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"data": {}, "next": {"tool": "t"}}, schema)


def test_a_bound_that_only_keeps_nonsense_out_is_not_listed() -> None:
    count: Schema = {"type": "integer", "minimum": 0, "maximum": 10**15}
    rows: Schema = {"type": "integer", "minimum": 1, "maximum": 50}
    made = compact({"type": "object", "properties": {"count": count, "rows": rows}})
    assert made["properties"] == {"count": {"type": "integer", "minimum": 0}, "rows": rows}
