"""The ids that TokPortal gives to accounts and videos, derived so that they never change."""

import hashlib
import uuid
from typing import Final

_ACCOUNTS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "tokmetrics:local:accounts")


def account_id_of(username: str) -> str:
    """Return the account id of a handle, whatever its case."""
    return str(uuid.uuid5(_ACCOUNTS, username.lower()))


def record_id(account_id: str, video_id: str) -> str:
    """Return the id of an account's analytics record of a platform video (`va_...`)."""
    return f"va_{_short(f'record/{account_id}/{video_id}')}"


def tokportal_video_id(account_id: str, video_id: str) -> str:
    """Return TokPortal's own id of a platform video (`vid_...`)."""
    return f"vid_{_short(f'video/{account_id}/{video_id}')}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
