"""Which of several files without a crawl time are pieces of one crawl: what their rows tell."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import Final

from mcp_server.local.handles import key
from mcp_server.local.importers.formats import Record
from mcp_server.local.records import VideoRecord
from mcp_server.local.restore import StoredRow

_LOOKED_AT: Final = 500
"""So many creators and videos of each file are compared with those of the others."""


@dataclass(slots=True)
class Evidence:
    """What the rows of a file tell of the time at which it was collected."""

    newest: int | None = None
    """The time of its newest post, or of its newest profile that says when it was seen."""
    lacking: bool = False
    """Whether rows say no time."""
    creators: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """The handles of some of those whom it is about, with the user id where it says one."""
    plays: dict[str, int] = field(default_factory=dict[str, int])
    """The views of its first videos."""

    def note(self, record: Record, latest: int) -> None:
        """Take a row in; a time after `latest` is a damaged one, and would make all look new."""
        if isinstance(record, StoredRow):
            return
        self.lacking = self.lacking or record.scraped_at is None
        creator = record.creator if isinstance(record, VideoRecord) else record
        at = record.posted_at if isinstance(record, VideoRecord) else record.scraped_at
        if at is not None and at <= latest:
            self.newest = at if self.newest is None else max(self.newest, at)
        name = key(creator.username)
        if name in self.creators or len(self.creators) < _LOOKED_AT:
            self.creators[name] = self.creators.get(name) or creator.user_id
        plays = record.plays if isinstance(record, VideoRecord) else None
        if isinstance(record, VideoRecord) and plays is not None and len(self.plays) < _LOOKED_AT:
            self.plays.setdefault(record.video_id, plays)


def newest_posts(files: Sequence[Evidence]) -> list[int | None]:
    """Return for each file the newest post of the crawl that it is a part of.

    One crawl is often saved as several files: pages of a list, or a file for each video. Those
    that have a creator in common belong together, unless their views tell that time went by
    between them. Then the first of each are one crawl, the second of each another, and so on.
    """
    ranks, owners = _ranks(files), _owners(files)
    crawls: dict[tuple[str, int], int] = {}
    found = list(range(len(files)))  # the crawl of each file, named by one of its files
    for place, file in enumerate(files):
        for name, user_id in file.creators.items():
            person = user_id or owners.get(name, name)
            other = _first(found, crawls.setdefault((person, ranks[place]), place))
            found[other] = _first(found, place)
    newest: dict[int, int] = {}
    for place, file in enumerate(files):
        crawl = _first(found, place)
        if file.newest is not None:
            newest[crawl] = max(file.newest, newest.get(crawl, file.newest))
    return [newest.get(_first(found, place)) for place in range(len(files))]


def _owners(files: Sequence[Evidence]) -> dict[str, str]:
    """Return whose each handle is, where all files that say a user id for it say the same."""
    said: dict[str, set[str]] = {}
    for file in files:
        for name, user_id in file.creators.items():
            if user_id is not None:
                said.setdefault(name, set()).add(user_id)
    return {name: min(ids) for name, ids in said.items() if len(ids) == 1}


def _first(found: Sequence[int], place: int) -> int:
    while found[place] != place:
        place = found[place]
    return place


def _ranks(files: Sequence[Evidence]) -> list[int]:
    """Return how many crawls of the same videos came before each file at least."""
    earlier: dict[int, set[int]] = {place: set() for place in range(len(files))}
    for before, after in _successions(files):
        earlier[after].add(before)
    ranks = [0] * len(files)
    try:
        order = list(TopologicalSorter(earlier).static_order())
    except CycleError:  # the figures say nothing that fits together
        return list(range(len(files)))
    for place in order:
        ranks[place] = max((ranks[one] + 1 for one in earlier[place]), default=0)
    return ranks


def _successions(files: Sequence[Evidence]) -> Iterator[tuple[int, int]]:
    """Yield pairs of files of which most videos that both could share have more views in one."""
    seen: dict[str, list[int]] = {}
    for place, file in enumerate(files):
        for video in file.plays:
            seen.setdefault(video, []).append(place)
    differing: Counter[tuple[int, int]] = Counter()
    rising: Counter[tuple[int, int]] = Counter()
    for video, places in seen.items():
        for one, other in combinations(places, 2):
            plays, later = files[one].plays[video], files[other].plays[video]
            if plays != later:
                differing[one, other] += 1
                rising[one, other] += 1 if later > plays else -1
    for (one, other), count in differing.items():
        if 2 * count > min(len(files[one].plays), len(files[other].plays)):
            yield (one, other) if rising[one, other] >= 0 else (other, one)
