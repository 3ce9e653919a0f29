"""Arguments drawn from a tool's own input schema, and spoiled ones."""

from collections.abc import Mapping, Sequence
from typing import cast

from hypothesis import strategies as st
from pydantic import JsonValue

Json = dict[str, JsonValue]
Known = Mapping[str, Sequence[str]]
"""Values by the names of parameters: what exists, so that a call is answered and not refused."""


def nested(depth: int) -> JsonValue:
    """Lists in lists."""
    value: JsonValue = 1
    for _ in range(depth):
        value = [value]
    return value


_ODD: st.SearchStrategy[JsonValue] = st.sampled_from(
    cast(
        "list[JsonValue]",
        [
            None, True, -1, 0, 2**63, 10**30, -(10**400), 1e308, float("nan"), float("inf"),
            float("-inf"), "", " ", "\x00", "\ud800", "\u202ename", "[", "[1,", "null", "../..",
            "%2e%2e/", "x" * 1_000_000, [], {}, [[]], {"a": {"b": None}}, nested(100),
        ],
    )
)  # fmt: skip


def valid(schema: Json, known: Sequence[str] = ()) -> st.SearchStrategy[JsonValue]:
    """Values that one property's schema allows; three in four of `known`, where there are any."""
    if "enum" in schema:
        return st.sampled_from(cast("list[JsonValue]", schema["enum"]))
    kind = schema.get("type")
    low, high = schema.get("minimum", 1), schema.get("maximum", 10**6)
    if kind == "integer":
        return st.integers(cast("int", low), min(cast("int", high), 10**15))
    if kind == "number":
        return st.floats(float(cast("float", low)), float(cast("float", high)))
    if kind == "boolean":
        return st.booleans()
    if kind == "array":
        least = cast("int", schema.get("minItems", 0))
        names = st.text("abcdef_.0123456789", min_size=1, max_size=12)
        some = st.sampled_from(known) if len(known) >= least > 0 else names
        return _mostly(_distinct(some, least), _distinct(names, least))
    words = st.sampled_from(["fitness", "lena.lifts", "7000000000000000001", "2026-02-01", "料理"])
    other = words | st.text(min_size=1, max_size=20)
    return _mostly(st.sampled_from(known), other) if known else other


def _distinct(names: st.SearchStrategy[str], least: int) -> st.SearchStrategy[JsonValue]:
    return st.lists(names, min_size=least, max_size=5, unique=True).map(
        lambda items: cast("JsonValue", items)
    )


def _mostly(
    usual: st.SearchStrategy[JsonValue], other: st.SearchStrategy[JsonValue]
) -> st.SearchStrategy[JsonValue]:
    return st.integers(0, 3).flatmap(lambda turn: usual if turn < 3 else other)


_COLUMNS: st.SearchStrategy[JsonValue] = st.lists(
    st.sampled_from(["username", "video_id", "plays", "name", "title", "metrics.followers", "x"]),
    max_size=2,
    unique=True,
).map(lambda names: cast("JsonValue", names))
"""Of every list tool one at least; which ones a tool has, its schema does not say."""


def arguments(schema: Json, known: Known) -> st.SearchStrategy[Json]:
    """Calls of a tool: as the schema wants them, then in half of the cases spoiled."""
    properties = cast("dict[str, Json]", schema.get("properties", {}))
    required = cast("list[str]", schema.get("required", []))
    drawn = st.fixed_dictionaries(
        {name: valid(properties[name], known.get(name, ())) for name in required},
        optional={
            name: _COLUMNS if name == "fields" else valid(part, known.get(name, ()))
            for name, part in properties.items()
            if name not in required
        },
    )
    names = st.sampled_from([*properties, "unknown", "q\ud800", "_meta", "x" * 5_000])
    spoiled = st.dictionaries(names, _ODD, max_size=2)
    return st.tuples(drawn, st.just(cast("Json", {})) | spoiled).map(
        lambda two: {**two[0], **two[1]}
    )
