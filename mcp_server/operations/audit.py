"""The record of every refresh that is spent: lines of JSON that are only ever added to.

A line with `event` `sent` stands on the disk before the refresh leaves, so a crash leaves one line
too many rather than one too few. What came of it follows in further lines with the same `job_id`,
by whichever process learns it.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import anyio.to_thread
from pydantic import JsonValue

from mcp_server.errors import StoreError
from mcp_server.freshness.audit import ASKED_BY
from mcp_server.operations.record import CALL
from mcp_server.store.records import Body, Job

_FLAGS: Final = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_KEY_DIGITS: Final = 16

_log = logging.getLogger(__name__)


class AuditFile:
    """One file, to which any number of processes may add lines."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        write: Callable[[int, bytes], int] = os.write,
    ) -> None:
        """Name the file; it is made at the first line.

        Args:
            path: Opened for each line, so that it may be moved away at any time.
            now: The clock.
            write: As `os.write`, in tests.
        """
        self._path = path
        self._now = now
        self._write = write
        self._is_torn = False

    async def add(self, facts: Body) -> None:
        """Add a line, and wait until the disk has it.

        Raises:
            OSError: It could not be added, or not whole.
        """
        moment = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": moment, **facts}).encode() + b"\n"
        await anyio.to_thread.run_sync(self._add, line)

    def _add(self, line: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, _FLAGS, 0o600)
        try:
            whole = b"\n" + line if self._is_torn else line
            written = self._write(descriptor, whole)
            self._is_torn = written < len(whole)
            if self._is_torn:
                raise OSError("the line did not fit")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class TenantAudit:
    """The record of what one tenant spends.

    Attributes:
        file: Where it is kept.
        tenant: The tenant's name.
        upstream: Where the refreshes are sent.
        is_required: Whether what cannot be recorded is not sent.
        spent: Is told each event, to be counted.
    """

    file: AuditFile
    tenant: str
    upstream: str
    is_required: bool
    spent: Callable[[str], None]

    def asked_by(self) -> Body:
        """Return who makes the call that is being answered."""
        record = CALL.get()
        return {"tenant": self.tenant} if record is None else record.who()

    async def before(self, job: Job, attempt: int) -> None:
        """Record that a refresh is about to be sent.

        Raises:
            StoreError: It could not be recorded, and has to be.
        """
        try:
            await self.file.add(self._facts(job, "sent", {"attempt": attempt}))
        except OSError as error:
            _log.error("A refresh could not be recorded in the audit: %s", _reason(error))
            if self.is_required:
                raise StoreError(
                    "The refresh was not sent, because the record of what is spent cannot be "
                    "written."
                ) from error
        self.spent("sent")

    async def after(self, job: Job, outcome: str) -> None:
        """Record what came of it; what cannot be recorded is in the log."""
        self.spent(outcome)
        more: dict[str, JsonValue] = {} if job.error_code is None else {"error": job.error_code}
        try:
            await self.file.add(self._facts(job, outcome, more))
        except OSError as error:
            _log.error(
                "What came of refresh %s could not be recorded in the audit (%s): %s",
                job.job_id,
                outcome,
                _reason(error),
            )

    def _facts(self, job: Job, event: str, more: Body) -> Body:
        asked_by = job.detail.get(ASKED_BY)
        return {
            "event": event,
            **({"tenant": self.tenant} | (asked_by if isinstance(asked_by, dict) else {})),
            "upstream": self.upstream,
            "account_id": job.account_id,
            "job_id": job.job_id,
            # The key itself could repeat the refresh.
            "key_sha256": hashlib.sha256(job.idempotency_key.encode()).hexdigest()[:_KEY_DIGITS],
            "process": os.getpid(),
            **more,
        }


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
