"""Documents whose rows stand in named places, with something beside them."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest

from mcp_server.local.importers.items import Item, Malformed, Row
from mcp_server.local.importers.json_stream import documents, key_paths, surroundings
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.source import Source, opened

PLAYLIST = Layout(beside=frozenset({("epoch",), ("extra", "now")}))
CHOSEN = Layout(
    lists=frozenset({("Post", "Posts", "VideoList"), ("Profile",)}),
    beside=frozenset({("Profile", "Info", "userName")}),
)


def source(text: str) -> Source:
    raw = io.BufferedReader(io.BytesIO(text.encode()))
    return Source(io.TextIOWrapper(raw, "utf-8", newline=""), raw)


def read(content: object, layout: Layout) -> list[Row | Malformed]:
    text = content if isinstance(content, str) else json.dumps(content)
    return list(documents(source(text), layout, surroundings(source(text), layout)))


def beside(content: object, layout: Layout) -> list[Item]:
    text = content if isinstance(content, str) else json.dumps(content)
    return list(surroundings(source(text), layout))


def items(rows: list[Row | Malformed]) -> list[object]:
    return [row.item if isinstance(row, Row) and not row.about else None for row in rows]


def test_rows_know_what_comes_after_them() -> None:
    about, first, second = read({"entries": [{"a": 1}, {"b": 2}], "epoch": 7, "x": 0}, PLAYLIST)
    assert about == Row(0, {"epoch": 7}, about.offset, (), {"epoch": 7}, about=True)
    assert first == Row(1, {"a": 1}, first.offset, ("entries",), {"epoch": 7})
    assert second == Row(2, {"b": 2}, second.offset, ("entries",), {"epoch": 7})


def test_what_stands_beside_keeps_its_place_in_the_document() -> None:
    text = '{"extra": {"now": 5, "logid": "x"}, "data": {"videos": []}, "epoch": {"deep": []}}'
    assert beside(text, PLAYLIST) == [{"extra": {"now": 5}, "epoch": {"deep": []}}]


def test_a_document_that_is_itself_a_row_has_nothing_beside_it() -> None:
    assert beside({"epoch": 7, "id": "1"}, PLAYLIST) == [{}]
    assert items(read({"epoch": 7, "id": "1"}, PLAYLIST)) == [{"epoch": 7, "id": "1"}]


def test_each_document_of_a_file_has_its_own_surroundings() -> None:
    text = '{"entries": [{"a": 1}], "epoch": 1}[{"b": 2}]{"epoch": 2, "entries": [{"c": 3}]}'
    rows = [row for row in read(text, PLAYLIST) if isinstance(row, Row) and not row.about]
    assert [(row.item, row.document) for row in rows] == [
        ({"a": 1}, {"epoch": 1}),
        ({"b": 2}, {}),
        ({"c": 3}, {"epoch": 2}),
    ]


def test_a_document_that_ends_early_still_says_what_it_can() -> None:
    rows = read('{"epoch": 1, "entries": [{"a": 1}, {"b"', PLAYLIST)
    assert items(rows[:2]) == [None, {"a": 1}]
    assert isinstance(rows[1], Row)
    assert rows[1].document == {"epoch": 1}
    assert isinstance(rows[2], Malformed)


def test_only_named_places_are_read_where_a_layout_names_them() -> None:
    content = {
        "Direct Messages": {"VideoList": [{"text": "secret"}], "Posts": "secret"},
        "Profile": {"Info": {"userName": "invented.baker", "email": "secret"}},
        "Post": {"Posts": {"VideoList": [{"Link": "l"}], "Drafts": ["secret"]}, "x": ["secret"]},
        "Login": ["secret", {"ip": "secret"}],
    }
    rows = read(content, CHOSEN)
    assert [row for row in rows if not isinstance(row, Row)] == []
    assert [row.path for row in rows if isinstance(row, Row)] == [
        (),
        ("Profile",),
        ("Post", "Posts", "VideoList"),
    ]
    assert items(rows)[2] == {"Link": "l"}
    assert beside(content, CHOSEN) == [{"Profile": {"Info": {"userName": "invented.baker"}}}]


def test_an_array_is_one_of_documents_where_a_layout_names_places() -> None:
    one = {
        "Post": {"Posts": {"VideoList": [{"Link": "a"}]}},
        "Profile": {"Info": {"userName": "x"}},
    }
    other = {
        "Profile": {"Info": {"userName": "y"}},
        "Post": {"Posts": {"VideoList": [{"Link": "b"}]}},
    }
    names = [{"Profile": {"Info": {"userName": name}}} for name in ("x", "y")]
    assert beside([one, [7], other], CHOSEN) == names
    rows = [row for row in read([one, [7], other], CHOSEN) if isinstance(row, Row)]
    of_posts = [row for row in rows if row.path == ("Post", "Posts", "VideoList")]
    assert [row.item for row in of_posts] == [{"Link": "a"}, {"Link": "b"}]
    assert [row.document for row in of_posts] == names


def test_nothing_else_is_read_where_a_layout_names_places() -> None:
    assert read([{"Link": "l"}], CHOSEN) == []
    assert read("7", CHOSEN) == []


def test_what_is_stepped_over_must_still_be_json() -> None:
    (found,) = read('{"Login": {"a": [1, 2}, "Post": {}}', CHOSEN)
    assert isinstance(found, Malformed)


def test_a_long_part_that_nobody_asked_for_is_never_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    message = json.dumps({"text": "x" * 1000})
    chats = ",".join([message] * 20_000)
    path.write_text(f'{{"Chats": {{"a": [{chats}]}}, "Post": {{"Posts": {{}}}}}}', "utf-8")
    with opened(path) as file, opened(path) as ahead:
        tracemalloc.start()
        rows = list(documents(file, CHOSEN, surroundings(ahead, CHOSEN)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert rows == []
    assert peak < 2_000_000 < path.stat().st_size


@pytest.mark.parametrize(
    ("sample", "paths"),
    [
        ('{"a": {"b": {"c": {"d": 1}}}, "e": [', {("a",), ("a", "b"), ("a", "b", "c"), ("e",)}),
        ('[{"a": 1}, {"b": 2}]', {("a",)}),
        ("[1, 2]", set[tuple[str, ...]]()),
        ("video_id,plays", set[tuple[str, ...]]()),
    ],
)
def test_the_keys_of_a_sample_are_seen_as_far_as_it_goes(
    sample: str, paths: set[tuple[str, ...]]
) -> None:
    assert key_paths(sample) == paths
