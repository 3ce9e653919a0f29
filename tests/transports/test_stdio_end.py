"""How a stdio server ends: within two seconds, and with its lifespan left."""

import os
import signal

import pytest

from tests.transports.tiny_server import COMMAND
from tests.wire import HANDSHAKE, Child, started, tool_call

LIMIT_SECONDS = 2
SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_ends_an_idle_server_whose_input_stays_open(
    greeted: Child, number: signal.Signals
) -> None:
    greeted.process.send_signal(number)
    status, said = await greeted.end(within=LIMIT_SECONDS)
    assert (status, said) == (128 + number, ["left"])


async def test_a_signal_ends_a_server_nobody_has_spoken_to(tiny: Child) -> None:
    await tiny.hear("entered")
    tiny.process.send_signal(signal.SIGINT)
    status, said = await tiny.end(within=LIMIT_SECONDS)
    assert (status, said) == (128 + signal.SIGINT, ["left"])


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_cancels_the_running_tool_before_the_lifespan_is_left(
    greeted: Child, number: signal.Signals
) -> None:
    await greeted.start_call("wait_forever", until="waiting")
    greeted.process.send_signal(number)
    status, said = await greeted.end(within=LIMIT_SECONDS)
    assert (status, said) == (128 + number, ["cancelled", "left"])


@pytest.mark.parametrize(
    ("tool", "number"),
    [("block_a_thread", signal.SIGTERM), ("block_the_loop", signal.SIGINT)],
)
async def test_a_signal_ends_even_a_server_that_hangs(
    greeted: Child, tool: str, number: signal.Signals
) -> None:
    await greeted.start_call(tool, until="blocking")
    greeted.process.send_signal(number)
    status, _ = await greeted.end(within=LIMIT_SECONDS)
    assert status == 128 + number


async def test_a_second_signal_ends_a_hanging_server_at_once(greeted: Child) -> None:
    await greeted.start_call("block_the_loop", until="blocking")
    greeted.process.send_signal(signal.SIGINT)
    greeted.process.send_signal(signal.SIGTERM)
    status, _ = await greeted.end(within=LIMIT_SECONDS)
    assert status in {128 + signal.SIGINT, 128 + signal.SIGTERM}


async def test_a_signal_ends_a_server_whose_client_has_stopped_reading() -> None:
    unread, stdout = os.pipe()
    async with started(*COMMAND, stdout=stdout) as server:
        os.close(stdout)
        larger_than_a_pipe = tool_call("long_text", length=1_000_000)
        await server.send(*HANDSHAKE, larger_than_a_pipe, tool_call("wait_forever"))
        await server.hear("waiting")
        server.process.send_signal(signal.SIGTERM)
        status, said = await server.end(within=LIMIT_SECONDS)
    os.close(unread)
    assert (status, said) == (128 + signal.SIGTERM, ["cancelled", "left"])


async def test_a_client_that_vanishes_ends_the_server_though_the_input_stays_open() -> None:
    unread, stdout = os.pipe()
    async with started(*COMMAND, stdout=stdout) as server:
        os.close(stdout)
        await server.hear("entered")
        os.close(unread)
        await server.send(tool_call("echo", text="to nobody"))
        status, said = await server.end()
    assert (status, said) == (0, ["left"])


async def test_a_lifespan_that_cannot_start_fails_with_its_own_error() -> None:
    async with started(*COMMAND, "broken-lifespan") as server:
        status, said = await server.end()
    assert status == 1
    assert said[-1] == "LookupError: no settings"


async def test_end_of_input_ends_the_server_and_cancels_the_running_tool(greeted: Child) -> None:
    await greeted.start_call("wait_forever", until="waiting")
    await greeted.close_input()
    status, said = await greeted.end(within=LIMIT_SECONDS)
    assert (status, said) == (0, ["cancelled", "left"])


async def test_end_of_input_before_any_message_ends_the_server(tiny: Child) -> None:
    await tiny.close_input()
    status, said = await tiny.end()
    assert (status, said) == (0, ["entered", "left"])
