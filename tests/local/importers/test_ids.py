"""Ids that a spreadsheet or a float has damaged, and the time inside a video's id."""

import pytest

from mcp_server.local.importers.ids import created_at, identifier, is_damaged, username, video_id
from mcp_server.local.importers.items import JsonValue, Rejected

SOUND = "7341363547541362296"
URL = f"https://www.tiktok.com/@invented.baker/video/{SOUND}?lang=en"


@pytest.mark.parametrize(
    "written", ["7,34E+18", "7.34E+18", "7.341363547541363e+18", 7.341363547541363e18]
)
def test_an_id_that_went_through_a_float_is_damaged(written: JsonValue) -> None:
    assert is_damaged(written)
    assert identifier(written) is None


@pytest.mark.parametrize("written", [SOUND, int(SOUND), f" {SOUND} "])
def test_a_whole_id_is_a_string_of_its_digits(written: JsonValue) -> None:
    assert identifier(written) == SOUND
    assert video_id(written, None) == SOUND
    assert not is_damaged(written)


@pytest.mark.parametrize("written", ["7,34E+18", "7.34136354754136E+18", None, "", "n/a", "12"])
def test_a_damaged_or_absent_video_id_is_recovered_from_the_url(written: JsonValue) -> None:
    assert video_id(written, URL) == SOUND


@pytest.mark.parametrize("rounded", ["7341363547541362000", "7341363547541360000"])
def test_a_rounded_id_gives_way_to_the_one_in_the_url(rounded: str) -> None:
    assert video_id(rounded, URL) == SOUND


def test_a_photo_post_has_its_id_in_the_url_too() -> None:
    assert video_id(None, f"https://www.tiktok.com/@x/photo/{SOUND}") == SOUND


def test_an_id_that_ends_in_zeros_is_kept_where_the_url_agrees() -> None:
    # One id in ten thousand really ends like this.
    real = "7341363547541360000"
    assert video_id(real, f"https://www.tiktok.com/@x/video/{real}") == real


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("7,34E+18", "lost its last digits"),
        ("7341363547541360000", "lost its last digits"),
        (None, "no video id"),
        ("", "no video id"),
        ("12", "not a TikTok video id"),
        ("my video", "not a TikTok video id"),
    ],
)
def test_a_video_without_an_id_to_trust_is_rejected_with_the_reason(
    written: JsonValue, reason: str
) -> None:
    with pytest.raises(Rejected, match=reason):
        video_id(written, "https://www.tiktok.com/@invented.baker", cell=True)


@pytest.mark.parametrize("whole", ["7341363547541360000", 7341363547541360000])
def test_an_id_that_was_in_no_table_may_end_in_zeros(whole: JsonValue) -> None:
    assert video_id(whole, None) == "7341363547541360000"


def test_the_upper_half_of_an_id_is_the_time_of_the_post() -> None:
    # 7341363547541362296 >> 32 = 1709294400, that is 2024-03-01T12:00:00Z.
    assert created_at(SOUND) == 1_709_294_400


def test_an_id_that_holds_no_plausible_time_has_none() -> None:
    assert created_at("12345678") is None


@pytest.mark.parametrize(
    ("written", "url", "meant"),
    [
        ("invented.baker", None, "invented.baker"),
        ("@invented.baker", None, "invented.baker"),
        ("https://www.tiktok.com/@invented.baker", None, "invented.baker"),
        (None, URL, "invented.baker"),
        ("", URL, "invented.baker"),
        ("Two Words", URL, "invented.baker"),
        ("パン屋", None, "パン屋"),
        (None, "https://www.tiktok.com/%40nobody", None),
        ("Two Words", None, None),
        (None, "https://www.tiktok.com/@_/video/7341363547541362296", None),
        ("_", URL, "invented.baker"),
        ("_", None, None),
        ("__", None, "__"),
        (None, None, None),
    ],
)
def test_a_handle_comes_without_its_at_sign_or_out_of_the_url(
    written: JsonValue, url: str | None, meant: str | None
) -> None:
    assert username(written, url) == meant
