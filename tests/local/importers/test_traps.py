"""The traps of real files, each walked into with a whole import."""

import gzip
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.items import JsonValue
from tests.local.importers.reading import CRAWLED, DAY, POSTED, made_id, read, write

ID = made_id()
URL = f"https://www.tiktok.com/@invented.baker/video/{ID}"
HEADER = "video_id,username,views,likes,url"


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    return write(path, "\n".join([header, *rows]) + "\n")


def imported(world: LocalWorld, path: Path, at: int | None = None) -> None:
    import_files(world, [path], scraped_at=at)


def stored(world: LocalWorld, columns: str, of: str = "videos") -> list[tuple[object, ...]]:
    query = f"SELECT {columns} FROM {of} ORDER BY id"  # noqa: S608 - names of this file
    return [tuple(row) for row in world.data().execute(query)]


def scraped(number: int = 0, **fields: JsonValue) -> dict[str, JsonValue]:
    author: JsonValue = {"name": "invented.baker"}
    return {"id": made_id(number), "authorMeta": author, "playCount": 10, **fields}


@pytest.mark.parametrize("damaged", ["7.341363547541363e+18", '"7,34E+18"', "7.34E+18"])
def test_an_id_in_scientific_notation_is_taken_from_the_url(
    world: LocalWorld, tmp_path: Path, damaged: str
) -> None:
    imported(world, table(tmp_path / "x.csv", f"{damaged},invented.baker,5,1,{URL}"))
    assert stored(world, "video_id") == [(ID,)]


def test_an_id_written_as_a_json_number_keeps_its_last_digits(
    world: LocalWorld, tmp_path: Path
) -> None:
    text = f'[{{"id": {ID}, "authorMeta": {{"name": "invented.baker"}}, "playCount": 1}}]'
    imported(world, write(tmp_path / "x.json", text))
    assert stored(world, "video_id") == [(ID,)]


def test_a_float_in_json_is_no_id_and_without_a_url_no_video(
    world: LocalWorld, tmp_path: Path
) -> None:
    text = '[{"id": 7.341363547541363e+18, "authorMeta": {"name": "x"}}]'
    (found,) = import_files(world, [write(tmp_path / "x.json", text)]).files
    assert (found.new, found.rejected) == (0, 1)


@pytest.mark.parametrize("written", ['"7341363547541360000"', "7341363547541360000"])
def test_zeros_at_the_end_of_an_id_are_damage_in_a_table_only(
    world: LocalWorld, tmp_path: Path, written: str
) -> None:
    path = write(tmp_path / "x.csv", f"video_id,username,plays\n{written},invented.baker,1\n")
    assert import_files(world, [path]).rejected == 1
    text = f'[{{"id": {written}, "authorMeta": {{"name": "invented.baker"}}, "playCount": 1}}]'
    assert import_files(world, [write(tmp_path / "x.json", text)]).rejected == 0
    assert stored(world, "video_id") == [("7341363547541360000",)]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_crawl_time_from_the_future_is_none(world: LocalWorld, tmp_path: Path, kind: str) -> None:
    ahead = world.now() + DAY
    rows = [(made_id(0), ahead), (made_id(60), ahead + 1), (made_id(120), 2_903_299_200)]
    if kind == "csv":
        lines = "".join(f"{video},invented.baker,5,{at}\n" for video, at in rows)
        path = write(tmp_path / "x.csv", f"video_id,username,plays,scraped_at\n{lines}")
    else:
        items = [scraped(60 * number, scrapedAt=at) for number, (_, at) in enumerate(rows)]
        path = write(tmp_path / "x.json", items)
    (found,) = import_files(world, [path]).files
    assert (found.new, found.future) == (3, 2)
    assert "crawl times that lie in the future, not used: 2" in found.remarks()
    # A day is what clocks may differ by; the other two rows are as old as the newest post.
    assert stored(world, "scraped_at") == [(ahead,), (POSTED + 120,), (POSTED + 120,)]
    assert int(str(stored(world, "flags")[1][0])) & Flag.SCRAPED_AT_INFERRED


