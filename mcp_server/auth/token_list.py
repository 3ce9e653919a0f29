"""The operator's tokens as the auth file has them now: one taken out lets nobody in any more."""

import logging
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from mcp_server.auth.file import read
from mcp_server.auth.identity import Limits
from mcp_server.auth.tokens import Entry
from mcp_server.errors import SettingsError

LOOK_SECONDS: Final = 5.0
"""Least time between two looks whether the file has changed."""

_Stamp: TypeAlias = tuple[int, int, int]

_log = logging.getLogger(__name__)


class TokenList:
    """Reads the tokens again when the file has changed; tenants are those of the start."""

    def __init__(
        self,
        path: Path,
        *,
        usual: Limits,
        tenants: Collection[str],
        monotonic: Callable[[], float],
    ) -> None:
        """Read the file.

        Args:
            path: The auth file.
            usual: Limits of a token that has none of its own.
            tenants: Names of those that are served; tokens of others are left out.
            monotonic: Seconds that are never put back.

        Raises:
            SettingsError: The file cannot be used.
        """
        self._path = path
        self._usual = usual
        self._tenants = tenants
        self._monotonic = monotonic
        self._stamp = _stamp(path)
        self._looked_at = monotonic()
        self._entries = self._read()

    def __call__(self) -> Sequence[Entry]:
        """Return the tokens; of a file that cannot be used any more, those it had before."""
        now = self._monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._stamp = stamp
                self._reread()
        return self._entries

    def _reread(self) -> None:
        try:
            self._entries = self._read()
        except SettingsError as error:
            _log.error("The tokens are those from before: %s", error.message)
        else:
            _log.warning("The auth file has changed; it has %d tokens.", len(self._entries))

    def _read(self) -> list[Entry]:
        found = read(self._path).entries(self._usual)
        known = [entry for entry in found if entry.identity.tenant in self._tenants]
        if len(known) < len(found):
            _log.error(
                "%d tokens of the auth file are of tenants that came later: restart the server.",
                len(found) - len(known),
            )
        return known


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - its three figures at once
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
