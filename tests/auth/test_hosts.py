"""By which names a server may be reached, and from which pages."""

from pathlib import Path

import httpx2
import pytest

from mcp_server.auth.hosts import security
from mcp_server.errors import SettingsError
from mcp_server.settings import load
from tests.tenants.site import ACME, HELLO, site


def test_on_loopback_only_names_of_this_machine_are_known() -> None:
    found = security(load(), "127.0.0.1")
    assert found.enable_dns_rebinding_protection
    names = {"127.0.0.1", "localhost", "[::1]"}
    assert set(found.allowed_hosts) == names | {f"{name}:*" for name in names}
    assert all(origin.startswith("http://") for origin in found.allowed_origins)


def test_the_public_address_is_known_with_and_without_its_usual_port() -> None:
    found = security(load(public_url="https://mcp.example.com"), "0.0.0.0")  # noqa: S104 - not bound
    assert set(found.allowed_hosts) == {"mcp.example.com", "mcp.example.com:443"}
    assert found.allowed_origins == ["https://mcp.example.com"]
    ported = security(load(public_url="https://mcp.example.com:8443/base"), "10.0.0.1")
    assert ported.allowed_hosts == ["mcp.example.com:8443"]


def test_further_names_and_pages_are_those_of_the_settings() -> None:
    found = security(
        load(allowed_hosts="a.example, b.example:*", allowed_origins="https://app.example"),
        "10.0.0.1",
    )
    assert found.allowed_hosts == ["a.example", "b.example:*"]
    assert found.allowed_origins == ["https://app.example"]


def test_another_address_without_any_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="TOKMETRICS_PUBLIC_URL"):
        security(load(), "10.0.0.1")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "mcp.example.com"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://app.example"}, 200),
        ({"origin": "null"}, 403),
    ],
)
async def test_a_request_by_another_name_or_from_another_page_is_refused(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async with (
        site(
            tmp_path, public_url="https://mcp.example.com", allowed_origins="https://app.example"
        ) as place,
        httpx2.AsyncClient() as http,
    ):
        answer = await http.post(
            place.address,
            json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
            headers={
                "accept": "application/json, text/event-stream",
                "authorization": f"Bearer {ACME}",
                **headers,
            },
        )
    assert answer.status_code == status
