import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from mcp_server.answers.budget import dumps
from mcp_server.answers.clean import MAX_DEPTH, MAX_KEY, MAX_TEXT, clean, shorten

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\u202eb", "ab"),
        ("zero\u200bwidth", "zerowidth"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("\x1b[31mred", "[31mred"),
        ("two\nlines", "two lines"),
        ("half \ud83d", "half "),
        ("family 👩\u200d👩", "family 👩👩"),
    ],
)
def test_what_a_reader_cannot_see_is_removed(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown
    assert clean({hostile: 1}) == {shown: 1}


def test_nulls_and_numbers_that_no_json_holds_are_left_out() -> None:
    assert clean({"a": None, "b": math.nan, "c": math.inf, "d": 0}) == {"d": 0}


def test_the_places_of_a_list_are_kept() -> None:
    assert clean([1, None, 3]) == [1, None, 3]


def test_texts_and_keys_are_capped() -> None:
    cleaned = clean({"k" * 500: "x" * 10_000})
    assert isinstance(cleaned, dict)
    ((key, value),) = cleaned.items()
    assert len(key) == MAX_KEY
    assert isinstance(value, str)
    assert len(value) == MAX_TEXT


def test_what_lies_too_deep_is_dropped_without_an_error() -> None:
    deep: JsonValue = "bottom"
    for _ in range(500):
        deep = {"inner": deep}
    assert "bottom" not in dumps(clean(deep))


def nested(levels: int) -> JsonValue:
    """Objects in objects, the innermost one with a figure."""
    value: JsonValue = 7
    for _ in range(levels):
        value = {"inner": value}
    return value


def test_the_deepest_allowed_level_is_kept_and_the_next_one_dropped() -> None:
    assert clean(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    too_deep = dumps(clean(nested(MAX_DEPTH + 1)))
    assert "7" not in too_deep
    assert too_deep.count("{") == MAX_DEPTH


@given(JSON)
def test_everything_clean_can_be_written_as_utf8(value: JsonValue) -> None:
    dumps(clean(value)).encode()


def test_shortening_marks_the_cut_and_stays_within_the_limit() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdefg", 6) == "abcde…"
