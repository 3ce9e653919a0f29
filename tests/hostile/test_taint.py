"""No byte of an upstream reaches what the server itself says."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from mcp_server.boundary.marks import UNTRUSTED
from mcp_server.untrusted import one_line
from tests.faults.judging import answer_of, error_of, server_written, text_of
from tests.faults.upstream import ARGUMENTS, connected
from tests.hostile.corpus import CORPUS, MARK
from tests.hostile.payload import hostile_answers, hostile_errors

_BATCH = 54
_BATCHES = [list(CORPUS[start : start + _BATCH]) for start in range(0, len(CORPUS), _BATCH)]
_OF_ROWS = {"listAccounts", "listAccountVideoAnalytics", "searchTikTokCreators"}
"""Cannot read an object."""
_OF_AN_OBJECT = {
    "canRefreshAccountAnalytics",
    "getAccountAnalytics",
    "getAccountAnalyticsHistory",
    "getTikTokCreatorAnalytics",
    "getVideoAnalytics",
    "refreshAccountAnalytics",
}
"""Cannot read rows; every other tool makes an answer of either."""


def texts_in(value: JsonValue) -> Iterator[str]:
    """Every text and key of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts_in(item)


def hidden_in(text: str) -> set[str]:
    """The characters of a text that no reader would see."""
    fillers = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2028\u2029"
    return {
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"}
        or char in fillers
        or 0xE0100 <= ord(char) <= 0xE01EF
    }


def test_the_corpus_has_200_different_texts_that_all_bear_the_mark() -> None:
    assert len(set(CORPUS)) == len(CORPUS) >= 200
    assert all(MARK in one_line(text, limit=100_000) for text in CORPUS if "\u0007" not in text)


@pytest.mark.parametrize("text", CORPUS[:18], ids=range(18))
def test_nothing_hidden_is_left_of_a_text(text: str) -> None:
    assert not hidden_in(one_line(text))
    assert len(one_line(text)) <= 300


@pytest.mark.parametrize("rows", [False, True], ids=["object", "rows"])
@pytest.mark.parametrize("batch", range(len(_BATCHES)))
async def test_hostile_texts_stay_in_data_and_are_cleaned(
    batch: int, *, rows: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong: list[str] = []
    answered: set[str] = set()
    said: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        del progress, total
        said.append(message or "")

    respond = hostile_answers(_BATCHES[batch], rows=rows, beside=True)
    async with connected(tmp_path, respond) as client:
        before = (await client.list_tools()).model_dump_json()
        for tool, arguments in ARGUMENTS.items():
            full = {**arguments, "detail": "full"} if batch % 2 else arguments
            result = await client.call_tool(tool, full, progress_callback=hear)
            try:
                if result.is_error:
                    error_of(result)
                    assert MARK not in text_of(result), text_of(result)
                    continue
                answered.add(tool)
                answer = answer_of(tool, result)
                words = server_written(answer)
                assert MARK not in words, words
                marked = (result.meta or {}).get(UNTRUSTED, [])
                assert "data" in marked or MARK not in json.dumps(answer["data"])
                for text in texts_in(answer):
                    assert not hidden_in(text), repr(text)
                    assert len(text) <= 4_000
            except AssertionError as failure:
                wrong.append(f"{tool}: {failure}")
        after = (await client.list_tools()).model_dump_json()
    assert not wrong, "\n".join(wrong)
    assert answered == ARGUMENTS.keys() - (_OF_AN_OBJECT if rows else _OF_ROWS)
    assert any(said) is not rows, "only a refresh that was accepted tells of its progress"
    assert after == before
    assert MARK not in before + caplog.text + json.dumps(said)


@pytest.mark.parametrize("batch", range(len(_BATCHES)))
async def test_no_word_of_a_hostile_failure_is_repeated(
    batch: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    names = sorted(ARGUMENTS)
    turn = iter(range(10**6))
    texts = _BATCHES[batch]
    answers = [hostile_errors(text) for text in texts]

    def respond(request: httpx2.Request) -> httpx2.Response:
        return answers[next(turn) % len(texts)](request)

    async with connected(tmp_path, respond) as client:
        for tool in names:
            result = await client.call_tool(tool, ARGUMENTS[tool])
            assert MARK not in text_of(result), tool
            if result.is_error:
                error_of(result)
    assert next(turn) >= 25
    assert MARK not in caplog.text
