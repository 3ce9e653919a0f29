import re
from typing import ClassVar

import pytest
from pydantic import BaseModel, JsonValue

from mcp_server.boundary.marks import UNTRUSTED, own_texts, texts_in, untrusted

NAMES = frozenset({"plays", "description", "at", "username"})


class Quoting(BaseModel):
    quoted: ClassVar[frozenset[str]] = frozenset({"status"})

    outcome: str = "refreshed"
    status: str = "theirs"
    rows: list["Quoting"] | None = None


class Upstream(BaseModel):
    bio: str = "theirs too"
    inner: Quoting = Quoting(outcome="ours")


def parts(document: dict[str, JsonValue], *own: str) -> JsonValue:
    return untrusted(document, own=frozenset(own), names=NAMES).get(UNTRUSTED)


def test_the_key_keeps_to_the_protocols_rules_for_names() -> None:
    prefix, _, name = UNTRUSTED.partition("/")
    # Labels of a prefix: a letter first, a letter or digit last; `mcp` as second label is reserved.
    assert re.fullmatch(r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?", prefix)
    assert re.fullmatch(r"[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?", name)


def test_a_strangers_text_marks_the_data() -> None:
    assert parts({"data": [{"description": "Buy now"}]}) == ["data"]


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"plays": 5},
        [{"plays": 5, "at": "2026-03-01T00:00:00Z"}],
        {"username": "lena"},
        {"username": ["lena"]},
    ],
)
def test_figures_times_and_the_callers_own_words_mark_nothing(data: JsonValue) -> None:
    assert untrusted({"data": data}, own={"lena"}, names=NAMES) == {}


def test_a_field_of_a_strange_name_marks_the_data() -> None:
    assert parts({"data": {"obey me": 5}}) == ["data"]


def test_what_stands_beside_the_data_is_marked_by_its_own_name() -> None:
    document: dict[str, JsonValue] = {
        "data": {"plays": 1},
        "extra": {"plays": 5},
        "provenance": {"source": "Toklytics", "api": "toklytics"},
    }
    assert parts(document) == ["extra", "provenance.source"]


def test_of_a_model_the_server_writes_all_texts_but_the_quoted_ones_are_its_own() -> None:
    answer = Quoting(rows=[Quoting(outcome="pending")])
    assert set(own_texts(answer)) == {"refreshed", "pending"}


def test_a_model_that_does_not_say_is_the_upstreams() -> None:
    assert set(own_texts(Upstream())) == {"ours"}


def test_texts_of_arguments_are_found_in_lists_too() -> None:
    assert set(texts_in(["a", 5, ["b", None], {"c": "d"}])) == {"a", "b"}
