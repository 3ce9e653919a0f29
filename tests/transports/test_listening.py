"""The sockets that servers listen on."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from mcp_server.cli import local_server
from mcp_server.transports.http import listen


@pytest.mark.parametrize("listening", [listen, local_server.listen])
async def test_an_answer_in_several_parts_is_not_held_back_until_the_first_is_acknowledged(
    listening: Callable[[str, int], socket.socket],
) -> None:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken: socket.socket = writer.get_extra_info("socket")
        accepted.set_result(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening("127.0.0.1", 0) as bound:
        async with await asyncio.start_server(note, sock=bound):
            _, writer = await asyncio.open_connection(*bound.getsockname())
            async with asyncio.timeout(20):
                assert await accepted == 1
            writer.close()
            await writer.wait_closed()
