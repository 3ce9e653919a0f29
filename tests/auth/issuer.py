"""An OAuth issuer on a port of this machine: metadata, keys of two kinds, tokens. All synthetic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import cast

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.types import Receive, Scope, Send

Json = dict[str, object]


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key pair, the same for the same name in one run."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The same on a curve."""
    del name
    return ec.generate_private_key(ec.SECP256R1())


def rsa_row(name: str, **more: str) -> Json:
    """What the issuer publishes of a key."""
    row = cast("Json", json.loads(RSAAlgorithm.to_jwk(rsa_key(name).public_key())))
    return {**row, "kid": name, "use": "sig", **more}


def ec_row(name: str, **more: str) -> Json:
    """The same on a curve."""
    row = cast("Json", json.loads(ECAlgorithm.to_jwk(ec_key(name).public_key())))
    return {**row, "kid": name, "use": "sig", **more}


@dataclass
class Issuer:
    """An ASGI app; give its address to it once it is served."""

    address: str = "http://127.0.0.1:1"
    rows: list[Json] = field(default_factory=lambda: [rsa_row("r1"), ec_row("e1")])
    asked: list[str] = field(default_factory=list[str])
    is_broken: bool = False
    said_issuer: str | None = None
    jwks_uri: object = None
    body: bytes | None = None
    """In place of the keys."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            return
        del receive
        path = str(scope["path"])
        self.asked.append(path)
        found: Mapping[str, object] | None = None
        if path == "/jwks":
            found = {"keys": self.rows}
        elif path == "/.well-known/openid-configuration":
            found = {
                "issuer": self.said_issuer or self.address,
                "jwks_uri": self.jwks_uri or f"{self.address}/jwks",
            }
        status = 503 if self.is_broken else 404 if found is None else 200
        body = (
            self.body if self.body is not None and path == "/jwks" else json.dumps(found).encode()
        )
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def token(
        self, claims: Mapping[str, object], *, kid: str = "r1", algorithm: str | None = None
    ) -> str:
        """A signed token; a claim of None is left out."""
        on_curve = kid.startswith("e")
        usual: Json = {
            "iss": self.address,
            "aud": "http://127.0.0.1/mcp",
            "sub": "lena",
            "client_id": "desk",
            "scope": "read refresh",
            "exp": 4_000_000_000,
        }
        body = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(
            body,
            ec_key(kid) if on_curve else rsa_key(kid),
            algorithm=algorithm or ("ES256" if on_curve else "RS256"),
            headers={"kid": kid},
        )
