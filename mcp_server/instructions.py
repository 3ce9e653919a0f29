"""The server's introduction, cut to what a client is offered."""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from mcp_server.boundary import Effect, ToolSpec
from mcp_server.boundary.naming import speakable, tools_named

_ITEM: Final = "- "
_SENTENCE_END: Final = re.compile(r"[.!?](\s|$)")


def instructions_for(specs: Sequence[ToolSpec]) -> str:
    """Return the introduction without the toolsets and tools that are switched off."""
    text = files("mcp_server").joinpath("instructions.md").read_text("utf-8")
    topics = {spec.toolset for spec in specs}
    if any(spec.effect is not Effect.READ for spec in specs):
        topics.add("refreshing")
    available = frozenset(spec.name for spec in specs)
    lines = [_line(line, topics, available) for line in text.splitlines()]
    return "\n".join(line for line in lines if line is not None).strip()


def _line(line: str, topics: set[str], available: frozenset[str]) -> str | None:
    """Return what is left of a line; `None`: nothing. Only list items are about less than all."""
    if not line.startswith(_ITEM):
        return line
    names, rest = _split(line.removeprefix(_ITEM))
    on = [name for name in names.split(", ") if name in topics]
    first = _SENTENCE_END.split(rest, maxsplit=1)[0]
    if not on or not tools_named(first) <= available:
        return None
    return f"{_ITEM}{', '.join(on)}{speakable(rest, available)}"


def _split(item: str) -> tuple[str, str]:
    """Return the topics that an item begins with, and what it says about them."""
    end = re.search(r" \(|:", item)
    return (item, "") if end is None else (item[: end.start()], item[end.start() :])
