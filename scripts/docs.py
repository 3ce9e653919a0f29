"""Writes what the documentation can take from the code: tools, settings, errors, formulas.

python scripts/docs.py            rewrite the generated parts
python scripts/docs.py --check    fail if a generated part is out of date
"""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from pydantic import JsonValue

import tools
from mcp_server.boundary import Effect, ToolSpec
from mcp_server.boundary.wiring import schemas
from mcp_server.errors import CATALOGUE
from mcp_server.operations import figures
from mcp_server.settings import Settings, environment_name
from scripts import metrics, tokens

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "make docs"


def tool_table() -> str:
    """One line per tool, for the README."""
    lines = ["| toolset | tool | what it does |", "|---|---|---|"]
    previous = ""
    for spec in tools.ALL:
        group = "" if spec.toolset == previous else f"**{spec.toolset}**"
        previous = spec.toolset
        spends = " *(spends quota)*" if spec.effect is not Effect.READ else ""
        lines.append(f"| {group} | `{spec.name}` | {_first_sentence(spec)}{spends} |")
    return "\n".join(lines)


def tool_reference() -> str:
    """Every tool whole, as an agent sees it."""
    return "\n\n".join(_tool_section(spec) for spec in tools.ALL)


def _tool_section(spec: ToolSpec) -> str:
    inputs, _ = schemas(spec)
    properties = cast("Mapping[str, dict[str, JsonValue]]", inputs.get("properties", {}))
    required = cast("list[str]", inputs.get("required", []))
    hints = spec.effect.hints(spec.title)
    marks = "read-only" if hints.read_only_hint else "spends quota"
    lines = [
        f"## {spec.name}",
        "",
        f"*{spec.title}* · toolset `{spec.toolset}` · {marks}",
        "",
        spec.description,
    ]
    if properties:
        lines += ["", "| parameter | type | default | meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{name}`{' (required)' if name in required else ''} | {_type(schema)} "
            f"| {_default(schema)} | {schema.get('description', '')} |"
            for name, schema in properties.items()
        ]
    return "\n".join(lines)


def _type(schema: Mapping[str, JsonValue]) -> str:
    options = schema.get("enum")
    if isinstance(options, list):
        return " · ".join(f"`{option}`" for option in options)
    kind = str(schema.get("type", "any"))
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and high < 10**6:
        return f"{kind}, {low:g} to {high:g}"
    return kind


def _default(schema: Mapping[str, JsonValue]) -> str:
    return f"`{schema['default']}`" if "default" in schema else ""


def _first_sentence(spec: ToolSpec) -> str:
    return spec.description.split("\n", 1)[0]


def settings_table() -> str:
    """One line per environment variable."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    own = inspect.get_annotations(Settings)
    # What one person needs comes before what a service needs.
    for name, field in sorted(Settings.model_fields.items(), key=lambda item: item[0] not in own):
        lines.append(
            f"| `{environment_name(name)}` | {_setting(field.default)} | {field.description} |"
        )
    return "\n".join(lines)


def _setting(value: object) -> str:
    if value is None or value == () or repr(value) == "PydanticUndefined":
        return ""
    if isinstance(value, bool):
        return "`on`" if value else "off"
    if isinstance(value, tuple):
        return "all"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def error_table() -> str:
    """One line per error code."""
    lines = ["| code | what happened | retry | wait | what to do |", "|---|---|---|---|---|"]
    lines += [
        f"| `{code.value}` | {entry.cause} | {'yes' if entry.retryable else 'no'} "
        f"| {entry.wait} | {entry.what_to_do} |"
        for code, entry in CATALOGUE.items()
    ]
    return "\n".join(lines)


PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"tools": tool_table},
    "docs/tools.md": {"reference": tool_reference, "tokens": tokens.table},
    "docs/settings.md": {"settings": settings_table},
    "docs/errors.md": {"errors": error_table},
    "docs/operations.md": {"figures": figures.table},
    "docs/metrics.md": {"formulas": metrics.formulas, "parameters": metrics.parameter_table},
}


def rendered(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return `text` with every marked part written anew."""
    for name, write in parts.items():
        begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise SystemExit(f"There must be one pair of markers `{begin}` … `{end}`.")
        replacement = f"{begin}\n{write()}\n{end}"
        text = pattern.sub(replacement.replace("\\", r"\\"), text)
    return text


def main() -> None:
    """Rewrite the files, or say which are out of date."""
    check = "--check" in sys.argv[1:]
    stale: list[str] = []
    for name, parts in PARTS.items():
        path = ROOT / name
        text = path.read_text("utf-8")
        wanted = rendered(text, parts)
        if wanted == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(wanted, "utf-8")
    if stale and check:
        raise SystemExit(f"Out of date: {', '.join(stale)}. Run `{COMMAND}`.")
    print("Generated documentation is current." if not stale else f"Written: {', '.join(stale)}")


if __name__ == "__main__":
    main()
