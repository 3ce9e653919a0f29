"""Tables whose column names are paths, as Apify writes nested items into CSV."""

from mcp_server.local.importers.items import Item, JsonValue


def roots(item: Item) -> set[str]:
    """Return the first key of every path."""
    return {key.replace("/", ".").partition(".")[0] for key in item}


def nested(item: Item) -> Item:
    """Return an item with column names such as `authorMeta.name` or `hashtags/0/name` unfolded."""
    if not any("." in key or "/" in key for key in item):
        return item
    tree: dict[str, JsonValue] = {}
    for key, value in item.items():
        here = tree
        *parents, last = key.replace("/", ".").split(".")
        for parent in parents:
            below = here.setdefault(parent, {})
            if not isinstance(below, dict):  # `hashtags` beside `hashtags/0/name`
                here[parent] = below = {}
            here = below
        if not isinstance(here.get(last), dict):
            here[last] = value
    return {key: _lists(value) for key, value in tree.items()}


def _lists(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    below = {key: _lists(inner) for key, inner in value.items()}
    if below and all(key.isdecimal() for key in below):
        return [inner for _, inner in sorted(below.items(), key=lambda pair: int(pair[0]))]
    return below
