"""The models of the hosts do what the hosts' makers say."""

import json

import pytest

from tests.hosts.hosts import (
    HOSTS,
    MOST_CHARACTERS,
    MOST_TOKENS,
    Result,
    both,
    character_cap,
    count_tokens,
    structured_only,
    text_only,
    token_cap,
)


def result(text: str, structure: dict[str, int] | None = None, *, is_error: bool = False) -> Result:
    return {
        "content": [{"type": "text", "text": text}, {"type": "image", "data": "no text"}],
        "isError": is_error,
        **({} if structure is None else {"structuredContent": {**structure}}),
    }


def test_each_face_is_shown_to_whom_it_is_for() -> None:
    found = result("words", {"plays": 1})
    assert text_only(found) == "words"
    assert structured_only(found) == '{"plays":1}'
    assert both(found) == 'words\n{"plays":1}'


def test_several_text_blocks_are_joined() -> None:
    blocks: Result = {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    assert text_only(blocks) == "a\nb"


def test_an_error_is_read_from_the_text_where_there_is_nothing_else() -> None:
    for host in HOSTS.values():
        assert host(result("what to do", is_error=True)) == "what to do"


def test_a_failed_call_is_never_read_from_its_structure() -> None:
    assert structured_only(result("what to do", {"plays": 1}, is_error=True)) == "what to do"


@pytest.mark.parametrize(("words", "shown"), [(20_000, 20_000), (25_000, 25_000), (26_000, 25_000)])
def test_the_25_000th_token_is_the_last(words: int, shown: int) -> None:
    # In o200k_base, " hello" is one token, and so is the first one without its space.
    text = "hello" + " hello" * (words - 1)
    assert count_tokens(text) == words
    assert token_cap(result(text)) == " ".join(["hello"] * shown)
    assert shown <= MOST_TOKENS


def test_the_150_000th_character_is_the_last() -> None:
    text = json.dumps("x" * 200_000)
    assert character_cap(result(text)) == text[:MOST_CHARACTERS]
    assert character_cap(result("short")) == "short"
