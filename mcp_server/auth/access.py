"""Puts together who may call one server, from its settings and its auth file."""

import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx2
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from pydantic import AnyHttpUrl
from starlette.applications import Starlette

from mcp_server.auth import file as auth_file
from mcp_server.auth.authority import Authority, Issued
from mcp_server.auth.file import AuthFile
from mcp_server.auth.gate import Doors, Gate
from mcp_server.auth.identity import READ, REFRESH, Limits, identity_of
from mcp_server.auth.owners import Owners
from mcp_server.auth.token_list import TokenList
from mcp_server.auth.tokens import Entry
from mcp_server.boundary.offer import Asking
from mcp_server.errors import SettingsError
from mcp_server.exposure import Choice
from mcp_server.settings import Settings, environment_name
from mcp_server.tenants.owner import Owner


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call, and whose data they see.

    Attributes:
        settings: The server's.
        entries: The operator's own tokens, as they are now.
        owners: Whose data a request is about.
        now: The clock.
        spending: Names of the tools that spend refreshes.
        warnings: What the operator should know.
        network: In place of the network to the issuer, in tests.
        monotonic: Seconds that are never put back.
    """

    settings: Settings
    entries: Callable[[], Sequence[Entry]]
    owners: Owners
    now: Callable[[], datetime]
    spending: frozenset[str]
    warnings: tuple[str, ...] = ()
    network: httpx2.AsyncBaseTransport | None = None
    monotonic: Callable[[], float] = time.monotonic

    @property
    def is_guarded(self) -> bool:
        """Whether callers over HTTP have to log in."""
        return self.owners.needs_identity

    def protect(
        self,
        app: Starlette,
        *,
        address: str,
        public: Collection[str] = (),
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Let only those into an app who may call; without any log-in configured, everybody.

        Args:
            app: Serves the endpoint; gets the page that names the issuer.
            address: Where it is served, with path; the public URL replaces all before the path.
            public: Paths that need no token, such as of health checks.
            told: Is given the reason why a request was not let in.
        """
        if not self.is_guarded:
            return
        resource, metadata, open_paths = self.resource(address), None, {*public}
        if (issuer := self.settings.oauth_issuer) is not None:
            where = build_resource_metadata_url(AnyHttpUrl(resource))
            metadata = str(where)
            open_paths.add(where.path or "/")
            app.router.routes.extend(
                create_protected_resource_routes(
                    resource_url=AnyHttpUrl(resource),
                    authorization_servers=[AnyHttpUrl(issuer)],
                    scopes_supported=[
                        self.settings.oauth_read_scope,
                        self.settings.oauth_refresh_scope,
                    ],
                    resource_name="Tokmetrics",
                )
            )
        doors = Doors(
            public=frozenset(open_paths),
            metadata_url=metadata,
            spending=self.spending,
            max_body_bytes=self.settings.max_body_bytes,
            scopes={
                READ: self.settings.oauth_read_scope,
                REFRESH: self.settings.oauth_refresh_scope,
            },
        )
        app.add_middleware(Gate, self.authority(resource), doors, self.now, told=told)

    def resource(self, address: str) -> str:
        """Return the address of the endpoint as clients know it."""
        if self.settings.public_url is None:
            return address
        return self.settings.public_url + urlsplit(address).path

    def authority(self, resource: str) -> Authority:
        """Return who decides about tokens, for an endpoint at a public address."""
        return Authority(self.entries, self._issued(resource), self.now)

    def _issued(self, resource: str) -> Issued | None:
        settings = self.settings
        if settings.oauth_issuer is None:
            return None
        # Cryptography is slow to import, and most servers have no issuer.
        from mcp_server.auth.jwt_tokens import JwtTokens, Rules, scope_names  # noqa: PLC0415
        from mcp_server.auth.keys import IssuerKeys  # noqa: PLC0415

        keys = IssuerKeys(
            settings.oauth_issuer,
            jwks_url=settings.oauth_jwks_url,
            monotonic=self.monotonic,
            network=self.network,
        )
        rules = Rules(
            issuer=settings.oauth_issuer,
            audiences=settings.oauth_audience or (resource,),
            algorithms=settings.oauth_algorithms,
            leeway_seconds=settings.oauth_leeway_seconds,
            scopes=scope_names(settings.oauth_read_scope, settings.oauth_refresh_scope),
            tenant_claim=settings.oauth_tenant_claim,
            tenants=frozenset(self.owners.configured),
            limits=usual_limits(settings),
        )
        return JwtTokens(rules, keys, self.now)


def usual_limits(settings: Settings) -> Limits:
    """Return the limits of a caller that has none of its own."""
    return Limits(settings.requests_per_minute, settings.refreshes_per_day)


def access_of(
    settings: Settings,
    *,
    now: Callable[[], datetime],
    spending: frozenset[str],
    environment: Mapping[str, str],
    network: httpx2.AsyncBaseTransport | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Access:
    """Read the auth file, if there is one, and put everything together.

    Args:
        settings: The server's.
        now: The clock.
        spending: Names of the tools that spend refreshes.
        environment: Where `env:NAME` of the auth file looks.
        network: In place of the network to the issuer, in tests.
        monotonic: Seconds that are never put back.

    Raises:
        SettingsError: The file or a combination of settings cannot be meant.
    """
    path = settings.auth_file
    file = AuthFile() if path is None else auth_file.read(path)
    configured = [Owner.of(settings), *file.owners(settings, environment)]
    if path is not None and not file.tokens and settings.oauth_issuer is None:
        raise SettingsError(
            f"{environment_name('auth_file')} names no token, so nobody could log in.",
            variable=environment_name("auth_file"),
        )
    if settings.oauth_tenant_claim is not None and len(configured) == 1:
        variable = environment_name("oauth_tenant_claim")
        raise SettingsError(
            f"{variable} needs tenants in the file of {environment_name('auth_file')}.",
            variable=variable,
        )
    return Access(
        settings=settings,
        entries=_entries(settings, [owner.name for owner in configured], monotonic),
        owners=Owners(
            configured={owner.name: owner for owner in configured},
            needs_identity=settings.needs_login,
            takes_keys=settings.allow_key_headers,
            secret=secrets.token_bytes(32),
        ),
        now=now,
        spending=spending,
        warnings=() if path is None else tuple(auth_file.warnings(path, file)),
        network=network,
        monotonic=monotonic,
    )


def _entries(
    settings: Settings, tenants: Collection[str], monotonic: Callable[[], float]
) -> Callable[[], Sequence[Entry]]:
    if settings.auth_file is None:
        return lambda: ()
    return TokenList(
        settings.auth_file,
        usual=usual_limits(settings),
        tenants=tenants,
        monotonic=monotonic,
    )


def allowed(ctx: Asking) -> Choice:
    """Return what the sender of a request may use: without the right to refresh, only reading."""
    identity = identity_of(ctx.request)
    return Choice(read_only=identity is not None and not identity.may_spend)
