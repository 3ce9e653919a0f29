"""Every question can be answered from what every kind of host shows, in both eras."""

import pytest

import tools
from tests.hosts.calls import CALLS
from tests.hosts.conftest import Wire
from tests.hosts.hosts import HOSTS
from tests.hosts.line import ERAS, Era
from tests.hosts.questions import QUESTIONS, Question
from tests.hosts.reading import at, difference, documents


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("question", QUESTIONS, ids=[asked.text for asked in QUESTIONS])
def test_the_host_lets_its_model_answer(
    question: Question, host: str, era: Era, wires: dict[Era, Wire]
) -> None:
    wire = wires[era]
    shown = documents(HOSTS[host](wire.results[question.call]))
    assert shown, "a host that shows nothing answers nothing"
    expected = wire.filled(question.call, question.expected)
    assert [question.reader(document) for document in shown] == [expected] * len(shown), shown


def test_what_is_left_counts_the_refresh_that_runs(wires: dict[Era, Wire]) -> None:
    left = difference(at("quota", "limit"), at("quota", "used"))
    for wire in wires.values():
        for host in HOSTS.values():
            for document in documents(host(wire.results["pending"])):
                assert left(document) == 499


def test_every_tool_is_asked_about() -> None:
    asked = {CALLS[question.call].tool for question in QUESTIONS}
    assert asked == {spec.name for spec in tools.ALL}
    assert {question.call for question in QUESTIONS} == CALLS.keys()
    assert len(QUESTIONS) >= 30


def test_any_answer_says_where_it_is_from_and_how_current(wires: dict[Era, Wire]) -> None:
    for wire in wires.values():
        for name, result in wire.results.items():
            for host in HOSTS.values():
                for shown in documents(host(result)):
                    assert isinstance(shown, dict)
                    if "error" in shown:
                        continue
                    provenance = shown["provenance"]
                    assert isinstance(provenance, dict)
                    assert provenance["api"] in {"tokportal", "toklytics"}
                    assert ("as_of" in provenance) != ("fetched_at" in provenance), name
                    assert ("as_of" in provenance) == ("age_seconds" in provenance), name
