"""CSV as spreadsheets of different countries write it."""

from pathlib import Path

import pytest

from mcp_server.local.importers.csv_stream import header_of, table
from mcp_server.local.importers.items import Malformed, Row
from mcp_server.local.importers.source import opened


def read(path: Path, written: bytes) -> list[Row | Malformed]:
    file = path / "table.csv"
    file.write_bytes(written)
    with opened(file) as source:
        return list(table(source))


@pytest.mark.parametrize(
    "written",
    [
        b"video_id,plays\r\n1,2\r\n",
        b"\xef\xbb\xbfvideo_id;plays\n1;2\n",
        b"video_id\tplays\n1\t2",
        b'\n"video_id","plays"\n"1","2"\n\n',
        "\ufeffvideo_id,plays\n1,2\n".encode("utf-16-le"),
        b"video_id,plays\r1,2\r",
        b"sep=;\r\nvideo_id;plays\r\n1;2\r\n",
        b'\xef\xbb\xbf"sep=|"\nvideo_id|plays\n1|2\n',
        b"sep=\t\nvideo_id\tplays\n1\t2\n",
    ],
)
def test_separators_quotes_and_byte_order_marks_do_not_matter(
    tmp_path: Path, written: bytes
) -> None:
    (row,) = read(tmp_path, written)
    assert isinstance(row, Row)
    assert row.item == {"video_id": "1", "plays": "2"}


def test_a_row_is_named_by_the_line_it_starts_on(tmp_path: Path) -> None:
    rows = read(tmp_path, b'id,text\n1,"two\nlines"\n2,x\n')
    assert [row.at for row in rows] == [2, 4]


def test_a_row_with_too_many_fields_was_cut_wrongly(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"id,text\n1,a loaf, sliced\n")
    assert isinstance(row, Malformed)
    assert row.reason == "3 fields where the header has 2"
    assert row.text == "1,a loaf, sliced"


def test_missing_fields_at_the_end_are_absent(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"id,text,plays\n1,bread\n")
    assert isinstance(row, Row)
    assert row.item == {"id": "1", "text": "bread"}


def test_an_endless_field_costs_only_its_row(tmp_path: Path) -> None:
    written = b'id,text\n1,"' + b"x" * (17 * 1024 * 1024) + b'"\n'
    rows = read(tmp_path, written)
    assert isinstance(rows[0], Malformed)
    assert rows[0].reason.startswith("not valid CSV")


def test_bytes_that_are_no_utf8_are_replaced(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"id,text\n1,caf\xe9\n")
    assert isinstance(row, Row)
    assert row.item["text"] == "caf\ufffd"


def test_a_header_that_is_no_csv_has_no_columns() -> None:
    assert header_of('"' + "x" * (17 * 1024 * 1024)) == []


@pytest.mark.parametrize(
    "sample", ["sep=;\r\nvideo_id;plays\r\n", "video_id,plays\r1,2\r", "\n video_id|plays"]
)
def test_the_header_is_the_first_line_that_names_columns(sample: str) -> None:
    assert header_of(sample) == ["video_id", "plays"]


def test_lines_above_the_header_count_as_lines(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b"sep=;\n\nid;text\n1;x\n")
    assert row.at == 4


@pytest.mark.parametrize("rest", [b"", b"\n", b" and\n3,x\n4,y\n"])
def test_a_quote_that_is_never_closed_takes_no_other_rows_silently(
    tmp_path: Path, rest: bytes
) -> None:
    whole, cut = read(tmp_path, b'id,text\n1,a 5" loaf\n2,"open' + rest)
    assert isinstance(whole, Row)
    assert isinstance(cut, Malformed)
    assert (cut.at, cut.reason) == (3, "its quote is never closed")


def test_a_quoted_field_may_end_the_file(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b'id,text\n1,"two\nlines"')
    assert isinstance(row, Row)
