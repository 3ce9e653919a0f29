"""`/videos/search`: videos by words, hashtag, creator, views, duration and format.

Every filter has an index that lists its videos. Where the shortest list is short, it is read
whole and sorted. Where none is, the videos are walked in the order asked for until the page is
full: what is frequent comes soon.
"""

import sqlite3
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mcp_server.local.metrics.parameters import LONG_SECONDS, SHORT_SECONDS
from mcp_server.local.text import match_expression, normalise_tag
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, count, page_of
from mcp_server.local.toklytics.rows import find_creator, observed, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import COUNTED, Answer, Found, Page, listed

_FEW: Final = 3_000
"""A list of its own that is no longer is read whole."""
_MANY: Final = 12_000
"""The same where more is asked: what fits several conditions may come late, or never."""
_SAMPLED: Final = 3_000
_LONGEST: Final = 100_000

_ORDERS: Final = {
    "plays": "v.plays DESC, v.id",
    "likes": "v.likes DESC, v.id",
    "shares": "v.shares DESC, v.id",
    # As the index has it, read backwards.
    "recent": "v.posted_at DESC, v.heat DESC, v.id DESC",
}
_WALKS: Final = {
    "plays": "FROM videos v INDEXED BY videos_plays",
    "likes": "FROM videos v INDEXED BY videos_likes",
    "shares": "FROM videos v INDEXED BY videos_shares",
    "recent": "FROM videos v INDEXED BY videos_posted_heat",
}
_DURATIONS: Final = {
    "short": f" AND v.duration < {SHORT_SECONDS}",
    "medium": f" AND v.duration BETWEEN {SHORT_SECONDS} AND {LONG_SECONDS}",
    "long": f" AND v.duration > {LONG_SECONDS}",
}
_MATCHES: Final = "FROM videos_fts WHERE videos_fts MATCH :match"
_TAGGED: Final = "FROM video_hashtags h CROSS JOIN videos v ON v.id = h.video_id"


class _Listing(NamedTuple):
    """An index that lists the videos that fit one condition."""

    size: int
    capped: bool
    source: str
    condition: str
    """What the source has to be asked."""
    probe: str
    """The same, asked of one video `v`."""


@dataclass(slots=True)
class _Search:
    """What is looked for: listings, the shortest first."""

    sort: str
    params: dict[str, object] = field(default_factory=dict[str, object])
    listings: list[_Listing] = field(default_factory=list[_Listing])

    def rows(self, driver: _Listing | None, source: str) -> str:
        """Return `FROM ... WHERE ...`, read from the driver, else from `source`."""
        others = (listing for listing in self.listings if listing is not driver)
        # What stands in the row itself is looked at before another table is.
        probes = sorted((x.probe for x in others), key=lambda probe: "SELECT" in probe)
        conditions = [*([driver.condition] if driver else []), *probes]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"{driver.source if driver else source} {where}"


def search_videos(call: Call) -> Answer:
    """Find videos, by default the most viewed first."""
    page = call.page()
    sort = call.choice("sort", tuple(_ORDERS), "plays") or "plays"
    search = _read(call, sort)
    found = NOTHING if search is None else _run(call.data, search, page)
    rows = videos_by_id(call.data, found.ids)
    meta = {
        "text_match": "words",
        "as_of": observed(rows),
        "basis": "engagement_rate in percent of each video's plays at its last observation",
    }
    return listed([video_of_creator(row) for row in rows], found, page, meta)


def _read(call: Call, sort: str) -> _Search | None:
    """Read the parameters; `None` where nothing can fit them."""
    search = _Search(sort)
    least = call.whole("min_views")
    duration = call.choice("duration", tuple(_DURATIONS), None)
    kind = call.choice("content_type", ("video", "slideshow"), None)
    text, tag, username = call.text("q"), call.text("hashtag"), call.text("creator")
    if least is not None:
        search.params["least"] = least
        _by_column(call.data, search, "videos_plays", "v.plays >= :least")
    fits = (
        (username is None or _by_creator(call.data, search, username))
        and (tag is None or _by_tag(call.data, search, tag))
        and (text is None or _by_text(call.data, search, text))
    )
    if kind or duration:
        kinds = f"= '{kind}'" if kind else "IN ('video', 'slideshow')"
        lengths = _DURATIONS[duration] if duration else ""
        _by_column(call.data, search, "videos_format", f"v.content_type {kinds}{lengths}")
    search.listings.sort()
    return search if fits else None


def _by_creator(data: sqlite3.Connection, search: _Search, username: str) -> bool:
    if (row := find_creator(data, username)) is None:
        return False
    search.params["creator"] = row["id"]
    condition = "v.creator_id = :creator"
    # Never longer than what one creator has posted: always the list to read.
    search.listings.append(_Listing(0, False, "FROM videos v", condition, condition))
    return True


