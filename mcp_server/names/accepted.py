"""Which texts of strangers are names that may be kept and shown."""

import re
import unicodedata
from typing import Final

from mcp_server.store.records import NameKind
from mcp_server.untrusted import one_line

_LONGEST: Final = 64
_MOST_WORDS: Final = 3
_HANDLE: Final = re.compile(r"[a-z0-9._]{1,64}")
_ROUTES: Final = frozenset({"search", "trending", ".", ".."})
"""Names that nothing can be asked for under: the API has routes of these names."""


def accepted(kind: NameKind, text: str) -> str | None:
    """Return `text` as a name of this kind in its one spelling, None if it is not one.

    A text that would have to be cleaned is none: under what is left nothing would be found.
    """
    if kind == "creator":
        name = text.strip().removeprefix("@").lower()
        is_handle = text.isascii() and _HANDLE.fullmatch(name) and name not in _ROUTES
        return name if is_handle else None
    if len(text) > 2 * _LONGEST:
        return None
    name = unicodedata.normalize("NFC", text.strip().lstrip("#\uff03")).lower()
    if len(name) > _LONGEST or name in _ROUTES or one_line(name) != name:
        return None
    words = [name] if kind == "hashtag" else re.split(r" & |[ &-]", name)
    return name if len(words) <= _MOST_WORDS and all(map(_is_word, words)) else None


def _is_word(text: str) -> bool:
    """Whether a text has a letter or digit, and else only marks and underscores."""
    kinds = {unicodedata.category(char)[0] for char in text if char != "_"}
    return kinds <= {"L", "M", "N"} and not kinds.isdisjoint({"L", "N"})
