"""How others get to know of every request to an upstream, and add headers to it."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from mcp_server.clients.error_mapping import Api


@dataclass(slots=True)
class Exchange:
    """One request and what came of it.

    Attributes:
        headers: To be sent along.
        status: The status of the answer; none until there is a whole one.
    """

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int | None = None


Watch: TypeAlias = Callable[[Api, str, str], AbstractContextManager[Exchange]]
"""Is given the API, the method and the path, and entered for as long as the request takes."""


@contextmanager
def unwatched(api: Api, method: str, path: str) -> Generator[Exchange]:
    """Watch nothing."""
    del api, method, path
    yield Exchange()
