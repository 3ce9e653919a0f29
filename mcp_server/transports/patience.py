"""How long one connection may keep the server waiting: for headers, or with an unread answer."""

import asyncio
from dataclasses import dataclass
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_ENDED: Final = b"Connection: close\r\nContent-Length: 0\r\n\r\n"
_FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n" + _ENDED
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\n" + _ENDED


@dataclass(frozen=True, slots=True)
class Patience:
    """What a connection may do; the settings of similar names explain each."""

    header_seconds: float
    write_seconds: float
    most_connections: int


class PatientProtocol(H11Protocol):
    """Uvicorn's protocol with deadlines, which it has only between two requests."""

    patience: Patience
    _head: asyncio.TimerHandle | None = None
    """Runs while the headers of a request are awaited."""
    _unread: asyncio.TimerHandle | None = None
    """Runs while the client leaves an answer unread."""

    def connection_made(  # type: ignore[override] # as in uvicorn: every transport is a socket's
        self, transport: asyncio.Transport
    ) -> None:
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.patience.most_connections:
            self._close_with(_FULL)
            return
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on; a request whose headers have begun has to get them done."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop_waiting_for_head()
        elif self._head is None:
            self._expect_head()

    def pause_writing(self) -> None:
        """Wait for a client that does not read, but not for long."""
        super().pause_writing()
        self._stop_waiting_for_reader()
        # Not close: that would wait for the client to read what is left.
        self._unread = self.loop.call_later(self.patience.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, as the client has read."""
        self._stop_waiting_for_reader()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._stop_waiting_for_head()
        super().connection_lost(exc)
        self._stop_waiting_for_reader()

    def _expect_head(self) -> None:
        self._head = self.loop.call_later(self.patience.header_seconds, self._close_with, _TOO_SLOW)

    def _stop_waiting_for_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _stop_waiting_for_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _close_with(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


def patient(patience: Patience) -> type[PatientProtocol]:
    """Return the protocol with these limits, for uvicorn to make one for each connection."""

    class Protocol(PatientProtocol):
        pass

    Protocol.patience = patience
    return Protocol
