"""Golden files: what came over the wire, once, and how each kind of host shows it."""

import difflib
import json
import os
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from tests.hosts.calls import CALLS
from tests.hosts.hosts import HOSTS, Result, count_tokens, text_only
from tests.hosts.reading import documents

FOLDER: Final = Path(__file__).parent / "__golden__"
COMMAND: Final = "UPDATE_GOLDEN=1 .venv/bin/pytest tests/hosts"
GOLDEN: Final = (
    "search",
    "first page",
    "comparison",
    "creator",
    "videos",
    "video",
    "own videos",
    "niche",
    "availability",
    "pending",
    "refreshed",
    "cooldown",
    "unknown creator",
    "too fast",
)
"""Calls whose answers are kept word by word."""
_BY_CHANCE: Final = frozenset({"job_id", "fetched_at", "request_id"})


def path_of(call: str) -> Path:
    return FOLDER / f"{call.replace(' ', '_')}.txt"


def rendered(call: str, result: Result) -> str:
    """The golden text of a result: the call, a line for each host, and what they show.

    The JSON stands there indented, for the sake of its differences; the hosts' own is compact.
    """
    result = _settled(result)
    shown = documents(text_only(result))
    made = CALLS[call]
    plain = _indented(shown)
    lines = [f"{made.tool} {json.dumps(made.arguments)}", ""]
    apart: list[str] = []
    for name, host in HOSTS.items():
        text = host(result)
        is_whole, found = _documents(text)
        if is_whole and found == shown * len(found):
            times = "" if len(found) == 1 else f", {len(found)} times"
            lines.append(f"{name}: all of it{times}, {count_tokens(text):,} tokens")
        else:
            lines.append(f"{name}: something else, see below")
            other = _indented(found) if is_whole else text
            difference = difflib.unified_diff(
                plain.splitlines(), other.splitlines(), "text", name, lineterm=""
            )
            apart += ["", *difference]
    return "\n".join([*lines, "", plain, *apart, ""])


def _documents(text: str) -> tuple[bool, list[JsonValue]]:
    """The JSON of a text, and whether it is JSON to its end."""
    try:
        return True, documents(text)
    except ValueError:
        return False, []


def _indented(values: list[JsonValue]) -> str:
    return "\n".join(json.dumps(value, indent=1, ensure_ascii=False) for value in values)


def _settled(result: Result) -> Result:
    """The same result with marks in place of what differs from run to run."""
    texts = [_compact(_without_chance(value)) for value in documents(text_only(result))]
    settled: dict[str, JsonValue] = {
        **result,
        "content": [{"type": "text", "text": text} for text in texts],
    }
    if "structuredContent" in result:
        settled["structuredContent"] = _without_chance(result["structuredContent"])
    return settled


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_chance(value: JsonValue) -> JsonValue:
    """The same value with marks."""
    if isinstance(value, list):
        return [_without_chance(item) for item in value]
    if isinstance(value, dict):
        return {
            name: f"({name})" if name in _BY_CHANCE else _without_chance(item)
            for name, item in value.items()
        }
    return value


def check(call: str, wanted: str) -> None:
    """Compare with the golden file, or write it where that was asked for; never in CI.

    Raises:
        AssertionError: It differs; the message has the difference and the command.
    """
    path = path_of(call)
    if os.environ.get("UPDATE_GOLDEN") == "1" and not os.environ.get("CI"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted, "utf-8")
    found = path.read_text("utf-8") if path.exists() else ""
    difference = "".join(
        difflib.unified_diff(
            found.splitlines(keepends=True), wanted.splitlines(keepends=True), path.name, "now"
        )
    )
    assert not difference, (
        f"What hosts show of {CALLS[call].tool} has changed. If that is meant: {COMMAND}\n"
        f"{difference}"
    )
