"""Numbers that no quota and no cooldown can have, in answers that are fine otherwise."""

from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from tests.faults.judging import answer_of
from tests.faults.upstream import connected

HUGE = 10**400


@pytest.mark.parametrize(
    "figures",
    [
        {"can_refresh": False, "hours_remaining": HUGE},
        {"can_refresh": False, "next_refresh_at": "9999-12-31T23:59:59Z"},
        {"can_refresh": False, "monthly_quota": {"limit": HUGE, "used": 1}},
        {"can_refresh": False, "monthly_quota": {"limit": 5, "used": -HUGE}},
    ],
)
async def test_impossible_numbers_are_no_reason_to_fail_or_to_refresh(
    tmp_path: Path, figures: dict[str, JsonValue]
) -> None:
    sent: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.method)
        if request.url.path.endswith("can-refresh"):
            return httpx2.Response(200, json={"data": {"account_id": "a", **figures}})
        return httpx2.Response(200, json={"data": {"account_id": "a", "followers_count": 1}})

    async with connected(tmp_path, respond) as client:
        for tool, arguments in (
            ("canRefreshAccountAnalytics", {"account_id": "a"}),
            ("refreshAccountAnalytics", {"account_id": "a"}),
        ):
            answer_of(tool, await client.call_tool(tool, arguments))
    assert "POST" not in sent
