"""Every failure of the upstreams through every tool."""

from pathlib import Path

import pytest

import tools
from tests.faults.catalogue import FAULTS
from tests.faults.judging import answer_of, assert_no_secret, error_of, server_written
from tests.faults.upstream import ARGUMENTS, CANARY, Fault, connected

_OUTCOMES = {"refreshAccountAnalyticsAndWait", "refreshAccountAnalytics"}
"""Tools whose answer may be that it failed, account by account."""
_OF_THE_STORE = {"getAccountAnalyticsHistory"}


def test_the_matrix_has_every_tool_and_no_fault_twice() -> None:
    assert set(ARGUMENTS) == {spec.name for spec in tools.ALL}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 100


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(getattr(fault, "name", fault)))
async def test_every_failure_gives_a_known_code_and_a_next_step(
    fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong: list[str] = []
    async with connected(tmp_path, fault.respond) as client:
        for tool, arguments in ARGUMENTS.items():
            result = await client.call_tool(tool, arguments)
            try:
                if result.is_error:
                    code = str(error_of(result)["code"])
                    expected = tool in _OF_THE_STORE or code.startswith(_codes(tool, fault))
                    assert expected, code
                else:
                    answer = answer_of(tool, result)
                    assert fault.is_data or tool in _OUTCOMES, "a failure looks like an answer"
                    words = server_written(answer) if fault.is_data else str(answer)
                    assert CANARY not in words, words
            except AssertionError as failure:
                wrong.append(f"{tool}: {failure}")
    assert not wrong, "\n".join(wrong)
    assert CANARY not in caplog.text
    assert_no_secret(caplog.text)


def _codes(tool: str, fault: Fault) -> tuple[str, ...]:
    """What the tool may answer with; a POST that fails in the dark leaves an unknown outcome."""
    if tool in _OUTCOMES:
        return (*fault.codes, "OUTCOME_UNKNOWN", "FORBIDDEN")
    return fault.codes
