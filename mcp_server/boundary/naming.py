"""Keeps texts from naming a tool that is switched off: an agent would call it in vain.

Our texts name alternatives as in "For a topic use `A`; for music `B`." and "Not found means not
tracked: try `A`." What remains when `A` goes has to read as if it had been written so.
"""

import re
from typing import Final

# Tools are the only names in camel case that our texts use; a test holds the catalogue to it.
_TOOL: Final = re.compile(r"\b[a-z]+[A-Z]\w+\b")
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")
_BETWEEN_CLAUSES: Final = re.compile(r"([;:] |, (?=(?:for|to) ))")
_PURPOSE: Final = re.compile(r"(?:for|to)\b", re.IGNORECASE)
_FIRST_TOOL: Final = re.compile(r"(`?[a-z]+[A-Z]\w+)")
_PARAGRAPH: Final = "\n\n"


def tools_named(text: str) -> frozenset[str]:
    """Return the names of tools that stand in a text of ours."""
    return frozenset(_TOOL.findall(text))


def speakable(text: str, available: frozenset[str]) -> str:
    """Return what `text` says without naming a tool that is not available; "" if that is nothing.

    Whole sentences go, or the clauses of one that name such a tool.
    """
    if tools_named(text) <= available:
        return text
    sentences = [_kept(sentence, available) for sentence in _BETWEEN_SENTENCES.split(text)]
    return " ".join(sentence for sentence in sentences if sentence)


def described(text: str, available: frozenset[str]) -> str:
    """Return a tool's description for the tools that are on; its first paragraph always stays."""
    first, *others = text.split(_PARAGRAPH)
    kept = [speakable(paragraph, available) for paragraph in others]
    return _PARAGRAPH.join([first, *(paragraph for paragraph in kept if paragraph)])


def _kept(sentence: str, available: frozenset[str]) -> str:
    """Return the clauses of a sentence that name no tool which is off, as a sentence."""
    if tools_named(sentence) <= available:
        return sentence
    first, *rest = _BETWEEN_CLAUSES.split(sentence.rstrip(".!?"))
    built, gap, separator = "", False, ""
    for mark, clause in [("", first), *zip(rest[::2], rest[1::2], strict=True)]:
        # What stood before the first clause of a gap joins its two sides.
        separator = separator if gap else mark
        if not tools_named(clause) <= available:
            gap = True
            continue
        if gap and _PURPOSE.match(clause) and "use " not in clause:
            clause = _FIRST_TOOL.sub(r"use \1", clause, count=1)  # noqa: PLW2901 - completed
        built = f"{built}{separator}{clause}" if built else clause[0].upper() + clause[1:]
        gap = False
    return f"{built}." if built else ""
