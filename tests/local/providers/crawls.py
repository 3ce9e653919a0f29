"""Hand-written crawls of one account, as web items. Synthetic."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

FIRST = "7123456789012345678"
SECOND = "7123456789012345679"
POSTED = 1_770_000_000


def item(video_id: str, plays: int, *, handle: str = "CoolCreator") -> Mapping[str, object]:
    """One post as TikTok's pages have it."""
    return {
        "id": video_id,
        "desc": "Unboxing #New",
        "createTime": POSTED,
        "author": {"uniqueId": handle, "id": "101", "secUid": "MS4wLjABAAAAmade-up"},
        "stats": {
            "playCount": plays,
            "diggCount": 10,
            "commentCount": 2,
            "shareCount": 1,
            "collectCount": 3,
        },
        "music": {"id": "6800000000000000001", "title": "A tune", "authorName": "Somebody"},
        "challenges": [{"id": "5", "title": "new"}],
    }


def crawl(
    at: int, posts: Sequence[Mapping[str, object]], *, followers: int, handle: str = "CoolCreator"
) -> str:
    """One crawl: the profile and its posts, each of which says when it was seen."""
    profile = {
        "user": {"uniqueId": handle, "id": "101", "secUid": "MS4wLjABAAAAmade-up"},
        "stats": {"followerCount": followers, "followingCount": 3, "videoCount": len(posts)},
        "scraped_at": at,
    }
    rows = [{"userInfo": profile}, *({**post, "scraped_at": at} for post in posts)]
    return "\n".join(json.dumps(row) for row in rows)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file, making its folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
