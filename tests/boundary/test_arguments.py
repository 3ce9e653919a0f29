from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, JsonValue

from mcp_server.boundary.arguments import parse, with_added
from mcp_server.errors import InvalidArgumentError


class Arguments(BaseModel):
    q: str | None = None
    names: list[str] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    rate: float = 3
    sort: Literal["a", "b"] | None = None


def refusal(**arguments: JsonValue) -> InvalidArgumentError:
    with pytest.raises(InvalidArgumentError) as caught:
        parse(Arguments, arguments)
    return caught.value


def test_defaults_are_filled_in() -> None:
    assert parse(Arguments, {}) == {
        "q": None,
        "names": None,
        "limit": 20,
        "rate": 3,
        "sort": None,
    }


@pytest.mark.parametrize("text", ["null", "[1]", '{"a": 1}', "5", "true"])
def test_a_text_parameter_is_never_read_as_json(text: str) -> None:
    assert parse(Arguments, {"q": text})["q"] == text


@pytest.mark.parametrize("odd", [{"q": "a\ud800"}, {"names": ["a", "\udfff"]}])
def test_half_a_surrogate_pair_is_refused_where_no_address_could_hold_it(
    odd: dict[str, JsonValue],
) -> None:
    error = refusal(**odd)
    assert error.details()["parameter"] == next(iter(odd))


def test_a_list_written_as_json_text_is_read() -> None:
    assert parse(Arguments, {"names": '["a", "b"]'})["names"] == ["a", "b"]


def test_text_that_only_begins_like_a_list_is_refused_not_crashed_on() -> None:
    assert refusal(names="[" * 100_000).parameter == "names"


def test_a_refusal_names_the_parameter_and_not_the_value() -> None:
    error = refusal(limit=987_654)
    assert error.parameter == "limit"
    assert error.allowed == "1 to 50"
    assert "987" not in error.message
    assert "pydantic" not in error.message


def test_an_enum_is_answered_with_its_options() -> None:
    assert refusal(sort="c").allowed == ["a", "b"]


def test_true_is_not_a_number() -> None:
    assert refusal(limit=True).parameter == "limit"
    assert refusal(rate=False).parameter == "rate"


def test_a_wrong_item_is_named_by_its_place() -> None:
    assert "`names[1]`" in refusal(names=["a", 5]).message


def test_several_problems_are_told_at_once() -> None:
    message = refusal(limit=0, sort="c").message
    assert "`limit`" in message
    assert "`sort`" in message


@pytest.mark.parametrize(
    ("typo", "meant"), [("limt", "limit"), ("Limit", "limit"), ("name", "names")]
)
def test_a_near_miss_is_refused_with_the_right_name(typo: str, meant: str) -> None:
    assert refusal(**{typo: 1}).parameter == meant


def test_an_unknown_name_that_resembles_nothing_is_ignored() -> None:
    assert parse(Arguments, {"task_progress": "x"}) == parse(Arguments, {})


def test_detail_is_added_with_its_two_choices() -> None:
    model = with_added(Arguments, detail=True, max_age_seconds=False)
    assert parse(model, {})["detail"] == "concise"
    with pytest.raises(InvalidArgumentError) as caught:
        parse(model, {"detail": "all"})
    assert caught.value.allowed == ["concise", "full"]


def test_an_age_is_added_with_no_limit_by_default() -> None:
    model = with_added(Arguments, detail=False, max_age_seconds=True)
    assert parse(model, {})["max_age_seconds"] is None
    assert parse(model, {"max_age_seconds": 0})["max_age_seconds"] == 0
    with pytest.raises(InvalidArgumentError):
        parse(model, {"max_age_seconds": -1})
