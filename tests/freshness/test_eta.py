"""What is learned from finished refreshes, and how long to pause."""

import pytest

from mcp_server.freshness.eta import Expectation, pause
from mcp_server.freshness.rules import EngineRules

RULES = EngineRules(
    usual_duration=45, poll_first=3, poll_growth=1.5, poll_longest=60, give_up_after=7_200
)
MIDDLE = 0.5
"""The chance that makes no jitter."""
MINUTE = Expectation(60, 90, is_learned=True)


def test_without_experience_the_usual_time_is_expected() -> None:
    assert Expectation.of([], RULES) == Expectation(45, 45, is_learned=False)


@pytest.mark.parametrize(
    ("durations", "usual", "late"),
    [
        ([20], 20, 20),
        ([20, 30], 25, 30),
        ([10, 20, 60], 20, 60),
        # By the exclusive method: place 0.8 * 6 = 4.8 of five.
        ([10, 20, 30, 40, 50], 30, 48),
        ([20, -5, 9_999], 20, 20),
        ([-5, 9_999], 45, 45),
    ],
)
def test_the_usual_time_is_the_median_and_late_is_what_four_of_five_undercut(
    durations: list[float], usual: float, late: float
) -> None:
    found = Expectation.of(durations, RULES)
    assert found.usual == usual
    assert found.late == pytest.approx(late)


@pytest.mark.parametrize(
    ("elapsed", "left"),
    [(0, 60), (-10, 60), (20.4, 40), (59.9, 1), (60, 30), (80, 40), (90, 45), (600, 300)],
)
def test_what_is_left_shrinks_and_what_is_late_stays_late(elapsed: float, left: int) -> None:
    assert MINUTE.seconds_left(elapsed) == left


@pytest.mark.parametrize(
    ("elapsed", "seconds"), [(0, 90), (60, 30), (89, 45), (100, 50), (10_000, 600), (-5, 90)]
)
def test_an_agent_comes_back_when_it_is_probably_done(elapsed: float, seconds: int) -> None:
    assert MINUTE.check_after(elapsed, RULES) == seconds


def test_an_agent_is_never_asked_back_at_once() -> None:
    assert Expectation(1, 1, is_learned=True).check_after(0, RULES) == 5


def test_without_experience_pauses_grow_from_the_first_one_to_the_longest() -> None:
    found = [pause(looks, None, RULES, chance=MIDDLE) for looks in range(10)]
    assert found[:4] == [3, 4.5, 6.75, 10.125]
    assert found[-2:] == [60, 60]
    assert pause(100_000, None, RULES, chance=MIDDLE) == 60


def test_an_expectation_that_was_not_learned_changes_nothing() -> None:
    guess = Expectation.of([], RULES)
    found = [pause(looks, guess, RULES, chance=MIDDLE) for looks in range(3)]
    assert found == [3, 4.5, 6.75]


@pytest.mark.parametrize(("usual", "first"), [(20, 16), (2, 3), (75, 60), (1_000, 60)])
def test_the_first_look_comes_a_little_before_the_learned_time(usual: float, first: float) -> None:
    learned = Expectation(usual, usual, is_learned=True)
    found = [pause(looks, learned, RULES, chance=MIDDLE) for looks in range(4)]
    assert found == [pytest.approx(first), 3, 4.5, 6.75]


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 2.4), (0.25, 2.7), (0.999999, 3.6)])
def test_chance_moves_a_pause_by_a_fifth_at_most(chance: float, seconds: float) -> None:
    assert pause(0, None, RULES, chance=chance) == pytest.approx(seconds, abs=1e-3)
