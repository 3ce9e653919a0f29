"""What is typed is found wherever it stands, in any script, and nothing else is."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local.database import open_database
from mcp_server.local.text import hashtags_in, match_expression, normalise_tag, segment, words

# "Fitness" in the letters of a font that people paste.
STYLED = "\U0001d4d5\U0001d4f2\U0001d4fd\U0001d4f7\U0001d4ee\U0001d4fc\U0001d4fc tips"

CAPTIONS = (
    "広島県の選挙に行こう",
    "東京タワーでダンス!",
    "明日は東京都知事選挙",
    "東 京",
    "踊ってみた #ダンスチャレンジ",
    "부산 맛집 추천합니다",
    "오늘의메이크업 영상",
    "สวัสดีค่ะ ทำอาหารง่ายๆ",
    "อาหารไทยอร่อยมาก",
    "my_daily_vlog in Paris",
    "Cách nấu ăn ngon",
    "fire 🔥🔥 workout",
    "hot👍🏽take",
    STYLED,
    "Café com leite",
    'quote " AND * NEAR( OR',
    "नमस्ते दुनिया",
)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path, "data")
    connection.execute("INSERT INTO creators (id, username) VALUES (1, 'someone')")
    connection.executemany(
        "INSERT INTO videos (id, video_id, creator_id, description) VALUES (?, ?, 1, ?)",
        [(i, str(i), text) for i, text in enumerate(CAPTIONS)],
    )
    connection.executemany(
        "INSERT INTO videos_fts (rowid, description) VALUES (?, segment(?))", enumerate(CAPTIONS)
    )
    yield connection
    connection.close()


def found(data: sqlite3.Connection, query: str) -> set[str]:
    match = match_expression(query)
    if match is None:
        return set()
    rows = data.execute("SELECT rowid FROM videos_fts WHERE videos_fts MATCH ?", (match,))
    return {CAPTIONS[row[0]] for row in rows}


@pytest.mark.parametrize(
    "word",
    [
        *("広島", "選挙", "東京", "ダンス", "タワー", "知事", "東", "京", "ー", "島", "た"),
        *("맛집", "추천", "메이크업", "부", "업"),
        *("อาหาร", "สวัสดี", "ทำ", "ไทย", "ค่ะ", "ก"),
        "🔥",
    ],
)
def test_a_word_of_an_unspaced_script_is_found_wherever_it_stands(
    data: sqlite3.Connection, word: str
) -> None:
    assert found(data, word) == {caption for caption in CAPTIONS if word in caption}


@pytest.mark.parametrize(
    ("query", "caption"),
    [
        ("daily", "my_daily_vlog in Paris"),
        ("my_daily_vlog", "my_daily_vlog in Paris"),
        ("vlog_my", "my_daily_vlog in Paris"),
        ("PARIS", "my_daily_vlog in Paris"),
        ("nấu ăn", "Cách nấu ăn ngon"),
        ("cafe", "Café com leite"),
        ("cafe\u0301", "Café com leite"),
        ("workout 🔥", "fire 🔥🔥 workout"),
        ("👍", "hot👍🏽take"),
        ("fitness", STYLED),
        ("नमस्ते", "नमस्ते दुनिया"),
        ("near", 'quote " AND * NEAR( OR'),
    ],
)
def test_a_word_is_found_however_it_is_written(
    data: sqlite3.Connection, query: str, caption: str
) -> None:
    assert found(data, query) == {caption}


@pytest.mark.parametrize("query", ['"', "*", "( ) - :", "", "   ", "\uff01\uff1f", "\u200d", "_"])
def test_nothing_searchable_asks_for_nothing(query: str) -> None:
    assert match_expression(query) is None


@pytest.mark.parametrize("query", ["vlo", "dail", "東京塔", "맛집들", "อาหารx"])
def test_half_a_word_is_not_a_word(data: sqlite3.Connection, query: str) -> None:
    assert found(data, query) == set()


def test_all_words_are_required() -> None:
    assert match_expression('Say "it" AND 東京タワー') == (
        '"Say" AND "it" AND "AND" AND "東京" AND "京タ" AND "タワ" AND "ワー"'
    )


def test_the_last_word_may_go_on_where_that_is_asked_for() -> None:
    assert match_expression("sony pic", prefix_last=True) == '"sony" AND "pic"*'
    assert match_expression("sony 東京", prefix_last=True) == '"sony" AND "東京"'


def test_a_single_character_asks_for_what_begins_with_it() -> None:
    assert match_expression("京") == '"京"*'


def test_ascii_text_is_stored_as_it_is() -> None:
    assert segment("Hello, my_world!") == "Hello, my_world!"
    assert segment(None) == ""


def test_a_run_is_stored_as_pairs_and_its_last_character() -> None:
    assert segment("東京都").split() == ["東京", "京都", "都"]
    assert words("東京都") == ["東京", "京都"]


def test_a_caption_that_changes_is_found_by_its_new_words_only(data: sqlite3.Connection) -> None:
    data.execute("UPDATE videos SET description = '大阪 😀' WHERE id = 0")
    rows = data.execute(
        "SELECT rowid FROM videos_fts WHERE videos_fts MATCH ?", (match_expression("大阪 😀"),)
    )
    assert [row[0] for row in rows] == [0]
    assert "広島県の選挙に行こう" not in found(data, "広島")


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("Look #FYP #fyp #Dance!", ("fyp", "dance")),
        ("#สวัสดี #ทำอาหาร", ("สวัสดี", "ทำอาหาร")),
        ("#東京 \uff03ダンス。#정국", ("東京", "ダンス", "정국")),
        ("#my_tag#second,third", ("my_tag", "second")),
        ("#नमस्ते #nấuăn", ("नमस्ते", "nấuăn")),
        ("# alone #_ #! a#b", ("b",)),
        ("#fire🔥 more", ("fire",)),
        ("", ()),
        (None, ()),
    ],
)
def test_hashtags_are_read_from_a_caption_in_any_script(
    caption: str | None, tags: tuple[str, ...]
) -> None:
    assert hashtags_in(caption) == tags


def test_a_pasted_hashtag_is_stored_without_its_sign() -> None:
    assert normalise_tag("  #FitTok ") == "fittok"
    assert normalise_tag("cafe\u0301") == "café"
