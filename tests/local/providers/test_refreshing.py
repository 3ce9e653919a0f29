"""A refresh by a provider that costs something: accepted first, and taken back if nothing came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx2
import pytest

from mcp_server.local import LocalConfig
from mcp_server.local.providers.interface import (
    BusyError,
    Fetched,
    NothingNewerError,
    NotPublicError,
    UnavailableError,
)
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.due import apply_due
from tests.local.providers.crawls import FIRST, crawl, item, write
from tests.local.tokportal.tiny import DAY, HOUR, NOW, SEEN, Tiny, data_of, error_of


@dataclass(slots=True)
class Source:
    """A provider that says what it is told to, and remembers what it was asked."""

    own: Tiny
    answer: Exception | int = 0
    """What to raise, else the views of a post."""
    asked: list[tuple[str, int | None, int]] = field(
        default_factory=list[tuple[str, int | None, int]]
    )
    during: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    person: str | None = None
    name: str = "made-up"
    counted: bool = True

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        self.asked.append((username, since, limit))
        self.during = self.own.rows("SELECT status FROM refreshes ORDER BY id")
        if isinstance(self.answer, Exception):
            raise self.answer
        profile = CreatorRecord("CoolCreator", self.person, followers=13_000, scraped_at=self.now)
        return Fetched(profile, self._videos(profile))

    @property
    def now(self) -> int:
        return int(self.own.clock.now)

    def _videos(self, profile: CreatorRecord) -> list[VideoRecord]:
        assert isinstance(self.answer, int)
        return [VideoRecord(FIRST, profile, plays=self.answer, scraped_at=self.now)]


@dataclass(slots=True)
class Setting:
    """An account, a client, and the source behind it."""

    own: Tiny
    source: Source
    account_id: str
    client: httpx2.AsyncClient

    async def refresh(self, **headers: str) -> httpx2.Response:
        path = f"/accounts/{self.account_id}/analytics/refresh"
        return await self.client.post(path, json={}, headers=headers)

    async def analytics(self) -> Mapping[str, object]:
        return data_of(await self.client.get(f"/accounts/{self.account_id}/analytics"))

    async def can_refresh(self) -> Mapping[str, object]:
        path = f"/accounts/{self.account_id}/analytics/can-refresh"
        return data_of(await self.client.get(path))

    def config(self) -> LocalConfig:
        return replace(self.own.config, source=lambda: self.source)


@pytest.fixture
def setting(own: Tiny) -> Setting:
    source = Source(own)
    config = replace(own.config, source=lambda: source)
    return Setting(own, source, own.account("coolcreator"), own.client(config))


async def test_new_figures_are_there_with_the_answer_and_cost_one(setting: Setting) -> None:
    setting.source.answer = 9_000
    assert data_of(await setting.refresh())["status"] == "scrape_queued"
    found = await setting.analytics()
    assert found["scraped_at"] == "2026-02-10T09:15:00Z"
    assert (found["followers_count"], found["total_views"]) == (13_000, 12_000)
    assert setting.own.rows("SELECT status, finished_at, error FROM refreshes") == [
        ("done", NOW, None)
    ]
    available = await setting.can_refresh()
    assert available["monthly_quota"] == {"limit": 500, "used": 1}
    assert available["next_refresh_at"] == "2026-02-12T09:15:00Z"


async def test_a_refresh_is_accepted_before_anything_is_asked(setting: Setting) -> None:
    setting.source.answer = 9_000
    await setting.refresh()
    assert setting.source.asked == [("CoolCreator", SEEN, 60)]
    assert setting.source.during == [("collecting",)]


@pytest.mark.parametrize(
    "failure",
    [UnavailableError("the page has changed"), NotPublicError("the profile is private")],
)
async def test_a_failure_keeps_the_old_figures_costs_nothing_and_starts_no_cooldown(
    setting: Setting, failure: Exception
) -> None:
    before = await setting.analytics()
    setting.source.answer = failure
    response = await setting.refresh()
    assert error_of(response)[:2] == (409, "ANALYTICS_REFRESH_FAILED")
    assert response.json()["error"]["message"] == f"refresh failed: {failure}"
    assert await setting.analytics() == before
    assert setting.own.rows("SELECT status, error FROM refreshes") == [
        ("void", f"refresh failed: {failure}")
    ]
    available = await setting.can_refresh()
    assert (available["can_refresh"], available["monthly_quota"]) == (
        True,
        {"limit": 500, "used": 0},
    )


async def test_after_a_failure_the_same_key_may_be_used_again(setting: Setting) -> None:
    setting.source.answer = UnavailableError("the page has changed")
    await setting.refresh(**{"Idempotency-Key": "k1"})
    setting.source.answer = 9_000
    first = await setting.refresh(**{"Idempotency-Key": "k1"})
    assert data_of(first)["status"] == "scrape_queued"
    assert (await setting.refresh(**{"Idempotency-Key": "k1"})).content == first.content
    assert len(setting.source.asked) == 2


async def test_nothing_newer_is_answered_refreshed_and_costs_nothing(setting: Setting) -> None:
    setting.source.answer = NothingNewerError()
    assert data_of(await setting.refresh())["status"] == "refreshed"
    assert setting.own.rows("SELECT status, error FROM refreshes") == [("void", None)]
    assert setting.own.rows("SELECT used FROM quota") == [(0,)]
    assert (await setting.can_refresh())["can_refresh"] is True


async def test_a_busy_source_asks_to_come_again(setting: Setting) -> None:
    setting.source.answer = BusyError("another account is being collected", retry_after=10)
    response = await setting.refresh()
    assert error_of(response) == (429, "RATE_LIMIT_EXCEEDED", {"retry_after_seconds": 10})
    assert response.headers["Retry-After"] == "10"
    assert setting.own.rows("SELECT used FROM quota") == [(0,)]


async def test_a_mistake_in_a_provider_costs_nothing_either(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    setting.source.answer = ZeroDivisionError()
    response = await setting.refresh()
    assert error_of(response)[:2] == (500, "INTERNAL_ERROR")
    assert setting.own.rows("SELECT used FROM quota") == [(0,)]
    assert (await setting.can_refresh())["can_refresh"] is True
    caplog.clear()


async def test_what_is_fresh_already_is_not_asked_for(setting: Setting) -> None:
    setting.source.answer = 9_000
    config = replace(setting.config(), cooldown_hours=0)
    setting.client = setting.own.client(config)
    await setting.refresh()
    setting.own.clock.now += 15 * 60 - 1
    await setting.refresh()  # its own time is over, the quarter of an hour is not
    assert len(setting.source.asked) == 1


async def test_a_rehearsal_asks_nobody(setting: Setting) -> None:
    response = await setting.refresh(**{"X-TokPortal-Dry-Run": "true"})
    assert data_of(response)["status"] == "scrape_queued"
    assert setting.source.asked == setting.own.rows("SELECT * FROM refreshes") == []


async def test_a_refresh_in_cooldown_asks_nobody(setting: Setting) -> None:
    setting.source.answer = 9_000
    await setting.refresh()
    setting.own.clock.now += 47 * HOUR
    assert error_of(await setting.refresh())[1] == "ANALYTICS_COOLDOWN"
    assert len(setting.source.asked) == 1


async def test_while_one_process_collects_another_is_in_cooldown(setting: Setting) -> None:
    setting.own.world.state().execute(
        "INSERT INTO refreshes (account_id, requested_at, due_at, status)"
        " VALUES (?, ?, ?, 'collecting')",
        (setting.account_id, NOW, NOW + 120),
    )
    assert error_of(await setting.refresh())[1] == "ANALYTICS_COOLDOWN"
    assert setting.source.asked == []


async def test_what_a_stopped_process_had_begun_is_taken_back(setting: Setting) -> None:
    state = setting.own.world.state()
    state.execute(
        "INSERT INTO refreshes (account_id, requested_at, due_at, status)"
        " VALUES (?, ?, ?, 'collecting')",
        (setting.account_id, NOW - 120, NOW),
    )
    state.execute("INSERT INTO quota (month, used) VALUES ('2026-02', 1)")
    apply_due(setting.own.world)
    assert setting.own.rows("SELECT status, error FROM refreshes") == [
        ("void", "refresh failed: the process that collected was stopped")
    ]
    assert setting.own.rows("SELECT used FROM quota") == [(0,)]


async def test_what_comes_late_is_kept_though_its_refresh_was_taken_back(own: Tiny) -> None:
    account_id = own.account("coolcreator")

    class Slow(Source):
        def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
            self.own.clock.now += 120
            apply_due(self.own.world)
            return Source.fetch(self, username, since=since, limit=limit)

    source = Slow(own, 9_000)
    client = own.client(replace(own.config, source=lambda: source))
    await client.post(f"/accounts/{account_id}/analytics/refresh")
    found = data_of(await client.get(f"/accounts/{account_id}/analytics"))
    assert found["scraped_at"] == "2026-02-10T09:17:00Z"
    assert own.rows("SELECT used FROM quota") == [(0,)]


async def test_a_page_that_fails_after_others_leaves_no_half_look(setting: Setting) -> None:
    class Torn(Source):
        def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
            whole = Source.fetch(self, username, since=since, limit=limit)

            def torn() -> "list[VideoRecord]":
                raise UnavailableError("the second page has changed")

            return Fetched(whole.profile, (video for _ in range(1) for video in torn()))

    source = Torn(setting.own, 9_000)
    client = setting.own.client(replace(setting.own.config, source=lambda: source))
    before = await setting.analytics()
    response = await client.post(f"/accounts/{setting.account_id}/analytics/refresh")
    assert error_of(response)[1] == "ANALYTICS_REFRESH_FAILED"
    assert await setting.analytics() == before
    followers = "SELECT followers FROM creators WHERE user_id = '101'"
    assert setting.own.world.data().execute(followers).fetchone()[0] == 12_400


async def test_replayed_crawls_are_refreshes_at_their_own_times(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    folder = own.config.data_dir / "replay"
    for name, at, plays in (("a", NOW - DAY, 4_000), ("b", NOW + 3 * DAY, 6_000)):
        write(folder, f"{name}.jsonl", crawl(at, [item(FIRST, plays)], followers=plays))
    client = own.client(replace(own.config, own_provider="replay"))
    path = f"/accounts/{account_id}/analytics"
    statuses = [data_of(await client.post(f"{path}/refresh"))["status"]]
    own.clock.now += 2 * DAY
    statuses.append(data_of(await client.post(f"{path}/refresh"))["status"])
    own.clock.now += DAY
    statuses.append(data_of(await client.post(f"{path}/refresh"))["status"])
    assert statuses == ["scrape_queued", "refreshed", "scrape_queued"]
    snapshots = (await client.get(f"{path}/snapshots")).json()["data"]
    assert [(row["scraped_at"], row["total_views"]) for row in snapshots] == [
        ("2026-02-13T09:15:00Z", 9_000),
        ("2026-02-09T09:15:00Z", 7_000),
        ("2026-02-07T09:15:00Z", 4_000),
    ]


async def test_figures_of_who_has_the_handle_now_are_not_the_accounts(setting: Setting) -> None:
    setting.source.person = "909"
    before = await setting.analytics()
    code = error_of(await setting.refresh())[1]
    assert code == "ANALYTICS_REFRESH_FAILED"
    assert await setting.analytics() == before
    assert (await setting.can_refresh())["monthly_quota"] == {"limit": 500, "used": 0}
    query = "SELECT count(*) FROM creators WHERE user_id = '909'"
    assert setting.own.world.data().execute(query).fetchone()[0] == 0


async def test_nothing_is_asked_for_an_account_whose_handle_is_anothers(setting: Setting) -> None:
    setting.own.ingest([CreatorRecord("coolcreator", user_id="909", scraped_at=NOW - HOUR)])
    assert error_of(await setting.refresh())[1] == "ANALYTICS_REFRESH_FAILED"
    assert setting.source.asked == []
