"""By which names and from which web pages a server may be reached."""

from typing import Final
from urllib.parse import urlsplit

from mcp.server.transport_security import TransportSecuritySettings

from mcp_server.errors import SettingsError
from mcp_server.setting_values import is_loopback
from mcp_server.settings import Settings, environment_name

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_PORTS: Final = {"http": 80, "https": 443}


def security(settings: Settings, host: str) -> TransportSecuritySettings:
    """Return the Host and Origin headers that are let through; everything else is refused.

    Without the check a web page could reach the server under a name of its own that it points at
    the server's address.

    Args:
        settings: Names the public address and further hosts and origins.
        host: The address that is bound.

    Raises:
        SettingsError: It is not a loopback address, and no name of it is known.
    """
    hosts, origins = [*settings.allowed_hosts], [*settings.allowed_origins]
    if settings.public_url is not None:
        parts = urlsplit(settings.public_url)
        hosts.append(parts.netloc)
        if parts.port is None:
            # Some proxies write the port even where it is the usual one.
            hosts.append(f"{parts.netloc}:{_PORTS[parts.scheme]}")
        origins.append(f"{parts.scheme}://{parts.netloc}")
    if is_loopback(host):
        # Clients leave out the port 80, on which a container or a proxy may serve.
        hosts += [f"{name}{port}" for name in _LOOPBACK for port in ("", ":*")]
        origins += [f"http://{name}{port}" for name in _LOOPBACK for port in ("", ":*")]
    if not hosts:
        variable = environment_name("public_url")
        raise SettingsError(
            f"{variable} is needed on an address other than loopback: the name by which clients "
            f"reach this server. {environment_name('allowed_hosts')} can name more.",
            variable=variable,
        )
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=origins
    )
