"""Grades a change of the tools for those who call them: none, compatible or breaking.

What a caller sends may only be asked for more loosely, and what it receives only more strictly.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias, cast

from pydantic import JsonValue

Schema: TypeAlias = Mapping[str, JsonValue]
Catalogue: TypeAlias = Mapping[str, Schema]

ANYTHING: Final = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
FLOORS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
CEILINGS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
WHOLE: Final = ("pattern", "const", "anyOf", "additionalProperties", "uniqueItems", "multipleOf")


class Grade(IntEnum):
    NONE = 0
    COMPATIBLE = 1
    BREAKING = 2


class Change(NamedTuple):
    tool: str
    grade: Grade
    what: str


def changes(before: Catalogue, after: Catalogue) -> list[Change]:
    """Return what has changed, in the order of the tools' names; nothing for a tool as it was."""
    found: list[Change] = []
    for tool in sorted(before.keys() | after.keys()):
        if tool not in after:
            found.append(Change(tool, Grade.BREAKING, "the tool is gone"))
        elif tool not in before:
            found.append(Change(tool, Grade.COMPATIBLE, "a new tool"))
        elif before[tool] != after[tool]:
            broken = [*_broken_tool(before[tool], after[tool])]
            found += [Change(tool, Grade.BREAKING, what) for what in broken]
            if not broken:
                found.append(Change(tool, Grade.COMPATIBLE, "additions or wording"))
    return found


def worst(found: list[Change]) -> Grade:
    return max((change.grade for change in found), default=Grade.NONE)


def unannounced(found: list[Change], changelog: str) -> list[Change]:
    """Return the breaking changes whose tool no line of the changelog calls breaking."""
    lines = [line for line in changelog.splitlines() if "breaking" in line.lower()]
    return [
        change
        for change in found
        if change.grade is Grade.BREAKING and not any(f"`{change.tool}`" in line for line in lines)
    ]


def _broken_tool(before: Schema, after: Schema) -> Iterator[str]:
    hints_before, hints_after = _part(before, "annotations"), _part(after, "annotations")
    for name in sorted((hints_before.keys() | hints_after.keys()) - {"title"}):
        if hints_before.get(name) != hints_after.get(name):
            yield f"{name} changed"
    for name, sent in (("inputSchema", True), ("outputSchema", False)):
        old, new = _part(before, name), _part(after, name)
        yield from _Comparison(_part(old, "$defs"), _part(new, "$defs"), sent).broken(
            old, new, name
        )


class _Comparison(NamedTuple):
    definitions_before: Schema
    definitions_after: Schema
    sent: bool
    """Whether the caller sends what is described, or receives it."""

    def broken(self, before: Schema, after: Schema, where: str) -> Iterator[str]:
        before = _resolved(before, self.definitions_before)
        after = _resolved(after, self.definitions_after)
        narrow, wide = (before, after) if self.sent else (after, before)
        if not _kinds(narrow) <= _kinds(wide):
            yield f"{where}: the type changed"
            return
        if self.sent:
            yield from _tightened(before, after, where)
        yield from self._properties(before, after, where)
        if "items" in before or "items" in after:
            yield from self.broken(_part(before, "items"), _part(after, "items"), f"{where}[]")

    def _properties(self, before: Schema, after: Schema, where: str) -> Iterator[str]:
        old, new = _part(before, "properties"), _part(after, "properties")
        for name in sorted(old.keys() - new.keys()):
            yield f"{where}.{name}: gone"
        for name in sorted(old.keys() & new.keys()):
            yield from self.broken(_part(old, name), _part(new, name), f"{where}.{name}")
        needed_before, needed_after = _texts(before, "required"), _texts(after, "required")
        if self.sent:
            for name in sorted(needed_after - needed_before):
                yield f"{where}.{name}: required now"
        else:
            for name in sorted(needed_before - needed_after):
                yield f"{where}.{name}: no longer promised"


def _tightened(before: Schema, after: Schema, where: str) -> Iterator[str]:
    options = after.get("enum")
    if isinstance(options, list):
        allowed = before.get("enum")
        if not isinstance(allowed, list) or not all(option in options for option in allowed):
            yield f"{where}: fewer values are allowed"
    for names, sign in ((FLOORS, 1), (CEILINGS, -1)):
        for name in names:
            old, new = before.get(name), after.get(name)
            if not isinstance(new, int | float):
                continue
            if not isinstance(old, int | float) or (new - old) * sign > 0:
                yield f"{where}: a tighter {name}"
    for name in WHOLE:
        if name in after and before.get(name) != after[name]:
            yield f"{where}: another {name}"
    if before.get("default") != after.get("default"):
        yield f"{where}: another default"


def _kinds(schema: Schema) -> frozenset[str]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return frozenset({"integer", "number"} if kind == "number" else {kind})
    return frozenset({"string"}) if "enum" in schema else ANYTHING


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    return {**_part(definitions, reference.removeprefix("#/$defs/")), **schema}


def _part(schema: Schema, name: str) -> dict[str, JsonValue]:
    part = schema.get(name)
    return part if isinstance(part, dict) else {}


def _texts(schema: Schema, name: str) -> set[str]:
    return set(cast("list[str]", schema.get(name, [])))
