"""Which niche a creator belongs to, from hashtags and bio."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mcp_server.local.metrics.lexicon import (
    GENERIC_TAGS,
    NICHE_OF,
    NICHES,
    UNSPACED_WORDS,
)
from mcp_server.local.metrics.parameters import BIO_WEIGHT, NICHE_SHARE

_WORD = re.compile(r"[^\W_]+")
_ORDER = {niche: place for place, niche in enumerate(NICHES)}


class Niches(NamedTuple):
    """The first and second niche of a creator and the share of videos behind the first."""

    first: str | None
    second: str | None
    confidence: float | None


def niche_word(asked: str) -> str | None:
    """Return the niche that a word or hashtag stands for: `workout` means fitness."""
    word = "".join(asked.lower().split()).lstrip("#")
    return NICHE_OF.get(word)


def is_generic(tag: str) -> bool:
    """Say whether a hashtag only asks for reach."""
    return tag in GENERIC_TAGS


def niches_of(tags_of_videos: Iterable[Sequence[str]], bio: str | None) -> Niches:
    """Classify a creator.

    Each video adds 1 to every niche that one of its hashtags names; each word of the bio adds a
    fifth of the number of videos, at least 1. A niche needs 15 % of the videos.
    """
    weights: dict[str, float] = {}
    count = 0
    for tags in tags_of_videos:
        count += 1
        for niche in {NICHE_OF[tag] for tag in tags if tag in NICHE_OF}:
            weights[niche] = weights.get(niche, 0) + 1
    for word in _bio_words(bio):
        weights[NICHE_OF[word]] = weights.get(NICHE_OF[word], 0) + max(1.0, BIO_WEIGHT * count)
    need = max(NICHE_SHARE * count, 1.0)
    ranked = sorted(
        (niche for niche, weight in weights.items() if weight >= need),
        key=lambda niche: (-weights[niche], _ORDER[niche]),
    )
    if not ranked:
        return Niches(None, None, None)
    confidence = round(min(1.0, weights[ranked[0]] / max(count, 1)), 3)
    return Niches(ranked[0], ranked[1] if len(ranked) > 1 else None, confidence)


def _bio_words(bio: str | None) -> set[str]:
    text = (bio or "").lower()
    found = {word for word in _WORD.findall(text) if word in NICHE_OF}
    if not text.isascii():
        found.update(word for word in UNSPACED_WORDS if word in text)
    return found
