"""Nested items in tables: paths as column names, and texts of objects in cells."""

import csv
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.literals import LONGEST, literal
from mcp_server.local.importers.nesting import nested
from mcp_server.local.importers.tiktok_scraper import TikTokScraper
from mcp_server.local.importers.tiktok_web import TikTokWeb
from mcp_server.local.records import CreatorRecord, SoundRecord
from tests.local.importers.reading import made_id, video

AUTHOR = {"id": "6833317021370891588", "name": "invented.baker", "fans": 1200, "verified": False}
MUSIC = {"musicId": "7000000000000000123", "musicName": "Warm O'ven", "musicOriginal": True}
WEB: dict[str, JsonValue] = {
    "id": made_id(),
    "desc": "a loaf",
    "author": {"uniqueId": "invented.baker", "nickname": "Invented"},
    "stats": {"playCount": 100, "diggCount": 5},
    "music": {"id": "7000000000000000123", "title": "Warm Oven", "original": False},
    "challenges": [{"title": "bread"}],
}


def test_the_cells_of_a_data_frame_hold_the_objects_that_python_prints() -> None:
    cells: dict[str, JsonValue] = {
        "id": made_id(),
        "authorMeta": str(AUTHOR),
        "musicMeta": str(MUSIC),
        "videoMeta": "{'duration': 15, 'height': 1024.5}",
        "hashtags": "[{'name': 'bread'}]",
        "diggCount": "5",
    }
    found = video(TikTokScraper(), cells)
    assert found.creator == CreatorRecord(
        "invented.baker", "6833317021370891588", verified=False, followers=1200
    )
    assert found.sound == SoundRecord("7000000000000000123", "Warm O'ven", original=True)
    assert (found.duration, found.hashtags) == (15, ("bread",))


def printed() -> dict[str, JsonValue]:
    return {key: str(value) for key, value in WEB.items()}


def normalized() -> dict[str, JsonValue]:
    row: dict[str, JsonValue] = {}
    for key, value in WEB.items():
        below = value if isinstance(value, dict) else {"": value}
        row |= {f"{key}.{inner}".rstrip("."): str(cell) for inner, cell in below.items()}
    return row


@pytest.mark.parametrize("row", [printed(), normalized()], ids=["printed", "normalized"])
def test_a_table_of_web_items_is_read_like_the_items(row: dict[str, JsonValue]) -> None:
    assert TikTokWeb().recognizes(row)
    assert video(TikTokWeb(), row) == video(TikTokWeb(), WEB)


def test_a_cell_with_half_an_object_is_noted(world: LocalWorld, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("id", "webVideoUrl", "authorMeta", "playCount"),
                (
                    made_id(),
                    f"https://www.tiktok.com/@invented.baker/video/{made_id()}",
                    "{'name': 'invented.baker', 'fans': }",
                    "7",
                ),
            ]
        )
    (found,) = import_files(world, [path]).files
    assert (found.new, found.unread) == (1, {"authorMeta": 1})


def test_a_caption_stays_the_text_that_it_is() -> None:
    assert nested({"text": "{'a': 1}", "author": "{'a': 1}"}) == {
        "text": "{'a': 1}",
        "author": {"a": 1},
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('{"a": [1, null]}', {"a": [1, None]}),
        ("{'a': (1, None), 'b': True}", {"a": [1, None], "b": True}),
        (" ['x'] ", ["x"]),
        ("{'a': 1.5}", {"a": "1.5"}),
        ("{'a': b'x'}", None),
        ("{open('x')}", None),
        ("{'a': nan}", None),
        ("{'a': 1", None),
        ("a", None),
        ("", None),
        ("[" * 90_000 + "]" * 9_000, None),
        ("['" + "x" * LONGEST + "']", None),
    ],
)
def test_a_literal_is_read_as_json_or_as_python_prints_it(written: str, meant: JsonValue) -> None:
    assert literal(written) == meant