def _by_tag(data: sqlite3.Connection, search: _Search, tag: str) -> bool:
    row = data.execute(
        "SELECT id, video_count FROM hashtags WHERE name = ?", (normalise_tag(tag),)
    ).fetchone()
    if row is None:
        return False
    search.params["tag"] = row["id"]
    probe = (
        "EXISTS (SELECT 1 FROM video_hashtags WHERE hashtag_id = :tag"
        " AND plays = coalesce(v.plays, -1) AND video_id = v.id)"
    )
    size, capped = min(int(row["video_count"]), COUNTED), row["video_count"] > COUNTED
    condition = "h.hashtag_id = :tag"
    if "least" in search.params:  # the listing knows the views as well
        condition += " AND h.plays >= :least"
        size, capped = count(data, f"FROM video_hashtags h WHERE {condition}", search.params)
    search.listings.append(_Listing(size, capped, _TAGGED, condition, probe))
    return size > 0


def _by_text(data: sqlite3.Connection, search: _Search, text: str) -> bool:
    if (match := match_expression(text)) is None:
        return False
    search.params["match"] = match
    size, capped = count(data, _MATCHES, search.params)
    source = "FROM videos_fts f CROSS JOIN videos v ON v.id = f.rowid"
    # Read once into a set: without positions the index cannot be asked about one row quickly.
    probe = f"+v.id IN (SELECT rowid {_MATCHES})"
    search.listings.append(_Listing(size, capped, source, "videos_fts MATCH :match", probe))
    return size > 0


def _by_column(data: sqlite3.Connection, search: _Search, index: str, condition: str) -> None:
    source = f"FROM videos v INDEXED BY {index}"
    size, capped = count(data, f"{source} WHERE {condition}", search.params)
    search.listings.append(_Listing(size, capped, source, condition, condition))


def _run(data: sqlite3.Connection, search: _Search, page: Page) -> Found:
    order = _ORDERS[search.sort]
    most = _FEW if len(search.listings) == 1 else _MANY
    shortest = search.listings[0] if search.listings else None
    if shortest and not shortest.capped and shortest.size <= most:
        return _whole(data, search, f"{search.rows(shortest, '')} ORDER BY {order}", page)
    total = _total(data, search)
    driver = next((x for x in search.listings if x.source == _TAGGED), None)
    if driver and search.sort == "plays":
        order = "h.plays DESC, h.video_id"  # the order in which a hashtag's videos lie
    elif driver:
        length = _length(data, search, driver)
        if length > _expected(data, search, length, page, total):
            driver = None
    query = f"SELECT v.id {search.rows(driver, _WALKS[search.sort])} ORDER BY {order}"
    return page_of(data, query, search.params, page, total)


def _length(data: sqlite3.Connection, search: _Search, listing: _Listing) -> int:
    """Return how long a hashtag's list is, further than totals are counted."""
    query = (
        "SELECT count(*) FROM (SELECT 1 FROM video_hashtags h"  # noqa: S608 (our own condition)
        f" WHERE {listing.condition} LIMIT {_LONGEST})"
    )
    return int(data.execute(query, search.params).fetchone()[0])


def _expected(
    data: sqlite3.Connection,
    search: _Search,
    length: int,
    page: Page,
    total: tuple[int, bool],
) -> float:
    """Return after how many videos of the whole store a page will probably be full.

    What part of a hashtag's list fits everything else is known from its beginning.
    """
    fitting, sampled = total
    if sampled:
        fitting = fitting * length // _SAMPLED if len(search.listings) > 1 else length
    videos = int(data.execute("SELECT videos FROM totals").fetchone()[0])
    return (page.offset + page.limit) * videos / max(fitting, 1)


def _whole(data: sqlite3.Connection, search: _Search, rows: str, page: Page) -> Found:
    """Read a short list to its end: the total costs nothing more."""
    found = data.execute(f"SELECT v.id {rows}", search.params).fetchall()
    end = page.offset + page.limit
    ids = [int(row[0]) for row in found[page.offset : end]]
    return Found(ids, len(found), capped=False, has_more=len(found) > end)


def _total(data: sqlite3.Connection, search: _Search) -> tuple[int, bool]:
    """Count a long list up to the cap; with several conditions only among the first candidates."""
    if not search.listings:
        return count(data, "FROM videos v", {})
    shortest, *others = search.listings
    if not others:
        return shortest.size, shortest.capped
    fits = " AND ".join(listing.probe for listing in others)
    examined, found = data.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {fits})"  # noqa: S608 (our own conditions)
        f" FROM (SELECT v.id {shortest.source} WHERE {shortest.condition} LIMIT {_SAMPLED}) first"
        " CROSS JOIN videos v ON v.id = first.id",
        search.params,
    ).fetchone()
    return int(found), int(examined) == _SAMPLED
