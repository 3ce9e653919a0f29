"""Tab-separated files, where a quote may be one of a caption."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.importers.tab_stream import rows


def fields(*lines: str, width: int = 3) -> list[list[str]]:
    return [found for _, found in rows([f"{line}\n" for line in lines], width)]


CAPTIONS = ["plain", '"quoted start', 'in the " middle', 'end"', '5" loaf', '"', "last"]


def test_a_caption_that_begins_with_a_quote_takes_no_other_rows() -> None:
    written = [["1", caption, "7"] for caption in CAPTIONS]
    assert fields(*("\t".join(row) for row in written)) == written


def test_nor_does_one_in_the_last_column() -> None:
    written = [["1", "7", caption] for caption in CAPTIONS]
    assert fields(*("\t".join(row) for row in written)) == written


def test_nor_does_one_in_a_row_with_missing_fields() -> None:
    assert fields('1\t"open', "2\tx\t7", '3\ty"\t8') == [
        ["1", '"open'],
        ["2", "x", "7"],
        ["3", 'y"', "8"],
    ]


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (['1\t"all of it"\t7'], ["1", "all of it", "7"]),
        (['1\t"say ""loaf"" now"\t7'], ["1", 'say "loaf" now', "7"]),
        (['1\t"a tab\tinside"\t7'], ["1", "a tab\tinside", "7"]),
        (['1\t"two', 'lines"\t7'], ["1", "two\nlines", "7"]),
        (['1\t7\t"three', "", 'lines"'], ["1", "7", "three\n\nlines"]),
        (['"first', 'column"\tx\t7'], ["first\ncolumn", "x", "7"]),
        (['"1"\t"x"'], ["1", "x"]),
    ],
)
def test_fields_that_are_really_quoted_are_read_as_such(lines: list[str], meant: list[str]) -> None:
    assert fields(*lines, "2\tz\t8") == [meant, ["2", "z", "8"]]


def test_a_row_says_how_many_lines_it_takes() -> None:
    written = ['1\t"two\n', 'lines"\t7\n', "2\tx\t8\n"]
    assert [lines for lines, _ in rows(written, 3)] == [2, 1]


def test_a_row_with_too_many_fields_keeps_them_all() -> None:
    assert fields('1\t"open\tx\t7') == [["1", '"open', "x", "7"]]


def test_a_quote_that_stays_open_to_the_end_is_a_character() -> None:
    assert fields('1\t7\t"open', "and no row") == [["1", "7", '"open'], ["and no row"]]


@given(st.lists(st.text('"ab\t', max_size=8), max_size=8))
def test_no_line_is_lost(written: list[str]) -> None:
    lines = [f"{line}\n" for line in written]
    assert sum(taken for taken, _ in rows(lines, 3)) == len(lines)


@given(st.lists(st.tuples(*[st.text('"ab ', max_size=5)] * 3), max_size=6))
def test_rows_without_missing_fields_are_all_found(written: list[tuple[str, str, str]]) -> None:
    assert len(fields(*("\t".join(row) for row in written))) == len(written)
