from pathlib import Path

import httpx2

from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.sample import generate

BORN = 1_772_323_200  # 2026-03-01
LATER = BORN + 20 * 86_400


async def test_a_refresh_weeks_later_does_not_empty_the_sample_worlds_trends(
    tmp_path: Path,
) -> None:
    moment = LATER
    config = LocalConfig(tmp_path, "sample", clock=lambda: moment, refresh_seconds=0)
    world = LocalWorld(config)
    generate(world, creators=40, videos=800, seed=5, as_of=BORN)
    transport = httpx2.ASGITransport(app=create_app(config, world=world))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://localhost", headers={"X-API-Key": "k"}
    ) as client:
        before = (await client.get("/api/v1/videos/trending")).json()
        for account in (await client.get("/api/ext/accounts")).json()["data"]:
            await client.post(f"/api/ext/accounts/{account['id']}/analytics/refresh", json={})
        moment += 60
        after = (await client.get("/api/v1/videos/trending")).json()
    world.close()
    assert len(before["data"]) == 20
    assert len(after["data"]) == 20
    assert after["meta"]["as_of"] == "2026-03-01T00:00:00Z"
    assert min(row["posted_at"] for row in after["data"]) >= "2026-02-22T00:00:00Z"
