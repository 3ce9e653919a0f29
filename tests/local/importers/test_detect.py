"""What a file is, told from what stands in it."""

import gzip
import json
from pathlib import Path

import pytest

from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.items import Row, UnknownFormatError

ITEM = {"id": "7341363547541362296", "authorMeta": {"name": "invented.baker"}, "diggCount": 1}
FLAT = {"video_id": "7341363547541362296", "username": "invented.baker", "plays": 1}


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("scraper.json", "tiktok-scraper"),
        ("flattened.csv", "tiktok-scraper"),
        ("flat.csv", "flat-table"),
        ("spreadsheet.csv", "flat-table"),
    ],
)
def test_each_shape_is_recognized(fixtures: Path, name: str, format_name: str) -> None:
    assert detect(fixtures / name).format.name == format_name


@pytest.mark.parametrize(
    ("written", "format_name", "counts_lines"),
    [
        (json.dumps([ITEM]), "tiktok-scraper", False),
        (json.dumps(ITEM) + "\n" + json.dumps(ITEM), "tiktok-scraper", True),
        (json.dumps({"items": [ITEM]}), "tiktok-scraper", False),
        (json.dumps([1, {"error": "x"}, ITEM]), "tiktok-scraper", False),
        (json.dumps([FLAT]), "flat-table", False),
        (json.dumps(FLAT) + "\n", "flat-table", True),
        ("username;followers\ninvented.baker;3\n", "flat-table", True),
    ],
)
def test_the_name_of_a_file_does_not_matter(
    tmp_path: Path, written: str, format_name: str, counts_lines: object
) -> None:
    path = tmp_path / "misleading.txt"
    path.write_text(written, "utf-8")
    found = detect(path)
    assert found.format.name == format_name
    assert found.counts_lines is counts_lines


@pytest.mark.parametrize(
    ("row", "format_name"),
    [
        # A flat table would take each of these, were it asked first.
        ({**FLAT, "id": FLAT["video_id"], "extractor_key": "TikTok"}, "yt-dlp"),
        ({**FLAT, "id": FLAT["video_id"], "authorMeta": {"name": "x"}}, "tiktok-scraper"),
        ({**FLAT, "id": FLAT["video_id"], "channel": {}, "postPage": "x"}, "apidojo"),
        ({**FLAT, "id": FLAT["video_id"], "author": "x", "stats": {}}, "tiktok-web"),
        ({**FLAT, "channel": "a name and no object"}, "flat-table"),
        ({**FLAT, "author": "x", "stats": "none"}, "flat-table"),
        # What the extractor says counts before the shape of what it saw.
        ({**ITEM, "extractor_key": "TikTok"}, "yt-dlp"),
    ],
)
def test_the_more_special_format_takes_a_row_that_fits_several(
    tmp_path: Path, row: dict[str, object], format_name: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([row]), "utf-8")
    assert detect(path).format.name == format_name


def test_the_first_format_in_the_list_takes_a_file_of_several(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([FLAT, ITEM]), "utf-8")
    found = detect(path)
    assert found.format.name == "tiktok-scraper"
    names = [found.format_of(row).name for row in found.rows() if isinstance(row, Row)]
    assert names == ["flat-table", "tiktok-scraper"]


def test_a_packed_file_is_read_through_its_packing(tmp_path: Path) -> None:
    path = tmp_path / "items"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps([ITEM]).encode()))
    assert len(list(detect(path).rows())) == 1


@pytest.mark.parametrize(
    "written",
    [
        b"[1, 2]",
        b"[]",
        b'{"kind": "invoice", "total": 3}',
        b"just some words",
        b"name,price\nbread,2\n",
        b"\x00\x01,\x02\n",
        # The web's own items come with their counts, or they are of no use.
        b'[{"id": "7341363547541362296", "createTime": 1709294400, "author": {"uniqueId": "x"}}]',
    ],
)
def test_an_unknown_file_is_refused_with_the_names_of_the_known_formats(
    tmp_path: Path, written: bytes
) -> None:
    path = tmp_path / "what.bin"
    path.write_bytes(written)
    with pytest.raises(UnknownFormatError, match=r"what\.bin .*tiktok-scraper.*flat table"):
        detect(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nothing.json"
    path.write_text(" \n", "utf-8")
    with pytest.raises(UnknownFormatError, match=r"nothing\.json is empty"):
        detect(path)


def test_a_packing_of_which_nothing_can_be_read_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "half.json.gz"
    path.write_bytes(gzip.compress(json.dumps([ITEM]).encode())[:12])
    with pytest.raises(UnknownFormatError, match="its gzip data is damaged or ends early"):
        detect(path)


def test_a_crawl_may_begin_with_what_it_did_not_find(tmp_path: Path) -> None:
    rows = [{"url": "u", "error": "not found"}] * 500
    path = tmp_path / "x.json"
    path.write_text(json.dumps([*rows, ITEM]), "utf-8")
    assert detect(path).format.name == "tiktok-scraper"


@pytest.mark.parametrize(
    "page",
    [
        {"items": [ITEM], "next": "x"},
        {"data": {"items": [ITEM, ITEM]}},
        {"results": [], "data": [ITEM]},
    ],
)
def test_pages_collected_in_a_list_are_read_row_by_row(
    tmp_path: Path, page: dict[str, object]
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([page, ITEM, page]), "utf-8")
    rows = list(detect(path).rows())
    assert all(isinstance(row, Row) and row.item == ITEM for row in rows)
    assert [row.at for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    "row", [{**FLAT, "posts": []}, {**FLAT, "data": [{"id": "1"}]}, {**ITEM, "videos": 7}]
)
def test_a_row_with_a_list_of_its_own_stays_a_row(tmp_path: Path, row: dict[str, object]) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([row]), "utf-8")
    (found,) = detect(path).rows()
    assert isinstance(found, Row)
    assert found.item == row


def test_rows_of_a_page_on_a_line_are_named_by_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [json.dumps(row) for row in (ITEM, ITEM, {"items": [ITEM, ITEM]}, ITEM)]
    path.write_text("\n".join(lines), "utf-8")
    assert [row.at for row in detect(path).rows()] == [1, 2, 3, 3, 4]
