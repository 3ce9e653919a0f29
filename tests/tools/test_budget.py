"""What the tools cost a model's context stays within its budget and does not creep."""

import pytest

import tools
from scripts.tokens import BUDGET, Cost, committed, cost_of, faults, table, tokens, total

COMMITTED = Cost(definition=1_000, whole=2_000)


def test_all_tools_together_stay_within_the_budget_and_near_the_committed_count() -> None:
    assert faults(total(cost_of(spec) for spec in tools.ALL), committed()) == []


def test_the_committed_count_is_itself_within_the_budget() -> None:
    assert (BUDGET.definition, BUDGET.whole) == (6_000, 16_000)
    assert faults(committed(), committed()) == []


def test_the_vocabulary_is_a_real_one() -> None:
    # In o200k_base, "hello world" is two tokens; JSON's quotes are one each.
    assert tokens("hello world") == 4
    assert tokens({}) == 1


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (Cost(1_000, 2_000), []),
        (Cost(1_050, 2_100), []),
        (Cost(1_051, 2_100), ["definition"]),
        (Cost(1_050, 2_101), ["whole"]),
        (Cost(500, 1_000), []),
    ],
)
def test_growth_above_five_percent_is_a_fault(found: Cost, wrong: list[str]) -> None:
    assert [fault.split(":")[0] for fault in faults(found, COMMITTED)] == wrong


def test_a_budget_holds_however_much_was_committed() -> None:
    found = Cost(6_001, 16_001)
    said = faults(found, found)
    assert len(said) == 2
    assert all("budget" in fault for fault in said)


def test_the_table_has_a_line_per_tool_and_the_sum() -> None:
    lines = table().splitlines()
    assert len(lines) == 2 + len(tools.ALL) + 2
    assert all(f"`{spec.name}`" in line for spec, line in zip(tools.ALL, lines[2:], strict=False))
    whole = total(cost_of(spec) for spec in tools.ALL)
    assert lines[-2] == f"| **all 25** | **{whole.definition:,}** | **{whole.whole:,}** |"
