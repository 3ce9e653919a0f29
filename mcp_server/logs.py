"""Log lines on stderr, as text for people or JSON for machines; stdout belongs to the protocol."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# They log addresses, and addresses may hold ids.
_QUIET = ("httpx2", "httpcore2", "sse_starlette", "mcp.server.lowlevel.server")


class _JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(
    level: str, form: Literal["text", "json"] = "text", stream: TextIO | None = None
) -> None:
    """Send log lines of `level` and above to stderr; call it before the SDK's server exists.

    The SDK would install a handler of its own if there were none.
    """
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_JsonLines() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