def test_a_profile_from_the_future_has_the_given_crawl_time(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", "username,followers,date\ninvented.baker,5,2062-01-01\n")
    imported(world, path, CRAWLED)
    assert stored(world, "followers, scraped_at", of="creators") == [(5, CRAWLED)]


def test_a_damaged_id_of_a_sound_costs_the_sound_only(world: LocalWorld, tmp_path: Path) -> None:
    music: JsonValue = {"musicId": "7.01E+18", "musicName": "a made-up tune"}
    imported(world, write(tmp_path / "x.json", [scraped(musicMeta=music)]))
    assert stored(world, "video_id, sound_id") == [(ID, None)]


def test_empty_views_are_unknown_and_not_zero(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, table(tmp_path / "x.csv", f"{ID},invented.baker,,0,"))
    assert stored(world, "plays, likes") == [(None, 0)]


def test_nothing_never_overwrites_a_number(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, table(tmp_path / "1.csv", f"{ID},invented.baker,541.2K,3,{URL}"), CRAWLED)
    imported(world, table(tmp_path / "2.csv", f"{ID},invented.baker,n/a,4,"), CRAWLED + DAY)
    assert stored(world, "plays, likes, url") == [(541_200, 4, URL)]


def test_an_older_crawl_changes_nothing_but_the_history(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, table(tmp_path / "2.csv", f"{ID},invented.baker,90,4,"), CRAWLED + DAY)
    imported(world, table(tmp_path / "1.csv", f"{ID},invented.baker,50,3,"), CRAWLED)
    assert stored(world, "plays, likes, scraped_at") == [(90, 4, CRAWLED + DAY)]
    kept = world.state().execute("SELECT scraped_at, plays FROM video_snapshots ORDER BY 1")
    assert [tuple(row) for row in kept] == [(CRAWLED, 50), (CRAWLED + DAY, 90)]


def test_the_time_inside_the_id_stands_in_for_a_missing_post_time(
    world: LocalWorld, tmp_path: Path
) -> None:
    imported(world, table(tmp_path / "x.csv", f"{ID},invented.baker,1,1,"))
    assert stored(world, "posted_at") == [(POSTED,)]
    assert int(str(stored(world, "flags")[0][0])) & Flag.POSTED_AT_FROM_ID


def test_a_local_time_without_a_zone_is_shifted_to_what_the_id_says(
    world: LocalWorld, tmp_path: Path
) -> None:
    header = "video_id,username,views,create_time"
    row = f"{ID},invented.baker,1,2024-03-01 21:00:00"  # in Tokyo
    imported(world, table(tmp_path / "x.csv", row, header=header))
    assert stored(world, "posted_at") == [(POSTED,)]


def test_a_creator_who_changed_the_handle_stays_one(world: LocalWorld, tmp_path: Path) -> None:
    for at, name in ((CRAWLED, "invented.baker"), (CRAWLED + DAY, "baker.invented")):
        author: JsonValue = {"name": name, "id": "6833317021370891588", "fans": 5}
        imported(world, write(tmp_path / "x.json", [scraped(authorMeta=author)]), at)
    assert stored(world, "username", of="creators") == [("baker.invented",)]


def test_a_handle_in_other_letters_is_the_same_creator(world: LocalWorld, tmp_path: Path) -> None:
    rows = (f"{ID},Invented.Baker,1,1,", f"{made_id(60)},invented.BAKER,1,1,")
    imported(world, table(tmp_path / "x.csv", *rows))
    assert len(stored(world, "username", of="creators")) == 1


def test_a_given_list_of_hashtags_wins_over_the_caption(world: LocalWorld, tmp_path: Path) -> None:
    # "Cafe" with a combining accent, as some systems write it
    tags: JsonValue = [{"name": "#Cafe\u0301"}, {"name": "BREAD"}, {"name": ""}, {"name": "bread"}]
    imported(world, write(tmp_path / "x.json", [scraped(text="#other", hashtags=tags)]))
    assert stored(world, "hashtags") == [("caf\u00e9 bread",)]


@pytest.mark.parametrize("plays", [0, 2])
def test_more_likes_than_plays_are_kept_and_flagged(
    world: LocalWorld, tmp_path: Path, plays: int
) -> None:
    imported(world, table(tmp_path / "x.csv", f"{ID},invented.baker,{plays},3,"))
    ((stored_plays, likes, flags),) = stored(world, "plays, likes, flags")
    assert (stored_plays, likes) == (plays, 3)
    assert int(str(flags)) & Flag.LIKES_EXCEED_PLAYS
    assert bool(int(str(flags)) & Flag.ZERO_PLAYS) is (plays == 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ID},invented.baker,5,1,{URL}\n",
        f"{HEADER}\n{ID},invented.baker,5,1,{URL}\n".replace(",", ";").replace("\n", "\r\n"),
        f'[{{"id": "{ID}", "authorMeta": {{"name": "invented.baker"}}}}]',
        f'{{"id": "{ID}", "extractor_key": "TikTok", "uploader": "invented.baker"}}\n',
        f'{{"entries": [{{"id": "{ID}", "ie_key": "TikTok", "uploader": "invented.baker"}}]}}',
    ],
    ids=["csv", "semicolons", "json", "lines", "playlist"],
)
def test_a_file_is_read_however_it_is_encoded_and_packed(
    tmp_path: Path, content: str, packed: object, encoding: str
) -> None:
    path = tmp_path / "misleading.csv"
    plain = content.encode(encoding)
    path.write_bytes(gzip.compress(plain) if packed else plain)
    (found,) = read(path)[1]
    assert getattr(found, "video_id", found) == ID


def test_an_error_of_the_scraper_is_a_rejected_row_with_its_reason(
    world: LocalWorld, tmp_path: Path
) -> None:
    rows = [
        scraped(),
        {"url": URL, "error": "Post not found or private", "errorCode": "NOT_FOUND"},
        {"input": "nobody", "error": "This profile is private", "authorMeta": {"name": "nobody"}},
    ]
    (found,) = import_files(world, [write(tmp_path / "x.json", rows)]).files
    assert (found.new, found.rejected) == (1, 2)
    assert found.reasons == {"the scraper wrote an error instead of a video": 2}
