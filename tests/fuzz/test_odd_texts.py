"""Texts that no address and no expression can hold, in every argument that takes a text."""

from pathlib import Path
from typing import Final, cast

import pytest
from pydantic import JsonValue

import tools
from mcp_server.boundary import ToolSpec
from mcp_server.boundary.wiring import schemas
from tests.faults.catalogue import answering
from tests.faults.judging import Json, answer_of, error_of
from tests.faults.upstream import ARGUMENTS, connected

_ODD: Final = ("\ud800", "a\udfffb", "\x00", "a/b", "..", "%2e", "#", "@", "\u3000", "?a=b&c")
_HALVES: Final = _ODD[:2]


def texts(spec: ToolSpec) -> dict[str, str]:
    """The arguments of a tool that are a text or texts, with their kind."""
    properties = cast("dict[str, Json]", schemas(spec)[0].get("properties", {}))
    kinds = {name: str(part.get("type")) for name, part in properties.items()}
    return {name: kind for name, kind in kinds.items() if kind in {"string", "array"}}


@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: cast("ToolSpec", spec).name)
async def test_an_odd_text_is_refused_or_searched_for_and_never_a_bug(
    spec: ToolSpec, tmp_path: Path
) -> None:
    async with connected(tmp_path, answering(200, {"data": {"a": 1}})) as client:
        for name, kind in texts(spec).items():
            for odd in _ODD:
                value: JsonValue = [odd, f"{odd}b"] if kind == "array" else odd
                call = {**ARGUMENTS[spec.name], name: value}
                result = await client.call_tool(spec.name, call)
                if not result.is_error:
                    assert odd not in _HALVES, (name, odd)
                    answer_of(spec.name, result)
                    continue
                error = error_of(result)
                if odd in _HALVES:
                    assert (error["code"], error["parameter"]) == ("INVALID_ARGUMENT", name)
