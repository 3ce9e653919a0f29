"""The formulas of the local upstream as text, for `docs/metrics.md`."""

from collections.abc import Mapping
from typing import Final, cast

from mcp_server.local.metrics import parameters
from mcp_server.local.metrics.registry import FORMULAS, Formula

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_MINUS: Final = "\N{MINUS SIGN}"


def formulas() -> str:
    """Every formula with what it is computed of, by what it is about."""
    parts = [f"Formulas of version {parameters.METRICS_VERSION}."]
    for title, group in FORMULAS.items():
        parts.append(f"### {title}")
        parts += [_formula(formula) for formula in group]
    return "\n\n".join(parts)


def _formula(formula: Formula) -> str:
    fields = ", ".join(f"`{field}`" for field in formula.fields)
    lines = [
        f"**{_sentence(formula.filled(formula.name))}** ({formula.filled(formula.unit)})",
        "",
        f"> {_notation(formula.filled(formula.text))}",
        "",
        f"- over: {formula.filled(formula.window)}",
        f"- null: {formula.filled(formula.null)}",
        f"- least sample: {formula.filled(formula.least)}",
        f"- source: {formula.source}; since version {formula.since}"
        + ("" if formula.changed is None else f", changed in version {formula.changed}"),
    ]
    if formula.used:
        lines.append(f"- parameters: {', '.join(f'`{name}`' for name in formula.used)}")
    return "\n".join([*lines, f"- computed by `{formula.code}`, shown as {fields}"])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notation(text: str) -> str:
    """Return a formula with the signs of print, which no Markdown takes for emphasis."""
    return text.replace(" * ", f" {_TIMES} ").replace(" - ", f" {_MINUS} ")


def parameter_table() -> str:
    """Every parameter with its value."""
    used = dict.fromkeys(
        name for group in FORMULAS.values() for formula in group for name in formula.used
    )
    lines = ["| parameter | value |", "|---|---|"]
    lines += [f"| `{name}` | {_value(getattr(parameters, name))} |" for name in sorted(used)]
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        return ", ".join(f"{key}: {_value(item)}" for key, item in table.items())
    if isinstance(value, parameters.Viral):
        return _value(value._asdict())
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        between = ", " if any(isinstance(item, tuple) for item in items) else " / "
        return between.join(_value(item) for item in items)
    if isinstance(value, int | float):
        return f"{value:,g}" if isinstance(value, float) else f"{value:,}"
    return str(value)
