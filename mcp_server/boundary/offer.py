"""How prompts and tools learn what the caller of one request is offered."""

from collections.abc import Callable
from typing import Protocol, TypeAlias


class Asking(Protocol):
    """The part of the SDK's request context that tells callers apart."""

    @property
    def request(self) -> object:
        """The HTTP request that brought the message; `None` on stdio."""
        ...

    @property
    def session(self) -> object:
        """The way back to the client."""
        ...


Offered: TypeAlias = Callable[[Asking], frozenset[str]]
"""Names the tools that a request may see and call."""
