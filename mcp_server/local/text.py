"""Word breaking for full-text search, the same for what is stored and what is asked.

SQLite's `unicode61` takes a run of Chinese, Japanese, Thai or Hangul for one token, so a word
inside it is never found; emoji it drops. Such runs are stored as overlapping pairs and a last
single character: `東京都` becomes `東京 京都 都`. A query is cut into pairs alone, and a single
character asks for the tokens that begin with it, so that every place of a run is found.
"""

import re
import unicodedata

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59"  # Thai
    "\u0e81-\u0edf"  # Lao
    "\u1000-\u1049\u1050-\u109f"  # Burmese
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u1780-\u17d3\u17d7\u17dc-\u17dd\u17e0-\u17e9"  # Khmer
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_EMOJI = "\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_RUN = re.compile(f"[{_UNSPACED}]+")
_CUT = re.compile(f"([{_UNSPACED}]+)|([{_EMOJI}])|[\u200b-\u200f\u2060\ufe0e\ufe0f]")
_TAG_STARTS = "#\uff03"
_CANDIDATE = re.compile(f"[{_TAG_STARTS}]([^\\s{_TAG_STARTS}]+)")
_INSIDE_TAG = frozenset("_\u200c\u200d")


def _store(match: re.Match[str]) -> str:
    run, emoji = match.groups()
    if run:
        return f" {' '.join(run[i : i + 2] for i in range(len(run)))} "
    return f" emoji{ord(emoji):x} " if emoji else ""


def _ask(match: re.Match[str]) -> str:
    run, emoji = match.groups()
    if run and len(run) > 1:
        return f" {' '.join(run[i : i + 2] for i in range(len(run) - 1))} "
    return f" {run} " if run else _store(match) if emoji else ""


def segment(text: str | None) -> str:
    """Return `text` as it is indexed: compatible forms unified, unspaced runs cut into pairs."""
    if not text:
        return ""
    if text.isascii():
        return text
    return _CUT.sub(_store, unicodedata.normalize("NFKC", text))


def words(query: str) -> list[str]:
    """Return the tokens that `query` asks for, as the tokenizer of the index would cut them."""
    cut = _CUT.sub(_ask, unicodedata.normalize("NFKC", query))
    return "".join(c if _is_letter(c) else " " for c in cut).split()


def _is_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LN" or category in {"Mn", "Mc", "Co"}


def match_expression(query: str, *, prefix_last: bool = False) -> str | None:
    """Turn what a user typed into an FTS5 expression: every word quoted, all of them required.

    Returns `None` when nothing searchable is left. With `prefix_last` the last word may be the
    beginning of a longer one.
    """
    tokens = list(dict.fromkeys(words(query)))
    if not tokens:
        return None
    last = len(tokens) - 1
    return " AND ".join(
        f'"{token}"*' if _may_go_on(token, last=prefix_last and i == last) else f'"{token}"'
        for i, token in enumerate(tokens)
    )


def _may_go_on(token: str, *, last: bool) -> bool:
    if _RUN.match(token):
        return len(token) == 1
    return last


def normalise_tag(tag: str) -> str:
    """Return a hashtag as it is stored: NFC, lower case, without the leading `#`."""
    return unicodedata.normalize("NFC", tag).strip().lstrip(_TAG_STARTS).strip().lower()


def hashtags_in(text: str | None) -> tuple[str, ...]:
    """Return the hashtags of a caption in their order, each once."""
    if not text:
        return ()
    found = (normalise_tag(_tag(m.group(1))) for m in _CANDIDATE.finditer(text))
    return tuple(dict.fromkeys(tag for tag in found if tag.strip("_\u200c\u200d")))


def _tag(candidate: str) -> str:
    for i, character in enumerate(candidate):
        if not (_is_letter(character) or character in _INSIDE_TAG):
            return candidate[:i]
    return candidate
