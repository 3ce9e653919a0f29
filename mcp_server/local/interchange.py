"""The shape of Tokmetrics' own export: JSON Lines, each line saying what it is.

Every line is an object with `tokmetrics`, the version of the shape, and one more key that names
what the line holds. Lines of a generated world carry `"synthetic": true`, each of them, so that
neither cutting a file nor joining two makes invented people look real. Unknown values are left
out.
"""

from typing import Final

SIGN: Final = "tokmetrics"
VERSION: Final = 1
SYNTHETIC: Final = "synthetic"

HEADER: Final = "export"
"""The first line: which world it is from."""

CREATOR: Final = (
    "username",
    "user_id",
    "sec_uid",
    "display_name",
    "bio",
    "region",
    "avatar_url",
    "verified",
    "followers",
    "following",
    "total_likes",
    "video_count",
    "profile_at",
    "scraped_at",
    "source",
)
"""The columns of a creator that are not computed.

`aliases` holds every handle with the first and the last time that the creator was seen under it;
older files have the former ones, each with one time.
"""

VIDEO: Final = (
    "video_id",
    "description",
    "plays",
    "likes",
    "comments",
    "shares",
    "saves",
    "duration",
    "content_type",
    "posted_at",
    "scraped_at",
    "thumbnail_url",
    "url",
    "hashtags",
    "flags",
)
"""The columns of a video that are not computed; `creator` and `sound` name those rows.

The creator's id stands beside the handle, for a store that knows the person under another one.
"""

HASHTAG: Final = ("name", "challenge_id", "description", "reported_views", "reported_videos")
SOUND: Final = ("music_id", "title", "author", "original", "duration", "reported_uses")
ACCOUNT: Final = ("account_id", "username", "platform", "created_at", "user_id", "sec_uid")

VIDEO_SEEN: Final = ("scraped_at", "plays", "likes", "comments", "shares", "saves")
CREATOR_SEEN: Final = ("scraped_at", "followers", "following", "total_likes", "video_count")
ACCOUNT_SEEN: Final = (
    "scraped_at",
    "followers",
    "following",
    "n",
    "total_views",
    "total_likes",
    "total_comments",
    "total_shares",
    "total_bookmarks",
    "weekly_posts",
    "engagement_rate",
    "average_views",
    "n_viewed",
    "n_rated",
    "metrics_version",
)
"""What a dated observation holds, in the order in which a line lists it under `seen`."""

HISTORIES: Final = {
    "video_history": ("video_snapshots", "video_id", VIDEO_SEEN),
    "creator_history": ("creator_snapshots", "username", CREATOR_SEEN),
    "account_history": ("account_snapshots", "account_id", ACCOUNT_SEEN),
}
"""Kinds of lines with observations: their table, what they are of, and their columns.

Those of creators and accounts say whose they are, as videos do.
"""
