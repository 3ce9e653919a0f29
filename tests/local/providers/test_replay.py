"""Dated crawls appear as the clock passes them."""

from functools import partial
from pathlib import Path

import pytest

from mcp_server.local.providers.interface import (
    NothingNewerError,
    NotPublicError,
    UnavailableError,
)
from mcp_server.local.providers.replay import Replay
from tests.local.providers.crawls import FIRST, POSTED, SECOND, crawl, item, write

DAY = 86_400
MONDAY = POSTED + DAY
FRIDAY = POSTED + 5 * DAY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "friday.jsonl", crawl(FRIDAY, [item(FIRST, 900)], followers=30))
    posts = [item(FIRST, 100), {**item(SECOND, 50), "createTime": POSTED - DAY}]
    write(tmp_path, "monday.jsonl", crawl(MONDAY, posts, followers=10))
    other = [item("7123456789012345670", 5, handle="other")]
    write(tmp_path, "other.jsonl", crawl(MONDAY, other, followers=1, handle="other"))
    return tmp_path


def test_the_newest_crawl_until_now_is_revealed(folder: Path) -> None:
    for now, at, followers, plays in (
        (MONDAY, MONDAY, 10, [100, 50]),
        (FRIDAY - 1, MONDAY, 10, [100, 50]),
        (FRIDAY, FRIDAY, 30, [900]),
    ):
        found = Replay(folder, partial(float, now)).fetch("coolcreator", since=None, limit=9)
        assert (found.profile.scraped_at, found.profile.followers) == (at, followers)
        assert [video.plays for video in found.videos] == plays
        assert not found.stored


def test_there_is_nothing_newer_until_the_clock_passes_the_next_crawl(folder: Path) -> None:
    with pytest.raises(NothingNewerError):
        Replay(folder, lambda: FRIDAY - 1).fetch("CoolCreator", since=MONDAY, limit=9)
    found = Replay(folder, lambda: FRIDAY).fetch("CoolCreator", since=MONDAY, limit=9)
    assert found.profile.scraped_at == FRIDAY


def test_the_newest_posts_are_returned_where_there_is_a_limit(folder: Path) -> None:
    found = Replay(folder, lambda: MONDAY).fetch("coolcreator", since=None, limit=1)
    assert [video.video_id for video in found.videos] == [FIRST]


@pytest.mark.parametrize(("name", "now"), [("coolcreator", MONDAY - 1), ("nobody", FRIDAY)])
def test_an_account_without_a_crawl_until_now_is_not_known(
    folder: Path, name: str, now: int
) -> None:
    with pytest.raises(NotPublicError):
        Replay(folder, lambda: now).fetch(name, since=None, limit=9)


def test_a_folder_without_crawls_cannot_be_replayed(tmp_path: Path) -> None:
    write(tmp_path / "empty", "a.txt", "no data")
    for folder in (tmp_path / "empty", tmp_path / "missing"):
        with pytest.raises(UnavailableError):
            Replay(folder, lambda: FRIDAY).fetch("coolcreator", since=None, limit=9)


def test_a_crawl_that_says_no_time_counts_as_of_its_newest_post(tmp_path: Path) -> None:
    text = f"video_id,username,views,create_time\n{FIRST},CoolCreator,70,{POSTED}\n"
    write(tmp_path, "a.csv", text)
    found = Replay(tmp_path, lambda: FRIDAY).fetch("coolcreator", since=None, limit=9)
    assert found.profile.scraped_at == POSTED
