"""Reading lines from and writing bytes to file descriptors."""

import os
import socket
import struct
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcp_server.transports.descriptors import READ_BYTES, can_wait, read_lines, write_all


@contextmanager
def pipe_with(data: bytes) -> Generator[int]:
    """The reading end of a pipe that holds the data and then ends."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


async def lines_of(data: bytes, *, max_bytes: int = 10) -> list[bytes | None]:
    with pipe_with(data) as descriptor:
        return [line async for line in read_lines(descriptor, max_bytes=max_bytes)]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"one\ntwo\n", [b"one", b"two"]),
        (b"one\n\ntwo", [b"one", b"", b"two"]),
        (b"0123456789\n", [b"0123456789"]),
        (b"0123456789a\nnext\n", [None, b"next"]),
        (b"0123456789a", [None]),
    ],
)
async def test_lines_end_at_newlines_and_at_the_end_of_input(
    data: bytes, lines: list[bytes | None]
) -> None:
    assert await lines_of(data) == lines


async def test_a_line_may_arrive_in_several_reads(tmp_path: Path) -> None:
    long = b"x" * (READ_BYTES + 1)
    file = tmp_path / "requests"
    file.write_bytes(long + b"\nshort\n")
    with file.open("rb") as opened:
        lines = [line async for line in read_lines(opened.fileno(), max_bytes=1 << 20)]
    assert lines == [long, b"short"]


async def test_a_line_far_over_the_limit_is_reported_once(tmp_path: Path) -> None:
    file = tmp_path / "requests"
    file.write_bytes(b"x" * (3 * READ_BYTES) + b"\nshort\n")
    with file.open("rb") as opened:
        lines = [line async for line in read_lines(opened.fileno(), max_bytes=10)]
    assert lines == [None, b"short"]


async def test_a_reset_connection_reads_as_its_end() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    peer = socket.create_connection(listener.getsockname())
    ours, _ = listener.accept()
    with listener, ours:
        linger_zero_seconds = struct.pack("ii", 1, 0)  # closing then sends a reset
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero_seconds)
        peer.close()
        assert [line async for line in read_lines(ours.fileno(), max_bytes=10)] == []


async def test_a_file_takes_everything_without_waiting(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    data = b"x" * (1 << 20)
    with file.open("wb") as opened:
        wait = can_wait(opened.fileno())
        await write_all(opened.fileno(), data, wait=wait)
    assert not wait
    assert file.read_bytes() == data


async def test_writing_to_nobody_is_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        await write_all(writing, b"hello", wait=can_wait(writing))
    os.close(writing)
