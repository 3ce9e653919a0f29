"""Values that a cell of a table holds as text: JSON, or what Python prints for a list or a dict."""

import ast
import json
from typing import Final

from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.json_cursor import DamagedJsonError, decoded

LONGEST: Final = 100_000
"""Reading a literal costs far more time and memory than its text."""
_MARKS: Final = {"{": "}", "[": "]"}


def is_literal(written: str) -> bool:
    """Say whether a text looks like a list or an object."""
    clean = written.strip()
    return _MARKS.get(clean[:1]) == clean[-1:] != ""


def literal(written: str) -> JsonValue:
    """Read a list or an object; `None` where it is neither, or longer than `LONGEST`."""
    if len(written) > LONGEST or not is_literal(written):
        return None
    try:
        return decoded(written)
    except DamagedJsonError:
        pass
    try:
        return decoded(json.dumps(ast.literal_eval(written.strip())))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
