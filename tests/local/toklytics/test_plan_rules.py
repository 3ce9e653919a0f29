"""Which rules a plan states, and which of them kept it from spending more."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import AS_OF, DAY, Api, Json, make_client, make_world, obj, objs

FULL = "at most 20 creators of a class are chosen."
DEAR = "the others cost more than 50 % of their class's budget, or than is left."
FEW = "there are too few fitting creators."


def people(count: int, *, followers: int, plays: int) -> list[VideoRecord]:
    """Creators of fitness in the US, each with five videos of an engagement rate of 5 percent."""
    return [
        VideoRecord(
            f"{followers}{n}{video}",
            CreatorRecord(
                f"fit{followers}x{n}", region="US", followers=followers, scraped_at=AS_OF
            ),
            plays=plays,
            likes=plays // 20,
            comments=0,
            shares=0,
            saves=0,
            posted_at=AS_OF - video * DAY,
            scraped_at=AS_OF,
            hashtags=("gym",),
        )
        for n in range(count)
        for video in range(1, 6)
    ]


async def plan(folder: Path, records: Sequence[VideoRecord], budget: float) -> dict[str, Json]:
    world = make_world(folder, records)
    async with make_client(world) as client:
        answer = await Api(world, client).get(
            "/analytics/campaign-planner", niche="fitness", budget=budget
        )
    world.close()
    assert answer.status == 200, answer.body
    return answer.data


@pytest.mark.parametrize(
    ("micro", "mega", "budget", "bought", "reason"),
    [
        # 20,000 views at the CPM of 10 and the 1.2 of fitness: some $200 for a post.
        (60, 0, 50_000, 20, FULL),
        (20, 0, 50_000, 20, FEW),
        (3, 0, 50_000, 3, FEW),
        # A million views of a mega creator: above $10,000, and half of 30 percent is less.
        (3, 1, 20_000, 3, DEAR),
        (60, 1, 20_000, 20, f"{FULL} {DEAR}"),
    ],
)
async def test_a_plan_that_spends_little_says_which_limit_bound(
    tmp_path: Path, *, micro: int, mega: int, budget: float, bought: int, reason: str
) -> None:
    records = people(micro, followers=50_000, plays=20_000)
    records += people(mega, followers=2_000_000, plays=1_000_000)
    data = await plan(tmp_path, records, budget)
    assert len(objs(data["roster"])) == bought
    warnings = data["warnings"]
    assert isinstance(warnings, list)
    assert warnings[1] == f"Less than half of the budget is spent: {reason}"


async def test_a_plan_states_the_rules_by_which_it_chose(tmp_path: Path) -> None:
    records = people(2, followers=50_000, plays=20_000)
    records += people(1, followers=2_000_000, plays=30_000)
    data = await plan(tmp_path, records, 100_000)
    rules = obj(data["rules"])
    assert "CPM" in str(rules.pop("cost"))
    assert rules == {
        "min_followers": 10_000,
        "min_videos": 5,
        "most_per_tier": 20,
        "most_of_tier_budget_per_post": 0.5,
        # Too few peers here: the published rates, below 100,000 followers and from a million on.
        "par_from_followers": {"0": 7.5, "1000000": 3.8},
    }


async def test_a_plan_without_candidates_held_nobody_against_a_par(tmp_path: Path) -> None:
    data = await plan(tmp_path, people(1, followers=9_999, plays=1_000), 1_000)
    assert obj(data["rules"])["par_from_followers"] == {}
