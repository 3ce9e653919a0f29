"""Growth is a pure function: never down, never by chance, two steps as good as one."""

from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.sample.growth import (
    Counts,
    earlier_counts,
    grown_counts,
    grown_followers,
    maturity,
)

DAY = 86_400
POSTED = 1_769_000_000
VIDEO = "7597799999999999999"
SEEN = Counts(100_000, 8_000, 120, 300, None)

ages = st.integers(min_value=0, max_value=400 * DAY)
seeds = st.integers(min_value=0, max_value=1_000)


@given(seeds, ages, ages)
def test_no_count_falls_and_the_unknown_stays_unknown(seed: int, age: int, more: int) -> None:
    later = grown_counts(seed, VIDEO, POSTED, SEEN, POSTED + age, POSTED + age + more)
    assert later.saves is None
    for before, after in ((SEEN.plays, later.plays), (SEEN.likes, later.likes)):
        assert before is not None
        assert after is not None
        assert after >= before


@given(seeds, ages)
def test_nothing_grows_backwards(seed: int, age: int) -> None:
    now = POSTED + age
    assert grown_counts(seed, VIDEO, POSTED, SEEN, now, now) == SEEN
    assert grown_counts(seed, VIDEO, POSTED, SEEN, now, now - DAY) == SEEN


def test_a_young_video_grows_faster_than_an_old_one() -> None:
    young = grown_counts(1, VIDEO, POSTED, SEEN, POSTED + DAY, POSTED + 3 * DAY)
    old = grown_counts(1, VIDEO, POSTED, SEEN, POSTED + 200 * DAY, POSTED + 202 * DAY)
    assert young.plays is not None
    assert old.plays is not None
    assert young.plays > old.plays > 100_000


@given(seeds, st.integers(min_value=1, max_value=90 * DAY), ages)
def test_two_steps_give_what_one_does_up_to_rounding(seed: int, first: int, second: int) -> None:
    start = POSTED + DAY
    middle = grown_counts(seed, VIDEO, POSTED, SEEN, start, start + first)
    twice = grown_counts(seed, VIDEO, POSTED, middle, start + first, start + first + second)
    once = grown_counts(seed, VIDEO, POSTED, SEEN, start, start + first + second)
    assert twice.plays is not None
    assert once.plays is not None
    assert abs(twice.plays - once.plays) <= 10


def test_a_video_seen_before_it_was_posted_does_not_grow() -> None:
    assert grown_counts(1, VIDEO, POSTED, SEEN, POSTED - DAY, POSTED + DAY) == SEEN


@given(seeds, st.integers(min_value=1, max_value=100 * DAY))
def test_the_past_is_smaller_and_empty_before_the_post(seed: int, age: int) -> None:
    now = POSTED + 100 * DAY
    past = earlier_counts(seed, VIDEO, POSTED, SEEN, now, POSTED + age)
    assert past.plays is not None
    assert 0 <= past.plays <= 100_000
    none = earlier_counts(seed, VIDEO, POSTED, SEEN, now, POSTED - 1)
    assert none == Counts(0, 0, 0, 0, None)
    assert earlier_counts(seed, VIDEO, POSTED, SEEN, POSTED, POSTED) == Counts(0, 0, 0, 0, None)


def test_maturity_begins_at_nothing_and_rises() -> None:
    shares = [maturity(2.0, age) for age in (-1, 0, 60, DAY, 10 * DAY, 300 * DAY)]
    assert shares[:2] == [0, 0]
    assert shares[1:] == sorted(shares[1:])
    # 1 - exp(-(1/2)^0.55) + 0.0015 = 0.4965 + 0.0015
    assert round(shares[3], 3) == 0.496


def test_followers_go_and_come_back_to_the_same_number() -> None:
    later = grown_followers(3, "Demo.Breadlab", 100_000, POSTED, POSTED + 30 * DAY)
    assert later != 100_000
    assert abs(grown_followers(3, "demo.breadlab", later, POSTED + 30 * DAY, POSTED) - 100_000) <= 1


def test_some_accounts_lose_followers_but_never_below_none() -> None:
    grown = [grown_followers(seed, "x", 1_000, 0, 3_000 * DAY) for seed in range(60)]
    assert min(grown) < 1_000 < max(grown)
    assert min(grown) >= 0
