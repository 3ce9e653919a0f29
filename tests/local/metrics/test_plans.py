"""Campaign plans over random worlds and budgets, and one computed a second time."""

import json
import random
from collections.abc import Iterator
from typing import TypeAlias, cast

import pytest
from starlette.datastructures import QueryParams

from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.planner import plan_campaign
from mcp_server.local.world import World
from tests.local.metrics import oracle
from tests.local.metrics.oracle import Figures
from tests.local.metrics.raw import creators, records_of, store

Record: TypeAlias = dict[str, object]
SEEDS = (11, 12, 13)
NICHES = ("workout", "recipe", "comedy", "zzz", "nobody")
EDGES = (
    1e-300, 0.01, 1, 49.99, 50, 199, 4_999.99, 5_000, 5_000.01, 99_999.99, 100_000, 100_000.01,
    999.9999999999999, 0.1 + 0.2, 1e9, 1e15, 1e308,
)  # fmt: skip


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return cast("int", request.param)


@pytest.fixture(scope="module")
def world(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = store(tmp_path_factory.mktemp("plans"), records_of(creators(seed, 150)))
    yield world
    world.close()


def plan(world: World, budget: float, niche: str, **query: float | str) -> Record:
    sent = {"budget": repr(budget), "niche": niche, **{k: str(v) for k, v in query.items()}}
    return cast("Record", plan_campaign(Call(world, {}, QueryParams(sent))).data)


def rows(record: Record, name: str) -> list[Record]:
    return cast("list[Record]", record[name])


def number(record: Record, name: str) -> float:
    value = record[name]
    assert isinstance(value, int | float)
    return value


def budgets(seed: int) -> list[float]:
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    return [*EDGES, *(round(10 ** rng.uniform(0, 7), rng.randrange(4)) for _ in range(60))]


def test_no_plan_spends_more_than_its_budget(world: World, seed: int) -> None:
    bought = 0
    for budget in budgets(seed):
        for niche in NICHES:
            data = plan(world, budget, niche)
            json.dumps(data, allow_nan=False)
            costs = [number(pick, "estimated_cost") for pick in rows(data, "roster")]
            assert sum(costs) == data["spent"], (budget, niche)
            assert sum(costs) <= budget, (budget, niche)
            assert number(data, "remaining") >= 0
            parts = rows(data, "allocation")
            assert sum(number(part, "spent") for part in parts) == data["spent"]
            assert sum(number(part, "share") for part in parts) == pytest.approx(1)
            assert all(number(part, "carried_over") >= -0.01 for part in parts)
            bought += len(costs)
    assert bought > 100


def test_every_pick_is_explained_and_every_placeholder_named(world: World) -> None:
    data = plan(world, 20_000, "zzz", min_engagement_rate=0)
    picks = rows(data, "roster")
    assert picks
    for pick in picks:
        creator = cast("Record", pick["creator"])
        viewed = number(cast("Record", creator["metrics"]), "videos_viewed")
        reason = str(pick["reason"])
        assert f"{viewed:g} videos" in reason
        assert "engagement/par" in reason
    assumptions = cast("Record", data["assumptions"])
    assert "placeholders" in str(assumptions["note"])
    assert {"click_rate", "order_rate", "order_value"} <= assumptions.keys()
    assert any("estimates" in str(text) for text in cast("list[str]", data["warnings"]))


class Person:
    """A candidate as the raw rows have it."""

    def __init__(self, figures: Figures) -> None:
        followers = figures.creator.followers or 0
        self.figures = figures
        self.name = figures.creator.name
        self.cost = (figures.prices() or (0, 0, 0))[1]
        self.views = figures.views_at(50) or 0
        self.fit = round((figures.score or 0) * min((figures.weighted or 0) / figures.par, 1.5), 2)
        self.tier = "macro" if followers >= 500_000 else "mid" if followers >= 100_000 else "micro"


def candidates(seed: int, niche: str, least_rate: float) -> list[Person]:
    everybody = creators(seed, 150)
    peers = oracle.peers_of(everybody)
    found: list[Person] = []
    for creator in everybody:
        figures = Figures(creator, peers)
        uses = sum(niche in video.tags for video in creator.videos)
        enough = (creator.followers or 0) >= 10_000 and len(figures.rated) >= 5
        rated = figures.weighted is not None and figures.weighted >= least_rate
        if uses >= 2 and enough and rated and figures.score is not None and figures.prices():
            found.append(Person(figures))
    return found


def chosen(people: list[Person], budget: float) -> dict[str, list[Person]]:
    """The shares are 30/30/40 here; each class buys the best fits within half of what it has."""
    shares = {"macro": 0.3, "mid": 0.3, "micro": 0.4}
    result: dict[str, list[Person]] = {}
    left = 0.0
    for tier, share in shares.items():
        group = [person for person in people if person.tier == tier]
        assert group, "a class without candidates is another case"
        have = budget * share + left
        result[tier] = []
        spent = 0
        for person in sorted(group, key=lambda p: -p.fit):
            if person.cost <= min(have / 2, have - spent) and len(result[tier]) < 20:
                result[tier].append(person)
                spent += person.cost
        left = have - spent
    return result


@pytest.mark.parametrize("budget", [6_000, 20_000, 77_777])
def test_a_plan_computed_a_second_time(world: World, seed: int, budget: int) -> None:
    people = candidates(seed, "zzz", 2)
    data = plan(world, budget, "zzz", min_engagement_rate=2)
    assert data["candidates"] == len(people)
    wanted = chosen(people, budget)
    roster = [person for tier in ("macro", "mid", "micro") for person in wanted[tier]]
    names = [cast("Record", pick["creator"])["username"] for pick in rows(data, "roster")]
    assert names == [person.name for person in roster]
    spent, views = sum(p.cost for p in roster), sum(p.views for p in roster)
    done = sum(p.views * (p.figures.weighted or 0) / 100 for p in roster)
    totals, roi = cast("Record", data["totals"]), cast("Record", data["roi"])
    assert data["spent"] == spent
    assert cast("Record", totals["views"]) == {
        "p25": sum(p.figures.views_at(25) or 0 for p in roster),
        "median": views,
        "p75": sum(p.figures.views_at(75) or 0 for p in roster),
    }
    overlap = 0.9 if len(roster) > 1 else 1
    assert totals["reach"] == round(views * 0.85 * overlap)
    assert totals["engagements"] == round(done)
    assert totals["cpm"] == pytest.approx(round(1000 * spent / views, 2), rel=1e-9)
    assert totals["cpe"] == pytest.approx(round(spent / done, 4), rel=1e-9)
    emv = views * 6 / 1000 + sum(value_of(person) for person in roster)
    assert roi["emv"] == pytest.approx(round(emv, 2), rel=1e-9)
    assert roi["emv_roi"] == pytest.approx(round(emv / spent, 2), rel=1e-9)
    assert roi["clicks"] == round(views * 0.01)
    assert roi["orders"] == round(views * 0.01 * 0.02)
    assert roi["revenue"] == pytest.approx(round(views * 0.01 * 0.02 * 50, 2), rel=1e-9)
    assert roi["roas"] == pytest.approx(round(views * 0.01 * 0.02 * 50 / spent, 2), rel=1e-9)


def value_of(person: Person) -> float:
    """What the reactions to one post are worth, by the videos that the engagement rate is of."""
    rated = person.figures.rated
    worth = sum(
        0.01 * (video.likes or 0)
        + 0.1 * (video.comments or 0)
        + 0.1 * (video.shares or 0)
        + 0.05 * (video.saves or 0)
        for video in rated
    )
    return person.views * worth / sum(video.plays or 0 for video in rated)
