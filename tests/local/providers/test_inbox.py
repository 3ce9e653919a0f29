"""Files in the inbox are imported once, when an account is refreshed, and cost nothing."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from mcp_server.local.importers import import_files
from mcp_server.local.providers import inbox as limits
from mcp_server.local.providers.inbox import Inbox
from mcp_server.local.providers.interface import NothingNewerError, UnavailableError
from mcp_server.local.providers.left import Left
from mcp_server.local.providers.lock import exclusive
from tests.local.providers.crawls import FIRST, SECOND, crawl, item, write
from tests.local.tokportal.racing import race
from tests.local.tokportal.tiny import DAY, NOW, SEEN, VIDEOS, Tiny, data_of, error_of

LATER = NOW - DAY


def _folder(own: Tiny) -> Path:
    return own.config.data_dir / "inbox"


def _drop(own: Tiny, name: str = "crawl.jsonl", *, at: int = LATER, plays: int = 5_000) -> Path:
    return write(_folder(own), name, crawl(at, [item(FIRST, plays)], followers=13_000))


def _nothing() -> None:
    """What happens while a file is watched, unless a test says otherwise."""


def _inbox(
    own: Tiny, *, meanwhile: Callable[[], None] = _nothing, ticks: Sequence[float] = ()
) -> Inbox:
    seconds = iter(ticks)
    return Inbox(
        own.world, sleep=lambda _: meanwhile(), monotonic=lambda: next(seconds, 0.0), wait=0
    )


def _left(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in files}


async def _refresh(client: httpx2.AsyncClient, account_id: str) -> httpx2.Response:
    return await client.post(f"/accounts/{account_id}/analytics/refresh", json={})


async def _analytics(client: httpx2.AsyncClient, account_id: str) -> Mapping[str, object]:
    return data_of(await client.get(f"/accounts/{account_id}/analytics"))


async def test_a_crawl_in_the_inbox_is_there_when_the_refresh_is_answered(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    _drop(own)
    assert data_of(await _refresh(client, account_id))["status"] == "refreshed"
    found = await _analytics(client, account_id)
    assert found["scraped_at"] == "2026-02-09T09:15:00Z"
    assert (found["followers_count"], found["total_views"]) == (13_000, 8_000)
    assert _left(_folder(own)) == {"done/crawl.jsonl"}


async def test_reading_the_inbox_costs_nothing_and_starts_no_cooldown(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    _drop(own)
    await _refresh(client, account_id)
    assert own.rows("SELECT * FROM refreshes") == own.rows("SELECT * FROM quota") == []
    found = data_of(await client.get(f"/accounts/{account_id}/analytics/can-refresh"))
    assert found["can_refresh"] is True


async def test_a_refresh_leaves_a_large_world_of_older_formulas_to_an_import(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    data = own.world.data()
    data.execute("UPDATE meta SET value = '1' WHERE key = 'metrics_version'")
    data.execute("UPDATE creators SET metrics_version = 1")
    data.execute("UPDATE totals SET creators = 1001")
    _drop(own)
    assert data_of(await _refresh(client, account_id))["status"] == "refreshed"
    assert (await _analytics(client, account_id))["total_views"] == 8_000
    versions = data.execute("SELECT username, metrics_version FROM creators ORDER BY 1").fetchall()
    assert [tuple(row) for row in versions] == [("CoolCreator", 2), ("emptyhouse", 1)]
    listed = await client.get(f"/accounts/{account_id}/analytics/videos")
    assert listed.json()["meta"]["metrics_version"] == 1


async def test_an_empty_inbox_leaves_everything_as_it_was(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    before = await _analytics(client, account_id)
    assert data_of(await _refresh(client, account_id))["status"] == "refreshed"
    assert await _analytics(client, account_id) == before


async def test_what_was_not_read_stands_in_the_note_of_the_answer(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    plain = data_of(await _refresh(client, account_id))
    assert plain["note"] == "What is stored is as new as it can be; nothing was queued or counted."
    assert "remark" not in plain
    write(_folder(own), "bad.json", "no data")
    found = data_of(await _refresh(client, account_id))
    remark = "1 file could not be used, and went to `rejected` in the inbox with the reason."
    assert found["remark"] == remark
    assert found["note"] == (
        f"Nothing was queued or counted, and not all that lies in the inbox is read. {remark}"
    )


async def test_what_was_not_read_is_told_beside_what_was(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    own.ingest([replace(VIDEOS[0], plays=5_000, scraped_at=LATER)])
    write(_folder(own), "bad.json", "no data")
    found = data_of(await _refresh(own.client(), account_id))
    assert found["status"] == "scrape_queued"
    assert str(found["note"]).startswith("A scrape of this account is queued")
    assert str(found["note"]).endswith(str(found["remark"]))


def test_every_kind_of_what_is_left_is_said() -> None:
    assert Left().told(1 << 20) is None
    told = Left(large=2, growing=1, more=True, rejected=3, rows=1_000).told(5 << 20)
    assert told == (
        "2 files over 5 MB wait in the inbox for `tokmetrics local import`."
        " 1 file in the inbox still being written."
        " The inbox holds more than one refresh reads: refresh again for the rest."
        " 3 files could not be used, and went to `rejected` in the inbox with the reason."
        " 1,000 rows could not be used: `rejected` has them."
    )


def test_what_is_left_is_counted_as_it_is_found(own: Tiny) -> None:
    path = _drop(own)
    own.clock.now = path.stat().st_mtime + 1
    with pytest.raises(NothingNewerError) as nothing:
        _inbox(own, meanwhile=path.touch).fetch("coolcreator", since=SEEN, limit=60)
    assert nothing.value.remark == "1 file in the inbox still being written."
    os.utime(path, (1, 1))
    text = crawl(NOW, [item(FIRST, 5_000)], followers=13_000)
    os.utime(write(_folder(own), "b.jsonl", text + '\n{"neither": "nor"}\n'), (2, 2))
    os.utime(_drop(own, "c.jsonl"), (3, 3))
    ticks = [0.0, 0.0, 0.0, limits.LONGEST_SECONDS]
    found = _inbox(own, ticks=ticks).fetch("coolcreator", since=SEEN, limit=60)
    assert found.remark == (
        "The inbox holds more than one refresh reads: refresh again for the rest."
        " 1 row could not be used: `rejected` has them."
    )


async def test_a_crawl_of_another_account_is_imported_and_no_news_for_this_one(own: Tiny) -> None:
    account_id = own.account("emptyhouse")
    client = own.client()
    before = await _analytics(client, account_id)
    _drop(own)
    assert data_of(await _refresh(client, account_id))["status"] == "refreshed"
    assert await _analytics(client, account_id) == before
    plays = own.world.data().execute("SELECT plays FROM videos WHERE video_id = ?", (FIRST,))
    assert plays.fetchone()[0] == 5_000


async def test_a_rehearsal_leaves_the_inbox_alone(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    _drop(own)
    response = await own.client().post(
        f"/accounts/{account_id}/analytics/refresh", headers={"X-TokPortal-Dry-Run": "true"}
    )
    assert data_of(response)["status"] == "refreshed"
    assert _left(_folder(own)) == {"crawl.jsonl"}


async def test_a_repetition_with_the_same_key_leaves_the_inbox_alone(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    path, key = f"/accounts/{account_id}/analytics/refresh", {"Idempotency-Key": "k1"}
    first = await client.post(path, headers=key)
    _drop(own)
    assert (await client.post(path, headers=key)).content == first.content
    assert _left(_folder(own)) == {"crawl.jsonl"}


async def test_a_refused_refresh_leaves_the_inbox_alone(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client(replace(own.config, monthly_quota=0))
    _drop(own)
    assert error_of(await _refresh(client, account_id))[1] == "ANALYTICS_QUOTA_EXCEEDED"
    assert _left(_folder(own)) == {"crawl.jsonl"}


async def test_the_folder_is_a_setting(own: Tiny, tmp_path: Path) -> None:
    account_id = own.account("coolcreator")
    folder = tmp_path / "elsewhere"
    write(folder, "a.jsonl", crawl(LATER, [item(FIRST, 7_000)], followers=1))
    await _refresh(own.client(replace(own.config, provider_folder=folder)), account_id)
    assert _left(folder) == {"done/a.jsonl"}


def test_crawls_are_imported_by_their_age_and_each_becomes_history(own: Tiny) -> None:
    own.account("coolcreator")
    newer = _drop(own, "a.jsonl", at=LATER, plays=5_000)
    older = _drop(own, "b/c.jsonl", at=SEEN + DAY, plays=4_000)
    os.utime(older, (1, 1))
    os.utime(newer, (2, 2))
    found = _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert (found.profile.scraped_at, found.stored) == (LATER, True)
    assert [video.plays for video in found.videos if video.video_id == FIRST] == [5_000]
    assert own.rows("SELECT total_views FROM account_snapshots ORDER BY scraped_at") == [
        (4_000,),
        (7_000,),
        (8_000,),
    ]
    assert _left(_folder(own)) == {"done/a.jsonl", "done/b/c.jsonl"}


def test_nothing_newer_is_no_failure(own: Tiny) -> None:
    for name, since in (("coolcreator", SEEN), ("nobody", None)):
        with pytest.raises(NothingNewerError):
            _inbox(own).fetch(name, since=since, limit=60)


@pytest.mark.parametrize(
    "name", ["a.jsonl.part", "a.TMP", "a.crdownload", ".a.jsonl", ".hidden/a.jsonl", "a.ytdl"]
)
def test_what_is_half_written_by_its_name_is_left_alone(own: Tiny, name: str) -> None:
    _drop(own, name)
    with pytest.raises(NothingNewerError):
        _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert _left(_folder(own)) == {name}


def test_a_young_file_that_grows_while_it_is_watched_is_left_alone(own: Tiny) -> None:
    path = _drop(own)
    own.clock.now = path.stat().st_mtime + 1

    def more() -> None:
        path.write_text("more", "utf-8")

    with pytest.raises(NothingNewerError):
        _inbox(own, meanwhile=more).fetch("coolcreator", since=SEEN, limit=60)
    assert _left(_folder(own)) == {"crawl.jsonl"}


def test_a_young_file_that_rests_is_imported(own: Tiny) -> None:
    path = _drop(own)
    own.clock.now = path.stat().st_mtime + 1
    found = _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert found.profile.scraped_at == LATER


def test_a_bad_file_is_put_aside_with_a_report_and_the_others_are_imported(own: Tiny) -> None:
    write(_folder(own), "a.txt", "no data")
    write(_folder(own), "broken.json.gz", "")
    (_folder(own) / "broken.json.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    _drop(own)
    found = _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert found.profile.scraped_at == LATER
    assert _left(_folder(own)) == {
        "done/crawl.jsonl",
        "rejected/a.txt",
        "rejected/a.txt.report.json",
        "rejected/broken.json.gz",
        "rejected/broken.json.gz.report.json",
    }
    report = json.loads((_folder(own) / "rejected/a.txt.report.json").read_text("utf-8"))
    assert report["file"] == "a.txt"
    assert "not in a known format" in report["reason"]


def test_a_file_without_one_row_that_can_be_used_is_a_bad_file(own: Tiny) -> None:
    write(_folder(own), "a.csv", "video_id,username,views\nnone,somebody,3\n")
    with pytest.raises(NothingNewerError):
        _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert "rejected/a.csv" in _left(_folder(own))
    assert "rejected/a.csv.rows.jsonl" in _left(_folder(own))


def test_rejected_rows_of_a_good_file_are_written_down(own: Tiny) -> None:
    text = crawl(LATER, [item(FIRST, 5_000)], followers=13_000)
    write(_folder(own), "a.jsonl", text + '\n{"neither": "a video nor a profile"}\n')
    _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert _left(_folder(own)) == {"done/a.jsonl", "rejected/a.jsonl.rows.jsonl"}
    row = json.loads((_folder(own) / "rejected/a.jsonl.rows.jsonl").read_text("utf-8"))
    assert row["row"] == {"neither": "a video nor a profile"}


def test_a_second_file_of_the_same_name_does_not_replace_the_first(own: Tiny) -> None:
    _drop(own, plays=5_000)
    _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    _drop(own, at=NOW, plays=6_000)
    _inbox(own).fetch("coolcreator", since=LATER, limit=60)
    assert _left(_folder(own)) == {"done/crawl.jsonl", "done/crawl.2.jsonl"}


def test_a_file_that_cannot_be_moved_is_remembered_by_its_content(own: Tiny) -> None:
    path = _drop(own)
    write(_folder(own), "done", "a file stands where the folder should be")
    _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    runs = "SELECT count(*) FROM import_runs"
    assert own.rows(runs) == [(1,)]
    with pytest.raises(NothingNewerError):
        _inbox(own).fetch("coolcreator", since=LATER, limit=60)
    assert own.rows(runs) == [(1,)]
    path.write_text(crawl(NOW, [item(FIRST, 9_000)], followers=1), "utf-8")
    assert _inbox(own).fetch("coolcreator", since=LATER, limit=60).profile.scraped_at == NOW


def test_a_file_that_is_too_large_for_a_refresh_stays(
    own: Tiny, caplog: pytest.LogCaptureFixture
) -> None:
    path = _drop(own)
    os.truncate(path, limits.LARGEST_BYTES + 1)
    with pytest.raises(NothingNewerError):
        _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert _left(_folder(own)) == {"crawl.jsonl"}
    assert "tokmetrics local import" in caplog.text


def test_a_large_file_that_was_imported_is_no_longer_said_to_wait(own: Tiny) -> None:
    path = _drop(own)
    with path.open("a", encoding="utf-8") as file:
        file.write(" " * limits.LARGEST_BYTES)
    os.utime(path, (NOW, NOW))
    remarks: list[str | None] = []
    for date in (NOW, NOW, NOW + 1):
        os.utime(path, (date, date))
        with pytest.raises(NothingNewerError) as nothing:
            _inbox(own).fetch("coolcreator", since=NOW, limit=60)
        remarks.append(nothing.value.remark)
        import_files(own.world, [path])
    waits = "1 file over 24 MB waits in the inbox for `tokmetrics local import`."
    assert remarks == [waits, None, waits]


def test_no_further_file_is_begun_when_it_took_long(own: Tiny) -> None:
    os.utime(_drop(own, "a.jsonl"), (1, 1))
    os.utime(_drop(own, "b.jsonl", at=NOW), (2, 2))
    ticks = [0.0, 0.0, limits.LONGEST_SECONDS]
    found = _inbox(own, ticks=ticks).fetch("coolcreator", since=SEEN, limit=60)
    assert found.profile.scraped_at == LATER
    assert _left(_folder(own)) == {"done/a.jsonl", "b.jsonl"}


def test_an_inbox_that_is_no_folder_fails_the_refresh_in_our_words(own: Tiny) -> None:
    write(own.config.data_dir, "inbox", "a file")
    with pytest.raises(UnavailableError, match="inbox cannot be used"):
        _inbox(own).fetch("coolcreator", since=SEEN, limit=60)


async def test_a_failed_refresh_keeps_the_old_figures_and_costs_nothing(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    before = await _analytics(client, account_id)
    write(own.config.data_dir, "inbox", "a file")
    response = await _refresh(client, account_id)
    assert error_of(response)[:2] == (409, "ANALYTICS_REFRESH_FAILED")
    assert response.json()["error"]["message"].startswith("refresh failed: the inbox")
    assert await _analytics(client, account_id) == before
    assert own.rows("SELECT * FROM quota") == []


def test_while_another_process_reads_the_inbox_a_refresh_fails(own: Tiny) -> None:
    _drop(own)
    with exclusive(own.config.data_dir / "inbox.lock", wait=0) as held:
        assert held
        with pytest.raises(UnavailableError, match="another process"):
            _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert _left(_folder(own)) == {"crawl.jsonl"}


def test_where_no_rejected_rows_can_be_written_the_file_is_imported_all_the_same(
    own: Tiny,
) -> None:
    text = crawl(LATER, [item(FIRST, 5_000)], followers=13_000)
    write(_folder(own), "a.jsonl", text + '\n{"neither": "a video nor a profile"}\n')
    write(_folder(own), "rejected", "a file stands where the folder should be")
    found = _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    assert found.profile.scraped_at == LATER
    assert _left(_folder(own)) == {"done/a.jsonl", "rejected"}


async def test_two_processes_at_once_import_a_file_once(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    _drop(own)
    path = f"/accounts/{account_id}/analytics/refresh"
    found = race(own.config, NOW, processes=2, requests=[("POST", path)])
    assert [answers[path] for answers in found] == ["refreshed", "refreshed"]
    assert own.rows("SELECT count(*) FROM import_runs") == [(1,)]
    assert own.rows("SELECT count(*) FROM account_snapshots") == [(2,)]
    assert _left(_folder(own)) == {"done/crawl.jsonl"}


def test_a_lock_is_held_by_one_at_a_time_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.lock"
    with exclusive(path, wait=0) as first, exclusive(path, wait=0) as second:
        assert (first, second) == (True, False)
    with exclusive(path, wait=0) as again:
        assert again
    with pytest.raises(OSError, match="cannot be opened"), exclusive(tmp_path, wait=0):
        pass


def test_whoever_had_the_handle_before_the_import_is_meant_by_it(own: Tiny) -> None:
    taken = crawl(LATER, [item("7999", 5)], followers=77).replace('"id": "101"', '"id": "909"')
    write(_folder(own), "taken.jsonl", taken.replace("made-up", "other"))
    with pytest.raises(NothingNewerError):
        _inbox(own).fetch("coolcreator", since=SEEN, limit=60)
    data = own.world.data()
    query = "SELECT username, followers FROM creators WHERE id <> 1 ORDER BY user_id"
    assert [tuple(row) for row in data.execute(query)] == [
        ("CoolCreator.101.", 12_400),
        ("CoolCreator", 77),
    ]


def test_a_creator_that_the_inbox_brings_is_found_under_its_handle(own: Tiny) -> None:
    newcomer = crawl(LATER, [item("7999", 5, handle="newcomer")], followers=7, handle="newcomer")
    write(_folder(own), "new.jsonl", newcomer.replace('"id": "101"', '"id": "909"'))
    found = _inbox(own).fetch("newcomer", since=None, limit=60)
    assert (found.profile.username, found.profile.followers) == ("newcomer", 7)


def _undated(own: Tiny, name: str, *, date: int, plays: int, video: str = FIRST) -> None:
    """Drop an export that does not say when it was made, as Apify's do not."""
    path = write(_folder(own), name, json.dumps([item(video, plays)]))
    os.utime(path, (date, date))


async def test_undated_exports_of_each_week_become_history(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    _undated(own, "1.json", date=SEEN + DAY, plays=4_000)
    await _refresh(client, account_id)
    _undated(own, "2.json", date=LATER, plays=5_000)
    await _refresh(client, account_id)
    assert own.rows("SELECT scraped_at, total_views FROM account_snapshots ORDER BY 1") == [
        (SEEN, 4_000),
        (SEEN + DAY, 7_000),
        (LATER, 8_000),
    ]


async def test_undated_pages_that_were_dropped_together_are_one_crawl(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    _undated(own, "1.json", date=LATER, plays=5_000)
    _undated(own, "2.json", date=LATER + 60, plays=6_000, video=SECOND)
    await _refresh(own.client(), account_id)
    assert own.rows("SELECT scraped_at, total_views FROM account_snapshots ORDER BY 1") == [
        (SEEN, 4_000),
        (LATER + 60, 11_000),
    ]
