"""Against the last release, no tool breaks for its callers without a line in the changelog.

At a release the folder under `__release__` is renamed to the new version and filled anew from
`__schemas__`.
"""

import json
from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from tests.tools.grading import Change, Grade, Schema, changes, unannounced, worst

HERE = Path(__file__).parent
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"


def catalogue(folder: Path) -> dict[str, Schema]:
    return {
        path.stem: cast("Schema", json.loads(path.read_text("utf-8")))
        for path in folder.glob("*.json")
    }


def test_a_breaking_change_since_the_last_release_is_in_the_changelog() -> None:
    (release,) = (HERE / "__release__").iterdir()
    before = catalogue(release)
    assert before, "a release has tools"
    unreleased = CHANGELOG.read_text("utf-8").split(f"## [{release.name}]")[0]
    assert unannounced(changes(before, catalogue(HERE / "__schemas__")), unreleased) == []


def tool(
    inputs: dict[str, JsonValue] | None = None,
    required: list[JsonValue] | None = None,
    outputs: dict[str, JsonValue] | None = None,
    promised: list[JsonValue] | None = None,
    **beside: JsonValue,
) -> Schema:
    sent: JsonValue = {"type": "object", "properties": inputs or {}, "required": required or []}
    got: JsonValue = {"type": "object", "properties": outputs or {}, "required": promised or []}
    return {"description": "Do.", "inputSchema": sent, "outputSchema": got, **beside}


def grade(before: Schema, after: Schema) -> Grade:
    return worst(changes({"t": before}, {"t": after}))


TEXT: dict[str, JsonValue] = {"type": "string"}
NUMBER: dict[str, JsonValue] = {"type": "number"}
WHOLE: dict[str, JsonValue] = {"type": "integer"}
AB: dict[str, JsonValue] = {"type": "string", "enum": ["a", "b"]}
ABC: dict[str, JsonValue] = {"type": "string", "enum": ["a", "b", "c"]}
TO_50: dict[str, JsonValue] = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
ROWS: dict[str, JsonValue] = {
    "type": "array",
    "items": {"type": "object", "properties": {"x": TEXT}},
}
BARE_ROWS: dict[str, JsonValue] = {"type": "array", "items": {"type": "object", "properties": {}}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(tool({"q": TEXT}), tool(), id="removed parameter"),
        pytest.param(tool(), tool({"q": TEXT}, ["q"]), id="new required parameter"),
        pytest.param(tool({"q": TEXT}), tool({"q": TEXT}, ["q"]), id="required now"),
        pytest.param(tool({"q": ABC}), tool({"q": AB}), id="narrowed enum"),
        pytest.param(tool({"q": TEXT}), tool({"q": AB}), id="an enum of a free text"),
        pytest.param(tool({"q": TEXT}), tool({"q": WHOLE}), id="type of a parameter"),
        pytest.param(tool({"q": NUMBER}), tool({"q": WHOLE}), id="fractions refused"),
        pytest.param(tool({"n": TO_50}), tool({"n": {**TO_50, "maximum": 40}}), id="lower maximum"),
        pytest.param(tool({"n": TO_50}), tool({"n": {**TO_50, "minimum": 2}}), id="higher minimum"),
        pytest.param(tool({"n": WHOLE}), tool({"n": {**WHOLE, "maximum": 9}}), id="new maximum"),
        pytest.param(tool({"n": TO_50}), tool({"n": {**TO_50, "default": 10}}), id="other default"),
        pytest.param(tool({"q": TEXT}), tool({"q": {**TEXT, "pattern": "a"}}), id="new pattern"),
        pytest.param(tool(outputs={"x": TEXT}), tool(), id="removed field"),
        pytest.param(
            tool(outputs={"d": ROWS}), tool(outputs={"d": BARE_ROWS}), id="removed column"
        ),
        pytest.param(tool(outputs={"x": TEXT}), tool(outputs={"x": WHOLE}), id="type of a field"),
        pytest.param(tool(outputs={"x": WHOLE}), tool(outputs={"x": NUMBER}), id="fractions come"),
        pytest.param(
            tool(outputs={"x": TEXT}, promised=["x"]), tool(outputs={"x": TEXT}), id="not promised"
        ),
        pytest.param(
            tool(annotations={"readOnlyHint": True}),
            tool(annotations={"readOnlyHint": False}),
            id="a reading tool writes",
        ),
    ],
)
def test_what_a_caller_relies_on_breaks(before: Schema, after: Schema) -> None:
    assert grade(before, after) is Grade.BREAKING


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(tool(), tool({"q": TEXT}), id="new optional parameter"),
        pytest.param(tool({"q": TEXT}, ["q"]), tool({"q": TEXT}), id="optional now"),
        pytest.param(tool({"q": AB}), tool({"q": ABC}), id="widened enum"),
        pytest.param(tool({"q": AB}), tool({"q": TEXT}), id="enum lifted"),
        pytest.param(tool({"q": WHOLE}), tool({"q": NUMBER}), id="fractions taken"),
        pytest.param(tool({"n": TO_50}), tool({"n": {**TO_50, "maximum": 99}}), id="more rows"),
        pytest.param(tool({"q": TEXT}), tool({"q": {**TEXT, "description": "Q"}}), id="wording"),
        pytest.param(tool(), tool(description="Do it."), id="wording of the tool"),
        pytest.param(tool(), tool(outputs={"x": TEXT}), id="new field"),
        pytest.param(tool(outputs={"x": NUMBER}), tool(outputs={"x": WHOLE}), id="no fractions"),
        pytest.param(tool(outputs={"x": AB}), tool(outputs={"x": ABC}), id="new word of an answer"),
        pytest.param(
            tool(annotations={"title": "A"}), tool(annotations={"title": "B"}), id="another title"
        ),
    ],
)
def test_what_no_caller_relies_on_is_compatible(before: Schema, after: Schema) -> None:
    assert grade(before, after) is Grade.COMPATIBLE


def test_a_tool_as_it_was_has_no_change() -> None:
    assert changes({"t": tool({"q": TEXT})}, {"t": tool({"q": TEXT})}) == []
    assert worst([]) is Grade.NONE


def test_a_removed_tool_breaks_and_a_new_one_does_not() -> None:
    assert worst(changes({"t": tool()}, {})) is Grade.BREAKING
    assert worst(changes({}, {"t": tool()})) is Grade.COMPATIBLE


def test_a_field_that_moves_into_a_definition_stays_the_same_field() -> None:
    shared: JsonValue = {"type": "object", "properties": {"d": {"$ref": "#/$defs/D"}}}
    inline: JsonValue = {"type": "object", "properties": {"d": TEXT}}
    before: Schema = {"outputSchema": inline}
    after: Schema = {"outputSchema": {**cast("dict[str, JsonValue]", shared), "$defs": {"D": TEXT}}}
    assert grade(before, after) is Grade.COMPATIBLE
    after = {"outputSchema": {**cast("dict[str, JsonValue]", shared), "$defs": {"D": WHOLE}}}
    assert grade(before, after) is Grade.BREAKING


def test_a_breaking_change_is_announced_by_a_line_that_says_so_and_names_the_tool() -> None:
    broken = Change("getIt", Grade.BREAKING, "gone")
    harmless = Change("getThat", Grade.COMPATIBLE, "wording")
    assert unannounced([broken, harmless], "- `getIt` is better.\n- Breaking: `getAll`.") == [
        broken
    ]
    assert unannounced([broken, harmless], "- **Breaking:** `getIt` lost a field.") == []
