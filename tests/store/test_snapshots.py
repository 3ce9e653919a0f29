"""What every store does with snapshots."""

from datetime import datetime, timedelta, timezone

import pytest

from mcp_server.models.basis import NOT_TOLD, Basis
from mcp_server.store.interface import Store
from mcp_server.store.records import Body
from tests.store.made import HOUR, NOW, snapshot

P, OTHER = "partition", "other"
DAY = 24 * HOUR


async def _times(
    store: Store,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[datetime | None]:
    found = await store.snapshots(P, "account", "a", since=since, until=until, limit=limit)
    return [one.scraped_at for one in found]


async def test_a_snapshot_comes_back_as_it_was_put(store: Store) -> None:
    given = snapshot({"followers_count": 12_345_678_901_234_567_890, "n": None, "é": ["\u202e"]})
    assert await store.put_snapshot(P, given)
    assert await store.latest_snapshot(P, "account", "a") == given


async def test_the_same_snapshot_is_stored_once(store: Store) -> None:
    assert await store.put_snapshot(P, snapshot({"a": 1, "b": 2}))
    again = snapshot({"b": 2, "a": 1}, stored_at=NOW + HOUR)
    assert not await store.put_snapshot(P, again)
    (kept,) = await store.snapshots(P, "account", "a")
    assert kept.stored_at == NOW


async def test_another_body_of_the_same_time_replaces_the_first(store: Store) -> None:
    await store.put_snapshot(P, snapshot({"views": 1}))
    assert await store.put_snapshot(P, snapshot({"views": 2}, stored_at=NOW + HOUR))
    (kept,) = await store.snapshots(P, "account", "a")
    assert (kept.body, kept.stored_at) == ({"views": 2}, NOW + HOUR)


async def test_what_arrives_late_does_not_replace_what_was_stored_after_it(store: Store) -> None:
    await store.put_snapshot(P, snapshot({"views": 2}, stored_at=NOW + HOUR))
    assert not await store.put_snapshot(P, snapshot({"views": 1}, stored_at=NOW))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest is not None
    assert latest.body == {"views": 2}


async def test_the_latest_is_the_one_collected_last_whatever_came_in_last(store: Store) -> None:
    await store.put_snapshot(P, snapshot(scraped_at=NOW, stored_at=NOW))
    await store.put_snapshot(P, snapshot(scraped_at=NOW - DAY, stored_at=NOW + HOUR))
    await store.put_snapshot(P, snapshot(scraped_at=None, stored_at=NOW + DAY))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest is not None
    assert latest.scraped_at == NOW


async def test_a_snapshot_without_a_time_is_the_latest_if_there_is_no_other(store: Store) -> None:
    await store.put_snapshot(P, snapshot({"n": 1}, scraped_at=None))
    assert await store.put_snapshot(P, snapshot({"n": 2}, scraped_at=None, stored_at=NOW + HOUR))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest is not None
    assert (latest.body, latest.scraped_at) == ({"n": 2}, None)
    assert len(await store.snapshots(P, "account", "a")) == 1


async def test_history_rises_and_a_limit_keeps_the_newest(store: Store) -> None:
    for days in (2, 0, 3, 1):
        await store.put_snapshot(P, snapshot({"d": days}, scraped_at=NOW - days * DAY))
    await store.put_snapshot(P, snapshot(scraped_at=None))
    all_days = [None, NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY, NOW]
    assert await _times(store) == all_days
    assert await _times(store, limit=2) == [NOW - DAY, NOW]
    assert await _times(store, limit=0) == []
    assert await _times(store, since=NOW - 2 * DAY) == all_days[2:]
    assert await _times(store, until=NOW - 2 * DAY) == all_days[:3]
    assert await _times(store, since=NOW - 2 * DAY, until=NOW - DAY) == all_days[2:4]
    assert await _times(store, since=NOW - 3 * DAY, until=NOW - DAY, limit=1) == [NOW - DAY]


async def test_times_keep_their_microseconds_and_become_utc(store: Store) -> None:
    moment = NOW + timedelta(microseconds=123_457)
    zone = timezone(timedelta(hours=9))
    await store.put_snapshot(P, snapshot(scraped_at=moment.astimezone(zone)))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest is not None
    assert latest.scraped_at is not None
    assert latest.scraped_at == moment
    assert latest.scraped_at.isoformat().endswith("+00:00")


async def test_a_time_finds_its_snapshot_and_else_the_newest_of_its_second(store: Store) -> None:
    early, late = NOW + timedelta(milliseconds=200), NOW + timedelta(milliseconds=800)
    for moment in (late, early, NOW + timedelta(seconds=1)):
        await store.put_snapshot(P, snapshot(scraped_at=moment))

    for asked, expected in ((early, early), (late, late), (NOW, late)):
        one = await store.snapshot_at(P, "account", "a", asked)
        assert one is not None
        assert one.scraped_at == expected
    assert await store.snapshot_at(P, "account", "a", NOW - timedelta(seconds=1)) is None


async def test_partitions_kinds_and_subjects_are_apart(store: Store) -> None:
    await store.put_snapshot(P, snapshot())
    assert await store.latest_snapshot(OTHER, "account", "a") is None
    assert await store.latest_snapshot(P, "videos", "a") is None
    assert await store.latest_snapshot(P, "account", "b") is None
    assert await store.snapshots(OTHER, "account", "a") == []
    assert await store.snapshot_at(OTHER, "account", "a", NOW) is None


async def test_a_stored_list_tells_the_account_of_its_records(store: Store) -> None:
    rows: Body = {"rows": [{"id": "va_1"}, {"id": 5}, "x", {"id": "va_2"}], "page": 1}
    await store.put_snapshot(P, snapshot(rows, kind="videos"))
    await store.put_snapshot(P, snapshot({"rows": [{"id": "va_3"}]}, kind="video", subject="va_3"))
    assert await store.find_video_account(P, "va_2") == "a"
    assert await store.find_video_account(P, "va_3") is None
    assert await store.find_video_account(OTHER, "va_2") is None


async def test_pruning_leaves_the_newest_of_each_subject(store: Store) -> None:
    for days in (9, 5, 1):
        await store.put_snapshot(P, snapshot(scraped_at=NOW - days * DAY))
    await store.put_snapshot(P, snapshot(scraped_at=None, stored_at=NOW - 9 * DAY))
    await store.put_snapshot(P, snapshot(subject="b", scraped_at=NOW - 9 * DAY))
    await store.put_snapshot(P, snapshot(subject="c", scraped_at=None, stored_at=NOW - 9 * DAY))
    await store.put_snapshot(OTHER, snapshot(scraped_at=NOW - 9 * DAY))
    await store.put_snapshot(OTHER, snapshot(scraped_at=NOW - 8 * DAY))
    assert await store.prune_history(P, NOW - 3 * DAY) == 3
    assert await _times(store) == [NOW - DAY]
    for subject in ("b", "c"):
        assert len(await store.snapshots(P, "account", subject)) == 1
    assert len(await store.snapshots(OTHER, "account", "a")) == 2


async def test_news_is_a_change_and_nothing_else_is(store: Store) -> None:
    assert (await store.last_change(), await store.changes_since(0)) == (0, [])
    await store.put_snapshot(P, snapshot())
    await store.put_snapshot(P, snapshot())
    await store.put_snapshot(OTHER, snapshot(kind="videos", subject="b", account_id="b"))
    first, second = await store.changes_since(0)
    assert (first.partition, first.kind, first.account_id, first.snapshot_kind) == (
        P,
        "snapshot",
        "a",
        "account",
    )
    assert (second.partition, second.account_id, second.snapshot_kind) == (OTHER, "b", "videos")
    assert first.seq < second.seq == await store.last_change()
    assert await store.changes_since(first.seq) == [second]


@pytest.mark.parametrize("text", ["'; DROP TABLE snapshots; --", "", "\x00", "ünï"])
async def test_any_text_is_a_subject(store: Store, text: str) -> None:
    await store.put_snapshot(text, snapshot(subject=text, account_id=text))
    latest = await store.latest_snapshot(text, "account", text)
    assert latest is not None
    assert latest.subject == text


@pytest.mark.parametrize(
    "basis",
    [
        NOT_TOLD,
        Basis(2, "30 tracked videos", low_sample=False),
        Basis(text="1 video", low_sample=True),
    ],
)
async def test_what_was_said_of_the_figures_comes_back_with_them(
    store: Store, basis: Basis
) -> None:
    await store.put_snapshot(P, snapshot(basis=basis))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest is not None
    assert latest.basis == basis


async def test_of_the_same_figures_their_basis_may_become_known_which_is_no_news(
    store: Store,
) -> None:
    told = Basis(1, "3 tracked videos", low_sample=True)
    await store.put_snapshot(P, snapshot())
    before = await store.last_change()
    assert not await store.put_snapshot(P, snapshot(basis=told, stored_at=NOW + HOUR))
    assert not await store.put_snapshot(P, snapshot(stored_at=NOW + 2 * HOUR))
    latest = await store.latest_snapshot(P, "account", "a")
    assert latest == snapshot(basis=told)
    assert await store.last_change() == before


async def test_a_basis_stays_with_figures_that_another_answer_completes(store: Store) -> None:
    old, new = Basis(1, "3 tracked videos"), Basis(2, "4 tracked videos")
    await store.put_snapshot(P, snapshot({"views": 1}, basis=old))
    for body, basis, kept in (({"likes": 1}, NOT_TOLD, old), ({"shares": 1}, new, new)):
        given = snapshot({**body}, stored_at=NOW + HOUR, basis=basis)
        assert await store.put_snapshot(P, given)
        latest = await store.latest_snapshot(P, "account", "a")
        assert latest is not None
        assert latest.basis == kept
