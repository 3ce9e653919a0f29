"""The words of the sample world: ten languages, twelve niches, all of it invented."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

NICHES: Final = (
    "fitness",
    "cooking",
    "comedy",
    "beauty",
    "dance",
    "gaming",
    "tech",
    "travel",
    "pets",
    "finance",
    "fashion",
    "education",
)
NICHE_WEIGHTS: Final = (11, 12, 13, 11, 9, 9, 7, 7, 8, 4, 6, 5)

LANGUAGE_WEIGHTS: Final = {
    "en": 36,
    "es": 14,
    "pt": 11,
    "ja": 9,
    "id": 8,
    "ko": 5,
    "vi": 5,
    "th": 4,
    "de": 4,
    "fr": 4,
}

EMOJI: Final = ("✨", "🔥", "😂", "💪", "🍋", "🎧", "🌙", "👀", "🙌", "🫶", "🌊", "🐾")

_ADJECTIVES: Final = """
quiet amber maple copper velvet paper slow salty midnight sunny hollow lucky tiny wild silver
dusty gentle electric lazy crimson frosty golden mellow nimble plain rapid rustic spicy tidy
umber vivid woolen
"""
ADJECTIVES: Final = tuple(_ADJECTIVES.split())
_NOUNS: Final = """
otter drift parcel kite lantern pine comet harbor pebble biscuit acorn beacon canyon dumpling
ember feather glacier hammock island jigsaw kettle ladder meadow noodle orchard pickle quarry
ribbon saddle teapot umbrella violin
"""
NOUNS: Final = tuple(_NOUNS.split())


@dataclass(frozen=True, slots=True)
class NicheWords:
    """What people of one niche write about in one language."""

    phrases: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: where it is spoken and the pieces that its captions are made of."""

    code: str
    regions: tuple[str, ...]
    region_weights: tuple[int, ...]
    names: tuple[str, ...]
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    """May hold an empty one: not every caption asks for something."""
    generic: tuple[str, ...]
    niches: dict[str, NicheWords]


@cache
def language(code: str) -> Language:
    """Return the words of a language."""
    folder = files("mcp_server.local.sample") / "languages"
    lines = (folder / f"{code}.txt").read_text("utf-8").splitlines()
    parts = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
    regions = [entry.rsplit(" ", 1) for entry in _pieces(parts["regions"])]
    return Language(
        code=code,
        regions=tuple(region for region, _ in regions),
        region_weights=tuple(int(weight) for _, weight in regions),
        names=_pieces(parts["names"]),
        openers=_pieces(parts["openers"]),
        closers=_pieces(parts["closers"]),
        generic=tuple(parts["generic"].split()),
        niches={niche: _niche(parts[niche]) for niche in NICHES},
    )


def _pieces(line: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in line.split("|"))


def _niche(line: str) -> NicheWords:
    phrases, _, tags = line.partition("#")
    return NicheWords(_pieces(phrases), tuple(tags.split()))
