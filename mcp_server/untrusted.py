"""Text written by strangers (captions, names, upstream messages), made safe to carry as data."""

import re
import unicodedata

MESSAGE_LIMIT = 300
"""Most characters kept of an upstream's own error message."""

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SPACES = re.compile(r"\s+")

# Cc and Cf hold the control, bidirectional, zero-width and tag characters; Cs lone surrogates,
# which no encoder accepts. The joiners stay, as Persian, Indic scripts and many emoji need them.
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_JOINERS = frozenset({"\u200c", "\u200d"})
_KEPT_BLANKS = frozenset({"\n", "\t"})
# Shown as nothing, though the Unicode database does not call them format characters.
_INVISIBLE = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}
    | {chr(point) for point in range(0xE0100, 0xE01F0)}  # supplementary variation selectors
)


def clean_text(text: str, *, limit: int | None = None) -> str:
    """Remove what can hide or reorder text, and cut at `limit` characters.

    Control characters (except line feed and tab), bidirectional and zero-width marks, tag
    characters, supplementary variation selectors and lone surrogates go. A joiner stays only
    between two visible characters. A cut text ends in an ellipsis within the limit.
    """
    if text.isascii() and text.isprintable():
        kept = text
    else:
        kept = _without_dangling_joiners("".join(char for char in text if _stays(char)))
    if limit is not None and len(kept) > limit:
        return kept[: max(limit - 1, 0)] + "…"
    return kept


def one_line(text: str, *, limit: int = MESSAGE_LIMIT) -> str:
    """Clean `text` and fold every run of blanks into one space."""
    return clean_text(_SPACES.sub(" ", clean_text(text)).strip(), limit=limit)


def safe_token(value: object) -> str | None:
    """Return `value` if it is a short token of letters, digits, `_`, `.` and `-`; else None."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def _stays(char: str) -> bool:
    if char in _KEPT_BLANKS or char in _JOINERS:
        return True
    return char not in _INVISIBLE and unicodedata.category(char) not in _REMOVED_CATEGORIES


def _without_dangling_joiners(text: str) -> str:
    if _JOINERS.isdisjoint(text):
        return text
    visible = {" ", "\n", "\t", *_JOINERS}
    padded = f" {text} "
    return "".join(
        char
        for index, char in enumerate(text)
        if char not in _JOINERS
        or (padded[index] not in visible and padded[index + 2] not in visible)
    )
