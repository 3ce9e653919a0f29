"""What the proof counts as broken."""

from collections import Counter

import pytest

from benchmarks.replicas.caller import Tally
from benchmarks.replicas.checks import single_posts
from benchmarks.replicas.report import latencies, percentile, summary


def test_one_request_for_each_refreshed_account_is_right() -> None:
    assert single_posts(Counter({"a": 1, "b": 1}), ["a", "b"]) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"a": 2, "b": 1}, "POSTs of account a: 2, not 1"),
        ({"b": 1}, "POSTs of account a: 0, not 1"),
        ({"a": 1, "b": 1, "c": 1}, "POSTs of account c: 1, not 0"),
    ],
)
def test_a_second_a_missing_and_an_unasked_request_are_told(
    found: dict[str, int], said: str
) -> None:
    assert single_posts(Counter(found), ["a", "b"]) == [said]


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.99) == 100
    assert percentile([7.0], 0.99) == 7
    assert percentile([], 0.5) == 0


def test_a_waiting_refresh_is_no_part_of_the_sum() -> None:
    tally = Tally()
    tally.answered("2025 tools/list", 0.010)
    tally.answered("2026 refreshAccountAnalyticsAndWait", 6.0)
    assert latencies(tally).splitlines()[-1] == "| all but waiting | 1 | 10 | 10 | 10 |"


def test_answers_after_the_end_are_no_throughput() -> None:
    tally = Tally(until=0.0)
    tally.answered("2025 tools/list", 0.010)
    assert tally.in_time == 0


def test_a_broken_proof_says_so_and_does_not_fill_the_screen() -> None:
    said = summary({"kills": 12}, [f"fault {number}" for number in range(30)]).splitlines()
    assert said[0] == "- kills: 12"
    assert said[-2] == "- BROKEN: and 10 more"
    assert said[-1] == "- verdict: it does not hold"
    assert summary({}, []) == "- verdict: it holds"
