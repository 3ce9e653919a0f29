"""Draws blocks in a second process, so that a large world keeps two cores busy.

A plain child that is told numbers and answers rows: no fork, which a server with threads could
not stand, and no import of whatever program runs here.
"""

import marshal
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from mcp_server.local.sample.block import Block, draw_block
from mcp_server.local.sample.plan import Plan

if sys.platform == "linux":
    import fcntl

_LENGTH: Final = struct.Struct("<Q")
_PIPE_BYTES: Final = 1 << 20
_AHEAD: Final = 8
"""How many blocks the child may be asked for before they are wanted: it must never be idle."""
_KEPT: Final = 8
"""How many blocks may be drawn here before they are wanted."""
# Ctrl-C reaches both processes; the one that was started ends with the other, without a word.
_STARTED: Final = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
    " sys.path[:] = {path!r}; from mcp_server.local.sample.helper import serve; "
    "serve({plan!r}, sys.stdin.buffer, sys.stdout.buffer)"
)


def serve(plan: tuple[int, int, int, int], asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each number of a span, one a line, with its block; until nothing more is asked."""
    drawn = Plan(*plan)
    for line in asked:
        body = marshal.dumps(tuple(draw_block(drawn, drawn.spans[int(line)])))
        try:
            answers.write(_LENGTH.pack(len(body)) + body)
            answers.flush()
        except BrokenPipeError:  # whoever asked is gone
            return


@contextmanager
def blocks_of(plan: Plan, *, helped: bool) -> Generator[Iterator[Block]]:
    """Yield all blocks of a world in their order, drawn in two processes where `helped`.

    Where no second process can be started, or it is lost, this one draws everything.
    """
    if not helped or not sys.executable:
        yield (draw_block(plan, span) for span in plan.spans)
        return
    with _child(plan) as child:
        yield together(plan, child)


@contextmanager
def _child(plan: Plan) -> Generator["Child"]:
    command = _STARTED.format(
        path=sys.path, plan=(plan.seed, plan.creators, plan.videos, plan.as_of)
    )
    with subprocess.Popen(  # noqa: S603 (this interpreter, our own text)
        [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin  # noqa: S101 (asked for above)
        assert process.stdout  # noqa: S101
        _widen(process.stdout)
        try:
            yield Child(process.stdin, process.stdout)
        finally:
            process.kill()


def _widen(pipe: IO[bytes]) -> None:
    """Have a pipe hold a whole block where the system allows it.

    Whoever draws here leaves the thread that reads only few moments to do so, and with a narrow
    pipe the child would wait for each of them.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class Child:
    """The other end of the pipe. Its answers are read as they come, or it would have to wait."""

    def __init__(self, asked: IO[bytes], answers: IO[bytes]) -> None:
        self._asked = asked
        self._answers = answers
        self._arrived: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def ask(self, number: int) -> bool:
        """Ask for a block; say whether anybody is there to hear it."""
        try:
            self._asked.write(b"%d\n" % number)
            self._asked.flush()
        except OSError:
            return False
        return True

    def has_answered(self) -> bool:
        """Say whether `answer` would not wait."""
        return not self._arrived.empty()

    def answer(self) -> Block | None:
        """Return the next answer; `None` where none will come any more."""
        body = self._arrived.get()
        if not body:
            self._arrived.put(b"")
            return None
        return Block(*marshal.loads(body))  # noqa: S302 (of our own child)

    def _read(self) -> None:
        try:
            while len(head := self._answers.read(_LENGTH.size)) == _LENGTH.size:
                (length,) = _LENGTH.unpack(head)
                if len(body := self._answers.read(length)) < length:
                    break
                self._arrived.put(body)
        finally:
            self._arrived.put(b"")


def together(plan: Plan, child: Child) -> Iterator[Block]:
    """Ask the child for blocks, and draw others while it is at work."""
    free = iter(range(len(plan.spans)))
    asked: list[int] = []
    drawn: dict[int, Block] = {}
    for number in range(len(plan.spans)):
        while len(asked) < _AHEAD and (more := next(free, None)) is not None:
            asked.append(more)
            child.ask(more)
        if number in drawn:
            yield drawn.pop(number)
            continue
        while not child.has_answered() and len(drawn) < _KEPT:
            if (more := next(free, None)) is None:
                break
            drawn[more] = draw_block(plan, plan.spans[more])
        asked.remove(number)
        yield child.answer() or draw_block(plan, plan.spans[number])
