"""A server whose callers bring tokens of an issuer, both real and on this machine."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from tests.auth.issuer import Issuer, ec_row
from tests.tenants.site import ACME, HELLO, READER, Site, site
from tests.transports.served import running

PUBLIC = "https://mcp.example.com"
CLAIM = "org"


@dataclass
class Desk:
    """The server and its issuer."""

    place: Site
    issuer: Issuer
    seconds: list[float]

    def token(self, *, kid: str = "r1", **claims: object) -> str:
        return self.issuer.token({"aud": f"{PUBLIC}/mcp", CLAIM: "acme", **claims}, kid=kid)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    issuer, seconds = Issuer(), [0.0]
    async with running(issuer) as address:
        issuer.address = address
        async with site(
            tmp_path,
            oauth_issuer=address,
            oauth_tenant_claim=CLAIM,
            public_url=PUBLIC,
            monotonic=lambda: seconds[0],
        ) as place:
            yield Desk(place, issuer, seconds)


async def test_the_metadata_names_the_resource_the_issuer_and_the_rights(desk: Desk) -> None:
    base = desk.place.address.removesuffix("/mcp")
    async with httpx2.AsyncClient() as http:
        found = await http.get(f"{base}/.well-known/oauth-protected-resource/mcp")
    assert found.status_code == 200
    document = found.json()
    assert document["resource"] == f"{PUBLIC}/mcp"
    assert [url.rstrip("/") for url in document["authorization_servers"]] == [desk.issuer.address]
    assert document["scopes_supported"] == ["read", "refresh"]
    assert document["bearer_methods_supported"] == ["header"]


async def test_who_comes_without_a_token_learns_where_to_get_one(desk: Desk) -> None:
    answer = await desk.place.post("initialize", HELLO)
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    metadata = f"{PUBLIC}/.well-known/oauth-protected-resource/mcp"
    assert challenge == f'Bearer scope="read", resource_metadata="{metadata}"'


@pytest.mark.parametrize("kid", ["r1", "e1"])
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_token_lets_its_tenant_in_and_no_other(desk: Desk, kid: str, mode: str) -> None:
    era = "legacy" if mode == "legacy" else "auto"
    async with desk.place.client(desk.token(kid=kid), era) as client:
        answer = await client.call_tool("listAccounts", {})
    assert "walrus" in str(answer.content)
    async with desk.place.client(desk.token(kid=kid, org="globex"), era) as client:
        answer = await client.call_tool("listAccounts", {})
    assert "ostrich" in str(answer.content)
    keys = {request.headers["x-api-key"] for request in desk.place.upstream.requests}
    assert keys == {"sk_acme", "sk_globex"}
    for request in desk.place.upstream.requests:
        assert "authorization" not in request.headers


@pytest.mark.parametrize("org", ["default", "unknown", None])
async def test_a_token_of_no_tenant_is_forbidden(desk: Desk, org: str | None) -> None:
    answer = await desk.place.post("initialize", HELLO, desk.token(org=org))
    assert answer.status_code == 403


async def test_a_token_for_another_server_is_refused(desk: Desk) -> None:
    token = desk.token(aud="https://other.example.com/mcp")
    answer = await desk.place.post("initialize", HELLO, token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_reading_is_not_refreshing_and_nothing_is_not_reading(desk: Desk) -> None:
    reader = desk.token(scope="read")
    opened = await desk.place.post("initialize", HELLO, reader)
    spend: JsonValue = {"name": "refreshAccountAnalytics", "arguments": {"account_id": "acc_1"}}
    answer = await desk.place.post(
        "tools/call", spend, reader, mcp_session_id=opened.headers["mcp-session-id"]
    )
    assert answer.status_code == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="read refresh"' in challenge
    assert "resource_metadata=" in challenge
    for scope in ("refresh", "openid", None):
        nothing = await desk.place.post("initialize", HELLO, desk.token(scope=scope))
        assert nothing.status_code == 403
        assert 'scope="read"' in nothing.headers["www-authenticate"]
    assert desk.place.upstream.posts == []


async def test_an_issuer_that_is_away_lets_nobody_in(desk: Desk) -> None:
    desk.issuer.is_broken = True
    answer = await desk.place.post("initialize", HELLO, desk.token())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    # Who has a token of the operator's own needs no issuer.
    assert (await desk.place.post("initialize", HELLO, ACME)).status_code == 200


async def test_a_new_key_of_the_issuer_is_found_while_serving(desk: Desk) -> None:
    assert (await desk.place.post("initialize", HELLO, desk.token())).status_code == 200
    desk.issuer.rows = [ec_row("e2")]
    desk.seconds[0] = 11
    answer = await desk.place.post("initialize", HELLO, desk.token(kid="e2"))
    assert answer.status_code == 200


async def test_a_session_is_its_subjects_whatever_token_comes_next(desk: Desk) -> None:
    opened = await desk.place.post("initialize", HELLO, desk.token())
    session = {"mcp_session_id": opened.headers["mcp-session-id"]}
    renewed = await desk.place.post("tools/list", {}, desk.token(exp=4_000_000_001), **session)
    assert renewed.status_code == 200
    for token in (desk.token(sub="marco"), desk.token(client_id="other"), READER):
        assert (await desk.place.post("tools/list", {}, token, **session)).status_code == 404
    moved = await desk.place.post("tools/list", {}, desk.token(org="globex"), **session)
    assert "opened with other credentials" in moved.text


async def test_names_of_rights_are_the_issuers(tmp_path: Path) -> None:
    issuer = Issuer()
    async with (
        running(issuer) as address,
        site(
            tmp_path,
            file=None,
            oauth_issuer=address,
            oauth_audience="api://tokmetrics",
            oauth_read_scope="tok.read",
            oauth_refresh_scope="tok.spend",
        ) as place,
    ):
        issuer.address = address
        claims = {"aud": "api://tokmetrics", "scope": "tok.read"}
        answer = await place.post("initialize", HELLO, issuer.token(claims))
        assert answer.status_code == 200
        answer = await place.post("initialize", HELLO, issuer.token({**claims, "scope": "read"}))
        assert answer.status_code == 403
        assert 'scope="tok.read"' in answer.headers["www-authenticate"]
