"""One request to Toklytics' routes: its parameters, checked, and the files it may read."""

import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import QueryParams

from mcp_server.local.toklytics.wire import MAX_LIMIT, Answer, Page, invalid, missing
from mcp_server.local.world import World

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_TEXT_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation is called with."""

    world: World
    path: Mapping[str, str]
    query: QueryParams

    @property
    def data(self) -> sqlite3.Connection:
        """Creators, videos, hashtags and sounds."""
        return self.world.data()

    @property
    def state(self) -> sqlite3.Connection:
        """Former observations."""
        return self.world.state()

    def text(self, name: str) -> str | None:
        """Read a text; blank counts as not sent.

        Raises:
            ApiError: It is longer than anything that could be found.
        """
        value = self.query.get(name, "").strip()
        if len(value) > _TEXT_MAX:
            raise invalid(name, f"at most {_TEXT_MAX} characters long")
        return value or None

    def region(self) -> str | None:
        """Read `region` as TikTok writes it; the contract's own example says UK for GB.

        Raises:
            ApiError: It is too long for a region.
        """
        text = self.text("region")
        code = text.upper() if text else None
        return "GB" if code == "UK" else code

    def required(self, name: str) -> str:
        """Read a text that has to be sent.

        Raises:
            ApiError: It is missing, blank or too long.
        """
        if (value := self.text(name)) is None:
            raise missing(name)
        return value

    def whole(self, name: str, *, least: int = 0) -> int | None:
        """Read a whole number, `None` where it is not sent.

        Raises:
            ApiError: It is no whole number of at most 15 digits, or below `least`.
        """
        if (value := self.query.get(name)) is None:
            return None
        if not _WHOLE.fullmatch(value.strip()) or int(value) < least:
            raise invalid(name, f"a whole number of at least {least}, at most 15 digits long")
        return int(value)

    def number(self, name: str, *, above: float | None = None) -> float | None:
        """Read a finite number of at least 0, or above `above`; `None` where it is not sent.

        Raises:
            ApiError: It is no such number.
        """
        if (text := self.query.get(name)) is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or (value < 0 if above is None else value <= above):
            raise invalid(
                name, f"a number {'of at least 0' if above is None else f'above {above}'}"
            )
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None) -> str | None:
        """Read one of a few values, `default` where it is not sent.

        Raises:
            ApiError: It is none of them.
        """
        value = self.query.get(name, default)
        if value is not None and value not in allowed:
            raise invalid(name, "one of " + ", ".join(allowed))
        return value

    def flag(self, name: str) -> bool:
        """Read a boolean, false where it is not sent.

        Raises:
            ApiError: It is neither true nor false.
        """
        value = self.query.get(name, "false").lower()
        if value not in _FLAGS:
            raise invalid(name, "true or false")
        return _FLAGS[value]

    def limit(self) -> int:
        """Read `limit`: 20 where it is not sent, 50 at most.

        Raises:
            ApiError: It is no whole number of at least 1.
        """
        asked = self.whole("limit", least=1)
        return 20 if asked is None else min(asked, MAX_LIMIT)

    def page(self) -> Page:
        """Read `page` and `limit`.

        Raises:
            ApiError: One of them is no whole number of at least 1.
        """
        return Page(self.whole("page", least=1) or 1, self.limit())


Operation = Callable[[Call], Answer]
"""One GET operation; it raises `ApiError` where it has no answer."""
