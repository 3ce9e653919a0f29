"""A run of creators as rows of the tables, ready to be stored as they are."""

import gc
from array import array
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

from mcp_server.local.creator_figures import Profile, Video, metrics_of, top_tags
from mcp_server.local.handles import key
from mcp_server.local.metrics import Counts, engagement_rate, heat
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample import history, words
from mcp_server.local.sample import videos as posts
from mcp_server.local.sample.numbers import stream
from mcp_server.local.sample.plan import Plan, Span
from mcp_server.local.text import normalise_tag, segment

SOURCE: Final = "sample"
ID_BITS: Final = 28
ID_MASK: Final = (1 << ID_BITS) - 1
MOST_PLAYS: Final = 1 << 34

Row = tuple[str | int | float | None, ...]
SoundRow = tuple[int, str, str | None, str | None, int | None, int | None]


class Block(NamedTuple):
    """Rows of `data.db`, then of `state.db`, in the order of their keys."""

    creators: list[Row]
    usernames: list[Row]
    creator_tags: list[Row]
    sounds: list[SoundRow]
    """Own recordings, then sounds that others use too: these may come in several blocks."""
    videos: list[Row]
    texts: list[Row]
    """Row id and caption, cut into words for the full text."""
    tagged: dict[int, bytes]
    """By hashtag the packed places of its videos, see `place`."""
    creator_snapshots: list[Row]
    video_snapshots: list[Row]
    last_creator: int
    last_video: int
    """Row ids; of the videos of this block and of all before it."""


def place(plays: int | None, row_id: int) -> int:
    """Pack a video's place in a hashtag's list into a number: more views first, then by id."""
    return (MOST_PLAYS - (-1 if plays is None else plays)) << ID_BITS | row_id


def unpacked(packed: int) -> tuple[int, int]:
    """Return the plays, -1 where unknown, and the row id of a packed place."""
    return MOST_PLAYS - (packed >> ID_BITS), packed & ID_MASK


@cache
def tag_ids() -> dict[str, int]:
    """Return every hashtag that can occur, with its row id: the same in every process."""
    names = {f"{noun}challenge" for noun in words.NOUNS}
    for code in words.LANGUAGE_WEIGHTS:
        spoken = words.language(code)
        names.update(spoken.generic)
        names.update(tag for topic in spoken.niches.values() for tag in topic.tags)
    return {name: i for i, name in enumerate(sorted(map(normalise_tag, names)), start=1)}


_word = cache(segment)


def _segmented(caption: str) -> str:
    """Cut a caption for the full text, word by word: there are few words, and no run goes on."""
    return caption if caption.isascii() else " ".join(map(_word, caption.split(" ")))


def draw_block(plan: Plan, span: Span) -> Block:
    """Draw the creators of a span with everything that belongs to them."""
    drawing = _Drawing(plan)
    with _uncollected():
        for index in range(*span):
            drawing.add(index)
    return drawing.block(span.stop)


@contextmanager
def _uncollected() -> Generator[None]:
    """Have the garbage collector wait: rows hold no cycles, and it would look for them often."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Drawing:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tagged: dict[str, array[int]] = {}
        self._sounds: dict[int, SoundRow] = {}
        self._block = Block([], [], [], [], [], [], {}, [], [], 0, 0)

    def block(self, stop: int) -> Block:
        ids = tag_ids()
        self._block.video_snapshots.sort(key=itemgetter(0, 1))
        return self._block._replace(
            sounds=sorted(self._sounds.values(), key=itemgetter(0)),
            tagged={ids[tag]: places.tobytes() for tag, places in self._tagged.items()},
            last_creator=stop,
            last_video=self._plan.firsts[stop],
        )

    def add(self, index: int) -> None:
        plan, block = self._plan, self._block
        creator = plan.creator(index)
        drawn = posts.draw(plan.seed, creator, plan.sounds)
        record = (
            drawn[0].creator
            if drawn
            else creator.profile(stream(plan.seed, "profile", creator.index), 0)
        )
        first = plan.firsts[index] + 1
        seen = [self._video(first + n, index, video) for n, video in enumerate(drawn)]
        self._creator(index + 1, record, seen)
        people, videos = history.past_rows(plan.seed, creator, drawn)
        block.creator_snapshots.extend(people)
        block.video_snapshots.extend(videos)

    def _video(self, row_id: int, index: int, record: VideoRecord) -> Video:
        counts = Counts(record.plays, record.likes, record.comments, record.shares, record.saves)
        rate = engagement_rate(counts)
        tags = " ".join(record.hashtags) or None
        self._block.videos.append(
            (
                row_id,
                record.video_id,
                index + 1,
                record.description,
                *counts,
                record.duration,
                self._sound(index, record),
                record.content_type,
                record.posted_at,
                record.scraped_at,
                record.thumbnail_url,
                record.url,
                tags,
                record.flags,
                rate,
                heat(record.plays, rate),
            )
        )
        self._block.texts.append((row_id, _segmented(record.description or "")))
        at = place(record.plays, row_id)
        for tag in record.hashtags:
            if (places := self._tagged.get(tag)) is None:
                places = self._tagged[tag] = array("q")
            places.append(at)
        return Video(index + 1, *counts, record.posted_at, tags, rate)

    def _sound(self, index: int, record: VideoRecord) -> int | None:
        sound = record.sound
        if sound is None:
            return None
        # Own recordings come first, in the order of the creators, and then what they share.
        number = self._plan.sounds.number(sound)
        row_id = index + 1 if number is None else self._plan.creators + 1 + number
        if row_id not in self._sounds:
            original = None if sound.original is None else int(sound.original)
            self._sounds[row_id] = (
                row_id,
                sound.music_id,
                sound.title,
                sound.author,
                original,
                sound.duration,
            )
        return row_id

    def _creator(self, row_id: int, record: CreatorRecord, videos: list[Video]) -> None:
        profile = Profile(row_id, record.bio, record.region, record.followers, record.scraped_at)
        self._block.creators.append(
            (
                row_id,
                record.user_id,
                record.sec_uid,
                record.username,
                record.display_name,
                record.bio,
                record.region,
                record.avatar_url,
                None if record.verified is None else int(record.verified),
                record.followers,
                record.following,
                record.total_likes,
                record.video_count,
                record.scraped_at,
                record.scraped_at,
                SOURCE,
                *metrics_of(profile, videos, {}),
                0,
            )
        )
        seen_at = record.scraped_at
        self._block.usernames.append((key(record.username), row_id, seen_at, seen_at))
        ids = tag_ids()
        self._block.creator_tags.extend(
            sorted((row_id, ids[tag], n, plays) for tag, n, plays in top_tags(videos))
        )
