"""Names the operation of a request to an upstream, without the ids and names in its path."""

from typing import Final

_AFTER: Final = frozenset({"accounts", "videos", "creators", "hashtags", "sounds"})
_FIXED: Final = frozenset({"search", "trending"})


def route(method: str, path: str) -> str:
    """Return such as `GET /creators/{id}/videos` for a path below an API's base URL."""
    parts = path.strip("/").split("/")
    is_id = len(parts) > 1 and parts[0] in _AFTER and parts[1] not in _FIXED
    if is_id:
        parts[1] = "{id}"
    return f"{method} /{'/'.join(parts)}"
