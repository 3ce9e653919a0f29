"""Names of partitions: the same for the same key at the same address, and nothing to be read."""

import hashlib
import hmac
import json
import secrets
from typing import Final

_NAME_LENGTH: Final = 32
_NOWHERE: Final = "unavailable-"


def random_secret() -> bytes:
    """Return a new secret of a store."""
    return secrets.token_bytes(32)


def partition_name(secret: bytes | None, upstream: str, address: str, key: str | None) -> str:
    """Return the name: without the secret, not even a guessed key can be checked against it.

    Where the store has told no secret, for want of a usable file or server, the name is of a
    partition that keeps nothing.
    """
    text = json.dumps([upstream, address, key])
    name = hmac.new(secret or b"", text.encode(), hashlib.sha256).hexdigest()[:_NAME_LENGTH]
    return _NOWHERE + name if secret is None else name


def keeps_nothing(partition: str) -> bool:
    """Say whether a partition was named while the store could not be used."""
    return partition.startswith(_NOWHERE)
