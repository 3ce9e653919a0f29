"""Lines in and bytes out of file descriptors, on the event loop alone.

The SDK's own streams hand every read and write to a thread. A thread blocked in
`read` cannot be interrupted, so Ctrl-C hangs until the client closes the pipe, and
each hop costs more than a trivial tool call. Here the loop waits for readiness.

The descriptors stay blocking: `O_NONBLOCK` belongs to the open file, which a terminal
shares with the user's shell. A ready descriptor returns what is there, and POSIX lets
`PIPE_BUF` bytes into a writable pipe at once, so neither call blocks.
"""

import os
import select
import selectors
import sys
from collections.abc import AsyncGenerator

import anyio
import anyio.lowlevel

READ_BYTES = 1 << 16


def claim_standard_streams() -> tuple[int, int]:
    """Take descriptors 0 and 1 away from everybody else, for good.

    Afterwards stray output of tools, libraries and child processes lands on stderr, and
    who reads standard input finds its end. Nothing is put back: text still buffered
    somewhere would otherwise reach the client at exit, between two protocol frames.

    Returns:
        Private duplicates of what were standard input and output.
    """
    stdin, stdout = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stdin, stdout


def can_wait(descriptor: int) -> bool:
    """Whether readiness can be waited for; a file or /dev/null cannot, and never blocks."""
    with selectors.DefaultSelector() as selector:
        try:
            selector.register(descriptor, selectors.EVENT_READ)
        except PermissionError:
            return False
    return True


async def read_lines(descriptor: int, *, max_bytes: int) -> AsyncGenerator[bytes | None]:
    """Yield the lines of a descriptor without their newline, up to its end.

    Args:
        descriptor: Open for reading; it stays open.
        max_bytes: The longest line to keep. Of a longer one nothing is held in memory.

    Yields:
        One line, or None in place of one that was too long.
    """
    wait = can_wait(descriptor)
    held, too_long = bytearray(), False
    while chunk := await _read(descriptor, wait=wait):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            line = bytes(held) + end
            yield None if too_long or len(line) > max_bytes else line
            held.clear()
            too_long = False
        held += rest
        if len(held) > max_bytes:
            held.clear()
            too_long = True
    if held or too_long:
        yield None if too_long else bytes(held)


async def write_all(descriptor: int, data: bytes, *, wait: bool) -> None:
    """Write every byte, waiting where the reader is slow.

    Args:
        descriptor: Open for writing; it stays open.
        data: What to write.
        wait: What `can_wait` says of the descriptor.

    Raises:
        OSError: Nobody reads any more.
    """
    rest = memoryview(data)
    while rest:
        if wait:
            await anyio.wait_writable(descriptor)
        rest = rest[os.write(descriptor, rest[: select.PIPE_BUF] if wait else rest) :]


async def _read(descriptor: int, *, wait: bool) -> bytes:
    if wait:
        await anyio.wait_readable(descriptor)
    else:
        await anyio.lowlevel.checkpoint()
    try:
        return os.read(descriptor, READ_BYTES)
    except OSError:
        # A reset socket or a closed terminal: the client has left, as at an end of file.
        return b""
