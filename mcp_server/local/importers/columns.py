"""The names that flat tables give to one and the same column, best first."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mcp_server.local.importers.fields import Fields, says_something
from mcp_server.local.importers.items import Item, JsonValue
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.times import PostTime

_NAMES: Final = """
video_id: video_id vid_id videoId aweme_id item_id post_id
id: id
username: username user_name unique_id author_username profile_username
author: handle author uploader author_name
user_id: user_id author_id account_id uploader_id profile_id
sec_uid: sec_uid author_sec_uid
display_name: display_name nickname author_nickname full_name
bio: bio signature bio_description biography
region: region country author_region
avatar_url: avatar_url avatar profile_pic_url profile_picture
verified: verified is_verified author_verified
followers: followers n_followers user_nfollower follower_count followersCount fans
    author_followercount author_followers profile_followers
following: following n_following user_nfollowing following_count author_followingcount
total_likes: total_likes user_nlikes user_total_likes heart_count heart likes_received
    author_heartcount
video_count: video_count videos_count n_videos user_nvideo videos author_videocount
description: description text caption vid_caption desc video_description title
posted_at: create_time createTimeISO posted_at vid_postTime uploaded_at created_at published_at
    post_time upload_date posted video_timestamp post_date
dated: timestamp date
plays: plays views n_plays vid_nview play_count view_count n_views video_playcount video_views
    viewsCount playsCount
likes: likes n_likes digg_count like_count vid_nlike video_diggcount video_likes likesCount
comments: comments n_comments comment_count vid_ncomment video_commentcount video_comments
    commentsCount
shares: shares n_shares share_count vid_nshare repost_count video_sharecount video_shares
    sharesCount
saves: saves bookmarks vid_nsave collects collect_count save_count favorites_count
    favourites_count n_saves savesCount bookmarksCount bookmark_count video_collectcount
duration: duration video_length video_duration vid_duration length
hashtags: hashtags hashtag_names vid_hashtag tags
music_id: music_id sound_id song_id
music_title: music_title music_name song sound track
music_author: music_author song_author sound_author artist
music_original: music_original original_sound is_original_sound
content_type: content_type media_type type
is_slideshow: is_slideshow slideshow
thumbnail_url: thumbnail_url thumbnail cover_url cover
url: url web_video_url video_url link share_url vid_url profile_url
scraped_at: scraped_at crawled_at collected_at fetched_at retrieved_at scrape_time crawl_time
    collection_time scrape_date snapshot_date last_updated
"""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _synonyms() -> dict[str, tuple[str, ...]]:
    lines = re.sub(r"\n\s+", " ", _NAMES.strip()).splitlines()
    pairs = (line.split(":") for line in lines)
    return {field: tuple(map(_plain, names.split())) for field, names in pairs}


_SYNONYMS: Final = _synonyms()
_PLACES: Final = {
    name: (field, rank) for field, names in _SYNONYMS.items() for rank, name in enumerate(names)
}


@lru_cache(maxsize=4096)
def _place(name: str) -> tuple[str, int] | None:
    """Return the field that a column stands for and how good a name for it that is."""
    return _PLACES.get(_plain(name))


def known(names: Iterable[str]) -> set[str]:
    """Return which of our fields these columns stand for."""
    return {place[0] for name in names if (place := _place(name))}


class Cells:
    """One row under our names; the first column of a field that says something wins."""

    def __init__(self, item: Item, notes: Notes) -> None:
        self._names: dict[str, dict[int, str]] = {}
        filled: dict[str, JsonValue] = {}
        for name, value in item.items():
            if not says_something(value):
                continue
            if place := _place(name):
                self._names.setdefault(place[0], {})[place[1]] = name
                filled[name] = value
            else:
                notes.column(name)
        self._fields = Fields(filled, notes)

    def all(self, *fields: str) -> list[JsonValue]:
        """Return what each column of these fields says, best first."""
        return [self._fields.item[name] for field in fields for name in self._best(field)]

    def get(self, field: str) -> JsonValue:
        """Return what the row says of a field, or `None`."""
        found = self._best(field)
        return self._fields.item[found[0]] if found else None

    def has(self, fields: Iterable[str]) -> bool:
        """Say whether the row says anything of one of these fields."""
        return any(field in self._names for field in fields)

    def count(self, field: str) -> int | None:
        """Return a count; a cell that says something else is noted."""
        return self._fields.count(*self._best(field))

    def seconds(self, field: str) -> int | None:
        """Return a length in whole seconds; a cell that says something else is noted."""
        return self._fields.seconds(*self._best(field))

    def time(self, *fields: str) -> int | None:
        """Return Unix seconds; a cell that says something else is noted."""
        return self._fields.time(*(name for field in fields for name in self._best(field)))

    def posted(self, video: str) -> PostTime:
        """Return when a post was made: the first time that can be read, against its id's."""
        return self._fields.posted(video, *self._best("posted_at"), *self._best("dated"))

    def _best(self, field: str) -> list[str]:
        found = self._names.get(field)
        if found is None:
            return []
        return list(found.values()) if len(found) == 1 else [found[rank] for rank in sorted(found)]
