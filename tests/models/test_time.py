import pytest

from mcp_server.models.time import parse_time


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-10T09:15:00Z", "2026-02-10T09:15:00+00:00"),
        ("2026-02-10T09:15:00.250Z", "2026-02-10T09:15:00.250000+00:00"),
        ("2026-02-10T11:15:00+02:00", "2026-02-10T09:15:00+00:00"),
        (" 2026-02-10 09:15 ", "2026-02-10T09:15:00+00:00"),
        ("2026-02-10", "2026-02-10T00:00:00+00:00"),
    ],
)
def test_a_time_becomes_an_instant_in_utc(text: str, instant: str) -> None:
    read = parse_time(text)
    assert read is not None
    assert read.isoformat() == instant


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert parse_time(text) is None
