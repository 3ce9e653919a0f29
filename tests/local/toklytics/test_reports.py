"""Platform totals, comparison, niche report, campaign plan."""

import statistics
from pathlib import Path

import pytest

from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import (
    AS_OF,
    DAY,
    ROWS,
    Api,
    Json,
    make_client,
    make_world,
    obj,
    objs,
)


async def test_platform_totals_count_everything(api: Api) -> None:
    data = (await api.get("/analytics/platform-stats")).data
    assert data == {
        "creators": 4,
        "videos": 15,
        "total_views": sum(row[3] or 0 for row in ROWS),
        "hashtags": 9,
        "sounds": 2,
        "newest_video_at": "2023-11-14T10:13:20Z",
        "last_import_at": None,
    }


async def test_the_last_import_is_that_which_finished_last(api: Api) -> None:
    api.world.state().executemany(
        "INSERT INTO import_runs (source, path_hash, started_at, finished_at)"
        " VALUES ('x', ?, 1, ?)",
        [("a", AS_OF), ("b", AS_OF - 5), ("c", None)],
    )
    data = (await api.get("/analytics/platform-stats")).data
    assert data["last_import_at"] == "2023-11-14T22:13:20Z"


async def test_an_empty_store_has_totals_too(tmp_path: Path) -> None:
    world = make_world(tmp_path, [])
    async with make_client(world) as client:
        data = (await Api(world, client).get("/analytics/platform-stats")).data
    world.close()
    assert (data["creators"], data["total_views"], data["newest_video_at"]) == (0, None, None)


async def compare(api: Api, usernames: str) -> dict[str, Json]:
    answer = await api.get("/analytics/creator-comparison", usernames=usernames)
    assert answer.status == 200, answer.body
    return answer.data


async def test_creators_are_compared_value_by_value(api: Api) -> None:
    data = await compare(api, "@ann.fit, ben_cooks ,ANN.FIT,ghost,dee")
    assert [row["username"] for row in objs(data["creators"])] == [
        "ANN.FIT".lower(),
        "ben_cooks",
        "dee",
    ]
    assert data["not_found"] == ["ghost"]
    table = obj(data["comparison"])
    assert table["followers"] == {
        "best": "ann.fit",
        "values": {"ann.fit": 120_000, "ben_cooks": 50_000, "dee": None},
    }
    assert obj(table["avg_views"])["best"] == "ann.fit"
    assert obj(table["engagement_rate"])["best"] == "ann.fit"
    grades = obj(obj(table["creator_score"])["values"])
    assert all(grade is None or isinstance(grade, str) for grade in grades.values())
    assert set(table) == {
        "engagement_rate",
        "followers",
        "creator_score",
        "viral_ratio",
        "posts_per_week",
        "avg_views",
    }


async def test_nobody_is_best_where_only_one_is_known(api: Api) -> None:
    table = obj((await compare(api, "dee,ann.fit"))["comparison"])
    assert obj(table["followers"])["best"] is None


@pytest.mark.parametrize(
    ("usernames", "code"),
    [
        ("ann.fit", "INVALID_PARAMETER"),
        ("ann.fit,@ANN.FIT", "INVALID_PARAMETER"),
        (",".join(f"u{i}" for i in range(11)), "INVALID_PARAMETER"),
        ("ann.fit,ghost", "TOO_FEW_CREATORS"),
        ("", "MISSING_PARAMETER"),
        (" , ", "INVALID_PARAMETER"),
    ],
)
async def test_a_comparison_needs_two_to_ten_tracked_creators(
    api: Api, usernames: str, code: str
) -> None:
    answer = await api.get("/analytics/creator-comparison", usernames=usernames)
    assert (answer.status, answer.code) == (400, code)


async def test_two_handles_of_one_creator_are_one(api: Api) -> None:
    api.world.data().execute(
        "INSERT INTO usernames SELECT 'former', id, 1, 1 FROM creators WHERE username = 'cho'"
    )
    answer = await api.get("/analytics/creator-comparison", usernames="cho,former")
    assert answer.code == "TOO_FEW_CREATORS"


async def niche(api: Api, **params: object) -> dict[str, Json]:
    answer = await api.get("/analytics/niche-report", **params)
    assert answer.status == 200, answer.body
    return answer.data


async def test_a_niche_is_matched_by_lexicon_hashtag_and_bio(api: Api) -> None:
    by_name = await niche(api, niche="fitness")
    assert by_name["match_basis"] == {"lexicon": 1, "hashtag": 0, "text": 0}
    by_word = await niche(api, niche="#Gym")
    assert by_word["match_basis"] == {"lexicon": 1, "hashtag": 1, "text": 1}
    by_bio = await niche(api, niche="lover")
    assert by_bio["match_basis"] == {"lexicon": 0, "hashtag": 0, "text": 1}
    assert by_bio["low_sample"] is True


