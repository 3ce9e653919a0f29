"""The twenty niches and the words that name them, read once from `lexicon.txt`."""

from importlib.resources import files
from typing import Final


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    name = ""
    text = files("mcp_server.local.metrics").joinpath("lexicon.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("  "):
            found[name].extend(line.split())
        elif line.endswith(":"):
            name = line.removesuffix(":")
            found[name] = []
    return {key: tuple(words) for key, words in found.items()}


WORDS: Final = _read()
"""Words by niche, and the generic hashtags under `generic`."""

GENERIC_TAGS: Final = frozenset(WORDS["generic"])
"""Hashtags that only ask for reach: they say nothing about a niche."""

NICHES: Final = tuple(name for name in WORDS if name != "generic")
"""The names, in the order in which a tie is decided."""

NICHE_OF: Final[dict[str, str]] = {word: niche for niche in NICHES for word in WORDS[niche]}
"""Niche by word, hashtags and bio words alike."""

UNSPACED_WORDS: Final = tuple(word for word in NICHE_OF if not word.isascii() and word >= "\u0e00")
"""Words of scripts that write without spaces; they are looked for anywhere in a bio."""
