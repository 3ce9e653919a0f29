"""An upstream's own words about a failure, made safe to carry as data."""

import re
import unicodedata

MESSAGE_LIMIT = 300
"""Most characters kept of an upstream's message."""

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# Controls, format characters (bidirectional, zero-width and tag characters are among them) and
# lone surrogates, which no encoder accepts.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Shown as nothing, though the Unicode database does not call them format characters.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_VARIATION_SELECTORS = frozenset(map(chr, range(0xE0100, 0xE01F0)))


def one_line(text: str, *, limit: int = MESSAGE_LIMIT) -> str:
    """Fold blanks, remove what can hide or reorder text, and cut at `limit` with an ellipsis."""
    visible = "".join(char for char in " ".join(text.split()) if _is_visible(char))
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


def safe_token(value: object) -> str | None:
    """Return `value` if it is a short token of letters, digits, `_`, `.` and `-`; else None."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def _is_visible(char: str) -> bool:
    if char in _FILLERS or char in _VARIATION_SELECTORS:
        return False
    return unicodedata.category(char) not in _HIDDEN_CATEGORIES
