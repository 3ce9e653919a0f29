"""How long one call may wait: below the time after which its host gives up."""

from typing import Final

DEFAULT_CAP: Final = 45.0
"""Seconds. Several hosts give up after about 60, some of them without saying so."""
LONGEST: Final = 240.0

# By the name that a host gives itself when it connects. Hosts whose limit rests on single
# reports only are left at the default.
_CAPS: Final = {
    "claude-code": 100.0,  # moves calls into the background after 120
    "codex-mcp-client": 200.0,  # gives up after 300
    "visual studio code": 100.0,  # no limit is known; a person is watching
}


def wait_cap(client_name: str | None, override: float | None = None) -> float:
    """Return the most seconds a call of this client may wait.

    Args:
        client_name: As the client introduced itself.
        override: The operator's own limit, which wins.
    """
    if override is not None:
        return min(override, LONGEST)
    return _CAPS.get((client_name or "").strip().lower(), DEFAULT_CAP)
