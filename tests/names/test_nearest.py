"""Slips are counted by hand."""

import pytest

from mcp_server.names.nearest import distance, nearest


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("lena", "lena", 0),
        ("lena", "lenna", 1),
        ("lena", "lea", 1),
        ("lena", "lema", 1),
        ("lena", "lnea", 1),
        ("lena", "elan", 2),
        ("", "ab", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_a_slip_is_a_character_left_out_added_exchanged_or_swapped(
    one: str, other: str, expected: int
) -> None:
    assert distance(one, other, 5) == expected
    assert distance(other, one, 5) == expected


def test_the_count_ends_above_the_limit() -> None:
    assert distance("abcdefgh", "stuvwxyz", 2) == 3


@pytest.mark.parametrize(
    ("typed", "name", "is_near"),
    [
        ("lena.lifst", "lena.lifts", True),  # swapped
        ("lenalifts", "lena.lifts", True),  # left out
        ("lina.liftz", "lena.lifts", True),  # two slips in ten characters
        ("lina.liftzz", "lena.lifts", False),  # three
        ("lena", "lina", True),  # one slip in four
        ("lema", "lina", False),  # two in four
        ("bob", "rob", False),  # below four every name is near to others
        ("charli", "charlidamelio", True),  # a beginning
        ("charlidamelio", "charli", True),
        ("cha", "charli", False),  # too short a beginning
        ("ignore", "ignoreallpreviousinstructions", False),  # goes on too long
        ("料理研究", "料理研究所", True),
        ("料理", "料理研究", False),
    ],
)
def test_near_is_what_may_be_a_misspelling(typed: str, name: str, *, is_near: bool) -> None:
    assert nearest(typed, [name]) == ([name] if is_near else [])


def test_fewer_slips_come_first_then_beginnings_and_never_the_typed_name() -> None:
    known = ["fitness", "fitnesses", "fitnesstips", "fitnes", "fittnes", "fatness", "cooking"]
    assert nearest("fitness", known, 5) == [
        "fatness",
        "fitnes",
        "fitnesses",
        "fitnesstips",
    ]


def test_at_most_three_names_are_returned() -> None:
    assert len(nearest("fitness", [f"fitness{n}" for n in range(9)])) == 3


def test_nothing_typed_is_near_to_nothing() -> None:
    assert nearest("", ["a", "ab"]) == []
