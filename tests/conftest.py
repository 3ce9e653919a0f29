"""No test leaves this machine."""

from collections.abc import Iterator

import pytest

from tests.network import NetworkGuard

_GUARD = NetworkGuard()
_GUARD.install()


@pytest.fixture(autouse=True)
def network_guard(request: pytest.FixtureRequest) -> Iterator[NetworkGuard]:
    """Refuse the network; only a test marked `live` may use it."""
    live: object = request.node.get_closest_marker("live")
    _GUARD.on = live is None
    yield _GUARD
    _GUARD.on = False
    _GUARD.complain()
