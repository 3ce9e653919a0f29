"""A long answer is computed once, and anew as soon as anything changed."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.datastructures import QueryParams

from mcp_server.local.database import open_database
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.kept import kept
from mcp_server.local.toklytics.wire import Answer
from mcp_server.local.world import World
from tests.local.toklytics.tiny import ROWS, make_world, record


class Counting:
    """An operation that says how often it ran."""

    def __init__(self) -> None:
        self.ran = 0

    def __call__(self, call: Call) -> Answer:
        self.ran += 1
        return Answer({"ran": self.ran, "niche": call.text("niche")})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, [record(row) for row in ROWS])
    yield made
    made.close()


@pytest.fixture
def ask(world: World) -> Callable[..., object]:
    operation = kept(Counting())

    def asked(**query: str) -> object:
        return operation(Call(world, {}, QueryParams(query))).data

    return asked


def test_the_same_question_is_answered_once(ask: Callable[..., object]) -> None:
    first = ask(niche="gym")
    assert ask(niche="gym") == first == {"ran": 1, "niche": "gym"}


def test_another_question_is_another_answer(ask: Callable[..., object]) -> None:
    ask(niche="gym")
    assert ask(niche="food") == {"ran": 2, "niche": "food"}
    assert ask(niche="gym", least="5") == {"ran": 3, "niche": "gym"}


def test_a_change_of_this_connection_makes_answers_old(
    world: World, ask: Callable[..., object]
) -> None:
    ask(niche="gym")
    world.data().execute("UPDATE creators SET followers = 1")
    assert ask(niche="gym") == {"ran": 2, "niche": "gym"}


def test_a_change_of_another_process_makes_answers_old(
    world: World, ask: Callable[..., object]
) -> None:
    ask(niche="gym")
    with closing(open_database(world.folder, "data")) as other:
        other.execute("UPDATE creators SET followers = 1")
    assert ask(niche="gym") == {"ran": 2, "niche": "gym"}


def test_only_the_last_answers_are_kept(ask: Callable[..., object]) -> None:
    for number in range(33):
        ask(niche=str(number))
    assert ask(niche="32") == {"ran": 33, "niche": "32"}
    assert ask(niche="0") == {"ran": 34, "niche": "0"}
