from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import JsonValue

from mcp_server.models.account import AccountAnalytics
from mcp_server.models.time import in_utc, parse_time, times_in_utc, write_time
from mcp_server.models.video import VideoDetails


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-10T09:15:00Z", "2026-02-10T09:15:00+00:00"),
        ("2026-02-10T09:15:00.250Z", "2026-02-10T09:15:00.250000+00:00"),
        ("2026-02-10T11:15:00+02:00", "2026-02-10T09:15:00+00:00"),
        (" 2026-02-10 09:15 ", "2026-02-10T09:15:00+00:00"),
        ("2026-02-10", "2026-02-10T00:00:00+00:00"),
        ("20260210", "2026-02-10T00:00:00+00:00"),
        # 1,770,714,900 seconds after 1970; of its 13 digits Python would make the year 1770.
        ("1770714900", "2026-02-10T09:15:00+00:00"),
        ("1770714900.0", "2026-02-10T09:15:00+00:00"),
        ("1770714900250", "2026-02-10T09:15:00.250000+00:00"),
        ("1770714900250.5", "2026-02-10T09:15:00.250500+00:00"),
        ("999999999", "2001-09-09T01:46:39+00:00"),
    ],
)
def test_a_time_becomes_an_instant_in_utc(text: str, instant: str) -> None:
    read = parse_time(text)
    assert read is not None
    assert read.isoformat() == instant


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "2026-13-01",
        "0001-01-01T00:00:00+14:00",
        "12345",
        "123456789",
        "17707149001",
        "1770714900250000",
        "20261399",
        "1e400",
        "inf",
    ],
)
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert parse_time(text) is None


def test_a_time_is_written_in_utc_with_a_fraction_only_where_it_has_one() -> None:
    berlin = timezone(timedelta(hours=2))
    assert write_time(datetime(2026, 2, 10, 11, 15, tzinfo=berlin)) == "2026-02-10T09:15:00Z"
    late = datetime(2026, 2, 10, 9, 15, 0, 250_000, tzinfo=UTC)
    assert write_time(late) == "2026-02-10T09:15:00.250Z"
    assert write_time(late.replace(microsecond=250_001)) == "2026-02-10T09:15:00.250001Z"
    assert write_time(datetime(7, 1, 2, tzinfo=UTC)) == "0007-01-02T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("scraped_at", "2026-02-10T11:15:00+02:00", "2026-02-10T09:15:00Z"),
        ("next_refresh_at", "2026-02-10 09:15", "2026-02-10T09:15:00Z"),
        ("last_updated", "2026-02-10T09:15:00Z", "2026-02-10T09:15:00Z"),
        ("posted_at", 1_770_714_900, "2026-02-10T09:15:00Z"),
        ("createTime", "1770714900", "2026-02-10T09:15:00Z"),
        ("createdAt", 1_770_714_900_250, "2026-02-10T09:15:00.250Z"),
        ("upload_date", 1_770_714_900.0, "2026-02-10T09:15:00Z"),
        # A date does not tell the hour, and midnight would be made up.
        ("upload_date", "2026-02-10", "2026-02-10"),
        ("upload_date", 20_260_210, 20_260_210),
        ("posted_at", "yesterday", "yesterday"),
        ("posted_at", None, None),
        ("posted_at", True, True),
        ("posted_at", 45, 45),
        # Neither is a time, however much it looks like one.
        ("video_id", "1770714900250", "1770714900250"),
        ("total_views", 1_770_714_900, 1_770_714_900),
        ("average_watch_time", 1_770_714_900, 1_770_714_900),
        ("description", "2026-02-10T11:15:00+02:00", "2026-02-10T11:15:00+02:00"),
    ],
)
def test_only_a_readable_time_in_a_field_for_times_changes_its_form(
    name: str, sent: JsonValue, shown: JsonValue
) -> None:
    assert in_utc(name, sent) == shown


def test_times_are_found_at_any_depth_and_the_original_is_left_alone() -> None:
    row: dict[str, JsonValue] = {"scraped_at": 1_770_714_900, "plays": 7}
    sent: dict[str, JsonValue] = {"history": [row], "at": "noon"}
    assert times_in_utc(sent) == {
        "history": [{"scraped_at": "2026-02-10T09:15:00Z", "plays": 7}],
        "at": "noon",
    }
    assert row["scraped_at"] == 1_770_714_900


def test_models_show_known_and_unknown_times_in_utc_and_keep_what_they_cannot_read() -> None:
    figures = AccountAnalytics.model_validate(
        {"scraped_at": 1_770_714_900_000, "checked_at": "2026-02-10T10:15:00+01:00"}
    )
    assert figures.model_dump(exclude_unset=True) == {
        "scraped_at": "2026-02-10T09:15:00Z",
        "checked_at": "2026-02-10T09:15:00Z",
    }
    video = VideoDetails.model_validate(
        {"posted_at": "soon", "history": [{"scraped_at": "2026-02-10T09:15:00-01:00"}]}
    )
    assert video.posted_at == "soon"
    assert video.history == [{"scraped_at": "2026-02-10T10:15:00Z"}]
