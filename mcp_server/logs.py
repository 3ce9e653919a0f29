"""Log lines on stderr, as text for people or JSON for machines; stdout belongs to the protocol.

One record is one line, whatever is in it: a stranger's line break would let them write lines of
their own.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal, TextIO

FACTS: Final = "facts"
"""The attribute of a record that holds its message as fields, for JSON lines."""

_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# They log addresses and names of sessions, and addresses may hold ids.
_QUIET = (
    "httpx2",
    "httpcore2",
    "sse_starlette",
    "mcp.server.lowlevel.server",
    "mcp.server.sse",
    "mcp.server.streamable_http",
    "mcp.server.streamable_http_manager",
    "uvicorn",
)
# Controls, separators that some readers take for line breaks, bidirectional marks, surrogates.
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _TextLines(logging.Formatter):
    """One line of text; the lines of a traceback below it are indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return _escaped(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        first, *more = super().format(record).split("\n")
        return "\n".join([first, *(f"    {_escaped(line)}" for line in more)])


class _JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        facts: object = getattr(record, FACTS, None)
        if isinstance(facts, Mapping):
            line[FACTS] = facts
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # In ASCII: a lone surrogate cannot be written otherwise.
        return json.dumps(line)


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def configure(
    level: str, form: Literal["text", "json"] = "text", stream: TextIO | None = None
) -> None:
    """Send log lines of `level` and above to stderr; call it before the SDK's server exists.

    The SDK would install a handler of its own if there were none.
    """
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_JsonLines() if form == "json" else _TextLines(_TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
