"""`/videos/search`: videos by words, hashtag, creator, views, duration and format.

Three ways lead to a page, and the cheapest is taken: the videos of one creator; a text's or a
hashtag's videos, where they are few enough to read and sort; else walking the sort order and
asking of each video whether it fits, which a frequent word makes short.
"""

import sqlite3
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mcp_server.local.metrics.parameters import LONG_SECONDS, SHORT_SECONDS
from mcp_server.local.text import match_expression, normalise_tag
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, count, page_of
from mcp_server.local.toklytics.rows import find_creator, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import COUNTED, Answer, Found, Page, listed

_FEW: Final = 3_000

_ORDERS: Final = {
    "plays": "v.plays DESC, v.id",
    "likes": "v.likes DESC, v.id",
    "shares": "v.shares DESC, v.id",
    # As the index has it, read backwards.
    "recent": "v.posted_at DESC, v.heat DESC, v.id DESC",
}
_MIN_VIEWS: Final = "v.plays >= :least"
_BY_TEXT: Final = "FROM videos_fts f CROSS JOIN videos v ON v.id = f.rowid"
_BY_TAG: Final = "FROM video_hashtags h CROSS JOIN videos v ON v.id = h.video_id"
_DURATIONS: Final = {
    "short": f"v.duration < {SHORT_SECONDS}",
    "medium": f"v.duration BETWEEN {SHORT_SECONDS} AND {LONG_SECONDS}",
    "long": f"v.duration > {LONG_SECONDS}",
}


class _Listing(NamedTuple):
    """An index of its own that lists the videos of a text or a hashtag."""

    size: int
    capped: bool
    source: str
    condition: str
    probe: str
    """Asks the index about one video."""
    ids: str


@dataclass(slots=True)
class _Search:
    """What is looked for: plain conditions on `v`, and listings, the shortest first."""

    sort: str
    conditions: list[str] = field(default_factory=list[str])
    params: dict[str, object] = field(default_factory=dict[str, object])
    listings: list[_Listing] = field(default_factory=list[_Listing])

    def where(self, *more: str) -> str:
        conditions = [*more, *self.conditions]
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def search_videos(call: Call) -> Answer:
    """Find videos, by default the most viewed first."""
    page = call.page()
    sort = call.choice("sort", tuple(_ORDERS), "plays") or "plays"
    search = _filters(call, sort)
    found = NOTHING if search is None else _run(call.data, search, page)
    rows = videos_by_id(call.data, found.ids)
    return listed([video_of_creator(row) for row in rows], found, page, {"text_match": "words"})


def _filters(call: Call, sort: str) -> _Search | None:
    """Read the parameters; `None` where nothing can fit them."""
    search = _Search(sort)
    if (least := call.whole("min_views")) is not None:
        search.conditions.append(_MIN_VIEWS)
        search.params["least"] = least
    if duration := call.choice("duration", tuple(_DURATIONS), None):
        search.conditions.append(_DURATIONS[duration])
    if kind := call.choice("content_type", ("video", "slideshow"), None):
        search.conditions.append("v.content_type = :kind")
        search.params["kind"] = kind
    fits = (
        _by_creator(call, search, call.text("creator"))
        and _by_tag(call, search, call.text("hashtag"))
        and _by_text(call, search, call.text("q"))
    )
    search.listings.sort()
    return search if fits else None


def _by_creator(call: Call, search: _Search, username: str | None) -> bool:
    if username is None:
        return True
    if (row := find_creator(call.data, username)) is None:
        return False
    search.conditions.append("v.creator_id = :creator")
    search.params["creator"] = row["id"]
    return True


def _by_tag(call: Call, search: _Search, tag: str | None) -> bool:
    if tag is None:
        return True
    row = call.data.execute(
        "SELECT id, video_count FROM hashtags WHERE name = ?", (normalise_tag(tag),)
    ).fetchone()
    if row is None:
        return False
    search.params["tag"] = row["id"]
    search.listings.append(
        _Listing(
            size=row["video_count"],
            capped=False,
            source=_BY_TAG,
            condition="h.hashtag_id = :tag",
            probe="EXISTS (SELECT 1 FROM video_hashtags WHERE hashtag_id = :tag"
            " AND plays = coalesce(v.plays, -1) AND video_id = v.id)",
            ids="SELECT video_id AS id FROM video_hashtags WHERE hashtag_id = :tag",
        )
    )
    return True


def _by_text(call: Call, search: _Search, text: str | None) -> bool:
    if text is None:
        return True
    if (match := match_expression(text)) is None:
        return False
    search.params["match"] = match
    size, capped = count(call.data, "FROM videos_fts WHERE videos_fts MATCH :match", search.params)
    ids = "SELECT rowid AS id FROM videos_fts WHERE videos_fts MATCH :match"
    one = "EXISTS (SELECT 1 FROM videos_fts WHERE videos_fts MATCH :match AND rowid = v.id)"
    search.listings.append(
        _Listing(
            size=size,
            capped=capped,
            source=_BY_TEXT,
            condition="videos_fts MATCH :match",
            # A prefix is expanded anew for each question: then its matches are read once.
            probe=f"v.id IN ({ids})" if "*" in match else one,
            ids=ids,
        )
    )
    return size > 0


def _run(data: sqlite3.Connection, search: _Search, page: Page) -> Found:
    driver = _driver(search)
    probes = [listing.probe for listing in search.listings if listing is not driver]
    order = _ORDERS[search.sort]
    if driver is None:
        rows = f"FROM videos v {search.where(*probes)}"
    else:
        rows = f"{driver.source} {search.where(driver.condition, *probes)}"
        if driver.source == _BY_TAG and search.sort == "plays":
            order = "h.plays DESC, h.video_id"  # the order in which its videos lie
    query = f"SELECT v.id {rows} ORDER BY {order}"
    return page_of(data, query, search.params, page, _total(data, search))


def _driver(search: _Search) -> _Listing | None:
    """Return the listing that the page is read from; `None`: the videos in their order."""
    if "creator" in search.params or not search.listings:
        return None
    if search.listings[0].size <= _FEW:
        return search.listings[0]
    in_order = (x for x in search.listings if x.source == _BY_TAG and search.sort == "plays")
    return next(in_order, None)


def _total(data: sqlite3.Connection, search: _Search) -> tuple[int, bool]:
    """Count the list; where it is long and filtered, only among the first so many candidates."""
    probes = [listing.probe for listing in search.listings]
    if "creator" in search.params:
        return count(data, f"FROM videos v {search.where(*probes)}", search.params)
    if search.listings:
        shortest = search.listings[0]
        if len(search.listings) == 1 and not search.conditions:
            return min(shortest.size, COUNTED), shortest.capped or shortest.size > COUNTED
        return _sampled(data, search, shortest.ids, probes[1:])
    if not set(search.conditions) - {_MIN_VIEWS}:
        return count(data, f"FROM videos v {search.where()}", search.params)
    return _sampled(data, search, "SELECT id FROM videos ORDER BY plays DESC, id", [])


def _sampled(
    data: sqlite3.Connection, search: _Search, candidates: str, probes: list[str]
) -> tuple[int, bool]:
    fits = " AND ".join([*probes, *search.conditions]) or "1"
    examined, found = data.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {fits})"  # noqa: S608 (our own conditions)
        f" FROM ({candidates} LIMIT {COUNTED + 1}) k CROSS JOIN videos v ON v.id = k.id",
        search.params,
    ).fetchone()
    return int(found), int(examined) > COUNTED
