"""SIGINT and SIGTERM as a wish to stop, with a moment at which the process ends in any case."""

import asyncio
import atexit
import logging
import os
import signal
import threading
from types import FrameType
from typing import Final

import anyio

HARD_EXIT_SECONDS: Final = 1.5
"""When a signal ends the process at the latest, whatever still runs."""


class Signals:
    """What was received; use it in the main thread, inside the event loop that is to stop."""

    def __init__(self, stop: anyio.Event) -> None:
        """Take over both signals, for good.

        Args:
            stop: Set at the first signal. What has not ended `HARD_EXIT_SECONDS` later, or at a
                second signal, is cut off.
        """
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._received: list[int] = []
        # Not loop.add_signal_handler: its callback waits for a loop that a tool may block.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        atexit.register(self._leave)

    @property
    def exit_status(self) -> int:
        """128 plus the number of the first signal; 0 without one."""
        return 128 + self._received[0] if self._received else 0

    def _leave(self) -> None:
        """Skip the interpreter's own end: on a busy machine it takes longer than all before."""
        if self._received:
            logging.shutdown()
            os._exit(self.exit_status)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        status = 128 + number
        if self._received:
            os._exit(status)
        self._received.append(number)
        # A thread, because the loop may be what hangs.
        deadline = threading.Timer(HARD_EXIT_SECONDS, os._exit, [status])
        deadline.daemon = True
        deadline.start()
        self._loop.call_soon_threadsafe(self._stop.set)
