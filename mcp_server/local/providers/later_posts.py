"""What a sample account posts after its world was generated: a pure function of seed and time.

A new post is one of the account's own, made again on another day: the same caption, sound and
kind, at about the same hour, with views of its own. How often depends on how often the account
posted before. So two looks agree about every post that both can see.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample.growth import Counts, maturity, pace, scaled
from mcp_server.local.sample.numbers import DAY, HOUR, stream, video_id

_MOST_A_DAY: Final = 3.0
_LONGEST_DAYS: Final = 3_650
_FEWEST_BEFORE: Final = 2
_SPREAD: Final = 0.6
_NUMBERS: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Past:
    """What an account had posted when its world was generated."""

    posts: Sequence[VideoRecord]
    """With the counts of their `scraped_at`, ordered by id; those without a post time left out."""
    until: int
    """When the world was generated, in Unix seconds."""


def later_posts(seed: int, username: str, past: Past, at: int) -> Iterator[VideoRecord]:
    """Yield the posts that were made after the past ended and until `at`, as they are at `at`."""
    templates = [post for post in past.posts if post.posted_at is not None]
    if len(templates) < _FEWEST_BEFORE:
        return
    typical = _typical_views(seed, templates)
    slots, chance = _habit(templates, past.until)
    first = past.until // DAY
    for day in range(first, min(at // DAY, first + _LONGEST_DAYS) + 1):
        for slot in range(slots):
            rng = stream(seed, "later", username.lower(), day, slot)
            made = rng.random() < chance
            template = templates[rng.randrange(len(templates))]
            of_day = ((template.posted_at or 0) + rng.randrange(HOUR)) % DAY
            final = typical * math.exp(rng.gauss(0, _SPREAD))
            posted_at = day * DAY + of_day
            if made and past.until < posted_at <= at:
                identity = video_id(rng.randrange(_NUMBERS), posted_at)
                yield _post(seed, username, template, identity, posted_at, final, at)


def _habit(templates: Sequence[VideoRecord], until: int) -> tuple[int, float]:
    """Return how many posts a day may have, and the chance of each of them."""
    oldest = min(post.posted_at or until for post in templates)
    a_day = min(len(templates) * DAY / max(until - oldest, DAY), _MOST_A_DAY)
    slots = math.ceil(a_day)
    return slots, a_day / slots


def _typical_views(seed: int, templates: Sequence[VideoRecord]) -> float:
    """Return the views of the account's ordinary post once it is old."""
    finals = [
        post.plays / share
        for post in templates
        if post.plays is not None
        and post.scraped_at is not None
        and (share := maturity(pace(seed, post.video_id), post.scraped_at - (post.posted_at or 0)))
    ]
    return statistics.median(finals) if finals else 0.0


def _post(  # noqa: PLR0917 - a draw and two times
    seed: int,
    username: str,
    template: VideoRecord,
    identity: str,
    posted_at: int,
    final: float,
    at: int,
) -> VideoRecord:
    plays = int(final * maturity(pace(seed, identity), at - posted_at))
    counts = Counts(None, None, None, None, None)
    if template.plays:
        like = Counts(
            template.plays, template.likes, template.comments, template.shares, template.saves
        )
        counts = scaled(like, plays / template.plays)
    kind = "photo" if template.content_type == "slideshow" else "video"
    return replace(
        template,
        video_id=identity,
        creator=CreatorRecord(username=username),
        plays=plays if template.plays else None,
        likes=counts.likes,
        comments=counts.comments,
        shares=counts.shares,
        saves=counts.saves,
        posted_at=posted_at,
        scraped_at=at,
        thumbnail_url=f"https://sample.invalid/thumbnails/{identity}.jpg",
        url=f"https://www.tiktok.com/@{username}/{kind}/{identity}",
    )
