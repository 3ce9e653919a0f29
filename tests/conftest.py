"""No test leaves this machine, and none depends on chance or on how fast the machine is."""

import os
import signal
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.network import NetworkGuard

_GUARD = NetworkGuard()
_GUARD.install()

# A shell starts background jobs with Ctrl-C ignored, and the programs under test inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where no folder is chosen, data would go to whoever runs the tests, and may come from there.
_DATA = tempfile.TemporaryDirectory(prefix="tokmetrics-tests-", ignore_cleanup_errors=True)
os.environ["XDG_DATA_HOME"] = _DATA.name

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: many tests wait for processes and servers of their own."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def network_guard(request: pytest.FixtureRequest) -> Iterator[NetworkGuard]:
    """Refuse the network; only a test marked `live` may use it."""
    live: object = request.node.get_closest_marker("live")
    _GUARD.on = live is None
    yield _GUARD
    _GUARD.on = False
    _GUARD.complain()
