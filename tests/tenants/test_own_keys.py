"""Callers that bring API keys of their own, where the operator lets them."""

from pathlib import Path

import httpx2
import pytest
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError

from tests.tenants.customers import Customers
from tests.tenants.site import ACME, GLOBEX, HELLO, OWN, Site, site

ANALYTICS = {"account_id": "acc_1"}
modes = pytest.mark.parametrize("mode", ["legacy", "auto"])


def keys_sent(upstream: Customers, host: str) -> set[str | None]:
    """The keys that one API was shown."""
    return {
        request.headers.get("x-api-key" if host == "tokportal" else "x-toklytics-key")
        for request in upstream.requests
        if host in request.url.host
    }


async def answered(place: Site, token: str | None, mode: ConnectMode, **headers: str) -> str:
    """What is read of the account and of the market, all of it."""
    async with place.client(token, mode, headers=named(headers)) as client:
        own = await client.call_tool("getAccountAnalytics", ANALYTICS)
        market = await client.call_tool("searchTikTokCreators", {"q": "fit"})
        stored = await client.call_tool("getAccountAnalyticsHistory", ANALYTICS)
    return f"{own.content}{market.content}{stored.content}"


@modes
async def test_keys_of_a_caller_are_refused_where_they_are_not_taken(
    tmp_path: Path, mode: ConnectMode
) -> None:
    async with site(tmp_path) as place:
        with pytest.raises((MCPError, ExceptionGroup)) as caught:
            await answered(place, ACME, mode, X_TokPortal_Key="sk_globex")
        raw = await place.post("initialize", HELLO, ACME, X_TokPortal_Key="sk_globex")
        assert "takes no API keys: leave out X-TokPortal-Key" in raw.text
        assert "sk_globex" not in f"{raw.text}{caught.value}"
        assert not place.upstream.requests


@modes
async def test_a_callers_keys_are_used_in_place_of_all_configured_ones(
    tmp_path: Path, mode: ConnectMode
) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        answer = await answered(
            place, OWN, mode, X_TokPortal_Key="sk_globex", X_Toklytics_Key="tk_globex"
        )
        assert "ostrich" in answer
        assert "badger" not in answer
        assert keys_sent(place.upstream, "tokportal") == {"sk_globex"}
        assert keys_sent(place.upstream, "toklytics") == {"tk_globex"}


async def test_one_key_alone_does_not_borrow_the_operators_other_one(tmp_path: Path) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        await answered(place, OWN, "auto", X_TokPortal_Key="sk_globex")
        assert keys_sent(place.upstream, "toklytics") == {None}
        place.upstream.requests.clear()
        answer = await answered(place, OWN, "auto", X_Toklytics_Key="tk_globex")
        assert "CONFIGURATION_MISSING_KEY" in answer
        assert keys_sent(place.upstream, "tokportal") == set()


async def test_without_keys_of_its_own_a_caller_has_its_tenants(tmp_path: Path) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        assert "walrus" in await answered(place, ACME, "auto")


async def test_the_same_keys_of_two_callers_share_nothing(tmp_path: Path) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        await answered(place, ACME, "auto", X_TokPortal_Key="sk_own")
        async with place.client(GLOBEX, headers=named({"X_TokPortal_Key": "sk_own"})) as client:
            stored = await client.call_tool("getAccountAnalyticsHistory", ANALYTICS)
        assert stored.is_error
        async with place.client(ACME, headers=named({"X_TokPortal_Key": "sk_own"})) as client:
            stored = await client.call_tool("getAccountAnalyticsHistory", ANALYTICS)
        assert not stored.is_error


async def test_a_session_stays_with_the_keys_that_opened_it(tmp_path: Path) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        opened = await place.post("initialize", HELLO, ACME, X_TokPortal_Key="sk_own")
        session = {"mcp_session_id": opened.headers["mcp-session-id"]}
        same = await place.post("tools/list", {}, ACME, X_TokPortal_Key="sk_own", **session)
        assert "getAccountAnalytics" in same.text
        for headers in ({}, {"X_TokPortal_Key": "sk_globex"}):
            other = await place.post("tools/list", {}, ACME, **session, **headers)
            assert "opened with other credentials" in other.text


@pytest.mark.parametrize("value", ["two words", "n\u00f6", ""], ids=["blank", "letter", "empty"])
async def test_what_can_be_no_key_is_refused_without_being_repeated(
    tmp_path: Path, value: str
) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        async with httpx2.AsyncClient() as http:
            answer = await http.post(
                place.address,
                json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
                headers=[
                    (b"accept", b"application/json, text/event-stream"),
                    (b"authorization", f"Bearer {ACME}".encode()),
                    (b"x-tokportal-key", value.encode("latin-1")),
                ],
            )
        assert "X-TokPortal-Key cannot be used" in answer.text
        assert not value or value not in answer.text


async def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path, allow_key_headers=True) as place:
        async with httpx2.AsyncClient() as http:
            answer = await http.post(
                place.address,
                json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
                headers=[
                    ("accept", "application/json, text/event-stream"),
                    ("authorization", f"Bearer {ACME}"),
                    ("x-tokportal-key", "sk_own"),
                    ("x-tokportal-key", "sk_globex"),
                ],
            )
        assert "X-TokPortal-Key is given twice" in answer.text


async def test_no_key_of_a_caller_is_logged_or_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with site(tmp_path, allow_key_headers=True) as place:
        await answered(place, OWN, "auto", X_TokPortal_Key="sk_globex")
    libraries = ("httpcore", "httpx", "asyncio")
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(libraries)]
    assert ours
    assert not [line for line in ours if "sk_globex" in line]
    stored = b"".join(path.read_bytes() for path in stored_in(tmp_path))
    assert b"sk_globex" not in stored


async def test_without_any_log_in_a_key_is_enough_where_it_is_taken(tmp_path: Path) -> None:
    async with site(tmp_path, file=None, allow_key_headers=True, requests_per_minute=1) as place:
        assert "ostrich" in await answered(place, None, "auto", X_TokPortal_Key="sk_globex")
        assert "badger" in await answered(place, None, "auto")


def named(headers: dict[str, str]) -> dict[str, str]:
    """The headers with `-` in their names."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def stored_in(folder: Path) -> list[Path]:
    return [*folder.glob("store.db*")]
