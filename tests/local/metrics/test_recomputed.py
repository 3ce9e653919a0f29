"""What is answered of a random world agrees with a second computation from its raw rows."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias, cast

import pytest
from starlette.datastructures import QueryParams

from mcp_server.local.toklytics.call import Call, Operation
from mcp_server.local.toklytics.creator_detail import creator_detail
from mcp_server.local.toklytics.creator_videos import creator_videos
from mcp_server.local.toklytics.hashtags import hashtag_detail
from mcp_server.local.toklytics.niche_report import niche_report
from mcp_server.local.toklytics.top_content import top_content
from mcp_server.local.toklytics.trending_videos import trending_videos
from mcp_server.local.toklytics.video_detail import video_detail
from mcp_server.local.world import World
from tests.local.metrics import oracle
from tests.local.metrics.oracle import Figures
from tests.local.metrics.raw import AS_OF, DAY, TAGS, Creator, Video, creators, records_of, store

Record: TypeAlias = dict[str, "object"]
SEED = 20260301
EVERYBODY = creators(SEED, 200)
PEERS = oracle.peers_of(EVERYBODY)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = store(tmp_path_factory.mktemp("random"), records_of(EVERYBODY))
    yield world
    world.close()


def ask(world: World, operation: Operation, path: dict[str, str], **query: object) -> object:
    sent = QueryParams({name: str(value) for name, value in query.items()})
    return operation(Call(world, path, sent)).data


def one(world: World, operation: Operation, path: dict[str, str], **query: object) -> Record:
    return cast("Record", ask(world, operation, path, **query))


def part(record: Record, name: str) -> Record:
    return cast("Record", record[name])


def rows(record: Record, name: str) -> list[Record]:
    return cast("list[Record]", record[name])


def same(found: object, wanted: object) -> bool:
    """Equal, numbers to a relative 1e-9."""
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(found, dict) and isinstance(wanted, dict):
        left, right = cast("Record", found), cast("Record", wanted)
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return found == wanted


def test_the_world_has_what_the_formulas_differ_by() -> None:
    sizes = {size[1] for c in EVERYBODY if (size := Figures(c, {}).size())}
    assert sizes == {"starter", "nano", "micro", "mid", "macro", "mega"}
    assert PEERS, "no band has enough peers"
    assert len(PEERS) < 5, "every band has enough peers"
    counts = {len(c.videos) for c in EVERYBODY}
    assert {0, 4, 5, 40} <= counts
    grades = {Figures(c, PEERS).grade for c in EVERYBODY}
    assert len(grades) >= 6
    known = [Figures(c, PEERS) for c in EVERYBODY]
    assert any(f.videos and not f.plays for f in known)
    assert any(len(f.plays) >= 5 and not f.rated for f in known)
    assert any(len(f.videos) >= 5 > len(f.rated) > 0 for f in known)
    assert any(f.rated and f.without_saves == len(f.rated) for f in known)


def test_every_creators_figures(world: World) -> None:
    for creator in EVERYBODY:
        figures = Figures(creator, PEERS)
        found = one(world, creator_detail, {"username": creator.name})
        prices = figures.prices()
        shown = None
        if prices:
            low, _, high = prices
            shown = f"${low:,}" if low == high else f"${low:,}\u2013${high:,}"
        wanted = {
            "engagement_rate": figures.weighted,
            "creator_score": figures.grade,
            "score_points": figures.score,
            "viral_ratio": figures.viral_ratio,
            "posts_per_week": figures.weekly,
            "avg_views": figures.average("plays"),
            "median_views": figures.views_at(50),
            "avg_likes": figures.average("likes"),
            "avg_comments": figures.average("comments"),
            "avg_shares": figures.average("shares"),
            "avg_saves": figures.average("saves"),
            "estimated_sponsorship_value": shown,
            "videos_tracked": len(creator.videos),
            "videos_viewed": len(figures.plays),
            "videos_rated": len(figures.rated),
            "videos_without_saves": figures.without_saves,
        }
        assert same(found["metrics"], wanted), (creator.name, found["metrics"], wanted)
        niches = (found["niche"], found["second_niche"], found["niche_confidence"])
        assert niches == figures.niches(), creator.name
        size = figures.size()
        assert found["tier"] == (size and size[1])
        assert found["low_sample"] == figures.is_low


def test_the_three_rates_of_a_creator_are_told_apart(world: World) -> None:
    for creator in EVERYBODY:
        figures = Figures(creator, PEERS)
        found = part(one(world, creator_detail, {"username": creator.name}), "engagement_rates")
        assert same(found["weighted"], figures.weighted), creator.name
        assert same(found["mean"], figures.mean_rate), creator.name
        assert same(found["median"], figures.median_rate), creator.name


def test_prices_have_three_levels(world: World) -> None:
    priced = 0
    for creator in EVERYBODY:
        prices = Figures(creator, PEERS).prices()
        found = one(world, creator_detail, {"username": creator.name})["monetization"]
        if prices is None:
            assert found is None
            continue
        priced += 1
        levels = cast("Record", found)
        assert (levels["low"], levels["mid"], levels["high"]) == prices, creator.name
    assert priced > 50


def test_every_video_against_its_creators_others(world: World) -> None:
    for creator in EVERYBODY[:40]:
        figures = Figures(creator, PEERS)
        found = rows({"data": ask_videos(world, creator)}, "data")
        assert len(found) == min(50, len(creator.videos))
        by_id = {video.video_id: video for video in creator.videos}
        for row in found:
            video = by_id[str(row["video_id"])]
            average = figures.average("plays")
            known = video.plays is not None
            assert same(row["engagement_rate"], oracle.video_rate(video))
            assert row["is_viral"] == ((video.plays or 0) >= figures.viral_from if known else None)
            wanted = round((video.plays or 0) / average, 2) if known and average else None
            assert same(row["vs_average"], wanted)


def ask_videos(world: World, creator: Creator) -> object:
    return ask(world, creator_videos, {"username": creator.name}, limit=50)


def test_places_speeds_and_ratios_of_videos(world: World) -> None:
    for creator in EVERYBODY[:30]:
        for video in creator.videos[:3]:
            found = one(world, video_detail, {"videoId": video.video_id})
            hours = (creator.seen_at - video.posted_at) / 3600
            assert same(found["age_hours"], round(hours, 1))
            assert same(found["percentile_in_creator"], place(creator, video))
            speed = None if video.plays is None else round(video.plays / (hours + 2), 1)
            assert same(found["views_per_hour"], speed)
            assert found["saves_missing"] == (video.saves is None)
            ratios = part(found, "ratios")
            for name in ("like", "comment", "share", "save"):
                count = cast("int | None", getattr(video, f"{name}s"))
                known = video.plays and count is not None
                wanted = round(100 * (count or 0) / (video.plays or 1), 2) if known else None
                assert same(ratios[name], wanted)


def place(creator: Creator, video: Video) -> float | None:
    if video.plays is None:
        return None
    others = oracle.known(other.plays for other in creator.videos)
    below = sum(1 for plays in others if plays < video.plays)
    equal = sum(1 for plays in others if plays == video.plays)
    return round(100 * (below + 0.5 * equal) / len(others), 1)


def test_best_times_of_creators(world: World) -> None:
    found_any = False
    for creator in EVERYBODY:
        wanted = oracle.best_times([(creator.region, creator.videos)])
        found = one(world, creator_detail, {"username": creator.name})
        blocks = rows(part(found, "content_analysis"), "best_time")
        assert [tuple(block.values()) for block in blocks] == [tuple(spot) for spot in wanted]
        found_any = found_any or bool(wanted)
    assert found_any


def test_top_content_by_engagement_needs_a_tenth_of_the_median(world: World) -> None:
    for creator in EVERYBODY:
        middle = Figures(creator, PEERS).views_at(50) or 0
        found = one(world, top_content, {"username": creator.name})
        rated = [
            (rate, video)
            for video in creator.videos
            if (rate := oracle.video_rate(video)) is not None and (video.plays or 0) >= middle / 10
        ]
        best = sorted((rate for rate, _ in rated), reverse=True)[:10]
        assert [row["engagement_rate"] for row in rows(found, "top_by_engagement")] == best


def test_hashtags_count_and_grow(world: World) -> None:
    end = max(creator.seen_at for creator in EVERYBODY)
    assert end == AS_OF
    for tag in TAGS:
        used = [v for creator in EVERYBODY for v in creator.videos if tag in v.tags]
        seen = oracle.known(video.plays for video in used)
        recent = sum(1 for v in used if end - 7 * DAY < v.posted_at <= end)
        before = sum(1 for v in used if end - 14 * DAY < v.posted_at <= end - 7 * DAY)
        top = sorted(used, key=lambda v: -1 if v.plays is None else v.plays, reverse=True)[:100]
        rated = [video for video in top if oracle.has_rate(video)]
        rate = 100 * sum(v.done for v in rated) / sum(v.plays or 0 for v in rated)
        found = one(world, hashtag_detail, {"tag": tag})
        assert (found["video_count"], found["view_count"]) == (len(used), sum(seen))
        assert found["recent_count"] == recent
        assert same(found["growth_7d"], round((recent + 5) / (before + 5), 2))
        assert same(found["avg_views"], oracle.half_up(Fraction(sum(seen), len(seen))))
        assert same(found["avg_engagement_rate"], round(rate, 2))


def test_trending_videos_are_the_hottest_of_the_window(world: World) -> None:
    for period, days in (("24h", 1), ("7d", 7), ("30d", 30)):
        window = [
            video
            for creator in EVERYBODY
            for video in creator.videos
            if AS_OF - days * DAY < video.posted_at <= AS_OF and video.plays is not None
        ]
        wanted = sorted((oracle.heat(video) for video in window), reverse=True)[:50]
        found = cast("list[Record]", ask(world, trending_videos, {}, period=period, limit=50))
        assert [row["heat"] for row in found] == [round(heat) for heat in wanted]
        assert found


def members(least: int) -> list[Creator]:
    """Who belongs to `workout`: fitness by lexicon, or the hashtag twice among the most used."""
    found: list[Creator] = []
    for creator in EVERYBODY:
        first, second, _ = Figures(creator, PEERS).niches()
        uses = sum("workout" in video.tags for video in creator.videos)
        if (creator.followers or 0) >= least and ("fitness" in {first, second} or uses >= 2):
            found.append(creator)
    return sorted(found, key=lambda creator: -(creator.followers or 0))


def test_percentiles_of_a_niche(world: World) -> None:
    found = one(world, niche_report, {}, niche="workout")
    group = [Figures(creator, PEERS) for creator in members(10_000)]
    assert found["creators"] == len(group)
    values: dict[str, list[float | int | None]] = {
        "engagement_rate": [figures.weighted for figures in group],
        "followers": [figures.creator.followers for figures in group],
        "creator_score": [figures.score for figures in group],
        "viral_ratio": [figures.viral_ratio for figures in group],
        "posts_per_week": [figures.weekly for figures in group],
        "avg_views": [figures.average("plays") for figures in group],
    }
    for name, column in values.items():
        known = [value for value in column if value is not None]
        wanted: Record = {"mean": round(math.fsum(known) / len(known), 2), "n": len(known)}
        for percent in (10, 25, 50, 75, 90):
            wanted[f"p{percent}"] = round(oracle.percentile(known, percent), 2)
        assert same(part(found, "metrics")[name], wanted), name


def test_formats_and_times_of_a_niche(world: World) -> None:
    found = one(world, niche_report, {}, niche="workout")
    sample = [
        (c.region, sorted(c.videos, key=lambda video: -video.posted_at)[:12])
        for c in members(10_000)[:50]
    ]
    videos = [video for _, newest in sample for video in newest]
    assert part(found, "sample")["videos"] == len(videos)
    for name, kept in (
        ("slideshow", [v for v in videos if v.slideshow]),
        ("short", [v for v in videos if v.duration < 15]),
        ("medium", [v for v in videos if 15 <= v.duration <= 60]),
        ("long", [v for v in videos if v.duration > 60]),
    ):
        rates = [rate for v in kept if (rate := oracle.video_rate(v)) is not None]
        wanted = {
            "videos": len(kept),
            "share": round(100 * len(kept) / len(videos), 2),
            "median_engagement_rate": round(oracle.percentile(rates, 50), 2),
            "median_views": oracle.half_up(
                oracle.percentile(oracle.known(v.plays for v in kept), 50)
            ),
        }
        assert same(part(found, "formats")[name], wanted), name
    spots = [tuple(block.values()) for block in rows(found, "best_times")]
    assert spots == [tuple(spot) for spot in oracle.best_times(sample)]
