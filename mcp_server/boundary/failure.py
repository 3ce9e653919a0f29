"""How an error reads to a model: one JSON of what happened and the one thing to do next.

The upstream's own sentence is not in it: it is a stranger's text, and the code says enough.
"""

from typing import Final

from pydantic import JsonValue

from mcp_server.answers.budget import dumps
from mcp_server.boundary.naming import speakable
from mcp_server.errors import CATALOGUE, AppError, ErrorCode

_DOCS: Final = ("https://toklytics.app/docs", "https://developers.tokportal.com/")
_LINK: Final = 200
_NO_TOOL: Final = "Tell the user: the tool that would help is not switched on in this server."
_BUG: Final = CATALOGUE[ErrorCode.INTERNAL_ERROR]

INTERNAL_FAILURE: Final = dumps(
    {
        "error": {
            "code": ErrorCode.INTERNAL_ERROR.value,
            "message": _BUG.cause,
            "retryable": _BUG.retryable,
            "do_next": _BUG.what_to_do,
        }
    }
)


def failure_text(error: AppError, available: frozenset[str]) -> str:
    """Return the text of a failed call: compact JSON, under 2 KB, nothing unknown in it."""
    fields: dict[str, JsonValue] = {
        "code": error.code.value,
        "message": speakable(error.message, available) or CATALOGUE[error.code].cause,
        "retryable": error.retryable,
        "retry_after_seconds": error.retry_after_seconds,
        **_json(error, available),
        "do_next": _next_step(error.what_to_do, available),
        "http_status": error.http_status,
        "upstream_code": error.upstream_code,
        "request_id": error.request_id,
        "docs": _known_page(error.upstream.docs),
    }
    return dumps({"error": {name: value for name, value in fields.items() if value is not None}})


def _known_page(link: str | None) -> str | None:
    """Return a link of the upstream if it leads to its own documentation."""
    return link if link is not None and link.startswith(_DOCS) and len(link) <= _LINK else None


def _json(error: AppError, available: frozenset[str]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        name: [*value] if isinstance(value, list) else value
        for name, value in error.details().items()
    }
    # The one detail that is a sentence of ours; the others are names and figures.
    if isinstance(allowed := found.get("allowed"), str):
        found["allowed"] = speakable(allowed, available) or None
    return found


def _next_step(sentence: str, available: frozenset[str]) -> str:
    return speakable(sentence, available) or _NO_TOOL
