"""Which tokens of an issuer let somebody in."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx2
import jwt
import pytest

from mcp_server.auth.identity import Limits
from mcp_server.auth.jwt_tokens import JwtTokens, Rules, scope_names
from mcp_server.auth.keys import IssuerKeys, metadata_urls
from mcp_server.auth.refusal import RefusedError
from tests.auth.issuer import Issuer, ec_row, rsa_key, rsa_row

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "http://127.0.0.1:1"
AUDIENCE = "http://127.0.0.1/mcp"
RULES = Rules(
    issuer=ISSUER,
    audiences=(AUDIENCE,),
    algorithms=("RS256", "ES256"),
    leeway_seconds=30,
    scopes=scope_names("read", "refresh"),
    tenant_claim=None,
    tenants=frozenset({"default", "acme"}),
    limits=Limits(),
)


@dataclass
class Desk:
    """Checks tokens, with a clock that stands until it is moved."""

    issuer: Issuer = field(default_factory=Issuer)
    seconds: float = 0.0
    jwks_url: str | None = None
    rules: Rules = RULES

    def __post_init__(self) -> None:
        keys = IssuerKeys(
            ISSUER,
            jwks_url=self.jwks_url,
            monotonic=lambda: self.seconds,
            network=httpx2.ASGITransport(app=self.issuer),
        )
        self.tokens = JwtTokens(self.rules, keys, lambda: NOW)

    async def refusal(self, token: str) -> int:
        with pytest.raises(RefusedError) as caught:
            await self.tokens.identify(token)
        assert token not in str(caught.value)
        return caught.value.refusal.status


@pytest.mark.parametrize("kid", ["r1", "e1"])
async def test_a_token_signed_with_a_published_key_lets_its_subject_in(kid: str) -> None:
    desk = Desk()
    identity = await desk.tokens.identify(desk.issuer.token({}, kid=kid))
    assert (identity.name, identity.key) == ("lena", (ISSUER, "lena"))
    assert identity.scopes == {"read", "refresh"}
    assert (identity.client, identity.issuer, identity.tenant) == ("desk", ISSUER, "default")
    assert identity.expires_at == datetime.fromtimestamp(4_000_000_000, UTC)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:2"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "http://127.0.0.1/other"},
        {"aud": ["http://127.0.0.1/other"]},
        {"aud": None},
        {"exp": None},
        {"exp": "4000000000"},
        {"exp": True},
        {"exp": SECONDS - 30},
        {"exp": float("nan")},
        {"nbf": SECONDS + 31},
        {"nbf": "soon"},
        {"sub": None, "client_id": None},
    ],
)
async def test_a_token_that_is_not_for_here_and_now_is_refused(
    claims: Mapping[str, object],
) -> None:
    desk = Desk()
    assert await desk.refusal(desk.issuer.token(claims)) == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECONDS - 29},
        {"nbf": SECONDS + 29},
        {"aud": ["http://127.0.0.1/other", AUDIENCE]},
        {"exp": 10**400},
        {"exp": SECONDS + 60.5},
        {"sub": None},
    ],
)
async def test_a_token_within_the_leeway_or_for_several_is_accepted(
    claims: Mapping[str, object],
) -> None:
    desk = Desk()
    assert (await desk.tokens.identify(desk.issuer.token(claims))).issuer == ISSUER


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "openid read"}, {"read"}),
        ({"scope": None, "scp": ["refresh", 7, "read"]}, {"read", "refresh"}),
        ({"scope": None, "scp": "read"}, {"read"}),
        ({"scope": None}, set[str]()),
        ({"scope": 7}, set[str]()),
        ({"scope": "READ readable"}, set[str]()),
    ],
)
async def test_scopes_are_those_that_the_issuer_names(
    claims: Mapping[str, object], scopes: set[str]
) -> None:
    desk = Desk()
    assert (await desk.tokens.identify(desk.issuer.token(claims))).scopes == scopes


def _unsigned(header: Mapping[str, object], signature: bytes = b"") -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "lena", "exp": 4_000_000_000}
    parts = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature)
    )


async def test_no_signature_is_no_signature() -> None:
    desk = Desk()
    assert await desk.refusal(_unsigned({"alg": "none", "kid": "r1"}, b"x")) == 401
    assert await desk.refusal(_unsigned({"kid": "r1"}, b"x")) == 401
    assert await desk.refusal("a.b.c") == 401


async def test_a_public_key_is_no_shared_secret() -> None:
    desk = Desk()
    head, claims, _ = _unsigned({"alg": "HS256", "kid": "r1"}, b"x").split(".")
    public = json.dumps(rsa_row("r1")).encode()
    made = hmac.new(public, f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert await desk.refusal(_unsigned({"alg": "HS256", "kid": "r1"}, made)) == 401


async def test_the_algorithm_has_to_be_the_keys_own_and_an_allowed_one() -> None:
    bound = Desk(Issuer(rows=[rsa_row("r1", alg="RS384")]))
    assert await bound.refusal(bound.issuer.token({})) == 401
    other = Desk()
    assert await other.refusal(other.issuer.token({}, algorithm="PS256")) == 401
    swapped = Desk(Issuer(rows=[{**ec_row("e1"), "kid": "r1"}]))
    assert await swapped.refusal(swapped.issuer.token({}, kid="r1")) == 401


async def test_a_token_of_another_key_with_a_known_name_is_refused() -> None:
    desk = Desk()
    forged = jwt.encode(
        {"iss": ISSUER, "aud": AUDIENCE, "sub": "lena", "exp": 4_000_000_000},
        rsa_key("stranger"),
        algorithm="RS256",
        headers={"kid": "r1"},
    )
    assert await desk.refusal(forged) == 401


async def test_a_new_key_is_found_but_unknown_names_ask_only_now_and_then() -> None:
    desk = Desk()
    await desk.tokens.identify(desk.issuer.token({}))
    desk.issuer.rows = [rsa_row("r2")]
    asked = len(desk.issuer.asked)
    # Just asked: a stream of made-up names must not become a stream of requests.
    assert await desk.refusal(desk.issuer.token({}, kid="r2")) == 401
    assert len(desk.issuer.asked) == asked
    desk.seconds = 11
    assert (await desk.tokens.identify(desk.issuer.token({}, kid="r2"))).name == "lena"
    assert await desk.refusal(desk.issuer.token({}, kid="r1")) == 401


async def test_a_key_that_was_withdrawn_counts_for_five_minutes_at_most() -> None:
    desk = Desk()
    await desk.tokens.identify(desk.issuer.token({}))
    desk.issuer.rows = [rsa_row("r2")]
    desk.seconds = 301
    assert await desk.refusal(desk.issuer.token({})) == 401


async def test_an_issuer_that_never_answered_lets_nobody_in_and_nobody_is_called_wrong() -> None:
    desk = Desk(Issuer(is_broken=True))
    assert await desk.refusal(desk.issuer.token({})) == 503
    asked = len(desk.issuer.asked)
    assert await desk.refusal(desk.issuer.token({})) == 503
    assert len(desk.issuer.asked) == asked
    desk.issuer.is_broken = False
    desk.seconds = 11
    assert (await desk.tokens.identify(desk.issuer.token({}))).name == "lena"


async def test_known_keys_outlast_an_issuers_absence_by_an_hour_and_no_more() -> None:
    desk = Desk()
    await desk.tokens.identify(desk.issuer.token({}))
    desk.issuer.is_broken = True
    desk.seconds = 3599
    assert (await desk.tokens.identify(desk.issuer.token({}))).name == "lena"
    # Whether the key is a new one cannot be told now.
    assert await desk.refusal(desk.issuer.token({}, kid="r9")) == 503
    desk.seconds = 3620
    assert await desk.refusal(desk.issuer.token({})) == 503


@pytest.mark.parametrize(
    "issuer",
    [
        Issuer(said_issuer="http://127.0.0.1:2"),
        Issuer(jwks_uri="http://elsewhere.example/jwks"),
        Issuer(jwks_uri=7),
        Issuer(body=b"[]"),
        Issuer(body=b"{"),
        Issuer(body=b'{"keys": 1}'),
        Issuer(body=b" " * 300_000),
    ],
    ids=["issuer", "plain http", "no text", "list", "no json", "no keys", "large"],
)
async def test_what_an_issuer_publishes_has_to_be_its_own_and_readable(issuer: Issuer) -> None:
    desk = Desk(issuer)
    assert await desk.refusal(issuer.token({})) == 503


async def test_odd_keys_do_not_hide_the_good_ones() -> None:
    rows: list[dict[str, object]] = [
        {"kid": "x", "kty": "new"},
        {"kid": "y"},
        {"kty": "RSA"},
        {"kid": "s", "kty": "oct", "k": "c2VjcmV0"},
        {**rsa_row("enc"), "use": "enc"},
        rsa_row("r1"),
    ]
    desk = Desk(Issuer(rows=rows))
    assert (await desk.tokens.identify(desk.issuer.token({}))).name == "lena"
    desk.seconds = 11
    assert await desk.refusal(desk.issuer.token({}, kid="enc")) == 401


async def test_a_configured_address_of_keys_needs_no_metadata() -> None:
    desk = Desk(jwks_url=f"{ISSUER}/jwks")
    await desk.tokens.identify(desk.issuer.token({}))
    assert desk.issuer.asked == ["/jwks"]


def test_metadata_is_looked_for_where_the_standards_put_it() -> None:
    assert metadata_urls("https://id.example/team/") == [
        "https://id.example/.well-known/oauth-authorization-server/team",
        "https://id.example/.well-known/openid-configuration/team",
        "https://id.example/team/.well-known/openid-configuration",
    ]


@pytest.mark.parametrize(
    ("claim", "tenant"), [("acme", "acme"), ("default", None), ("other", None), (7, None)]
)
async def test_the_tenant_is_a_configured_one_or_nobodys(claim: object, tenant: str | None) -> None:
    desk = Desk(rules=replace(RULES, tenant_claim="org"))
    token = desk.issuer.token({"org": claim})
    if tenant is None:
        assert await desk.refusal(token) == 403
    else:
        assert (await desk.tokens.identify(token)).tenant == tenant


async def test_a_token_without_the_claim_has_no_tenant() -> None:
    desk = Desk(rules=replace(RULES, tenant_claim="org"))
    assert await desk.refusal(desk.issuer.token({})) == 403


def test_only_three_parts_may_be_a_signed_token() -> None:
    tokens = Desk().tokens
    assert tokens.may_be("aA0-_.b.c")
    assert not any(tokens.may_be(text) for text in ("a.b", "a.b.c.d", "a.b.c\n", "ä.b.c", ""))