async def test_a_report_is_limited_by_followers(api: Api) -> None:
    assert (
        await api.get("/analytics/niche-report", niche="gym", min_followers=120_001)
    ).status == 404
    assert (
        await api.get("/analytics/niche-report", niche="gym", max_followers=119_999)
    ).status == 404
    assert (await niche(api, niche="gym", max_followers=120_000))["creators"] == 1
    assert obj((await niche(api, niche="gym"))["filters"]) == {
        "min_followers": 10_000,
        "max_followers": None,
    }


async def test_from_no_followers_on_unknown_ones_count_too(api: Api) -> None:
    api.world.data().execute("UPDATE creators SET niche = 'travel' WHERE username = 'dee'")
    data = await niche(api, niche="travel", min_followers=0)
    assert (data["creators"], data["tiers"]) == (1, [])
    assert obj(obj(data["metrics"])["followers"])["n"] == 0
    assert (await api.get("/analytics/niche-report", niche="travel", min_followers=1)).status == 404


async def test_a_niche_without_creators_is_not_found(api: Api) -> None:
    answer = await api.get("/analytics/niche-report", niche="quasar")
    assert (answer.status, answer.code) == (404, "NICHE_NOT_FOUND")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "MISSING_PARAMETER"),
        ({"niche": "  "}, "MISSING_PARAMETER"),
        ({"niche": "gym", "min_followers": "x"}, "INVALID_PARAMETER"),
        ({"niche": "gym", "min_followers": 5, "max_followers": 4}, "INVALID_PARAMETER"),
        ({"niche": "gym", "max_followers": 4}, "INVALID_PARAMETER"),
    ],
)
async def test_a_report_needs_a_niche_and_sound_limits(
    api: Api, params: dict[str, object], code: str
) -> None:
    answer = await api.get("/analytics/niche-report", **params)
    assert (answer.status, answer.code) == (400, code)


def cooks(count: int) -> list[VideoRecord]:
    """Creators whose followers, views and likes are known by their number."""
    return [
        VideoRecord(
            f"{1000 + 10 * n + i}",
            CreatorRecord(
                f"cook{n:02}", followers=10_000 * (n + 1), region="US" if n % 2 else "JP"
            ),
            description="dish #recipe #tasty",
            plays=1_000 * (n + 1),
            likes=50 * (n + 1) + n,
            comments=0,
            shares=0,
            saves=0,
            duration=10 if n % 2 else 70,
            content_type="slideshow" if n == 0 else "video",
            posted_at=AS_OF - (i + 1) * DAY,
            scraped_at=AS_OF,
            hashtags=("recipe", "tasty", "fyp"),
        )
        for n in range(count)
        for i in range(5)
    ]


@pytest.fixture
def kitchen(api: Api) -> Api:
    ingest = Ingest(api.world.data(), api.world.state(), source="test")
    ingest.add(cooks(40))
    ingest.finish()
    return api


async def test_a_report_agrees_with_an_independent_computation(kitchen: Api) -> None:
    data = await niche(kitchen, niche="tasty")
    assert data["creators"] == 40
    assert data["low_sample"] is False
    followers = [10_000 * (n + 1) for n in range(40)]
    deciles = statistics.quantiles(followers, n=100, method="inclusive")
    found = obj(obj(data["metrics"])["followers"])
    assert found == {
        "mean": statistics.fmean(followers),
        **{f"p{p}": pytest.approx(deciles[p - 1]) for p in (10, 25, 50, 75, 90)},
        "n": 40,
    }
    rates = [round(100 * (50 * (n + 1) + n) / (1_000 * (n + 1)), 2) for n in range(40)]
    engagement = obj(obj(data["metrics"])["engagement_rate"])
    assert engagement["mean"] == pytest.approx(round(statistics.fmean(rates), 2))
    assert [(t["tier"], t["creators"]) for t in objs(data["tiers"])] == [("mid", 31), ("micro", 9)]
    names = [row["username"] for row in objs(data["top_creators"])]
    assert names == [f"cook{n:02}" for n in range(39, 29, -1)]


async def test_a_report_shows_hashtags_formats_and_times(kitchen: Api) -> None:
    data = await niche(kitchen, niche="tasty")
    tags = [(t["name"], t["creators"], t["uses"]) for t in objs(data["trending_hashtags"])]
    assert tags == [("recipe", 40, 200), ("tasty", 40, 200)]
    formats = obj(data["formats"])
    assert obj(formats["slideshow"])["videos"] == 5
    assert obj(formats["short"])["share"] == 50.0
    assert obj(formats["medium"]) == {
        "videos": 0,
        "share": 0.0,
        "median_engagement_rate": None,
        "median_views": None,
    }
    assert len(objs(data["best_times"])) == 3


async def plan(api: Api, **params: object) -> dict[str, Json]:
    answer = await api.get("/analytics/campaign-planner", **params)
    assert answer.status == 200, answer.body
    return answer.data


