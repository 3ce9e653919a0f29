"""Word breaking for full-text search, the same for what is stored and what is asked.

SQLite's `unicode61` takes a run of Chinese, Japanese, Thai or Hangul for one token, so a word
inside it is never found. Such runs are written as overlapping pairs of characters instead:
`東京タワー` becomes `東京 京タ タワ ワー`, and a query is cut the same way.
"""

import re
import unicodedata

_UNSPACED = (
    "\u0e00-\u0e7f"  # Thai
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Kana and iteration marks
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef"  # Han
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_TOKEN = re.compile(r"\w+")
_HASHTAG = re.compile(r"[#\uff03]([^\W_][\w\u200d\ufe0f]*|_[\w]+)")


def _pairs(run: str) -> str:
    if len(run) == 1:
        return run
    return " ".join(run[i : i + 2] for i in range(len(run) - 1))


def segment(text: str | None) -> str:
    """Return `text` with every unspaced run cut into overlapping pairs of characters."""
    if not text:
        return ""
    return _RUN.sub(lambda m: f" {_pairs(m.group())} ", unicodedata.normalize("NFC", text))


def match_expression(query: str, *, prefix_last: bool = False) -> str | None:
    """Turn what a user typed into an FTS5 expression: every word quoted, all of them required.

    Returns `None` when nothing searchable is left. With `prefix_last` the last word may be the
    beginning of a longer one.
    """
    tokens = _TOKEN.findall(segment(query))
    if not tokens:
        return None
    quoted = [f'"{token}"' for token in tokens]
    if prefix_last and not _RUN.search(tokens[-1]):
        quoted[-1] += "*"
    return " AND ".join(quoted)


def normalise_tag(tag: str) -> str:
    """Return a hashtag as it is stored: NFC, lower case, without the leading `#`."""
    return unicodedata.normalize("NFC", tag).strip().lstrip("#\uff03").strip().lower()


def hashtags_in(text: str | None) -> tuple[str, ...]:
    """Return the hashtags of a caption in their order, each once."""
    if not text:
        return ()
    found = (normalise_tag(m.group(1)) for m in _HASHTAG.finditer(text))
    return tuple(dict.fromkeys(tag for tag in found if tag))
