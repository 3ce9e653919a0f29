"""No detail of an answer makes a model fail, and nothing is lost or invented."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from mcp_server.models.account import Account, AccountAnalytics, RefreshOptions, VideoAnalytics
from mcp_server.models.base import Tolerant
from mcp_server.models.creator import Creator, CreatorAnalytics
from mcp_server.models.hashtag import HashtagDetails
from mcp_server.models.market import CampaignPlan, NicheReport
from mcp_server.models.sound import SoundDetails
from mcp_server.models.video import Video, VideoDetails

JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MODELS: list[type[Tolerant]] = [
    AccountAnalytics,
    VideoAnalytics,
    CreatorAnalytics,
    VideoDetails,
    HashtagDetails,
    SoundDetails,
    NicheReport,
    CampaignPlan,
]


@pytest.mark.parametrize("model", MODELS)
@given(value=JSON)
def test_any_value_in_any_field_is_read_or_kept_aside(
    model: type[Tolerant], value: JsonValue
) -> None:
    data: dict[str, JsonValue] = dict.fromkeys(model.model_fields, value)
    read = model.model_validate(data)
    extra = read.model_extra or {}
    for name in model.model_fields:
        kept = extra.get(f"{name}_raw", getattr(read, name))
        assert (kept is None) == (value is None or value in (math.inf, -math.inf))


@pytest.mark.parametrize("data", [[], None, "text", 7])
def test_something_that_is_no_object_fails_clearly(data: JsonValue) -> None:
    with pytest.raises(ValidationError):
        AccountAnalytics.model_validate(data)


def test_a_wrong_value_stands_aside_and_the_others_stay() -> None:
    read = AccountAnalytics.model_validate(
        {"account_id": "a", "total_views": "541K", "total_likes": True, "total_shares": 3}
    )
    assert (read.account_id, read.total_views, read.total_likes) == ("a", None, None)
    assert read.total_shares == 3
    assert read.model_extra == {"total_views_raw": "541K", "total_likes_raw": True}


def test_numbers_that_json_cannot_hold_become_unknown() -> None:
    read = AccountAnalytics.model_validate(
        {"average_video_views": math.nan, "weekly_post_average": math.inf, "total_views": math.nan}
    )
    assert read.model_dump(exclude_none=True) == {}


def test_numbers_keep_their_form() -> None:
    read = AccountAnalytics.model_validate_json(
        '{"average_video_views":38667,"average_engagement_rate":7.24,"weekly_post_average":2.50}'
    )
    assert read.model_dump_json(exclude_none=True) == (
        '{"average_engagement_rate":7.24,"average_video_views":38667,"weekly_post_average":2.5}'
    )


@pytest.mark.parametrize(
    ("sent", "read", "raw"),
    [
        (7123456789012345678, "7123456789012345678", None),
        ("7123456789012345678", "7123456789012345678", None),
        (7.123456789012346e18, None, 7.123456789012346e18),
        (True, None, True),
    ],
)
def test_an_id_keeps_all_its_digits_or_is_not_read(
    sent: JsonValue, read: str | None, raw: JsonValue
) -> None:
    video = Video.model_validate({"video_id": sent})
    assert video.video_id == read
    assert (video.model_extra or {}).get("video_id_raw") == raw


def test_a_nested_object_tolerates_on_its_own() -> None:
    creator = Creator.model_validate(
        {"metrics": {"viral_ratio": "high", "creator_score": "A+", "new": 1}, "new": 2}
    )
    assert creator.metrics is not None
    assert creator.metrics.creator_score == "A+"
    assert creator.metrics.model_extra == {"viral_ratio_raw": "high", "new": 1}
    assert creator.model_extra == {"new": 2}


def test_wrong_values_of_an_account_are_dropped_and_not_kept_aside() -> None:
    account = Account.model_validate({"id": 5, "country": {"secret": "s"}, "password": "s"})
    assert account.model_dump(exclude_none=True) == {"id": "5"}
    assert account.model_extra is None


UNIT_IS_NOT_IN_THE_NAME = re.compile(
    r"(rate|ratio|percentile|score|value|^growth|growth_7d|velocity|heat|duration|_at|_date"
    r"|last_updated|last_used|budget|spent|remaining|vs_average)$"
)


@pytest.mark.parametrize("model", [*MODELS, Account])
def test_every_field_may_be_missing(model: type[Tolerant]) -> None:
    assert model.model_validate({}).model_dump(exclude_none=True) == {}


@pytest.mark.parametrize("model", [*MODELS, Account])
def test_a_figure_whose_name_does_not_tell_its_unit_is_described(model: type[Tolerant]) -> None:
    silent = [
        name
        for name, field in model.model_fields.items()
        if UNIT_IS_NOT_IN_THE_NAME.search(name) and not field.description
    ]
    assert silent == []


def test_an_unknown_option_of_a_refresh_is_refused() -> None:
    with pytest.raises(ValidationError):
        RefreshOptions.model_validate({"forced": True})