@pytest.mark.parametrize("budget", [300, 4_000, 20_000, 150_000])
async def test_a_plan_keeps_to_its_budget_and_explains_itself(kitchen: Api, budget: int) -> None:
    data = await plan(kitchen, niche="tasty", budget=budget)
    roster = objs(data["roster"])
    costs = [int(str(pick["estimated_cost"])) for pick in roster]
    assert sum(costs) == data["spent"]
    assert sum(costs) <= budget
    assert data["remaining"] == budget - sum(costs)
    assert len({str(obj(pick["creator"])["username"]) for pick in roster}) == len(roster)
    parts = {str(part["tier"]): part for part in objs(data["allocation"])}
    for tier in ("macro", "mid", "micro"):
        picks = [pick for pick in roster if pick["tier"] == tier]
        spent = sum(int(str(pick["estimated_cost"])) for pick in picks)
        assert (parts[tier]["creators"], parts[tier]["spent"]) == (len(picks), spent)
        most = float(str(parts[tier]["budget"])) / 2
        assert all(int(str(pick["estimated_cost"])) <= most + 0.01 for pick in picks)
    assert all("median" in str(pick["reason"]) for pick in roster)
    assert "placeholders" in str(obj(data["assumptions"])["note"])


async def test_totals_of_a_plan_add_up(kitchen: Api) -> None:
    data = await plan(kitchen, niche="tasty", budget=20_000)
    roster = objs(data["roster"])
    views = sum(int(str(obj(pick["estimated_views"])["median"])) for pick in roster)
    totals = obj(data["totals"])
    assert obj(totals["views"])["median"] == views
    assert totals["reach"] == round(views * 0.85 * 0.9)
    spent = int(str(data["spent"]))
    assert totals["cpm"] == round(1000 * spent / views, 2)
    rates = sum(
        int(str(obj(pick["estimated_views"])["median"])) * float(str(pick["engagement_rate"])) / 100
        for pick in roster
    )
    assert totals["engagements"] == round(rates)
    roi = obj(data["roi"])
    assert roi["clicks"] == round(views * 0.01)
    assert roi["revenue"] == round(views * 0.01 * 0.02 * 50, 2)


async def test_a_plan_is_limited_by_region_and_engagement(kitchen: Api) -> None:
    data = await plan(kitchen, niche="tasty", budget=20_000, region="us")
    assert {str(obj(pick["creator"])["region"]) for pick in objs(data["roster"])} == {"US"}
    assert (data["region"], data["candidates"]) == ("US", 20)
    strict = await plan(kitchen, niche="tasty", budget=20_000, min_engagement_rate=5.08)
    rates = [float(str(pick["engagement_rate"])) for pick in objs(strict["roster"])]
    assert rates
    assert min(rates) >= 5.08


async def test_nobody_fits_is_an_answer_with_a_warning(api: Api) -> None:
    data = await plan(api, niche="quasar", budget=500)
    assert (data["roster"], data["spent"], data["remaining"]) == ([], 0, 500.0)
    assert "No tracked creator" in str(data["warnings"])


async def test_too_small_a_budget_is_an_answer_with_a_warning(kitchen: Api) -> None:
    data = await plan(kitchen, niche="tasty", budget=0.5)
    assert data["roster"] == []
    assert "too small" in str(data["warnings"])


@pytest.mark.parametrize("budget", ["0", "-5", "nan", "inf", "-inf", "ten", "1e999", ""])
async def test_a_budget_is_a_finite_number_above_zero(api: Api, budget: str) -> None:
    answer = await api.get("/analytics/campaign-planner", niche="gym", budget=budget)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"niche": "gym"}, "MISSING_PARAMETER"),
        ({"budget": 5}, "MISSING_PARAMETER"),
        ({"niche": "gym", "budget": 5, "min_engagement_rate": -1}, "INVALID_PARAMETER"),
        ({"niche": "gym", "budget": 5, "min_engagement_rate": "nan"}, "INVALID_PARAMETER"),
    ],
)
async def test_a_plan_needs_budget_and_niche(
    api: Api, params: dict[str, object], code: str
) -> None:
    answer = await api.get("/analytics/campaign-planner", **params)
    assert (answer.status, answer.code) == (400, code)


async def test_grades_of_different_size_classes_are_shown_but_not_ranked(api: Api) -> None:
    def grade(username: str, followers: int, score: float, letter: str) -> None:
        api.world.data().execute(
            "UPDATE creators SET followers = ?, score = ?, grade = ? WHERE username = ?",
            (followers, score, letter, username),
        )

    grade("ann.fit", 120_000, 80.0, "A")
    grade("ben_cooks", 110_000, 60.0, "B")
    table = obj((await compare(api, "ann.fit,ben_cooks"))["comparison"])
    assert obj(table["creator_score"])["best"] == "ann.fit"
    grade("ben_cooks", 50_000, 60.0, "B")
    table = obj((await compare(api, "ann.fit,ben_cooks"))["comparison"])
    assert table["creator_score"] == {
        "best": None,
        "values": {"ann.fit": "A", "ben_cooks": "B"},
        "why": "graded against different sizes",
    }


async def test_a_niche_report_counts_the_videos_it_has_read(api: Api) -> None:
    data = await niche(api, niche="fitness")
    assert set(obj(data["sample"])) == {"videos", "creators"}
    assert obj(data["sample"])["creators"] == data["creators"]
