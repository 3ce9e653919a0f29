"""Public pages through yt-dlp, without a network: what is read, and what becomes of the rest."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from mcp_server.local.providers.interface import (
    BusyError,
    Fetched,
    NotPublicError,
    RefreshFailedError,
    UnavailableError,
)
from mcp_server.local.providers.lock import exclusive
from mcp_server.local.providers.scrape import Scrape, Visitor, opened_with
from mcp_server.local.records import SoundRecord
from tests.local.providers.tiktok import HANDLE, LIST, PAGE, Body, Site, page, post, posts
from tests.local.tokportal.tiny import NOW, Tiny, data_of, error_of

ONE = "7123456789012345678"
TWO = "7123456789012345679"
MANY = [str(int(ONE) - n * 10_000_000_019) for n in range(45)]
CAPTCHA = "<html><title>Please wait...</title><p id='cs' class='made-up'></p></html>"


def _scrape(folder: Path, visitor: Visitor, ticks: Sequence[float] = ()) -> Scrape:
    seconds = iter(ticks)
    return Scrape(
        folder / "scrape.lock",
        visitor,
        clock=lambda: NOW,
        monotonic=lambda: next(seconds, 0.0),
        sleep=lambda _seconds: None,
        wait=0,
    )


def _fetch(folder: Path, site: Site, *, limit: int = 60, ticks: Sequence[float] = ()) -> Fetched:
    return _scrape(folder, site.visitor(), ticks).fetch(HANDLE, since=None, limit=limit)


def test_a_profile_comes_with_its_figures(tmp_path: Path) -> None:
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5_000), post(TWO, 70))]})
    profile = _fetch(tmp_path, site).profile
    assert (profile.username, profile.user_id, profile.sec_uid) == (
        "CoolCreator",
        "101",
        "MS4wLjABAAAAmade-up",
    )
    assert (profile.display_name, profile.bio, profile.region, profile.verified) == (
        "Cool Creator",
        "Unboxing things.",
        "US",
        True,
    )
    assert (profile.followers, profile.following, profile.total_likes, profile.video_count) == (
        13_000,
        341,
        90_000,
        2,
    )
    assert profile.scraped_at == NOW


def test_posts_come_with_counts_sound_hashtags_and_kind(tmp_path: Path) -> None:
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5_000), post(TWO, 70, slides=True))]})
    found = _fetch(tmp_path, site)
    video, slides = found.videos
    assert (video.plays, video.likes, video.comments, video.shares, video.saves) == (
        5_000,
        100,
        9,
        4,
        6,
    )
    assert video.sound == SoundRecord("6800000000000000001", "A tune", "Somebody", False, 30)
    assert video.hashtags == ("newthings",)
    assert (video.content_type, slides.content_type) == ("video", "slideshow")
    assert (video.video_id, video.posted_at, video.scraped_at) == (ONE, int(ONE) >> 32, NOW)
    assert video.creator == found.profile


def test_posts_are_read_page_by_page_up_to_the_limit(tmp_path: Path) -> None:
    pages = [
        posts(*(post(one, 1) for one in MANY[start : start + 15]), more=True)
        for start in (0, 15, 30)
    ]
    site = Site({PAGE: [page(posts=40)], LIST: pages})
    assert len(list(_fetch(tmp_path, site, limit=20).videos)) == 20
    assert site.asked == [PAGE, LIST, LIST]


def test_when_it_takes_long_the_newest_posts_have_to_do(tmp_path: Path) -> None:
    site = Site({PAGE: [page(posts=40)], LIST: [posts(post(ONE, 5), post(TWO, 7), more=True)]})
    found = _fetch(tmp_path, site, ticks=[0.0, 1.0, 15.0])
    assert [video.video_id for video in found.videos] == [ONE, TWO]


def test_it_goes_slowly_keeps_no_cookies_and_asks_once(tmp_path: Path) -> None:
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5_000))]})
    slept: list[float] = []
    scrape = Scrape(
        tmp_path / "scrape.lock",
        site.visitor(),
        clock=lambda: NOW,
        monotonic=lambda: 0.0,
        sleep=slept.append,
    )
    scrape.fetch(HANDLE, since=None, limit=60)
    assert slept == [Scrape.PAUSE_SECONDS]
    options = site.options[0]
    assert options["retries"] == options["extractor_retries"] == 0
    assert options["sleep_interval_requests"] == 0  # what this test's visitor was given
    assert not {"cookiefile", "cookiesfrombrowser", "username", "impersonate", "proxy"} & set(
        options
    )
    assert options["geo_bypass"] is False
    assert site.headers == [{}, {}]  # no cookies, and none of yt-dlp's random headers


def test_posts_of_others_in_the_list_are_left_out(tmp_path: Path) -> None:
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5), post(TWO, 7, handle="other"))]})
    assert [video.video_id for video in _fetch(tmp_path, site).videos] == [ONE]


def test_a_post_that_cannot_be_stored_is_left_out(tmp_path: Path) -> None:
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5), {**post(TWO, 1), "id": "damaged"})]})
    assert [video.video_id for video in _fetch(tmp_path, site).videos] == [ONE]


def test_a_profile_without_posts_is_a_profile(tmp_path: Path) -> None:
    found = _fetch(tmp_path, Site({PAGE: [page(posts=0)]}))
    assert (found.profile.followers, list(found.videos)) == (13_000, [])


@pytest.mark.parametrize(
    ("bodies", "kind", "words"),
    [
        ({PAGE: [page(private=True)], LIST: [posts()]}, NotPublicError, "private"),
        ({PAGE: [page(status=10_222, known=False)]}, NotPublicError, "private"),
        ({PAGE: [page(status=10_221, known=False)]}, NotPublicError, "knows no such"),
        ({PAGE: [404]}, NotPublicError, "knows no such"),
        ({PAGE: [403]}, UnavailableError, "HTTP 403"),
        ({PAGE: [429]}, UnavailableError, "HTTP 429"),
        ({PAGE: [None]}, UnavailableError, "could not be reached"),
        ({PAGE: [page()], LIST: [None]}, UnavailableError, "could not be reached"),
        ({PAGE: [""]}, UnavailableError, "page without a profile"),
        ({PAGE: [CAPTCHA]}, UnavailableError, "page without a profile"),
        ({PAGE: ["<html><p>A new kind of page</p></html>"]}, UnavailableError, "without a profile"),
        ({PAGE: [page(known=False)]}, UnavailableError, "TikTok sent"),
        ({PAGE: [page(handle="other")], LIST: [posts()]}, UnavailableError, "another profile"),
        ({PAGE: [page()], LIST: [posts()]}, UnavailableError, "none of the profile's posts"),
        ({PAGE: [page()], LIST: ["{}"]}, UnavailableError, "none of the profile's posts"),
        ({PAGE: [page()], LIST: [CAPTCHA]}, UnavailableError, "unexpected form"),
        ({PAGE: [page()], LIST: [""]}, UnavailableError, "unexpected form"),
        ({PAGE: [page()], LIST: ['"text"']}, UnavailableError, "none of the profile's posts"),
        ({PAGE: [page()], LIST: [403]}, UnavailableError, "HTTP 403"),
        (
            {PAGE: [page(posts=40)], LIST: [posts(post(ONE, 5), more=True), CAPTCHA]},
            UnavailableError,
            "unexpected form",
        ),
        ({PAGE: [page()], LIST: ['{"itemList": {"id": 7}}']}, UnavailableError, "TikTok"),
    ],
)
def test_whatever_else_comes_fails_the_refresh_in_our_words(
    tmp_path: Path,
    bodies: dict[str, list[Body]],
    kind: type[RefreshFailedError],
    words: str,
) -> None:
    with pytest.raises(kind, match=words):
        _fetch(tmp_path, Site(bodies))


@pytest.mark.parametrize(
    ("method", "followers", "sounds"),
    [("_get_universal_data", None, 1), ("_parse_aweme_video_web", 13_000, 0)],
)
def test_where_yt_dlp_has_changed_its_own_words_are_taken(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    followers: int | None,
    sounds: int,
) -> None:
    """The stock extractor goes on under another name, as after a release that renamed a method."""
    extractor: type = import_module("yt_dlp.extractor.tiktok").TikTokUserIE
    stock: Callable[..., object] = getattr(extractor, method)
    for owner in extractor.__mro__:
        if method in vars(owner):
            monkeypatch.delattr(owner, method)

    def by_another_name(self: object, name: str) -> Callable[..., object]:
        if name != method:
            raise AttributeError(name)
        return lambda *given, **named: stock(self, *given, **named)

    monkeypatch.setattr(extractor, "__getattr__", by_another_name, raising=False)
    site = Site({PAGE: [page()], LIST: [posts(post(ONE, 5_000))]})
    found = _fetch(tmp_path, site)
    (video,) = found.videos
    assert (found.profile.username, found.profile.followers) == ("CoolCreator", followers)
    assert (video.plays, video.likes, video.saves) == (5_000, 100, 6)
    assert (video.sound is not None) == bool(sounds)


def test_one_account_at_a_time_is_read(tmp_path: Path) -> None:
    site = Site({})
    with exclusive(tmp_path / "scrape.lock", wait=0) as held:
        assert held
        with pytest.raises(BusyError) as busy:
            _fetch(tmp_path, site)
    assert busy.value.retry_after == 10
    assert site.asked == []


def test_a_folder_that_cannot_be_written_fails_the_refresh(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match="data folder"):
        _fetch(tmp_path / "file", Site({}))


def test_without_the_extra_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    monkeypatch.delitem(sys.modules, "mcp_server.local.providers.tiktok_pages", raising=False)
    monkeypatch.delattr("mcp_server.local.providers.tiktok_pages", raising=False)
    with pytest.raises(UnavailableError, match=r"pip install '\.\[scrape\]'"):
        _scrape(tmp_path, opened_with(pause=0)).fetch(HANDLE, since=None, limit=60)


async def _refreshed(own: Tiny, bodies: dict[str, list[Body]]) -> tuple[str, str]:
    account_id = own.account("coolcreator")
    site = Site(bodies)
    folder = own.config.data_dir
    client = own.client(replace(own.config, source=lambda: _scrape(folder, site.visitor())))
    before = data_of(await client.get(f"/accounts/{account_id}/analytics"))
    response = await client.post(f"/accounts/{account_id}/analytics/refresh")
    after = data_of(await client.get(f"/accounts/{account_id}/analytics"))
    if response.is_success:
        return str(data_of(response)["status"]), str(after["scraped_at"])
    assert after == before
    assert own.rows("SELECT used FROM quota") == [(0,)]
    available = data_of(await client.get(f"/accounts/{account_id}/analytics/can-refresh"))
    assert available["can_refresh"] is True
    return error_of(response)[1], response.json()["error"]["message"]


async def test_a_refresh_brings_the_figures_of_the_page(own: Tiny) -> None:
    bodies: dict[str, list[Body]] = {PAGE: [page()], LIST: [posts(post(ONE, 5_000))]}
    assert await _refreshed(own, bodies) == ("scrape_queued", "2026-02-10T09:15:00Z")
    row = own.world.data().execute("SELECT followers, region, source FROM creators WHERE id = 2")
    assert tuple(row.fetchone())[:2] == (13_000, "US")
    assert own.rows("SELECT used FROM quota") == [(1,)]


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        ({PAGE: [CAPTCHA]}, "page without a profile"),
        ({PAGE: [""]}, "page without a profile"),
        ({PAGE: [403]}, "HTTP 403"),
        ({PAGE: [404]}, "knows no such profile"),
        ({PAGE: [page(private=True)], LIST: [posts()]}, "private"),
        ({PAGE: [page()], LIST: [CAPTCHA]}, "unexpected form"),
    ],
)
async def test_a_failed_refresh_keeps_the_old_figures_and_costs_nothing(
    own: Tiny, bodies: dict[str, list[Body]], words: str
) -> None:
    code, message = await _refreshed(own, bodies)
    assert code == "ANALYTICS_REFRESH_FAILED"
    assert message.startswith("refresh failed: ")
    assert words in message
