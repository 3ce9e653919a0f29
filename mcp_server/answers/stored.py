"""Puts what the store keeps into the envelope, with the age it has by now."""

from datetime import datetime

from pydantic import JsonValue

from mcp_server.answers.envelope import Answer, Provenance
from mcp_server.store.records import StoredSnapshot


def canonical(moment: datetime) -> str:
    """Write a time as every answer and every resource address does."""
    # Not every platform writes a year before 1000 with four digits.
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def age_seconds(moment: datetime, now: datetime) -> int:
    """Whole seconds since `moment`, never negative."""
    return max(0, int((now - moment).total_seconds()))


def stored_answer(snapshot: StoredSnapshot, now: datetime) -> Answer[JsonValue]:
    """Return the answer that a snapshot is: marked as cached, as old as it is."""
    at = snapshot.scraped_at
    return Answer[JsonValue](
        data=snapshot.body,
        provenance=Provenance(
            api="tokportal",
            mode=snapshot.mode,
            synthetic=True if snapshot.synthetic else None,
            as_of=None if at is None else canonical(at),
            age_seconds=None if at is None else age_seconds(at, now),
            fetched_at=canonical(snapshot.stored_at) if at is None else None,
            metrics_version=snapshot.basis.metrics_version,
            basis=snapshot.basis.text,
            low_sample=snapshot.basis.low_sample or None,
            cached=True,
        ),
    )
