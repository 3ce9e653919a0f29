"""Times as exports write them, against the time inside a video's id."""

import pytest

from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.times import Moment, PostTime, moment, posted_at

VIDEO = "7341363547541362296"
POSTED = 1_709_294_400  # VIDEO >> 32, 2024-03-01T12:00:00Z


@pytest.mark.parametrize(
    "written",
    [
        1_709_294_400,
        "1709294400",
        1_709_294_400_000,
        "1709294400.25",
        1_709_294_400.0,
        "2024-03-01T12:00:00Z",
        "2024-03-01T12:00:00.000Z",
        "2024-03-01T21:00:00+09:00",
        "2024-03-01 12:00:00 UTC",
        "2024/03/01 12:00:00 GMT",
    ],
)
def test_a_time_with_a_zone_is_one_instant(written: JsonValue) -> None:
    assert moment(written) == Moment(POSTED)


def test_a_time_without_a_zone_is_read_as_utc_and_says_so() -> None:
    assert moment("2024-03-01 12:00:00") == Moment(POSTED, zoned=False)


def test_a_date_is_its_midnight_and_says_so() -> None:
    assert moment("2024/03/01") == Moment(1_709_251_200, zoned=False, dated_only=True)


@pytest.mark.parametrize(
    "written",
    [None, "", "yesterday", 0, 12, "1,70929E+09", "03/01/2024", "1999-01-01", [], "9" * 19],
)
def test_what_is_no_time_of_tiktok_is_unknown(written: JsonValue) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("written", [None, "", "1,70929E+09"])
def test_a_missing_post_time_is_the_one_inside_the_id(written: JsonValue) -> None:
    assert posted_at(VIDEO, written) == PostTime(POSTED, from_id=True)


def test_without_any_time_the_post_time_is_unknown() -> None:
    assert posted_at("12345678", None) == PostTime(None)


def test_an_id_without_a_time_leaves_the_given_one_alone() -> None:
    assert posted_at("12345678", "2024-03-01 15:00:00") == PostTime(POSTED + 3 * 3600)


@pytest.mark.parametrize(
    ("written", "hours"),
    [("2024-03-01 21:00:01", 9), ("2024-03-01 07:00:01", -5), ("2024-03-01 17:30:01", 5.5)],
)
def test_a_local_time_is_recognized_by_its_whole_shift_and_corrected(
    written: str, hours: float
) -> None:
    read = moment(written)
    assert read is not None
    assert read.at - POSTED == hours * 3600 + 1
    assert posted_at(VIDEO, written) == PostTime(POSTED + 1, shifted=True)


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01 12:00:05",  # no shift at all
        "2024-03-01 15:11:00",  # no whole number of half hours: uploaded before it was posted
        "2024-03-03 12:00:00",  # two days are no time zone
        "2024-03-01T21:00:00Z",  # says its zone
    ],
)
def test_any_other_difference_is_believed(written: str) -> None:
    read = moment(written)
    assert read is not None
    assert posted_at(VIDEO, written) == PostTime(read.at)


def test_a_date_gets_its_time_from_the_id() -> None:
    assert posted_at(VIDEO, "2024-03-01") == PostTime(POSTED, from_id=True)


def test_a_date_far_from_the_id_is_believed() -> None:
    assert posted_at(VIDEO, "2023-01-01") == PostTime(1_672_531_200)
