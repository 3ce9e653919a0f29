"""Makes pydantic's JSON Schemas short: each list of tools travels through a model's context.

Dropped are titles, the docstrings of models, bounds that only keep nonsense out (they are checked
all the same), `additionalProperties: true`, null alternatives
(answers leave null out, and the models still accept it on input) and null defaults; a definition
used once stands in its place. An answer's schema declares of the envelope, which is the same for
every tool, only what a caller of this tool decides by; what is left out may still be sent.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, cast

from pydantic import JsonValue

Schema = dict[str, JsonValue]

_REF: Final = "#/$defs/"
_ANYTHING: Final[JsonValue] = {"$ref": "#/$defs/JsonValue"}
_LARGE: Final = 10**6  # a bound from here on only keeps nonsense out
_NAMED: Final = frozenset({"properties", "$defs", "patternProperties"})
_LITERAL: Final = frozenset({"default", "enum", "const", "examples"})

_OF_LISTS: Final = frozenset({"pagination", "extra"})
_OF_REFRESHES: Final = frozenset({"monthly_quota", "outcome", "quota_after"})
_PLAIN_PROVENANCE: Final = frozenset(
    {"basis", "cached", "low_sample", "metrics_version", "request_id", "source"}
)
_NEXT: Final[Schema] = {"type": "object", "required": ["tool", "arguments"]}


def compact(schema: Schema) -> Schema:
    """Return an equivalent schema with fewer tokens."""
    definitions = cast("dict[str, Schema]", schema.get("$defs", {}))
    uses = Counter(_references(schema))
    once = {
        name
        for name, definition in definitions.items()
        if definition == {} or (uses[name] == 1 and name not in _reachable(definition, definitions))
    }
    root = {key: value for key, value in schema.items() if key != "$defs"}
    result = cast("Schema", _walk(root, definitions, once))
    left = _still_needed(result, definitions, once)
    if left:
        result["$defs"] = left
    properties = result.get("properties")
    if isinstance(properties, dict) and {"data", "provenance"} <= properties.keys():
        return {**result, "properties": _envelope(properties)}
    return result


def _envelope(properties: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Leave out what this answer never has, and what explains itself when it is there."""
    data = cast("Schema", properties["data"])
    left_out: set[str] = set() if data.get("type") == "array" else set(_OF_LISTS)
    if not _OF_REFRESHES & set(property_names(data)):
        left_out.add("quota")
    kept = {name: _untyped_enums(part) for name, part in properties.items() if name not in left_out}
    provenance = cast("Schema", kept["provenance"])
    declared = cast("Schema", provenance.get("properties", {}))
    kept["provenance"] = {
        **provenance,
        "properties": {name: declared[name] for name in declared if name not in _PLAIN_PROVENANCE},
    }
    if "next" in kept:
        kept["next"] = {**_NEXT}
    return kept


def property_names(node: JsonValue) -> Iterator[str]:
    """Yield the names of all properties in a schema, those of inner objects too."""
    if isinstance(node, dict):
        properties = node.get("properties")
        yield from properties if isinstance(properties, dict) else ()
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for value in children:
        yield from property_names(value)


def _untyped_enums(node: JsonValue) -> JsonValue:
    """Drop the type beside an enumeration, whose values tell it."""
    if isinstance(node, list):
        return [_untyped_enums(value) for value in node]
    if not isinstance(node, dict):
        return node
    redundant = isinstance(node.get("enum"), list)
    return {
        name: _untyped_enums(value)
        for name, value in node.items()
        if not (redundant and name == "type")
    }


def _references(node: JsonValue) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_REF)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _reachable(node: JsonValue, definitions: dict[str, Schema]) -> set[str]:
    found: set[str] = set()
    pending = list(_references(node))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(_references(definitions[name]))
    return found


def _still_needed(
    root: Schema, definitions: dict[str, Schema], once: set[str]
) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {}
    pending = list(_references(root))
    while pending:
        name = pending.pop()
        if name not in kept:
            kept[name] = _walk(definitions[name], definitions, once)
            pending.extend(_references(kept[name]))
    return {name: kept[name] for name in definitions if name in kept}


def _walk(node: JsonValue, definitions: dict[str, Schema], once: set[str]) -> JsonValue:
    if isinstance(node, list):
        return [_walk(value, definitions, once) for value in node]
    if not isinstance(node, dict):
        return node
    node = _without_null(node)
    reference = node.get("$ref")
    if isinstance(reference, str) and (name := reference.removeprefix(_REF)) in once:
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _walk({**definitions[name], **beside}, definitions, once)
    result: Schema = {}
    for key, value in node.items():
        if _is_noise(key, value):
            continue
        if key == "description" and "properties" in node and isinstance(value, str):
            continue
        if key in _LITERAL:
            result[key] = value
        elif key in _NAMED and isinstance(value, dict):
            result[key] = {name: _walk(part, definitions, once) for name, part in value.items()}
        else:
            result[key] = _walk(value, definitions, once)
    return result


def _is_noise(key: str, value: JsonValue) -> bool:
    return (
        (key == "title" and isinstance(value, str))
        or (key == "additionalProperties" and (value is True or value == _ANYTHING))
        or (key == "default" and value is None)
        or (key == "maximum" and isinstance(value, int | float) and value >= _LARGE)
    )


def _without_null(node: Schema) -> Schema:
    arms = node.get("anyOf")
    null: JsonValue = {"type": "null"}
    if not isinstance(arms, list) or null not in arms:
        return node
    rest = [arm for arm in arms if arm != null]
    beside = {key: value for key, value in node.items() if key != "anyOf"}
    if len(rest) == 1 and isinstance(rest[0], dict):
        return _without_null({**rest[0], **beside})
    return {**beside, "anyOf": rest}
