"""Single values as exports write them; the rules are those of the import formats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.values import boolean, count, duration, text, word


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (0, 0),
        ("0", 0),
        (541_200, 541_200),
        ("541200", 541_200),
        ("541.2K", 541_200),
        ("541,2K", 541_200),
        ("1.4M", 1_400_000),
        ("1,4m", 1_400_000),
        ("2B", 2_000_000_000),
        ("1.4 M", 1_400_000),
        ("3 videos", 3),
        ("541.2K followers", 541_200),
        ("3 million views", 3_000_000),
        ("2 bananas", 2),
        ("1,234", 1_234),
        ("1.234.567", 1_234_567),
        ("12 345", 12_345),
        ("12'345", 12_345),
        ("15700000.0", 15_700_000),
        (12.0, 12),
        ("1.2E+09", 1_200_000_000),
        ("1,2E+09", 1_200_000_000),
        ("12E3", 12_000),
        ("1,234.5", 1_234),
        ("1.234,5", 1_234),
        ("1.234.567,0", 1_234_567),
        ("1 234,5", 1_234),
        ("1,234.5K", 1_234_500),
        ("1.234,5K", 1_234_500),
        ("12.5", 12),
        ("1,234,567K", 1_234_567_000),
        ("+7", 7),
        ("1.2万", 12_000),
        ("3.4億回", 340_000_000),
        ("5천", 5_000),
        ("1,2 Mio.", 1_200_000),
        ("3 mil", 3_000),
        ("1,5 тыс. просмотров", 1_500),
    ],
)
def test_a_count_is_read_as_people_and_programs_write_it(written: JsonValue, meant: int) -> None:
    assert count(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "  ",
        "-",
        "n/a",
        "nan",
        "many",
        "-5",
        -1,
        True,
        [],
        {},
        "1.2.3",
        "1,2,3",
        "12,34,56",
        "1.234,567.8",
        "1,234,56",
        "1.",
        "1.5.2K",
        "12 34",
        "1E+99999999999999999999",
        10**16,
        "1K2",
        "1.2 xy",
    ],
)
def test_what_is_no_count_is_unknown_and_never_zero(written: JsonValue) -> None:
    assert count(written) is None


@given(st.text())
def test_no_text_makes_reading_a_count_fail(written: str) -> None:
    found = count(written)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (15, 15),
        (15.4, 15),
        ("15", 15),
        ("15.4", 15),
        ("15s", 15),
        ("00:15", 15),
        ("75:00", 4_500),
        ("1:02:03", 3_723),
    ],
)
def test_a_duration_is_in_seconds(written: JsonValue, seconds: int) -> None:
    assert duration(written) == seconds


@pytest.mark.parametrize("written", [None, "", 0, "0", "00:00", "soon", [], True])
def test_a_length_of_nothing_is_unknown(written: JsonValue) -> None:
    assert duration(written) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [(True, True), ("TRUE", True), (1, True), ("no", False), (0, False), ("", None), ([], None)],
)
def test_a_yes_or_no_is_read_in_its_usual_words(written: JsonValue, meant: object) -> None:
    assert boolean(written) is meant


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert text("half \ud83c of it") == "half ? of it"


def test_a_text_is_trimmed_and_holds_no_null_character() -> None:
    assert text("  a\x00b ") == "ab"


@pytest.mark.parametrize("written", ["", "  ", None, [], True])
def test_a_text_of_nothing_is_unknown(written: JsonValue) -> None:
    assert text(written) is None


@pytest.mark.parametrize("written", ["null", "NaN", "N/A", "undefined", ""])
def test_a_word_for_nothing_is_nothing(written: str) -> None:
    assert word(written) is None
