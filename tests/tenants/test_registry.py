"""How many tenants are at work, and when one is closed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp.shared.exceptions import MCPError

from tests.tenants.site import ACME, Site, site, stand_still

ANALYTICS = {"account_id": "acc_1"}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, allow_key_headers=True, sleep=stand_still) as served:
        served.application.tenants.most_passing = 2
        yield served


def passing(place: Site) -> int:
    """Tenants at work that no configuration names."""
    tenants = place.application.tenants.all_at_work()
    return len([tenant for tenant in tenants if not tenant.owner.is_lasting])


async def call(place: Site, key: str, tool: str = "getAccountAnalytics") -> bool:
    async with place.client(ACME, headers={"X-TokPortal-Key": key}) as client:
        result = await client.call_tool(tool, ANALYTICS)
    return not result.is_error


async def test_the_tenant_that_was_idle_longest_makes_room(place: Site) -> None:
    for key in ("sk_acme", "sk_globex", "sk_acme", "sk_own"):
        assert await call(place, key)
    assert passing(place) == 2
    owners = [tenant.owner for tenant in place.application.tenants.all_at_work()]
    keys = [owner.tokportal_api_key for owner in owners if not owner.is_lasting]
    assert {key.get_secret_value() for key in keys if key} == {"sk_acme", "sk_own"}


async def test_a_tenant_with_a_running_refresh_is_not_closed(place: Site) -> None:
    place.upstream.is_pending = True
    for key in ("sk_acme", "sk_globex"):
        assert await call(place, key, "refreshAccountAnalytics")
    with pytest.raises((MCPError, ExceptionGroup)):
        await call(place, "sk_own")
    assert passing(place) == 2
    assert place.upstream.posts == ["sk_acme", "sk_globex"]


async def test_a_tenant_with_an_open_session_is_not_closed(place: Site) -> None:
    async with (
        place.client(ACME, "legacy", headers={"X-TokPortal-Key": "sk_acme"}) as one,
        place.client(ACME, "legacy", headers={"X-TokPortal-Key": "sk_globex"}) as other,
    ):
        with pytest.raises((MCPError, ExceptionGroup)):
            await call(place, "sk_own")
        for client in (one, other):
            assert not (await client.call_tool("getAccountAnalytics", ANALYTICS)).is_error
    assert await call(place, "sk_own")


async def test_configured_tenants_are_at_work_before_anybody_calls(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        names = {tenant.owner.name for tenant in served.application.tenants.all_at_work()}
    assert names == {"default", "acme", "globex", "twin"}


async def test_outside_of_a_message_nobodys_data_is_anybodys(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        with pytest.raises(LookupError):
            served.application.tenants.deps()
