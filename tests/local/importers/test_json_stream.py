"""JSON in any of its packings, read one row at a time."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.local.importers.items import Malformed, Row
from mcp_server.local.importers.json_stream import documents, is_lines, lines
from mcp_server.local.importers.source import Source, opened


def source(text: str) -> Source:
    raw = io.BufferedReader(io.BytesIO(text.encode()))
    return Source(io.TextIOWrapper(raw, "utf-8", newline=""), raw)


def read(text: str) -> list[Row | Malformed]:
    return list(documents(source(text)))


def items(text: str) -> list[object]:
    return [row.item if isinstance(row, Row) else row.reason for row in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "1"}, {"id": "2"}]',
        '{"collector": [{"id": "1"}, {"id": "2"}], "zip": ""}',
        '{"cookie": "x", "items": [{"id": "1"}, {"id": "2"}]}',
        '{"data": {"cursor": 7, "videos": [{"id": "1"}, {"id": "2"}]}}',
        '{"id": "1"}\n{"id": "2"}',
        '[{"id": "1"}]\n[{"id": "2"}]',
        '  {"id": "1"}  [ {"id": "2"} ]  ',
    ],
)
def test_rows_are_found_wherever_an_export_puts_them(text: str) -> None:
    assert items(text) == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize("text", ["[]", "", "   ", '{"items": []}'])
def test_an_empty_list_has_no_rows(text: str) -> None:
    assert read(text) == []


def test_an_empty_object_is_a_row_without_fields() -> None:
    assert items("{}") == [{}]


def test_numbers_with_a_fraction_stay_as_they_are_written() -> None:
    assert items('[{"id": 7.341363547541363e+18, "n": 7341363547541362296, "x": NaN}]') == [
        {"id": "7.341363547541363e+18", "n": 7341363547541362296, "x": None}
    ]


def test_what_is_no_object_is_no_row_and_costs_only_itself() -> None:
    assert items('[1, {"id": "1"}, "x"]') == ["not an object", {"id": "1"}, "not an object"]
    assert items("17") == ["not an object"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"id": "1"}, {"id": ', "not valid JSON: Expecting value"),
        ('[{"id": "1"}', "the JSON document ends early"),
        ('[{"id": "1"} {"id": "2"}]', "the JSON document has '{' where ',' belongs"),
        ('[{"id": "1"}, ' + "[" * 200_000, "nested or long beyond reason"),
        ('[{"id": "1"}, {"n": ' + "9" * 5_000 + "}]", "nested or long beyond reason"),
    ],
)
def test_a_document_is_read_up_to_where_it_is_damaged(text: str, reason: str) -> None:
    good, bad = read(text)
    assert isinstance(good, Row)
    assert isinstance(bad, Malformed)
    assert bad.at == 2
    assert reason in bad.reason
    assert bad.reason.endswith("nothing after this was read")


def test_a_row_is_named_by_its_number() -> None:
    assert [row.at for row in read('[{"a": 1}, 2, {"b": 3}]')] == [1, 2, 3]


def test_a_broken_line_costs_only_itself() -> None:
    rows = list(lines(source('{"id": "1"}\n\n{"id": \n[1]\n{"id": "5"}\n')))
    assert [(row.at, isinstance(row, Row)) for row in rows] == [
        (1, True),
        (3, False),
        (4, False),
        (5, True),
    ]


@pytest.mark.parametrize(
    ("sample", "answer"),
    [
        ('{"id": "1"}\n{"id": "2"}\n', True),
        ('{"id": "1"}', True),
        ('{"id": broken\n{"id": "2"}\n', True),
        ('{"items": [{"id": "1"}]}\n', False),
        ('{\n  "items": [\n', False),
        ('{"id": "1", "text": "cut of', False),
        ('[{"id": "1"}]', False),
        ("video_id,plays\n1,2\n", False),
    ],
)
def test_lines_are_told_from_a_document(sample: str, answer: bool) -> None:  # noqa: FBT001
    assert is_lines(sample) is answer


_JSON = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_JSON, max_size=6), st.booleans())
def test_streaming_yields_what_the_standard_parser_does(
    rows: list[dict[str, object]],
    indented: bool,  # noqa: FBT001
) -> None:
    written = json.dumps(rows, indent=2 if indented else None)
    assert items(written) == rows


def test_a_value_longer_than_a_piece_of_the_file_is_read_whole() -> None:
    long = "x" * 300_000
    assert items(json.dumps([{"text": long}, {"id": "2"}])) == [{"text": long}, {"id": "2"}]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    row = json.dumps({"id": "1", "text": "x" * 1000})
    path.write_text("[" + ",".join([row] * 20_000) + "]", "utf-8")
    with opened(path) as file:
        tracemalloc.start()
        count = sum(1 for _ in documents(file))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000 < path.stat().st_size
