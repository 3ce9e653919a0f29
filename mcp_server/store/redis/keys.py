"""The names of all keys; the version in them changes with their layout.

One per store: `secret`, `changes` (a stream), and `cached` (which answers end when).
All others belong to a partition, and no name holds more of it than its keyed hash.
"""

from typing import Final
from urllib.parse import quote

PREFIX: Final = "tokmetrics:1:"

SECRET: Final = f"{PREFIX}secret"
CHANGES: Final = f"{PREFIX}changes"
CACHED: Final = f"{PREFIX}cached"


def key(partition: str, *parts: str) -> str:
    """Return the key of a thing; whatever the parts hold, no two things share one."""
    named = (quote(part, safe="", errors="surrogatepass") for part in (partition, *parts))
    return PREFIX + ":".join(named)


def job(partition: str, job_id: str) -> str:
    """Return where one job stands, as JSON."""
    return key(partition, "job", job_id)


def active(partition: str) -> str:
    """Return the hash of account to its active job."""
    return key(partition, "active")


def last(partition: str) -> str:
    """Return the hash of account to the mark of the job that finished last."""
    return key(partition, "last")


def superseded(partition: str) -> str:
    """Return the sorted set of ended jobs that are not their account's last, by their end."""
    return key(partition, "superseded")


def posted(partition: str) -> str:
    """Return the sorted set of jobs that were posted, by when."""
    return key(partition, "posted")


def durations(partition: str) -> str:
    """Return the sorted set of how long jobs took, by their end."""
    return key(partition, "durations")


def quota(partition: str) -> str:
    """Return where the quota stands as last seen, as JSON."""
    return key(partition, "quota")


def accounts(partition: str) -> str:
    """Return the hash of account to what is known of it, as JSON."""
    return key(partition, "accounts")


def subjects(partition: str) -> str:
    """Return the set of what there are snapshots of, as JSON."""
    return key(partition, "subjects")


def snapshots(partition: str, kind: str, subject: str) -> str:
    """Return the sorted set of a subject's snapshots, JSON by `scraped_at`."""
    return key(partition, "snapshots", kind, subject)


def videos(partition: str) -> str:
    """Return the hash of video record to its account."""
    return key(partition, "videos")


def names(partition: str, kind: str) -> str:
    """Return the sorted set of public names, by when they were seen."""
    return key(partition, "names", kind)


def answer(partition: str, name: str) -> str:
    """Return where a kept answer stands."""
    return key(partition, "answer", name)
