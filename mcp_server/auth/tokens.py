"""The operator's own bearer tokens, of which only hashes are kept."""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mcp_server.auth.identity import Identity

PREFIX: Final = "tokm_"
"""Lets secret scanners find a leaked one."""
BYTES: Final = 32
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One token of the auth file."""

    digest: bytes
    identity: Identity


def new_token(random_text: Callable[[int], str]) -> str:
    """Return a new token.

    Args:
        random_text: Makes URL-safe text of so many random bytes, as `secrets.token_urlsafe` does.
    """
    return PREFIX + random_text(BYTES)


def hash_line(token: str) -> str:
    """Return what the auth file holds of a token.

    A plain hash is enough: a token has 256 random bits, so there is nothing to guess, and a slow
    hash at each request would only be a way to keep the server busy.
    """
    return f"sha256:{_digest(token).hex()}"


def read_hash(line: str) -> bytes:
    """Return the digest of a line of the auth file.

    Raises:
        ValueError: It is none; the text does not repeat it, as somebody may have put a token there.
    """
    if not _HASH.fullmatch(line):
        raise ValueError("expected sha256: and 64 hexadecimal digits, as `tokmetrics token` prints")
    return bytes.fromhex(line.removeprefix("sha256:"))


def find(entries: Sequence[Entry], token: str, now: datetime) -> Identity | None:
    """Return whose token it is, unless it has expired.

    Every entry is compared, each in constant time, so that the time tells nothing of them.
    """
    digest, found = _digest(token), None
    for entry in entries:
        if hmac.compare_digest(entry.digest, digest):
            found = entry.identity
    if found is None or (found.expires_at is not None and found.expires_at <= now):
        return None
    return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
