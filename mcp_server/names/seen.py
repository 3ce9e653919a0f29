"""The public names that an answer of Toklytics holds; of everything else in it, nothing."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from mcp_server.names.accepted import accepted
from mcp_server.store.records import NameKind

_MOST_PLACES: Final = 20_000
_MOST_NAMES: Final = 500
_LISTS: Final = frozenset({"hashtags", "top_hashtags", "related_hashtags", "trending_hashtags"})
_NAMING: Final = ("name", "tag", "hashtag")

_Found = tuple[NameKind, JsonValue]


def names_in(path: str, body: JsonValue) -> dict[NameKind, list[str]]:
    """Return the names of each kind that an answer holds, in their one spelling.

    Args:
        path: What was asked, below the base address.
        body: The answer as it came.
    """
    names: dict[NameKind, dict[str, None]] = {}
    for kind, text in _candidates(path, body):
        name = accepted(kind, text) if isinstance(text, str) else None
        known = names.setdefault(kind, {})
        if name is not None and len(known) < _MOST_NAMES:
            known[name] = None
    return {kind: list(known) for kind, known in names.items() if known}


def _candidates(path: str, body: JsonValue) -> Iterator[_Found]:
    if path.startswith("/hashtags/"):
        held = body.get("data") if isinstance(body, dict) else body
        yield from _tags(held if isinstance(held, list | dict) else [])
    places: list[JsonValue] = [body]
    for _ in range(_MOST_PLACES):
        if not places:
            return
        place = places.pop()
        if isinstance(place, dict):
            yield from _in_object(place)
            places.extend(place.values())
        elif isinstance(place, list):
            places.extend(place)


def _in_object(place: Mapping[str, JsonValue]) -> Iterator[_Found]:
    if "username" in place:
        yield "creator", place["username"]
        # Elsewhere a niche may be the one that was asked for, misspelled or not.
        yield "niche", place.get("niche")
        yield "niche", place.get("category")
    for name in _LISTS & place.keys():
        yield from _tags(place[name])


def _tags(value: JsonValue) -> Iterator[_Found]:
    """Read hashtags as texts or as objects with a name, one or many."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for name in _NAMING:
                yield "hashtag", item.get(name)
        else:
            yield "hashtag", item
