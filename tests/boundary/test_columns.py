import json

import pytest
from pydantic import BaseModel, Field, JsonValue

from mcp_server.boundary.arguments import parse, with_added
from mcp_server.boundary.columns import absent, columns_of, pick
from mcp_server.boundary.failure import failure_text
from mcp_server.errors import InvalidArgumentError


class Metrics(BaseModel):
    engagement_rate: float | None = None
    views: int | None = None


class Row(BaseModel):
    video_id: str | None = None
    posted: str | None = Field(default=None, serialization_alias="posted_at")
    tags: list[str] | None = None
    metrics: Metrics | None = None


class Rows(BaseModel):
    data: list[Row]


class OneRow(BaseModel):
    data: Row


class NoArguments(BaseModel):
    q: str | None = None


COLUMNS = (
    "video_id",
    "posted_at",
    "tags",
    "metrics",
    "metrics.engagement_rate",
    "metrics.views",
)
MODEL = with_added(NoArguments, detail=True, max_age_seconds=False, fields=COLUMNS)


def refusal(fields: JsonValue) -> InvalidArgumentError:
    with pytest.raises(InvalidArgumentError) as caught:
        parse(MODEL, {"fields": fields})
    return caught.value


def test_columns_are_named_as_the_answer_writes_them_and_dotted_below_an_object() -> None:
    assert columns_of(Rows) == COLUMNS


def test_an_answer_that_is_no_list_has_no_columns() -> None:
    assert columns_of(OneRow) == ()


def test_a_tool_without_columns_has_no_parameter_for_them() -> None:
    model = with_added(NoArguments, detail=True, max_age_seconds=False)
    assert "fields" not in model.model_fields


@pytest.mark.parametrize(
    "written",
    [
        ["video_id", "metrics.views"],
        "video_id,metrics.views",
        " video_id , metrics.views ,",
        '["video_id", "metrics.views"]',
        ["video_id", "metrics.views", "video_id"],
    ],
)
def test_a_list_its_json_text_and_text_with_commas_are_the_same(written: JsonValue) -> None:
    assert parse(MODEL, {"fields": written})["fields"] == ["video_id", "metrics.views"]


@pytest.mark.parametrize("nothing", [None, [], "", " , ", "[]"])
def test_no_name_is_no_choice(nothing: JsonValue) -> None:
    assert parse(MODEL, {"fields": nothing})["fields"] is None


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("video_ids", "video_id"),
        ("engagement_rate", "metrics.engagement_rate"),
        ("Posted_At", "posted_at"),
        ("metrics.engagment", "metrics.engagement_rate"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_and_all_known_ones(
    wrong: str, near: str
) -> None:
    error = refusal(["video_id", wrong])
    assert error.parameter == "fields"
    assert error.allowed == list(COLUMNS)
    assert f"`{near}`" in error.message


@pytest.mark.parametrize("wrong", ["zzz", "x" * 1_000_000, "metrics.views.more", "\ud800"])
def test_a_refusal_is_small_and_repeats_nothing(wrong: str) -> None:
    text = failure_text(refusal([wrong]), frozenset())
    assert len(text.encode()) < 2_000
    assert wrong not in text
    assert json.loads(text)["error"]["allowed"] == list(COLUMNS)


def test_a_name_that_is_no_text_is_refused_by_its_place() -> None:
    assert "`fields[1]`" in refusal(["video_id", 5]).message


def test_other_names_for_the_parameter_are_answered_with_its_name() -> None:
    for name in ("columns", "field", "select"):
        with pytest.raises(InvalidArgumentError) as caught:
            parse(MODEL, {name: ["video_id"]})
        assert caught.value.parameter == "fields"


ROW: JsonValue = {
    "video_id": "7",
    "description": "x",
    "metrics": {"engagement_rate": 5, "views": 9, "unknown": 1},
}


def test_a_row_keeps_the_chosen_fields_in_the_order_of_their_names() -> None:
    picked = pick(ROW, ["metrics.views", "video_id"])
    assert json.dumps(picked) == '{"metrics": {"views": 9}, "video_id": "7"}'


def test_the_name_of_an_object_takes_all_that_is_in_it() -> None:
    whole = {"metrics": {"engagement_rate": 5, "views": 9, "unknown": 1}}
    assert pick(ROW, ["metrics"]) == whole
    assert pick(ROW, ["metrics.views", "metrics"]) == whole


def test_a_row_without_the_chosen_fields_is_empty_rather_than_whole() -> None:
    assert pick(ROW, ["posted_at", "creator.username", "description.x"]) == {"description": "x"}
    assert pick({"metrics": {}, "plays": 1}, ["metrics.views"]) == {"metrics": {}}
    assert pick({"plays": 1}, ["posted_at"]) == {}


def test_fields_that_no_row_has_are_told_apart_from_those_that_one_has() -> None:
    rows: list[JsonValue] = [{"plays": 1}, ROW]
    names = ["plays", "metrics.views", "posted_at", "metrics.likes"]
    assert absent(rows, names) == ["posted_at", "metrics.likes"]
    assert absent([], names) == []
