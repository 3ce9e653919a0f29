"""Turns a tool's answer into what goes over the wire: one JSON, as structure and as text."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, JsonValue

from mcp_server.answers.budget import MAX_BYTES, Paging, dumps, fit, size
from mcp_server.answers.clean import clean
from mcp_server.answers.view import Cut, View, project
from mcp_server.boundary.columns import absent, pick
from mcp_server.boundary.marks import own_texts, texts_in, untrusted
from mcp_server.boundary.naming import speakable

Document = dict[str, JsonValue]

_MOST_NAMED: Final = 5
_EXTRA_BYTES: Final = 8_000
"""What an upstream may send beside the rows, so that the rows keep their room."""


def render(
    answer: BaseModel,
    *,
    tool: str,
    arguments: Mapping[str, JsonValue],
    given: Mapping[str, JsonValue],
    concise: View | None,
    available: frozenset[str],
    ignored: Sequence[str] = (),
    declared: frozenset[str] = frozenset(),
) -> CallToolResult:
    """Return `answer` cleaned, cut to the wanted detail, and within the budget.

    Args:
        answer: What the tool returned.
        tool: The tool's name, for the call that turns the page.
        arguments: The call's arguments with their defaults.
        given: The arguments that the caller sent, to build the next call from.
        concise: What to keep unless `detail` is `full`; `None` keeps everything.
        available: The tools that are switched on; `next` and notes name no other.
        ignored: Names of arguments that the tool does not have.
        declared: Names of fields that the answer's schema declares.
    """
    document = cast("Document", answer.model_dump(mode="json", by_alias=True, exclude_none=True))
    data = clean(document.pop("data"))
    notes = [
        kept
        for note in cast("list[str]", document.pop("notes", []))
        if (kept := speakable(note, available))
    ]
    if ignored:
        names = ", ".join(f"`{name}`" for name in ignored[:_MOST_NAMED])
        notes.append(f"Not arguments of this tool, so ignored: {names}.")
    data, cuts, is_whole = _reduced(data, arguments, concise)
    notes += cuts
    if not is_whole:
        document.pop("extra", None)
    envelope = cast("Document", clean(document))
    if "extra" in envelope:
        beside = fit(envelope["extra"], room=_EXTRA_BYTES, paging=None)
        envelope["extra"] = beside.data
        notes += [f"`extra`: {note}" for note in beside.notes]
    _turn_page(envelope, tool, arguments, given)
    if data == [] and _is_past_the_end(envelope):
        notes.append("This page lies past the last one.")
    paging = _paging(arguments)
    fitted = fit(data, room=MAX_BYTES - size({**envelope, "data": [], "notes": []}), paging=paging)
    if fitted.next_page is not None:
        envelope["next"] = {"tool": tool, "arguments": {**given, **fitted.next_page}}
    following = envelope.get("next")
    if isinstance(following, dict) and following.get("tool") not in available:
        del envelope["next"]
    notes += fitted.notes
    final: Document = {"data": fitted.data, **envelope}
    if notes:
        final["notes"] = [*notes]
    own = {*own_texts(answer), *texts_in(arguments.values())}
    return CallToolResult(
        content=[TextContent(type="text", text=dumps(final))],
        structured_content=final,
        _meta=untrusted(final, own=own, names=declared) or None,
    )


def _reduced(
    data: JsonValue, arguments: Mapping[str, JsonValue], concise: View | None
) -> tuple[JsonValue, list[str], bool]:
    """Return the wanted part of the data, what to say about it, and whether it is everything.

    Chosen fields win over `detail`, which then only decides whether long texts stay whole.
    """
    whole = concise is None or arguments.get("detail") == "full"
    fields = arguments.get("fields")
    if isinstance(fields, list) and isinstance(data, list):
        chosen = cast("list[str]", fields)
        rows = [pick(row, chosen) for row in data]
        shown = rows if whole else [project(row, View())[0] for row in rows]
        return shown, _absence_notes(absent(data, chosen)), False
    if whole:
        return data, [], True
    data, cuts = project(data, cast("View", concise))
    return data, _cut_notes(cuts), False


def _absence_notes(names: list[str]) -> list[str]:
    return [f"In no row of this answer: {', '.join(names)}."] if names else []


def _cut_notes(cuts: list[Cut]) -> list[str]:
    if not cuts:
        return []
    shown = ", ".join(f"{cut.name} {cut.shown} of {cut.total}" for cut in cuts[:6])
    return [f"Shortened lists: {shown}; detail=full shows all."]


def _paging(arguments: Mapping[str, JsonValue]) -> Paging | None:
    for name in ("limit", "per_page"):
        count = arguments.get(name)
        if isinstance(count, int):
            page = arguments.get("page")
            return Paging(name, count, page if isinstance(page, int) else None)
    return None


def _is_past_the_end(envelope: Document) -> bool:
    pages = envelope.get("pagination")
    if not isinstance(pages, dict):
        return False
    page, total = pages.get("page"), pages.get("total_pages")
    return isinstance(page, int) and isinstance(total, int) and page > max(total, 1)


def _turn_page(
    envelope: Document,
    tool: str,
    arguments: Mapping[str, JsonValue],
    given: Mapping[str, JsonValue],
) -> None:
    """Name the call for the following page, where there is one and nothing better to do."""
    pages = envelope.get("pagination")
    page = arguments.get("page")
    if "next" in envelope or not isinstance(pages, dict) or not isinstance(page, int):
        return
    more = pages.get("has_more")
    total = pages.get("total_pages")
    if more is None and isinstance(total, int):
        more = page < total
    if more is True:
        envelope["next"] = {"tool": tool, "arguments": {**given, "page": page + 1}}
