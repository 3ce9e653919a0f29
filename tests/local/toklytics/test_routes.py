"""Envelopes, paths and parameters, the same for all operations."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import Scope

from mcp_server.local.config import LocalConfig
from mcp_server.local.database import open_database
from mcp_server.local.ingest import Ingest
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.toklytics import error_response, routes
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.route import endpoint
from mcp_server.local.toklytics.wire import Answer
from mcp_server.local.world import World
from tests.local.toklytics.tiny import AS_OF, ROWS, Api, make_world, record

OPERATIONS = (
    "/creators/search",
    "/creators/ann.fit",
    "/creators/ann.fit/videos",
    "/creators/ann.fit/top-content",
    "/videos/search",
    "/videos/trending",
    "/videos/101",
    "/hashtags/search",
    "/hashtags/trending",
    "/hashtags/fyp",
    "/sounds/search",
    "/sounds/trending",
    "/sounds/7001",
    "/analytics/platform-stats",
    "/analytics/creator-comparison?usernames=ann.fit,cho",
    "/analytics/niche-report?niche=gym",
    "/analytics/campaign-planner?niche=gym&budget=9000",
)
PAGED = tuple(p for p in OPERATIONS if p.endswith(("/search", "/videos")))
LIMITED = (*PAGED, *(p for p in OPERATIONS if p.endswith("/trending")))


@pytest.mark.parametrize("path", OPERATIONS)
async def test_every_operation_answers_under_its_envelope(api: Api, path: str) -> None:
    answer = await api.get(path)
    assert answer.status == 200, answer.body
    assert set(answer.body) == {"data", "meta"} | ({"pagination"} if path in PAGED else set())
    assert answer.meta["source"] == "Tokmetrics local (sample, synthetic)"
    assert answer.meta["api_version"] == "v1"
    assert answer.meta["request_id"] == "req-1"
    assert answer.meta["metrics_version"] == METRICS_VERSION


def test_all_17_operations_have_a_route(tmp_path: Path) -> None:
    world = World(LocalConfig(data_dir=tmp_path, world="own"))
    assert len({route.path for route in routes(world)}) == len(OPERATIONS) == 17


async def test_an_answer_is_of_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    world = make_world(tmp_path, [record(row) for row in ROWS])

    def looking_twice(call: Call) -> Answer:
        looks: list[int] = []
        for _ in range(2):
            looks.append(call.data.execute("SELECT max(plays) FROM videos").fetchone()[0])
            with closing(open_database(world.folder, "data")) as other:
                other.execute("UPDATE videos SET plays = plays + 1")
        return Answer({"looks": looks})

    scope: Scope = {"type": "http", "path_params": {}, "query_string": b""}
    found: list[list[int]] = []
    for _ in range(2):
        response = await endpoint(world, looking_twice, lambda: "req-1")(Request(scope))
        found.append(json.loads(bytes(response.body))["data"]["looks"])
    first, second = found
    assert first[0] == first[1]
    assert second == [first[0] + 2] * 2
    world.close()


@pytest.mark.parametrize("name", ["search", "trending"])
async def test_reserved_words_are_never_taken_for_a_name(api: Api, name: str) -> None:
    ingest = Ingest(api.world.data(), api.world.state(), source="test")
    ingest.add([VideoRecord(name, CreatorRecord(name), hashtags=(name,), scraped_at=AS_OF)])
    ingest.finish()
    for area in ("videos", "hashtags", "sounds"):
        assert isinstance((await api.get(f"/{area}/{name}")).body["data"], list)
    assert isinstance((await api.get("/creators/search")).body["data"], list)


@pytest.mark.parametrize(
    "tag", ["a/b", "100%", "c++", "q?a", "x y"[0], "ダンス", "é", "a#b", "..", "%2F"]
)
async def test_a_path_value_may_hold_anything(api: Api, tag: str) -> None:
    ingest = Ingest(api.world.data(), api.world.state(), source="test")
    ingest.add([VideoRecord("1", CreatorRecord("eve"), hashtags=(tag,), scraped_at=AS_OF)])
    ingest.finish()
    encoded = "".join(f"%{byte:02X}" for byte in tag.encode())
    answer = await api.get(f"/hashtags/{encoded}")
    assert answer.status == 200, answer.body
    assert answer.data["name"] == tag.lower()


async def test_an_encoded_slash_does_not_lead_to_another_operation(api: Api) -> None:
    answer = await api.get("/creators/ann.fit%2Fvideos")
    assert (answer.status, answer.code) == (404, "CREATOR_NOT_FOUND")


@pytest.mark.parametrize("path", ["/creators/", "/videos", "/hashtags/a/b", "/creators//videos"])
async def test_a_path_of_another_form_is_no_route(api: Api, path: str) -> None:
    response = await api.client.get(f"/api/v1{path}")
    assert response.status_code == 404


async def test_only_get_is_answered(api: Api) -> None:
    assert (await api.client.post("/api/v1/videos/search")).status_code == 405
    assert (await api.client.head("/api/v1/videos/search")).status_code == 200


def test_a_server_without_the_raw_path_is_served_too(tmp_path: Path) -> None:
    world = World(LocalConfig(data_dir=tmp_path, world="own"))
    scope = {"type": "http", "method": "GET", "path": "/creators/ann", "root_path": ""}
    found = [route.path for route in routes(world) if route.matches(scope)[0] == Match.FULL]
    assert found == ["/creators/{username}"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=9" + "9" * 15, "limit=\uff11"],
)
@pytest.mark.parametrize("path", LIMITED)
async def test_a_limit_is_a_whole_number_above_zero(api: Api, path: str, query: str) -> None:
    answer = await api.get(f"{path}?{query}")
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=two", "page=9" + "9" * 15])
@pytest.mark.parametrize("path", PAGED)
async def test_a_page_is_a_whole_number_above_zero(api: Api, path: str, query: str) -> None:
    answer = await api.get(f"{path}?{query}")
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize("path", PAGED)
async def test_a_limit_above_50_counts_as_50(api: Api, path: str) -> None:
    answer = await api.get(f"{path}?limit=1000")
    assert answer.pagination["limit"] == 50


@pytest.mark.parametrize("path", PAGED)
async def test_the_last_page_that_can_be_asked_for_is_empty(api: Api, path: str) -> None:
    answer = await api.get(f"{path}?page=999999999999999")
    assert (answer.status, answer.rows) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        "/creators/search?sort=views",
        "/creators/search?order=up",
        "/creators/search?verified=maybe",
        "/creators/search?min_followers=-1",
        "/creators/search?min_followers=9&max_followers=8",
        "/creators/ann.fit/videos?sort=saves",
        "/creators/ann.fit/videos?min_views=many",
        "/videos/search?sort=comments",
        "/videos/search?duration=tiny",
        "/videos/search?content_type=carousel",
        "/videos/search?min_views=1e3",
        "/videos/trending?period=1y",
        "/hashtags/search?sort=name",
        "/sounds/search?sort=plays",
        "/videos/search?q=" + "a" * 1001,
    ],
)
async def test_a_value_that_does_not_exist_is_refused_with_what_does(api: Api, query: str) -> None:
    answer = await api.get(query)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER")
    assert set(answer.body) == {"error", "meta"}
    assert answer.body["error"] == {
        "code": "INVALID_PARAMETER",
        "message": answer.body["error"]["message"],  # type: ignore[index, call-overload]  # JSON
        "docs": "https://toklytics.app/docs/api",
    }
    assert answer.meta["request_id"] == "req-1"


async def test_unknown_parameters_are_ignored(api: Api) -> None:
    assert (await api.get("/videos/search", grade="A+")).status == 200


def test_the_app_around_can_answer_in_the_same_shape(tmp_path: Path) -> None:
    world = World(LocalConfig(data_dir=tmp_path, world="own"))
    response = error_response(world, 429, "RATE_LIMITED", "Later.", request_id="r")
    body = json.loads(bytes(response.body))
    assert response.status_code == 429
    assert body["error"]["code"] == "RATE_LIMITED"
    assert body["meta"]["source"] == "Tokmetrics local (own data)"
