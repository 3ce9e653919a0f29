"""The request headers by which one HTTP client asks to be offered less."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mcp_server.boundary import ToolSpec
from mcp_server.exposure import Choice, nearest, unknown_name

PREFIX: Final = "x-tokmetrics-"
TOOLS: Final = f"{PREFIX}tools"
EXCLUDED: Final = f"{PREFIX}exclude-tools"
TOOLSETS: Final = f"{PREFIX}toolsets"
READ_ONLY: Final = f"{PREFIX}read-only"
HEADERS: Final = (TOOLSETS, TOOLS, EXCLUDED, READ_ONLY)

_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class HeaderError(ValueError):
    """A header that cannot be read; the text names it, and nothing of its value."""


def asked(headers: Iterable[tuple[str, str]], catalogue: Sequence[ToolSpec]) -> Choice | None:
    """Return what a request's headers ask for; `None`: nothing.

    Args:
        headers: Names, whatever the case, and values.
        catalogue: All tools there are, switched on or not.

    Raises:
        HeaderError: A header of ours that is unknown, given twice or not understood.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if not lower.startswith(PREFIX):
            continue
        if lower not in HEADERS:
            meant = nearest(lower, HEADERS) or TOOLS
            raise HeaderError(f"Unknown header of this server; did you mean {_shown(meant)}?")
        if lower in found:
            raise HeaderError(f"{_shown(lower)} is given twice.")
        found[lower] = value.strip()
    if not found:
        return None
    tools = [spec.name for spec in catalogue]
    toolsets = list(dict.fromkeys(spec.toolset for spec in catalogue))
    return Choice(
        toolsets=_names(found, TOOLSETS, toolsets),
        tools=_names(found, TOOLS, tools),
        excluded=_names(found, EXCLUDED, tools) or frozenset(),
        read_only=_truth(found),
    )


def _names(found: Mapping[str, str], header: str, known: Sequence[str]) -> frozenset[str] | None:
    if header not in found:
        return None
    names = [part.strip() for part in found[header].split(",") if part.strip()]
    if not names:
        raise HeaderError(f"{_shown(header)} names nothing.")
    if (wrong := unknown_name(names, known)) is not None:
        raise HeaderError(f"{_shown(header)} cannot be used: {wrong}.")
    return frozenset(names)


def _truth(found: Mapping[str, str]) -> bool:
    if READ_ONLY not in found:
        return False
    meant = _TRUTH.get(found[READ_ONLY].lower())
    if meant is None:
        raise HeaderError(f"{_shown(READ_ONLY)} is neither true nor false.")
    return meant


def _shown(header: str) -> str:
    return "-".join(part.capitalize() for part in header.split("-"))
